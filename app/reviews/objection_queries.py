"""Objections: what one can be made against and until when, what is still open, and the file of a written review."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.audit.models import AuditLine
from app.database import db
from app.errors import NotFound
from app.people.models import COMMITTEE_ROLE, DEPARTMENT_ROLE, Account, RoleGrant
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.reviews import objection_rules as rules
from app.reviews import queries, sheet_queries
from app.reviews.heard_queries import find_heard_objection
from app.reviews.models import DepartmentCheck, ShortlistDecision
from app.reviews.objection_models import Objection, ShortlistRecord
from app.reviews.rules import RELEASED
from app.rounds.models import Round
from app.rounds.rules import CALLED
from app.rounds.soundness import REVIEW_OBJECTION_DAYS

AGAINST = {proposals.INELIGIBLE: rules.CHECK, proposals.LEFT_OUT: rules.SHORTLIST}


class Window(NamedTuple):
    """What an objection would be against, released `since`, and the instant at which it is too late. None: this round
    takes none."""

    against: str
    until: datetime | None
    since: datetime


def find_window(proposal: Proposal) -> Window | None:
    """None where there is nothing to object to, or nothing that is released."""
    against = AGAINST.get(proposal.state)
    if against == rules.CHECK:
        check = queries.find_check(proposal.id)
        released_at = check.released_at if check else None
    elif against == rules.SHORTLIST:
        decision = queries.find_decision(proposal.id)
        released_at = decision.decided_at if decision else None
    else:
        return None
    if released_at is None:
        return None
    end = rules.find_end(released_at, proposal.round.review_objection_days)
    return Window(str(against), end, released_at)


class ToObject(NamedTuple):
    """What nobody has objected to yet, and until when the proposer may."""

    proposal: Proposal
    until: datetime


def list_to_object(at: datetime, within: timedelta) -> list[ToObject]:
    """Of rounds that are called: where the days to object are over within so long; by proposal."""
    longest = timedelta(days=REVIEW_OBJECTION_DAYS[1] + 1)
    found = []
    for state, against, paper, released_at in (
        (proposals.INELIGIBLE, rules.CHECK, DepartmentCheck, DepartmentCheck.released_at),
        (proposals.LEFT_OUT, rules.SHORTLIST, ShortlistDecision, ShortlistDecision.decided_at),
    ):
        objected = select(Objection.id).where(Objection.proposal_id == Proposal.id, Objection.against == against)
        rows = db.session.execute(
            select(Proposal, released_at)
            .join(paper, paper.proposal_id == Proposal.id)
            .join(Proposal.round)
            .where(Round.state == CALLED, Proposal.state == state, released_at > at - longest, ~objected.exists())
        )
        ends = [(one, rules.find_end(instant, one.round.review_objection_days)) for one, instant in rows]
        found += [ToObject(one, until) for one, until in ends if until is not None and at < until <= at + within]
    return sorted(found, key=lambda one: one.proposal.id)


def find_objection(proposal_id: int, against: str) -> Objection | None:
    return db.session.scalar(select(Objection).filter_by(proposal_id=proposal_id, against=against))


def list_objections_of(proposal_id: int) -> list[Objection]:
    """Both at most, in the order of the reviews."""
    return list(db.session.scalars(select(Objection).filter_by(proposal_id=proposal_id).order_by(Objection.against)))


def list_decided(proposal_id: int) -> list[Objection]:
    """What everybody may read."""
    return [one for one in list_objections_of(proposal_id) if one.state != rules.OPEN]


def list_decided_in(round_id: int) -> dict[int, list[Objection]]:
    """Proposal id → what everybody may read of it; of those that have any."""
    here = select(Objection).join(Objection.proposal).where(Proposal.round_id == round_id)
    found: dict[int, list[Objection]] = {}
    for one in db.session.scalars(here.where(Objection.state != rules.OPEN).order_by(Objection.against)):
        found.setdefault(one.proposal_id, []).append(one)
    return found


def get_objection(objection_id: int) -> Objection:
    found = db.session.get(Objection, objection_id)
    if found is None:
        raise NotFound(f"objection {objection_id}")
    return found


def list_objections(round_id: int) -> list[Objection]:
    """Those that wait first, then the newest decisions."""
    statement = select(Objection).join(Objection.proposal).where(Proposal.round_id == round_id)
    return list(
        db.session.scalars(statement.order_by(Objection.decided_at.is_not(None), Objection.filed_at, Objection.id))
    )


class Waiting(NamedTuple):
    """`open`: how many are not decided. `until`: as long as more can come; None: no more."""

    open: int
    until: datetime | None


def find_waiting(round_: Round, at: datetime, *against: str) -> Waiting:
    """Of objections against these decisions, or against any."""
    against = against or rules.AGAINST
    statement = select(func.count(Objection.id)).join(Objection.proposal)
    open_ = db.session.scalar(
        statement.where(Proposal.round_id == round_.id, Objection.state == rules.OPEN, Objection.against.in_(against))
    )
    latest = _latest_release(round_.id, against) if round_.review_objection_days else None
    until = rules.window_end(latest, round_.review_objection_days) if latest else None
    return Waiting(open_ or 0, until if until is not None and at < until else None)


def ensure_none_waits(round_: Round, at: datetime, *against: str) -> None:
    """Raises ObjectionsOpen."""
    waiting = find_waiting(round_, at, *against)
    if waiting.open or waiting.until:
        raise rules.ObjectionsOpen(waiting.open, waiting.until)


def _latest_release(round_id: int, against: tuple[str, ...]) -> datetime | None:
    """Of what nobody has objected to yet, though the proposer may."""
    objected = select(Objection.id).where(Objection.proposal_id == Proposal.id)
    released: list[ColumnElement[bool]] = [
        and_(Proposal.state == state, ~objected.where(Objection.against == kind).exists())
        for state, kind in AGAINST.items()
        if kind in against
    ]
    somebody = Proposal.resident_id.is_not(None) | Proposal.filing.has()  # and not from history
    base = Proposal.round_id == round_id, somebody, or_(*released)
    checks = select(func.max(DepartmentCheck.released_at)).join(DepartmentCheck.proposal)
    decisions = select(func.max(ShortlistDecision.decided_at)).join(ShortlistDecision.proposal)
    found = (
        db.session.scalar(
            checks.where(*base, Proposal.state == proposals.INELIGIBLE, DepartmentCheck.state == RELEASED)
        ),
        db.session.scalar(decisions.where(*base, Proposal.state == proposals.LEFT_OUT)),
    )
    return max((one for one in found if one is not None), default=None)


def is_impartial(objection: Objection, account: Account) -> bool:
    """Whoever checked it, works for the department that did, released the check, reviews in the programme, is barred
    from the proposal or decided the shortlist had a part in it; and who wrote the objection down speaks for it."""
    proposal = objection.proposal
    heard = find_heard_objection(objection.id)
    if heard is not None and heard.account_id == account.id:
        return False
    reviewers = queries.role_grants(proposal.round.programme, COMMITTEE_ROLE)
    check, record = queries.find_check(proposal.id), find_record(proposal.round_id)
    barred = select(Account.id).where(Account.id == account.id, Account.id.in_(reviewers))
    if db.session.scalar(barred) or sheet_queries.find_sheet(proposal.id, account.id):
        return False
    if queries.find_recusal(proposal.id, account.id):
        return False
    if check is not None and objection.against == rules.CHECK:
        department = select(RoleGrant.id).filter_by(
            account_id=account.id, role=DEPARTMENT_ROLE, department_id=check.department_id
        )
        had_part = check.officer_id == account.id or has_released(proposal.id, account.id)
        return not had_part and db.session.scalar(department.limit(1)) is None
    return record is None or record.decided_by != account.id


def has_released(proposal_id: int, account_id: int) -> bool:
    """Whether the account released the check of the proposal, as the book says."""
    of = {"action": "check.release", "subject_type": "proposal", "subject_id": proposal_id}
    statement = select(AuditLine.id).filter_by(**of, actor_kind="account", actor_id=account_id)
    return db.session.scalar(statement.limit(1)) is not None


def find_record(round_id: int) -> ShortlistRecord | None:
    return db.session.get(ShortlistRecord, round_id)


def get_record(round_id: int) -> ShortlistRecord:
    found = find_record(round_id)
    if found is None:
        raise NotFound(f"shortlist of round {round_id}")
    return found
