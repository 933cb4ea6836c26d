"""Questions about rounds."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from app.database import db
from app.errors import NotFound
from app.programmes.models import Programme
from app.rounds import rules, settings, soundness
from app.rounds.models import Round
from app.tally.faults import Fault

# The latest first; a second round of one year after the main one.
_NEWEST_FIRST = (Round.fiscal_year.desc(), Round.id.desc())


def get_round(round_id: int) -> Round:
    """With its programme, of which every page speaks."""
    round_ = db.session.get(Round, round_id, options=[joinedload(Round.programme)])
    if round_ is None:
        raise NotFound
    return round_


def get_public_round(round_id: int) -> Round:
    """A round that has been called: a draft is nobody's business."""
    round_ = get_round(round_id)
    if round_.state == rules.DRAFT:
        raise NotFound
    return round_


def find_round(programme: Programme, fiscal_year: int, slug: str = "main") -> Round | None:
    return db.session.scalars(_of(programme).where(Round.fiscal_year == fiscal_year, Round.slug == slug)).one_or_none()


def list_rounds(programmes: Collection[Programme] | None = None) -> Sequence[Round]:
    """All rounds (of these programmes), drafts too."""
    query = select(Round).order_by(*_NEWEST_FIRST)
    if programmes is not None:
        query = query.where(Round.programme_id.in_([programme.id for programme in programmes]))
    return db.session.scalars(query).all()


def list_public_rounds(programme: Programme | None = None) -> Sequence[Round]:
    """Of one programme, or of all of ours: another city's election is among the results only."""
    ours = select(Round).where(Round.source != rules.PABULIB).order_by(*_NEWEST_FIRST)
    query = ours if programme is None else _of(programme)
    return db.session.scalars(query.where(Round.state != rules.DRAFT)).all()


def list_rounds_by_ids(round_ids: Collection[int]) -> Sequence[Round]:
    """In no order."""
    return db.session.scalars(select(Round).where(Round.id.in_(round_ids))).all()


def list_rounds_under_way() -> Sequence[Round]:
    """Held here, called, and not yet with a published result: what the shared calendar shows."""
    states = (rules.CALLED, rules.BALLOT_PUBLISHED, rules.CLOSED, rules.COUNTED)
    query = select(Round).options(joinedload(Round.programme), selectinload(Round.phases))
    held = query.where(Round.source == rules.HELD, Round.state.in_(states))
    return db.session.scalars(held.order_by(*_NEWEST_FIRST)).all()


def list_missing(round_: Round, at: datetime) -> Mapping[str, tuple[Fault, ...]]:
    """What keeps a draft from being called at `at`, by step of the set-up; empty when nothing does."""
    plan = settings.of(round_)
    found = soundness.faults_by_step(plan)
    over = soundness.phases_over(plan.phases, at)
    return {**found, "phases": (*found.get("phases", ()), *over)} if over else found


def _of(programme: Programme) -> Select[tuple[Round]]:
    return select(Round).where(Round.programme_id == programme.id).order_by(*_NEWEST_FIRST)
