"""One person, two ways of voting: one vote, whichever was first, and also at the same moment.

All pairs of the residents' ways are asked: phone, account at an identity provider, printed code, kiosk, assisted and
paper. (The committee's two ways are in `test_phone_and_tablet`.) The account's way goes over the pages, and over a
socket to the provider. The control counts each way by itself, as others do, and lets one person vote twice.
"""

from collections.abc import Callable, Iterator
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from app.audit.models import SYSTEM
from app.ballots import box, queries, rules, services
from app.ballots import voter_queries as voters
from app.ballots.models import Participation
from app.clock import Clock, now
from app.codes import services as codes
from app.codes.models import VotingCode
from app.database import db
from app.papers import days
from app.people.models import Account
from app.roll.models import RollEntry
from app.rounds import rules as rounds
from app.stations import pins
from app.stations import rules as stations
from app.stations.models import Kiosk, PollingStation
from tests import factories
from tests.actors import Person
from tests.ballots.elections import picks
from tests.codes.printed import KEY, entry, given, made
from tests.page import Page
from tests.papers.polls import Poll, polling
from tests.provider import Provider, connected, go
from tests.races.test_cast import at_once
from tests.web.furnished import Browser

WAYS = ("phone", "account", "code", "kiosk", "assisted", "paper")
PAIRS = [(first, second) for first in WAYS for second in WAYS]
Way = Callable[[], object]
OPENED_BEFORE = ("account", "code")  # a second vote in these ways begins before the first one ends it
NAMES = [f"{one}{other}" for one in "가나다라마바" for other in "갑을병정무기"]
_numbers = count(1)


@pytest.fixture
def provider(app: Flask) -> Iterator[Provider]:
    app.test_client_class = Browser  # its pages are linted elsewhere
    with connected(app) as provider:
        yield provider


class Hall:
    """A station with papers and two kiosks, in a round whose voters are on a list and have printed codes."""

    def __init__(self, app: Flask, clock: Clock, provider: Provider) -> None:
        self.app, self.provider = app, provider
        self.poll: Poll = polling(clock, voters=rounds.LIST)
        days.open_day(self.poll.station, 100, 1, at=now(), by=self.poll.officer)
        self.kiosks = [factories.kiosk(self.poll.station, f"token {n}").id for n in range(2)]
        self.round_id, self.station_id = self.poll.round.id, self.poll.station.id
        self.officers = [one.id for one in (self.poll.officer, self.poll.second)]
        self.choices = picks(self.poll.round)

    def people(self, how_many: int) -> list[int]:
        self.names = {entry(self.poll.round, name=name).id: name for name in NAMES[:how_many]}
        return list(self.names)

    def codes_of(self) -> dict[int, str]:
        """entry → its printed code."""
        batch = made(self.poll.round)
        texts = {number: code for number, code, _ in given(batch).lines()}
        codes.activate(batch, at=now(), by=SYSTEM)
        rows = db.session.query(VotingCode).filter_by(batch_id=batch.id)
        return {row.entry_id: texts[row.number] for row in rows}

    def ready(self, way: str, entry_id: int, code: str, kiosk: int = 0) -> Way:
        """Everything that comes before the vote itself; the vote."""
        prepare = {"phone": self._phone, "account": self._account, "code": self._code, "paper": self._paper}
        if way in prepare:
            return prepare[way](entry_id, code, kiosk)
        return self._kiosk(entry_id, code, kiosk, helped=way == "assisted")

    def _cast(self, entry_id: int, channel: str, **more: Any) -> None:
        me = db.session.get_one(RollEntry, entry_id)
        token = f"{next(_numbers):032x}"
        services.cast_as_entry(self.round_id, me, self.choices, channel=channel, token=token, **more)

    def _phone(self, entry_id: int, _code: str, _kiosk: int) -> Way:
        return lambda: self._cast(entry_id, rules.MOBILE)

    def _account(self, entry_id: int, _code: str, _kiosk: int) -> Way:
        """Named by the provider, and past the check page in a browser of their own."""
        self.provider.claims["name"] = self.names[entry_id]
        person = Person(self.app)
        ballot = go(self.provider, person, self.poll.round).form(action="/check").tick("pick", *self.choices)
        form = Page(ballot.submit(person.client, follow_redirects=True)).form(action="/cast")

        def press() -> None:
            answer = Page(form.submit(person.client))
            if answer.status == 409 and answer.h1 == "이미 투표하셨습니다":
                raise rules.AlreadyVoted
            assert answer.status == 302

        return press

    def _code(self, entry_id: int, code: str, _kiosk: int) -> Way:
        source = codes.Source(f"browser {next(_numbers)}", "192.0.2.1")
        typed = codes.check_code(self.round_id, code, source, key=KEY, at=now())
        batch_id, number = typed.batch_id, typed.number

        def spend(_at: object) -> None:
            codes.spend(self.round_id, batch_id, number, entry_id)

        return lambda: self._cast(entry_id, rules.MOBILE, admit=spend)

    def _kiosk(self, entry_id: int, _code: str, kiosk: int, helped: bool = False) -> Way:
        station = db.session.get_one(PollingStation, self.station_id)
        officer, second = (db.session.get_one(Account, one) for one in self.officers)
        help_ = pins.Helped(stations.REASONS[0], second) if helped else None
        me = db.session.get_one(RollEntry, entry_id)
        digits = pins.issue_pin(station, me, officer, help_, key=KEY, at=now())
        kiosk_id = self.kiosks[kiosk]
        taken = pins.take_pin(db.session.get_one(Kiosk, kiosk_id), digits, key=KEY, at=now())
        channel = rules.ASSISTED if helped else rules.KIOSK

        def spend(at: Any) -> None:
            pins.spend_pin(taken.pin_id, kiosk_id, at)

        return lambda: self._cast(entry_id, channel, station_id=self.station_id, admit=spend)

    def _paper(self, entry_id: int, _code: str, _kiosk: int) -> Way:
        def hand_out() -> None:
            station = db.session.get_one(PollingStation, self.station_id)
            officer = db.session.get_one(Account, self.officers[0])
            days.hand_out(station, db.session.get_one(RollEntry, entry_id), at=now(), by=officer)

        return hand_out

    def counts(self) -> tuple[int, int]:
        """People, and ballots with the papers that are still to be entered."""
        db.session.rollback()
        people = queries.participations(self.round_id).get(rounds.RESIDENTS, {})
        return sum(people.values()), box.size(self.round_id, rounds.RESIDENTS) + people.get(rules.PAPER, 0)


