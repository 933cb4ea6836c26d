"""At which numbers of votes for one item can the outcome change at all?

More votes for an item do not only move that item. Under `share`, `top` and `turnout` they also change what the
others' votes are worth, and with two chambers two others may then change places: being funded is not monotone in
the votes, and a bisection could miss the first success. But every score, as a function of the added votes t, is
(A + B t) / (α + β t) with one denominator for all, so two items change places only where A₁ + B₁ t = A₂ + B₂ t,
once per pair. Between two such points (and the few where a threshold, a rank or a tie rule turns) nothing changes.
So to try each point, and the first whole number after it, is exact.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

from app.tally.award import Award, Rules
from app.tally.box import ONE_POINT_EACH, Sums
from app.tally.manifest import Chamber

Point = tuple[int, int]  # numerator and positive denominator of a t


class Span(NamedTuple):
    """For low ≤ t ≤ high (None: without end) the votes of the scope are divided by alpha + beta t."""

    low: int | None
    high: int | None
    alpha: int
    beta: int

    def holds(self, point: Point) -> bool:
        above, below = point
        return (self.low is None or self.low * below <= above) and (self.high is None or above <= self.high * below)


def steps_to_try(
    rules: Rules, award: Award, sums: Mapping[str, Sums], chamber_id: str, place: int, sign: int
) -> list[int]:
    """Whole numbers s ≥ 1, ascending: if sign × s votes more change the item's fate for any s, then the smallest
    such s is among them. With sign = −1 they end at the votes that the item has."""
    chamber = rules.manifest.chamber(chamber_id)
    steps = {1}
    for above, below in _points(rules, chamber, award, sums[chamber_id], place):
        if sign * above > 0:
            steps |= {-(-sign * above // below), sign * above // below + 1}
    if sign > 0:
        return sorted(steps)
    votes = sums[chamber_id].votes[place]
    return sorted(step for step in steps | {votes} if 1 <= step <= votes)


def _points(rules: Rules, chamber: Chamber, award: Award, own: Sums, place: int) -> Iterator[Point]:
    yield from ((votes - own.votes[place], 1) for votes in own.votes)  # ranks, and ties told apart by votes
    yield from _thresholds(chamber, own, place)
    group = _scope(rules, chamber, place)
    for span in _spans(chamber, own, group, place):
        yield from ((end, 1) for end in (span.low, span.high) if end is not None)
        yield from filter(span.holds, _crossings(_lines(award, chamber, own, group, place, span), place, span))


def _scope(rules: Rules, chamber: Chamber, place: int) -> list[int]:
    """The items whose figures these votes can change."""
    if chamber.normalisation == "turnout":
        return list(range(len(rules.entries)))
    return next(group for group in rules.groups[chamber.id] if place in group)


def _thresholds(chamber: Chamber, own: Sums, place: int) -> Iterator[Point]:
    threshold = chamber.threshold
    if threshold is not None and threshold.votes is not None:
        yield threshold.votes - own.votes[place], 1
    if threshold is not None and threshold.share:
        yield own.valid - own.picks[place], 1
        for votes in (threshold.share * own.valid, *(picks / threshold.share for picks in own.picks)):
            yield (votes - own.picks[place]).as_integer_ratio()


def _spans(chamber: Chamber, own: Sums, group: list[int], place: int) -> list[Span]:
    votes = own.votes[place]
    match chamber.normalisation:
        case "share":
            return [Span(None, None, sum(own.votes[other] for other in group), 1)]
        case "top":
            best = max((own.votes[other] for other in group if other != place), default=0)
            return [Span(None, best - votes, best, 0), Span(best - votes, None, votes, 1)]
        case "turnout" if chamber.kind in ONE_POINT_EACH:
            spare = own.valid - own.picks[place]
            return [Span(None, spare, own.valid, 0), Span(spare, None, own.picks[place], 1)]
        case "turnout":
            return [Span(None, None, max(own.valid, 1), 0)]
        case "raw":
            return [Span(None, None, 1, 0)]
        case _:  # rank: nothing but the points at which the item's votes equal another's
            return []


def _lines(
    award: Award, chamber: Chamber, own: Sums, group: list[int], place: int, span: Span
) -> list[tuple[int, int]]:
    """(A, B) of each item, times the common denominator of the scores."""
    scores, common = award.scores
    figures = award.figures[chamber.id]
    weight = int(chamber.weight * common)
    lines = [(score * span.alpha, score * span.beta) for score in scores]
    for other in group:
        rest = scores[other] - int(weight * figures.fraction(other))
        lines[other] = (
            weight * own.votes[other] + rest * span.alpha,
            weight * (other == place) + rest * span.beta,
        )
    return lines


def _crossings(lines: list[tuple[int, int]], place: int, span: Span) -> Iterator[Point]:
    """Where two items have the same score. With a constant denominator only the item itself moves."""
    pairs = combinations(lines, 2) if span.beta else ((lines[place], line) for line in lines)
    for (a, b), (c, d) in pairs:
        if b < d:
            yield a - c, d - b
        elif b > d:
            yield c - a, b - d
