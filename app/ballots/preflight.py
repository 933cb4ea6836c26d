"""What must be there before people vote: asked one by one when a ballot is about to be published, and by
`flask preflight`. Nothing is written."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import text

from app import clock
from app.ballots import drills, queries, rules
from app.committee import queries as committee
from app.config import Config
from app.database import db
from app.notices import queries as messages
from app.notices import services as notices
from app.people import codes
from app.roll import queries as roll
from app.rounds import rules as rounds
from app.rounds.models import Round

GREEN, RED, UNKNOWN = "green", "red", "unknown"

# How it is known who may vote: a code sent to the phone, or the roll of the committee.
SOURCES = {rounds.RESIDENTS: "phone", rounds.COMMITTEE: "roll"}
LEAST_FREE = 1024**3  # bytes: a sealed ballot is a few kilobytes, and a database that is written grows twice
CLOCKS_APART = timedelta(seconds=5)
DRILL_AGE = timedelta(days=90)

# A demo loses nothing with its machine. A test has neither gateway nor committee, some stop the clock, and its
# PostgreSQL does not wait for the disk. What is not asked there is told all the same.
NOT_ASKED = {
    "production": frozenset[str](),
    "demo": frozenset({"disk", "durable", "drill"}),
    "testing": frozenset({"voters", "channel", "disk", "durable", "clock", "drill"}),
}


class Finding(NamedTuple):
    """`facts`: what the verdict was found on."""

    verdict: str
    facts: Mapping[str, Any]


class Check(NamedTuple):
    """One that is not `asked` stands in nobody's way."""

    name: str
    verdict: str
    facts: Mapping[str, Any]
    asked: bool

    @property
    def stands_in_the_way(self) -> bool:
        return self.asked and self.verdict == RED


def examine(round_: Round) -> Iterator[Check]:
    """All checks, in their order."""
    for name, find in CHECKS.items():
        yield Check(name, *find(round_), asked=name not in _not_asked())


def ensure_green(round_: Round) -> None:
    """Raises NotReady naming each that is red."""
    not_asked = _not_asked()
    red = tuple(name for name, find in CHECKS.items() if name not in not_asked and find(round_).verdict == RED)
    if red:
        raise rules.NotReady(red)


def _not_asked() -> frozenset[str]:
    config: Config = current_app.extensions["hanpyo"]
    return NOT_ASKED[config.mode]


def _verdict(holds: bool) -> str:
    return GREEN if holds else RED


def _voters(round_: Round) -> Finding:
    """`unknown`: chambers of which nobody has said who belongs to them; `members`: on the committee's roll on its day,
    None where it does not vote; `listed`: residents on an uploaded list, None where there is none."""
    unknown = [chamber.code for chamber in round_.chambers if chamber.code not in SOURCES]
    listed = roll.count_entries(round_.id) if round_.voters == rounds.LIST else None
    period = rounds.find_period(round_.phases, rounds.COMMITTEE_VOTE)
    members = None
    if period is not None:
        members = len(committee.list_members(round_.programme_id, clock.seoul_day(period.starts_at)))
    facts = {"unknown": unknown, "members": members, "listed": listed}
    return Finding(_verdict(not unknown and members != 0 and listed != 0), facts)


def _channel(_round: Round) -> Finding:
    """`shut`: for which reason no message is sent now, None where they are; `left`: codes that may still be sent in
    these 24 hours."""
    config: Config = current_app.extensions["hanpyo"]
    at, answers = clock.now(), notices.is_answering()
    shut = messages.get_breaker().reason if messages.find_shut_until(at) else None
    left = codes.count_left(config.code_limits, at=at)
    facts = {"provider": notices.carrier(), "sms": answers, "shut": shut, "left": left}
    return Finding(_verdict(answers and shut is None and left > 0), facts)


def _keys(round_: Round) -> Finding:
    """Tested when they are made (every quorum opens a ballot), and by each trustee who types the words back."""
    key = queries.find_round_key(round_.id)
    trustees = key.trustees if key else []
    confirmed = sum(trustee.confirmed_at is not None for trustee in trustees)
    return Finding(_verdict(key is not None and key.is_ready), {"trustees": len(trustees), "confirmed": confirmed})


def _disk(_round: Round) -> Finding:
    """`free`: bytes beside SQLite's file. PostgreSQL does not tell: `used` by this database."""
    if db.engine.dialect.name == "postgresql":
        used = db.session.scalar(text("SELECT pg_database_size(current_database())"))
        return Finding(UNKNOWN, {"used": used})
    path = db.engine.url.database
    if not path or path == ":memory:":
        return Finding(UNKNOWN, {"used": 0})
    free = shutil.disk_usage(Path(path).resolve().parent).free
    return Finding(_verdict(free >= LEAST_FREE), {"free": free})


def _durable(_round: Round) -> Finding:
    """Whether what is committed is on the disk before anybody is told."""
    if db.engine.dialect.name == "postgresql":
        names = "('fsync', 'full_page_writes', 'synchronous_commit')"
        asked = text(f"SELECT name, setting FROM pg_settings WHERE name IN {names} ORDER BY name")
        settings = dict(db.session.execute(asked).all())
    else:
        asked_one_by_one = ("journal_mode", "synchronous")
        settings = {name: str(db.session.scalar(text(f"PRAGMA {name}"))) for name in asked_one_by_one}
    return Finding(_verdict(rules.is_durable(settings)), settings)


def _clock(_round: Round) -> Finding:
    """`seconds`: the least by which the database's clock is off this process's, since asking takes time as well."""
    before = clock.now()
    there = clock.database_now(db.session)
    after = clock.now()
    apart = max(before - there, there - after, timedelta(0))
    return Finding(_verdict(apart <= CLOCKS_APART), {"seconds": round(apart.total_seconds())})


def _drill(_round: Round) -> Finding:
    latest = drills.find_latest()
    if latest is None:
        return Finding(RED, {"held_on": None})
    age = clock.seoul_day(clock.now()) - latest.held_on
    return Finding(_verdict(age <= DRILL_AGE), {"held_on": latest.held_on, "held_by": latest.held_by})


CHECKS: dict[str, Callable[[Round], Finding]] = {
    "voters": _voters,
    "channel": _channel,
    "keys": _keys,
    "disk": _disk,
    "durable": _durable,
    "clock": _clock,
    "drill": _drill,
}
