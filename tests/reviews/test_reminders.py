"""What the clock makes somebody to be told: before and on the day, once each, and only who can still do something."""

from datetime import timedelta

import pytest
from flask import Flask

from app.audit.models import AuditLine
from app.clock import Clock, now, seoul_day
from app.database import db
from app.notices import kinds
from app.notices import letter_queries as queries
from app.notices.delivery_rules import UNWANTED, WAITING, Person
from app.notices.letter_models import Delivery, Notice
from app.people.models import DEPARTMENT_ROLE, Account, Resident
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.reviews import (
    check_rules,
    check_services,
    objection_queries,
    objection_services,
    reminders,
    sheet_queries,
    sheet_services,
    visit_services,
)
from app.reviews import objection_rules as objections
from app.reviews import rules as reviews
from app.reviews.models import DepartmentCheck, WrittenReview
from app.rounds import rules as rounds
from tests import factories
from tests.notices.going_out import remind, set_hour
from tests.questions import questions
from tests.reviews import papers


@pytest.fixture(autouse=True)
def noon(clock: Clock) -> None:
    set_hour(clock, 12)


def told(who: Account | Resident) -> list[tuple[str, dict[str, str]]]:
    db.session.rollback()
    person = Person(account_id=who.id) if isinstance(who, Account) else Person(who.id)
    return [(one.kind, one.facts) for one in reversed(queries.list_notices(person))]


def check(due_in: int, officer: Account | None = None, **settings: str) -> DepartmentCheck:
    proposal = factories.proposal(factories.round_(running=rounds.DEPARTMENT_CHECK))
    row = factories.check(proposal, officer=officer, **settings)
    row.due_on = seoul_day(now()) + timedelta(days=due_in)
    db.session.commit()
    return row


def test_officers_are_reminded_before_and_on_the_day_once_each(app: Flask, clock: Clock) -> None:
    first, second = factories.account(DEPARTMENT_ROLE), factories.account(DEPARTMENT_ROLE)
    due = {"due_on": check(check_rules.SOON_DAYS + 1).due_on.isoformat()}
    assert remind() == 0
    clock.offset += timedelta(days=1)
    assert [remind() for _ in range(2)] == [2, 0], "whom nobody has taken it from: all of them"
    clock.offset += timedelta(days=1)
    assert remind() == 0
    clock.offset += timedelta(days=check_rules.SOON_DAYS - 1)
    assert [remind() for _ in range(2)] == [2, 0]
    clock.offset += timedelta(days=1)
    assert remind() == 0, "what is overdue is on the board"
    both = [(kinds.CHECK_DUE_SOON, due), (kinds.CHECK_DUE_TODAY, due)]
    assert told(first) == told(second) == both
    assert db.session.query(AuditLine).filter_by(action="notice.remind").count() == 2


def test_a_day_that_is_moved_is_another_and_who_took_the_check_is_told_alone(app: Flask) -> None:
    mine, other = factories.account(DEPARTMENT_ROLE), factories.account(DEPARTMENT_ROLE)
    row = check(1, officer=mine)
    assert remind() == 1
    row.due_on += timedelta(days=1)
    db.session.commit()
    assert [remind() for _ in range(2)] == [1, 0]
    assert (len(told(mine)), told(other)) == (2, [])


def test_nobody_is_reminded_of_what_is_decided_given_back_or_withdrawn_nor_at_night(app: Flask, clock: Clock) -> None:
    officer = factories.account(DEPARTMENT_ROLE)
    check(1, state=reviews.DECIDED)
    check(1).returned_at = now()
    withdrawn = check(1).proposal
    withdrawn.state, withdrawn.withdrawn_at = proposals.WITHDRAWN, now()
    db.session.commit()
    assert (remind(), told(officer)) == (0, [])
    check(2)
    set_hour(clock, 7)
    assert remind() == 0
    set_hour(clock, 8)
    assert remind() == 1


