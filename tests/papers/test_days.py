"""A polling station's day: papers handed out after the tick, and numbers that add up or are explained to somebody."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.ballots import rules as casting
from app.ballots.models import IntakeBallot, Participation
from app.clock import Clock, now
from app.database import db
from app.papers import days, queries, rules
from app.papers.models import DayBook
from app.stations.rules import NotOnDuty
from tests import factories
from tests.ballots.elections import census
from tests.papers import polls
from tests.papers.polls import close_day, entry, hand_out, open_day, polling, rows

# The rule is ours, and both databases keep it alike: asked once.
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_paper_is_a_tick_on_the_roll_and_no_ballot_and_its_number_is_a_count(app: Flask, clock: Clock) -> None:
    poll = polling(clock)
    book = open_day(poll)
    assert hand_out(poll, 3) == [1, 2, 3]
    assert (rows(Participation), rows(IntakeBallot)) == (3, 0)
    row = db.session.query(Participation).first()
    assert row is not None
    assert (row.channel, row.station_id, row.cast_hour.minute) == ("paper", poll.station.id, 0)
    assert queries.count_left(book) == polls.PAPERS - 3


def test_whoever_was_handed_a_paper_votes_in_no_other_way_and_whoever_voted_gets_none(app: Flask, clock: Clock) -> None:
    poll = polling(clock)
    open_day(poll)
    on_paper, on_phone = entry(poll.round), entry(poll.round)
    days.hand_out(poll.station, on_paper, at=now(), by=poll.officer)
    polls.vote_on_phone(poll.round, on_phone)
    before = census()
    with pytest.raises(casting.AlreadyVoted):
        polls.vote_on_phone(poll.round, on_paper)
    for who in (on_paper, on_phone):
        with pytest.raises(casting.AlreadyVoted):
            days.hand_out(poll.station, who, at=now(), by=poll.officer)
    assert census() == before


@SQLITE
def test_a_spoiled_paper_is_exchanged_and_the_roll_stays_as_it_is(app: Flask, clock: Clock) -> None:
    poll = polling(clock)
    book = open_day(poll, 2)
    hand_out(poll)
    assert days.exchange(poll.station, at=now(), by=poll.officer) == 1
    assert (rows(Participation), book.spoiled) == (1, 1)
    before = census()
    with pytest.raises(rules.NoPapersLeft):
        hand_out(poll)
    with pytest.raises(rules.NoPapersLeft):
        days.exchange(poll.station, at=now(), by=poll.officer)
    assert census() == before


@SQLITE
def test_nothing_is_handed_out_before_the_day_is_opened_after_it_is_counted_or_off_duty(
    app: Flask, clock: Clock
) -> None:
    poll, stranger = polling(clock), factories.account("desk")
    before = census()
    with pytest.raises(rules.DayNotOpen):
        hand_out(poll)
    with pytest.raises(NotOnDuty):
        days.open_day(poll.station, 1, 1, at=now(), by=stranger)
    open_day(poll)
    with pytest.raises(rules.DayOpenAlready):
        open_day(poll)
    with pytest.raises(NotOnDuty):
        days.hand_out(poll.station, entry(poll.round), at=now(), by=stranger)
    close_day(poll, 0, polls.PAPERS)
    for act in (lambda: hand_out(poll), lambda: days.ensure_open(poll.station.id, now())):
        with pytest.raises(rules.DayShut):
            act()
    assert census() == before | {"audit_line": before["audit_line"] + 2}


@SQLITE
def test_an_even_day_closes_at_once_and_a_second_closing_changes_nothing(app: Flask, clock: Clock) -> None:
    poll = polling(clock)
    open_day(poll)
    hand_out(poll, 4)
    days.exchange(poll.station, at=now(), by=poll.officer)
    book = close_day(poll, 4, 5)
    assert (book.state, book.faults, book.people_paper) == (rules.CLOSED, (), 4)
    with pytest.raises(rules.DayShut):
        close_day(poll, 3, 6, "다시")
    db.session.rollback()
    assert book.in_box == 4
    with pytest.raises(rules.NothingToConfirm):
        days.confirm_day(book, at=now(), by=factories.account("staff"))


@SQLITE
def test_an_uneven_day_waits_for_words_and_for_somebody_else(app: Flask, clock: Clock) -> None:
    poll = polling(clock)
    book = open_day(poll)
    hand_out(poll, 4)
    with pytest.raises(rules.DayUneven) as error:
        close_day(poll, 3, 5)
    assert error.value.faults == ("papers", "in_box")
    db.session.rollback()
    assert book.state == rules.OPEN
    close_day(poll, 3, 5, "한 분이 투표지를 가지고 가셨고, 한 장이 찢어졌습니다.")
    assert (book.state, book.closed_at) == (rules.COUNTED, None)
    with pytest.raises(rules.SameOfficer):
        days.confirm_day(book, at=now(), by=poll.officer)
    staff = factories.account("staff")
    days.confirm_day(book, at=now(), by=staff)
    assert (book.state, book.confirmed_by) == (rules.CLOSED, staff.id)
    with pytest.raises(rules.NothingToConfirm):
        days.confirm_day(book, at=now(), by=factories.account("staff"))


def test_kiosks_and_helped_voters_are_counted_by_their_pins_and_an_open_pin_keeps_the_day_open(
    app: Flask, clock: Clock
) -> None:
    poll = polling(clock)
    kiosk = polls.kiosk_of(poll)
    open_day(poll)
    polls.vote_at(poll, kiosk)
    polls.vote_at(poll, kiosk, helped=True)
    polls.pins.issue_pin(poll.station, entry(poll.round), poll.officer, None, key=polls.KEY, at=now())
    with pytest.raises(rules.PinsOpen):
        close_day(poll, 0, polls.PAPERS)
    db.session.rollback()
    clock.offset += polls.pins.rules.PIN_LASTS
    book = close_day(poll, 0, polls.PAPERS)
    assert (book.people_kiosk, book.kiosk_pins, book.kiosk_spent) == (1, 2, 1)
    assert (book.people_assisted, book.assisted_pins, book.assisted_spent) == (1, 1, 1)
    assert book.state == rules.CLOSED


@SQLITE
def test_votes_before_the_opening_are_told(app: Flask, clock: Clock) -> None:
    poll = polling(clock)
    polls.vote_at(poll, polls.kiosk_of(poll))
    assert open_day(poll).began_with == 1
    with pytest.raises(rules.DayUneven) as error:
        close_day(poll, 0, polls.PAPERS)
    assert error.value.faults == ("began_with",)


def test_a_closed_day_is_never_changed(app: Flask, clock: Clock) -> None:
    poll = polling(clock)
    open_day(poll)
    close_day(poll, 0, polls.PAPERS)
    db.session.remove()
    for change in ("state = 'open', counted_at = NULL, closed_at = NULL", "in_box = 1", "explanation = 'x'"):
        with pytest.raises(DatabaseError, match="frozen"), db.engine.begin() as connection:
            connection.execute(text(f"UPDATE day_book SET {change}"))
    with pytest.raises(DatabaseError, match="frozen"), db.engine.begin() as connection:
        connection.execute(text("DELETE FROM day_book"))


def test_the_database_closes_no_uneven_day_for_one_person_alone(app: Flask, clock: Clock) -> None:
    poll = polling(clock)
    open_day(poll)
    hand_out(poll)
    close_day(poll, 0, 9, "가지고 가심")
    for change in ("confirmed_by = NULL", "confirmed_by = counted_by", "confirmed_by = opened_by, explanation = ''"):
        with pytest.raises(DatabaseError), db.engine.begin() as connection:
            connection.execute(text(f"UPDATE day_book SET state = 'closed', closed_at = counted_at, {change}"))
    assert rows(DayBook) == 1


@SQLITE
def test_a_day_that_went_by_uncounted_is_counted_by_staff_and_confirmed_by_somebody_else(
    app: Flask, clock: Clock
) -> None:
    poll = polling(clock)
    book = open_day(poll)
    hand_out(poll, 2)
    staff, other = (factories.account("staff", of=poll.round.programme) for _ in range(2))
    before = census()
    with pytest.raises(rules.DayStillRuns):
        days.count_late(book, polls.PAPERS - 2, 2, "담당자가 쓰러졌습니다.", at=now(), by=staff)
    clock.offset += timedelta(days=1)
    with pytest.raises(rules.DayUneven):  # nobody has said why
        days.count_late(book, polls.PAPERS - 2, 2, "", at=now(), by=staff)
    assert census() == before
    days.count_late(book, polls.PAPERS - 2, 2, "담당자가 쓰러졌습니다.", at=now(), by=staff)
    assert (book.state, book.faults) == (rules.COUNTED, ())
    with pytest.raises(rules.SameOfficer):
        days.confirm_day(book, at=now(), by=staff)
    days.confirm_day(book, at=now(), by=other)
    assert book.state == rules.CLOSED
    with pytest.raises(rules.DayShut):
        days.count_late(book, polls.PAPERS, 0, "다시", at=now(), by=staff)
