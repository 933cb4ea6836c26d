"""The Method of Equal Shares with cost utilities, in exact arithmetic, and the completion real cities use.

Every voter holds an equal share of the budget. The project that asks the least per unit of its cost from the
supporter who pays most is bought next; supporters who hold less give all they have.
Source: Peters, Pierczyński, Skowron, "Proportional Participatory Budgeting with Additive Utilities" (NeurIPS 2021).

Completion repeats the count with 1 more unit for every voter, hundreds of thousands of times where the unit is the
won. Most of these counts take the very same decisions: while they do, every amount is a straight line in the extra
money t, and so is every comparison. Each count therefore also tells for how many units nothing would change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import ceil, floor, gcd, lcm
from typing import NamedTuple

from app.tally.pabulib_faults import Exact

BROKE, FULL = 0, 1
"""The classes every run begins with: nothing left, and the whole share."""

FINE = 1 << 128
"""Rounding down to this part settles nearly all comparisons at once; the rest are settled exactly."""


class Electorate:
    """Ballots alike are one group; `costs` and `groups` (picks → how many) name projects by their place.

    Ties go to the project that stands first, the smaller place.
    """

    def __init__(self, costs: Mapping[int, Exact], groups: Mapping[tuple[int, ...], int]) -> None:
        self.weights = list(groups.values())
        self.backers: dict[int, list[int]] = {place: [] for place in costs}
        for group, picks in enumerate(groups):
            for pick in picks:
                if pick in costs:
                    self.backers[pick].append(group)
        self.unit = lcm(*(Fraction(cost).denominator for cost in costs.values()))
        self.costs = {place: int(cost * self.unit) for place, cost in costs.items() if self.backers[place]}
        self.votes = {place: sum(self.weights[group] for group in self.backers[place]) for place in self.costs}


@dataclass(frozen=True, slots=True)
class Run:
    """`bought`: places in order. The same for every share that is larger by 1, 2, … `steady` whole units."""

    bought: list[int]
    steady: int


class _Offer(NamedTuple):
    """What a project asks of its best-off supporter per unit of its cost: at least `asks` + `grows` · t.

    `least` and `growth` are the same, rounded down, in parts of 1/FINE.
    """

    asks: Fraction
    place: int
    grows: Fraction
    least: int
    growth: int

    @classmethod
    def of(cls, place: int, asks: Fraction, grows: Fraction) -> "_Offer":
        return cls(asks, place, grows, floor(asks * FINE), floor(grows * FINE))

    def room_before(self, other: "_Offer", room: int) -> int:
        """For how many t, at most `room`, this offer stays ahead of the other, as it is at t = 0."""
        if self.least + 1 + (self.growth + 1) * room < other.least + other.growth * room:
            return room
        gap, closing = other.asks - self.asks, self.grows - other.grows
        if closing * room < gap or (closing * room == gap and self.place < other.place):
            return room
        meet = gap / closing
        return ceil(meet) - 1 if self.place > other.place else floor(meet)


def equal_shares(electorate: Electorate, share: Exact) -> Run:
    """When every voter holds `share`. Projects that cost nothing are bought first."""
    bought = [place for place, cost in electorate.costs.items() if not cost]
    purses = _Purses(electorate, share)
    asking = [
        _Offer.of(place, Fraction(1, electorate.votes[place]), Fraction(0))
        for place, cost in electorate.costs.items()
        if cost
    ]
    heapify(asking)
    while (offer := _cheapest(purses, asking)) is not None:
        bought.append(offer.place)
        purses.room = _room_before_all(offer, asking, purses.room)
        purses.pay(offer.place)
    return Run(bought, purses.room)


def _cheapest(purses: "_Purses", asking: list[_Offer]) -> _Offer | None:
    """Takes the best offer off the heap, and off it what nobody can afford any more.

    Purses only empty, so what a project asked earlier bounds what it asks now: only those that might still be
    the cheapest are priced again.
    """
    best: _Offer | None = None
    while asking and (best is None or asking[0] < best):
        offer = purses.offer(heappop(asking).place)
        if offer is None:
            continue
        if best is not None:
            heappush(asking, max(best, offer))
        best = offer if best is None else min(best, offer)
    return best


def _room_before_all(best: _Offer, others: list[_Offer], room: int) -> int:
    for other in others:
        room = best.room_before(other, room)
    return room


class _Purses:
    """What voters have left. Who paid for the same projects holds the same: groups are kept in classes.

    Money is counted in whole parts, `parts` to the unit of cost; dividing a price among voters makes parts finer.
    A class holds `held` + `grows` · t parts when shares are larger by t units; all is valid for t up to `room`.
    """

    def __init__(self, electorate: Electorate, share: Exact) -> None:
        share = Fraction(share) * electorate.unit
        self.electorate = electorate
        self.parts = share.denominator
        self.held, self.grows = [0, share.numerator], [0, electorate.unit * self.parts]
        self.classes = [FULL] * len(electorate.weights)
        self.room = sum(electorate.costs.values())
        self.due: dict[int, tuple[int, int, int]] = {}

    def offer(self, place: int) -> _Offer | None:
        """None if all supporters together hold too little."""
        owed, grows, payers = self.due[place] = self._payment(place)
        if not payers:
            self._stay_least(1, owed, grows)
            return None
        shares = payers * self.parts * self.electorate.costs[place]
        return _Offer.of(place, Fraction(owed, shares), Fraction(grows, shares))

    def pay(self, place: int) -> None:
        """Takes what `offer` last found due; nobody may have paid in between."""
        owed, grows, payers = self.due[place]
        common = gcd(owed, grows, payers)
        owed, grows, payers = owed // common, grows // common, payers // common
        self.parts *= payers
        self.held = [held * payers for held in self.held]
        self.grows = [growth * payers for growth in self.grows]
        moves: dict[int, int] = {}
        for group in self.electorate.backers[place]:
            kind = self.classes[group]
            if kind not in moves:
                moves[kind] = self._class_after(kind, owed, grows)
            self.classes[group] = moves[kind]

    def _class_after(self, kind: int, owed: int, grows: int) -> int:
        rest, growth = self.held[kind] - owed, self.grows[kind] - grows
        if kind == BROKE or rest < 0:
            self._stay_least(0, -rest, -growth)
            return BROKE
        self._stay_least(0, rest, growth)
        self.held.append(rest)
        self.grows.append(growth)
        return len(self.held) - 1

    def _stay_least(self, least: int, amount: int, growth: int) -> None:
        """What is decided here holds while `amount` + `growth` · t, whole numbers all, is at least `least`."""
        if growth < 0:
            self.room = min(self.room, (amount - least) // -growth)

    def _payment(self, place: int) -> tuple[int, int, int]:
        """(parts, their growth, payers): what each pays who can pay in full, times their number.

        Where nobody can: (parts lacking, their growth, 0).
        """
        owed, grows, payers = self.electorate.costs[place] * self.parts, 0, 0
        holders: list[tuple[int, int, int]] = []
        for kind, voters in self._classes_of(place).items():
            if kind != BROKE:
                holders.append((self.held[kind], self.grows[kind], voters))
                payers += voters
        holders.sort()
        for held, growth, voters in holders:
            if held * payers >= owed:
                break
            owed -= held * voters
            grows -= growth * voters
            payers -= voters
        return owed, grows, payers

    def _classes_of(self, place: int) -> dict[int, int]:
        """Class → voters, of those who support a project."""
        classes, weights = self.classes, self.electorate.weights
        voters: dict[int, int] = {}
        for group in self.electorate.backers[place]:
            kind = classes[group]
            voters[kind] = voters.get(kind, 0) + weights[group]
        return voters


def add_one(electorate: Electorate, budget: Exact, voters: int) -> list[int]:
    """Equal shares completed: all voters' money grows by 1 unit at a time, the last outcome within budget is kept."""
    share = Fraction(budget) / voters
    kept: list[int] = []
    while len(kept) < len(electorate.costs):
        run = equal_shares(electorate, share)
        if sum(electorate.costs[place] for place in run.bought) > budget * electorate.unit:
            break
        kept, share = run.bought, share + run.steady + 1
    return kept
