"""Rules other cities decide by, for comparison; never mixed with an official result of ours.

Each rule names projects by their place in the file. Where a rule cannot tell two projects apart, the one that stands
first wins: the format has no field for ties, and file order reproduces what cities chose.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.tally.equal_shares import Electorate, add_one, equal_shares
from app.tally.pabulib import Election
from app.tally.pabulib_ballots import valid
from app.tally.pabulib_faults import Exact
from app.tally.phragmen import sequential_phragmen


@dataclass(frozen=True, slots=True)
class Outcome:
    """`selected`: ids in the order the rule took them; `rule`: the rule followed, META's own words under `auto`."""

    selected: tuple[str, ...]
    cost: Exact
    rule: str
    void: int


def count(election: Election, rule: str = "auto") -> Outcome:
    """Never looks at the official outcome. `rule` is `auto` or one of RULES (KeyError)."""
    take = _rule_of(election) if rule == "auto" else RULES[rule]
    places = take(election)
    return Outcome(
        selected=tuple(election.projects[place].id for place in places),
        cost=sum(election.projects[place].cost for place in places),
        rule=election.rule if rule == "auto" else rule,
        void=election.void.total(),
    )


def take_in_order(
    order: Sequence[int], costs: Mapping[int, Exact], budget: Exact, *, skip: bool = True, reach: Fraction | None = None
) -> list[int]:
    """Funds in order what fits; at the first that does not: goes on (`skip`), or stops.

    `reach`: before stopping, the first that does not fit is funded too where the rest covers this part of its cost.
    """
    taken: list[int] = []
    for place in order:
        if costs[place] <= budget:
            taken.append(place)
            budget -= costs[place]
        elif not skip:
            if reach is not None and budget >= reach * costs[place]:
                taken.append(place)
            break
    return taken


def greedy(election: Election) -> list[int]:
    """Most votes (points, Borda score) first, whatever the cost; takes what fits, else skips."""
    return take_in_order(_by_score(election, threshold=None), _costs(election), election.budget)


def greedy_threshold(election: Election) -> list[int]:
    return take_in_order(_by_score(election, election.threshold), _costs(election), election.budget)


def greedy_no_skip(election: Election) -> list[int]:
    return take_in_order(_by_score(election, election.threshold), _costs(election), election.budget, skip=False)


def poznan(election: Election) -> list[int]:
    """Stops at the first that does not fit; the city's reserve funds that one if 80 % of its cost is left."""
    order = _by_score(election, election.threshold)
    return take_in_order(order, _costs(election), election.budget, skip=False, reach=Fraction(8, 10))


def equal_shares_once(election: Election) -> list[int]:
    electorate, voters = _electorate(election)
    return equal_shares(electorate, Fraction(election.budget) / voters).bought if voters else []


def equal_shares_completed(election: Election) -> list[int]:
    electorate, voters = _electorate(election)
    return add_one(electorate, election.budget, voters) if voters else []


def phragmen(election: Election) -> list[int]:
    return sequential_phragmen(_costs(election), _groups(election), election.budget)


RULES: dict[str, Callable[[Election], list[int]]] = {
    "greedy": greedy,
    "greedy-no-skip": greedy_no_skip,
    "greedy-threshold": greedy_threshold,
    "equal-shares": equal_shares_completed,
    "phragmen": phragmen,
}

_RULES_OF_META: dict[str, Callable[[Election], list[int]]] = {
    "greedy": greedy,
    "greedy-no-skip": greedy_no_skip,
    "equalshares": equal_shares_once,
    "equalshares/add1": equal_shares_completed,
    "equalshares-comparison": lambda election: _compared(election, equal_shares_once(election)),
    "equalshares/add1-comparison": lambda election: _compared(election, equal_shares_completed(election)),
}


def _rule_of(election: Election) -> Callable[[Election], list[int]]:
    if election.has_poznan_rule:
        return poznan
    return _RULES_OF_META.get(election.rule, greedy_threshold)


def _compared(election: Election, shares: list[int]) -> list[int]:
    """Greedy replaces it only if strictly more voters would see more of their picks funded."""
    rival = greedy(election)
    gained, lost = set(rival) - set(shares), set(shares) - set(rival)
    margin = 0
    for ballot in valid(election.ballots):
        change = sum(pick in gained for pick in ballot.picks) - sum(pick in lost for pick in ballot.picks)
        margin += ballot.count * ((change > 0) - (change < 0))
    return rival if margin > 0 else shares


def _costs(election: Election) -> dict[int, Exact]:
    """Of the projects that stand for election, by place; a withdrawn one does not."""
    return {place: project.cost for place, project in enumerate(election.projects) if not project.withdrawn}


def _by_score(election: Election, threshold: Exact | None) -> list[int]:
    eligible = [p for p in _costs(election) if threshold is None or election.scores[p] >= threshold]
    return sorted(eligible, key=lambda place: -election.scores[place])


def _groups(election: Election) -> Counter[tuple[int, ...]]:
    """Picks → how many valid ballots have just these, in any order."""
    groups: Counter[tuple[int, ...]] = Counter()
    for ballot in valid(election.ballots):
        groups[tuple(sorted(ballot.picks))] += ballot.count
    return groups


def _electorate(election: Election) -> tuple[Electorate, int]:
    groups = _groups(election)
    return Electorate(_costs(election), groups), groups.total()
