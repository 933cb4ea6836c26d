"""What a station's day comes to, and how far its papers are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from app.ballots import queries as ballots
from app.ballots import rules as casting
from app.ballots.models import Participation
from app.clock import seoul_day, start_of_day
from app.database import db
from app.errors import NotFound
from app.papers import rules
from app.papers.models import DayBook, KeyedSheet, PaperBatch
from app.people.models import Account
from app.programmes.models import Area
from app.rounds import rules as rounds
from app.rounds.models import Section
from app.stations import queries as stations
from app.stations.models import PollingStation
from app.stations.rules import ALONE

Where = tuple[int | None, date]  # station, day in Seoul


@dataclass(frozen=True)
class Progress:
    """Of a pile: sheets keyed by the first and the second keyer, sheets that differ, and those of them still to be
    settled. Numbers of sheets only: what differs can be seen on the paper."""

    first: int
    second: int
    differing: tuple[int, ...]
    unsettled: tuple[int, ...]
    papers: int

    @property
    def is_keyed(self) -> bool:
        return self.first == self.second == self.papers

    @property
    def is_settled(self) -> bool:
        return self.is_keyed and not self.unsettled


def find_book(station_id: int, on_day: date) -> DayBook | None:
    return db.session.scalar(select(DayBook).where(DayBook.station_id == station_id, DayBook.on_day == on_day))


def get_book(round_id: int, book_id: int) -> DayBook:
    """Raises NotFound."""
    book = db.session.get(DayBook, book_id)
    if book is None or book.station.round_id != round_id:
        raise NotFound(f"day {book_id}")
    return book


def list_books(round_id: int) -> Sequence[DayBook]:
    """Day by day, and within it by the stations' names."""
    return db.session.scalars(
        select(DayBook)
        .join(PollingStation)
        .where(PollingStation.round_id == round_id)
        .order_by(DayBook.on_day, PollingStation.name_ko)
    ).all()


def count_people(station_id: int, on_day: date) -> dict[str, int]:
    """channel → people who took part at the station on a day in Seoul, by the roll."""
    starts = start_of_day(on_day)
    rows = (
        select(Participation.channel, func.count())
        .where(Participation.station_id == station_id)
        .where(Participation.cast_hour >= starts, Participation.cast_hour < starts + timedelta(days=1))
        .group_by(Participation.channel)
    )
    return dict.fromkeys(casting.AT_A_STATION, 0) | {row[0]: row[1] for row in db.session.execute(rows)}


def count_left(book: DayBook) -> int:
    """Papers that are still to be handed out, by what was counted up to now."""
    handed = count_people(book.station_id, book.on_day)[casting.PAPER]
    return book.papers_received - handed - book.spoiled


def look_at_day(book: DayBook, *, papers_unused: int, in_box: int) -> rules.Figures:
    people = count_people(book.station_id, book.on_day)
    pins = stations.list_pin_numbers(book.station_id, book.on_day)
    alone = [pin for pin in pins if pin.help == ALONE]
    helped = [pin for pin in pins if pin.help != ALONE]
    return rules.Figures(
        began_with=book.began_with,
        papers_received=book.papers_received,
        spoiled=book.spoiled,
        papers_unused=papers_unused,
        in_box=in_box,
        people_paper=people[casting.PAPER],
        people_kiosk=people[casting.KIOSK],
        people_assisted=people[casting.ASSISTED],
        kiosk_pins=sum(pin.issued for pin in alone),
        kiosk_spent=sum(pin.spent for pin in alone),
        assisted_pins=sum(pin.issued for pin in helped),
        assisted_spent=sum(pin.spent for pin in helped),
    )


def people_by_day(round_id: int) -> dict[Where, dict[str, int]]:
    """station and day → channel → people, of those who came to a station or are said to have."""
    rows = (
        select(Participation.station_id, Participation.cast_hour, Participation.channel, func.count())
        .where(Participation.round_id == round_id)
        .where(Participation.station_id.is_not(None) | Participation.channel.in_(casting.AT_A_STATION))
        .group_by(Participation.station_id, Participation.cast_hour, Participation.channel)
    )
    counted: dict[Where, dict[str, int]] = {}
    for station_id, hour, channel, people in db.session.execute(rows):
        channels = counted.setdefault((station_id, seoul_day(hour)), {})
        channels[channel] = channels.get(channel, 0) + people
    return counted


