"""The polling stations of the round that votes now. At the first the day is the visitor's to open; at the second people
have voted today in every way that a station has, and its papers wait at the office. Places are rough, hours made up."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from app.ballots import rules as ballots
from app.ballots import services as casting
from app.ballots.box import Choices
from app.clock import now
from app.demo.days import Days
from app.demo.people import DESKS, Cast, proposer_name
from app.papers import days as papers
from app.people.models import Account
from app.programmes.models import Area
from app.roll import queries as rolls
from app.roll import rules as roll_rules
from app.roll import services as roll
from app.roll.models import RollEntry
from app.rounds.models import Round
from app.stations import kiosks, pins, services
from app.stations.models import Kiosk, PollingStation
from app.stations.rules import HANDS, READING
from app.stations.services import Place

ALONE, HELPED, PAPER, SPOILED = 9, (READING, HANDS), 5, 1
CHOICES = ALONE + len(HELPED)  # ballots that are cast there; nobody marks the papers
BLANK_PAPERS = 100
KIOSKS = ("1번", "2번")
VISITOR = 0  # place among the residents: on the roll, and has not voted
SATURDAY, SUNDAY = 5, 6
FIRST_BORN, AGES = date(1942, 4, 1), 1_021  # the next one was born so many days later, and so on

Hours = tuple[int, int]


class Site(NamedTuple):
    """`dong`: code of the area; `point`: latitude and longitude; open `on_weekdays` and, where it is, `on_saturday`."""

    name_ko: str
    name_en: str
    address: str
    dong: str
    point: tuple[float, float]
    on_weekdays: Hours
    on_saturday: Hours | None

    def hours_on(self, day: date) -> Hours | None:
        if day.weekday() == SUNDAY:
            return None
        return self.on_saturday if day.weekday() == SATURDAY else self.on_weekdays


SITES = (
    Site(
        "가산동 주민센터", "Gasan-dong Community Center", "서울 금천구 가산로 129", "gasan", (37.4772, 126.8887),
        (9, 18), (10, 16),
    ),
    Site(
        "독산1동 주민센터", "Doksan 1-dong Community Center", "서울 금천구 독산1동 주민센터", "doksan1",
        (37.4691, 126.8945), (9, 18), None,
    ),
    Site(
        "금천구청 1층 로비", "Geumcheon-gu Office, ground floor", "서울 금천구 시흥대로73길 70", "siheung1",
        (37.4569, 126.8955), (10, 19), (10, 16),
    ),
)  # fmt: skip


class Person(NamedTuple):
    """Whoever can be looked up at a station's desk."""

    name: str
    born_on: date


def voter(place: int) -> Person:
    """The residents of the story, and after them those who come to the second station."""
    return Person(proposer_name(place), FIRST_BORN + timedelta(days=place * AGES % (60 * 365)))


def enrol(round_: Round, place: int, cast: Cast, *, source: str, at: datetime) -> RollEntry:
    """Onto the roll: by phone one of the story's residents, at the desk somebody of whom no phone is known."""
    dongs = rolls.list_dongs(round_)
    claim = roll.Claim(*voter(place), "address", dongs[place % len(dongs)])
    resident = cast.residents[place] if source == roll_rules.PHONE else None
    phone_key = resident.phone_key if resident else None
    return roll.register(round_, claim, source=source, phone_key=phone_key, key=cast.key, at=at)


def set_up(round_: Round, last_day: int, cast: Cast, days: Days) -> list[PollingStation]:
    """Open from today, whatever day that is, to the last. The officers of the first two serve at all hours: a visitor
    comes when they like."""
    dong_of, by = {dong.code: dong for dong in rolls.list_dongs(round_)}, cast.staff.actor
    stations = [_add_station(round_, site, dong_of[site.dong], last_day, cast, days) for site in SITES]
    for station, logins in zip(stations, DESKS, strict=False):
        for login in logins:
            for day in range(last_day + 1):
                turn = days.at(day, 0), days.at(day + 1, 0)
                services.add_shift(station, cast.desk[login], *turn, at=days.now, by=by)
    return stations


def vote(station: PollingStation, choices: Sequence[Choices], first: int, cast: Cast) -> None:
    """The station's whole day in its order, at the hour in which it is told: every cast takes the database's time.
    `first`: place of the first who comes; `choices`: CHOICES ballots."""
    at, (officer, second) = now(), (cast.desk[login] for login in DESKS[1])
    book = papers.open_day(station, BLANK_PAPERS, 1, at=at, by=officer)
    people = (enrol(station.round, first + n, cast, source=roll_rules.DESK, at=at) for n in range(CHOICES + PAPER))
    devices = [kiosks.make_kiosk(station, name, at=at, by=officer.actor)[0] for name in KIOSKS]
    help_ = [None] * ALONE + [pins.Helped(reason, second) for reason in HELPED]
    for turn, (chosen, helped) in enumerate(zip(choices, help_, strict=True)):
        _vote_at(devices[turn % len(devices)], next(people), officer, helped, chosen, key=cast.key, at=at)
    for entry in people:
        papers.hand_out(station, entry, at=at, by=officer)
    for _ in range(SPOILED):
        papers.exchange(station, at=at, by=officer)
    papers.count_day(book, BLANK_PAPERS - PAPER - SPOILED, PAPER, "", at=at, by=officer)


def _vote_at(
    kiosk: Kiosk,
    entry: RollEntry,
    officer: Account,
    helped: pins.Helped | None,
    choices: Choices,
    *,
    key: str,
    at: datetime,
) -> None:
    digits = pins.issue_pin(kiosk.station, entry, officer, helped, key=key, at=at)
    taken = pins.take_pin(kiosk, digits, key=key, at=at)
    kiosk_id, station_id = kiosk.id, kiosk.station_id
    casting.cast_as_entry(
        entry.round_id,
        entry,
        list(choices),
        channel=ballots.ASSISTED if helped else ballots.KIOSK,
        token=secrets.token_hex(ballots.TOKEN_BYTES),
        station_id=station_id,
        admit=lambda at: pins.spend_pin(taken.pin_id, kiosk_id, at),
    )


def _add_station(round_: Round, site: Site, dong: Area, last_day: int, cast: Cast, days: Days) -> PollingStation:
    at, by = days.now, cast.staff.actor
    place = Place(site.name_ko, site.name_en, site.address, dong, site.point)
    station = services.add_station(round_, place, at=at, by=by)
    for offset in range(last_day + 1):
        hours = site.hours_on(days.day(offset)) or (site.on_weekdays if offset == 0 else None)
        if hours:
            opens, closes = hours
            services.set_day(station, days.at(offset, opens), days.at(offset, closes), at=at, by=by)
    return station