def test_whoever_has_voted_in_one_way_votes_in_no_other(app: Flask, clock: Clock, provider: Provider) -> None:
    hall = Hall(app, clock, provider)
    people = hall.people(len(PAIRS))
    printed = hall.codes_of()
    for turn, ((first, second), person) in enumerate(zip(PAIRS, people, strict=True), start=1):
        late = hall.ready(second, person, printed[person]) if second in OPENED_BEFORE else None
        hall.ready(first, person, printed[person])()
        late = late or hall.ready(second, person, printed[person], kiosk=1)
        with pytest.raises((rules.AlreadyVoted, codes.rules.CodeSpent)):
            late()
        assert hall.counts() == (turn, turn), (first, second)


def test_two_ways_at_the_same_moment_make_one_vote(app: Flask, clock: Clock, provider: Provider) -> None:
    """A newer PIN of the same person makes the older one void, so that two PINs never are open at once."""
    hall = Hall(app, clock, provider)
    pairs = [(first, second) for place, first in enumerate(WAYS) for second in WAYS[place:]]
    people = hall.people(len(pairs))
    printed = hall.codes_of()
    for turn, (pair, person) in enumerate(zip(pairs, people, strict=True), start=1):
        ways = [hall.ready(way, person, printed[person], kiosk) for kiosk, way in enumerate(pair)]

        def act(n: int, barrier: Barrier, ways: list[Way] = ways) -> str:
            barrier.wait(30)
            try:
                ways[n]()
            except (stations.WrongPin, codes.rules.CodeSpent) as refused:
                return type(refused).__name__
            return "voted"

        outcomes = at_once(app, act, 2)
        assert outcomes.pop("voted") == 1, (pair, outcomes)
        assert set(outcomes) <= {"AlreadyVoted", "WrongPin", "CodeSpent"}, (pair, outcomes)
        assert hall.counts() == (turn, turn), pair


@pytest.mark.parametrize("pair", [("phone", "paper"), ("account", "paper")], ids="-".join)
def test_control_where_each_way_counts_by_itself_one_person_votes_twice(
    app: Flask, clock: Clock, provider: Provider, monkeypatch: pytest.MonkeyPatch, pair: tuple[str, str]
) -> None:
    hall = Hall(app, clock, provider)
    (person,) = hall.people(1)
    printed = hall.codes_of()
    ways = [hall.ready(way, person, printed[person]) for way in pair]
    monkeypatch.setattr(voters, "identity_of", lambda who: f"roll:{who.id}:{next(_numbers)}")

    def act(n: int, barrier: Barrier) -> str:
        barrier.wait(30)
        ways[n]()
        return "voted"

    assert at_once(app, act, 2) == {"voted": 2}
    assert db.session.query(Participation).count() == 2
