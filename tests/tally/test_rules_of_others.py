"""The rules of other cities: each by a small case worked by hand, Equal Shares also against its plain definition."""

import os
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tally.equal_shares import Electorate, add_one, equal_shares
from app.tally.pabulib import read
from app.tally.phragmen import sequential_phragmen
from app.tally.rules_of_others import Outcome, count
from tests.tally.pb_text import FOLDER, pb, written


def counted(folder: Path, text: str, rule: str = "auto") -> Outcome:
    return count(read(written(folder, text)), rule)


def choose(**votes: int) -> list[str]:
    return [id for id, n in votes.items() for _ in range(n)]


def test_greedy_goes_by_votes_not_by_votes_per_cost(tmp_path: Path) -> None:
    text = pb([("cheap", 1), ("dear", 100)], choose(cheap=2, dear=3))
    assert counted(tmp_path, text).selected == ("dear",)


def test_greedy_skips_what_does_not_fit(tmp_path: Path) -> None:
    text = pb([("a", 60), ("b", 50), ("c", 40)], choose(a=3, b=2, c=1))
    assert counted(tmp_path, text) == Outcome(("a", "c"), 100, "greedy", 0)


def test_no_skip_stops_at_the_first_that_does_not_fit(tmp_path: Path) -> None:
    text = pb([("a", 60), ("b", 50), ("c", 40)], choose(a=3, b=2, c=1), rule="greedy-no-skip")
    assert counted(tmp_path, text).selected == ("a",)


@pytest.mark.parametrize(
    "rule", ["greedy-threshold", "greedy-no-skip", "greedy-exclusive", "greedy-custom", "unknown", ""]
)
def test_a_threshold_is_kept_and_reaching_it_is_enough(tmp_path: Path, rule: str) -> None:
    text = pb([("a", 10), ("b", 10), ("c", 10)], choose(a=3, b=2, c=1), rule=rule, min_project_score_threshold=2)
    assert counted(tmp_path, text).selected == ("a", "b")


def test_ties_follow_file_order_whatever_the_ids(tmp_path: Path) -> None:
    votes = choose(z=2, a=2, m=3, b=2)
    projects = [("z", 40), ("b", 40), ("a", 40), ("m", 20)]
    assert counted(tmp_path, pb(projects, votes)).selected == ("m", "z", "b")
    assert counted(tmp_path, pb(projects[::-1], votes)).selected == ("m", "a", "b")


@pytest.mark.parametrize("rule", ["greedy", "greedy-no-skip", "greedy-threshold", "equal-shares", "phragmen"])
def test_a_withdrawn_project_is_neither_funded_nor_a_reason_to_stop(tmp_path: Path, rule: str) -> None:
    text = pb([("gone", 999999999), ("b", 100)], choose(gone=3, b=2))
    assert counted(tmp_path, text, rule).selected == ("b",)


def test_void_ballots_do_not_count(tmp_path: Path) -> None:
    text = pb([("a", 100), ("b", 100)], ["a,b", "a,b", "b"], vote_type="choose-1")
    assert counted(tmp_path, text) == Outcome(("b",), 100, "greedy", 2)


def test_with_every_ballot_void_nothing_is_divided_by_zero(tmp_path: Path) -> None:
    text = pb([("a", 100)], [""], rule="equalshares/add1")
    assert counted(tmp_path, text) == Outcome((), 0, "equalshares/add1", 1)


@pytest.mark.parametrize(("cost", "selected"), [(50, ("a", "b")), (51, ("a",)), (40, ("a", "b", "c"))])
def test_poznan_funds_from_the_reserve_what_is_covered_to_80_percent(
    tmp_path: Path, cost: int, selected: tuple[str, ...]
) -> None:
    text = pb([("a", 60), ("b", cost), ("c", 0)], choose(a=3, b=2, c=1), rule="greedy-custom", unit="Poznań")
    assert counted(tmp_path, text).selected == selected


