"""Down the order, pot by pot, until the money is spent: who is funded, with how much, and why the others are not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from app.tally.box import Sums
from app.tally.manifest import CapPolicy, Item, Manifest, Quotas


class Grant(NamedTuple):
    """`amount` in whole won, 0 where not funded. `reason` is a machine word, and refers to a `rival` (its place in
    the manifest), a `quota` (rule, value, "count" or "cost") or the `chamber` of a threshold."""

    amount: int
    reason: str
    rival: int | None = None
    quota: tuple[str, str, str] | None = None
    chamber: str | None = None


class Share(NamedTuple):
    """One quota that an item falls under: `rule` such as per_dong, `value` such as the dong."""

    rule: str
    value: str
    most_items: int | None
    most_won: int | None


@dataclass(frozen=True)
class Entry:
    """An item as the walk sees it."""

    cost: int
    min_cost: int | None
    pot: str
    section: str
    shares: tuple[Share, ...]
    rivals: tuple[int, ...]


def entries_of(manifest: Manifest) -> list[Entry]:
    rivals = _rivals(manifest.items)
    return [
        Entry(
            item.cost,
            item.min_cost,
            manifest.pot_of_section[item.section],
            item.section,
            tuple(_shares(manifest.quotas, item)),
            tuple(sorted(rivals[place], key=lambda rival: manifest.items[rival].number)),
        )
        for place, item in enumerate(manifest.items)
    ]


def _rivals(items: Sequence[Item]) -> list[set[int]]:
    places = {item.id: place for place, item in enumerate(items)}
    rivals: list[set[int]] = [set() for _ in items]
    for place, item in enumerate(items):
        for other in item.excludes:
            rivals[place].add(places[other])
            rivals[places[other]].add(place)
    return rivals


def _shares(quotas: Quotas, item: Item) -> list[Share]:
    """An item without a dong, or without a proposer, falls under no such quota."""
    named = (
        ("per_dong", quotas.per_dong, item.dong),
        ("per_section", quotas.per_section, item.section),
        ("per_proposer", quotas.per_proposer, item.proposer),
    )
    return [
        Share(rule, value, quota.count, quota.cost)
        for rule, quota, value in named
        if quota is not None and value is not None
    ]


def below_threshold(manifest: Manifest, sums: Mapping[str, Sums]) -> dict[int, str]:
    """Item → the first chamber in which it has too few votes, or is named on too few of the valid ballots."""
    below: dict[int, str] = {}
    for chamber in manifest.chambers:
        if chamber.threshold is None:
            continue
        votes, picks, valid = sums[chamber.id]
        least, share = chamber.threshold.votes, chamber.threshold.share
        for place in range(len(manifest.items)):
            few = least is not None and votes[place] < least
            if few or (share is not None and picks[place] < share * valid):
                below.setdefault(place, chamber.id)
    return below


class Walk:
    """The state of one walk down the order."""

    def __init__(self, entries: Sequence[Entry], caps: Mapping[str, int], policy: CapPolicy):
        self.entries = entries
        self.policy = policy
        self.left = dict(caps)
        self.closed: set[str] = set()
        self.used: Counter[tuple[str, str]] = Counter()
        self.spent: Counter[tuple[str, str]] = Counter()
        self.grants: dict[int, Grant] = {}

    def take_first_of_each_section(self, order: Sequence[int]) -> None:
        """At least one per section: the best-placed of each that fits whole, before the walk proper."""
        served: set[str] = set()
        for place in order:
            entry = self.entries[place]
            fits = entry.cost <= self.left[entry.pot]
            if entry.section not in served and fits and self._hindrance(place, entry.cost) is None:
                served.add(entry.section)
                self._pay(place, Grant(entry.cost, "section_first"))

    def take(self, place: int) -> None:
        if place in self.grants:
            return
        entry = self.entries[place]
        offer = self._offer(entry)
        hindrance = self._hindrance(place, offer.amount or entry.cost)
        if hindrance is not None:
            self.grants[place] = hindrance
        elif offer.amount:
            self._pay(place, offer)
        else:
            self.grants[place] = offer
        if hindrance is None and self._closes(offer):
            self.closed.add(entry.pot)

    def _offer(self, entry: Entry) -> Grant:
        """What the pot alone would give."""
        left = self.left[entry.pot]
        if entry.pot in self.closed:
            return Grant(0, "pot_closed")
        if entry.cost <= left:
            return Grant(entry.cost, "within_cap")
        if self.policy.kind == "part" and entry.min_cost is not None and left >= entry.min_cost:
            return Grant(left, "part_of_cost")
        if self.policy.kind == "near" and left >= (self.policy.cover or Fraction(1)) * entry.cost:
            return Grant(entry.cost, "near_cover")
        return Grant(0, "over_left")

    def _hindrance(self, place: int, amount: int) -> Grant | None:
        """A funded rival, or a quota that `amount` would exceed."""
        entry = self.entries[place]
        for rival in entry.rivals:
            if rival in self.grants and self.grants[rival].amount:
                return Grant(0, "excluded", rival=rival)
        for share in entry.shares:
            key = (share.rule, share.value)
            if share.most_items is not None and self.used[key] >= share.most_items:
                return Grant(0, "quota", quota=(*key, "count"))
            if share.most_won is not None and self.spent[key] + amount > share.most_won:
                return Grant(0, "quota", quota=(*key, "cost"))
        return None

    def _closes(self, offer: Grant) -> bool:
        return offer.reason in ("part_of_cost", "near_cover") or (
            offer.reason == "over_left" and self.policy.kind == "stop"
        )

    def _pay(self, place: int, grant: Grant) -> None:
        entry = self.entries[place]
        self.grants[place] = grant
        self.left[entry.pot] -= grant.amount
        for share in entry.shares:
            self.used[share.rule, share.value] += 1
            self.spent[share.rule, share.value] += grant.amount


def fund(manifest: Manifest, entries: Sequence[Entry], order: Sequence[int], below: Mapping[int, str]) -> list[Grant]:
    """One grant per item, in the order of the manifest. `order`: the best first; `below`: not eligible."""
    walk = Walk(entries, {pot.id: pot.cap for pot in manifest.pots}, manifest.cap_policy)
    eligible = [place for place in order if place not in below]
    if manifest.quotas.at_least_one_per_section:
        walk.take_first_of_each_section(eligible)
    for place in eligible:
        walk.take(place)
    return [
        Grant(0, "below_threshold", chamber=below[place]) if place in below else walk.grants[place]
        for place in range(len(entries))
    ]
