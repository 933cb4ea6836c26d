"""Another city's election in our terms: what a `.pb` file says, as items, rules and ballots of a round. Pure.

Amounts become whole numbers of the smallest part that the file uses ("PLN/100": hundredths). Votes are counted as they
are (`raw`); a tie goes to the project that stands first in the file, since the format has no field for ties.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor

from app.results.rules import NotExpressible
from app.tally.canonical import MAX_WHOLE
from app.tally.pabulib import Election, Project
from app.tally.pabulib_ballots import Ballot
from app.tally.pabulib_faults import Exact, number

Choices = list[str] | dict[str, int]
Range = tuple[int, int]

KINDS = {
    "approval": "approval",
    "choose-1": "choose-one",
    "cumulative": "cumulative",
    "scoring": "scores",
    "ordinal": "ranking",
}
LONGEST_ID = 60
LONGEST_TITLE = 300
LARGEST = 2**31 - 1  # points and picks: what an INTEGER holds
MOST_DECIMALS = 7  # "PLN/10000000" is as long as the name of a currency may be
EARLIEST = date(1900, 1, 1)
NO_CURRENCY = "XXX"  # ISO 4217
POLICIES = {"greedy-no-skip": "stop"}
POZNAN_COVER = Fraction(4, 5)


@dataclass(frozen=True)
class Item:
    code: str
    title: str
    cost: int


@dataclass(frozen=True)
class Plan:
    """`notes`: what could not be taken over as it was, code → how many. `ends_on`: the day after the last."""

    currency: str
    cap: int
    items: tuple[Item, ...]
    kind: str
    total: Range | None
    points_limit: int | None
    score_range: Range | None
    cap_policy: str
    near_cover: Fraction | None
    threshold: int | None
    fiscal_year: int
    opens_on: date
    ends_on: date
    ballots: tuple[tuple[Choices, int], ...]
    notes: Mapping[str, int]

    def each_ballot(self) -> Iterator[Choices]:
        for choices, times in self.ballots:
            for _ in range(times):
                yield choices


def plan(election: Election, today: date) -> Plan:
    """Raises NotExpressible where our rules have no words for the file's."""
    standing = [project for project in election.projects if _stands(project, election.budget)]
    _ensure_expressible(election, standing)
    scale = _scale([election.budget, *(project.cost for project in standing)])
    kept = _Kept(election, standing)
    kind = kept.kind
    opens_on, ends_on = _days(election.meta, today)
    planned = Plan(
        currency=_currency(election.meta, scale),
        cap=int(election.budget * scale),
        items=tuple(Item(one.id, (one.name or one.id)[:LONGEST_TITLE], int(one.cost * scale)) for one in standing),
        kind=kind,
        total=None if kind == "choose-one" else kept.total,
        points_limit=kept.points_limit if kind == "cumulative" else None,
        score_range=kept.score_range if kind == "scores" else None,
        cap_policy="near" if election.has_poznan_rule else POLICIES.get(election.rule, "skip"),
        near_cover=POZNAN_COVER if election.has_poznan_rule else None,
        threshold=ceil(election.threshold) if election.rule != "greedy" and election.threshold > 0 else None,
        fiscal_year=_year(election.meta, opens_on),
        opens_on=opens_on,
        ends_on=ends_on,
        ballots=kept.ballots,
        notes={**kept.notes, "left_out": len(election.projects) - len(standing)},
    )
    _ensure_holdable(planned, scale)
    return planned


def _stands(project: Project, budget: Exact) -> bool:
    """One that costs nothing, or more than there is, never gets on a ballot of ours."""
    return not project.withdrawn and 0 < project.cost <= budget


def _ensure_expressible(election: Election, standing: Sequence[Project]) -> None:
    if not standing:
        raise NotExpressible("no_projects")
    too_long = next((project.id for project in standing if len(project.id) > LONGEST_ID), None)
    if too_long is not None:
        raise NotExpressible("long_id", {"id": too_long[:LONGEST_ID], "most": LONGEST_ID})
    if number(election.meta.get("default_score") or "0"):
        raise NotExpressible("default_score")
    if any(not isinstance(points, int) or points < 0 for ballot in election.ballots for points in ballot.points):
        raise NotExpressible("points")


def _ensure_holdable(planned: Plan, scale: int) -> None:
    """No project costs more than there is, so that the budget speaks for the costs."""
    if scale > 10**MOST_DECIMALS:
        raise NotExpressible("too_fine", {"most": MOST_DECIMALS})
    if planned.cap > MAX_WHOLE:
        raise NotExpressible("too_large", {"most": MAX_WHOLE})
    ranges = [given for given in (planned.total, planned.score_range) if given is not None]
    points = [sum(choices.values()) for choices, _times in planned.ballots if isinstance(choices, dict)]
    if max(0, *sum(ranges, ()), planned.points_limit or 0, planned.threshold or 0, *points) > LARGEST:
        raise NotExpressible("too_large", {"most": LARGEST})
    for least, most in ranges:
        if least > most:
            raise NotExpressible("backwards", {"least": least, "most": most})


