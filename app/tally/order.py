"""Who comes before whom: combined score first; equal scores by the manifest's tie order, and every tie is named."""

import hashlib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import groupby, pairwise
from math import lcm
from typing import NamedTuple

from app.tally.manifest import Manifest
from app.tally.normalise import Figures

TieKey = int | str


class SeedNeeded(ValueError):
    """Items stay tied up to the rule `lot`, and no seed has been announced yet. `items`: their ids."""

    def __init__(self, items: tuple[str, ...]):
        super().__init__(f"a lot must decide between {', '.join(items)}: announce the seed first")
        self.items = items


class Scores(NamedTuple):
    """Σ weight × figure per item, as whole numbers over one common denominator: exact and quick to compare."""

    numerators: list[int]
    denominator: int

    def fraction(self, place: int) -> Fraction:
        return Fraction(self.numerators[place], self.denominator)


def combine(weights: Sequence[Fraction], figures: Sequence[Figures]) -> Scores:
    below = {w.denominator * d for w, f in zip(weights, figures, strict=True) for d in set(f.denominators)}
    common = lcm(*below)
    scores = [0] * len(figures[0].numerators)
    for weight, (above, denominators) in zip(weights, figures, strict=True):
        scale = {d: weight.numerator * (common // (weight.denominator * d)) for d in set(denominators)}
        for place, (numerator, denominator) in enumerate(zip(above, denominators, strict=True)):
            scores[place] += numerator * scale[denominator]
    return Scores(scores, common)


def lot(manifest_hash: str, seed: str, item: str) -> str:
    """SHA-256 over the three texts one after another, in hex; the smallest comes first.
    In a shell: printf %s "$HASH$SEED$ITEM" | sha256sum"""
    return hashlib.sha256(f"{manifest_hash}{seed}{item}".encode()).hexdigest()


def tie_columns(manifest: Manifest, votes: Mapping[str, Sequence[int]], lots: Sequence[str]) -> list[Sequence[TieKey]]:
    """One key per item and rule, in tie order, the smallest first. `votes`: chamber → votes per item."""
    items = manifest.items
    known: dict[str, Sequence[TieKey]] = {
        "cheaper": [item.cost for item in items],
        "dearer": [-item.cost for item in items],
        "ballot-number": [item.number for item in items],
        "lot": lots,
    }
    return [known[rule] if rule in known else [-n for n in votes[rule]] for rule in manifest.tie_order]


def place_in_order(scores: Scores, columns: Sequence[Sequence[TieKey]]) -> list[int]:
    """Items by their place in the manifest, the best first."""
    rows = list(zip([-number for number in scores.numerators], *columns, strict=True))
    return sorted(range(len(rows)), key=rows.__getitem__)


def ensure_settled(manifest: Manifest, scores: Scores, columns: Sequence[Sequence[TieKey]]) -> None:
    """Without a seed: no two items may be equal up to the rule `lot`. Raises SeedNeeded."""
    if "lot" not in manifest.tie_order:
        return
    before = columns[: manifest.tie_order.index("lot")]
    rows = sorted(zip(scores.numerators, *before, range(len(manifest.items)), strict=True))
    equal = {pair for one, two in pairwise(rows) if one[:-1] == two[:-1] for pair in (one[-1], two[-1])}
    if equal:
        raise SeedNeeded(tuple(item.id for place, item in enumerate(manifest.items) if place in equal))


def ties(scores: Scores, order: Sequence[int]) -> list[list[int]]:
    """The groups of two and more with exactly equal scores, each in its final order."""
    groups = (list(group) for _, group in groupby(order, key=scores.numerators.__getitem__))
    return [group for group in groups if len(group) > 1]


def settled_by(tie_order: Sequence[str], columns: Sequence[Sequence[TieKey]], one: int, two: int) -> str:
    """The first rule that tells the two apart."""
    return next(rule for rule, column in zip(tie_order, columns, strict=True) if column[one] != column[two])
