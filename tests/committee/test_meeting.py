from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.audit.models import SYSTEM, AuditLine
from app.clock import Clock, now, seoul_day
from app.committee import agenda_rules, queries, rules, services
from app.committee.models import Attendance, GeneralMeeting
from app.database import db
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.tally.quorum import quorum_of
from tests import factories
from tests.ballots.elections import move_past, seated

ALLOWED = {
    ("planned", "open"),
    ("open", "ended"),
    ("planned", "not_held"),
    ("planned", "cancelled"),
    ("cancelled", "planned"),
    ("cancelled", "not_held"),
}


def voting() -> Round:
    """The ballot is out, and the committee's phase runs."""
    return factories.round_(state=rounds.BALLOT_PUBLISHED, running=rounds.COMMITTEE_VOTE)


def census() -> tuple[int, ...]:
    db.session.rollback()
    return tuple(db.session.query(table).count() for table in (GeneralMeeting, Attendance, AuditLine))


def open_(meeting: GeneralMeeting) -> None:
    services.open_meeting(meeting, at=now(), by=SYSTEM)


def end(meeting: GeneralMeeting) -> None:
    services.end_meeting(meeting, at=now(), by=SYSTEM)


def give_up(meeting: GeneralMeeting) -> None:
    services.record_not_held(meeting, at=now(), by=SYSTEM)


def call_off(meeting: GeneralMeeting) -> None:
    services.cancel_meeting(meeting, reason="태풍", at=now(), by=SYSTEM)


STEPS = {rules.OPEN: open_, rules.ENDED: end, rules.NOT_HELD: give_up, rules.CANCELLED: call_off}


@pytest.mark.parametrize("state", rules.MEETING_STATES)
@pytest.mark.parametrize("wanted", rules.MEETING_STATES)
def test_a_meeting_goes_only_where_its_table_says(state: str, wanted: str) -> None:
    if (state, wanted) in ALLOWED:
        rules.ensure_may_become(state, wanted)
    else:
        with pytest.raises(rules.WrongState):
            rules.ensure_may_become(state, wanted)


@pytest.mark.parametrize("wanted", STEPS)
@pytest.mark.parametrize("state", rules.MEETING_STATES)
def test_the_services_obey_the_table(app: Flask, clock: Clock, state: str, wanted: str) -> None:
    meeting, _ = seated(voting(), 3, 2, state)
    if wanted == rules.NOT_HELD:
        move_past(clock, meeting.round, rounds.COMMITTEE_VOTE)
    before = census()
    if (state, wanted) in ALLOWED:
        STEPS[wanted](meeting)
        assert meeting.state == wanted
        return
    with pytest.raises(rules.WrongState):
        STEPS[wanted](meeting)
    assert meeting.state == state
    assert census() == before


def test_a_general_meeting_that_was_called_off_is_planned_again_and_its_notice_begins_anew(app: Flask) -> None:
    """Even for the same hour: nobody was to come then any more. Nobody who had signed in is there."""
    meeting, members = seated(voting(), 3, 3, rules.PLANNED)
    call_off(meeting)
    assert (meeting.state, meeting.cancel_reason, meeting.attendances) == (rules.CANCELLED, "태풍", [])
    with pytest.raises(rules.WrongState):
        services.record_arrival(meeting, members[0], at=now(), by=SYSTEM)
    same = {"place": meeting.place, "starts_at": meeting.starts_at}
    services.move_meeting(meeting, **same, at=now(), by=SYSTEM)
    assert (meeting.state, meeting.cancel_reason, len(meeting.invitations)) == (rules.PLANNED, None, 2)
    for member in members:
        services.record_arrival(meeting, member, at=now(), by=SYSTEM)
    with pytest.raises(agenda_rules.NoticeTooShort):
        open_(meeting)


def test_geumcheon_2013_a_meeting_of_18_of_40_cannot_be_opened(app: Flask) -> None:
    meeting, _ = seated(voting(), 40, 18, rules.PLANNED)
    before = census()
    with pytest.raises(rules.NoQuorum) as refusal:
        open_(meeting)
    assert (refusal.value.present, refusal.value.needed, refusal.value.enrolled) == (18, 21, 40)
    assert (meeting.state, meeting.opened_at) == (rules.PLANNED, None)
    assert census() == before