def test_who_has_not_answered_the_visit_is_reminded_once_before_it_is_too_late(app: Flask, clock: Clock) -> None:
    proposal = factories.proposal(factories.round_(running=rounds.SITE_VISIT), state=proposals.ELIGIBLE)
    visit = factories.visit(proposal, state=reviews.RECORDED)
    visit.answer_until = now() + reminders.ANSWER_WITHIN + timedelta(hours=1)
    answered = factories.proposal(proposal.round, state=proposals.ELIGIBLE)
    factories.visit(answered, state=reviews.ANSWERED).answer_until = now() + timedelta(hours=1)
    db.session.commit()
    until = visit.answer_until.isoformat()
    assert remind() == 0
    clock.offset += timedelta(hours=2)
    assert [remind() for _ in range(2)] == [1, 0]
    assert told(proposal.resident) == [(kinds.ANSWER_DUE, {"answer_until": until})]
    assert told(answered.resident) == []


def test_who_has_just_been_told_of_the_findings_is_not_reminded_on_the_same_day(app: Flask, clock: Clock) -> None:
    proposal = factories.proposal(factories.round_(running=rounds.SITE_VISIT), state=proposals.ELIGIBLE)
    visit = factories.visit(proposal, state=reviews.RECORDED)
    visit.answer_until = now() + timedelta(hours=40)
    factories.notice(kinds.VISIT_RECORDED, proposal.resident, proposal, answer_until=visit.answer_until.isoformat())
    db.session.query(Notice).update({"made_at": now()})
    db.session.commit()
    assert remind() == 0
    clock.offset += timedelta(days=1)
    assert remind() == 1


def test_reviewers_are_told_that_the_review_has_begun_and_with_sheets_left_before_it_is_over(app: Flask) -> None:
    round_ = factories.round_(running=rounds.WRITTEN_REVIEW)
    done, left = papers.members(round_)[:2]
    for _ in range(2):
        visit = factories.visit(factories.proposal(round_, state=proposals.VISITED))
        sheet = WrittenReview(visit_id=visit.id, account_id=done.id, declared_at=now())
        sheet.state, sheet.submitted_at = reviews.SUBMITTED, now()
        factories.keep(sheet)
    phase = next(one for one in round_.phases if one.kind == rounds.WRITTEN_REVIEW)
    begun = {"until": phase.ends_at.isoformat(), "missing": "2"}
    assert [remind() for _ in range(2)] == [1, 0], "that it has begun"
    phase.ends_at = now() + timedelta(days=2)
    db.session.commit()
    soon = {"until": phase.ends_at.isoformat(), "missing": "2"}
    assert [remind() for _ in range(2)] == [1, 0]
    assert (told(left), told(done)) == ([(kinds.SHEETS_WAITING, begun), (kinds.SHEETS_DUE_SOON, soon)], [])


def test_of_a_review_that_is_over_in_a_few_days_nobody_is_told_twice_and_before_it_begins_nobody(app: Flask) -> None:
    round_ = factories.round_(running=rounds.SITE_VISIT)
    (member,) = papers.members(round_, 1)
    papers.visited(round_)
    assert remind() == 0
    phase = next(one for one in round_.phases if one.kind == rounds.WRITTEN_REVIEW)
    phase.starts_at, phase.ends_at = now() - timedelta(hours=1), now() + timedelta(days=2)
    db.session.commit()
    assert [remind() for _ in range(2)] == [1, 0]
    assert [kind for kind, _facts in told(member)] == [kinds.SHEETS_DUE_SOON]


@pytest.mark.parametrize("against", ["check", "shortlist"])
def test_who_may_object_is_told_until_when_and_reminded_two_days_before(app: Flask, clock: Clock, against: str) -> None:
    round_, staff = factories.round_(running=rounds.DEPARTMENT_CHECK, sections=1), factories.account("staff")
    proposal, other = factories.proposal(round_), factories.proposal(round_)
    if against == "check":
        for one, opinion in ((proposal, papers.refusal()), (other, papers.decision())):
            row = factories.check(one)
            check_services.decide_check(row, opinion, at=now(), by=staff.actor)
            check_services.release_check(row, at=now(), by=staff.actor)
        facts: list[dict[str, str | None]] = [
            {"verdict": reviews.INELIGIBLE},
            {"verdict": reviews.ELIGIBLE, "objection_until": None},
        ]
    else:
        leave_out(proposal, other, staff)
        facts = [{}, {}]
    until = objection_queries.find_window(proposal).until
    assert until == objections.window_end(now(), 7)
    facts[0]["objection_until"] = until.isoformat()
    (said,), (otherwise,) = told(proposal.resident), told(other.resident)
    assert [said[1], otherwise[1]] == facts
    clock.offset += timedelta(days=5)
    assert remind() == 0
    clock.offset += timedelta(days=1)
    assert [remind() for _ in range(2)] == [1, 0]
    assert told(proposal.resident)[1:] == [(kinds.OBJECTION_DUE, {"objection_until": until.isoformat()})]
    objection_services.file_objection(proposal, "까닭", at=now(), by=proposal.resident.actor)
    due = db.session.query(Delivery).filter(Delivery.notice.has(kind=kinds.OBJECTION_DUE))
    assert {one.state for one in due} == {UNWANTED}


