"""What holds for every round, tried on random ones."""

import copy
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.tally import counting
from app.tally.award import Rules, lots_of
from app.tally.manifest import CapPolicy, Manifest
from app.tally.result import ItemRow, Result
from tests.tally.elections import SEED, Ballots, elections
from tests.tally.worked import example, for_chambers

usual = settings(deadline=None, max_examples=60)
each = given(election=elections())
Election = tuple[Manifest, Ballots]


def counted(manifest: Manifest, ballots: Ballots) -> Result:
    return counting.count(manifest, ballots, seed=SEED)


def row(result: Result, item: str) -> ItemRow:
    return next(row for row in result.items if row.id == item)


@usual
@each
def test_no_pot_pays_more_than_its_cap_but_for_the_reported_excess_of_near(election: Election) -> None:
    manifest, _ = election
    for pot in counted(*election).pots:
        assert pot.funded - pot.excess + pot.left == pot.cap
        assert pot.excess == 0 or (manifest.cap_policy.kind == "near" and pot.left == 0)


@usual
@each
def test_every_item_is_in_the_result_once_and_places_count_from_one(election: Election) -> None:
    manifest, _ = election
    items = counted(*election).items
    assert sorted(row.id for row in items) == sorted(item.id for item in manifest.items)
    assert [row.place for row in items] == list(range(1, len(items) + 1))
    assert all(one.score >= two.score for one, two in zip(items, items[1:], strict=False))


@usual
@given(election=elections(), data=st.data())
def test_the_order_of_ballots_and_of_items_in_the_manifest_changes_nothing(
    election: Election, data: st.DataObject
) -> None:
    manifest, ballots = election
    shuffled = {name: data.draw(st.permutations(cast)) for name, cast in ballots.items()}
    assert counted(manifest, shuffled).sha256 == counted(manifest, ballots).sha256

    turned = replace(manifest, items=manifest.items[::-1], tie_order=("ballot-number",))
    straight = replace(manifest, tie_order=("ballot-number",))
    assert counted(turned, ballots).items == counted(straight, ballots).items


@usual
@each
def test_counting_twice_gives_the_same_bytes(election: Election) -> None:
    manifest, ballots = election
    again = Manifest.from_json(copy.deepcopy(manifest.to_json()))
    assert counted(again, copy.deepcopy(ballots)).sha256 == counted(manifest, ballots).sha256


@usual
@each
def test_all_gates_hold_whatever_is_in_the_box(election: Election) -> None:
    _, ballots = election
    result = counted(*election)
    assert [gate for gate in result.gates if not gate.holds] == []
    for chamber in result.chambers:
        assert chamber.cast == len(ballots[chamber.id]) == chamber.valid + sum(chamber.void.values())


@usual
@each
def test_running_sums_end_at_what_the_pot_has_paid(election: Election) -> None:
    result = counted(*election)
    for pot in result.pots:
        in_pot = [row for row in result.items if row.pot == pot.id]
        for before, after in zip(in_pot, in_pot[1:], strict=False):
            assert after.running == before.running + after.funded
        assert (in_pot[-1].running if in_pot else 0) == pot.funded


@usual
@each
def test_a_normalisation_by_share_hands_out_exactly_the_weights(election: Election) -> None:
    manifest, ballots = election
    chambers = tuple(replace(chamber, normalisation="share", scope="ballot") for chamber in manifest.chambers)
    result = counted(replace(manifest, chambers=chambers), ballots)
    handed_out = sum((row.weight for row in result.chambers if row.votes), Fraction(0))
    assert sum((row.score for row in result.items), Fraction(0)) == handed_out


@usual
@each
def test_the_reserve_list_is_what_is_eligible_and_not_funded_in_order(election: Election) -> None:
    result = counted(*election)
    waiting = [row for row in result.items if not row.funded and row.reason != "below_threshold"]
    assert result.reserve == [row.id for row in waiting]
    assert [row.reserve for row in waiting] == list(range(1, len(waiting) + 1))


@usual
@each
def test_quotas_are_kept(election: Election) -> None:
    manifest, _ = election
    funded = {row.id: row.funded for row in counted(*election).items if row.funded}
    keys: dict[str, Callable[[str], str | None]] = {
        "per_dong": lambda name: items[name].dong,
        "per_section": lambda name: items[name].section,
        "per_proposer": lambda name: items[name].proposer,
    }
    items = {item.id: item for item in manifest.items}
    for rule, key in keys.items():
        quota = getattr(manifest.quotas, rule)
        for value in {key(name) for name in funded} - {None}:
            sums = [won for name, won in funded.items() if key(name) == value]
            assert quota is None or quota.count is None or len(sums) <= quota.count
            assert quota is None or quota.cost is None or sum(sums) <= quota.cost