def test_the_official_outcome_is_never_looked_at(tmp_path: Path) -> None:
    text = (FOLDER / "poznan.pb").read_text(encoding="utf-8")
    turned = text.replace(";60;1", ";60;0").replace(";20;0", ";20;1")
    assert counted(tmp_path, turned) == count(read(FOLDER / "poznan.pb"))
    assert read(written(tmp_path, turned)).official == ("b", "c")


def test_shipped_files_reproduce_their_outcomes() -> None:
    files = sorted(FOLDER.glob("*.pb"))
    assert len(files) == 8
    for file in files:
        election = read(file)
        assert set(count(election).selected) == set(election.official or ()), file


def test_equal_shares_leave_a_minority_its_part(tmp_path: Path) -> None:
    """60 of 100 voters want a, b, c at 40 each; 40 want d: greedy serves the majority only, equal shares both."""
    text = pb([(id, 40) for id in "abcd"], ["a,b,c"] * 60 + ["d"] * 40)
    assert counted(tmp_path, text, "greedy").selected == ("a", "b")
    assert counted(tmp_path, text, "equal-shares").selected == ("a", "d")


def test_equal_shares_once_and_completed(tmp_path: Path) -> None:
    """25 each: a costs its three supporters 20 each; b's two have 5 + 25 of 35, enough with 28 each: 8 + 28."""
    text = (FOLDER / "equal_shares.pb").read_text(encoding="utf-8")
    assert counted(tmp_path, text).selected == ("a", "b")
    assert counted(tmp_path, text.replace("equalshares/add1", "equalshares")).selected == ("a",)


def test_an_outcome_over_the_budget_is_not_kept_even_if_a_later_one_would_fit(tmp_path: Path) -> None:
    """One more unit buys both where only one fits: nothing is kept but the last outcome before."""
    text = pb([("a", 60), ("b", 60)], ["a", "b"], rule="equalshares/add1")
    assert counted(tmp_path, text) == Outcome((), 0, "equalshares/add1", 0)


COMPARED = pb(
    [("a", 40), ("b", 40), ("c", 40), ("d", 40)], ["a,b,c"] * 6 + ["d"] * 4, rule="equalshares/add1-comparison"
)


def test_greedy_replaces_equal_shares_if_more_voters_prefer_it(tmp_path: Path) -> None:
    """Shares fund a and d, greedy a and b: six gain one, four lose one."""
    assert counted(tmp_path, COMPARED).selected == ("a", "b")


def test_greedy_does_not_replace_equal_shares_on_a_draw(tmp_path: Path) -> None:
    drawn = COMPARED.replace("\n1;a,b,c\n2;a,b,c\n", "\n1;a\n2;a\n").replace("num_votes;10", "num_votes;0")
    shares = counted(tmp_path, drawn.replace("-comparison", ""))
    greedy = counted(tmp_path, drawn, "greedy")
    assert (shares.selected, greedy.selected) == (("a", "d"), ("a", "b"))
    assert counted(tmp_path, drawn).selected == shares.selected


def test_phragmen_by_hand() -> None:
    """Levels: a at 30/3 = 10 (tied with b, but first), b at (10 + 20)/2 = 15, c at (10 + 15 + 25)/2 = 25."""
    costs = {0: 30, 1: 20, 2: 25}
    groups = {(0,): 1, (0, 1): 1, (0, 2): 1, (1, 2): 1}
    assert sequential_phragmen(costs, groups, 75) == [0, 1, 2]
    assert sequential_phragmen(costs, groups, 74) == [0, 1]


def test_phragmen_stops_where_the_next_does_not_fit_even_if_a_later_one_would() -> None:
    assert sequential_phragmen({0: 60, 1: 50, 2: 10}, {(0,): 6, (1,): 4, (2,): 1}, 100) == [0, 2]
    assert sequential_phragmen({0: 60, 1: 50, 2: 15}, {(0,): 6, (1,): 4, (2,): 1}, 100) == [0]


