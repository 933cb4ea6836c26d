from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from app.audit.models import SYSTEM, AuditLine
from app.clock import SEOUL, now, seoul_day
from app.committee import agenda_rules, invitations, queries, rules, services
from app.committee.models import GeneralMeeting, Invitation
from app.database import db
from app.rounds import rules as rounds
from tests import factories
from tests.ballots.elections import seated

NOON = datetime(2026, 9, 19, 12, tzinfo=SEOUL)


def uninvited(present: int = 3) -> GeneralMeeting:
    """Planned for now, with a quorum at the door, and nobody has been invited."""
    round_ = factories.round_(state=rounds.BALLOT_PUBLISHED, running=rounds.COMMITTEE_VOTE)
    members = [factories.member(round_.programme) for _ in range(3)]
    meeting = factories.meeting(round_, state=rules.PLANNED, invited=False)
    for member in members[:present]:
        factories.attendance(meeting, member)
    return meeting


def invite(meeting: GeneralMeeting, days_before: int) -> Invitation:
    at = meeting.starts_at - timedelta(days=days_before)
    return invitations.send_invitation(meeting, at=at, by=SYSTEM)


def open_(meeting: GeneralMeeting, reason: str = "") -> None:
    services.open_meeting(meeting, short_notice=reason, at=now(), by=SYSTEM)


def census() -> tuple[int, ...]:
    db.session.rollback()
    return tuple(db.session.query(table).count() for table in (GeneralMeeting, Invitation, AuditLine))


@pytest.mark.parametrize(
    ("days", "by"), [(7, date(2026, 9, 11)), (1, date(2026, 9, 17)), (14, date(2026, 9, 4)), (0, date(2026, 9, 18))]
)
def test_neither_the_day_of_sending_nor_that_of_the_meeting_is_counted(days: int, by: date) -> None:
    assert agenda_rules.notice_by(NOON, days) == by


@pytest.mark.parametrize(("hour", "in_time"), [((11, 23, 59), True), ((12, 0, 0), False)])
def test_the_last_day_for_the_invitation_ends_at_midnight_in_seoul(hour: tuple[int, int, int], in_time: bool) -> None:
    sent_at = datetime(2026, 9, *hour, tzinfo=SEOUL)
    if in_time:
        agenda_rules.ensure_in_time(sent_at, NOON, 7)
    else:
        with pytest.raises(agenda_rules.NoticeTooShort):
            agenda_rules.ensure_in_time(sent_at, NOON, 7)


def test_where_no_notice_is_asked_for_no_invitation_is() -> None:
    agenda_rules.ensure_in_time(None, NOON, 0)


def test_an_invitation_says_when_it_was_sent_and_to_how_many(app: Flask) -> None:
    meeting = uninvited()
    sent = invite(meeting, 8)
    assert (sent.number, sent.members, sent.place) == (1, 3, meeting.place)
    line = db.session.query(AuditLine).filter_by(action="meeting.invite").one()
    assert (line.fields["number"], line.fields["members"]) == (1, 3)
    open_(meeting)
    assert (meeting.state, meeting.short_notice, meeting.present_at_open) == (rules.OPEN, None, 3)


@pytest.mark.parametrize("days_before", [None, 7, 0])
def test_a_meeting_on_short_notice_is_opened_only_with_a_reason_and_the_reason_stays(
    app: Flask, days_before: int | None
) -> None:
    meeting = uninvited()
    if days_before is not None:
        invite(meeting, days_before)
    before = census()
    with pytest.raises(agenda_rules.NoticeTooShort) as refusal:
        open_(meeting)
    assert refusal.value.by == seoul_day(meeting.starts_at) - timedelta(days=8)
    assert (meeting.state, census()) == (rules.PLANNED, before)
    open_(meeting, "태풍으로 앞당김")
    assert (meeting.state, meeting.short_notice) == (rules.OPEN, "태풍으로 앞당김")
    line = db.session.query(AuditLine).filter_by(action="meeting.short_notice").one()
    assert line.fields == {"reason": "태풍으로 앞당김"}


def test_a_reason_that_was_not_needed_is_not_kept(app: Flask) -> None:
    meeting = uninvited()
    invite(meeting, 8)
    open_(meeting, "까닭 없음")
    assert meeting.short_notice is None


def test_geumcheon_2013_a_meeting_that_is_moved_invites_anew_and_its_notice_begins_again(app: Flask) -> None:
    """The second meeting of 2013 was contested, since it had not been announced properly."""
    meeting = uninvited()
    invite(meeting, 20)
    later = meeting.starts_at + timedelta(hours=1)
    services.move_meeting(meeting, place="구의회", starts_at=later, at=now(), by=SYSTEM)
    assert [(one.number, one.place) for one in meeting.invitations] == [(1, "금천구청 대강당"), (2, "구의회")]
    for member in queries.list_summoned(meeting, seoul_day(now())):
        factories.attendance(meeting, member)
    with pytest.raises(agenda_rules.NoticeTooShort):
        open_(meeting)
    assert meeting.state == rules.PLANNED


def test_another_number_of_days_alone_invites_nobody_anew(app: Flask) -> None:
    meeting = uninvited()
    invite(meeting, 8)
    same = {"place": meeting.place, "starts_at": meeting.starts_at}
    services.move_meeting(meeting, **same, notice_days=10, at=now(), by=SYSTEM)
    assert (len(meeting.invitations), meeting.notice_days) == (1, 10)
    with pytest.raises(agenda_rules.NoticeTooShort):
        open_(meeting)


def test_the_notice_of_a_general_meeting_is_not_shortened_after_the_invitation(app: Flask) -> None:
    meeting = uninvited()
    same = {"place": meeting.place, "starts_at": meeting.starts_at}
    services.move_meeting(meeting, **same, notice_days=6, at=now(), by=SYSTEM)  # nobody was told of it
    invite(meeting, 3)
    before = census()
    with pytest.raises(agenda_rules.NoticeLowered):
        services.move_meeting(meeting, **same, notice_days=2, at=now(), by=SYSTEM)
    assert (meeting.notice_days, census()) == (6, before)


def test_a_meeting_that_was_not_yet_announced_is_moved_without_an_invitation(app: Flask) -> None:
    meeting = uninvited()
    services.move_meeting(meeting, place="구의회", starts_at=now(), at=now(), by=SYSTEM)
    assert meeting.invitations == []


@pytest.mark.parametrize("state", [rules.OPEN, rules.ENDED, rules.NOT_HELD])
def test_nobody_is_invited_to_a_meeting_that_is_no_longer_to_come(app: Flask, state: str) -> None:
    meeting, _ = seated(factories.round_(running=rounds.COMMITTEE_VOTE), 3, 2, state)
    before = census()
    with pytest.raises(rules.WrongState):
        invitations.send_invitation(meeting, at=now(), by=SYSTEM)
    assert census() == before


def test_a_committee_without_members_cannot_be_invited(app: Flask) -> None:
    round_ = factories.round_(running=rounds.COMMITTEE_VOTE)
    meeting = factories.meeting(round_, state=rules.PLANNED, invited=False)
    before = census()
    with pytest.raises(rules.NobodyToInvite):
        invitations.send_invitation(meeting, at=now(), by=SYSTEM)
    assert census() == before
