"""flask tick: what is due is done, what fails is said, and it ends with whoever started it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from app.adapters import sms
from app.audit.models import SYSTEM, AuditLine
from app.ballots import batches, bulk, queries
from app.ballots.models import BoxBallot
from app.cli import tick
from app.clock import Clock, now
from app.config import ROOT
from app.database import db
from app.recruitment import queries as calls
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.ballots.elections import picks, published
from tests.results.elections import opened


def waiting(clock: Clock, ballots: int) -> Round:
    round_ = published(clock)
    choices = [picks(round_)] * ballots
    bulk.pour_ballots(round_, rounds.RESIDENTS, choices, "made_up", at=now(), by=SYSTEM, allow_made_up=True)
    clock.offset += timedelta(minutes=10)
    return round_


def test_it_carries_what_is_due_says_so_in_one_line_and_the_second_time_has_nothing_to_say(
    app: Flask, clock: Clock
) -> None:
    waiting(clock, 25)
    first, second = (app.test_cli_runner().invoke(args=["tick"]) for _ in range(2))
    assert (first.exit_code, first.output) == (0, "함에 넣은 봉인된 표 5 / sealed ballots carried into the box 5\n")
    assert (second.exit_code, second.output) == (0, "")
    assert db.session.query(BoxBallot).count() == 5


def test_traces_are_scrubbed_only_while_a_box_is_shut(
    app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    scrubbed: list[int] = []
    monkeypatch.setattr(batches, "scrub", lambda: scrubbed.append(1))
    app.test_cli_runner().invoke(args=["tick"])
    assert scrubbed == []
    published(clock)
    app.test_cli_runner().invoke(args=["tick"])
    assert scrubbed == [1]


def test_traces_are_scrubbed_for_a_day_after_the_box_was_opened_however_soon_that_was(app: Flask, clock: Clock) -> None:
    round_ = opened(clock)
    at = queries.get_round_key(round_.id).opened_at
    assert at is not None
    assert batches.has_traces(at)
    assert not batches.has_traces(at + timedelta(days=1))


def test_what_fails_is_said_without_its_values_and_does_not_stop_the_rest(
    app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_at: object) -> int:
        raise RuntimeError("the disk is full\nDETAIL: a value")

    sent: list[int] = []
    monkeypatch.setattr(batches, "run_due", broken)
    monkeypatch.setattr(sms, "sender", lambda: sent.append(1))
    done = app.test_cli_runner().invoke(args=["tick"])
    assert (done.exit_code, done.output, sent) == (1, "carry: RuntimeError: the disk is full\n", [1])


def test_an_error_in_one_turn_does_not_end_the_turns_that_follow(
    app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns: list[int] = []

    def broken(_at: object) -> int:
        turns.append(1)
        raise RuntimeError("away")

    monkeypatch.setattr(batches, "run_due", broken)
    monkeypatch.setattr(tick, "_slept", lambda _seconds, _parent: len(turns) < 3)
    done = app.test_cli_runner().invoke(args=["tick", "--every", "1"])
    assert (done.exit_code, len(turns), done.output.count("away")) == (0, 3, 3)


def test_it_ends_when_its_parent_is_gone_even_where_interrupts_do_not_reach_it(app: Flask) -> None:
    """As `make run` starts it: in the background of the shell that becomes the server."""
    config = app.extensions["hanpyo"]
    environment = os.environ | {
        "HANPYO_MODE": "testing",
        "SECRET_KEY": config.secret_key,
        "IDENTITY_KEY": config.identity_key,
        "SIGNING_KEY": config.signing_key,
        "DATABASE_URL": config.database_url,
        "SMS_GATEWAY_URL": "http://127.0.0.1:9/",
    }
    line = f'"{sys.executable}" -m flask --app wsgi tick --every 600 --while $$ & echo $!; exec sleep 600'
    server = subprocess.Popen(["sh", "-c", line], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    ticking = int(server.stdout.readline())
    time.sleep(0.1)
    assert is_there(ticking)
    server.kill()
    server.stdout.read()  # until the last one who could write to it lets go
    server.stdout.close()
    server.wait()
    assert any(not is_there(ticking) for _ in glances(seconds=30))


def glances(seconds: int) -> Iterator[None]:
    for _ in range(seconds * 10):
        yield
        time.sleep(0.1)


def is_there(process: int) -> bool:
    """Not counting one that has ended and is only waited for."""
    try:
        with open(f"/proc/{process}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_waits_goes_on_to_the_round_that_is_called(app: Flask) -> None:
    old = factories.round_(running=rounds.VOTING, fiscal_year=2030)
    proposal = factories.proposal(old, state="draft", consented_at=now(), waiting_since=now())
    assert app.test_cli_runner().invoke(args=["tick"]).output == ""
    factories.round_(running=rounds.INTAKE, fiscal_year=2031)
    first, second = (app.test_cli_runner().invoke(args=["tick"]).output for _ in range(2))
    moved = "다음 회차로 옮긴 제안 1, 접수한 제안 1 / proposals moved on 1, submitted 1\n"
    assert (first, second, proposal.state) == (moved, "", "submitted")


def test_files_that_nothing_refers_to_are_removed_after_a_while(app: Flask, clock: Clock) -> None:
    kept = factories.photo_of(factories.proposal(factories.round_(running=rounds.INTAKE)))
    db.session.delete(factories.document_of(kept.proposal))
    db.session.commit()
    assert app.test_cli_runner().invoke(args=["tick"]).output == ""
    clock.offset += timedelta(hours=2)
    first, second = (app.test_cli_runner().invoke(args=["tick"]).output for _ in range(2))
    assert (first, second) == ("치운 파일 1 / files removed 1\n", "")


def test_applications_to_the_committee_are_erased_when_they_are_kept_no_longer(app: Flask, clock: Clock) -> None:
    row = factories.recruitment(kept_days=30)
    one, named = factories.application(row), factories.recommendation(row)
    clock.offset += calls.erase_at(row) - now() - timedelta(minutes=1)
    assert app.test_cli_runner().invoke(args=["tick"]).output == ""
    clock.offset += timedelta(minutes=2)
    first, second = (app.test_cli_runner().invoke(args=["tick"]).output for _ in range(2))
    said = "보관 기간이 지나 지운 신청 1, 추천 1 / applications erased 1, recommendations 1\n"
    assert (first, second) == (said, "")
    db.session.rollback()
    assert (one.name, one.resident_id, named.name) == (None, None, None)
    assert db.session.query(AuditLine).filter_by(action="recruitment.erase").count() == 1
