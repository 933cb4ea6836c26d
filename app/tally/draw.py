"""Drawing committee members by lot: a published list, a public seed, and limits that are kept by going through the
drawn order. Anybody can draw again from the published file: ``python -m app.tally lot FILE``.

The order is that of SHA-256(hash of the list ‖ seed ‖ application number), the smallest first. Whoever comes next is
taken if the seats that are left can still be filled by those who come later so that all limits hold; else passed over,
with the reason. Those not taken are the reserve list, in the drawn order. Names are nowhere in it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from app.tally import canonical
from app.tally.order import lot

SEXES = ("f", "m")
VULNERABLE, YOUTH = "vulnerable", "youth"
GROUPS = (VULNERABLE, YOUTH)  # where both cannot be reached, the first is kept

SELECTED, RESERVE = "selected", "reserve"
FULL = "full"  # all seats are taken
SEX_LIMIT = "sex_limit"  # of this sex no more may be taken
KEPT = {(VULNERABLE,): "kept_vulnerable", (YOUTH,): "kept_youth", GROUPS: "kept_both"}  # the seats left are for these
REASONS = (FULL, SEX_LIMIT, *KEPT.values())


_NUMBER = re.compile(r"\d+")


def plain_seed(written: str) -> str:
    """The whole numbers of what was typed, the smallest first, one blank between them: "3 11 15"; "" without any.

    Two people who could choose between spellings of one seed ("3,11,15", "03 11 15", another order) could try them all
    and agree on the one whose draw they like. So one drawing of the balls has one spelling."""
    parts = (sign if sign.isdecimal() else f" {unicodedata.normalize('NFKC', sign)} " for sign in written)  # ⑮ is 15
    found = _NUMBER.findall("".join(parts))
    return " ".join(map(str, sorted(map(int, found))))


class ListError(ValueError):
    """The list cannot be drawn from; the message says why."""


class Applicant(NamedTuple):
    number: int
    sex: str
    groups: tuple[str, ...] = ()


class Call(NamedTuple):
    """`seats` to draw; at most `sex_most` of one sex; at least `least[group]` of each group."""

    name: str
    seats: int
    sex_most: int
    least: Mapping[str, int]
    applicants: tuple[Applicant, ...]


class Drawn(NamedTuple):
    """One line of the drawn order. `lot`: its hash. `reason`: why passed over, "" for those taken."""

    number: int
    lot: str
    outcome: str
    reason: str


class Unmet(NamedTuple):
    """A group of which so many were asked for, and no more can be reached with these applications."""

    group: str
    asked: int
    reached: int


class Outcome(NamedTuple):
    """`empty`: seats that nobody can take within the limit of the sexes."""

    order: tuple[Drawn, ...]
    unmet: tuple[Unmet, ...]
    empty: int

    @property
    def selected(self) -> tuple[int, ...]:
        return tuple(one.number for one in self.order if one.outcome == SELECTED)

    @property
    def reserve(self) -> tuple[int, ...]:
        return tuple(one.number for one in self.order if one.outcome == RESERVE)


class _Left(NamedTuple):
    """What can still be filled: seats, those of them for each sex, and what each group still needs."""

    seats: int
    rooms: Mapping[str, int]
    needs: Mapping[str, int]


_Pool = Counter[tuple[str, tuple[str, ...]]]  # how many there are of each sex with these groups


def is_lot_needed(call: Call) -> bool:
    """Whether somebody must be left out."""
    return fillable(call) < len(call.applicants)


def fillable(call: Call) -> int:
    """Seats that can be taken within the limit of the sexes."""
    return _seats_for(call.applicants, _asked(call))


def draw(call: Call, sha256: str, seed: str) -> Outcome:
    """`sha256`: of the published list (`body_of`)."""
    hashed = sorted((lot(sha256, seed, str(one.number)), one) for one in call.applicants)
    left = _within_reach(call.applicants, _asked(call))
    went = _go_through([one for _, one in hashed], left)
    order = tuple(
        Drawn(one.number, value, RESERVE if reason else SELECTED, reason)
        for (value, one), (_, reason) in zip(hashed, went, strict=True)
    )
    asked, reached = call.least, left.needs
    unmet = (Unmet(group, asked[group], reached[group]) for group in GROUPS if reached[group] < asked[group])
    return Outcome(order, tuple(unmet), call.seats - left.seats)


def next_in_reserve(call: Call, holding: Iterable[int], waiting: Iterable[int]) -> tuple[int | None, tuple[int, ...]]:
    """Who is offered a seat that has become vacant, by the rules of the draw: the number of the first in order with
    whom the vacant seats can be filled so that all limits hold (None: nobody), and the numbers of those passed over.
    `holding`: who holds a seat of the call; `waiting`: the reserve list, in order."""
    known = {one.number: one for one in call.applicants}
    order = [known[number] for number in waiting]
    left = _within_reach(order, _asked(call, [known[number] for number in holding]))
    passed: list[int] = []
    for one, reason in _go_through(order, left):
        if not reason:
            return one.number, tuple(passed)
        passed.append(one.number)
    return None, tuple(passed)


def _asked(call: Call, holding: Iterable[Applicant] = ()) -> _Left:
    left = _Left(call.seats, dict.fromkeys(SEXES, call.sex_most), call.least)
    for one in holding:
        left = _without(left, one)
    return left


def _seats_for(people: Iterable[Applicant], asked: _Left) -> int:
    by_sex = Counter(one.sex for one in people)
    return min(asked.seats, sum(min(by_sex[sex], asked.rooms[sex]) for sex in SEXES))


def _within_reach(people: Sequence[Applicant], asked: _Left) -> _Left:
    """The seats that these can fill; and what is asked for of each group, or the most there can be, the groups in their
    order."""
    pool, seats = _pool_of(people), _seats_for(people, asked)
    reached = dict.fromkeys(GROUPS, 0)
    for group in GROUPS:
        wanted = range(asked.needs[group], 0, -1)
        can = (most for most in wanted if _can_fill(_Left(seats, asked.rooms, {**reached, group: most}), pool))
        reached[group] = next(can, 0)
    return _Left(seats, asked.rooms, reached)


def _go_through(order: Sequence[Applicant], left: _Left) -> Iterator[tuple[Applicant, str]]:
    """Each with the reason why passed over, "" for those taken."""
    pool = _pool_of(order)
    for one in order:
        pool[one.sex, one.groups] -= 1
        reason = _why_not(one, left, pool)
        yield one, reason
        left = left if reason else _without(left, one)


def _pool_of(applicants: Iterable[Applicant]) -> _Pool:
    return Counter((one.sex, one.groups) for one in applicants)


def _without(left: _Left, one: Applicant) -> _Left:
    rooms = {sex: room - (sex == one.sex) for sex, room in left.rooms.items()}
    needs = {group: max(0, need - (group in one.groups)) for group, need in left.needs.items()}
    return _Left(left.seats - 1, rooms, needs)


def _why_not(one: Applicant, left: _Left, later: _Pool) -> str:
    if left.rooms[one.sex] == 0:
        return SEX_LIMIT
    if left.seats == 0:
        return FULL
    if _can_fill(_without(left, one), later):
        return ""
    for groups, reason in KEPT.items():
        if _can_fill(_without(left, one)._replace(needs=_needs_but(left, one, groups)), later):
            return reason
    raise AssertionError("without the groups' needs every seat can be filled")


def _needs_but(left: _Left, one: Applicant, groups: Sequence[str]) -> dict[str, int]:
    return {group: 0 if group in groups else need for group, need in _without(left, one).needs.items()}


def _can_fill(left: _Left, pool: _Pool) -> bool:
    """Whether all seats left can be filled out of `pool`: tried for each split between the sexes."""
    there = {sex: sum(n for (of, _), n in pool.items() if of == sex) for sex in SEXES}
    most = {sex: min(left.rooms[sex], there[sex]) for sex in SEXES}
    splits = ((women, left.seats - women) for women in range(left.seats + 1))
    return any(
        women <= most["f"] and men <= most["m"] and _covers({"f": women, "m": men}, left.needs, pool)
        for women, men in splits
    )


def _covers(taken: Mapping[str, int], needs: Mapping[str, int], pool: _Pool) -> bool:
    """Whether `taken` people of each sex can be chosen so that both groups have what they need. Who is of both groups
    is chosen first: nobody serves better."""
    both = {sex: min(taken[sex], pool[sex, GROUPS]) for sex in SEXES}
    rest = {sex: taken[sex] - both[sex] for sex in SEXES}
    one, other = (max(0, needs[group] - sum(both.values())) for group in GROUPS)
    for women in range(min(rest["f"], pool["f", (VULNERABLE,)]) + 1):
        men = max(0, one - women)
        if men > min(rest["m"], pool["m", (VULNERABLE,)]):
            continue
        used = {"f": women, "m": men}
        if sum(min(rest[sex] - used[sex], pool[sex, (YOUTH,)]) for sex in SEXES) >= other:
            return True
    return False


def body_of(call: Call) -> bytes:
    """The list as it is published and hashed (canonical JSON)."""
    return canonical.dumps(
        {
            "call": call.name,
            "seats": call.seats,
            "sex_most": call.sex_most,
            "least": dict(call.least),
            "applications": [
                {"number": one.number, "sex": one.sex, "groups": list(one.groups)} for one in sorted(call.applicants)
            ],
        }
    )


def read_call(value: Any) -> Call:
    """Raises ListError."""
    try:
        call = Call(
            str(value["call"]),
            int(value["seats"]),
            int(value["sex_most"]),
            {group: int(value["least"][group]) for group in GROUPS},
            tuple(_read_applicant(row) for row in value["applications"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ListError(f"{type(error).__name__}: {error}") from error
    numbers = [one.number for one in call.applicants]
    if len(numbers) != len(set(numbers)):
        raise ListError("a number is there twice")
    if min(call.seats, call.sex_most, *call.least.values()) < 0:
        raise ListError("a number of seats is below zero")
    return call


def _read_applicant(row: Any) -> Applicant:
    sex, groups = str(row["sex"]), tuple(row["groups"])
    if sex not in SEXES or groups not in ((), (VULNERABLE,), (YOUTH,), GROUPS):
        raise ListError(f"application {row['number']}: unknown sex or groups")
    return Applicant(int(row["number"]), sex, groups)


def result_of(outcome: Outcome, sha256: str, seed: str) -> bytes:
    """The result as it is published (canonical JSON)."""
    return canonical.dumps(
        {
            "list_sha256": sha256,
            "seed": seed,
            "order": [one._asdict() for one in outcome.order],
            "selected": list(outcome.selected),
            "reserve": list(outcome.reserve),
            "unmet": [one._asdict() for one in outcome.unmet],
            "empty": outcome.empty,
        }
    )
