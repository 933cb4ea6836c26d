"""Sub-committees: who belongs to one, since when and by what ground."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.audit.models import SYSTEM, AuditLine
from app.clock import now, seoul_day
from app.committee import rules as committee
from app.committee import services, subcommittees
from app.committee import subcommittee_queries as queries
from app.committee import subcommittee_rules as rules
from app.committee.models import CommitteeMember, Subcommittee, SubcommitteeSeat
from app.database import db
from tests import factories


def census() -> tuple[object, ...]:
    db.session.rollback()
    seats = [(one.member_id, one.is_chair, one.left_on) for one in db.session.query(SubcommitteeSeat)]
    return seats, *(db.session.query(table).count() for table in (Subcommittee, AuditLine))


def today(days: int = 0) -> date:
    return seoul_day(now()) + timedelta(days=days)


def join(row: Subcommittee, member: CommitteeMember, days: int = 0) -> SubcommitteeSeat:
    return subcommittees.join(row, member, on=today(days), ground="own_wish", at=now(), by=SYSTEM)


def leave(seat: SubcommitteeSeat, days: int = 0) -> None:
    subcommittees.leave(seat, on=today(days), ground="to_another", at=now(), by=SYSTEM)


def names(row: Subcommittee, days: int = 0) -> list[str]:
    return [seat.member.account.name for seat in queries.list_held_seats(row, today(days))]


def test_members_join_and_leave_on_days_and_by_a_ground(app: Flask) -> None:
    one, other = factories.member(name="가위원"), factories.member(name="나위원")
    row = factories.subcommittee(one.programme, one)
    seat = join(row, other, 1)
    assert (names(row), names(row, 1)) == (["가위원"], ["가위원", "나위원"])
    leave(seat, 3)
    assert (names(row, 2), names(row, 3)) == (["가위원", "나위원"], ["가위원"])
    assert (seat.joined_ground, seat.left_ground) == ("own_wish", "to_another")
    actions = [line.action for line in db.session.query(AuditLine).order_by(AuditLine.id)]
    assert actions == ["subcommittee.join", "subcommittee.leave"]


def test_a_seat_ends_with_the_members_office(app: Flask) -> None:
    one, other = factories.member(name="가위원"), factories.member(name="나위원")
    row = factories.subcommittee(one.programme, one, other)
    facts: dict[str, Any] = {"ground": "own_wish", "reason": "본인 요청", "at": now(), "by": SYSTEM}
    services.dismiss_member(one, on=today(2), **facts)
    assert (names(row, 1), names(row, 2)) == (["가위원", "나위원"], ["나위원"])
    assert (queries.find_chair(row, today(1)), queries.find_chair(row, today(2))) == (one, None)


def test_nobody_joins_twice_or_from_outside_or_beyond_its_time(app: Flask) -> None:
    one, other = factories.member(), factories.member()
    row = factories.subcommittee(one.programme, one)
    foreign = factories.member(factories.programme("other"))
    over = (row.ends_on - today()).days
    other.term_ends_on = row.ends_on + timedelta(9)
    db.session.commit()
    before = census()
    for member, days, refusal in (
        (one, 0, rules.SeatTaken),
        (foreign, 0, committee.NotAMember),
        (other, over, rules.SubcommitteeOver),
        (other, -1500, committee.NotAMember),
    ):
        with pytest.raises(refusal):
            join(row, member, days)
    assert census() == before


def test_a_member_may_belong_to_several_unless_the_committee_has_laid_down_one(app: Flask) -> None:
    """Which of the two holds is nowhere given: a setting."""
    one, programme = factories.member(), factories.programme()
    first, second, third = (factories.subcommittee(programme, name=name) for name in ("복지", "교육", "안전"))
    seat = join(first, one)
    join(second, one)
    subcommittees.set_settings(programme, notice_days=5, one_subcommittee=True, at=now(), by=SYSTEM)
    before = census()
    with pytest.raises(rules.OneSubcommittee):
        join(third, one)
    assert census() == before
    for held in (seat, second.seats[0]):
        leave(held, 1)
    with pytest.raises(rules.OneSubcommittee):
        join(third, one)
    join(third, one, 1)
    assert [len(names(row, 1)) for row in (first, second, third)] == [0, 0, 1]


def test_of_one_sub_committee_there_is_one_chair(app: Flask) -> None:
    one, other = factories.member(name="가위원"), factories.member(name="나위원")
    row = factories.subcommittee(one.programme, one, other)
    before = census()
    subcommittees.name_chair(row.seats[0], at=now(), by=SYSTEM)  # is it already
    assert census() == before
    subcommittees.name_chair(row.seats[1], at=now(), by=SYSTEM)
    assert names(row) == ["나위원", "가위원"]
    leave(row.seats[0], 1)
    join(row, factories.member(name="다위원"), 3)
    before = census()
    with pytest.raises(rules.LeavesBeforeJoining):
        leave(row.seats[2], 2)
    with pytest.raises(rules.SeatLeft):
        subcommittees.name_chair(row.seats[0], at=now(), by=SYSTEM)
    with pytest.raises(rules.SeatLeft):
        leave(row.seats[0], 2)
    assert census() == before


@pytest.mark.parametrize("same", ["chair", "member"])
def test_the_database_knows_one_chair_and_each_member_once(app: Flask, same: str) -> None:
    one, other = factories.member(), factories.member()
    row = factories.subcommittee(one.programme, one)
    who = {"member": other, "is_chair": True} if same == "chair" else {"member": one, "is_chair": False}
    with pytest.raises(IntegrityError):
        factories.keep(SubcommitteeSeat(subcommittee=row, joined_on=today(), joined_ground="own_wish", **who))
    db.session.rollback()


def test_who_belonged_to_it_at_a_meeting_is_not_changed_afterwards(app: Flask) -> None:
    """Its quorum was counted from them."""
    one, other = factories.member(), factories.member()
    row = factories.subcommittee(one.programme, one)
    meeting = factories.committee_meeting(row, state="ended")
    settled = seoul_day(meeting.opened_at or now())
    days = (settled - today()).days
    before = census()
    with pytest.raises(rules.SeatsSettled):
        join(row, other, days)
    with pytest.raises(rules.SeatsSettled):
        leave(row.seats[0], days)
    assert census() == before
    join(row, other, 1)
    leave(row.seats[0], 1)
    assert names(row, 1) == [other.account.name]


def test_a_sub_committee_is_set_up_for_a_term_and_once_by_its_name(app: Flask) -> None:
    row = factories.subcommittee()
    before = census()
    for days, refusal in (
        ((row.starts_on, row.ends_on), rules.SubcommitteeThere),
        ((today(), today()), committee.TermBackwards),
        ((today(), today(800)), committee.TermTooLong),
    ):
        given = {"name_ko": row.name_ko, "name_en": "x", "starts_on": days[0], "ends_on": days[1]}
        with pytest.raises(refusal):
            subcommittees.create_subcommittee(row.programme, **given, at=now(), by=SYSTEM)
    assert census() == before
