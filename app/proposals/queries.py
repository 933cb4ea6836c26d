"""Reads of proposals: a resident's own, what is public, and what staff see."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Select, func, literal, or_, select
from sqlalchemy.orm import aliased, joinedload, load_only

from app.database import db
from app.errors import NotFound
from app.people.models import Resident
from app.programmes.models import Area, Programme
from app.proposals import rules
from app.proposals.models import Proposal
from app.rounds import rules as rounds
from app.rounds.models import Round

WHOLE_GU = 0  # in a filter: proposals that name no dong
PAGE_LENGTH = 20
SORTS: dict[str, Any] = {
    "number": Proposal.number,
    "title": Proposal.title,
    "cost": Proposal.cost_won,
    "submitted": Proposal.submitted_at,
    "state": Proposal.state,
}
# What a page of a list shows: the long texts stay in the database.
_LISTED = (
    load_only(
        Proposal.number,
        Proposal.title,
        Proposal.state,
        Proposal.cost_won,
        Proposal.submitted_at,
        Proposal.section_id,
        Proposal.area_id,
    ),
    joinedload(Proposal.section),
    joinedload(Proposal.area),
)


@dataclass(frozen=True)
class Filters:
    """What narrows and orders a list. `area_id` is a dong's, or WHOLE_GU; `sort` is one of SORTS."""

    section_id: int | None = None
    area_id: int | None = None
    state: str | None = None
    words: str = ""
    sort: str = "number"
    falling: bool = False


class Found(NamedTuple):
    """One page of a list; `page` and `pages` count from 1."""

    rows: list[Proposal]
    total: int
    page: int
    pages: int


def get_proposal(proposal_id: int) -> Proposal:
    return db.session.get(Proposal, proposal_id) or _none()


def get_own(proposal_id: int, resident: Resident) -> Proposal:
    """NotFound where it is another resident's: nobody learns of others' drafts."""
    proposal = get_proposal(proposal_id)
    return proposal if proposal.resident_id == resident.id else _none()


def get_public(proposal_id: int) -> Proposal:
    proposal = get_proposal(proposal_id)
    return proposal if proposal.state in rules.PUBLIC else _none()


def get_submitted(proposal_id: int) -> Proposal:
    """What staff see: all but drafts, which are their writers' alone."""
    proposal = get_proposal(proposal_id)
    return proposal if proposal.state != rules.DRAFT else _none()


def list_own(resident: Resident) -> list[Proposal]:
    """The resident's drafts and proposals, the one changed last at the head."""
    query = select(Proposal).options(joinedload(Proposal.round)).where(Proposal.resident_id == resident.id)
    return list(db.session.scalars(query.order_by(Proposal.changed_at.desc(), Proposal.id.desc())))


def search_public(round_: Round, filters: Filters, page: int = 1) -> Found:
    return _page(_narrow(round_, filters, rules.PUBLIC), page)


def search_submitted(round_: Round, filters: Filters, page: int = 1) -> Found:
    return _page(_narrow(round_, filters, _submitted()), page)


def list_submitted(round_: Round, filters: Filters) -> list[Proposal]:
    """All of a search for staff at once, for an export."""
    query = _narrow(round_, filters, _submitted()).options(joinedload(Proposal.section), joinedload(Proposal.area))
    return list(db.session.scalars(query))


def list_dongs(programme: Programme) -> list[Area]:
    """The dongs in the programme's area, or that area itself where it is a dong."""
    gu = aliased(Area)
    lies_there = literal(programme.area_id).in_((Area.id, Area.parent_id, gu.parent_id))
    query = select(Area).outerjoin(gu, Area.parent).where(Area.kind == "dong", lies_there)
    return list(db.session.scalars(query.order_by(Area.position)))


def list_public_rounds() -> list[Round]:
    """Rounds with anything to see or to come, the newest first."""
    has_any = select(Proposal.id).where(Proposal.round_id == Round.id, Proposal.state.in_(rules.PUBLIC)).exists()
    query = (
        select(Round)
        .options(joinedload(Round.programme))
        .where(Round.state != rounds.DRAFT, or_(has_any, Round.state == rounds.CALLED))
        .order_by(has_any.desc(), Round.fiscal_year.desc(), Round.id.desc())
    )
    return list(db.session.scalars(query))


def list_called_rounds() -> list[Round]:
    """Rounds whose call is out: their intake runs, is to come or is over."""
    query = select(Round).options(joinedload(Round.programme)).where(Round.state == rounds.CALLED)
    return list(db.session.scalars(query.order_by(Round.fiscal_year, Round.id)))


def _none() -> Any:
    raise NotFound("proposal")


def _submitted() -> tuple[str, ...]:
    return tuple(state for state in rules.STATES if state != rules.DRAFT)


def _narrow(round_: Round, filters: Filters, states: tuple[str, ...]) -> Select[tuple[Proposal]]:
    query = select(Proposal).where(Proposal.round_id == round_.id, Proposal.state.in_(states))
    if filters.section_id is not None:
        query = query.where(Proposal.section_id == filters.section_id)
    if filters.area_id is not None:
        query = query.where(Proposal.area_id == (filters.area_id or None))
    if filters.state:
        query = query.where(Proposal.state == filters.state)
    for word in filters.words.split():
        query = query.where(_says(word))
    order = SORTS[filters.sort]
    return query.order_by(order.desc() if filters.falling else order, Proposal.number)


def _says(word: str) -> Any:
    """Somewhere in its title, need or content, in capitals or not; % and _ are letters like others."""
    return or_(*(field.icontains(word, autoescape=True) for field in (Proposal.title, Proposal.need, Proposal.content)))


def _page(query: Select[tuple[Proposal]], page: int) -> Found:
    """A page past the end is the last one."""
    total = db.session.scalar(query.with_only_columns(func.count()).order_by(None)) or 0
    pages = max(1, -(-total // PAGE_LENGTH))
    page = min(max(page, 1), pages)
    asked = query.options(*_LISTED).limit(PAGE_LENGTH).offset((page - 1) * PAGE_LENGTH)
    rows = list(db.session.scalars(asked))
    return Found(rows, total, page, pages)
