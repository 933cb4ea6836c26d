"""The count from end to end, and the result as it is published."""

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.tally import canonical, counting
from app.tally.manifest import Manifest
from app.tally.result import Result
from tests.tally import worked
from tests.tally.worked import MILLION, example, example_with, for_chambers

ROOT = Path(__file__).parents[2]
OURS = {
    "canonical", "manifest", "manifest_rules", "manifest_shape", "shape", "faults", "exact", "paper", "box",
    "normalise", "order", "fund", "award", "gates", "explain", "breakpoints", "result", "sheet", "counting", "quorum",
}  # fmt: skip


def chamber(result: Result, name: str) -> Any:
    return next(row for row in result.chambers if row.id == name)


def test_the_counter_loads_nothing_but_the_standard_library() -> None:
    """Two interpreters: one as it starts, one with the counter. What the second has more is ours or Python's own."""
    listing = "import sys; print(*sorted(name.partition('.')[0] for name in sys.modules))"
    bare, loaded = (
        set(subprocess.run([sys.executable, "-c", f"{first}; {listing}"], cwd=ROOT, capture_output=True, check=True,
                           text=True).stdout.split())
        for first in ("pass", "import app.tally.counting, app.tally.quorum")
    )  # fmt: skip
    added = loaded - bare
    assert "app" in added
    assert added - set(sys.stdlib_module_names) == {"app"}


