"""Why not my item, and by how much? And would another rule have chosen differently? Found with the tally itself."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from app.tally.award import Award, Rules, lots_of
from app.tally.box import ONE_POINT_EACH, ChamberTally, Sums
from app.tally.breakpoints import steps_to_try
from app.tally.manifest import CapPolicy, Manifest
from app.tally.manifest_shape import NORMALISATIONS, POLICIES

_USUAL_COVER = Fraction(4, 5)


def first_chamber(manifest: Manifest) -> str:
    """Whose votes margins are told in: the residents, or the first chamber where none has that name."""
    ids = [chamber.id for chamber in manifest.chambers]
    return "residents" if "residents" in ids else ids[0]


def margins(rules: Rules, sums: Mapping[str, Sums], award: Award, *, drawn: bool) -> dict[int, int]:
    """Item → votes: how many more would have funded an item that was not; how many fewer would have dropped the
    last funded one of each pot. An item for which no number is enough is left out.
    `drawn`: the seed of the lot is known. If not, a tie that only a lot could break counts against the change,
    so that the number is enough whatever the draw."""
    last = {rules.entries[place].pot: place for place in award.order if award.grants[place].amount}
    found = {}
    for place in range(len(rules.entries)):
        funded = award.grants[place].amount > 0
        if funded and place not in last.values():
            continue
        votes = _fewest(rules, sums, award, place, drawn)
        if votes is not None:
            found[place] = votes
    return found


def _fewest(rules: Rules, sums: Mapping[str, Sums], award: Award, place: int, drawn: bool) -> int | None:
    sign = -1 if award.grants[place].amount else 1
    lots = None if drawn else _against(rules.lots, place, sign)
    for step in steps_to_try(rules, award, sums, first_chamber(rules.manifest), place, sign):
        changed = shifted(rules.manifest, sums, place, sign * step)
        if (rules.award(changed, lots).grants[place].amount > 0) == (sign > 0):
            return step
    return None


def _against(lots: Sequence[str], place: int, sign: int) -> list[str]:
    """The stand-in lots, with the item last (first) where the change is for its good (harm)."""
    return [("~" if sign > 0 else "") if here == place else text for here, text in enumerate(lots)]


def shifted(manifest: Manifest, sums: Mapping[str, Sums], place: int, votes: int) -> dict[str, Sums]:
    """The same sums with more (fewer) votes for one item. Approvals come from people who have voted and, when
    all of these have approved of it, from new ones. Points come from those who have voted, or from one person."""
    chamber = manifest.chamber(first_chamber(manifest))
    old = sums[chamber.id]
    new_votes, new_picks, valid = list(old.votes), list(old.picks), max(old.valid, 1)
    new_votes[place] += votes
    if chamber.kind in ONE_POINT_EACH:
        new_picks[place] += votes
        valid = max(valid, new_picks[place])
    return {**sums, chamber.id: Sums(new_votes, new_picks, valid)}


@dataclass(frozen=True)
class Variant:
    """The same votes under another rule. `enters`, `leaves`: items that are funded there only, here only."""

    kind: str
    name: str
    enters: tuple[str, ...]
    leaves: tuple[str, ...]


def stability(
    manifest: Manifest,
    tallies: Mapping[str, ChamberTally],
    *,
    seed: str | None = None,
    others: Mapping[str, Collection[str]] | None = None,
) -> tuple[Variant, ...]:
    """Each normalisation (in every chamber) and each cap policy in place of the manifest's own. The lots stay as
    drawn; without a seed the ballot number stands in. `others`: rule → items funded, of rules counted elsewhere."""
    sums = {chamber: tally.sums(manifest) for chamber, tally in tallies.items()}
    lots = lots_of(manifest, seed)
    here = _funded(manifest, sums, lots)
    found = [_variant(manifest, named, here, _funded(variant, sums, lots)) for named, variant in _variants(manifest)]
    return (*found, *(_variant(manifest, ("rule", name), here, ids) for name, ids in (others or {}).items()))


def _variants(manifest: Manifest) -> Iterator[tuple[tuple[str, str], Manifest]]:
    for name in NORMALISATIONS:
        chambers = tuple(replace(chamber, normalisation=name) for chamber in manifest.chambers)
        yield ("normalisation", name), replace(manifest, chambers=chambers)
    for name in POLICIES:
        cover = (manifest.cap_policy.cover or _USUAL_COVER) if name == "near" else None
        yield ("cap_policy", name), replace(manifest, cap_policy=CapPolicy(name, cover))


def _funded(manifest: Manifest, sums: Mapping[str, Sums], lots: Sequence[str]) -> set[str]:
    grants = Rules(manifest, lots).award(sums).grants
    return {item.id for item, grant in zip(manifest.items, grants, strict=True) if grant.amount}


def _variant(manifest: Manifest, named: tuple[str, str], here: Collection[str], there: Collection[str]) -> Variant:
    ids = [item.id for item in manifest.items]
    enters = tuple(name for name in ids if name in there and name not in here)
    leaves = tuple(name for name in ids if name in here and name not in there)
    return Variant(*named, enters, leaves)
