from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.audit.models import SYSTEM, AuditLine
from app.clock import now
from app.committee import agenda, minutes, queries, services
from app.committee import agenda_rules as rules
from app.committee import rules as meetings
from app.committee.agenda_rules import Hands
from app.committee.models import AgendaItem, CommitteeMember, GeneralMeeting, ItemAttendance
from app.database import db
from app.rounds import rules as rounds
from tests import factories
from tests.ballots.elections import seated


def hall(enrolled: int, present: int, state: str = meetings.OPEN) -> tuple[GeneralMeeting, list[CommitteeMember]]:
    round_ = factories.round_(state=rounds.BALLOT_PUBLISHED, running=rounds.COMMITTEE_VOTE)
    return seated(round_, enrolled, present, state)


def census() -> tuple[object, ...]:
    db.session.rollback()
    rows = db.session.query(AgendaItem).order_by(AgendaItem.id)
    items = [(row.id, row.position, row.state, row.outcome) for row in rows]
    return items, *(db.session.query(table).count() for table in (ItemAttendance, AuditLine))


def begin(item: AgendaItem) -> None:
    agenda.begin_item(item, at=now(), by=SYSTEM)


def close(item: AgendaItem) -> None:
    agenda.close_item(item, at=now(), by=SYSTEM)


def decide(item: AgendaItem, *hands: int, recused: tuple[int, ...] = ()) -> None:
    agenda.decide_item(item, Hands(*(hands or (1, 0, 0))), recused=recused, at=now(), by=SYSTEM)


def leave(meeting: GeneralMeeting, member: CommitteeMember) -> None:
    services.record_leaving(meeting, member, at=now(), by=SYSTEM)


STEPS: dict[str, Callable[[AgendaItem], None]] = {"begin": begin, "close": close, "decide": decide}
WALK = {rules.TO_COME: ("begin",), rules.UNDER_DISCUSSION: ("close", "decide"), rules.CLOSED: ()}


def test_an_item_goes_only_where_its_table_says(app: Flask) -> None:
    item = factories.item(hall(3, 3)[0])
    for state, allowed in WALK.items():
        assert item.state == state
        before = census()
        for name, step in STEPS.items():
            if name not in allowed:
                with pytest.raises(rules.ItemWrongState):
                    step(item)
        assert census() == before
        for name in allowed[:1]:
            STEPS[name](item)


@pytest.mark.parametrize("state", [meetings.PLANNED, meetings.ENDED])
def test_nothing_is_discussed_outside_the_meeting(app: Flask, state: str) -> None:
    meeting, _ = hall(3, 3, state)
    item, up = factories.item(meeting), factories.item(meeting, state=rules.UNDER_DISCUSSION)
    before = census()
    for step, one in ((begin, item), (close, up), (decide, up)):
        with pytest.raises(meetings.MeetingNotOpen):
            step(one)
    assert census() == before


def test_one_item_at_a_time_is_under_discussion(app: Flask) -> None:
    meeting, _ = hall(3, 3)
    first, second = factories.item(meeting, kind=rules.REPORT), factories.item(meeting)
    begin(first)
    before = census()
    with pytest.raises(rules.OtherItemUp):
        begin(second)
    with pytest.raises(rules.OtherItemUp):
        services.end_meeting(meeting, at=now(), by=SYSTEM)
    assert (census(), meeting.state) == (before, meetings.OPEN)
    close(first)
    begin(second)


def test_the_agenda_is_put_together_until_the_meeting_is_opened(app: Flask) -> None:
    meeting, _ = hall(3, 3, meetings.PLANNED)
    late: dict[str, Any] = {"reason": "늦게 들어온 보고", "at": now(), "by": SYSTEM}
    titles = {"보고": rules.REPORT, "투표": rules.BALLOT, "규칙": rules.DECISION}
    for title, kind in titles.items():
        agenda.add_item(meeting, kind=kind, title=title, **late)
    report, vote, other = queries.list_items(meeting)
    agenda.move_item(other, up=True, **late)
    agenda.move_item(report, up=True, **late)  # is first
    assert [item.title for item in queries.list_items(meeting)] == ["보고", "규칙", "투표"]
    agenda.remove_item(report, **late)
    services.open_meeting(meeting, at=now(), by=SYSTEM)
    before = census()
    for act in (
        lambda: agenda.add_item(meeting, kind=rules.DECISION, title="갑자기", **late),
        lambda: agenda.move_item(vote, up=True, **late),
        lambda: agenda.remove_item(other, **late),
    ):
        with pytest.raises(rules.AgendaFrozen):
            act()
    assert census() == before


