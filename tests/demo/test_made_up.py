"""Votes and costs that are made up keep the rules that real ones are held to."""

from collections import Counter
from random import Random

import pytest

from app.demo import made_up
from app.demo.made_up import Pool

FIELDS = [Pool([f"{field}{n}" for n in range(6)], 2) for field in "abc"]
CODES = [code for pool in FIELDS for code in pool.codes]


def a_box(seed: int, count: int = 200) -> made_up.Box:
    rng = Random(seed)
    return made_up.ballots(FIELDS, made_up.popularity(CODES, rng), count, rng)


@pytest.mark.parametrize("seed", range(5))
def test_every_ballot_picks_its_number_of_different_projects_in_every_field(seed: int) -> None:
    for ballot in a_box(seed):
        assert len(set(ballot)) == len(ballot) == 6
        assert all(len(set(ballot) & set(pool.codes)) == pool.picks for pool in FIELDS)


def test_the_same_seed_makes_the_same_votes() -> None:
    assert a_box(1) == a_box(1) != a_box(2)


def test_what_is_liked_more_is_picked_more() -> None:
    liking = {**dict.fromkeys(CODES, 1.0), "a0": 5.0}
    votes = Counter(code for ballot in made_up.ballots(FIELDS, liking, 300, Random(3)) for code in ballot)
    assert all(votes["a0"] > votes[code] for code in FIELDS[0].codes if code != "a0")


@pytest.mark.parametrize("seed", range(8))  # odd and even differences among them
def test_two_projects_are_brought_level_and_every_ballot_still_keeps_the_rule(seed: int) -> None:
    box = a_box(seed, 151)
    made_up.level(box, "a1", "a4", [code for code in FIELDS[0].codes if code not in ("a1", "a4")])
    votes = Counter(code for ballot in box for code in ballot)
    assert votes["a1"] == votes["a4"] > 0
    for ballot in box:
        assert len(set(ballot)) == 6
        assert all(len(set(ballot) & set(pool.codes)) == pool.picks for pool in FIELDS)


def test_the_best_first_are_those_with_the_larger_sum_of_both_shares() -> None:
    residents, committee = [["x"], ["x"], ["y"], ["z"]], [["y"], ["y"], ["x"], ["z"]]
    assert made_up.best_first(["z", "y", "x"], residents, committee) == ["x", "y", "z"]


@pytest.mark.parametrize("seed", range(10))
def test_costs_spend_exactly_the_wanted_sum_and_nothing_else_fits(seed: int) -> None:
    order = [str(n) for n in range(40)]
    costs = made_up.costs(order, cap_won=900_000_000, spend_won=727_000_000, funded=31, rng=Random(seed))
    left, funded = 900_000_000, 0
    for code in order:
        if costs[code] <= left:
            left, funded = left - costs[code], funded + 1
    assert (left, funded) == (173_000_000, 31)
    assert all(cost >= made_up.LEAST_COST_WON and cost % made_up.STEP_WON == 0 for cost in costs.values())
