"""Reads of proposals: a resident's own, what is public, and what staff see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, literal, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, load_only, selectinload

from app.audit.models import Actor, AuditLine
from app.database import db
from app.errors import NotFound
from app.people.models import Resident
from app.programmes.models import Area, Programme
from app.proposals import rules
from app.proposals.models import CoProposer, PaperFiling, PaperNotice, Proposal, ProposalVersion
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


def get_readable(proposal_id: int, resident: Resident) -> Proposal:
    """One's own, or one that one has accepted to propose together. NotFound where it is neither."""
    proposal = get_proposal(proposal_id)
    is_theirs = resident.id in list_proposer_ids(proposal)
    return proposal if is_theirs else _none()


def get_shown_to(proposal_id: int, resident: Resident) -> Proposal:
    """What a page shows them: as `get_readable`, or what they are asked to propose together. NotFound where neither."""
    proposal = get_proposal(proposal_id)
    is_asked = any(one.proposal_id == proposal_id for one in list_invitations(resident))
    return proposal if is_asked else get_readable(proposal_id, resident)


def list_same_sheet(proposal: Proposal) -> list[Proposal]:
    """Itself, and what it was merged, split or carried into, of somebody who proposed on paper and has no account:
    known by a copy of the sheet's facts."""
    if (sheet := proposal.filing) is None:
        return [proposal]
    facts = {name: getattr(sheet, name) for name in ("way", "received_on", "name", "phone", "consent_kept")}
    same = select(Proposal).join(Proposal.filing).where(Proposal.resident_id.is_(None))
    return list(db.session.scalars(same.where(*(getattr(PaperFiling, name) == one for name, one in facts.items()))))


def list_proposer_ids(proposal: Proposal) -> list[int]:
    """Residents who proposed it: the proposer, and co-proposers who accepted. They are barred from its review."""
    together = [one.resident_id for one in proposal.co_proposers if one.state == rules.ACCEPTED]
    return [one for one in (proposal.resident_id, *together) if one is not None]


def find_resident(phone_key: str) -> Resident | None:
    """Whose phone it is, if they have ever signed in."""
    return db.session.scalar(select(Resident).where(Resident.phone_key == phone_key))


def is_asked_elsewhere(asked: CoProposer) -> bool:
    """Whether the same phone has another invitation to answer."""
    others = select(CoProposer.id).where(
        CoProposer.phone_key == asked.phone_key, CoProposer.state == rules.INVITED, CoProposer.id != asked.id
    )
    return db.session.scalar(others.limit(1)) is not None


def count_asked(by: Actor, since: datetime, action: str) -> int:
    """How often somebody has done `action` after `since`, by the book."""
    theirs = select(func.count()).where(
        AuditLine.action == action, AuditLine.actor_kind == by.kind, AuditLine.actor_id == by.id, AuditLine.at > since
    )
    return db.session.scalar(theirs) or 0


def list_joined(resident: Resident) -> Sequence[Proposal]:
    """Others' proposals that the resident proposes together with them, the one changed last at the head."""
    joined = select(CoProposer.proposal_id).where(
        CoProposer.resident_id == resident.id, CoProposer.state == rules.ACCEPTED
    )
    query = select(Proposal).options(joinedload(Proposal.round)).where(Proposal.id.in_(joined))
    return db.session.scalars(query.order_by(Proposal.changed_at.desc(), Proposal.id.desc())).all()


def list_invitations(resident: Resident) -> Sequence[CoProposer]:
    """What the resident is asked to propose together, as long as the proposal can still be changed."""
    query = select(CoProposer).join(CoProposer.proposal).options(contains_eager(CoProposer.proposal))
    query = query.where(CoProposer.phone_key == resident.phone_key, CoProposer.state == rules.INVITED)
    return db.session.scalars(query.where(Proposal.state.in_(rules.EDITABLE)).order_by(CoProposer.id)).all()


def get_invitation(invitation_id: int, resident: Resident) -> CoProposer:
    """NotFound where it was to another phone, or has been answered."""
    return next((one for one in list_invitations(resident) if one.id == invitation_id), None) or _none()


def get_seat(proposal: Proposal, invitation_id: int) -> CoProposer:
    return next((one for one in proposal.co_proposers if one.id == invitation_id), None) or _none()


def list_versions(proposal_id: int) -> Sequence[ProposalVersion]:
    """The oldest first."""
    query = select(ProposalVersion).where(ProposalVersion.proposal_id == proposal_id)
    return db.session.scalars(query.order_by(ProposalVersion.number)).all()


def may_begin(round_: Round, at: datetime) -> bool:
    """Whether a draft can be begun in it: it takes proposals, or it is its programme's newest and none takes any."""
    return rules.is_taking(round_, at) or keeps_for_next(round_, at)


def keeps_for_next(round_: Round, at: datetime) -> bool:
    """Whether what is written in it now goes up with the next call."""
    return any(row.id == round_.id for row in list_ahead(at, round_.programme_id))


def list_ahead(at: datetime, *programme_ids: int) -> list[Round]:
    """Of each programme (or of these) that takes no proposals now, its newest round: what is written in it goes up with
    the next call."""
    query = select(Round).options(joinedload(Round.programme))
    query = query.where(Round.state != rounds.DRAFT, Round.source == rounds.HELD)
    if programme_ids:
        query = query.where(Round.programme_id.in_(programme_ids))
    of: dict[int, list[Round]] = {}
    for row in db.session.scalars(query.order_by(Round.programme_id, Round.fiscal_year.desc(), Round.id.desc())):
        of.setdefault(row.programme_id, []).append(row)
    return [rows[0] for rows in of.values() if not any(rules.is_taking(row, at) for row in rows)]


