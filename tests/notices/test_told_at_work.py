"""Departments are told of what is given to them, and who runs a programme of what waits for them; nobody else is."""

import pytest
from flask import Flask

from app.clock import Clock, now
from app.database import db
from app.notices import kinds
from app.notices.delivery_rules import UNWANTED
from app.notices.letter_models import Delivery, Notice
from app.people.models import DEPARTMENT_ROLE, STAFF_ROLE, Account, Department
from app.results import handing_queries
from app.results import handing_services as handing
from app.reviews import check_services, queries, recusal_services, visit_services
from app.reviews import rules as reviews
from app.rounds import rules as rounds
from app.voices import services as voices
from tests import factories
from tests.actors import Person
from tests.results.test_handing import decided, hand, loser
from tests.reviews.papers import decision
from tests.reviews.test_objections import object_to, refused
from tests.reviews.test_recusals import challengeable


def told(who: Account) -> list[tuple[str, dict[str, str]]]:
    db.session.rollback()
    mine = db.session.query(Notice).filter_by(account_id=who.id).order_by(Notice.id)
    return [(one.kind, one.facts) for one in mine]


def works_for(department: Department, name: str) -> Account:
    officer = factories.account(DEPARTMENT_ROLE, name=name)
    officer.roles[0].department = department
    db.session.commit()
    return officer


@pytest.fixture
def staff(app: Flask) -> Account:
    return factories.account(STAFF_ROLE)


def test_whoever_is_given_a_check_is_told_at_once_and_the_staff_when_it_comes_back(app: Flask, staff: Account) -> None:
    proposal = factories.proposal(factories.round_(running=rounds.DEPARTMENT_CHECK))
    parks, roads = factories.department(), factories.department("도로과")
    named, colleague, other = works_for(parks, "이주무"), works_for(parks, "박주무"), works_for(roads, "남주무")
    check_services.assign_check(proposal, parks, officer=named, at=now(), by=staff.actor)
    check = queries.get_check(proposal.id)
    asked = (kinds.CHECK_ASSIGNED, {"due_on": check.due_on.isoformat()})
    assert (told(named), told(colleague), told(other)) == ([asked], [], [])
    check_services.forward_check(check, roads, "도로입니다.", seen=1, at=now(), by=named.actor)
    assert (told(named), told(other)) == ([asked], [asked])
    unsent = db.session.query(Delivery).filter(Delivery.notice.has(account_id=named.id))
    assert {one.state for one in unsent} == {UNWANTED}, "it is not theirs any more"
    check_services.return_check(check, "우리 일이 아닙니다.", seen=2, at=now(), by=other.actor)
    assert told(staff) == [(kinds.CHECK_RETURNED, {})]
    check_services.assign_check(proposal, parks, at=now(), by=staff.actor)
    assert told(colleague) == [asked], "whom nobody is named for: all of them"


def test_staff_are_told_of_an_opinion_once_unless_the_proposal_has_changed_since(app: Flask, staff: Account) -> None:
    check = factories.check(factories.proposal(factories.round_(running=rounds.DEPARTMENT_CHECK)))
    officer, elsewhere = (
        factories.account(DEPARTMENT_ROLE),
        factories.account(STAFF_ROLE, of=factories.programme("dong")),
    )
    for _ in range(2):
        check_services.decide_check(check, decision(), at=now(), by=officer.actor)
    ready = (kinds.OPINION_READY, {})
    assert (told(staff), told(elsewhere)) == ([ready], [])
    check.proposal.version += 1
    db.session.commit()
    check_services.decide_check(check, decision(), at=now(), by=officer.actor)
    assert told(staff) == [ready], "the one that nobody had seen is told anew"
    check_services.release_check(check, at=now(), by=staff.actor)
    assert told(staff) == [], "and waits no more once it is out"


def test_a_refused_step_tells_nobody_at_work(app: Flask, staff: Account) -> None:
    check = factories.check(factories.proposal(factories.round_(running=rounds.DEPARTMENT_CHECK)))
    with pytest.raises(reviews.TextMissing):
        check_services.return_check(check, "", seen=1, at=now(), by=factories.account(DEPARTMENT_ROLE).actor)
    with pytest.raises(reviews.TextMissing):
        check_services.decide_check(check, decision(reason=""), at=now(), by=staff.actor)
    assert db.session.query(Notice).count() == 0


def test_staff_are_told_of_objections_challenges_impossible_visits_and_reported_comments(app: Flask) -> None:
    (proposal, (member, *_rest)), against = challengeable(), refused()
    staff, second = factories.account(STAFF_ROLE), factories.account(STAFF_ROLE, name="둘째")
    object_to(against)
    recusal_services.file_challenge(proposal, member, "가까운 사이", at=now(), by=proposal.resident.actor)
    visit_services.ask_impossible(proposal, "공사 중", at=now(), by=staff.actor)
    one = voices.write_comment(proposal, factories.resident(), "좋은 제안입니다.", at=now())
    for _ in range(2):
        voices.report_comment(one, factories.resident(), ground="insult", remark="", at=now())
    first = [kinds.OBJECTION_FILED, kinds.CHALLENGE_FILED, kinds.COMMENT_REPORTED]
    assert [kind for kind, _facts in told(staff)] == first, "not of the step that was their own"
    assert [kind for kind, _facts in told(second)] == [*first[:2], kinds.IMPOSSIBLE_ASKED, *first[2:]]
    assert [kind for kind, _facts in told(member)] == [kinds.CHALLENGE_NAMED]


def test_a_department_is_told_of_what_is_handed_over_and_the_proposer_that_it_is_passed_on(
    app: Flask, clock: Clock
) -> None:
    round_, department = decided(clock)
    officer = factories.account(DEPARTMENT_ROLE, of=round_.programme, name="이주무")
    roads = factories.account(DEPARTMENT_ROLE, of=round_.programme, name="남주무")
    roads.roles[0].department = factories.department("도로과")
    lost = loser(round_)
    lost.resident = factories.resident()
    db.session.commit()
    hand(lost, department)
    assert (told(officer), told(roads)) == ([(kinds.HANDING_RECEIVED, {})], [])
    handed, by = handing_queries.get_hand_over(lost.id), factories.account(STAFF_ROLE)
    handing.pass_on(handed, roads.roles[0].department, "도로의 일", seen=1, at=now(), by=by)
    assert told(roads) == [(kinds.HANDING_RECEIVED, {})]
    mine = db.session.query(Notice).filter_by(resident_id=lost.resident_id).order_by(Notice.id)
    assert [one.kind for one in mine] == [kinds.HANDED_OVER, kinds.HANDING_PASSED]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_runs_a_programme_has_notices_of_their_own_which_lead_to_where_it_waits(app: Flask, staff: Account) -> None:
    check = factories.check(factories.proposal(factories.round_(running=rounds.DEPARTMENT_CHECK), title="쉼터"))
    check_services.return_check(check, "우리 일이 아님", seen=1, at=now(), by=factories.account().actor)
    visitor = Person(app, staff)
    page = visitor.get(visitor.get("/office/").link("내 알림 (새 알림 1개)"))
    assert page.has("‘쉼터’") and visitor.status(f"/office/checks/{check.proposal_id}") == 200
    assert visitor.get("/staff/notices/settings").has("기피신청이 들어옴")
