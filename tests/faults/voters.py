"""Voters over a real socket: the one request of a cast, sent again until it is answered; and what must hold of all
that were answered."""

import secrets
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import NamedTuple

from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from app.ballots import queries
from app.ballots.models import BoxBallot, IntakeBallot
from app.clock import Clock
from app.crypto import merkle
from app.database import db
from app.factory import create_app
from app.people.models import Resident
from app.results import doctor
from app.rounds.rules import RESIDENTS
from app.web.guard import SignedIn
from bench.client import Answer, Connection, request
from tests import factories
from tests.ballots.elections import picks, published
from tests.databases import config_for

BEFORE_VOTING = timedelta(days=-10)  # voting begins nine days after its ballot is published: yesterday, then
LONGEST_WAIT = 120.0  # seconds; an answer takes milliseconds
AGAIN = 0.02
BROKEN = 0  # instead of a status: the line broke
SESSION = "hanpyo"

Voter = bytes  # the request of a cast, with its token


class Receipt(NamedTuple):
    """`leaf`: the sealed ballot's hash, out of the voter's own cookie. `seconds`: until the answer came. `refused`: the
    statuses before it, or BROKEN."""

    leaf: str
    seconds: float
    refused: Counter[int]


def _serializer(app: Flask) -> URLSafeTimedSerializer:
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    return serializer


class Election:
    """A round in which voting is open by the real clock. `told`: the receipt that a voter got. `put_off`: who was
    told to come back later."""

    def __init__(self, url: str) -> None:
        self.url = url
        with self.app(BEFORE_VOTING) as app:
            round_ = published(app.extensions["clock"], running=None)
            self.round_id, self.choices = round_.id, picks(round_)
        self.told: dict[Voter, str] = {}
        self.put_off: set[Voter] = set()
        self._cookies = _serializer(create_app(config_for(url)))

    @contextmanager
    def app(self, offset: timedelta = timedelta(0)) -> Iterator[Flask]:
        """The application in this process."""
        app = create_app(config_for(self.url), Clock(offset))
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()

    def voters(self, number: int) -> list[Voter]:
        """Residents who have signed in and stand at the check page, as if they had walked through the pages before
        (which have tests of their own). The session's half of the CSRF token may be the same for all."""
        with self.app() as app, app.test_request_context():
            csrf, kept = generate_csrf(), dict(session)
            return [self._voter(factories.resident(), csrf, kept) for _ in range(number)]

    def _voter(self, resident: Resident, csrf: str, kept: dict[str, str]) -> Voter:
        cookie = self._cookies.dumps({**kept, "_user_id": SignedIn("resident", resident).get_id(), "_fresh": True})
        form = [("pick", code) for code in self.choices]
        form += [("csrf_token", csrf), ("token", secrets.token_hex(16))]
        return request("POST", f"/vote/{self.round_id}/cast", {SESSION: str(cookie)}, form)

    def send(self, port: int, voter: Voter) -> Answer:
        """Raises OSError where the line breaks before the answer."""
        with closing(Connection(port)) as connection:
            return connection.send(voter)

    def cast(self, port: int, voter: Voter) -> Receipt:
        """Sends the same request until it is answered with a receipt, and always with the same one. AssertionError on
        an answer that nobody should get: anything but that, a broken line, or "come back later" in words."""
        began, refused = time.monotonic(), Counter[int]()
        while time.monotonic() - began < LONGEST_WAIT:
            try:
                answer = self.send(port, voter)
            except OSError:
                refused[BROKEN] += 1
            else:
                if answer.status == 302:
                    leaf = self._leaf(answer)
                    assert self.told.setdefault(voter, leaf) == leaf
                    return Receipt(leaf, time.monotonic() - began, refused)
                ensure_come_back_later(answer)
                self.put_off.add(voter)
                refused[answer.status] += 1
            time.sleep(AGAIN)
        raise AssertionError(f"no answer after {LONGEST_WAIT} seconds: {refused}")

    def _leaf(self, answer: Answer) -> str:
        return str(self._cookies.loads(answer.cookies[SESSION])[f"receipt-{self.round_id}-{RESIDENTS}"])

    def ensure_kept(self) -> None:
        """Every receipt's ballot is there, once; as many ballots as people, and none besides: nobody else has voted.
        What else must hold, the doctor asks."""
        with self.app():
            kept = [
                merkle.leaf_hash(sealed).hex()
                for table in (IntakeBallot, BoxBallot)
                for sealed in db.session.scalars(select(table.sealed).where(table.round_id == self.round_id))
            ]
            people = sum(queries.participations(self.round_id).get(RESIDENTS, {}).values())
            assert (sorted(kept), people) == (sorted(self.told.values()), len(self.told))
            assert [finding for finding in doctor.examine() if finding.faults] == []


def ensure_come_back_later(answer: Answer) -> None:
    """503, with Retry-After and in words."""
    page = answer.body.decode()
    assert answer.status == 503, f"{answer.status}: {page}"
    assert "\r\nRetry-After: " in answer.head and "지금은 잠시 이용할 수 없습니다." in page
    assert "Traceback" not in page