def test_with_21_of_40_it_can(app: Flask) -> None:
    meeting, _ = seated(voting(), 40, 21, rules.PLANNED)
    open_(meeting)
    line = db.session.query(AuditLine).filter_by(action="meeting.open").one()
    assert line.fields == {"enrolled": 40, "present": 21}


@pytest.mark.parametrize("after", [timedelta(microseconds=-1), timedelta(days=11)])
def test_a_meeting_is_opened_in_the_committees_phase_only(app: Flask, after: timedelta) -> None:
    """Opened before and ended by a careless click, it would take the committee its vote."""
    meeting, _ = seated(voting(), 3, 3, rules.PLANNED)
    vote = rounds.find_period(meeting.round.phases, rounds.COMMITTEE_VOTE)
    assert vote is not None
    at, before = vote.starts_at + after, census()
    with pytest.raises(rounds.OutsidePhase):
        services.open_meeting(meeting, at=at, by=SYSTEM)
    assert (meeting.state, meeting.opened_at, census()) == (rules.PLANNED, None, before)
    services.open_meeting(meeting, at=at - after, by=SYSTEM)
    assert meeting.state == rules.OPEN


@pytest.mark.parametrize("step", [open_, give_up])
@pytest.mark.parametrize("state", [rounds.CALLED, rounds.CLOSED])
def test_without_a_ballot_to_fill_in_no_meeting_is_opened_or_given_up(
    app: Flask, clock: Clock, state: str, step: Callable[[GeneralMeeting], None]
) -> None:
    meeting, _ = seated(factories.round_(state=state, running=rounds.COMMITTEE_VOTE), 3, 3, rules.PLANNED)
    if step is give_up:
        move_past(clock, meeting.round, rounds.COMMITTEE_VOTE)
    before = census()
    with pytest.raises(rounds.WrongState):
        step(meeting)
    assert (meeting.state, census()) == (rules.PLANNED, before)


def test_a_meeting_that_never_had_its_quorum_is_recorded_as_not_held(app: Flask, clock: Clock) -> None:
    meeting, _ = seated(voting(), 40, 18, rules.PLANNED)
    move_past(clock, meeting.round, rounds.COMMITTEE_VOTE)
    give_up(meeting)
    assert (meeting.state, meeting.opened_at, meeting.ended_at is None) == (rules.NOT_HELD, None, False)
    assert (meeting.enrolled_at_close, meeting.present_at_close) == (40, 18)
    line = db.session.query(AuditLine).filter_by(action="meeting.not_held").one()
    assert line.fields == {"enrolled": 40, "present": 18}


def test_while_the_committee_may_still_meet_nobody_gives_its_meeting_up(app: Flask) -> None:
    """The database's clock says so, whatever the hour of the worker."""
    meeting, _ = seated(voting(), 3, 1, rules.PLANNED)
    vote = rounds.find_period(meeting.round.phases, rounds.COMMITTEE_VOTE)
    assert vote is not None
    fast, before = vote.ends_at + timedelta(days=1), census()
    with pytest.raises(rules.MayStillMeet):
        services.record_not_held(meeting, at=fast, by=SYSTEM)
    assert (meeting.state, meeting.ended_at, meeting.present_at_close) == (rules.PLANNED, None, None)
    assert census() == before


def test_the_quorum_is_of_those_enrolled_today(app: Flask) -> None:
    """Of 40, four are dismissed: 19 of 36 are enough."""
    meeting, members = seated(voting(), 40, 19, rules.PLANNED)
    for member in members[-4:]:
        services.dismiss_member(member, on=seoul_day(now()), ground="own_wish", reason="사임", at=now(), by=SYSTEM)
    here = queries.presence(meeting, now())
    assert (here.enrolled, here.present, here.needed) == (36, 19, quorum_of(36))
    open_(meeting)


def test_a_dismissed_member_at_the_door_makes_no_quorum(app: Flask) -> None:
    meeting, members = seated(voting(), 4, 3, rules.PLANNED)
    services.dismiss_member(members[0], on=seoul_day(now()), ground="own_wish", reason="사임", at=now(), by=SYSTEM)
    here = queries.presence(meeting, now())
    assert (here.enrolled, here.present) == (3, 2)


