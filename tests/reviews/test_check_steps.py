"""부서 검토 from desk to desk: forwarded, given back, taken on, noted on, due; and who comes second."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.clock import Clock, now, seoul_day
from app.database import db
from app.notices.delivery_rules import Person
from app.notices.kinds import CHECK_ASSIGNED
from app.notices.letter_queries import list_notices
from app.people.models import DEPARTMENT_ROLE, Account
from app.reviews import check_queries, check_rules, check_services, queries, rules
from app.reviews.check_models import CheckMove, CheckNote
from app.reviews.models import DepartmentCheck
from tests import factories
from tests.reviews.papers import decision, lines


@pytest.fixture
def check(app: Flask) -> DepartmentCheck:
    """Given to a department by the staff."""
    proposal = factories.proposal(factories.round_(running="department_check"))
    officer = factories.account(DEPARTMENT_ROLE)
    check_services.assign_check(proposal, factories.department(), officer=officer, at=now(), by=staff().actor)
    return queries.get_check(proposal.id)


def staff() -> Account:
    return factories.account("staff")


def forward(check: DepartmentCheck, to: str = "도로과", reason: str = "도로입니다.", seen: int = 1) -> None:
    check_services.forward_check(check, factories.department(to), reason, seen=seen, at=now(), by=staff().actor)


def give_back(check: DepartmentCheck, reason: str = "우리 일이 아닙니다.", seen: int = 1) -> None:
    check_services.return_check(check, reason, seen=seen, at=now(), by=staff().actor)


def moves(check: DepartmentCheck) -> list[tuple[str | None, str | None, str]]:
    def name(department: object) -> str | None:
        return getattr(department, "name_ko", None)

    db.session.expire_all()
    found = check_queries.list_moves(check.id)
    return [(name(one.from_department), name(one.to_department), one.reason) for one in found]


def test_an_opinion_is_wanted_within_two_weeks_unless_staff_say_another_day(check: DepartmentCheck) -> None:
    assert check.due_on == seoul_day(now()) + timedelta(days=14)
    other, day = factories.proposal(check.proposal.round), seoul_day(now())
    check_services.assign_check(other, factories.department(), due_on=day, at=now(), by=staff().actor)
    assert queries.get_check(other.id).due_on == day


def test_a_day_that_is_gone_is_refused(app: Flask) -> None:
    proposal = factories.proposal(factories.round_(running="department_check"))
    yesterday = seoul_day(now()) - timedelta(days=1)
    with pytest.raises(check_rules.DuePast):
        check_services.assign_check(proposal, factories.department(), due_on=yesterday, at=now(), by=staff().actor)
    assert (queries.find_check(proposal.id), lines("check.assign")) == (None, 0)


def test_only_an_officer_of_the_department_is_named(app: Flask) -> None:
    proposal, department = factories.proposal(factories.round_(running="intake")), factories.department()
    with pytest.raises(check_rules.NotAnOfficer):
        check_services.assign_check(proposal, department, officer=staff(), at=now(), by=staff().actor)
    assert (queries.find_check(proposal.id), db.session.query(CheckMove).count()) == (None, 0)


def test_a_check_that_is_forwarded_lies_in_the_inbox_of_the_other_department_and_its_way_is_kept(
    check: DepartmentCheck,
) -> None:
    forward(check)
    assert (check.department.name_ko, check.officer, check.version) == ("도로과", None, 2)
    assert moves(check) == [(None, "공원녹지과", ""), ("공원녹지과", "도로과", "도로입니다.")]
    assert lines("check.forward") == 1


def test_a_day_that_is_gone_begins_anew_with_the_department_that_takes_it_over(check: DepartmentCheck) -> None:
    check.due_on = seoul_day(now()) - timedelta(days=1)
    db.session.commit()
    forward(check)
    assert check.due_on == seoul_day(now()) + timedelta(days=check_rules.CHECK_DAYS)
    day = check.due_on = seoul_day(now())
    db.session.commit()
    forward(check, to="복지과", seen=2)
    assert check.due_on == day


def change(check: DepartmentCheck, officer: Account | None, in_days: int, seen: int = 1) -> None:
    day = seoul_day(now()) + timedelta(days=in_days)
    check_services.change_check(check, officer=officer, due_on=day, seen=seen, at=now(), by=staff().actor)


def test_staff_name_another_officer_and_another_day_and_those_are_told(check: DepartmentCheck) -> None:
    other = factories.account(DEPARTMENT_ROLE, name="박주무")
    change(check, other, 30)
    assert (check.officer, check.due_on, check.version) == (other, seoul_day(now()) + timedelta(days=30), 2)
    (told,) = list_notices(Person(account_id=other.id))
    assert (told.kind, told.facts["due_on"], lines("check.change")) == (CHECK_ASSIGNED, check.due_on.isoformat(), 1)


def test_what_cannot_be_changed_stays_as_it_was(check: DepartmentCheck) -> None:
    officer, day = check.officer, check.due_on
    for who, in_days, seen, error in (
        (staff(), 30, 1, check_rules.NotAnOfficer),
        (officer, -1, 1, check_rules.DuePast),
        (officer, 30, 2, check_rules.CheckMoved),
    ):
        with pytest.raises(error):
            change(check, who, in_days, seen)
        db.session.expire_all()
        assert (check.officer, check.due_on, check.version, lines("check.change")) == (officer, day, 1, 0)
    check_services.decide_check(check, decision(), at=now(), by=officer.actor)
    with pytest.raises(rules.WrongState):
        change(check, officer, 30, 2)
    db.session.expire_all()
    assert (check.due_on, lines("check.change")) == (day, 0)


def test_a_check_that_is_given_back_is_the_staffs_to_assign_anew(check: DepartmentCheck) -> None:
    post = [(check.department_id, check.proposal.round.programme_id)]
    assert len(queries.list_checks(post)) == 1
    give_back(check)
    assert (check.is_returned, check.officer, queries.list_checks(post)) == (True, None, [])
    with pytest.raises(rules.WrongState):
        check_services.decide_check(check, decision(), at=now(), by=staff().actor)
    assert (check.state, check.verdict) == (rules.ASSIGNED, None)
    check_services.assign_check(check.proposal, factories.department("도로과"), at=now(), by=staff().actor)
    assert (check.is_returned, check.department.name_ko) == (False, "도로과")
    assert moves(check)[1:] == [("공원녹지과", None, "우리 일이 아닙니다."), (None, "도로과", "")]


@pytest.mark.parametrize("reason", ["", "가" * 2001])
@pytest.mark.parametrize("act", [forward, give_back])
def test_whoever_moves_a_check_away_says_why(check: DepartmentCheck, act: Callable[..., None], reason: str) -> None:
    with pytest.raises(rules.TextMissing):
        act(check, reason=reason)
    assert (len(moves(check)), check.version, check.department.name_ko) == (1, 1, "공원녹지과")


@pytest.mark.parametrize("state", [rules.DECIDED, rules.RELEASED])
@pytest.mark.parametrize("act", [forward, give_back])
def test_what_is_decided_is_not_moved_any_more(app: Flask, act: Callable[..., None], state: str) -> None:
    check = factories.check(factories.proposal(factories.round_(running="department_check")), state=state)
    with pytest.raises(rules.WrongState):
        act(check)
    assert (moves(check), check.version, check.state) == ([], 1, state)


def test_a_check_is_not_forwarded_to_where_it_is(check: DepartmentCheck) -> None:
    with pytest.raises(check_rules.SameDepartment):
        forward(check, to="공원녹지과")
    assert (len(moves(check)), check.version) == (1, 1)


def test_an_officer_takes_a_check_on_and_nobody_else_does(check: DepartmentCheck) -> None:
    officer = factories.account(DEPARTMENT_ROLE)
    with pytest.raises(check_rules.NotAnOfficer):
        check_services.take_check(check, staff(), seen=1, at=now())
    db.session.expire_all()
    assert (check.officer == officer, check.version, lines("check.take")) == (False, 1, 0)
    check_services.take_check(check, officer, seen=1, at=now())
    assert (check.officer, check.version, lines("check.take")) == (officer, 2, 1)


def test_who_acts_upon_an_older_page_changes_nothing(check: DepartmentCheck) -> None:
    check_services.decide_check(check, decision(reason="먼저 씀"), seen=1, at=now(), by=staff().actor)
    officer = factories.account(DEPARTMENT_ROLE)
    acts = (
        lambda: check_services.decide_check(check, decision(reason="나중"), seen=1, at=now(), by=officer.actor),
        lambda: check_services.release_check(check, seen=1, at=now(), by=officer.actor),
        lambda: check_services.take_check(check, officer, seen=1, at=now()),
        lambda: forward(check),
        lambda: give_back(check),
    )
    for act in acts:
        with pytest.raises(check_rules.CheckMoved):
            act()
        db.session.expire_all()
        assert (check.reason, check.state, check.version) == ("먼저 씀", rules.DECIDED, 2)
    assert (len(moves(check)), lines("check.decide"), lines("check.release")) == (1, 1, 0)


def test_a_note_says_something(check: DepartmentCheck) -> None:
    for body in ("", "가" * 2001):
        with pytest.raises(rules.TextMissing):
            check_services.write_note(check, body, staff(), at=now())
    assert (db.session.query(CheckNote).count(), lines("check.note")) == (0, 0)
    check_services.write_note(check, "전화함", staff(), at=now())
    assert ([one.body for one in check_queries.list_notes(check.id)], lines("check.note")) == (["전화함"], 1)


def test_what_is_due_soon_or_late_and_undecided_is_what_to_remind_of(check: DepartmentCheck, clock: Clock) -> None:
    today = seoul_day(now())
    assert check_queries.due_soon(today) == []
    assert check_queries.due_soon(today + timedelta(days=11)) == [check]
    assert check_queries.due_soon(today + timedelta(days=20)) == [check]
    check_services.decide_check(check, decision(), at=now(), by=staff().actor)
    assert check_queries.due_soon(today + timedelta(days=20)) == []


def test_what_is_due_first_can_stand_first(check: DepartmentCheck) -> None:
    sooner, round_ = factories.check(factories.proposal(check.proposal.round)), check.proposal.round
    unassigned = factories.proposal(round_)
    sooner.due_on -= timedelta(days=3)
    db.session.commit()
    found = check_queries.by_due_day(queries.list_to_check([round_.programme_id]))
    assert [one.proposal for one in found] == [sooner.proposal, check.proposal, unassigned]


@pytest.mark.parametrize(
    "values",
    [
        {"number": 0},
        {"to_department_id": None},
        {"from_department_id": 1, "to_department_id": 1, "reason": "까닭"},
        {"from_department_id": 1, "to_department_id": None},
    ],
)
def test_the_database_refuses_a_move_that_is_none(check: DepartmentCheck, values: dict[str, object]) -> None:
    move = {"check_id": check.id, "number": 2, "to_department_id": check.department_id, "moved_at": now(), **values}
    with pytest.raises(IntegrityError):
        factories.keep(CheckMove(**move))
    db.session.rollback()
