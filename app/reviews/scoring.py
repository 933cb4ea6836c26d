"""From the members' totals to the shortlist: exact fractions, no rounding, no order by chance.

Within a section proposals are placed by their mean; equal means share a place (1, 2, 2, 4). A proposal is
shortlisted when its mean reaches the threshold and its place is within the places of a section. Those who
share the last place are therefore all in: nothing cuts between equals.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from hashlib import sha256
from itertools import groupby
from typing import NamedTuple

CHOSEN = "chosen"
BELOW_THRESHOLD = "below_threshold"
BEYOND_PLACES = "beyond_places"
NO_SHEETS = "no_sheets"
REASONS = (CHOSEN, BELOW_THRESHOLD, BEYOND_PLACES, NO_SHEETS)

SHEETS_TO_DROP_FROM = 3  # below, dropping the highest and the lowest would leave nothing


class Entry(NamedTuple):
    """A proposal and the totals of its submitted sheets, recused members' left out."""

    proposal_id: int
    number: int
    section_id: int
    totals: tuple[int, ...]


class Cut(NamedTuple):
    """`places` per section and least mean `threshold`; None = no such limit."""

    places: int | None = None
    threshold: Fraction | None = None
    drops_extremes: bool = False


class Standing(NamedTuple):
    """`mean` is 0 where there is no sheet (`sheets` == 0)."""

    proposal_id: int
    number: int
    section_id: int
    place: int
    mean: Fraction
    sheets: int
    reason: str

    @property
    def shortlisted(self) -> bool:
        return self.reason == CHOSEN


def mean(totals: Sequence[int], *, drops_extremes: bool) -> Fraction | None:
    """The mean, without one highest and one lowest total where that is the rule; None of nothing."""
    kept = sorted(totals)
    if drops_extremes and len(kept) >= SHEETS_TO_DROP_FROM:
        kept = kept[1:-1]
    return Fraction(sum(kept), len(kept)) if kept else None


def stand(entries: Iterable[Entry], cut: Cut) -> tuple[Standing, ...]:
    """Every entry's place and what comes of it: by section, then place, then number."""
    by_section = groupby(sorted(entries, key=lambda one: one.section_id), key=lambda one: one.section_id)
    return tuple(standing for _, group in by_section for standing in _stand_in_section(list(group), cut))


def _stand_in_section(entries: list[Entry], cut: Cut) -> list[Standing]:
    means = {one.proposal_id: mean(one.totals, drops_extremes=cut.drops_extremes) for one in entries}
    ranks = {one.proposal_id: _rank(means[one.proposal_id]) for one in entries}
    standings = []
    for one in entries:
        place = 1 + sum(other > ranks[one.proposal_id] for other in ranks.values())
        score = means[one.proposal_id]
        standings.append(
            Standing(
                one.proposal_id,
                one.number,
                one.section_id,
                place,
                score or Fraction(0),
                len(one.totals),
                _reason(score, place, cut),
            )
        )
    return sorted(standings, key=lambda standing: (standing.place, standing.number))


def _rank(score: Fraction | None) -> Fraction:
    """A proposal that nobody scored stands behind one that everybody gave 0."""
    return Fraction(-1) if score is None else score


def _reason(score: Fraction | None, place: int, cut: Cut) -> str:
    if score is None:
        return NO_SHEETS
    if cut.threshold is not None and score < cut.threshold:
        return BELOW_THRESHOLD
    if cut.places is not None and place > cut.places:
        return BEYOND_PLACES
    return CHOSEN


def sections_over_their_places(chosen: Iterable[int], cut: Cut) -> frozenset[int]:
    """Sections in which a tie on the last place lets in more than the places. `chosen`: a section id for each
    shortlisted proposal."""
    if cut.places is None:
        return frozenset()
    return frozenset(section for section, number in Counter(chosen).items() if number > cut.places)


def fingerprint(standings: Iterable[Standing]) -> str:
    """Changes when anything about the standings does: a page shows it, the decision checks it."""
    lines = (f"{one.proposal_id}:{one.place}:{one.mean}:{one.sheets}:{one.reason}" for one in standings)
    return sha256("\n".join(lines).encode()).hexdigest()


def say_mean(score: Fraction, digits: int = 2) -> str:
    """For reading, rounded half up: Fraction(247, 3) → "82.33", Fraction(80) → "80"."""
    whole, rest = divmod(int(score * 10**digits + Fraction(1, 2)), 10**digits)
    return f"{whole}.{rest:0{digits}d}".rstrip("0") if rest else str(whole)