def _scale(amounts: Iterable[Exact]) -> int:
    """The power of ten that makes all of them whole."""
    scale = 1
    while any((Fraction(amount) * scale).denominator != 1 for amount in amounts):
        scale *= 10
    return scale


def _currency(meta: Mapping[str, str], scale: int) -> str:
    code = meta.get("currency", "").strip().upper()
    code = code if len(code) == 3 and code.isascii() and code.isalpha() else NO_CURRENCY
    return code if scale == 1 else f"{code}/{scale}"


class _Kept:
    """The ballots without the projects that cannot stand, and the limits that hold for what is left of them."""

    def __init__(self, election: Election, standing: Sequence[Project]) -> None:
        self.election = election
        ids = {project.id for project in standing}
        self.codes = [project.id if project.id in ids else None for project in election.projects]
        self.most = int(number(election.meta.get("max_length") or str(len(election.projects))))
        self.left = [list(self._standing(ballot)) for ballot in election.ballots]

    @property
    def kind(self) -> str:
        """An ordinal file whose points are not those of one Borda count is a ballot of scores."""
        kind = KINDS[self.election.vote_type]
        if kind == "ranking" and any(not self._is_borda(ballot) for ballot in self._valid()):
            return "scores"
        return kind

    @property
    def total(self) -> Range:
        """The fewest picks sink with what was taken out of valid ballots: it was not their voter's doing."""
        least = int(number(self.election.meta.get("min_length") or "1"))
        cut = [len(left) for ballot, left in self._pairs() if ballot.void is None and 0 < len(left) < len(ballot.picks)]
        return min([least, *cut]), self.most

    @property
    def points_limit(self) -> int:
        """Points are whole, so that a limit of 10.5 is one of 10."""
        sums = [sum(ballot.points) for ballot in self._valid()]
        return floor(number(self.election.meta.get("max_sum_points") or str(max([1, *map(int, sums)]))))

    @property
    def score_range(self) -> Range:
        given = [int(points) for ballot in self._valid() for points in ballot.points]
        meta = self.election.meta
        least = max(ceil(number(meta.get("min_points") or "0")), 0)
        return least, floor(number(meta.get("max_points") or str(max([1, *given]))))

    @property
    def ballots(self) -> tuple[tuple[Choices, int], ...]:
        pointed = self.kind in ("cumulative", "scores")
        return tuple(
            (
                {code: int(points) for code, points in left} if pointed else [code for code, _points in left],
                ballot.count,
            )
            for ballot, left in self._pairs()
        )

    @property
    def notes(self) -> dict[str, int]:
        dropped = sum((len(ballot.picks) - len(left)) * ballot.count for ballot, left in self._pairs())
        emptied = sum(ballot.count for ballot, left in self._pairs() if ballot.void is None and not left)
        return {"picks_dropped": dropped, "emptied": emptied}

    def _standing(self, ballot: Ballot) -> Iterator[tuple[str, Exact]]:
        for pick, points in zip(ballot.picks, ballot.points, strict=True):
            code = self.codes[pick]
            if code is not None:
                yield code, points

    def _is_borda(self, ballot: Ballot) -> bool:
        return list(ballot.points) == list(range(self.most, self.most - len(ballot.picks), -1)) and all(
            self.codes[pick] is not None for pick in ballot.picks
        )

    def _valid(self) -> Iterator[Ballot]:
        return (ballot for ballot in self.election.ballots if ballot.void is None)

    def _pairs(self) -> Iterator[tuple[Ballot, list[tuple[str, Exact]]]]:
        return zip(self.election.ballots, self.left, strict=True)


def _days(meta: Mapping[str, str], today: date) -> tuple[date, date]:
    """Of the vote; one that the file puts into the future, or not in order, ended yesterday at the latest. None began
    before EARLIEST."""
    opens = _day(meta.get("date_begin", "")) or (today - timedelta(days=1), today)
    ends = _day(meta.get("date_end", "")) or opens
    last = max(min(ends[1], today), EARLIEST + timedelta(days=1))
    return max(min(opens[0], last - timedelta(days=1)), EARLIEST), last


def _day(written: str) -> tuple[date, date] | None:
    """ "14.06.2016", "2016-06-14" or "2016": the first day, and the one after the last."""
    parts = re.fullmatch(r"(?:(\d\d?)\.(\d\d?)\.)?(\d{4})", written.strip())
    try:
        if parts is None:
            day = date.fromisoformat(written.strip())
        elif parts[1] is None:
            return date(int(parts[3]), 1, 1), date(int(parts[3]) + 1, 1, 1)
        else:
            day = date(int(parts[3]), int(parts[2]), int(parts[1]))
        return day, day + timedelta(days=1)
    except (ValueError, OverflowError):
        return None


def _year(meta: Mapping[str, str], opens_on: date) -> int:
    instance = meta.get("instance", "").strip()
    return int(instance) if len(instance) == 4 and instance.isdecimal() else opens_on.year
