"""The same person at a kiosk and on a phone at the same instant, and one PIN on two kiosks."""

from threading import Barrier

from flask import Flask
from sqlalchemy import text

from app.ballots import rules as ballots
from app.ballots import services
from app.clock import Clock, now
from app.database import db
from app.roll.models import RollEntry
from app.stations import pins, rules
from app.stations.models import DeskPin, Kiosk, PollingStation
from tests import factories
from tests.ballots.elections import TOKENS, picks
from tests.races.test_cast import at_once, counts
from tests.stations.posts import KEY, entry, issue, numbers, post, take

THREADS = 8


def test_by_kiosk_and_by_phone_at_the_same_instant_one_ballot_is_cast(app: Flask, clock: Clock) -> None:
    """A PIN whose vote came second is not spent: it was no vote."""
    at = post(clock)
    voter = entry(at.round)
    taken = take(at.kiosk, issue(at, voter))
    round_id, entry_id, station_id, kiosk_id = at.round.id, voter.id, at.station.id, at.kiosk.id
    chosen = picks(at.round)

    def act(n: int, barrier: Barrier) -> str:
        me = db.session.get_one(RollEntry, entry_id)
        db.session.rollback()
        at_the_kiosk = {"station_id": station_id, "admit": lambda when: pins.spend_pin(taken.pin_id, kiosk_id, when)}
        channel, more = (ballots.MOBILE, {}) if n % 2 else (ballots.KIOSK, at_the_kiosk)
        barrier.wait(30)
        services.cast_as_entry(round_id, me, chosen, channel=channel, token=TOKENS[n], **more)
        return channel

    outcomes = at_once(app, act, THREADS)
    assert outcomes.pop("AlreadyVoted") == THREADS - 1
    ((channel, _one),) = outcomes.items()
    assert counts(round_id) == (1, 1)
    assert numbers(at.station) == {"alone": (1, int(channel == ballots.KIOSK))}
    assert db.session.query(DeskPin).count() == int(channel == ballots.MOBILE)


def test_one_pin_at_several_kiosks_at_once_is_taken_by_one(app: Flask, clock: Clock) -> None:
    at = post(clock)
    digits, kiosk_ids = issue(at, entry(at.round)), _kiosks(at.station)

    def act(n: int, barrier: Barrier) -> str:
        kiosk = db.session.get_one(Kiosk, kiosk_ids[n])
        db.session.rollback()
        barrier.wait(30)
        try:
            pins.take_pin(kiosk, digits, key=KEY, at=now())
        except rules.PinTakenElsewhere:
            return "elsewhere"
        return "taken"

    assert at_once(app, act, THREADS) == {"taken": 1, "elsewhere": THREADS - 1}
    assert numbers(at.station) == {"alone": (1, 0)}


def test_control_who_looks_first_and_takes_afterwards_takes_it_at_every_kiosk(app: Flask, clock: Clock) -> None:
    at = post(clock)
    issue(at, entry(at.round))
    kiosk_ids = _kiosks(at.station)

    def careless(n: int, barrier: Barrier) -> str:
        taken = db.session.scalar(text("SELECT kiosk_id FROM desk_pin"))
        db.session.rollback()
        barrier.wait(30)
        if taken is not None:
            return "elsewhere"
        with db.engine.begin() as connection:
            connection.execute(text("UPDATE desk_pin SET kiosk_id = :kiosk"), {"kiosk": kiosk_ids[n]})
        return "taken"

    assert at_once(app, careless, THREADS) == {"taken": THREADS}


def _kiosks(station: PollingStation) -> list[int]:
    return [factories.kiosk(station, f"token {n}", name=f"{n}번").id for n in range(THREADS)]