def leave_out(proposal: Proposal, chosen: Proposal, staff: Account) -> None:
    """Both were scored, and there is one place."""
    round_ = proposal.round
    round_.shortlist_places = 1
    for phase in round_.phases:
        phase.starts_at -= timedelta(days=20)
        phase.ends_at -= timedelta(days=20)
    criterion, (member,) = factories.criteria(round_, (100,))[0], papers.members(round_, 1)
    for one, points in ((proposal, 50), (chosen, 90)):
        one.state = proposals.VISITED
        factories.visit(one)
        papers.begin(one, member)
        sheet = sheet_queries.get_sheet(one.id, member.id)
        sheet_services.save_sheet(sheet, {criterion.id: points}, "", at=now(), by=member.actor)
        sheet_services.submit_sheet(sheet, at=now(), by=member.actor)
    sheet_services.decide_shortlist(round_, at=now(), by=staff.actor)


# Once it is done


def unsent() -> set[str]:
    db.session.rollback()
    db.session.expire_all()
    return {one.state for one in db.session.query(Delivery)}


def test_who_has_answered_is_not_told_that_they_have_not(app: Flask) -> None:
    proposal = factories.proposal(factories.round_(running=rounds.SITE_VISIT), state=proposals.ELIGIBLE)
    visit = factories.visit(proposal, state=reviews.RECORDED)
    visit.answer_until = now() + timedelta(hours=20)
    db.session.commit()
    assert (remind(), unsent()) == (1, {WAITING})
    visit_services.answer_visit(visit, "알겠습니다.", at=now(), by=proposal.resident.actor)
    assert unsent() == {UNWANTED}


def test_a_department_that_has_given_its_opinion_is_not_asked_for_it(app: Flask) -> None:
    officer = factories.account(DEPARTMENT_ROLE)
    row = check(0)
    assert (remind(), unsent()) == (1, {WAITING})
    check_services.decide_check(row, papers.decision(), at=now(), by=officer.actor)
    assert unsent() == {UNWANTED}


def test_who_has_handed_in_the_last_sheet_is_not_asked_for_it(app: Flask) -> None:
    round_ = factories.round_(running=rounds.WRITTEN_REVIEW)
    (member,) = papers.members(round_, 1)
    next(one for one in round_.phases if one.kind == rounds.WRITTEN_REVIEW).ends_at = now() + timedelta(days=2)
    sheets = []
    for _ in range(2):
        visit = factories.visit(factories.proposal(round_, state=proposals.VISITED), state=reviews.SIGNED_OFF)
        sheets.append(factories.keep(WrittenReview(visit_id=visit.id, account_id=member.id, declared_at=now())))
    assert remind() >= 1
    mine = db.session.query(Delivery).filter(Delivery.notice.has(account_id=member.id))
    for sheet, state in zip(sheets, (WAITING, UNWANTED), strict=True):
        sheet_services.submit_sheet(sheet, at=now(), by=member.actor)
        assert {one.state for one in mine} == {state}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_many_checks_are_looked_at_in_as_many_questions_as_one(app: Flask) -> None:
    round_, asked = factories.round_(running=rounds.DEPARTMENT_CHECK), []
    factories.account(DEPARTMENT_ROLE)
    for more in (1, 3):
        for _ in range(more):
            factories.check(factories.proposal(round_)).due_on = seoul_day(now())
            db.session.commit()
        db.session.expire_all()
        with questions() as sent:
            assert remind() == more
        asked.append(len(sent))
    assert asked[0] == asked[1]