def plain_equal_shares(costs: dict[int, int], ballots: list[frozenset[int]], share: Fraction) -> list[int]:
    """The definition, word for word and slow."""
    purse = [share] * len(ballots)
    bought: list[int] = []
    while True:
        offers = []
        for place, cost in costs.items():
            behind = [voter for voter, picks in enumerate(ballots) if place in picks]
            if place in bought or sum(purse[v] for v in behind) < cost or not behind:
                continue
            full = list(behind)
            most = Fraction(cost, len(full))
            while any(purse[v] < most for v in full):
                full = [v for v in full if purse[v] >= most]
                most = (cost - sum(purse[v] for v in behind if v not in full)) / len(full)
            offers.append((most / cost, place, most, behind))
        if not offers:
            return bought
        _, place, most, behind = min(offers)
        bought.append(place)
        for voter in behind:
            purse[voter] -= min(purse[voter], most)


def plain_add_one(costs: dict[int, int], ballots: list[frozenset[int]], budget: int) -> list[int]:
    share, kept = Fraction(budget, len(ballots)), []
    wanted = {place for place in costs if any(place in picks for picks in ballots)}
    while set(kept) != wanted:
        bought = plain_equal_shares(costs, ballots, share)
        if sum(costs[place] for place in bought) > budget:
            break
        kept, share = bought, share + 1
    return kept


def grouped(ballots: list[frozenset[int]]) -> Counter[tuple[int, ...]]:
    return Counter(tuple(sorted(picks)) for picks in ballots)


elections = st.integers(2, 6).flatmap(
    lambda m: st.tuples(
        st.lists(st.integers(1, 40), min_size=m, max_size=m).map(lambda costs: dict(enumerate(costs))),
        st.lists(st.frozensets(st.integers(0, m - 1), min_size=1), min_size=1, max_size=12),
        st.integers(1, 120),
    )
)


@given(elections)
def test_equal_shares_agree_with_their_definition(election: tuple) -> None:
    costs, ballots, budget = election
    share = Fraction(budget, len(ballots))
    assert equal_shares(Electorate(costs, grouped(ballots)), share).bought == plain_equal_shares(costs, ballots, share)


@given(elections)
def test_completion_agrees_with_adding_one_at_a_time(election: tuple) -> None:
    costs, ballots, budget = election
    electorate = Electorate(costs, grouped(ballots))
    assert add_one(electorate, budget, len(ballots)) == plain_add_one(costs, ballots, budget)


@given(elections, st.integers(0, 40))
def test_a_count_said_to_be_steady_is(election: tuple, more: int) -> None:
    costs, ballots, budget = election
    electorate, share = Electorate(costs, grouped(ballots)), Fraction(budget, len(ballots))
    run = equal_shares(electorate, share)
    further = min(more, run.steady)
    assert plain_equal_shares(costs, ballots, share + further) == run.bought


def test_completion_in_won_does_not_count_a_hundred_thousand_times(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = 0

    def counting(electorate: Electorate, share: Fraction) -> object:
        nonlocal counts
        counts += 1
        return equal_shares(electorate, share)

    monkeypatch.setattr("app.tally.equal_shares.equal_shares", counting)
    electorate = Electorate({0: 60_000_000, 1: 50_000_000, 2: 30_000_000}, {(0, 1): 60, (1, 2): 40})
    assert add_one(electorate, 100_000_000, 100) == [1, 2]
    assert counts < 20


CORPUS = os.environ.get("PB_CORPUS")
NOT_REPRODUCIBLE = {
    "Hungary_Budapest_2023_VIII_Jozsefvaros.pb",
    "Hungary_Budapest_2025_XI_Ujbuda.pb",
    "Hungary_Veszprem_2025.pb",
}
"""Why: docs/pabulib.md."""


@pytest.mark.skipif(not CORPUS, reason="PB_CORPUS names no folder of real .pb files")
def test_auto_agrees_with_every_reproducible_official_outcome() -> None:
    differing, agreeing = set(), set()
    for file in Path(CORPUS or "").glob("*.pb"):
        election = read(file)
        if election.official is not None:
            same = set(count(election).selected) == set(election.official)
            (agreeing if same else differing).add(file.name)
    assert agreeing
    assert differing <= NOT_REPRODUCIBLE
