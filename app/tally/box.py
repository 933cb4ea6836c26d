"""A ballot box emptied once: each ballot is read, added to the sums, and let go."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.tally.manifest import Chamber, Manifest
from app.tally.paper import Choices, Paper, Reading

Range = tuple[int, int]
ONE_POINT_EACH = ("approval", "choose-one")
NOT_LOWERED: Mapping[str, int] = {}


@dataclass(frozen=True)
class Channel:
    cast: int
    valid: int
    void: int


class Sums(NamedTuple):
    """What the rules need to know of one chamber; lists in the order of the manifest's items."""

    votes: Sequence[int]
    picks: Sequence[int]
    valid: int


@dataclass(frozen=True)
class ChamberTally:
    """What came out of one chamber's box. Plain numbers: whoever doubts a count can write one down for `gates`.

    `votes`: item → votes (points, Borda points); `picks`: item → ballots that name it; the same number for
    approvals. `votes_given`, `picks_given`: the same sums taken ballot by ballot instead of item by item.
    `fewer`: section → by how much recusals lower the (fewest, most) picks of all valid ballots together.
    `lowered`: section → the fewest picks that were asked for, where recusals had lowered them for somebody.
    `channels`: only of ballots whose envelope names one.
    """

    chamber: str
    cast: int
    valid: int
    void: Mapping[str, int]
    repeated: int
    votes: Mapping[str, int]
    picks: Mapping[str, int]
    votes_given: int
    picks_given: int
    fewer: Mapping[str, Range] = field(default_factory=dict)
    fewer_in_all: Range = (0, 0)
    channels: Mapping[str, Channel] = field(default_factory=dict)
    lowered: Mapping[str, int] = field(default_factory=dict)

    def sums(self, manifest: Manifest) -> Sums:
        ids = [item.id for item in manifest.items]
        return Sums([self.votes[i] for i in ids], [self.picks[i] for i in ids], self.valid)

    @property
    def voided(self) -> int:
        return sum(self.void.values())


def empty_box(
    manifest: Manifest, chamber: Chamber, ballots: Iterable[object], lowered: Mapping[str, int] = NOT_LOWERED
) -> ChamberTally:
    """Takes the ballots one at a time, in any order, and keeps none of them. `lowered`: see `paper.Paper`."""
    box = _Box(Paper(manifest, chamber, lowered))
    for ballot in ballots:
        box.add(box.paper.read(ballot))
    return box.tally()


class _Box:
    def __init__(self, paper: Paper):
        self.paper = paper
        self.picks = dict.fromkeys(paper.section_of, 0)
        self.points = dict.fromkeys(paper.section_of, 0)
        self.one_point_each = paper.chamber.kind in ONE_POINT_EACH
        self.cast = self.valid = self.repeated = self.votes_given = self.picks_given = 0
        self.void: Counter[str] = Counter()
        self.channels: Counter[tuple[str, bool]] = Counter()
        self.barred: Counter[frozenset[str]] = Counter()

    def add(self, reading: Reading) -> None:
        self.cast += 1
        if reading.repeated:
            self.repeated += 1
        if reading.channel:
            self.channels[reading.channel, reading.valid] += 1
        if reading.faults:
            self.void[reading.faults[0].code] += 1
            return
        self.valid += 1
        if reading.barred:
            self.barred[reading.barred] += 1
        self._add_choices(reading.choices)

    def _add_choices(self, choices: Choices) -> None:
        self.picks_given += len(choices)
        for item in choices:
            self.picks[item] += 1
        if self.one_point_each:
            self.votes_given += len(choices)
            return
        for item, points in self.paper.points(choices):
            self.points[item] += points
            self.votes_given += points

    def tally(self) -> ChamberTally:
        fewer, fewer_in_all = self._fewer()
        return ChamberTally(
            chamber=self.paper.chamber.id,
            cast=self.cast,
            valid=self.valid,
            void=dict(self.void),
            repeated=self.repeated,
            votes=self.picks if self.one_point_each else self.points,
            picks=self.picks,
            votes_given=self.votes_given,
            picks_given=self.picks_given,
            fewer=fewer,
            fewer_in_all=fewer_in_all,
            channels={name: self._channel(name) for name in sorted({name for name, _ in self.channels})},
            lowered=dict(self.paper.lowered),
        )

    def _channel(self, name: str) -> Channel:
        valid, void = self.channels[name, True], self.channels[name, False]
        return Channel(valid + void, valid, void)

    def _fewer(self) -> tuple[dict[str, Range], Range]:
        full, total = self.paper.limits, (0, 0)
        sections: dict[str, Range] = {}
        for barred, ballots in self.barred.items():
            limits = self.paper.limits_without(barred)
            total = _add(total, full.total, limits.total, ballots)
            for section, rule, lowered in zip(
                self.paper.manifest.sections, full.sections, limits.sections, strict=True
            ):
                sections[section.id] = _add(sections.get(section.id, (0, 0)), rule, lowered, ballots)
        return sections, total


def _add(sum_so_far: Range, rule: Range, lowered: Range, ballots: int) -> Range:
    return (
        sum_so_far[0] + ballots * (rule[0] - lowered[0]),
        sum_so_far[1] + ballots * (rule[1] - lowered[1]),
    )
