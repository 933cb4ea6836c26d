"""현장심사: planned, recorded, answered by the proposer, signed off."""

from datetime import timedelta
from itertools import product

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.clock import Clock, now, seoul_day
from app.database import db
from app.people.models import COMMITTEE_ROLE
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.reviews import queries, rules, services
from app.reviews.models import SiteVisit, Visitor
from app.rounds import rules as rounds
from tests import factories
from tests.reviews.papers import lines, members, record

ALLOWED = {
    ("planned", "planned"),
    ("planned", "recorded"),
    ("recorded", "recorded"),
    ("recorded", "answered"),
    ("recorded", "signed_off"),
    ("answered", "answered"),
    ("answered", "signed_off"),
}


def eligible(**settings: object) -> Proposal:
    return factories.proposal(factories.round_(running="site_visit", **settings), state="eligible")


def become(visit: SiteVisit, wanted: str) -> None:
    """The verb that leads to a state of the table."""
    by = factories.account().actor
    if wanted == rules.PLANNED:
        services.plan_visit(visit.proposal, visit.visit_on, "정문", at=now(), by=by)
    elif wanted == rules.RECORDED:
        services.record_visit(visit, record(*members(visit.proposal.round)), at=now(), by=by)
    elif wanted == rules.ANSWERED:
        services.answer_visit(visit, "알겠습니다.", at=now(), by=visit.proposal.resident.actor)
    else:
        services.sign_off_visit(visit, at=now(), by=by)


@pytest.mark.parametrize(("state", "wanted"), [*product(rules.VISIT_STATES, repeat=2)])
def test_a_visit_moves_only_as_its_table_says(app: Flask, state: str, wanted: str) -> None:
    visit = factories.visit(eligible(), state=state)
    if (state, wanted) in ALLOWED:
        become(visit, wanted)
        assert visit.state == wanted
    else:
        with pytest.raises(rules.WrongState):
            become(visit, wanted)
        db.session.refresh(visit)
        assert visit.state == state


def test_the_whole_way_of_a_visit(app: Flask) -> None:
    proposal = eligible()
    staff, present = factories.account("staff"), members(proposal.round)
    services.plan_visit(proposal, seoul_day(now()), "안양천 입구", at=now(), by=staff.actor)
    visit = queries.get_visit(proposal.id)
    services.record_visit(visit, record(*present, staff), at=now(), by=staff.actor)
    services.answer_visit(visit, "그늘막을 두 개로 줄이겠습니다.", at=now(), by=proposal.resident.actor)
    assert queries.public_findings(proposal.id).visit is None
    services.sign_off_visit(visit, at=now(), by=staff.actor)
    assert {one.account for one in visit.visitors} == {*present, staff}
    assert (proposal.state, visit.proposer_answer) == (proposals.VISITED, "그늘막을 두 개로 줄이겠습니다.")
    assert queries.public_findings(proposal.id).visit is visit
    assert [lines(f"visit.{verb}") for verb in ("plan", "record", "answer", "sign_off")] == [1, 1, 1, 1]


def test_a_record_can_be_written_anew_until_the_proposer_answers(app: Flask) -> None:
    visit = factories.visit(eligible(), state=rules.PLANNED)
    first, second, third = members(visit.proposal.round, 3)
    services.record_visit(visit, record(first, second), at=now(), by=first.actor)
    services.record_visit(visit, record(second, third, findings="다시 보았습니다."), at=now(), by=first.actor)
    db.session.expire_all()
    assert {one.account for one in visit.visitors} == {second, third}
    assert visit.findings == "다시 보았습니다."


def test_a_proposer_who_does_not_answer_cannot_stop_the_round(app: Flask) -> None:
    visit = factories.visit(eligible(), state=rules.RECORDED)
    become(visit, rules.SIGNED_OFF)
    assert visit.proposal.state == proposals.VISITED


