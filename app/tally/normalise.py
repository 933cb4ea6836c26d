"""From votes to figures: what makes 40 members and 1,200 residents comparable. Exact, one denominator per scope."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from app.tally.box import Sums
from app.tally.manifest import Manifest


class Figures(NamedTuple):
    """Item by item in the order of the manifest: figure = numerator / denominator."""

    numerators: Sequence[int]
    denominators: Sequence[int]

    def fraction(self, place: int) -> Fraction:
        return Fraction(self.numerators[place], self.denominators[place])


Scope = tuple[list[int], int]  # numerators and what they are divided by


def _share(votes: list[int], valid: int) -> Scope:
    return votes, sum(votes)


def _turnout(votes: list[int], valid: int) -> Scope:
    return votes, valid


def _top(votes: list[int], valid: int) -> Scope:
    return votes, max(votes, default=0)


def _rank(votes: list[int], valid: int) -> Scope:
    """(m − r + 1) / m over 2m, because the mean rank of tied items may end in one half."""
    ranked, m = sorted(votes, reverse=True), len(votes)
    first = {number: place for place, number in reversed(list(enumerate(ranked, start=1)))}
    last = {number: place for place, number in enumerate(ranked, start=1)}
    return [2 * m + 2 - first[number] - last[number] for number in votes], 2 * m


def _raw(votes: list[int], valid: int) -> Scope:
    return votes, 1


RULES: dict[str, Callable[[list[int], int], Scope]] = {
    "share": _share,
    "turnout": _turnout,
    "top": _top,
    "rank": _rank,
    "raw": _raw,
}


def scopes(manifest: Manifest, scope: str) -> list[list[int]]:
    """The groups of items, by place in the manifest, among which votes are normalised."""
    everything = range(len(manifest.items))
    if scope == "ballot":
        return [list(everything)]
    return [
        [place for place in everything if manifest.items[place].section == section.id] for section in manifest.sections
    ]


def figures(sums: Sums, rule: str, groups: Sequence[Sequence[int]]) -> Figures:
    """A scope without any vote has the figure 0 throughout, `rank` included."""
    numerators, denominators = [0] * len(sums.votes), [1] * len(sums.votes)
    for group in groups:
        here = [sums.votes[place] for place in group]
        if not any(here):
            continue
        above, below = RULES[rule](here, sums.valid)
        for place, numerator in zip(group, above, strict=True):
            numerators[place], denominators[place] = numerator, below
    return Figures(numerators, denominators)
