"""A round with polling stations in the middle of its voting: who is on the roll, who serves, papers on the table."""

import secrets
from datetime import timedelta
from typing import Any, NamedTuple

from app.audit import services as audit
from app.audit.models import SYSTEM
from app.ballots import box
from app.ballots import queries as ballots
from app.ballots import services as casting
from app.clock import Clock, now, seoul_day
from app.database import db, transaction
from app.papers import days, keying, queries
from app.papers.models import DayBook, PaperBatch
from app.people.models import DESK_ROLE, Account
from app.programmes.models import Area
from app.roll.models import RollEntry
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.stations import kiosks, pins
from app.stations.models import Kiosk, PollingStation, StationDay, StationShift
from tests import factories
from tests.ballots.elections import picks, published

KEY = "k" * 32
PAPERS = 10


class Poll(NamedTuple):
    """A round, one of its stations, and two officers on duty there all day."""

    round: Round
    station: PollingStation
    officer: Account
    second: Account


def polling(clock: Clock, **settings: Any) -> Poll:
    """It is the second day of the voting, in the middle of an hour and of the day."""
    round_ = published(clock, **{"voters": rounds.REGISTER, **settings})
    settle(clock)
    return at_station(round_)


def settle(clock: Clock) -> None:
    """To noon in Seoul, so that no test runs over midnight."""
    clock.offset += timedelta(hours=(3 - now().hour) % 24)


def at_station(round_: Round, name: str = "가산동 주민센터", area: Area | None = None) -> Poll:
    station = PollingStation(round_id=round_.id, name_ko=name, name_en=name, address="서울 금천구", area=area)
    factories.keep(station)
    officers = [factories.account(DESK_ROLE, of=round_.programme, name=f"{who}투표") for who in ("김", "이")]
    serve(station, officers)
    return Poll(round_, station, *officers)


def serve(station: PollingStation, officers: list[Account]) -> None:
    begins, ends = now() - timedelta(hours=6), now() + timedelta(hours=6)
    factories.keep(StationDay(station_id=station.id, on_day=seoul_day(now()), opens_at=begins, closes_at=ends))
    for one in officers:
        factories.keep(StationShift(station_id=station.id, account_id=one.id, starts_at=begins, ends_at=ends))


def entry(round_: Round, area: Area | None = None) -> RollEntry:
    return factories.keep(
        RollEntry(
            round_id=round_.id,
            person_key=secrets.token_hex(32),
            twin=0,
            area=area,
            age_band="70-",
            basis="address",
            source="desk",
            entered_at=factories.LONG_AGO,
        )
    )


def open_day(poll: Poll, papers: int = PAPERS) -> DayBook:
    return days.open_day(poll.station, papers, 1, at=now(), by=poll.officer)


def hand_out(poll: Poll, people: int = 1) -> list[int]:
    return [days.hand_out(poll.station, entry(poll.round), at=now(), by=poll.officer) for _ in range(people)]


def close_day(poll: Poll, in_box: int, unused: int, why: str = "") -> DayBook:
    book = queries.find_book(poll.station.id, seoul_day(now()))
    assert book is not None
    return days.count_day(book, unused, in_box, why, at=now(), by=poll.officer)


def kiosk_of(poll: Poll, name: str = "1번") -> Kiosk:
    kiosk, _token = kiosks.make_kiosk(poll.station, name, at=now(), by=poll.officer.actor)
    return kiosk


def vote_at(poll: Poll, kiosk: Kiosk, *, helped: bool = False) -> None:
    """A PIN is issued, taken by the kiosk, and spent by the vote."""
    person = entry(poll.round)
    second = pins.Helped("sight", poll.second) if helped else None
    digits = pins.issue_pin(poll.station, person, poll.officer, second, key=KEY, at=now())
    taken = pins.take_pin(kiosk, digits, key=KEY, at=now())
    kiosk_id = kiosk.id
    casting.cast_as_entry(
        poll.round.id,
        person,
        picks(poll.round),
        channel="assisted" if helped else "kiosk",
        token=secrets.token_hex(16),
        station_id=poll.station.id,
        admit=lambda at: pins.spend_pin(taken.pin_id, kiosk_id, at),
    )


def vote_on_phone(round_: Round, who: RollEntry | None = None) -> None:
    casting.cast_as_entry(round_.id, who or entry(round_), picks(round_), channel="mobile", token=secrets.token_hex(16))


def numbers(round_: Round) -> list[int]:
    """Of the first project of every section."""
    chosen = set(picks(round_))
    paper = ballots.get_paper(round_.id, rounds.RESIDENTS)
    return [item.number for item in ballots.list_paper_items(paper) if item.code in chosen]


def batch_of(book: DayBook, papers: int, remark: str = "") -> PaperBatch:
    return keying.open_batch(book, papers, remark, at=now(), by=SYSTEM)


def key(batch: PaperBatch, sheet: int, who: Account, ticked: list[int], reason: str | None = None) -> None:
    keying.key_sheet(batch, sheet, ticked, reason, area_id=None, at=now(), by=who)


def key_all(batch: PaperBatch, who: Account, sheets: list[list[int]]) -> None:
    for sheet, ticked in enumerate(sheets, start=1):
        key(batch, sheet, who, ticked)


def keyers() -> tuple[Account, Account, Account]:
    first, second, third = (factories.account("staff", name=f"{who}담당") for who in ("김", "이", "박"))
    return first, second, third


def enter(batch: PaperBatch) -> int:
    return keying.enter(batch, at=now(), by=SYSTEM)


def rows(table: type) -> int:
    db.session.rollback()
    return db.session.query(table).count()


def stuff(round_: Round, ballots_: int = 1) -> None:
    """As somebody does who has the key that everybody has, and the database."""
    paper = ballots.get_paper(round_.id, rounds.RESIDENTS)
    with transaction():
        box.take_in(round_.id, paper, [box.seal(paper, picks(round_)) for _ in range(ballots_)])
        audit.record(days.EXCHANGE, 1, at=now(), by=SYSTEM, spoiled=1)