@pytest.mark.parametrize("module", sorted(OURS))
def test_the_counter_has_no_floats_and_looks_at_no_clock(module: str) -> None:
    tree = ast.parse((ROOT / "app" / "tally" / f"{module}.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float))
        assert not (isinstance(node, ast.Name) and node.id == "float")
        assert not (isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today", "time", "monotonic"))


def test_void_ballots_are_counted_by_their_first_fault_and_repetitions_are_reported() -> None:
    boxes = {
        "residents": [["A", "C"], ["A", "A", "C"], ["A"], ["A", "B", "D"], ["A", "Z"], "A", ["Z"], ["A", "A"]],
        "committee": [],
    }
    row = chamber(counting.count(example_with(), boxes, seed="s"), "residents")
    assert (row.cast, row.valid, row.repeated) == (8, 2, 2)
    assert row.void == {"too_few": 2, "too_many": 1, "unknown_item": 2, "wrong_shape": 1}


def test_a_void_ballot_adds_no_vote_at_all() -> None:
    good = [["A", "C"], ["B", "D"], ["A", "B"]]
    with_void = counting.count(example_with(), {"residents": [*good, ["A", "B", "C"]]})
    without = counting.count(example_with(), {"residents": good})
    assert with_void.items == without.items


def test_an_empty_box_has_figures_of_nought_and_says_so() -> None:
    result = counting.count(example_with(), {"residents": worked.ballots()["residents"]})
    empty = chamber(result, "committee")
    assert (empty.note, empty.cast, empty.ballot_weight, empty.ratio) == ("all_zero", 0, None, None)
    assert all(row.chambers["committee"].figure == 0 for row in result.items)
    assert chamber(result, "residents").note is None


@pytest.mark.parametrize("rule", ["share", "turnout", "top", "rank", "raw"])
def test_two_empty_boxes_tie_everything_at_nought_under_every_normalisation(rule: str) -> None:
    result = counting.count(Manifest.from_json(for_chambers(example(), normalisation=rule)), {}, seed="s")
    assert [row.score for row in result.items] == [0, 0, 0, 0]
    assert len(result.ties[0].items) == 4
    assert result.publishable


def test_a_section_without_votes_is_named_where_sections_are_counted_apart() -> None:
    data = for_chambers(example(), scope="section")
    result = counting.count(Manifest.from_json(data), {"residents": [["A", "B"]], "committee": [["A", "C"]]})
    assert chamber(result, "residents").empty_sections == ["safety"]
    assert chamber(result, "committee").empty_sections == []


def test_a_tie_that_only_a_lot_can_break_waits_for_the_seed() -> None:
    manifest = example_with(tie_order=["lot"])
    with pytest.raises(counting.SeedNeeded) as waiting:
        counting.count(manifest, worked.ballots())
    assert waiting.value.items == ("B", "D")
    with pytest.raises(counting.SeedNeeded):
        counting.count(manifest, worked.ballots(), seed="")
    assert counting.count(manifest, worked.ballots(), seed="3 11 15 29 35 44").seed == "3 11 15 29 35 44"


def test_another_seed_may_draw_otherwise() -> None:
    manifest = example_with(tie_order=["lot"])
    first = {counting.count(manifest, worked.ballots(), seed=str(seed)).items[0].id for seed in range(20)}
    assert first == {"B", "D"}


def test_ballots_of_an_unknown_chamber_are_an_error() -> None:
    with pytest.raises(counting.UnknownChamber, match="mayor"):
        counting.count(example_with(), {"mayor": [["A", "B"]]})
    with pytest.raises(counting.UnknownChamber, match="mayor"):
        counting.count(example_with(), {}, present={"mayor": 1}, seed="s")


def test_pots_are_spent_apart() -> None:
    data = example()
    data["pots"] = [
        {**data["pots"][0], "cap": 700 * MILLION},
        {**data["pots"][0], "id": "lights", "cap": 150 * MILLION},
    ]
    data["sections"][1]["pot"] = "lights"
    result = counting.count(Manifest.from_json(data), worked.ballots())
    assert [(pot.id, pot.funded // MILLION, pot.left // MILLION) for pot in result.pots] == [
        ("main", 700, 0),
        ("lights", 150, 0),
    ]


def test_ballots_are_taken_one_at_a_time_and_not_kept() -> None:
    alive = 0

    class Ballot(list[str]):
        def __init__(self) -> None:
            nonlocal alive
            super().__init__(["A", "C"])
            alive += 1

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    most = 0

    def cast() -> Any:
        nonlocal most
        for _ in range(50):
            most = max(most, alive)
            yield Ballot()

    assert chamber(counting.count(example_with(), {"residents": cast()}), "residents").valid == 50
    assert most <= 2


def test_the_published_json_is_canonical_and_carries_all_that_explains_it() -> None:
    result = counting.count(example_with(), worked.ballots(), participations=None, seed="s")
    data = canonical.loads(canonical.dumps(result.to_json()))
    assert data == json.loads(json.dumps(result.to_json()))
    assert result.sha256 == canonical.sha256_hex(data)
    assert (data["manifest"], data["seed"], data["publishable"]) == (example_with().sha256, "s", True)
    assert data["reserve"] == ["A"]
    assert data["ties"] == [
        {"items": ["B", "D"], "score": {"exact": "3/10", "shown": "0.3000"}, "settled_by": ["residents"],
         "decisive": False}
    ]  # fmt: skip
    assert data["items"][2] == {
        "id": "A",
        "number": 1,
        "section": "life",
        "pot": "main",
        "cost": 300 * MILLION,
        "place": 3,
        "tied_with": [],
        "chambers": {
            "residents": {"votes": 60, "picks": 60, "figure": {"exact": "3/10", "shown": "0.3000"}},
            "committee": {"votes": 3, "picks": 3, "figure": {"exact": "3/20", "shown": "0.1500"}},
        },
        "score": {"exact": "9/40", "shown": "0.2250"},
        "outcome": "not_funded",
        "funded": 0,
        "running": 850 * MILLION,
        "reason": "over_left",
        "reference": None,
        "reserve": 1,
        "margin": {"kind": "short", "votes": 38},
    }


def test_a_reason_says_what_it_refers_to() -> None:
    def reference(change: dict[str, Any]) -> Any:
        data = example()
        data["quotas"].update(change.get("quotas", {}))
        data["items"][3]["excludes"] = change.get("excludes", [])
        data["chambers"][0]["threshold"] = change.get("threshold")
        items = counting.count(Manifest.from_json(data), worked.ballots()).to_json()["items"]
        found = next(item for item in items if item["id"] == "D")["reference"]
        return {key: value for key, value in found.items() if value}

    assert reference({"excludes": ["B"]}) == {"items": ["B"]}
    assert reference({"threshold": {"votes": 45}}) == {"chamber": "residents"}
    assert reference({"quotas": {"per_dong": {"count": 1, "cost": None}}}) == {
        "quota": "per_dong",
        "value": "gasan",
        "limit": "count",
    }
    assert reference({"quotas": {"per_dong": {"count": None, "cost": 449 * MILLION}}})["limit"] == "cost"
