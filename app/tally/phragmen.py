"""Sequential Phragmén for projects with costs, in exact arithmetic.

Money flows to every voter at the same pace; as soon as a project's supporters hold its cost together, they buy it.
Seen from the other side, each purchase spreads its cost as load over its supporters so that all bear the same.
The rule stops when what could be bought next no longer fits the budget.
Source: Los, Christoff, Grossi, "Proportional Budget Allocations: Towards a Systematization" (IJCAI 2022).
"""

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction

from app.tally.pabulib_faults import Exact


def sequential_phragmen(costs: Mapping[int, Exact], groups: Mapping[tuple[int, ...], int], budget: Exact) -> list[int]:
    """Places in the order they are bought. `groups`: picks → how many ballots; ties go to the smaller place."""
    affordable = {place: cost for place, cost in costs.items() if cost <= budget}
    loads = _Loads(affordable, groups)
    bought: list[int] = []
    while loads.borne:
        levels = loads.levels_if_bought()
        lowest = min(levels.values())
        next_ones = [place for place, level in levels.items() if level == lowest]
        if any(affordable[place] > budget for place in next_ones):
            break
        choice = min(next_ones)
        bought.append(choice)
        budget -= affordable[choice]
        loads.buy(choice, lowest)
    return bought


class _Loads:
    """Voters who last paid for the same project bear the same; `borne` is what a project's supporters bear now."""

    def __init__(self, costs: Mapping[int, Exact], groups: Mapping[tuple[int, ...], int]) -> None:
        self.costs = costs
        self.ballots, self.weights = list(groups), list(groups.values())
        self.backers: defaultdict[int, list[int]] = defaultdict(list)
        for group, picks in enumerate(self.ballots):
            for pick in picks:
                self.backers[pick].append(group)
        self.borne = {place: Fraction(0) for place in costs if place in self.backers}
        self.votes = {place: sum(self.weights[group] for group in self.backers[place]) for place in self.borne}
        self.history = [Fraction(0)]
        self.paid_last = [0] * len(self.ballots)

    def levels_if_bought(self) -> dict[int, Fraction]:
        return {place: (borne + self.costs[place]) / self.votes[place] for place, borne in self.borne.items()}

    def buy(self, choice: int, level: Fraction) -> None:
        """All supporters bear `level` from now on."""
        del self.borne[choice]
        risen: dict[int, defaultdict[int, int]] = {place: defaultdict(int) for place in self.borne}
        for group in self.backers[choice]:
            before, voters = self.paid_last[group], self.weights[group]
            for pick in self.ballots[group]:
                if pick in risen:
                    risen[pick][before] += voters
            self.paid_last[group] = len(self.history)
        for place, voters_before in risen.items():
            self.borne[place] += sum(n * (level - self.history[before]) for before, n in voters_before.items())
        self.history.append(level)
