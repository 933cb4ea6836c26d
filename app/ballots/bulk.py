"""Ballots that nobody cast here: the made-up ones of a plan's history, and those of another city's file.

They go the same way as others (frozen items, one box, one roll), so that the same count and the same gates hold.
A round that is held here cannot be stuffed by this door: see `rules.ensure_may_pour`.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from app.audit import services as audit
from app.audit.models import Actor
from app.ballots import box, rules
from app.ballots.models import BallotItem, BallotManifest, Participation
from app.ballots.services import freeze
from app.database import db, lock, transaction
from app.programmes.models import Area
from app.proposals.models import Proposal
from app.rounds import rules as rounds
from app.rounds.models import Round

POUR = audit.declare("ballots.pour", "round", "chamber", "channel", "ballots")


@dataclass(frozen=True)
class ItemPlan:
    """A project that brings its number with it. `code` is its id in the manifest."""

    code: str
    number: int
    section_code: str
    title_ko: str
    title_en: str
    cost_won: int
    min_cost_won: int | None = None
    area: Area | None = None
    proposal: Proposal | None = None
    summary: str = ""


def publish_items(round_: Round, items: Sequence[ItemPlan], *, at: datetime, by: Actor) -> BallotManifest:
    """Raises NotPourable, WrongState, NotPublishable; KeyError for a section that the round does not have."""
    with transaction():
        lock(round_)
        rules.ensure_items_brought(round_.source)
        rounds.ensure_may_become(round_.state, rounds.BALLOT_PUBLISHED)
        sections = {section.code: section for section in round_.sections}
        rows = [
            BallotItem(
                round_id=round_.id,
                section=sections[plan.section_code],
                area=plan.area,
                proposal=plan.proposal,
                number=plan.number,
                code=plan.code,
                title_ko=plan.title_ko,
                title_en=plan.title_en,
                summary=plan.summary,
                cost_won=plan.cost_won,
                min_cost_won=plan.min_cost_won,
                excludes=[],
            )
            for plan in items
        ]
        return freeze(round_, rows, None, at=at, by=by)


def pour_ballots(
    round_: Round,
    chamber_code: str,
    ballots: Iterable[box.Choices],
    channel: str,
    *,
    at: datetime,
    by: Actor,
    allow_made_up: bool = False,
) -> int:
    """As many ballots into the box as people onto the roll, under random keys; not checked: the count says which are
    void. Raises NotPourable, BoxShut; KeyError for a chamber that the round does not have."""
    with transaction():
        lock(round_)
        rules.ensure_may_pour(round_.source, channel, allow_made_up)
        rules.ensure_box_open(round_.state)
        kind = {chamber.code: chamber.kind for chamber in round_.chambers}[chamber_code]
        poured = box.pour(round_.id, chamber_code, ballots, ordered=kind == "ranking")
        _tick(round_.id, chamber_code, channel, poured, at)
        audit.record(POUR, round_.id, at=at, by=by, chamber=chamber_code, channel=channel, ballots=poured)
    return poured


def _tick(round_id: int, chamber: str, channel: str, people: int, at: datetime) -> None:
    hour = at.replace(minute=0, second=0, microsecond=0)
    shared = {"round_id": round_id, "chamber": chamber, "channel": channel, "cast_hour": hour}
    for start in range(0, people, box.AT_ONCE):
        some = range(start, min(start + box.AT_ONCE, people))
        db.session.execute(insert(Participation), [{**shared, "voter_key": secrets.token_hex(32)} for _ in some])