def test_who_leaves_no_longer_counts_and_who_comes_back_does(app: Flask) -> None:
    meeting, (member, *_) = seated(voting(), 3, 2)
    services.record_leaving(meeting, member, at=now(), by=SYSTEM)
    assert queries.presence(meeting, now()).present == 1
    first = db.session.get(Attendance, (meeting.id, member.id)).arrived_at
    services.record_arrival(meeting, member, at=now(), by=SYSTEM)
    assert queries.presence(meeting, now()).present == 2
    assert db.session.get(Attendance, (meeting.id, member.id)).arrived_at == first


def test_arriving_twice_is_arriving_once(app: Flask) -> None:
    meeting, members = seated(voting(), 3, 1)
    services.record_arrival(meeting, members[2], at=now(), by=SYSTEM)
    after = census()
    services.record_arrival(meeting, members[2], at=now(), by=SYSTEM)
    assert census() == after


def test_nobody_leaves_who_was_not_there(app: Flask) -> None:
    meeting, members = seated(voting(), 3, 1)
    before = census()
    with pytest.raises(rules.NotPresent):
        services.record_leaving(meeting, members[2], at=now(), by=SYSTEM)
    assert census() == before


def test_strangers_are_not_signed_in_at_the_door(app: Flask) -> None:
    meeting, _ = seated(voting(), 3, 1)
    stranger = factories.member(factories.programme("other"))
    before = census()
    with pytest.raises(rules.NotAMember):
        services.record_arrival(meeting, stranger, at=now(), by=SYSTEM)
    assert census() == before


@pytest.mark.parametrize("state", [rules.ENDED, rules.NOT_HELD])
@pytest.mark.parametrize("record", [services.record_arrival, services.record_leaving])
def test_the_attendance_of_a_meeting_that_is_over_is_closed(app: Flask, record, state: str) -> None:
    meeting, (member, *_) = seated(voting(), 3, 1, state)
    before = census()
    with pytest.raises(rules.WrongState):
        record(meeting, member, at=now(), by=SYSTEM)
    assert census() == before


@pytest.mark.parametrize(("present", "quorate"), [(2, True), (1, False)])
def test_a_meeting_ends_with_its_numbers_quorate_or_not(app: Flask, present: int, quorate: bool) -> None:
    meeting, _ = seated(voting(), 3, present)
    end(meeting)
    assert (meeting.enrolled_at_close, meeting.present_at_close) == (3, present)
    line = db.session.query(AuditLine).filter_by(action="meeting.end").one()
    assert line.fields == {"enrolled": 3, "present": present, "quorate": quorate}


def test_a_round_has_one_meeting_within_its_committees_phase(app: Flask, clock: Clock) -> None:
    round_ = voting()
    before = census()
    with pytest.raises(rounds.OutsidePhase):
        services.plan_meeting(round_, place="대강당", starts_at=now() - timedelta(days=2), at=now(), by=SYSTEM)
    assert census() == before
    meeting = services.plan_meeting(round_, place="대강당", starts_at=now(), at=now(), by=SYSTEM)
    assert queries.get_meeting(round_.id) == meeting
    after = census()
    with pytest.raises(rules.MeetingPlanned):
        services.plan_meeting(round_, place="소강당", starts_at=now(), at=now(), by=SYSTEM)
    assert census() == after


def test_a_meeting_moves_until_it_is_opened_and_its_quorum_comes_to_where_it_is_held(app: Flask) -> None:
    meeting, members = seated(voting(), 3, 2, rules.PLANNED)
    services.move_meeting(meeting, place="구의회", starts_at=now(), at=now(), by=SYSTEM)
    line = db.session.query(AuditLine).filter_by(action="meeting.move").one()
    assert (line.fields["signed_out"], db.session.query(Attendance).count()) == (2, 0)
    with pytest.raises(rules.NoQuorum):
        services.open_meeting(meeting, short_notice="대강당 누수", at=now(), by=SYSTEM)
    for member in members[:2]:
        services.record_arrival(meeting, member, at=now(), by=SYSTEM)
    services.open_meeting(meeting, short_notice="대강당 누수", at=now(), by=SYSTEM)
    with pytest.raises(rules.WrongState):
        services.move_meeting(meeting, place="대강당", starts_at=now(), at=now(), by=SYSTEM)
    assert meeting.place == "구의회"
