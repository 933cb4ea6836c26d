"""Margins and stability, against trying every number one by one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.tally import counting, explain
from app.tally.award import Rules, lots_of
from app.tally.manifest import Manifest
from tests.tally import worked
from tests.tally.elections import SEED, Ballots, approvals, elections, manifest_json
from tests.tally.worked import example, for_chambers, table

ENOUGH = 80  # more votes than any small election can ask for, unless no number is enough


@given(election=elections())
@settings(deadline=None, max_examples=150)
def test_a_margin_is_the_first_number_of_votes_that_changes_the_fate_of_the_item(
    election: tuple[Manifest, Ballots],
) -> None:
    _compare_with_every_number(*election)


@given(data=st.data(), kind=st.sampled_from(["ranking", "cumulative", "scores"]))
@settings(deadline=None, max_examples=60)
def test_a_margin_in_points_is_exact_as_well(data: st.DataObject, kind: str) -> None:
    drawn = data.draw(st.composite(manifest_json)())
    limits = {"points_limit": 9 if kind == "cumulative" else None, "score_range": [0, 4] if kind == "scores" else None}
    manifest = Manifest.from_json(for_chambers(drawn, kind=kind, **limits))
    ids = [item.id for item in manifest.items]
    ballot = st.lists(st.sampled_from(ids), unique=True)
    if kind != "ranking":
        ballot = st.dictionaries(st.sampled_from(ids), st.integers(0, 4), max_size=2)
    votes = st.lists(ballot, max_size=8)
    _compare_with_every_number(manifest, {"residents": data.draw(votes), "committee": data.draw(votes)})


def _compare_with_every_number(manifest: Manifest, ballots: Ballots) -> None:
    tallies = counting.empty_boxes(manifest, ballots)
    sums = {chamber: tally.sums(manifest) for chamber, tally in tallies.items()}
    rules = Rules(manifest, lots_of(manifest, SEED))
    award = rules.award(sums)
    margins = explain.margins(rules, sums, award, drawn=True)
    last = {rules.entries[place].pot: place for place in award.order if award.grants[place].amount}
    for place, grant in enumerate(award.grants):
        if grant.amount and place not in last.values():
            assert place not in margins
            continue
        sign, most = (-1, sums["residents"].votes[place]) if grant.amount else (1, ENOUGH)
        numbers = range(1, most + 1)
        found = next((n for n in numbers if _changes(rules, sums, place, sign * n, bool(grant.amount))), None)
        assert margins.get(place) == found or margins.get(place, 0) > ENOUGH


def _changes(rules: Rules, sums: dict[str, explain.Sums], place: int, votes: int, funded: bool) -> bool:
    award = rules.award(explain.shifted(rules.manifest, sums, place, votes))
    return bool(award.grants[place].amount) is not funded


@given(data=st.data())
@settings(deadline=None, max_examples=60)
def test_without_a_seed_the_margin_is_enough_whatever_the_draw(data: st.DataObject) -> None:
    manifest = Manifest.from_json(data.draw(st.composite(manifest_json)(tie_order=["cheaper", "lot"])))
    ballots = data.draw(approvals(manifest))
    try:
        undrawn = counting.count(manifest, ballots)
    except counting.SeedNeeded:
        return
    drawn = {row.id: row for row in counting.count(manifest, ballots, seed=SEED).items}
    for row in undrawn.items:
        if row.margin is not None:
            margin = drawn[row.id].margin
            assert margin is not None and margin.votes <= row.margin.votes


@pytest.mark.parametrize("line", table("hurts"), ids=lambda line: line["rule"])
def test_more_votes_can_hurt_where_they_change_what_the_votes_of_others_are_worth(line: dict[str, str]) -> None:
    assert _funded(line, more=0) == line["before"]
    assert _funded(line, more=int(line["more"])) == line["after"]
    assert line["item"] in line["before"].split()
    assert line["item"] not in line["after"].split()


def _funded(line: dict[str, str], more: int) -> str:
    data = for_chambers(example(), normalisation=line["rule"], picks={"life": [0, 3], "safety": [0, 1]}, total=None)
    data["pots"][0]["cap"] = 10
    data["tie_order"] = ["ballot-number"]
    del data["items"][3]
    for item, cost in zip(data["items"], line["costs"].split(), strict=True):
        item.update(cost=int(cost), min_cost=None)
    ballots = {name: _singles(line[name]) for name in ("residents", "committee")}
    ballots["residents"] += [[line["item"]]] * more
    result = counting.count(Manifest.from_json(data), ballots)
    return " ".join(sorted(row.id for row in result.items if row.funded))


def _singles(votes: str) -> list[list[str]]:
    return [[item] for item, number in zip("ABC", votes.split(), strict=True) for _ in range(int(number))]


def test_margins_are_told_in_residents_votes_or_else_in_those_of_the_first_chamber() -> None:
    manifest = worked.example_with()
    assert explain.first_chamber(manifest) == "residents"
    data = example()
    data["chambers"] = [{**data["chambers"][1], "weight": "1/1"}]
    data["tie_order"] = ["ballot-number"]
    assert explain.first_chamber(Manifest.from_json(data)) == "committee"


def test_stability_takes_outcomes_of_rules_counted_elsewhere() -> None:
    manifest = worked.example_with()
    tallies = counting.empty_boxes(manifest, worked.ballots())
    variants = explain.stability(manifest, tallies, others={"equal-shares": ["A", "B"]})
    assert variants[-1] == explain.Variant("rule", "equal-shares", ("A",), ("C", "D"))