def test_the_department_comes_before_the_visit(app: Flask) -> None:
    round_, by = factories.round_(running="site_visit"), factories.account().actor
    for state in set(proposals.STATES) - {proposals.ELIGIBLE}:
        proposal = factories.proposal(round_, state=state)
        with pytest.raises(proposals.WrongState):
            services.plan_visit(proposal, seoul_day(now()), "정문", at=now(), by=by)
        assert queries.find_visit(proposal.id) is None


def test_a_visit_is_planned_on_a_day_of_its_phase(app: Flask) -> None:
    proposal, by = eligible(), factories.account().actor
    phase = rounds.find_period(proposal.round.phases, rounds.SITE_VISIT)
    first, last = seoul_day(phase.starts_at), seoul_day(phase.ends_at - timedelta(microseconds=1))
    for outside in (first - timedelta(days=1), last + timedelta(days=1)):
        with pytest.raises(rules.VisitDayOutside) as refused:
            services.plan_visit(proposal, outside, "정문", at=now(), by=by)
        assert (refused.value.first, refused.value.last) == (first, last)
    assert queries.find_visit(proposal.id) is None
    for inside in (first, last):
        services.plan_visit(proposal, inside, "정문", at=now(), by=by)
    assert queries.get_visit(proposal.id).visit_on == last


def test_a_meeting_point_is_needed(app: Flask) -> None:
    proposal = eligible()
    with pytest.raises(rules.TextMissing):
        services.plan_visit(proposal, seoul_day(now()), "", at=now(), by=factories.account().actor)
    assert queries.find_visit(proposal.id) is None


def test_nothing_is_recorded_before_the_day_of_the_visit(app: Flask, clock: Clock) -> None:
    visit = factories.visit(eligible(), state=rules.PLANNED)
    visit.visit_on = seoul_day(now()) + timedelta(days=2)
    db.session.commit()
    with pytest.raises(rules.VisitToCome):
        become(visit, rules.RECORDED)
    assert visit.state == rules.PLANNED
    clock.offset += timedelta(days=2)
    become(visit, rules.RECORDED)
    assert visit.state == rules.RECORDED


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"findings": ""}, rules.TextMissing),
        ({"findings": "가" * 2001}, rules.TextTooLong),
        ({"checklist": {}}, rules.ChecklistIncomplete),
        ({"checklist": {**dict.fromkeys(rules.CHECKLIST, "yes"), "need_seen": "maybe"}}, rules.NotOnTheList),
        ({"checklist": {**dict.fromkeys(rules.CHECKLIST, "yes"), "weather": "yes"}}, rules.NotOnTheList),
        ({"visitors": frozenset()}, rules.TooFewVisitors),
        ({"visitors": frozenset({999_999})}, rules.NotAVisitor),
    ],
)
def test_a_record_that_is_not_in_order_changes_nothing(
    app: Flask, changes: dict[str, object], error: type[Exception]
) -> None:
    visit = factories.visit(eligible(), state=rules.PLANNED)
    paper = record(*members(visit.proposal.round), **changes)
    with pytest.raises(error):
        services.record_visit(visit, paper, at=now(), by=factories.account().actor)
    db.session.expire_all()
    assert (visit.state, visit.findings, visit.visitors, lines("visit.record")) == (rules.PLANNED, "", [], 0)


def test_the_number_of_members_who_must_be_there_is_the_rounds(app: Flask) -> None:
    visit = factories.visit(eligible(visitors_needed=3), state=rules.PLANNED)
    three = members(visit.proposal.round, 3)
    with pytest.raises(rules.TooFewVisitors) as refused:
        services.record_visit(visit, record(*three[:2]), at=now(), by=three[0].actor)
    assert (refused.value.present, refused.value.needed) == (2, 3)
    services.record_visit(visit, record(*three), at=now(), by=three[0].actor)
    assert visit.state == rules.RECORDED