def find_batch(book_id: int) -> PaperBatch | None:
    return db.session.get(PaperBatch, book_id)


def get_batch(round_id: int, book_id: int) -> PaperBatch:
    """Raises NotFound."""
    batch = get_book(round_id, book_id).batch
    if batch is None:
        raise NotFound(f"papers of day {book_id}")
    return batch


def progress_of(batch: PaperBatch) -> Progress:
    rows = db.session.execute(
        select(KeyedSheet.keying, KeyedSheet.sheet, KeyedSheet.tag).where(KeyedSheet.book_id == batch.book_id)
    )
    tags: dict[int, dict[int, str]] = {keying: {} for keying in rules.KEYINGS}
    for keying, sheet, tag in rows:
        tags[keying][sheet] = tag
    first, second, settled = (tags[keying] for keying in rules.KEYINGS)
    differing = tuple(sorted(sheet for sheet in first.keys() & second.keys() if first[sheet] != second[sheet]))
    unsettled = tuple(sheet for sheet in differing if sheet not in settled)
    return Progress(len(first), len(second), differing, unsettled, batch.papers)


def next_sheet(batch: PaperBatch, account: Account) -> int:
    """Which sheet the account keys next. Raises NotYourTurn, AlreadyEntered."""
    if batch.state == rules.ENTERED:
        raise rules.AlreadyEntered
    progress, keying = progress_of(batch), keying_of(batch, account.id)
    if keying == rules.SETTLING:
        if not progress.is_keyed or not progress.unsettled:
            raise rules.NotYourTurn
        return progress.unsettled[0]
    done = progress.first if keying == rules.FIRST else progress.second
    if done == batch.papers:
        raise rules.NotYourTurn
    return done + 1


def keying_of(batch: PaperBatch, account_id: int) -> int:
    """Which of the three the account is, or becomes with the first sheet that it keys. Raises NotYourTurn."""
    people = (batch.first_keyer, batch.second_keyer, batch.settler)
    if account_id in people:
        return people.index(account_id) + 1
    if None not in people:
        raise rules.NotYourTurn
    return people.index(None) + 1


def count_entered(round_id: int) -> int:
    """Paper ballots that are in the box."""
    entered = (
        select(func.sum(PaperBatch.handed))
        .join(DayBook, DayBook.id == PaperBatch.book_id)
        .join(PollingStation, PollingStation.id == DayBook.station_id)
        .where(PollingStation.round_id == round_id)
    )
    return db.session.scalar(entered) or 0


def count_awaited(round_id: int) -> int:
    """People who were handed a paper that is not in the box yet."""
    residents = ballots.participations(round_id).get(rounds.RESIDENTS, {})
    return residents.get(casting.PAPER, 0) - count_entered(round_id)


def list_unfinished(round_id: int) -> list[Where]:
    """Days of stations that are not closed, or of which papers are not in the box: by day."""
    books = {(book.station_id, book.on_day): book for book in list_books(round_id)}
    open_ = {where for where, book in books.items() if not is_finished(book)}
    unopened = people_by_day(round_id).keys() - books.keys()
    return sorted(open_ | unopened, key=lambda where: (where[1], where[0] or 0))


def is_finished(book: DayBook) -> bool:
    if book.state != rules.CLOSED:
        return False
    is_entered = book.batch is not None and book.batch.state == rules.ENTERED
    return is_entered or not (book.people_paper or book.in_box)


def ensure_finished(round_id: int) -> None:
    """Raises DaysUnfinished."""
    if unfinished := list_unfinished(round_id):
        raise rules.DaysUnfinished(len(unfinished))


def total_reasons(books: Collection[DayBook]) -> dict[str, int]:
    """reason → papers that did not count, of all piles that are in the box."""
    totals = dict.fromkeys(rules.REASONS, 0)
    for book in books:
        for reason, papers in (book.batch.reasons if book.batch else {}).items():
            totals[reason] += papers
    return {reason: papers for reason, papers in totals.items() if papers}


def list_own_dongs(round_id: int) -> Sequence[Area]:
    """The dong that have sections of their own: each has another paper."""
    own = select(Section.area_id).where(Section.round_id == round_id, Section.area_id.is_not(None))
    return db.session.scalars(select(Area).where(Area.id.in_(own)).order_by(Area.position)).all()
