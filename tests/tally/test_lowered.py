"""Ballots that do not tell from what their voter was recused: the count takes the chamber's lowered minimum."""

import pytest

from app.tally import counting
from app.tally.manifest import Manifest
from app.tally.paper import WHOLE, Paper
from app.tally.result import Result
from tests.tally import worked
from tests.tally.worked import example, for_chambers, json_of, table

TWO_AND_ONE = {"life": [2, 2], "safety": [1, 1]}


def counted(ballots: list[list[str]], lowered: dict[str, int], **rule: object) -> Result:
    data = for_chambers(example(), **{"picks": TWO_AND_ONE, "total": None, **rule})
    return counting.count(Manifest.from_json(data), {"committee": ballots}, lowered={"committee": lowered}, seed="s")


@pytest.mark.parametrize("line", table("lowered"), ids=lambda line: f"{line['ballot']} {line['lowered']}")
def test_a_ballot_read_with_a_lowered_minimum_has_the_printed_faults(line: dict[str, str]) -> None:
    manifest = Manifest.from_json(for_chambers(example(), picks=json_of(line["picks"]), total=None))
    paper = Paper(manifest, manifest.chamber("committee"), json_of(line["lowered"]))
    assert [fault.code for fault in paper.read(json_of(line["ballot"])).faults] == worked.words(line["faults"])


def test_the_sum_of_picks_lies_between_the_lowered_minimum_and_the_rule() -> None:
    result = counted([["A", "B", "C"], ["A", "B"], ["B", "D", "C"]], {"safety": 0})
    gates = {gate.where: gate for gate in result.gates if gate.code == "picks_within_rule"}
    assert gates["committee/safety"].numbers == {"picks": 2, "least": 0, "most": 3, "valid": 3}
    assert gates["committee/life"].numbers == {"picks": 6, "least": 6, "most": 6, "valid": 3}
    assert result.publishable


def test_the_result_states_what_was_lowered_and_in_which_chamber() -> None:
    rows = {row["id"]: row["lowered"] for row in counted([["A", "B"]], {"safety": 0}).to_json()["chambers"]}
    assert rows == {"residents": {}, "committee": {"safety": 0}}


def test_without_it_the_same_ballot_is_void() -> None:
    (_, committee) = counted([["A", "B"]], {}).chambers
    assert committee.void == {"too_few_in_section": 1}


def test_the_total_can_be_lowered_too() -> None:
    rule = {"picks": {"life": [0, 3], "safety": [0, 1]}, "total": [3, 3]}
    assert counted([["A", "B"]], {}, **rule).chambers[1].void == {"too_few": 1}
    result = counted([["A", "B"], ["A", "B", "C"]], {WHOLE: 2}, **rule)
    assert result.chambers[1].valid == 2
    (gate,) = [gate for gate in result.gates if gate.code == "picks_within_rule" and gate.where == "committee"]
    assert gate.numbers == {"picks": 5, "least": 4, "most": 6, "valid": 2}


def test_a_minimum_is_never_raised() -> None:
    assert counted([["A", "B"]], {"safety": 5}).chambers[1].void == {"too_few_in_section": 1}


def test_lowering_for_an_unknown_chamber_is_refused() -> None:
    with pytest.raises(counting.UnknownChamber):
        counting.count(Manifest.from_json(example()), {}, lowered={"nobody": {"life": 0}}, seed="s")
