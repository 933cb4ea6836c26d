"""The written review (서면심사) in exact numbers: from points to means, places and a shortlist.

Within a section proposals are placed by their mean; equal means share a place (1, 2, 2, 4). A proposal is shortlisted
when its mean reaches the threshold and its place is within the places of a section. Those who share the last place are
therefore all in: nothing cuts between equals, and no order by chance or by record decides.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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

COUNTED = "counted"
HIGHEST = "highest"  # dropped
LOWEST = "lowest"  # dropped
RECUSED = "recused"
STANDS = (COUNTED, HIGHEST, LOWEST, RECUSED)  # what becomes of a submitted sheet


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


def total(points: Mapping[int, int], weights: Mapping[int, int]) -> int:
    """Both by criterion: each criterion's points times its weight."""
    return sum(given * weights[criterion] for criterion, given in points.items())


def stands(totals: Sequence[int], *, drops_extremes: bool) -> list[str]:
    """What becomes of each sheet, in the order given: of equal ones the first is dropped, which moves no mean."""
    found = [COUNTED] * len(totals)
    if drops_extremes and len(totals) >= SHEETS_TO_DROP_FROM:
        found[totals.index(max(totals))] = HIGHEST
        left = [place for place, one in enumerate(found) if one == COUNTED]
        found[min(left, key=lambda place: totals[place])] = LOWEST
    return found


def mean(totals: Sequence[int], *, drops_extremes: bool) -> Fraction | None:
    """The mean, without one highest and one lowest total where that is the rule; None of nothing."""
    what = stands(totals, drops_extremes=drops_extremes)
    kept = [one for one, stand in zip(totals, what, strict=True) if stand == COUNTED]
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
    """Changes when anything about the standings does: a page shows it, the decision checks it, and whoever counts the
    exported sheets again finds the same."""
    lines = (f"{one.number}:{one.place}:{one.mean}:{one.sheets}:{one.reason}" for one in sorted(standings, key=_number))
    return sha256("\n".join(lines).encode()).hexdigest()


def _number(one: Standing) -> int:
    return one.number
