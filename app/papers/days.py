"""A polling station's day: opened with so many papers, counted by an officer, confirmed by staff where it is uneven."""

from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from app.audit import services as audit
from app.ballots import services as casting
from app.clock import seoul_day
from app.database import db, hold, lock, lock_name, transaction
from app.papers import queries, rules
from app.papers.models import DayBook
from app.people.models import Account
from app.roll.models import RollEntry
from app.stations import queries as stations
from app.stations.models import PollingStation
from app.stations.rules import NotOnDuty

OPEN = audit.declare("day.open", "station", "on_day", "papers", "first_number", "began_with")
HAND_OUT = audit.declare("paper.hand_out", "station")  # names nobody: beside the hour it would tell who voted
EXCHANGE = audit.declare("paper.exchange", "station", "spoiled")
COUNT = audit.declare("day.count", "station", "on_day", "faults", "papers_unused", "in_box")
CONFIRM = audit.declare("day.confirm", "station", "on_day", "faults")


def open_day(station: PollingStation, papers: int, first_number: int, *, at: datetime, by: Account) -> DayBook:
    """`papers`: blank ones that the station was given, the first of which is the `first_number`-th. Nobody should have
    voted there yet; how many have is kept. Raises NotOnDuty, NotAStationDay, DayOpenAlready."""
    station_id, day, actor = station.id, seoul_day(at), by.actor
    _ensure_on_duty(station_id, by, at)
    if day not in {one.on_day for one in stations.list_days(station_id)}:
        raise rules.NotAStationDay
    book = DayBook(
        station_id=station_id,
        on_day=day,
        state=rules.OPEN,
        papers_received=papers,
        first_number=first_number,
        spoiled=0,
        opened_by=by.id,
        opened_at=at,
        explanation="",
    )
    try:
        with transaction():
            lock_name(f"day of station {station_id}")
            began = sum(queries.count_people(station_id, day).values())
            book.began_with = began
            db.session.add(book)
            db.session.flush()
            fields = {"papers": papers, "first_number": first_number, "began_with": began}
            audit.record(OPEN, station_id, at=at, by=actor, on_day=day.isoformat(), **fields)
    except IntegrityError as error:
        raise rules.DayOpenAlready from error
    return book


def ensure_open(station_id: int, at: datetime) -> None:
    """For whoever lets somebody vote at the station; within a transaction the day stays open until the commit. Raises
    DayNotOpen, DayShut."""
    book = queries.find_book(station_id, seoul_day(at))
    rules.ensure_open(hold(book).state if book else None)


def hand_out(station: PollingStation, entry: RollEntry, *, at: datetime, by: Account) -> int:
    """Ticks the entry for a paper; only then is it handed over. Nothing ever takes the tick back. The how many-th paper
    of the station's day it is, by count alone.

    Raises NotOnDuty, DayNotOpen, DayShut, NoPapersLeft, and what `ballots.services.tick_for_paper` raises.
    """
    station_id, round_id, actor = station.id, station.round_id, by.actor
    _ensure_on_duty(station_id, by, at)
    with transaction():
        book = _lock_open(station_id, seoul_day(at))

        def admit(_at: datetime) -> None:
            if queries.count_left(book) < 1:
                raise rules.NoPapersLeft

        casting.tick_for_paper(round_id, entry, station_id=station_id, admit=admit)
        audit.record(HAND_OUT, station_id, at=_hour(at), by=actor)
        return book.first_number + book.papers_received - queries.count_left(book) - 1


def exchange(station: PollingStation, *, at: datetime, by: Account) -> int:
    """A spoiled paper for a new one: counted, and the roll stays as it is. How many today.

    Raises NotOnDuty, DayNotOpen, DayShut, NoPapersLeft.
    """
    station_id, actor = station.id, by.actor
    _ensure_on_duty(station_id, by, at)
    with transaction():
        book = _lock_open(station_id, seoul_day(at))
        if queries.count_left(book) < 1:
            raise rules.NoPapersLeft
        book.spoiled += 1
        db.session.flush()
        audit.record(EXCHANGE, station_id, at=_hour(at), by=actor, spoiled=book.spoiled)
        return book.spoiled


def count_day(book: DayBook, papers_unused: int, in_box: int, why: str, *, at: datetime, by: Account) -> DayBook:
    """Closes the day where all adds up; else it waits for staff, with the officer's words.

    Raises NotOnDuty, DayShut, PinsOpen; DayUneven without words.
    """
    _ensure_on_duty(book.station_id, by, at)
    return _count(book, papers_unused, in_box, why, late=False, at=at, by=by)


def count_late(book: DayBook, papers_unused: int, in_box: int, why: str, *, at: datetime, by: Account) -> DayBook:
    """By staff, where a day has gone by and no officer has counted it: somebody else has to confirm it, whether or not
    its numbers add up. Raises DayStillRuns, DayShut, PinsOpen; DayUneven without words."""
    if book.on_day >= seoul_day(at):
        raise rules.DayStillRuns
    return _count(book, papers_unused, in_box, why, late=True, at=at, by=by)


def _count(
    book: DayBook, papers_unused: int, in_box: int, why: str, *, late: bool, at: datetime, by: Account
) -> DayBook:
    actor, account_id = by.actor, by.id
    with transaction():
        lock(book)
        rules.ensure_open(book.state)
        lock(db.session.get_one(PollingStation, book.station_id))
        if pins := stations.count_open_pins(book.station_id, at):
            raise rules.PinsOpen(pins)
        figures = queries.look_at_day(book, papers_unused=papers_unused, in_box=in_box)
        faults = rules.list_faults(figures)
        waits = late or bool(faults)
        if waits and not why:
            raise rules.DayUneven(faults)
        for name, number in figures._asdict().items():
            setattr(book, name, number)
        book.counted_by, book.counted_at, book.explanation = account_id, at, why
        book.state, book.closed_at = (rules.COUNTED, None) if waits else (rules.CLOSED, at)
        db.session.flush()
        day = {"on_day": book.on_day.isoformat(), "papers_unused": papers_unused, "in_box": in_box}
        audit.record(COUNT, book.station_id, at=at, by=actor, faults=" ".join(faults), **day)
    return book


def confirm_day(book: DayBook, *, at: datetime, by: Account) -> None:
    """Somebody else at the office has read why a day is uneven, or was counted late.

    Raises NothingToConfirm, SameOfficer.
    """
    actor, account_id = by.actor, by.id
    with transaction():
        lock(book)
        if book.state != rules.COUNTED:
            raise rules.NothingToConfirm
        if book.counted_by == account_id:
            raise rules.SameOfficer
        book.state, book.confirmed_by, book.closed_at = rules.CLOSED, account_id, at
        db.session.flush()
        day = book.on_day.isoformat()
        audit.record(CONFIRM, book.station_id, at=at, by=actor, on_day=day, faults=" ".join(book.faults))


def _lock_open(station_id: int, day: date) -> DayBook:
    """Raises DayNotOpen, DayShut."""
    book = queries.find_book(station_id, day)
    rules.ensure_open(lock(book).state if book else None)
    assert book is not None
    return book


def _ensure_on_duty(station_id: int, officer: Account, at: datetime) -> None:
    if stations.find_shift(station_id, officer.id, at) is None:
        raise NotOnDuty


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
