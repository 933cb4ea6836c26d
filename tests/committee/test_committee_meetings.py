"""Meetings of the committee and of its sub-committees: the same rules as at the general meeting, for another body."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError

from app.audit.models import SYSTEM, AuditLine
from app.clock import now, seoul_day, start_of_day
from app.committee import agenda, agenda_rules, convening, invitations, minutes, queries, rules, services, tablets
from app.committee import subcommittee_rules as subcommittee
from app.committee.agenda_rules import Hands
from app.committee.models import (
    AgendaItem,
    Attendance,
    CommitteeMeeting,
    CommitteeMember,
    Invitation,
    ItemAttendance,
    MinutesAddendum,
    Subcommittee,
)
from app.committee.tablet_rules import BOOTH, NoBooth
from app.database import db
from tests import factories

BY: dict[str, Any] = {"by": SYSTEM}


def census() -> tuple[object, ...]:
    db.session.rollback()
    meetings = [(one.state, one.place, one.minutes_published_at) for one in db.session.query(CommitteeMeeting)]
    items = [(one.title, one.state, one.outcome) for one in db.session.query(AgendaItem).order_by(AgendaItem.id)]
    tables = (Attendance, Invitation, ItemAttendance, MinutesAddendum, AuditLine)
    return meetings, items, *(db.session.query(table).count() for table in tables)


def body(size: int = 5) -> tuple[Subcommittee, list[CommitteeMember]]:
    """A sub-committee of so many, in a committee of three more."""
    members = [factories.member(name=f"위원{n}") for n in range(size)]
    for _ in range(3):
        factories.member()
    return factories.subcommittee(members[0].programme, *members), members


def hall(size: int, present: int, state: str = rules.OPEN) -> tuple[CommitteeMeeting, list[CommitteeMember]]:
    row, members = body(size)
    meeting = factories.committee_meeting(row, state=state)
    for member in members[:present]:
        factories.attendance(meeting, member)
    return meeting, members


def convene(row: Subcommittee, starts_at: datetime, notice_days: int = 7) -> CommitteeMeeting:
    given = {"title": "1차 회의", "place": "9층", "starts_at": starts_at, "notice_days": notice_days}
    return convening.convene_meeting(row.programme, subcommittee=row, **given, at=now(), by=SYSTEM)


def test_a_sub_committee_meets_from_its_call_to_its_published_minutes(app: Flask, clock: Any) -> None:
    row, (first, second, third, *_) = body()
    meeting = convene(row, now() + timedelta(days=10))
    item = agenda.add_item(meeting, kind=agenda_rules.DECISION, title="우선순위 의견", at=now(), by=SYSTEM)
    assert invitations.send_invitation(meeting, at=now(), by=SYSTEM).members == 5
    clock.offset += timedelta(days=10)
    for member in (first, second, third):
        services.record_arrival(meeting, member, at=now(), **BY)
    services.open_meeting(meeting, at=now(), **BY)
    assert (meeting.enrolled_at_open, meeting.present_at_open, meeting.short_notice) == (5, 3, None)
    agenda.begin_item(item, at=now(), **BY)
    agenda.decide_item(item, Hands(2, 1, 0), at=now(), **BY)
    services.end_meeting(meeting, at=now(), **BY)
    minutes.write_minutes(meeting, "의견을 모았다.", at=now(), by=SYSTEM)
    minutes.approve_minutes(meeting, first.account, read=minutes.digest("의견을 모았다."), at=now())
    minutes.publish_minutes(meeting, at=now(), by=SYSTEM)
    assert (item.outcome, item.enrolled, item.present) == (agenda_rules.ADOPTED, 5, 3)
    assert {one.member_id for one in item.attendances} == {first.id, second.id, third.id}


@pytest.mark.parametrize("hours", [-1, 0])
def test_a_meeting_is_not_called_for_the_past_nor_moved_there(app: Flask, hours: int) -> None:
    row, _ = body()
    meeting = convene(row, now() + timedelta(days=1))
    before, past = census(), now() + timedelta(hours=hours)
    with pytest.raises(rules.MeetingInThePast):
        convene(row, past)
    with pytest.raises(rules.MeetingInThePast):
        given = {"title": "1차 회의", "place": "9층", "starts_at": past, "notice_days": 7}
        convening.change_meeting(meeting, **given, at=now(), by=SYSTEM)
    assert census() == before


def test_a_sub_committee_does_not_meet_when_it_is_over(app: Flask) -> None:
    row, _ = body()
    before = census()
    with pytest.raises(subcommittee.SubcommitteeOver):
        convene(row, now() + timedelta(days=(row.ends_on - seoul_day(now())).days))
    assert census() == before


def test_what_was_called_while_it_stood_is_not_opened_decided_or_told_of_when_it_is_over(app: Flask) -> None:
    """On its last day all of it can be done: the control."""
    meeting, members = hall(3, 3, rules.PLANNED)
    item, row = factories.item(meeting), meeting.subcommittee
    row.ends_on = seoul_day(now())
    db.session.commit()
    before = census()
    for step in (services.open_meeting, invitations.send_invitation):
        with pytest.raises(subcommittee.SubcommitteeOver):
            step(meeting, at=now(), by=SYSTEM)
    with pytest.raises(rules.NotSummoned):
        services.record_leaving(meeting, members[0], at=now(), by=SYSTEM)
    assert census() == before
    assert queries.presence(meeting, now()) == queries.Presence(0, 0)
    yesterday = now() - timedelta(days=1)
    invitations.send_invitation(meeting, at=yesterday, by=SYSTEM)
    services.open_meeting(meeting, short_notice="급함", at=yesterday, by=SYSTEM)
    agenda.begin_item(item, at=yesterday, by=SYSTEM)
    before = census()
    with pytest.raises(rules.NoQuorum):
        agenda.decide_item(item, Hands(3, 0, 0), at=now(), by=SYSTEM)
    assert census() == before
    agenda.decide_item(item, Hands(3, 0, 0), at=yesterday, by=SYSTEM)


def test_who_moves_a_meeting_invites_anew_and_its_title_alone_invites_nobody(app: Flask) -> None:
    meeting, _ = hall(3, 0, rules.PLANNED)
    given: dict[str, Any] = {"place": meeting.place, "starts_at": meeting.starts_at, "notice_days": 8}
    convening.change_meeting(meeting, **given, title="임시회의", at=now(), by=SYSTEM)
    assert (meeting.title, len(meeting.invitations)) == ("임시회의", 1)
    convening.change_meeting(meeting, **given | {"place": "구의회"}, title="임시회의", at=now(), by=SYSTEM)
    assert [(one.number, one.members) for one in meeting.invitations] == [(1, 3), (2, 3)]


def test_the_notice_that_was_promised_is_shortened_by_a_move_only(app: Flask) -> None:
    meeting, _ = hall(3, 0, rules.PLANNED)
    given: dict[str, Any] = {"title": meeting.title, "starts_at": meeting.starts_at, "notice_days": 0}
    before = census()
    with pytest.raises(agenda_rules.NoticeLowered):
        convening.change_meeting(meeting, **given, place=meeting.place, at=now(), by=SYSTEM)
    assert (meeting.notice_days, census()) == (7, before)
    convening.change_meeting(meeting, **given, place="구의회", at=now(), by=SYSTEM)
    assert (meeting.notice_days, len(meeting.invitations)) == (0, 2)
    silent = convene(meeting.subcommittee, now() + timedelta(days=1))
    given = {"title": "1차 회의", "place": silent.place, "starts_at": silent.starts_at, "notice_days": 1}
    convening.change_meeting(silent, **given, at=now(), by=SYSTEM)  # nobody was told of it
    assert (silent.notice_days, silent.invitations) == (1, [])


def test_who_had_signed_in_to_a_meeting_that_moves_makes_no_quorum_where_it_is_held(app: Flask) -> None:
    meeting, members = hall(3, 2, rules.PLANNED)
    given: dict[str, Any] = {"title": "임시회의", "place": "구의회", "notice_days": 7}
    convening.change_meeting(meeting, **given, starts_at=meeting.starts_at, at=now(), by=SYSTEM)
    line = db.session.query(AuditLine).filter_by(action="meeting.change").one()
    assert (line.fields["signed_out"], db.session.query(Attendance).count()) == (2, 0)
    before = census()
    with pytest.raises(rules.NoQuorum):
        services.open_meeting(meeting, short_notice="급함", at=meeting.starts_at, **BY)
    assert census() == before
    for member in members[:2]:
        services.record_arrival(meeting, member, at=meeting.starts_at, **BY)
    convening.change_meeting(meeting, **given | {"title": "이름만"}, starts_at=meeting.starts_at, at=now(), by=SYSTEM)
    services.open_meeting(meeting, short_notice="급함", at=meeting.starts_at, **BY)


def test_nobody_comes_to_a_meeting_before_its_day(app: Flask) -> None:
    meeting, (member, *_) = hall(3, 0, rules.PLANNED)
    midnight, before = start_of_day(seoul_day(meeting.starts_at)), census()
    with pytest.raises(rules.NotTheDay):
        services.record_arrival(meeting, member, at=midnight - timedelta(microseconds=1), **BY)
    assert census() == before
    services.record_arrival(meeting, member, at=midnight, **BY)


def test_the_quorum_is_that_of_the_sub_committee_and_others_do_not_sign_in(app: Flask, clock: Any) -> None:
    meeting, members = hall(5, 2, rules.PLANNED)
    clock.offset += timedelta(days=10)
    outsider = factories.member(name="다른 분과")
    before = census()
    with pytest.raises(rules.NotSummoned):
        services.record_arrival(meeting, outsider, at=now(), **BY)
    with pytest.raises(rules.NoQuorum) as refusal:
        services.open_meeting(meeting, at=now(), **BY)
    assert (refusal.value.present, refusal.value.needed, refusal.value.enrolled) == (2, 3, 5)
    assert census() == before
    services.record_arrival(meeting, members[2], at=now(), **BY)
    once = census()
    services.record_arrival(meeting, members[2], at=now(), **BY)  # twice
    assert census() == once
    services.open_meeting(meeting, at=meeting.starts_at, **BY)


def test_on_short_notice_it_is_opened_with_a_reason_only(app: Flask) -> None:
    row, members = body(3)
    meeting = convene(row, now() + timedelta(hours=1))
    for member in members:
        services.record_arrival(meeting, member, at=meeting.starts_at, **BY)
    before = census()
    with pytest.raises(agenda_rules.NoticeTooShort):
        services.open_meeting(meeting, at=meeting.starts_at, **BY)
    assert census() == before
    services.open_meeting(meeting, short_notice="급한 현장", at=meeting.starts_at, **BY)
    assert meeting.short_notice == "급한 현장"


def test_a_decision_without_a_quorum_at_that_moment_is_refused_and_the_recused_do_not_count(app: Flask) -> None:
    meeting, members = hall(5, 4)
    item = factories.item(meeting, state=agenda_rules.UNDER_DISCUSSION)
    services.record_leaving(meeting, members[0], at=now(), **BY)
    before = census()
    with pytest.raises(rules.NoQuorum):
        agenda.decide_item(item, Hands(2, 0, 0), recused=[members[1].id], at=now(), **BY)
    with pytest.raises(agenda_rules.HandsDoNotAddUp):
        agenda.decide_item(item, Hands(3, 1, 0), at=now(), **BY)
    assert census() == before
    services.record_arrival(meeting, members[0], at=now(), **BY)
    agenda.decide_item(item, Hands(2, 1, 0), recused=[members[1].id], at=now(), **BY)
    assert (item.present, item.may_vote, item.outcome) == (4, 3, agenda_rules.ADOPTED)


def test_projects_are_voted_on_at_the_general_meeting_only(app: Flask) -> None:
    row, _ = body()
    meeting = factories.committee_meeting(row, state=rules.PLANNED, invited=False)
    before = census()
    with pytest.raises(agenda_rules.BallotElsewhere):
        agenda.add_item(meeting, kind=agenda_rules.BALLOT, title="투표", at=now(), by=SYSTEM)
    with pytest.raises(NoBooth):
        tablets.make_tablet(meeting, name="1번", use=BOOTH, key="k", at=now(), by=SYSTEM)
    assert census() == before


def test_a_meeting_that_nobody_opened_is_recorded_as_not_held_when_its_hour_has_come(app: Flask, clock: Any) -> None:
    meeting, _ = hall(5, 2, rules.PLANNED)
    before = census()
    with pytest.raises(rules.MayStillMeet):
        services.record_not_held(meeting, at=now(), **BY)
    assert census() == before
    clock.offset += timedelta(days=11)
    services.record_not_held(meeting, at=now(), **BY)
    assert (meeting.state, meeting.enrolled_at_close) == (rules.NOT_HELD, 5)


def test_a_meeting_that_was_called_off_is_neither_opened_nor_moved_nor_told_of_nor_not_held(
    app: Flask, clock: Any
) -> None:
    meeting, members = hall(3, 3, rules.PLANNED)
    services.cancel_meeting(meeting, reason="태풍", at=now(), **BY)
    clock.offset += timedelta(days=11)
    before = census()
    given = {"title": "다시", "place": "9층", "starts_at": now() + timedelta(days=1), "notice_days": 7}
    for step in (
        lambda: services.cancel_meeting(meeting, reason="또", at=now(), **BY),
        lambda: services.open_meeting(meeting, short_notice="급함", at=now(), **BY),
        lambda: services.record_not_held(meeting, at=now(), **BY),
        lambda: services.record_arrival(meeting, members[0], at=now(), **BY),
        lambda: convening.change_meeting(meeting, **given, at=now(), **BY),
        lambda: invitations.send_invitation(meeting, at=now(), **BY),
    ):
        with pytest.raises(rules.WrongState):
            step()
        assert census() == before
    for statement in ("cancelled_at = NULL", "cancel_reason = NULL", "cancel_reason = ''", "state = 'planned'"):
        with pytest.raises(IntegrityError), db.engine.begin() as connection:
            connection.execute(text(f"UPDATE meeting SET {statement}"))


def test_minutes_are_published_when_the_chair_has_approved_the_words_that_are_there(app: Flask) -> None:
    meeting, (chair, other, *_) = hall(3, 3, rules.ENDED)
    minutes.write_minutes(meeting, "처음", at=now(), by=SYSTEM)
    before = census()
    for account, words, refusal in (
        (other.account, "처음", rules.NotPresiding),
        (factories.account(name="아무나"), "처음", rules.NotPresiding),
        (chair.account, "다른 말", agenda_rules.MinutesChanged),
    ):
        with pytest.raises(refusal):
            minutes.approve_minutes(meeting, account, read=minutes.digest(words), at=now())
    with pytest.raises(agenda_rules.MinutesNotApproved):
        minutes.publish_minutes(meeting, at=now(), by=SYSTEM)
    assert census() == before
    for _ in range(2):  # twice is once
        minutes.approve_minutes(meeting, chair.account, read=minutes.digest("처음"), at=now())
    assert db.session.query(AuditLine).filter_by(action="minutes.approve").count() == 1
    minutes.write_minutes(meeting, "고침", at=now(), by=SYSTEM)
    with pytest.raises(agenda_rules.MinutesNotApproved):
        minutes.publish_minutes(meeting, at=now(), by=SYSTEM)


def test_the_committees_own_minutes_are_approved_by_its_chair_or_vice_chair(app: Flask) -> None:
    chair, vice, other = (factories.member() for _ in range(3))
    chair.office, vice.office = "chair", "vice_chair"
    db.session.commit()
    meeting = factories.committee_meeting(chair.programme, state=rules.ENDED)
    assert [minutes.may_approve(meeting, one.account, now()) for one in (chair, vice, other)] == [True, True, False]


def test_where_a_sub_committee_has_no_chair_any_more_the_committees_chair_approves(app: Flask) -> None:
    meeting, (chair, other, *_) = hall(3, 3, rules.ENDED)
    above = factories.member()
    above.office = "chair"
    db.session.commit()
    everybody = (chair, other, above)
    assert [minutes.may_approve(meeting, one.account, now()) for one in everybody] == [True, False, False]
    chair.term_ends_on = seoul_day(now())
    db.session.commit()
    assert [minutes.may_approve(meeting, one.account, now()) for one in everybody] == [False, False, True]
    minutes.approve_minutes(meeting, above.account, read=minutes.digest(""), at=now())
    minutes.publish_minutes(meeting, at=now(), by=SYSTEM)


def test_published_minutes_are_corrected_by_an_addendum_only(app: Flask) -> None:
    meeting, (chair, *_) = hall(3, 3, rules.ENDED)
    before = census()
    with pytest.raises(agenda_rules.MinutesUnpublished):
        minutes.add_to_minutes(meeting, "정정", at=now(), by=SYSTEM)
    assert census() == before
    minutes.approve_minutes(meeting, chair.account, read=minutes.digest(""), at=now())
    minutes.publish_minutes(meeting, at=now(), by=SYSTEM)
    before = census()
    with pytest.raises(agenda_rules.MinutesPublished):
        minutes.publish_minutes(meeting, at=now(), by=SYSTEM)
    with pytest.raises(agenda_rules.MinutesPublished):
        minutes.approve_minutes(meeting, chair.account, read=minutes.digest(""), at=now())
    assert census() == before
    for words in ("장소 정정", "참석자 정정"):
        minutes.add_to_minutes(meeting, words, at=now(), by=SYSTEM)
    assert [(one.number, one.words) for one in meeting.addenda] == [(1, "장소 정정"), (2, "참석자 정정")]
    for statement in ("UPDATE minutes_addendum SET words = 'x'", "DELETE FROM minutes_addendum"):
        with pytest.raises(DatabaseError, match="never changed"), db.engine.begin() as connection:
            connection.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE meeting SET kind = 'general'",
        "UPDATE meeting SET title = NULL",
        "UPDATE meeting SET minutes_published_at = ended_at",
        "UPDATE meeting SET minutes_approved_at = ended_at",
    ],
)
def test_the_database_tells_the_two_kinds_of_meetings_apart(app: Flask, statement: str) -> None:
    hall(3, 3, rules.ENDED)
    with pytest.raises(IntegrityError), db.engine.begin() as connection:
        connection.execute(text(statement))


def test_a_general_meeting_is_no_committee_meeting(app: Flask) -> None:
    general = factories.meeting(factories.round_(), state=rules.PLANNED)
    meeting, _ = hall(3, 0, rules.PLANNED)
    assert queries.list_committee_meetings(meeting.programme_id) == [meeting]
    assert queries.find_meeting(general.round_id) == general
