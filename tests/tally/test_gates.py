"""A count that does not add up is not published, wherever it comes from."""

from dataclasses import replace

import pytest

from app.tally import counting, gates, quorum
from app.tally.box import ChamberTally
from app.tally.manifest import Manifest
from app.tally.result import Result
from tests.tally import worked
from tests.tally.worked import example, example_with, for_chambers, table, words


def broken(result: Result) -> set[tuple[str, str]]:
    return {(gate.code, gate.where) for gate in result.gates if not gate.holds}


def buk_gu(ballots: int, votes: int) -> Result:
    """18 items, exactly three picks each; a tally as it would be handed in on paper."""
    data = example()
    names = [f"{number}" for number in range(1, 19)]
    data["items"] = [
        {**data["items"][2], "id": name, "number": int(name), "section": "life", "cost": 70_000_000} for name in names
    ]
    data["sections"] = data["sections"][:1]
    data["chambers"] = [{**data["chambers"][0], "weight": "1/1", "picks": {"life": [3, 3]}, "total": None}]
    data["tie_order"] = ["ballot-number"]
    each, rest = divmod(votes, len(names))
    per_item = {name: each + (place < rest) for place, name in enumerate(names)}
    tally = ChamberTally("residents", ballots, ballots, {}, 0, per_item, per_item, votes, votes)
    return counting.result_of(Manifest.from_json(data), {"residents": tally})


@pytest.mark.parametrize("line", table("gwangju"), ids=lambda line: f"{line['ballots']} ballots, {line['counted']}")
def test_gwangju_buk_gu_2017_more_votes_than_the_ballots_hold_are_refused(line: dict[str, str]) -> None:
    assert int(line["ballots"]) * int(line["picks"]) == int(line["expected"])
    result = buk_gu(int(line["ballots"]), int(line["counted"]))
    assert result.publishable is (line["published"] == "yes")
    if not result.publishable:
        assert broken(result) == {("picks_within_rule", "residents/life")}
        with pytest.raises(gates.BrokenGates, match="3835"):
            result.ensure_publishable()


@pytest.mark.parametrize("line", table("quorum"), ids=lambda line: f"{line['present']} of {line['enrolled']}")
def test_geumcheon_2013_without_a_majority_of_those_enrolled_there_is_no_decision(line: dict[str, str]) -> None:
    enrolled, present = int(line["enrolled"]), int(line["present"])
    assert quorum.quorum_of(enrolled) == int(line["quorum"])
    assert quorum.is_quorate(present, enrolled) is (line["quorate"] == "yes")


@pytest.mark.parametrize("enrolled", range(1, 60))
def test_a_quorum_is_more_than_half_and_the_smallest_such_number(enrolled: int) -> None:
    needed = quorum.quorum_of(enrolled)
    assert needed * 2 > enrolled >= (needed - 1) * 2


def test_an_honest_count_passes_every_gate() -> None:
    rolls = {"residents": {"online": 60, "desk": 40}, "committee": {"meeting": 10}}
    by_item = {"committee": {"A": 10, "B": 9, "C": 10, "D": 8}}
    result = counting.count(
        example_with(),
        worked.ballots(),
        participations=rolls,
        present={"committee": 12},
        present_by_item=by_item,
    )
    assert broken(result) == set()
    result.ensure_publishable()


def test_every_printed_gate_is_asked() -> None:
    printed = {word for line in table("gates") for word in words(line["code"])}
    data = for_chambers(example(), kind="cumulative", points_limit=5)
    result = counting.count(
        Manifest.from_json(data),
        {},
        participations={},
        present={"committee": 0},
        present_by_item={"committee": {"A": 0}},
        seed="s",
    )
    assert {gate.code for gate in result.gates} == printed


def test_a_ballot_more_than_people_who_took_part_is_refused() -> None:
    rolls = {"residents": {"online": 99}, "committee": {"meeting": 10}}
    result = counting.count(example_with(), worked.ballots(), participations=rolls)
    assert broken(result) == {("ballots_equal_participations", "residents")}


def test_ballots_of_a_chamber_that_is_not_on_the_rolls_are_refused() -> None:
    result = counting.count(example_with(), worked.ballots(), participations={"residents": {"online": 100}})
    assert broken(result) == {("ballots_equal_participations", "committee")}


def test_ballots_must_match_the_rolls_channel_by_channel() -> None:
    """In all there are as many as there should be, but one has moved from the desk to the net."""
    boxes = worked.ballots()
    online = [{"choices": choices, "channel": "online"} for choices in boxes["residents"][:61]]
    desk = [{"choices": choices, "channel": "desk"} for choices in boxes["residents"][61:]]
    rolls = {"residents": {"online": 60, "desk": 40}, "committee": {"meeting": 10}}
    result = counting.count(
        example_with(), {"residents": online + desk, "committee": boxes["committee"]}, participations=rolls
    )
    assert broken(result) == {
        ("ballots_equal_participations", "residents/online"),
        ("ballots_equal_participations", "residents/desk"),
    }


