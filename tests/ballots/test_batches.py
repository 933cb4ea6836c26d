"""Batches: when they are due, what they leave behind, in which order they carry, and what cannot be changed after."""

from datetime import timedelta
from itertools import pairwise
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.audit.models import SYSTEM, AuditLine
from app.ballots import batches, bulk, log_queries, queries
from app.ballots.models import BoxBallot, Checkpoint, IntakeBallot
from app.clock import Clock, now
from app.crypto import checkpoint, merkle
from app.crypto.signing import VerifyKey
from app.database import db
from app.results import services as results
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests.ballots.elections import picks, published, seated

TEN = timedelta(minutes=10)


def fill(round_: Round, ballots: int, chamber: str = rounds.RESIDENTS) -> None:
    choices = [picks(round_)] * ballots
    bulk.pour_ballots(round_, chamber, choices, "made_up", at=now(), by=SYSTEM, allow_made_up=True)


def sizes(round_id: int) -> tuple[int, int]:
    """(waiting, in the box)"""
    db.session.rollback()
    waiting, boxed = (
        db.session.query(table).filter_by(round_id=round_id).count() for table in (IntakeBallot, BoxBallot)
    )
    return waiting, boxed


def in_the_box(round_id: int) -> list[BoxBallot]:
    return db.session.query(BoxBallot).filter_by(round_id=round_id).order_by(BoxBallot.position).all()