def test_staff_who_come_along_do_not_stand_in_for_members(app: Flask) -> None:
    visit = factories.visit(eligible(visitors_needed=2), state=rules.PLANNED)
    member, staff = members(visit.proposal.round, 1)[0], factories.account("staff")
    with pytest.raises(rules.TooFewVisitors):
        services.record_visit(visit, record(member, staff), at=now(), by=staff.actor)
    assert visit.visitors == []


def test_a_recused_member_is_not_among_the_visitors(app: Flask) -> None:
    visit = factories.visit(eligible(), state=rules.PLANNED)
    three = members(visit.proposal.round, 3)
    services.recuse(visit.proposal, three[0], rules.EXCLUDED, "제안자의 가족", at=now(), by=three[1].actor)
    assert three[0] not in queries.list_possible_visitors(visit.proposal)
    with pytest.raises(rules.Recused):
        services.record_visit(visit, record(*three), at=now(), by=three[1].actor)
    assert visit.state == rules.PLANNED


def test_nobody_of_another_programme_or_without_a_role_is_a_visitor(app: Flask) -> None:
    visit = factories.visit(eligible(), state=rules.PLANNED)
    stranger = factories.account(COMMITTEE_ROLE, of=factories.programme("dong"))
    gone = factories.account(COMMITTEE_ROLE, ended_at=now())
    for one in (stranger, gone, factories.account("department")):
        with pytest.raises(rules.NotAVisitor):
            services.record_visit(visit, record(*members(visit.proposal.round), one), at=now(), by=one.actor)


def test_only_the_proposer_answers(app: Flask) -> None:
    visit = factories.visit(eligible(), state=rules.RECORDED)
    for other in (factories.resident(), factories.account(id=visit.proposal.resident_id + 1000)):
        with pytest.raises(proposals.NotTheProposer):
            services.answer_visit(visit, "제가 냈습니다.", at=now(), by=other.actor)
    assert (visit.state, visit.proposer_answer) == (rules.RECORDED, "")


@pytest.mark.parametrize(("answer", "error"), [("", rules.TextMissing), ("가" * 2001, rules.TextTooLong)])
def test_an_answer_is_neither_empty_nor_endless(app: Flask, answer: str, error: type[Exception]) -> None:
    visit = factories.visit(eligible(), state=rules.RECORDED)
    with pytest.raises(error):
        services.answer_visit(visit, answer, at=now(), by=visit.proposal.resident.actor)
    assert visit.state == rules.RECORDED


@pytest.mark.parametrize("running", [None, "department_check", "written_review"])
def test_a_visit_is_recorded_and_signed_off_in_its_phase_only(app: Flask, running: str | None) -> None:
    proposal = factories.proposal(factories.round_(running=running), state="eligible")
    visit = factories.visit(proposal, state=rules.RECORDED)
    for wanted in (rules.RECORDED, rules.SIGNED_OFF):
        with pytest.raises(rounds.OutsidePhase):
            become(visit, wanted)
        assert (visit.state, proposal.state) == (rules.RECORDED, proposals.ELIGIBLE)


@pytest.mark.parametrize(
    "values",
    [
        {"state": "lost"},
        {"state": "recorded", "findings": ""},
        {"state": "signed_off", "signed_off_at": None},
        {"state": "planned", "signed_off_at": factories.LONG_AGO},
    ],
)
def test_the_database_refuses_a_visit_that_no_rule_allows(app: Flask, values: dict[str, object]) -> None:
    visit = factories.visit(eligible(), state=rules.RECORDED)
    for name, value in values.items():
        setattr(visit, name, value)
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def test_the_database_refuses_a_second_visit_and_a_visitor_who_is_nobody(app: Flask) -> None:
    proposal = eligible()
    visit = factories.visit(proposal)
    with pytest.raises(IntegrityError):
        factories.visit(proposal)
    db.session.rollback()
    with pytest.raises(IntegrityError):
        factories.keep(Visitor(visit_id=visit.id, account_id=999_999))
    db.session.rollback()
