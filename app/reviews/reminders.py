"""Checks, answers, sheets and objections that are soon due, and whom they are told."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.clock import seoul_day
from app.database import db
from app.notices import kinds, letter_services
from app.notices.delivery_rules import A_DAY, Person
from app.notices.letter_models import About
from app.notices.letter_queries import list_told_since
from app.notices.reminders import Reminder
from app.people.models import STAFF_ROLE, Account
from app.people.queries import list_holders
from app.proposals.models import Proposal
from app.proposals.queries import list_proposer_ids
from app.proposals.telling import tell_of
from app.reviews import check_queries, objection_queries, rules, sheet_queries
from app.reviews.models import DepartmentCheck
from app.reviews.visit_models import SiteVisit
from app.rounds import rules as rounds
from app.rounds.models import Round

ANSWER_WITHIN = timedelta(days=2)
OBJECTION_WITHIN = timedelta(days=2)
SHEETS_WITHIN = timedelta(days=3)


def due(at: datetime) -> Iterator[Reminder]:
    yield from _checks(at)
    yield from _answers(at)
    yield from _sheets(at)
    yield from _objections(at)


def _checks(at: datetime) -> Iterator[Reminder]:
    """To who has taken the check on, or to all who work for the department, as long as they can still give an opinion;
    the day after to the staff as well."""
    today, people = seoul_day(at), _People()
    for check in check_queries.due_soon(today):
        if check.proposal.round.state in rounds.FROZEN:
            continue
        told = [(_asking(check, today), one) for one in people.officers_of(check) if not _is_over(check, at)]
        if check.due_on < today:
            told += [(kinds.CHECKS_OVERDUE, one) for one in people.staff_of(check)]
        for kind, account_id in told:
            yield _of(check.proposal, kind, Person(account_id=account_id), at, due_on=check.due_on.isoformat())


def _is_over(check: DepartmentCheck, at: datetime) -> bool:
    period = rounds.find_period(check.proposal.round.phases, rounds.DEPARTMENT_CHECK)
    return period is not None and period.ends_at <= at


def _asking(check: DepartmentCheck, today: date) -> str:
    if check.due_on < today:
        return kinds.CHECK_LATE
    return kinds.CHECK_DUE_TODAY if check.due_on == today else kinds.CHECK_DUE_SOON


class _People:
    """Each department, and the staff of each programme, asked for once, however many checks there are."""

    def __init__(self) -> None:
        self.officers: dict[tuple[int, int], Sequence[Account]] = {}
        self.staff: dict[int, Sequence[int]] = {}

    def officers_of(self, check: DepartmentCheck) -> list[int]:
        programme = check.proposal.round.programme
        place = programme.id, check.department_id
        if place not in self.officers:
            self.officers[place] = check_queries.list_officers(programme, check.department)
        return [one.id for one in check_queries.pick_asked(self.officers[place], check.officer)]

    def staff_of(self, check: DepartmentCheck) -> Sequence[int]:
        programme_id = check.proposal.round.programme_id
        if programme_id not in self.staff:
            self.staff[programme_id] = list_holders(programme_id, STAFF_ROLE)
        return self.staff[programme_id]


def _answers(at: datetime) -> Iterator[Reminder]:
    """Not to who was told only today that there is something to answer."""
    open_visits = (
        select(SiteVisit)
        .options(joinedload(SiteVisit.proposal).selectinload(Proposal.co_proposers))
        .where(
            SiteVisit.state == rules.RECORDED, SiteVisit.answer_until > at, SiteVisit.answer_until <= at + ANSWER_WITHIN
        )
    )
    visits = db.session.scalars(open_visits.order_by(SiteVisit.id)).all()
    asked = [one.proposal_id for one in visits]
    lately = list_told_since((kinds.VISIT_RECORDED, kinds.VISIT_REOPENED), at - A_DAY, asked)
    for visit in visits:
        assert visit.answer_until is not None
        until = visit.answer_until.isoformat()
        for resident_id in list_proposer_ids(visit.proposal):
            if (visit.proposal_id, resident_id) in lately:
                continue
            yield _of(visit.proposal, kinds.ANSWER_DUE, Person(resident_id), at, answer_until=until)


def _objections(at: datetime) -> Iterator[Reminder]:
    """To who may object, and was told of the decision before today."""
    found = objection_queries.list_to_object(at, OBJECTION_WITHIN)
    ids = [one.proposal.id for one in found]
    lately = list_told_since((kinds.CHECK_RELEASED, kinds.LEFT_OUT), at - A_DAY, ids)
    for proposal, until in found:
        if proposal.resident_id is not None and (proposal.id, proposal.resident_id) not in lately:
            person, facts = Person(proposal.resident_id), {"objection_until": until.isoformat()}
            yield _of(proposal, kinds.OBJECTION_DUE, person, at, **facts)


def _sheets(at: datetime) -> Iterator[Reminder]:
    """Of rounds whose written review is on: that it has begun, and that it is soon over. Where it is both at once, the
    second is enough."""
    for round_, until in _under_review(at):
        found = sheet_queries.progress(round_)
        is_soon_over = until <= at + SHEETS_WITHIN
        for reviewer in found.reviewers:
            missing = found.missing_of(reviewer)
            if missing and reviewer.ended_at is None:
                yield _to_review(round_, reviewer.id, until, missing, is_soon_over, at)


def _under_review(at: datetime) -> Iterator[tuple[Round, datetime]]:
    """With the end of the review."""
    called = select(Round).where(Round.state == rounds.CALLED, Round.source == rounds.HELD)
    for one in db.session.scalars(called.order_by(Round.id)).all():
        period = rounds.find_period(one.phases, rounds.WRITTEN_REVIEW)
        if period is not None and rounds.is_running(period, at):
            yield one, period.ends_at


def _to_review(
    round_: Round, account_id: int, until: datetime, missing: int, is_soon_over: bool, at: datetime
) -> Reminder:
    """That it has begun is told once, even if its end moves."""
    person, kind = Person(account_id=account_id), kinds.SHEETS_DUE_SOON if is_soon_over else kinds.SHEETS_WAITING
    once = ":".join((kind, str(round_.id), str(account_id), *([until.isoformat()] if is_soon_over else ())))
    facts = {"until": until.isoformat(), "missing": str(missing)}
    return Reminder(once, lambda: letter_services.tell(kind, person, About(round_.id), once=once, at=at, **facts))


def _of(proposal: Proposal, kind: str, person: Person, at: datetime, **facts: str) -> Reminder:
    once = ":".join((kind, str(proposal.id), str(person.resident_id or person.account_id), *facts.values()))
    return Reminder(once, lambda: tell_of(proposal, kind, person, once=once, at=at, **facts))
