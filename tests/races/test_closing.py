"""Voters press the button while staff shut the box. Whoever has a receipt is in the box, and the box is what the
closing line says it is."""

from datetime import timedelta
from threading import Barrier, Event
from time import sleep
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import SYSTEM, AuditLine
from app.ballots import queries, services
from app.ballots.models import BoxBallot, IntakeBallot
from app.clock import Clock, now
from app.committee import services as committee
from app.committee.rules import MeetingNotOpen
from app.database import db
from app.people.models import Account, Resident
from app.results import services as results
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.ballots.elections import TOKENS, move_into, move_past, picks, published, seated
from tests.races.test_cast import THREADS, at_once, counts

SLOW = 0.4  # seconds: as long as closing could go ahead if it did not wait
REFUSED = (rounds.OutsidePhase, rounds.WrongState)


def receipts(round_id: int) -> set[str]:
    """Those of the ballots that lie in the box."""
    db.session.rollback()
    kept = [select(table.receipt).where(table.round_id == round_id) for table in (IntakeBallot, BoxBallot)]
    return {receipt for one in kept for receipt in db.session.scalars(one)}


def closing_line() -> tuple[int, int]:
    db.session.rollback()
    line = db.session.query(AuditLine).filter_by(action="round.close").one()
    return line.fields["ballots"], line.fields["people"]


def test_whoever_got_a_receipt_while_the_round_was_closed_is_in_the_box(
    app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closing asks only for voting to be over by the clock, which is pushed aside here so that both may happen."""
    round_ = published(clock)
    seated(round_, 3, 3, "ended")
    monkeypatch.setattr(results.rules, "list_open", lambda *_facts: [])
    round_id, choices = round_.id, picks(round_)
    voters = [factories.resident().id for _ in range(THREADS)]

    def act(n: int, barrier: Barrier) -> str:
        mine, me = db.session.get_one(Round, round_id), db.session.get_one(Resident, voters[n]) if n else None
        db.session.rollback()
        barrier.wait(30)
        if me is None:
            results.close_round(mine, at=now(), by=SYSTEM)
            return "closed"
        try:
            return services.cast_as_resident(mine.id, me, choices, token=TOKENS[n]).receipt
        except REFUSED as error:
            return type(error).__name__

    outcomes = at_once(app, act)
    assert outcomes.pop("closed") == 1
    refused = outcomes.pop("OutsidePhase", 0)
    assert (set(outcomes), outcomes.total()) == (receipts(round_id), THREADS - 1 - refused)
    assert counts(round_id) == closing_line() == (outcomes.total(), outcomes.total())


def test_closing_waits_for_a_ballot_that_is_on_its_way(
    app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its voter has looked at the clock in time, and is slow to tick and to commit."""
    round_ = published(clock)
    seated(round_, 3, 3, "ended")
    monkeypatch.setattr(results.rules, "list_open", lambda *_facts: [])
    round_id, voter_id, choices = round_.id, factories.resident().id, picks(round_)
    tick, on_its_way = services._tick, Event()

    def tick_slowly(*args: Any) -> None:
        on_its_way.set()
        sleep(SLOW)
        tick(*args)

    def act(n: int, _barrier: Barrier) -> str:
        mine, me = db.session.get_one(Round, round_id), db.session.get_one(Resident, voter_id)
        db.session.rollback()
        if n:
            return services.cast_as_resident(mine.id, me, choices, token=TOKENS[n]).receipt
        assert on_its_way.wait(30)
        results.close_round(mine, at=now(), by=SYSTEM)
        return "closed"

    monkeypatch.setattr(services, "_tick", tick_slowly)
    outcomes = at_once(app, act, 2)
    assert outcomes.pop("closed") == 1
    assert (set(outcomes), closing_line()) == (receipts(round_id), (1, 1))


def test_at_the_very_instant_of_closing_the_databases_clock_parts_the_votes(app: Flask, clock: Clock) -> None:
    """Voting ends while all of them stand at the button. No vote is cast after the end, none that is confirmed lost."""
    round_ = published(clock)
    seated(round_, 3, 3, "ended")
    move_past(clock, round_, rounds.VOTING)
    clock.offset -= timedelta(milliseconds=250)
    round_id, choices = round_.id, picks(round_)
    voters = [factories.resident().id for _ in range(THREADS)]

    def act(n: int, barrier: Barrier) -> str:
        mine, me = db.session.get_one(Round, round_id), db.session.get_one(Resident, voters[n])
        db.session.rollback()
        barrier.wait(30)
        try:
            return services.cast_as_resident(mine.id, me, choices, token=TOKENS[n]).receipt
        except REFUSED as error:
            return type(error).__name__

    outcomes = at_once(app, act)
    refused = outcomes.pop("OutsidePhase", 0)
    assert (set(outcomes), outcomes.total()) == (receipts(round_id), THREADS - refused)
    assert counts(round_id) == (outcomes.total(), outcomes.total())


def test_a_member_votes_or_the_meeting_has_ended(app: Flask, clock: Clock) -> None:
    """The end of the meeting waits for those who are casting, and lets nobody in behind it."""
    round_ = published(clock, running=None)
    move_into(clock, round_, rounds.COMMITTEE_VOTE)
    meeting, members = seated(round_, 7, 7)
    round_id, choices = round_.id, picks(round_)
    meeting_id, voters = meeting.id, [member.account_id for member in members]

    def act(n: int, barrier: Barrier) -> str:
        mine, me = db.session.get_one(Round, round_id), db.session.get_one(Account, voters[n - 1]) if n else None
        here = db.session.get_one(type(meeting), meeting_id)
        db.session.rollback()
        barrier.wait(30)
        if me is None:
            committee.end_meeting(here, at=now(), by=SYSTEM)
            return "ended"
        try:
            return services.cast_as_member(mine.id, me, choices, token=TOKENS[n]).receipt
        except MeetingNotOpen:
            return "refused"

    outcomes = at_once(app, act, len(voters) + 1)
    assert outcomes.pop("ended") == 1
    refused = outcomes.pop("refused", 0)
    assert (set(outcomes), outcomes.total()) == (receipts(round_id), len(voters) - refused)
    assert queries.participations(round_id).get(rounds.COMMITTEE, {}) == (
        {"meeting": outcomes.total()} if outcomes else {}
    )
