"""One ballot paper read against the rules. The voting form and the count ask the same question here.

A ballot is a list of item ids (approval, choose-one, ranking) or item → points (cumulative, scores). It may come
in an envelope {"choices": …, "barred": […], "channel": "…"}: `barred` are the items from whose decision this
voter is recused. They may not be picked, and every minimum and maximum sinks to what is left to pick.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.tally.faults import Fault
from app.tally.manifest import Chamber, Manifest

_ENVELOPE = frozenset({"choices", "barred", "channel"})
WHOLE = ""  # no section has this id
_LISTS = ("approval", "choose-one", "ranking")

Choices = list[str] | dict[str, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """`choices` without repetition, `repeated` the ids that stood there more than once, `faults` in a fixed order:
    the first is the reason of a void ballot."""

    choices: Choices
    repeated: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    barred: frozenset[str] = frozenset()
    channel: str = ""

    @property
    def valid(self) -> bool:
        return not self.faults


def _misshapen() -> Reading:
    return Reading([], faults=(Fault("wrong_shape", "ballot"),))


@dataclass(frozen=True)
class Limits:
    """How many picks are asked for: per section, in the order of the manifest, and in all."""

    sections: tuple[tuple[int, int], ...]
    total: tuple[int, int]


@dataclass
class Paper:
    """The paper of one chamber, compiled so that a ballot costs a few look-ups. KeyError: unknown chamber.

    `lowered`: section → the fewest picks, where that is less than the rule; under WHOLE the fewest in all. For ballots
    that were read against their voter's recusals when they were cast, and do not tell them any more.
    """

    manifest: Manifest
    chamber: Chamber
    lowered: Mapping[str, int] = field(default_factory=dict)
    limits: Limits = field(init=False)

    def __post_init__(self) -> None:
        places = {section.id: place for place, section in enumerate(self.manifest.sections)}
        self.section_of = {item.id: places[item.section] for item in self.manifest.items}
        self.cost_of = {item.id: item.cost for item in self.manifest.items}
        self.limits = self._limits(frozenset())
        self._top_rank = tuple(min(most, self.limits.total[1]) for _, most in self.limits.sections)

    def read(self, ballot: object) -> Reading:
        if isinstance(ballot, dict) and isinstance(ballot.get("choices"), list | tuple | dict):
            return self._read_envelope(ballot)
        return self._read(ballot)

    def points(self, choices: Choices) -> Iterable[tuple[str, int]]:
        """What each named item gets: 1, the points written beside it, or its Borda points. In a section the
        first of a ranking gets as many points as ranks may be given there, the next one less."""
        if isinstance(choices, dict):
            return choices.items()
        if self.chamber.kind != "ranking":
            return [(item, 1) for item in choices]
        left, given = list(self._top_rank), []
        for item in choices:
            section = self.section_of[item]
            given.append((item, left[section]))
            left[section] -= 1
        return given

    def limits_without(self, barred: frozenset[str]) -> Limits:
        return self._limits(barred) if barred else self.limits

    def _limits(self, barred: frozenset[str]) -> Limits:
        open_items = [0] * len(self.manifest.sections)
        for item, section in self.section_of.items():
            open_items[section] += item not in barred
        rules = [self._rule(section.id) for section in self.manifest.sections]
        if barred:
            rules = [(min(low, n), min(high, n)) for (low, high), n in zip(rules, open_items, strict=True)]
        low, high = self.chamber.total or (0, len(self.section_of))
        if self.chamber.kind == "choose-one":
            low, high = max(low, 1), min(high, 1)
        low = min(low, self.lowered.get(WHOLE, low))
        if barred:
            most = sum(high_here for _, high_here in rules)
            low, high = min(low, most), min(high, most)
        return Limits(tuple(rules), (low, high))

    def _rule(self, section: str) -> tuple[int, int]:
        low, high = self.chamber.picks[section]
        return min(low, self.lowered.get(section, low)), high

    def _read_envelope(self, envelope: Mapping[str, Any]) -> Reading:
        barred, channel = envelope.get("barred", ()), envelope.get("channel", "")
        known = _ENVELOPE.issuperset(envelope) and isinstance(channel, str)
        if not known or not isinstance(barred, list | tuple) or not all(isinstance(i, str) for i in barred):
            return _misshapen()
        inner = self._read(envelope["choices"], frozenset(barred))
        return Reading(inner.choices, inner.repeated, inner.faults, frozenset(barred), channel)

    def _read(self, ballot: object, barred: frozenset[str] = frozenset()) -> Reading:
        if self.chamber.kind in _LISTS:
            return self._read_list(ballot, barred) if isinstance(ballot, list | tuple) else _misshapen()
        return self._read_points(ballot, barred) if isinstance(ballot, dict) else _misshapen()

    def _read_list(self, picks: Sequence[str], barred: frozenset[str]) -> Reading:
        try:
            choices = list(dict.fromkeys(picks))
        except TypeError:  # an entry that cannot be an id, such as a list
            return _misshapen()
        faults = self._faults(choices, barred)
        if len(choices) == len(picks):
            return Reading(choices, (), faults)
        return Reading(choices, tuple(item for item, times in Counter(picks).items() if times > 1), faults)

    def _read_points(self, points: Mapping[str, int], barred: frozenset[str]) -> Reading:
        if not all(isinstance(value, int) and not isinstance(value, bool) for value in points.values()):
            return _misshapen()
        # Nought points out of a sum is the same as not naming the item; a score of nought is a score.
        cumulative = self.chamber.kind == "cumulative"
        choices = {item: value for item, value in points.items() if value or not cumulative}
        return Reading(choices, (), (*self._faults(choices, barred), *self._point_faults(choices)))

    def _faults(self, choices: Choices, barred: frozenset[str]) -> tuple[Fault, ...]:
        counts, sections, faults = [0] * len(self.limits.sections), self.section_of, []
        for item in choices:
            section = sections.get(item)
            if section is None:
                faults.append(Fault("unknown_item", str(item), {"item": str(item)}))
            elif item in barred:
                faults.append(Fault("barred_item", item, {"item": item}))
            else:
                counts[section] += 1
        limits = self.limits_without(barred)
        for place, (low, high) in enumerate(limits.sections):
            if not low <= counts[place] <= high:
                faults.append(self._miscounted("_in_section", place, (low, counts[place], high)))
        low, high = limits.total
        if not low <= len(choices) <= high:
            faults.append(self._miscounted("", None, (low, len(choices), high)))
        if self.chamber.money_limit is not None:
            faults.extend(self._over_money(choices, self.chamber.money_limit))
        return tuple(faults)

    def _miscounted(self, suffix: str, section: int | None, counted: tuple[int, int, int]) -> Fault:
        low, picked, high = counted
        where = "ballot" if section is None else self.manifest.sections[section].id
        code = "too_few" if picked < low else "too_many"
        return Fault(code + suffix, where, {"picked": picked, "min": low, "max": high})

    def _over_money(self, choices: Choices, limit: int) -> Iterable[Fault]:
        cost = sum(self.cost_of.get(item, 0) for item in choices)
        if cost > limit:
            yield Fault("over_money", "ballot", {"cost": cost, "limit": limit})

    def _point_faults(self, choices: Mapping[str, int]) -> Iterable[Fault]:
        low, high = self.chamber.score_range or (1, self.chamber.points_limit or 0)
        for item, value in choices.items():
            if value < low or (value > high and self.chamber.score_range):
                yield Fault("out_of_range", str(item), {"points": value, "min": low, "max": high})
        limit, given = self.chamber.points_limit, sum(choices.values())
        if limit is not None and given > limit:
            yield Fault("over_points", "ballot", {"points": given, "limit": limit})


def check(manifest: Manifest, chamber_id: str, choices: object) -> Reading:
    """A ballot is valid iff the reading has no faults. KeyError: the manifest has no such chamber."""
    return Paper(manifest, manifest.chamber(chamber_id)).read(choices)
