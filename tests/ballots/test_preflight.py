"""Before people vote, everything that the vote stands on is asked; while something is red, nothing is published."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from flask import Flask

from app import database
from app.adapters.sms import GatewaySender
from app.audit.models import SYSTEM, AuditLine
from app.ballots import drills, preflight, queries, rules, sign_off
from app.ballots.models import BackupDrill, BallotSignature, PreparedBallot
from app.clock import Clock, now, seoul_day
from app.committee.models import CommitteeMember
from app.config import CodeLimits
from app.database import db
from app.notices.models import SmsBreaker
from app.people import codes
from app.people.models import Account
from app.rounds import rules as rounds
from app.rounds.models import Chamber
from tests import factories
from tests.ballots.elections import give_key, prepared, shortlisted, signers
from tests.gateway import Gateway, running_gateway

OURS = "postgresql"  # the tests' own does not wait for the disk


@dataclass
class Ready:
    """An installation as it should be on the day, and a ballot that only the approver has not signed."""

    app: Flask
    gateway: Gateway
    ballot: PreparedBallot
    approver: Account

    @property
    def red_anyway(self) -> set[str]:
        return {"durable"} if db.engine.dialect.name == OURS else set()

    @property
    def red(self) -> set[str]:
        db.session.rollback()
        return {check.name for check in preflight.examine(self.ballot.round) if check.stands_in_the_way}

    def sign(self) -> None:
        sign_off.sign_ballot(self.ballot, self.approver, "approver", at=now())


@pytest.fixture
def ready(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ready]:
    round_ = shortlisted(per_section=1)
    give_key(round_)
    factories.member(round_.programme)
    record(now())
    ballot = prepared(round_)
    staff, approver = signers(round_)
    sign_off.sign_ballot(ballot, staff, "staff", at=now())
    monkeypatch.setattr(preflight, "LEAST_FREE", 1)  # whatever the machine of the tests has
    app.extensions["hanpyo"] = replace(app.extensions["hanpyo"], mode="production")
    with running_gateway() as gateway:
        app.extensions["sms"] = GatewaySender(gateway.url)
        yield Ready(app, gateway, ballot, approver)


def record(at: datetime, by: str = "박운영", checked: str = "접수번호 세 개를 찾아보았습니다") -> None:
    drills.record_drill(seoul_day(at), by, checked, at=now(), by=SYSTEM)


def test_with_all_green_the_second_signature_publishes_and_postgresql_without_fsync_is_refused(ready: Ready) -> None:
    assert ready.red == ready.red_anyway
    if db.engine.dialect.name == OURS:
        durable = {check.name: check for check in preflight.examine(ready.ballot.round)}["durable"]
        assert durable.facts == {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        with pytest.raises(rules.NotReady, match="^durable$"):
            ready.sign()
    else:
        ready.sign()
        assert ready.ballot.round.state == rounds.BALLOT_PUBLISHED


def unknown_chamber(ready: Ready, _: pytest.MonkeyPatch) -> None:
    round_id = ready.ballot.round_id
    factories.keep(Chamber(round_id=round_id, code="youth", name_ko="청소년", name_en="Youth", weight="0", position=3))


def empty_roll(_ready: Ready, _: pytest.MonkeyPatch) -> None:
    db.session.query(CommitteeMember).delete()
    db.session.commit()


def gateway_ill(ready: Ready, _: pytest.MonkeyPatch) -> None:
    ready.gateway.status = 503


def breaker_shut(_ready: Ready, _: pytest.MonkeyPatch) -> None:
    breaker = db.session.get_one(SmsBreaker, 1)
    breaker.shut_until, breaker.reason = now() + timedelta(minutes=5), "away"
    db.session.commit()


def codes_used_up(ready: Ready, _: pytest.MonkeyPatch) -> None:
    codes.send_code("+821012345678", "browser", key="k" * 32, say=str, at=now(), send=False)
    config = ready.app.extensions["hanpyo"]
    ready.app.extensions["hanpyo"] = replace(config, code_limits=CodeLimits(per_day=1))


def words_not_typed_back(ready: Ready, _: pytest.MonkeyPatch) -> None:
    queries.get_round_key(ready.ballot.round_id).trustees[0].confirmed_at = None
    db.session.commit()


def full_disk(ready: Ready, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "LEAST_FREE", 2**62)


def in_a_hurry(_ready: Ready, monkeypatch: pytest.MonkeyPatch) -> None:
    pragmas = [one.replace("synchronous=FULL", "synchronous=NORMAL") for one in database.SQLITE_PRAGMAS]
    monkeypatch.setattr(database, "SQLITE_PRAGMAS", pragmas)
    db.session.remove()
    db.engine.dispose()


class FastClock(Clock):
    """This process's clock is a minute ahead of the database's."""

    def now(self) -> datetime:
        return super().now() + timedelta(minutes=1)


def fast_clock(ready: Ready, _: pytest.MonkeyPatch) -> None:
    ready.app.extensions["clock"] = FastClock()


def never_drilled(_ready: Ready, _: pytest.MonkeyPatch) -> None:
    db.session.query(BackupDrill).delete()
    db.session.commit()


def long_ago(_ready: Ready, _: pytest.MonkeyPatch) -> None:
    db.session.query(BackupDrill).one().held_on -= timedelta(days=91)
    db.session.commit()


@pytest.mark.parametrize(
    ("spoil", "name"),
    [
        (unknown_chamber, "voters"),
        (empty_roll, "voters"),
        (gateway_ill, "channel"),
        (breaker_shut, "channel"),
        (codes_used_up, "channel"),
        (words_not_typed_back, "keys"),
        (full_disk, "disk"),
        (in_a_hurry, "durable"),
        (fast_clock, "clock"),
        (never_drilled, "drill"),
        (long_ago, "drill"),
    ],
)
def test_what_is_red_is_named_and_nothing_is_published(
    ready: Ready,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[Ready, pytest.MonkeyPatch], None],
    name: str,
) -> None:
    round_id, approver_id = ready.ballot.round_id, ready.approver.id
    spoil(ready, monkeypatch)
    ready.ballot, ready.approver = (
        db.session.get_one(PreparedBallot, (round_id, 1)),
        db.session.get_one(Account, approver_id),
    )
    told = db.engine.dialect.name != OURS or name != "disk"  # PostgreSQL does not tell how much is free
    assert ready.red == ready.red_anyway | ({name} if told else set())
    lines = db.session.query(AuditLine).count()
    if ready.red:
        with pytest.raises(rules.NotReady) as refusal:
            ready.sign()
        assert set(refusal.value.checks) == ready.red
    db.session.rollback()
    assert (db.session.query(AuditLine).count(), db.session.query(BallotSignature).count()) == (lines, 1)
    assert queries.find_publication(round_id) is None
    assert ready.ballot.round.state == rounds.CALLED


def test_the_channel_says_who_carries_the_texts_and_how_many_codes_are_left(ready: Ready) -> None:
    facts = {check.name: check for check in preflight.examine(ready.ballot.round)}["channel"].facts
    assert facts == {"provider": "gateway", "sms": True, "shut": None, "left": CodeLimits().per_day}


def test_a_drill_of_ninety_days_is_new_enough_and_the_latest_one_counts(ready: Ready) -> None:
    db.session.query(BackupDrill).one().held_on -= timedelta(days=90)
    db.session.commit()
    assert "drill" not in ready.red
    record(now() - timedelta(days=400))
    assert "drill" not in ready.red


@pytest.mark.parametrize("mode", ["demo", "testing"])
def test_a_demo_and_a_test_are_told_what_they_are_not_asked(ready: Ready, mode: str) -> None:
    never_drilled(ready, pytest.MonkeyPatch())
    ready.app.extensions["hanpyo"] = replace(ready.app.extensions["hanpyo"], mode=mode)
    drill = {check.name: check for check in preflight.examine(ready.ballot.round)}["drill"]
    assert (drill.verdict, drill.asked, drill.stands_in_the_way) == ("red", False, False)
    ready.sign()
    assert ready.ballot.round.state == rounds.BALLOT_PUBLISHED


def test_postgresql_does_not_say_how_much_is_free_and_that_stands_in_nobodys_way(ready: Ready) -> None:
    disk = {check.name: check for check in preflight.examine(ready.ballot.round)}["disk"]
    told = "unknown" if db.engine.dialect.name == OURS else "green"
    assert (disk.verdict, disk.stands_in_the_way) == (told, False)


@pytest.mark.parametrize(
    ("days", "by", "checked"), [(1, "박운영", "표"), (0, " ", "표"), (0, "박운영", ""), (0, "가" * 61, "표")]
)
def test_a_drill_that_says_too_little_or_is_to_come_is_not_recorded(
    app: Flask, days: int, by: str, checked: str
) -> None:
    with pytest.raises(rules.BadDrill):
        record(now() + timedelta(days=days), by, checked)
    assert (drills.find_latest(), db.session.query(AuditLine).count()) == (None, 0)


@pytest.mark.parametrize(
    ("settings", "durable"),
    [
        ({"journal_mode": "wal", "synchronous": "2"}, True),
        ({"journal_mode": "WAL", "synchronous": "3"}, True),
        ({"journal_mode": "wal", "synchronous": "1"}, False),
        ({"journal_mode": "delete", "synchronous": "2"}, False),
        ({"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}, True),
        ({"fsync": "on", "full_page_writes": "on", "synchronous_commit": "remote_write"}, True),
        ({"fsync": "off", "full_page_writes": "on", "synchronous_commit": "on"}, False),
        ({"fsync": "on", "full_page_writes": "off", "synchronous_commit": "on"}, False),
        ({"fsync": "on", "full_page_writes": "on", "synchronous_commit": "off"}, False),
    ],
)
def test_what_is_durable(settings: dict[str, str], durable: bool) -> None:
    assert rules.is_durable(settings) == durable