def test_void_ballots_are_counted_on_the_rolls_as_well() -> None:
    boxes = worked.ballots()
    boxes["residents"].append(["A", "B", "C"])
    rolls = {"residents": {"online": 101}, "committee": {"meeting": 10}}
    assert counting.count(example_with(), boxes, participations=rolls).publishable


def test_more_committee_ballots_than_members_present_are_refused() -> None:
    result = counting.count(example_with(), worked.ballots(), present={"committee": 9})
    assert broken(result) == {("ballots_within_present", "committee")}


def test_more_votes_for_an_item_than_members_not_recused_from_it_are_refused() -> None:
    result = counting.count(example_with(), worked.ballots(), present_by_item={"committee": {"D": 7, "B": 7}})
    assert broken(result) == {("picks_within_present", "committee/D")}


def test_a_recused_member_picks_fewer_and_the_sum_still_adds_up_exactly() -> None:
    data = for_chambers(example(), picks={"life": [2, 2], "safety": [1, 1]}, total=None)
    boxes = {
        "residents": [["A", "B", "C"]] * 3,
        "committee": [
            ["A", "B", "C"],
            {"choices": ["B", "D"], "barred": ["C"]},
            {"choices": ["D", "C"], "barred": ["A", "B"]},
        ],
    }
    result = counting.count(Manifest.from_json(data), boxes, seed="s")
    assert result.publishable
    numbers = {gate.where: gate.numbers for gate in result.gates if gate.code == "picks_within_rule"}
    assert numbers["committee/life"] == {"picks": 5, "least": 5, "most": 5, "valid": 3}
    assert numbers["committee/safety"] == {"picks": 2, "least": 2, "most": 2, "valid": 3}


def doctored(**changes: object) -> Result:
    manifest = example_with()
    tallies = counting.empty_boxes(manifest, worked.ballots())
    tallies["residents"] = replace(tallies["residents"], **changes)  # type: ignore[arg-type]
    return counting.result_of(manifest, tallies)


def test_a_ballot_that_is_neither_valid_nor_void_is_noticed() -> None:
    assert broken(doctored(cast=101)) == {("ballots_add_up", "residents")}


def test_a_vote_moved_between_items_and_ballots_is_noticed() -> None:
    assert broken(doctored(votes_given=201)) == {("votes_equal_picks", "residents")}


def test_an_item_on_more_ballots_than_there_are_is_noticed() -> None:
    votes = {"A": 101, "B": 50, "C": 30, "D": 19}
    assert broken(doctored(votes=votes, picks=votes)) == {("no_item_above_ballots", "residents")}


def test_more_points_than_each_ballot_may_give_are_noticed() -> None:
    data = for_chambers(example(), kind="cumulative", points_limit=5)
    manifest = Manifest.from_json(data)
    tallies = counting.empty_boxes(manifest, {"residents": [{"A": 3, "B": 2}], "committee": [{"A": 1, "C": 4}]})
    tallies["residents"] = replace(tallies["residents"], votes={"A": 4, "B": 2, "C": 0, "D": 0}, votes_given=6)
    assert broken(counting.result_of(manifest, tallies)) == {("points_within_rule", "residents")}


@pytest.mark.parametrize(
    ("lines", "gate"),
    [
        ([("A", 300), ("B", 400), ("C", 0), ("D", 450)], ("funded_within_cap", "main")),
        ([("A", 0), ("B", 400), ("C", 150)], ("every_item_once", "items")),
        ([("A", 0), ("B", 400), ("C", 0), ("D", 450), ("D", 0)], ("every_item_once", "items")),
        ([("A", 0), ("B", 400), ("C", 0), ("Z", 450)], ("every_item_once", "items")),
    ],
)
def test_a_doctored_list_of_winners_is_refused(lines: list[tuple[str, int]], gate: tuple[str, str]) -> None:
    manifest = example_with()
    tallies = counting.empty_boxes(manifest, worked.ballots())
    paid = [gates.Paid(item, won * worked.MILLION, "within_cap") for item, won in lines]
    found = gates.check(manifest, tallies, paid)
    assert {(gate.code, gate.where) for gate in found if not gate.holds} == {gate}


@pytest.mark.parametrize(("cover", "holds"), [("1/2", True), ("4/5", False)])
def test_only_as_much_excess_as_near_allows_passes(cover: str, holds: bool) -> None:
    manifest = example_with(cap_policy={"kind": "near", "cover": cover})
    tallies = counting.empty_boxes(manifest, worked.ballots())
    amounts = {"A": (300, "near_cover"), "B": (400, "within_cap"), "C": (0, "pot_closed"), "D": (450, "within_cap")}
    paid = [gates.Paid(item, won * worked.MILLION, reason) for item, (won, reason) in amounts.items()]
    (gate,) = [gate for gate in gates.check(manifest, tallies, paid) if gate.code == "funded_within_cap"]
    assert gate.holds is holds
    assert gate.numbers["excess"] == 150 * worked.MILLION