@usual
@each
def test_exclusive_items_are_never_both_funded(election: Election) -> None:
    manifest, _ = election
    funded = {row.id for row in counted(*election).items if row.funded}
    assert not any(item.id in funded and other in funded for item in manifest.items for other in item.excludes)


@usual
@each
def test_a_tie_names_all_items_of_equal_score_and_nothing_else(election: Election) -> None:
    result = counted(*election)
    for one in result.items:
        equal = {two.id for two in result.items if two.score == one.score and two.id != one.id}
        assert set(one.tied_with) == equal
        assert any(set(tie.items) == equal | {one.id} for tie in result.ties) is bool(equal)


@usual
@each
def test_a_tie_decides_when_some_other_order_of_it_would_pay_other_sums(election: Election) -> None:
    """Looking at the head and the end of the tie is enough: every order of it is tried here."""
    manifest, ballots = election
    manifest = replace(manifest, quotas=replace(manifest.quotas, at_least_one_per_section=False))
    sums = {name: tally.sums(manifest) for name, tally in counting.empty_boxes(manifest, ballots).items()}
    rules = Rules(manifest, lots_of(manifest, SEED))
    award = rules.award(sums)
    places = {item.id: place for place, item in enumerate(manifest.items)}
    for tie in counted(manifest, ballots).ties:
        if len(tie.items) > 5:
            continue
        group = [places[item] for item in tie.items]
        start = list(award.order).index(group[0])
        before, after = list(award.order[:start]), list(award.order[start + len(group) :])
        paid = [grant.amount for grant in award.grants]
        orders = ([*before, *turned, *after] for turned in permutations(group))
        assert tie.decisive is any([g.amount for g in rules.fund(order, sums)] != paid for order in orders)


@pytest.mark.parametrize("rule", ["raw", "turnout"])
@usual
@given(election=elections(), data=st.data())
def test_more_votes_never_hurt_under_rules_that_leave_the_others_alone(
    rule: str, election: Election, data: st.DataObject
) -> None:
    """More approvals of one item on the ballots that were cast. The others' figures stay, so their order does, and
    the item only moves up, to where at least as much money and as many places are left."""
    manifest, ballots = election
    chambers = tuple(replace(chamber, normalisation=rule) for chamber in manifest.chambers)
    manifest = replace(manifest, chambers=chambers)
    lots_stay = replace(manifest, tie_order=(*(r for r in manifest.tie_order if r != "lot"), "ballot-number"))
    item = data.draw(st.sampled_from([item.id for item in manifest.items]))
    before = row(counted(lots_stay, ballots), item)
    gained = {**ballots, "residents": [_with(ballot, item, data) for ballot in ballots["residents"]]}
    after = row(counted(lots_stay, gained), item)
    assert after.chambers["residents"].votes >= before.chambers["residents"].votes
    assert after.place <= before.place
    assert after.funded > 0 or not before.funded


def _with(ballot: object, item: str, data: st.DataObject) -> object:
    if isinstance(ballot, list) and item not in ballot and data.draw(st.booleans()):
        return [*ballot, item]
    return ballot


@usual
@each
def test_a_seed_is_only_asked_for_where_a_lot_is_needed(election: Election) -> None:
    manifest, ballots = election
    with_seed = counted(manifest, ballots)
    drawn = any("lot" in tie.settled_by for tie in with_seed.ties)
    try:
        without = counting.count(manifest, ballots)
    except counting.SeedNeeded as needed:
        assert drawn and len(needed.items) > 1
    else:
        assert not drawn
        assert [row.id for row in without.items] == [row.id for row in with_seed.items]


@usual
@each
def test_skip_never_leaves_money_that_an_eligible_item_without_hindrance_could_use(election: Election) -> None:
    manifest, ballots = election
    result = counted(replace(manifest, cap_policy=CapPolicy("skip")), ballots)
    left = {pot.id: pot.left for pot in result.pots}
    for line in result.items:
        assert line.reason not in ("over_left", "lost_tie") or line.cost > left[line.pot]


def test_the_example_of_the_document_is_counted_the_same_from_either_kind_of_list() -> None:
    manifest = Manifest.from_json(for_chambers(example()))
    as_tuples = counting.count(manifest, {"residents": [("A", "B")], "committee": iter([["A", "C"]])})
    as_lists = counting.count(manifest, {"residents": [["A", "B"]], "committee": [["A", "C"]]})
    assert as_tuples.sha256 == as_lists.sha256