def test_with_twenty_waiting_nothing_moves_however_long_it_takes(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    fill(round_, 20)
    clock.offset += 6 * TEN
    assert batches.run_due(now()) == 0
    assert sizes(round_.id) == (20, 0) and log_queries.find_latest(round_.id) is None


def test_before_ten_minutes_are_over_nothing_moves_however_many_wait(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    fill(round_, 40)
    assert batches.run_due(now()) == 20
    fill(round_, 40)
    assert batches.run_due(log_queries.list_checkpoints(round_.id)[-1].made_at + TEN - timedelta(seconds=1)) == 0
    assert batches.run_due(log_queries.list_checkpoints(round_.id)[-1].made_at + TEN) == 40


def test_a_batch_leaves_twenty_of_each_chamber_behind(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    seated(round_, 1, 1)
    fill(round_, 50)
    fill(round_, 23, rounds.COMMITTEE)
    assert batches.run_due(now()) == 33
    left = [row.chamber for row in db.session.query(IntakeBallot)]
    assert (left.count(rounds.RESIDENTS), left.count(rounds.COMMITTEE)) == (20, 20)


def test_who_is_left_behind_is_drawn_anew_each_time(app: Flask, clock: Clock) -> None:
    """By lot, not by age: of those who waited already some are carried, and some of the new ones are left."""
    round_ = published(clock)
    fill(round_, 60)
    batches.run_due(now())
    waited = {row.id for row in db.session.query(IntakeBallot)}
    fill(round_, 40)
    clock.offset += TEN
    batches.run_due(now())
    still = {row.id for row in db.session.query(IntakeBallot)}
    assert len(waited) == len(still) == 20
    assert waited - still and still - waited


def test_the_box_is_in_the_order_of_the_hashes_batch_by_batch_and_its_places_have_no_gaps(
    app: Flask, clock: Clock
) -> None:
    round_ = published(clock)
    bounds = [0]
    for size in (45, 30, 25):
        fill(round_, size)
        clock.offset += TEN
        batches.run_due(now())
        bounds.append(sizes(round_.id)[1])
    rows = in_the_box(round_.id)
    assert [row.position for row in rows] == list(range(80))
    assert [row.leaf for row in rows] == [merkle.leaf_hash(row.sealed).hex() for row in rows]
    for start, end in pairwise(bounds):
        leaves = [row.leaf for row in rows[start:end]]
        assert leaves == sorted(leaves) and len(leaves) > 1


def test_checkpoints_are_signed_and_each_begins_with_the_one_before(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    for size in (33, 10, 7):
        fill(round_, size)
        clock.offset += TEN
        batches.run_due(now())
    manifest = queries.get_manifest(round_.id)
    origin = f"hanpyo/{round_.id}/{manifest.sha256}"
    verifier = checkpoint.Verifier(origin, VerifyKey.from_hex(str(manifest.key("ed25519"))))
    signed = [checkpoint.read(one.note, verifier) for one in log_queries.list_checkpoints(round_.id)]
    leaves = [bytes.fromhex(row.leaf) for row in in_the_box(round_.id)]
    assert [one.size for one in signed] == [13, 23, 30]
    assert [one.root for one in signed] == [merkle.root(leaves[: one.size]) for one in signed]
    for first, second in pairwise(signed):
        proof = merkle.consistency_proof(first.size, leaves[: second.size])
        assert merkle.verify_consistency(first.size, first.root, second.size, second.root, proof)


def test_a_batch_leaves_one_line_with_size_and_root(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    fill(round_, 30)
    batches.run_due(now())
    line, latest = db.session.query(AuditLine).filter_by(action="box.batch").one(), log_queries.find_latest(round_.id)
    assert latest is not None
    assert line.fields == {"ballots": 10, "size": 10, "root": log_queries.root_of(latest)}


def test_two_ticks_at_once_carry_each_ballot_once(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    fill(round_, 120)
    everybody = {row.id for row in db.session.query(IntakeBallot)}
    barrier, carried, at = Barrier(4), list[int](), now()

    def tick() -> None:
        with app.app_context():
            barrier.wait(30)
            carried.append(batches.run_due(at))

    db.session.rollback()
    running = [Thread(target=tick) for _ in range(4)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(60)
    waiting, boxed = sizes(round_.id)
    assert len(carried) == 4 and sum(carried) == boxed == 100 and waiting == 20
    assert {row.id for table in (IntakeBallot, BoxBallot) for row in db.session.query(table)} == everybody
    rows, latest = in_the_box(round_.id), log_queries.find_latest(round_.id)
    assert [row.position for row in rows] == list(range(100))
    assert latest is not None and latest.size == 100
    assert log_queries.root_of(latest) == merkle.root(bytes.fromhex(row.leaf) for row in rows).hex()


def test_closing_carries_all_that_wait(app: Flask, clock: Clock) -> None:
    round_ = published(clock, running=None)
    seated(round_, 3, 3, "ended")
    fill(round_, 7)
    fill(round_, 2, rounds.COMMITTEE)
    clock.offset += max(phase.ends_at for phase in round_.phases) - now() + timedelta(minutes=1)
    results.close_round(round_, at=now(), by=SYSTEM)
    assert sizes(round_.id) == (0, 9)
    latest = log_queries.find_latest(round_.id)
    assert latest is not None and (latest.number, latest.size) == (1, 9)
    assert batches.run_due(now() + TEN) == 0


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE box_ballot SET position = position + 100",
        "DELETE FROM box_ballot WHERE position = 0",
        "UPDATE checkpoint SET size = size + 1",
        "DELETE FROM checkpoint",
    ],
)
def test_the_database_itself_refuses_to_change_the_box_and_its_checkpoints(
    app: Flask, clock: Clock, change: str
) -> None:
    round_ = published(clock)
    fill(round_, 30)
    batches.run_due(now())
    with pytest.raises(DBAPIError):
        db.session.execute(text(change))
    db.session.rollback()
    assert sizes(round_.id) == (20, 10) and db.session.query(Checkpoint).count() == 1


def test_scrubbing_leaves_what_waits_as_it_is(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    fill(round_, 30)
    batches.run_due(now())
    before = sorted((row.id, row.sealed) for row in db.session.query(IntakeBallot))
    db.session.rollback()
    batches.scrub()
    assert sorted((row.id, row.sealed) for row in db.session.query(IntakeBallot)) == before
    assert batches.run_due(now() + TEN) == 0 and sizes(round_.id) == (20, 10)


def test_scrubbing_takes_from_the_disk_what_the_intake_has_held(app: Flask, clock: Clock) -> None:
    """On PostgreSQL the table is written anew; on SQLite the log of writes is emptied."""
    round_ = published(clock)
    fill(round_, 30)
    batches.run_due(now())
    db.session.rollback()
    before = trace(app)
    batches.scrub()
    assert before != trace(app)


def trace(app: Flask) -> int:
    """The file of the intake, or the length of the log of writes."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            return int(connection.execute(text("SELECT pg_relation_filenode('intake_ballot')")).scalar_one())
    with open(f"{db.engine.url.database}-wal", "rb") as log:
        return len(log.read())


def test_scrubbing_gives_up_where_somebody_holds_the_table(
    app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = published(clock)
    fill(round_, 30)
    monkeypatch.setattr(batches, "PATIENCE", 50)
    db.session.rollback()
    held = db.engine.connect()
    try:
        held.execute(text("SELECT count(*) FROM intake_ballot"))
        if db.engine.dialect.name == "postgresql":
            before = trace(app)
            batches.scrub()
            assert trace(app) == before
        else:
            batches.scrub()
    finally:
        held.close()
    assert sizes(round_.id) == (30, 0)