def test_an_announced_agenda_is_changed_with_a_reason_only_and_the_reason_stays(app: Flask) -> None:
    meeting, _ = hall(3, 3, meetings.PLANNED)
    first, second = factories.item(meeting), factories.item(meeting)
    before, at = census(), now()
    for act in (
        lambda: agenda.add_item(meeting, kind=rules.REPORT, title="늦은 보고", at=at, by=SYSTEM),
        lambda: agenda.move_item(second, up=True, at=at, by=SYSTEM),
        lambda: agenda.remove_item(first, at=at, by=SYSTEM),
    ):
        with pytest.raises(rules.AgendaAnnounced):
            act()
    assert (census(), meeting.agenda_changes) == (before, [])
    agenda.remove_item(first, reason="제출 부서가 거둠", at=at, by=SYSTEM)
    agenda.add_item(meeting, kind=rules.REPORT, title="늦은 보고", reason="급한 보고", at=at, by=SYSTEM)
    assert [(one.number, one.act, one.title, one.reason) for one in meeting.agenda_changes] == [
        (1, rules.REMOVE, "안건 1", "제출 부서가 거둠"),
        (2, rules.ADD, "늦은 보고", "급한 보고"),
    ]
    with pytest.raises(DatabaseError, match="never changed"), db.engine.begin() as connection:
        connection.execute(text("UPDATE agenda_change SET reason = 'x'"))


def test_the_vote_on_projects_stands_on_the_agenda_once(app: Flask) -> None:
    meeting, _ = hall(3, 3, meetings.PLANNED)
    factories.item(meeting, kind=rules.BALLOT)
    before = census()
    with pytest.raises(rules.BallotOnAgenda):
        agenda.add_item(meeting, kind=rules.BALLOT, title="또", reason="늦음", at=now(), by=SYSTEM)
    assert census() == before


def test_a_meeting_whose_agenda_lacks_the_vote_is_not_opened(app: Flask) -> None:
    meeting, _ = hall(3, 3, meetings.PLANNED)
    factories.item(meeting, kind=rules.REPORT)
    before = census()
    with pytest.raises(rules.BallotMissing):
        services.open_meeting(meeting, at=now(), by=SYSTEM)
    assert (meeting.state, census()) == (meetings.PLANNED, before)


def test_geumcheon_2013_with_18_of_40_an_item_is_neither_begun_nor_decided(app: Flask) -> None:
    """21 were there when it began, three went home: what is decided now would be void."""
    meeting, members = hall(40, 21)
    item, next_item = factories.item(meeting), factories.item(meeting)
    begin(item)
    for member in members[:3]:
        leave(meeting, member)
    before = census()
    with pytest.raises(meetings.NoQuorum) as refusal:
        decide(item, 18, 0, 0)
    assert (refusal.value.present, refusal.value.needed, refusal.value.enrolled) == (18, 21, 40)
    assert census() == before
    close(item)
    assert (item.outcome, item.present, item.enrolled) == (None, 18, 40)
    before = census()
    with pytest.raises(meetings.NoQuorum):
        begin(next_item)
    assert census() == before


def test_who_comes_back_brings_the_quorum_back(app: Flask) -> None:
    meeting, (first, *_) = hall(3, 2)
    item = factories.item(meeting)
    begin(item)
    leave(meeting, first)
    with pytest.raises(meetings.NoQuorum):
        decide(item)
    services.record_arrival(meeting, first, at=now(), by=SYSTEM)
    decide(item, 2, 0, 0)
    assert (item.outcome, item.present) == (rules.ADOPTED, 2)


@pytest.mark.parametrize(
    ("hands", "outcome"),
    [
        ((3, 2, 0), rules.ADOPTED),
        ((3, 0, 0), rules.ADOPTED),
        ((2, 0, 3), rules.REJECTED),
        ((2, 1, 0), rules.REJECTED),
        ((0, 5, 0), rules.REJECTED),
    ],
)
def test_a_majority_of_the_five_present_decides(hands: tuple[int, int, int], outcome: str) -> None:
    assert rules.outcome_of(Hands(*hands), 5) == outcome


