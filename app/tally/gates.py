"""What must be true of every result. A result that breaks one gate is not published.

Gates read plain numbers, so that a count from anywhere (a press release, an earlier year) can be held to them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.tally.box import ChamberTally
from app.tally.manifest import CapPolicy, Chamber, Manifest, Pot
from app.tally.paper import WHOLE

Tallies = Mapping[str, ChamberTally]


@dataclass(frozen=True)
class Gate:
    """`where`: the chamber, "chamber/channel", "chamber/section" or pot that was looked at."""

    code: str
    where: str
    holds: bool
    numbers: Mapping[str, int]


class BrokenGates(ValueError):
    def __init__(self, gates: tuple[Gate, ...]):
        super().__init__("; ".join(f"{gate.code} ({gate.where}): {dict(gate.numbers)}" for gate in gates))
        self.gates = gates


class Paid(NamedTuple):
    """One line of a result: `amount` in whole won, 0 where not funded."""

    item: str
    amount: int
    reason: str


class Attendance(NamedTuple):
    """What the rolls say. Each may be None: not known, not asked. `participations`: chamber → channel → people;
    `present`: chamber → people; `present_by_item`: chamber → item → people present and not recused from it."""

    participations: Mapping[str, Mapping[str, int]] | None = None
    present: Mapping[str, int] | None = None
    present_by_item: Mapping[str, Mapping[str, int]] | None = None


NO_ROLLS = Attendance()


def check(manifest: Manifest, tallies: Tallies, paid: Sequence[Paid], rolls: Attendance = NO_ROLLS) -> tuple[Gate, ...]:
    gates: list[Gate] = []
    for chamber in manifest.chambers:
        tally = tallies[chamber.id]
        gates += _box(tally, rolls.participations)
        gates += _votes(tally)
        gates += _pick_rules(manifest, chamber, tally)
        gates += _points(chamber, tally)
        gates += _presence(tally, rolls)
    return (*gates, *_pots(manifest, paid), _every_item_once(manifest, paid))


def ensure(gates: Iterable[Gate]) -> None:
    """Raises BrokenGates."""
    broken = tuple(gate for gate in gates if not gate.holds)
    if broken:
        raise BrokenGates(broken)


def _box(tally: ChamberTally, rolls: Mapping[str, Mapping[str, int]] | None) -> Iterator[Gate]:
    """Counted + void = ballots in the box = people who took part, in all and by channel."""
    numbers = {"valid": tally.valid, "void": tally.voided, "cast": tally.cast}
    yield Gate("ballots_add_up", tally.chamber, tally.valid + tally.voided == tally.cast, numbers)
    if rolls is None:
        return
    roll = rolls.get(tally.chamber, {})
    yield _taken_part(tally.chamber, tally.cast, sum(roll.values()))
    if not tally.channels:
        return
    for name in sorted(tally.channels.keys() | roll.keys()):
        cast = tally.channels[name].cast if name in tally.channels else 0
        yield _taken_part(f"{tally.chamber}/{name}", cast, roll.get(name, 0))


def _taken_part(where: str, cast: int, people: int) -> Gate:
    return Gate("ballots_equal_participations", where, cast == people, {"cast": cast, "participations": people})


def _votes(tally: ChamberTally) -> Iterator[Gate]:
    """Item by item and ballot by ballot, the sums are the same; no item is on more ballots than there are."""
    votes, picks = sum(tally.votes.values()), sum(tally.picks.values())
    yield Gate(
        "votes_equal_picks",
        tally.chamber,
        (votes, picks) == (tally.votes_given, tally.picks_given),
        {"votes": votes, "votes_given": tally.votes_given, "picks": picks, "picks_given": tally.picks_given},
    )
    most = max(tally.picks.values(), default=0)
    yield Gate("no_item_above_ballots", tally.chamber, most <= tally.valid, {"most": most, "valid": tally.valid})


def _pick_rules(manifest: Manifest, chamber: Chamber, tally: ChamberTally) -> Iterator[Gate]:
    """With `exactly k`, the picks of a section are k × valid ballots, less what recusals take away. Where ballots do
    not tell recusals, they are between the lowered minimum and k, times the valid ballots."""
    for section, (low, high) in sorted(chamber.picks.items()):
        rule = (min(low, tally.lowered.get(section, low)), high)
        picks = sum(tally.picks[item.id] for item in manifest.items_of_section[section])
        fewer = tally.fewer.get(section, (0, 0))
        yield _in_rule(f"{tally.chamber}/{section}", picks, rule, fewer, tally.valid)
    if chamber.kind == "choose-one" or chamber.total is not None:
        low, high = (1, 1) if chamber.kind == "choose-one" else chamber.total or (0, 0)
        rule = (min(low, tally.lowered.get(WHOLE, low)), high)
        yield _in_rule(tally.chamber, sum(tally.picks.values()), rule, tally.fewer_in_all, tally.valid)


def _in_rule(where: str, picks: int, rule: tuple[int, int], fewer: tuple[int, int], valid: int) -> Gate:
    least, most = rule[0] * valid - fewer[0], rule[1] * valid - fewer[1]
    numbers = {"picks": picks, "least": least, "most": most, "valid": valid}
    return Gate("picks_within_rule", where, least <= picks <= most, numbers)


def _points(chamber: Chamber, tally: ChamberTally) -> Iterator[Gate]:
    if chamber.points_limit is not None:
        most = chamber.points_limit * tally.valid
    elif chamber.score_range is not None:
        most = chamber.score_range[1] * sum(tally.picks.values())
    else:
        return
    points = sum(tally.votes.values())
    yield Gate("points_within_rule", tally.chamber, points <= most, {"points": points, "most": most})


def _presence(tally: ChamberTally, rolls: Attendance) -> Iterator[Gate]:
    if rolls.present is not None and tally.chamber in rolls.present:
        present = rolls.present[tally.chamber]
        numbers = {"cast": tally.cast, "present": present}
        yield Gate("ballots_within_present", tally.chamber, tally.cast <= present, numbers)
    by_item = (rolls.present_by_item or {}).get(tally.chamber, {})
    for item, present in sorted(by_item.items()):
        picks = tally.picks[item]
        numbers = {"picks": picks, "present": present}
        yield Gate("picks_within_present", f"{tally.chamber}/{item}", picks <= present, numbers)


def _pots(manifest: Manifest, paid: Sequence[Paid]) -> Iterator[Gate]:
    pot_of = {item.id: manifest.pot_of_section[item.section] for item in manifest.items}
    for pot in manifest.pots:
        yield _within_cap(pot, [line for line in paid if pot_of.get(line.item) == pot.id], manifest.cap_policy)


def _within_cap(pot: Pot, paid: Sequence[Paid], policy: CapPolicy) -> Gate:
    """Only the last item under `near` may reach over the cap, and only as far as `cover` lets it."""
    spent = sum(line.amount for line in paid)
    last = [line.amount for line in paid if line.reason == "near_cover"]
    allowed = pot.cap
    if policy.cover is not None and len(last) == 1:
        allowed += int((1 - policy.cover) * last[0])
    numbers = {"funded": spent, "cap": pot.cap, "excess": max(spent - pot.cap, 0)}
    return Gate("funded_within_cap", pot.id, spent <= allowed, numbers)


def _every_item_once(manifest: Manifest, paid: Sequence[Paid]) -> Gate:
    times = Counter(line.item for line in paid)
    once = sum(times[item.id] == 1 for item in manifest.items)
    numbers = {"items": len(manifest.items), "once": once, "lines": len(paid)}
    return Gate("every_item_once", "items", once == len(manifest.items) == len(paid), numbers)
