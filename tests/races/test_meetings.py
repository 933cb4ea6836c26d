"""Several of the staff close the same item, publish the same minutes, or put a member into two sub-committees, at once.

The controls look without holding the rows, as a careless server would: then all of them may.
"""

from threading import Barrier

from flask import Flask

from app.audit.models import SYSTEM
from app.clock import now, seoul_day
from app.committee import agenda, agenda_rules, minutes, rules, subcommittee_queries, subcommittees
from app.committee import subcommittee_rules as seats
from app.committee.agenda_rules import Hands
from app.committee.models import AgendaItem, CommitteeMeeting, CommitteeMember, Subcommittee, SubcommitteeSeat
from app.database import db
from tests import factories
from tests.races.test_cast import at_once
from tests.results.elections import actions

THREADS = 4


def meeting_of_three(state: str = rules.OPEN) -> CommitteeMeeting:
    members = [factories.member() for _ in range(3)]
    meeting = factories.committee_meeting(factories.subcommittee(members[0].programme, *members), state=state)
    for member in members:
        factories.attendance(meeting, member)
    return meeting


def item_up() -> int:
    return factories.item(meeting_of_three(), state=agenda_rules.UNDER_DISCUSSION).id


def test_an_item_that_several_close_at_once_is_closed_once_with_the_numbers_of_one(app: Flask) -> None:
    """Each comes with other numbers; who comes second is told that it was decided."""
    item_id = item_up()

    def decide(n: int, barrier: Barrier) -> str:
        mine = db.session.get_one(AgendaItem, item_id)
        db.session.rollback()
        barrier.wait(30)
        try:
            if n:
                agenda.decide_item(mine, Hands(n - 1, 0, 0), at=now(), by=SYSTEM)
            else:
                agenda.close_item(mine, at=now(), by=SYSTEM)
        except agenda_rules.ItemWrongState:
            return "closed already"
        return "closed"

    assert at_once(app, decide, THREADS) == {"closed": 1, "closed already": THREADS - 1}
    item = db.session.get_one(AgendaItem, item_id)
    assert (item.state, len(item.attendances)) == (agenda_rules.CLOSED, 3)
    assert len(actions("agenda.decide") + actions("agenda.close")) == 1


def test_control_who_looks_without_holding_the_meeting_finds_the_item_open(app: Flask) -> None:
    item_id = item_up()

    def look(_n: int, barrier: Barrier) -> str:
        state = db.session.get_one(AgendaItem, item_id).state
        barrier.wait(30)
        return "may close" if state == agenda_rules.UNDER_DISCUSSION else "closed already"

    assert at_once(app, look, THREADS) == {"may close": THREADS}


def approved() -> int:
    meeting = meeting_of_three(rules.ENDED)
    chair = next(seat.member for seat in meeting.subcommittee.seats if seat.is_chair) if meeting.subcommittee else None
    assert chair is not None
    minutes.approve_minutes(meeting, chair.account, read=minutes.digest(""), at=now())
    return meeting.id


def test_minutes_that_several_publish_at_once_are_published_once(app: Flask) -> None:
    meeting_id = approved()

    def publish(_n: int, barrier: Barrier) -> str:
        mine = db.session.get_one(CommitteeMeeting, meeting_id)
        db.session.rollback()
        barrier.wait(30)
        try:
            minutes.publish_minutes(mine, at=now(), by=SYSTEM)
        except agenda_rules.MinutesPublished:
            return "out already"
        return "out"

    assert at_once(app, publish, THREADS) == {"out": 1, "out already": THREADS - 1}
    assert actions("minutes.publish") == ["minutes.publish"]


def test_control_who_looks_without_holding_the_meeting_finds_a_draft(app: Flask) -> None:
    meeting_id = approved()

    def look(_n: int, barrier: Barrier) -> str:
        out = db.session.get_one(CommitteeMeeting, meeting_id).minutes_published_at
        barrier.wait(30)
        return "may publish" if out is None else "out already"

    assert at_once(app, look, THREADS) == {"may publish": THREADS}


def one_for_several() -> tuple[int, list[int]]:
    """A member, and sub-committees of a committee that allows one to each."""
    member = factories.member()
    rows = [factories.subcommittee(member.programme, name=f"분과 {n}").id for n in range(THREADS)]
    subcommittees.set_settings(member.programme, notice_days=7, one_subcommittee=True, at=now(), by=SYSTEM)
    return member.id, rows


def test_a_member_who_is_put_into_several_sub_committees_at_once_belongs_to_one(app: Flask) -> None:
    member_id, rows = one_for_several()

    def join(n: int, barrier: Barrier) -> str:
        mine, me = db.session.get_one(Subcommittee, rows[n]), db.session.get_one(CommitteeMember, member_id)
        db.session.rollback()
        barrier.wait(30)
        try:
            subcommittees.join(mine, me, on=seoul_day(now()), ground="own_wish", at=now(), by=SYSTEM)
        except seats.OneSubcommittee:
            return "in another"
        return "joined"

    assert at_once(app, join, THREADS) == {"joined": 1, "in another": THREADS - 1}
    assert db.session.query(SubcommitteeSeat).count() == 1


def test_control_who_looks_without_holding_the_programme_finds_the_member_free(app: Flask) -> None:
    member_id, _ = one_for_several()

    def look(_n: int, barrier: Barrier) -> str:
        held = subcommittee_queries.list_open_seats(db.session.get_one(CommitteeMember, member_id), seoul_day(now()))
        barrier.wait(30)
        return "in another" if held else "may join"

    assert at_once(app, look, THREADS) == {"may join": THREADS}