def test_half_is_no_majority() -> None:
    assert rules.outcome_of(Hands(2, 1, 1), 4) == rules.REJECTED


@pytest.mark.parametrize("hands", [(4, 1, 1), (-1, 3, 0), (0, 0, 6)])
def test_no_more_hands_than_members(app: Flask, hands: tuple[int, int, int]) -> None:
    meeting, _ = hall(5, 5)
    item = factories.item(meeting, state=rules.UNDER_DISCUSSION)
    before = census()
    with pytest.raises(rules.HandsDoNotAddUp):
        decide(item, *hands)
    assert census() == before


def test_who_was_there_is_kept_item_by_item(app: Flask) -> None:
    meeting, members = hall(4, 4)
    first, second = factories.item(meeting), factories.item(meeting)
    begin(first)
    decide(first, 3, 1, 0)
    leave(meeting, members[0])
    begin(second)
    decide(second, 1, 2, 0)
    there = [{one.member_id for one in item.attendances} for item in (first, second)]
    assert there == [{member.id for member in members}, {member.id for member in members[1:]}]
    assert (first.outcome, second.outcome) == (rules.ADOPTED, rules.REJECTED)


def test_a_recused_member_is_not_counted_in_that_item(app: Flask) -> None:
    """Of four present one steps aside: three may vote, and two are their majority."""
    meeting, members = hall(4, 4)
    item = factories.item(meeting)
    begin(item)
    with pytest.raises(rules.HandsDoNotAddUp):
        decide(item, 4, 0, 0, recused=(members[0].id,))
    decide(item, 2, 1, 0, recused=(members[0].id,))
    assert (item.present, item.may_vote, item.outcome) == (4, 3, rules.ADOPTED)
    assert [one.member_id for one in item.attendances if one.is_recused] == [members[0].id]


def test_without_its_recused_members_an_item_may_lack_its_quorum(app: Flask) -> None:
    meeting, members = hall(4, 3)
    item = factories.item(meeting, state=rules.UNDER_DISCUSSION)
    before = census()
    with pytest.raises(meetings.NoQuorum):
        decide(item, 2, 0, 0, recused=(members[0].id,))
    with pytest.raises(rules.NotThere):
        decide(item, 2, 0, 0, recused=(members[3].id,))
    assert census() == before


@pytest.mark.parametrize("kind", [rules.BALLOT, rules.REPORT])
def test_only_decisions_are_decided_by_hand(app: Flask, kind: str) -> None:
    meeting, _ = hall(3, 3)
    item = factories.item(meeting, kind=kind, state=rules.UNDER_DISCUSSION)
    before = census()
    with pytest.raises(rules.NotToBeDecided):
        decide(item)
    assert census() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE agenda_item SET votes_for = 0",
        "DELETE FROM item_attendance",
        "UPDATE item_attendance SET is_recused = NOT is_recused",
        "UPDATE meeting_invitation SET members = 1",
    ],
)
def test_the_database_keeps_what_was_decided_and_who_was_there(app: Flask, statement: str) -> None:
    meeting, _ = hall(3, 3)
    item = factories.item(meeting)
    begin(item)
    decide(item, 3, 0, 0)
    before = census()
    with pytest.raises(DatabaseError, match="frozen|never changed"), db.engine.begin() as connection:
        connection.execute(text(statement))
    assert census() == before


def test_minutes_are_written_after_the_meeting_and_not_changed_when_they_are_out(app: Flask) -> None:
    meeting, _ = hall(3, 3)
    with pytest.raises(rules.MinutesTooEarly):
        minutes.publish_minutes(meeting, at=now(), by=SYSTEM)
    services.end_meeting(meeting, at=now() + timedelta(minutes=1), by=SYSTEM)
    minutes.write_minutes(meeting, "개회 선언", at=now(), by=SYSTEM)
    minutes.publish_minutes(meeting, at=now(), by=SYSTEM)
    before = census()
    with pytest.raises(rules.MinutesPublished):
        minutes.write_minutes(meeting, "고침", at=now(), by=SYSTEM)
    with pytest.raises(rules.MinutesPublished):
        minutes.publish_minutes(meeting, at=now(), by=SYSTEM)
    assert (meeting.minutes, census()) == ("개회 선언", before)
    with pytest.raises(DatabaseError, match="frozen"), db.engine.begin() as connection:
        connection.execute(text("UPDATE meeting SET minutes = 'x'"))
