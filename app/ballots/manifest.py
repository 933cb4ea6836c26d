"""The ballot paper out of the database: which projects, under which numbers, by which rules."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from app.ballots import rules
from app.ballots.models import BallotItem
from app.proposals import conflict_queries as conflicts
from app.proposals.models import Proposal
from app.reviews.queries import ballot_costs
from app.rounds.models import Chamber, Phase, Round, Section
from app.rounds.rules import CHAMBER_PHASE, HELD
from app.tally.faults import Fault
from app.tally.manifest import Manifest, ManifestError
from app.tally.manifest_shape import QUOTAS, VERSION

Json = dict[str, Any]


def draw(
    proposals: Iterable[Proposal], seed: str, english: Mapping[str, str] = MappingProxyType({})
) -> list[BallotItem]:
    """The items with their numbers by lot: section after section, and within one by SHA-256("seed:proposal number").
    `english`: title → the same in English, where somebody has it.

    Anybody can draw again from the seed and the numbers of the proposals, both of which are published.
    """
    in_order = sorted(proposals, key=lambda proposal: (_place(proposal), _lot(seed, proposal)))
    costs, rivals = ballot_costs(in_order), _rivals({one.id: number for number, one in enumerate(in_order, start=1)})
    return [_item(proposal, number, costs, english, rivals) for number, proposal in enumerate(in_order, start=1)]


def _rivals(numbers: Mapping[int, int]) -> dict[int, set[int]]:
    """Proposal → the numbers of those of which only it or they can be funded: each of two names the other."""
    rivals: dict[int, set[int]] = {}
    for one, other in conflicts.list_exclusive(numbers):
        rivals.setdefault(one, set()).add(numbers[other])
        rivals.setdefault(other, set()).add(numbers[one])
    return rivals


def _place(proposal: Proposal) -> int:
    assert proposal.section is not None  # a submitted proposal has one: the table says so
    return proposal.section.position


def _lot(seed: str, proposal: Proposal) -> bytes:
    return hashlib.sha256(f"{seed}:{proposal.number}".encode()).digest()


def _item(
    proposal: Proposal,
    number: int,
    costs: Mapping[int, int | None],
    english: Mapping[str, str],
    rivals: Mapping[int, set[int]],
) -> BallotItem:
    return BallotItem(
        round_id=proposal.round_id,
        section=proposal.section,
        area=proposal.area,
        proposal=proposal,
        number=number,
        code=str(number),
        title_ko=proposal.title,
        title_en=english.get(proposal.title, proposal.title),
        summary="\n\n".join(part for part in (proposal.need, proposal.content, proposal.effect) if part),
        cost_won=costs[proposal.id],
        min_cost_won=None,
        excludes=[str(rival) for rival in sorted(rivals.get(proposal.id, ()))],
    )


def read(round_: Round, items: Sequence[BallotItem], secret: bytes, keys: Sequence[str] = ()) -> Manifest:
    """`keys`: the public keys to be named. Raises NotPublishable with every fault there is."""
    faults = [
        Fault("phase_missing", CHAMBER_PHASE[chamber.code])
        for chamber in round_.chambers
        if chamber.code in CHAMBER_PHASE and _phase(round_, chamber) is None
    ]
    faults += [
        Fault("kind_not_offered", f"chambers[{place}].kind", {"chamber": chamber.code, "kind": chamber.kind})
        for place, chamber in enumerate(round_.chambers)
        if round_.source == HELD and chamber.kind not in rules.KINDS_OFFERED
    ]
    if faults:
        raise rules.NotPublishable(tuple(faults))
    try:
        return Manifest.from_json(build(round_, items, secret, keys))
    except ManifestError as error:
        raise rules.NotPublishable(error.faults) from error


def build(round_: Round, items: Sequence[BallotItem], secret: bytes, keys: Sequence[str]) -> Json:
    phases = list_phases(round_)
    return {
        "version": VERSION,
        "round": str(round_.id),
        "programme": round_.programme.slug,
        "fiscal_year": round_.fiscal_year,
        "title": _names(round_, "title"),
        "currency": round_.currency,
        "opens_at": _instant(min(phase.starts_at for phase in phases)),
        "closes_at": _instant(max(phase.ends_at for phase in phases)),
        "pots": [{"id": pot.code, "name": _names(pot), "cap": pot.cap_won} for pot in round_.pots],
        "sections": [
            {"id": section.code, "name": _names(section), "pot": section.pot.code} for section in round_.sections
        ],
        "items": [_item_json(item, secret) for item in items],
        "chambers": [_chamber(chamber, round_.sections) for chamber in round_.chambers],
        "cap_policy": _cap_policy(round_),
        "tie_order": list(round_.tie_order),
        "quotas": _quotas(round_.quotas or {}),
        "keys": list(keys),
    }


def list_phases(round_: Round) -> list[Phase]:
    """In which people vote: one a chamber that has one, in their order."""
    return [phase for chamber in round_.chambers if (phase := _phase(round_, chamber)) is not None]


def _phase(round_: Round, chamber: Chamber) -> Phase | None:
    kind = CHAMBER_PHASE.get(chamber.code)
    return next((phase for phase in round_.phases if phase.kind == kind), None)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _names(row: Any, field: str = "name") -> Json:
    return {"ko": getattr(row, f"{field}_ko"), "en": getattr(row, f"{field}_en")}


def _item_json(item: BallotItem, secret: bytes) -> Json:
    return {
        "id": item.code,
        "number": item.number,
        "section": item.section.code,
        "title": _names(item, "title"),
        "dong": item.area.code if item.area else None,
        "cost": item.cost_won,
        "min_cost": item.min_cost_won,
        "proposer": _proposer(item, secret),
        "excludes": list(item.excludes),
    }


def _proposer(item: BallotItem, secret: bytes) -> str | None:
    """The same for two projects of one person, and nobody can tell whose: enough for a quota per proposer."""
    if item.proposal is None or item.proposal.resident_id is None:
        return None
    return hmac.new(secret, f"proposer:{item.proposal.resident_id}".encode(), hashlib.sha256).hexdigest()[:16]


def _chamber(chamber: Chamber, sections: Sequence[Section]) -> Json:
    picks = {rule.section_id: [rule.pick_min, rule.pick_max] for rule in chamber.picks}
    return {
        "id": chamber.code,
        "name": _names(chamber),
        "weight": chamber.weight,
        "kind": chamber.kind,
        "picks": {section.code: picks[section.id] for section in sections if section.id in picks},
        "total": None if chamber.total_max is None else [chamber.total_min, chamber.total_max],
        "money_limit": chamber.money_limit_won,
        "points_limit": chamber.points_limit,
        "score_range": None if chamber.score_max is None else [chamber.score_min, chamber.score_max],
        "normalisation": chamber.normalisation,
        "scope": chamber.scope,
        "threshold": _threshold(chamber),
    }


def _threshold(chamber: Chamber) -> Json | None:
    if chamber.threshold_votes is not None:
        return {"votes": chamber.threshold_votes}
    return None if chamber.threshold_share is None else {"share": chamber.threshold_share}


def _cap_policy(round_: Round) -> Json:
    policy = {"kind": round_.cap_policy}
    return policy if round_.near_cover is None else {**policy, "cover": round_.near_cover}


def _quotas(stored: Json) -> Json:
    quotas: Json = {name: stored.get(name) for name in QUOTAS}
    return {**quotas, "at_least_one_per_section": stored.get("at_least_one_per_section", False)}
