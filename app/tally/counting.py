"""The one entry to the count: the frozen rules and the ballots in, a result that explains itself out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from app.tally import gates
from app.tally.award import Rules, lots_of
from app.tally.box import NOT_LOWERED, ChamberTally, empty_box
from app.tally.explain import first_chamber
from app.tally.manifest import Chamber, Manifest
from app.tally.normalise import scopes
from app.tally.order import SeedNeeded, ensure_settled
from app.tally.result import VERSION, ChamberRow, ItemRow, PotRow, Result
from app.tally.sheet import Sheet

__all__ = ["Result", "SeedNeeded", "UnknownChamber", "count", "empty_boxes", "result_of"]

Lowered = Mapping[str, Mapping[str, int]]
NONE_LOWERED: Lowered = {}


class UnknownChamber(ValueError):
    """There are ballots, or rolls, of a chamber that the manifest does not know."""


def count(
    manifest: Manifest,
    ballots: Mapping[str, Iterable[object]],
    *,
    participations: Mapping[str, Mapping[str, int]] | None = None,
    present: Mapping[str, int] | None = None,
    present_by_item: Mapping[str, Mapping[str, int]] | None = None,
    lowered: Lowered | None = None,
    seed: str | None = None,
) -> Result:
    """`ballots`: chamber → ballots as `paper` reads them, each taken once. `lowered`: chamber → section → the fewest
    picks, where ballots do not tell from what their voters were recused. Broken gates are in the result; they do not
    raise. Raises SeedNeeded, UnknownChamber."""
    for rolls in (participations or {}, present or {}, present_by_item or {}, lowered or {}):
        _ensure_known(manifest, rolls)
    tallies = empty_boxes(manifest, ballots, lowered or {})
    return result_of(manifest, tallies, gates.Attendance(participations, present, present_by_item), seed=seed)


def empty_boxes(
    manifest: Manifest, ballots: Mapping[str, Iterable[object]], lowered: Lowered = NONE_LOWERED
) -> dict[str, ChamberTally]:
    """One tally per chamber; a chamber without ballots has an empty one. Raises UnknownChamber."""
    _ensure_known(manifest, ballots)
    return {
        chamber.id: empty_box(manifest, chamber, ballots.get(chamber.id, ()), lowered.get(chamber.id, NOT_LOWERED))
        for chamber in manifest.chambers
    }


def result_of(
    manifest: Manifest,
    tallies: Mapping[str, ChamberTally],
    rolls: gates.Attendance = gates.NO_ROLLS,
    *,
    seed: str | None = None,
) -> Result:
    """The same from boxes that have been emptied already. Raises SeedNeeded."""
    seed = seed or None  # nothing typed in is no seed
    sums = {chamber: tally.sums(manifest) for chamber, tally in tallies.items()}
    rules = Rules(manifest, lots_of(manifest, seed))
    award = rules.award(sums)
    if seed is None:
        ensure_settled(manifest, award.scores, award.columns)
    sheet = Sheet(rules, sums, award, drawn=seed is not None)
    items = list(sheet.item_rows())
    paid = [gates.Paid(row.id, row.funded, row.reason) for row in items]
    return Result(
        version=VERSION,
        manifest=manifest.sha256,
        round=manifest.round,
        seed=seed,
        chambers=[_chamber_row(manifest, chamber, tallies) for chamber in manifest.chambers],
        items=items,
        pots=list(_pot_rows(manifest, items)),
        reserve=[row.id for row in items if row.reserve is not None],
        ties=list(sheet.tie_rows()),
        gates=gates.check(manifest, tallies, paid, rolls),
    )


def _ensure_known(manifest: Manifest, named: Iterable[str]) -> None:
    unknown = set(named) - {chamber.id for chamber in manifest.chambers}
    if unknown:
        raise UnknownChamber(", ".join(sorted(unknown)))


def _chamber_row(manifest: Manifest, chamber: Chamber, tallies: Mapping[str, ChamberTally]) -> ChamberRow:
    tally = tallies[chamber.id]
    votes = sum(tally.votes.values())
    first = manifest.chamber(first_chamber(manifest))
    own, measure = _ballot_weight(chamber, tally), _ballot_weight(first, tallies[first.id])
    return ChamberRow(
        id=chamber.id,
        weight=chamber.weight,
        cast=tally.cast,
        valid=tally.valid,
        void=dict(sorted(tally.void.items())),
        repeated=tally.repeated,
        votes=votes,
        picks=sum(tally.picks.values()),
        note=None if votes else "all_zero",
        empty_sections=_empty_sections(manifest, chamber, tally),
        lowered=dict(tally.lowered),
        ballot_weight=own,
        ratio=own / measure if own is not None and measure else None,
    )


def _ballot_weight(chamber: Chamber, tally: ChamberTally) -> Fraction | None:
    return chamber.weight / tally.valid if tally.valid else None


def _empty_sections(manifest: Manifest, chamber: Chamber, tally: ChamberTally) -> list[str]:
    """Where votes are normalised within each section: those in which every figure is 0."""
    if chamber.scope == "ballot":
        return []
    groups = zip(manifest.sections, scopes(manifest, chamber.scope), strict=True)
    return [
        section.id for section, group in groups if not any(tally.votes[manifest.items[place].id] for place in group)
    ]


def _pot_rows(manifest: Manifest, items: Sequence[ItemRow]) -> Iterator[PotRow]:
    for pot in manifest.pots:
        funded = sum(row.funded for row in items if row.pot == pot.id)
        yield PotRow(pot.id, pot.cap, funded, max(pot.cap - funded, 0), max(funded - pot.cap, 0))
