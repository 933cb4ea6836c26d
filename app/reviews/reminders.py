"""Whom the clock makes somebody to be told: checks, answers and sheets that are soon due. Each once, however often and
by however many it is looked at."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.audit import services as audit
from app.audit.models import SYSTEM
from app.clock import SEOUL, seoul_day
from app.database import db, lock_name, transaction
from app.notices import letter_rules as letters
from app.notices import letter_services
from app.notices.delivery_rules import A_DAY, NIGHT_ENDS, Person
from app.notices.letter_queries import list_told, list_told_since
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.proposals.queries import list_proposer_ids
from app.proposals.telling import tell_of
from app.reviews import check_queries, rules, sheet_queries
from app.reviews.models import DepartmentCheck
from app.reviews.visit_models import SiteVisit
from app.rounds import rules as rounds
from app.rounds.models import Round

REMIND = audit.declare("notice.remind", "notice", "notices")
ANSWER_WITHIN = timedelta(days=2)
SHEETS_WITHIN = timedelta(days=3)


class Reminder(NamedTuple):
    """`once`: what it is known by, so that it is told a single time; a deadline that is moved is another one."""

    once: str
    tell: Callable[[], None]


def remind(*, at: datetime) -> int:
    """How many were told. Not before the morning: nobody is woken, and a day has begun when people see it."""
    if at.astimezone(SEOUL).time() < NIGHT_ENDS:
        return 0
    due = _new(at)
    if not due:
        return 0
    with transaction():
        lock_name("reminders")
        due = _new(at)  # as it stands while nobody else reminds
        for one in due:
            one.tell()
        if due:
            audit.record(REMIND, None, at=at, by=SYSTEM, notices=len(due))
    return len(due)


def _new(at: datetime) -> list[Reminder]:
    due = [*_checks(at), *_answers(at), *_sheets(at)]
    told = list_told([one.once for one in due])
    return [one for one in due if one.once not in told]


def _checks(at: datetime) -> Iterator[Reminder]:
    """To who has taken the check on, or to all who work for the department; not of what was due before today."""
    today, officers = seoul_day(at), _Officers()
    for check in check_queries.due_soon(today):
        if check.due_on < today or check.proposal.state != proposals.SUBMITTED:
            continue
        kind = letters.CHECK_DUE_TODAY if check.due_on == today else letters.CHECK_DUE_SOON
        for account_id in officers.of(check):
            yield _of(check.proposal, kind, Person(account_id=account_id), at, due_on=check.due_on.isoformat())


class _Officers:
    """Each department asked for once, however many checks lie with it."""

    def __init__(self) -> None:
        self.found: dict[tuple[int, int], list[int]] = {}

    def of(self, check: DepartmentCheck) -> list[int]:
        if check.officer is not None and check.officer.ended_at is None:
            return [check.officer.id]
        programme = check.proposal.round.programme
        place = programme.id, check.department_id
        if place not in self.found:
            self.found[place] = [one.id for one in check_queries.list_officers(programme, check.department)]
        return self.found[place]


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
    lately = list_told_since(letters.VISIT_RECORDED, at - A_DAY, [one.proposal_id for one in visits])
    for visit in visits:
        assert visit.answer_until is not None
        until = visit.answer_until.isoformat()
        for resident_id in list_proposer_ids(visit.proposal):
            if (visit.proposal_id, resident_id) in lately:
                continue
            yield _of(visit.proposal, letters.ANSWER_DUE, Person(resident_id), at, answer_until=until)


def _sheets(at: datetime) -> Iterator[Reminder]:
    """Of rounds whose written review is on, and soon over."""
    for round_ in _ending(at):
        until = next(one.ends_at for one in round_.phases if one.kind == rounds.WRITTEN_REVIEW)
        found = sheet_queries.progress(round_)
        for reviewer in found.reviewers:
            missing = found.missing_of(reviewer)
            if missing and reviewer.ended_at is None:
                yield _to_review(round_, reviewer.id, until, missing, at)


def _ending(at: datetime) -> list[Round]:
    called = select(Round).where(Round.state == rounds.CALLED, Round.source == rounds.HELD)
    return [
        one
        for one in db.session.scalars(called.order_by(Round.id))
        if any(
            phase.kind == rounds.WRITTEN_REVIEW and phase.starts_at <= at < phase.ends_at <= at + SHEETS_WITHIN
            for phase in one.phases
        )
    ]


def _to_review(round_: Round, account_id: int, until: datetime, missing: int, at: datetime) -> Reminder:
    person, kind = Person(account_id=account_id), letters.SHEETS_DUE_SOON
    once = f"{kind}:{round_.id}:{account_id}:{until.isoformat()}"
    facts = {"until": until.isoformat(), "missing": str(missing)}
    return Reminder(once, lambda: letter_services.tell(kind, person, round_id=round_.id, once=once, at=at, **facts))


def _of(proposal: Proposal, kind: str, person: Person, at: datetime, **facts: str) -> Reminder:
    once = ":".join((kind, str(proposal.id), str(person.resident_id or person.account_id), *facts.values()))
    return Reminder(once, lambda: tell_of(proposal, kind, person, once=once, at=at, **facts))
