"""Every fault that the count can find in a ballot, or in rules to be published, has words."""

import inspect
import re

import pytest
from flask import Flask

from app.tally import manifest_rules, paper
from app.tally.faults import Fault
from app.web import faults

VALUES = {
    "picked": 3, "min": 1, "max": 2, "cost": 9, "limit": 5, "cap": 4, "items": 1, "points": 7, "number": 3,
    "section": "s1", "item": "7", "pot": "main", "sum": "5/6", "rule": "lot", "chamber": "residents", "kind": "ranking",
    "id": "x", "other": "8", "votes": -1, "version": 2, "min_cost": 0,
    "sections_min": 0, "sections_max": 1, "cover": "0/1",
}  # fmt: skip
NAMES = faults.Named(sections={"s1": "복지"}, items={"7": "쉼터"}, pots={"main": "구비"}, chambers={0: "주민"})
POINTS_ONLY = {"out_of_range", "over_points"}  # ballots with points have no page


def codes_in(module: object) -> set[str]:
    return set(re.findall(r'Fault\(\s*"([a-z_]+)"', inspect.getsource(module)))  # type: ignore[arg-type]


def test_every_fault_of_a_ballot_with_boxes_has_words() -> None:
    counted = {f"too_{how}{where}" for how in ("few", "many") for where in ("", "_in_section")}
    assert (codes_in(paper) | counted) - POINTS_ONLY == set(faults.PAPER)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_words_name_things_and_leave_no_gap(app: Flask) -> None:
    with app.test_request_context():
        for code in faults.PAPER:
            assert "%(" not in faults.paper_sentence(Fault(code, "s1", VALUES), NAMES)
        for code in sorted(codes_in(manifest_rules) | set(faults.RULES)):
            words = faults.rule_sentence(Fault(code, "chambers[0].picks.s1", VALUES), NAMES)
            assert words
            assert "%(" not in words
        fewer = Fault("section_fewer_items_than_picks", "chambers[0].picks.s1", VALUES)
        assert "‘복지’ 분야에서 주민 투표는 1개" in faults.rule_sentence(fewer, NAMES)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_has_no_words_of_its_own_is_named_by_place_and_code(app: Flask) -> None:
    with app.test_request_context():
        assert "pots[1].cap (not_whole)" in faults.rule_sentence(Fault("not_whole", "pots[1].cap"), NAMES)