def list_waiting_ids() -> Sequence[int]:
    """Drafts that were handed in while nothing was called, those that have waited longest first."""
    waits = select(Proposal.id).where(Proposal.waiting_since.is_not(None))
    return db.session.scalars(waits.order_by(Proposal.waiting_since, Proposal.id)).all()


def list_carried_on_paper(round_id: int) -> Sequence[Proposal]:
    """What waits for the next call and only staff can get at (see rules.is_carried_on_paper), the longest first."""
    query = select(Proposal).where(Proposal.round_id == round_id, Proposal.resident_id.is_(None))
    query = query.where(Proposal.waiting_since.is_not(None), Proposal.filing.has())
    return db.session.scalars(query.order_by(Proposal.waiting_since, Proposal.id)).all()


def find_filed(client_key: str | None) -> Proposal | None:
    """What was filed on paper from the page with this key, if anything."""
    if client_key is None:
        return None
    return db.session.scalar(select(Proposal).join(Proposal.filing).where(PaperFiling.client_key == client_key))


def get_on_paper(proposal_id: int) -> Proposal:
    """What staff have entered, and what of it waits for the next call."""
    proposal = get_proposal(proposal_id)
    is_theirs = proposal.state != rules.DRAFT or rules.is_carried_on_paper(proposal)
    return proposal if proposal.filing is not None and is_theirs else _none()


def list_to_tell(round_id: int) -> Sequence[PaperNotice]:
    """What those who proposed on paper and have no account are still to be told, by proposal, the earliest first."""
    query = select(PaperNotice).join(PaperNotice.filing).join(PaperFiling.proposal)
    query = query.options(contains_eager(PaperNotice.filing).contains_eager(PaperFiling.proposal))
    query = query.where(Proposal.round_id == round_id, Proposal.resident_id.is_(None), PaperNotice.told_at.is_(None))
    return db.session.scalars(query.order_by(PaperNotice.proposal_id, PaperNotice.id)).all()


def count_to_tell(round_id: int) -> int:
    return len(list_to_tell(round_id))


def get_to_tell(notice_id: int) -> PaperNotice:
    return db.session.get(PaperNotice, notice_id) or _none()


def find_next_round(proposal: Proposal, at: datetime) -> Round | None:
    """The newest round of the programme whose call is out, and whose intake runs or is to come."""
    query = select(Round).where(
        Round.programme_id == proposal.round.programme_id, Round.state == rounds.CALLED, Round.source == rounds.HELD
    )
    called = db.session.scalars(query.order_by(Round.fiscal_year.desc(), Round.id.desc())).all()
    periods = ((row, rounds.find_period(row.phases, rounds.INTAKE)) for row in called)
    return next((row for row, period in periods if period is not None and at < period.ends_at), None)


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


def list_by_ids(proposal_ids: Collection[int]) -> Sequence[Proposal]:
    """With their rounds, in no order."""
    query = select(Proposal).options(joinedload(Proposal.round)).where(Proposal.id.in_(proposal_ids))
    return db.session.scalars(query).all()


def list_by_numbers(round_id: int, numbers: Sequence[int]) -> list[Proposal]:
    """Of the round, in this order; those that there are."""
    query = select(Proposal).where(Proposal.round_id == round_id, Proposal.number.in_(numbers))
    found = {row.number: row for row in db.session.scalars(query)}
    return [found[number] for number in numbers if number in found]


def search_public(round_: Round, filters: Filters, page: int = 1) -> Found:
    """Those that others stand for are found where one looks for their state."""
    return _page(round_, _narrow(round_, filters, rules.PUBLIC if filters.state else rules.LISTED), page)


def search_submitted(round_: Round, filters: Filters, page: int = 1) -> Found:
    return _page(round_, _narrow(round_, filters, _submitted()), page)


def list_submitted(round_: Round, filters: Filters) -> list[Proposal]:
    """All of a search for staff at once, for an export."""
    related = (joinedload(Proposal.section), joinedload(Proposal.area), selectinload(Proposal.cost_rows))
    query = _narrow(round_, filters, _submitted()).options(*related)
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
    query = select(Proposal).where(
        Proposal.round_id == round_.id, Proposal.number.is_not(None), Proposal.state.in_(states)
    )
    if filters.section_id is not None:
        query = query.where(Proposal.section_id == filters.section_id)
    if filters.area_id is not None:
        query = query.where(Proposal.area_id == (filters.area_id or None))
    if filters.state:
        query = query.where(Proposal.state == filters.state)
    for word in filters.words.split():
        query = query.where(_says(word))
    order = (SORTS[filters.sort], Proposal.number)  # both one way, as an index of theirs is read
    return query.order_by(*(column.desc() if filters.falling else column for column in order))


def _says(word: str) -> Any:
    """Somewhere in its title, need or content, in capitals or not; % and _ are letters like others."""
    return or_(*(field.icontains(word, autoescape=True) for field in (Proposal.title, Proposal.need, Proposal.content)))


def _page(round_: Round, query: Select[tuple[Proposal]], page: int) -> Found:
    """A page past the end is the last one. Which rows are on it is read from an index; only they are looked up."""
    total = db.session.scalar(query.with_only_columns(func.count()).order_by(None)) or 0
    pages = max(1, -(-total // PAGE_LENGTH))
    page = min(max(page, 1), pages)
    wanted = query.with_only_columns(Proposal.number).limit(PAGE_LENGTH).offset((page - 1) * PAGE_LENGTH)
    numbers = db.session.scalars(wanted).all()
    listed = select(Proposal).options(*_LISTED).where(Proposal.round_id == round_.id, Proposal.number.in_(numbers))
    rows = {row.number: row for row in db.session.scalars(listed)}
    return Found([rows[number] for number in numbers], total, page, pages)
