"""A station at work: a round with a register that is voted in, an officer on duty, a kiosk, people on the roll."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.audit.models import SYSTEM
from app.clock import Clock, now
from app.database import db
from app.people.models import DESK_ROLE, Account
from app.roll import rules as roll
from app.roll import services as roll_services
from app.roll.models import RollEntry
from app.roll.services import Claim
from app.rounds.models import Round
from app.rounds.rules import REGISTER
from app.stations import pins
from app.stations.models import Kiosk, PollingStation
from tests import factories
from tests.ballots.elections import published
from tests.databases import config_for
from tests.notices.going_out import set_hour

WHO = {"by": SYSTEM}
BORN = date(1948, 3, 1)
TOKEN = "kiosk-token"
KEY = config_for("sqlite://").identity_key


@dataclass(frozen=True)
class Post:
    round: Round
    station: PollingStation
    officer: Account
    kiosk: Kiosk


def post(clock: Clock, **settings: Any) -> Post:
    """It is noon, so that the day does not end before the test."""
    set_hour(clock, 12)
    round_ = published(clock, **{"voters": REGISTER, **settings})
    station = factories.station(round_)
    officer = factories.account(DESK_ROLE, of=round_.programme, name="정창구")
    factories.shift(station, officer)
    factories.day_book(station, officer)
    return Post(round_, station, officer, factories.kiosk(station, TOKEN))


def second_officer(at: PollingStation, **settings: Any) -> Account:
    officer = factories.account(DESK_ROLE, of=at.round.programme, name="한도움", **settings)
    factories.shift(at, officer)
    return officer


def claim(name: str = "김어른", born_on: date = BORN, **settings: Any) -> Claim:
    return Claim(name, born_on, **{"basis": "address", "area": factories.area(), **settings})


def entry(of: Round, name: str = "김어른", *, phone_key: str | None = None) -> RollEntry:
    source = roll.PHONE if phone_key else roll.DESK
    given = {"source": source, "phone_key": phone_key, "key": KEY, "at": now()}
    return roll_services.register(of, claim(name), **given)


def issue(at: Post, to: RollEntry, helped: pins.Helped | None = None) -> str:
    return pins.issue_pin(at.station, to, at.officer, helped, key=KEY, at=now())


def take(kiosk: Kiosk, digits: str) -> pins.Taken:
    return pins.take_pin(kiosk, digits, key=KEY, at=now())


def numbers(at: PollingStation) -> dict[str, tuple[int, int]]:
    """By help: issued, spent; over all days."""
    db.session.rollback()
    rows = db.session.query(pins.PinCount).filter_by(station_id=at.id)
    return {row.help: (row.issued, row.spent) for row in rows}
