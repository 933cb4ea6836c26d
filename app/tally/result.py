"""The result as data: every figure exact, a decimal beside it for reading, no sentence anywhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, cast

from app.tally import canonical, exact, gates

VERSION = 1


@dataclass(frozen=True)
class ChamberRow:
    """`void`: reason → ballots, by the first fault of each. `repeated`: ballots that named an id twice. `note`:
    "all_zero" where nobody voted for anything; `empty_sections`: where that is so in a section-wide scope.
    `lowered`: section ("": in all) → the fewest picks asked for, where a recused member could not pick as many.
    `ballot_weight`: the chamber's weight / its valid ballots; `ratio`: that, against a resident's ballot."""

    id: str
    weight: Fraction
    cast: int
    valid: int
    void: Mapping[str, int]
    repeated: int
    votes: int
    picks: int
    note: str | None
    empty_sections: Sequence[str]
    lowered: Mapping[str, int]
    ballot_weight: Fraction | None
    ratio: Fraction | None


@dataclass(frozen=True)
class ChamberFigure:
    votes: int
    picks: int
    figure: Fraction


@dataclass(frozen=True)
class Reference:
    """What a reason refers to: rival or tied items, the quota that was full, the chamber of a threshold."""

    items: Sequence[str] = ()
    quota: str | None = None
    value: str | None = None
    limit: str | None = None
    chamber: str | None = None


@dataclass(frozen=True)
class Margin:
    """`kind`: "short" (more votes needed) or "spare" (fewer would have dropped it)."""

    kind: str
    votes: int


@dataclass(frozen=True)
class ItemRow:
    """`outcome`: funded, part or not_funded. `funded`, `running`: whole won; `running` is what its pot has paid
    down to this place. `reserve`: place on the reserve list."""

    id: str
    number: int
    section: str
    pot: str
    cost: int
    place: int
    tied_with: Sequence[str]
    chambers: Mapping[str, ChamberFigure]
    score: Fraction
    outcome: str
    funded: int
    running: int
    reason: str
    reference: Reference | None
    reserve: int | None
    margin: Margin | None


@dataclass(frozen=True)
class PotRow:
    id: str
    cap: int
    funded: int
    left: int
    excess: int


@dataclass(frozen=True)
class TieRow:
    """`items` in their final order; `settled_by[n]`: the rule that put item n before item n + 1. `decisive`: with
    one of them moved to the head or the end of the tie, other items (or sums) would have been funded."""

    items: Sequence[str]
    score: Fraction
    settled_by: Sequence[str]
    decisive: bool


@dataclass(frozen=True)
class Result:
    """`items` in order of place. Two counters agree when `sha256` does."""

    version: int
    manifest: str
    round: str
    seed: str | None
    chambers: Sequence[ChamberRow]
    items: Sequence[ItemRow]
    pots: Sequence[PotRow]
    reserve: Sequence[str]
    ties: Sequence[TieRow]
    gates: Sequence[gates.Gate]

    @property
    def publishable(self) -> bool:
        return all(gate.holds for gate in self.gates)

    def ensure_publishable(self) -> None:
        """Raises gates.BrokenGates."""
        gates.ensure(self.gates)

    def to_json(self) -> dict[str, Any]:
        return {**cast(dict[str, Any], _plain(self)), "publishable": self.publishable}

    @cached_property
    def sha256(self) -> str:
        return canonical.sha256_hex(self.to_json())


def _plain(value: object) -> object:
    if isinstance(value, Fraction):
        return {"exact": exact.text(value), "shown": exact.shown(value)}
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value
