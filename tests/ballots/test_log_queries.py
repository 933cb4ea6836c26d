"""What everybody may know of the box: its checkpoints, and proofs that need no sealed byte."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from itertools import combinations_with_replacement

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import DatabaseError

from app.audit.models import SYSTEM
from app.ballots import batches, bulk, log_queries
from app.ballots.models import BoxBallot, IntakeBallot
from app.clock import Clock, now
from app.crypto import merkle
from app.database import db
from app.errors import NotFound
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests.ballots.elections import picks, published
from tests.crypto import naive_tree


def filled(clock: Clock, *batch_sizes: int) -> Round:
    """Each batch leaves 20 behind; so many ballots come before each."""
    round_ = published(clock)
    choices = picks(round_)
    for size in batch_sizes:
        bulk.pour_ballots(
            round_, rounds.RESIDENTS, [choices] * size, "made_up", at=now(), by=SYSTEM, allow_made_up=True
        )
        clock.offset += timedelta(minutes=10)
        batches.run_due(now())
    return round_


@pytest.mark.parametrize("tile", [2, 8, 256])
def test_every_ballot_in_the_box_has_a_proof_that_anybody_can_check(
    app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch, tile: int
) -> None:
    monkeypatch.setattr(log_queries, "TILE", tile)
    round_ = filled(clock, 33, 9, 17)
    rows = db.session.query(BoxBallot).order_by(BoxBallot.position).all()
    leaves = [bytes.fromhex(row.leaf) for row in rows]
    assert len(rows) == 39
    for row in rows:
        proof = log_queries.find_proof(round_.id, row.receipt)
        assert proof is not None and proof.holds
        assert (proof.position, proof.leaf, proof.checkpoint.size) == (row.position, row.leaf, 39)
        assert [bytes.fromhex(digest) for digest in proof.path] == merkle.inclusion_proof(row.position, leaves)
        assert proof.since == (1 if row.position < 13 else 2 if row.position < 22 else 3)


@pytest.mark.parametrize("tile", [2, 256])
def test_between_any_two_checkpoints_there_is_the_proof_of_the_rfc(
    app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch, tile: int
) -> None:
    monkeypatch.setattr(log_queries, "TILE", tile)
    round_ = filled(clock, 25, 3, 9, 15, 14)
    sealed = [row.sealed for row in db.session.query(BoxBallot).order_by(BoxBallot.position)]
    sizes = [one.size for one in log_queries.list_checkpoints(round_.id)]
    assert sizes == [5, 8, 17, 32, 46]
    for first, second in combinations_with_replacement(range(1, 6), 2):
        for growth in (
            log_queries.prove_growth(round_.id, first, second),
            log_queries.prove_growth(round_.id, second, first),
        ):
            before, after = sizes[first - 1], sizes[second - 1]
            assert (growth.first.size, growth.second.size, growth.holds) == (before, after, True)
            assert growth.first_root == naive_tree.mth(sealed[:before]).hex()
            wanted = naive_tree.proof(before, sealed[:after])
            assert growth.path == tuple(digest.hex() for digest in wanted)


def test_what_was_changed_after_a_checkpoint_does_not_agree_with_it(app: Flask, clock: Clock) -> None:
    round_ = filled(clock, 25, 7)
    assert log_queries.prove_growth(round_.id, 1, 2).holds
    with db.engine.begin() as connection:
        if db.engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER box_ballot_kept_update"))
        else:
            connection.execute(text("ALTER TABLE box_ballot DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE box_ballot SET leaf = :other WHERE position = 2"), {"other": "0" * 64})
    db.session.rollback()
    assert not log_queries.prove_growth(round_.id, 1, 2).holds


def test_a_proof_reads_a_row_a_level_and_the_leaves_of_two_tiles_at_most(
    app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_queries, "TILE", 4)
    round_ = filled(clock, 20 + 63, 64)
    row = db.session.query(BoxBallot).filter_by(position=70).one()
    asked: list[tuple[str, int]] = []
    read = log_queries._read

    def noting(round_id: int, full: Sequence[range]) -> dict[range, str]:
        roots = read(round_id, full)
        asked.extend(("tile" if len(part) >= 4 else "leaves", len(part)) for part in full)
        return roots

    monkeypatch.setattr(log_queries, "_read", noting)
    proof = log_queries.find_proof(round_.id, row.receipt)
    assert proof is not None and proof.holds and proof.checkpoint.size == 127
    tiles = {("tile", 64): 1, ("tile", 16): 2, ("tile", 8): 2, ("tile", 4): 2}
    assert Counter(asked) == {**tiles, ("leaves", 2): 2, ("leaves", 1): 2}


def test_tiles_are_never_changed(app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_queries, "TILE", 4)
    round_ = filled(clock, 29)
    assert set(log_queries.tiles(round_.id)) == {(0, 0), (0, 1), (1, 0)}
    for statement in ("UPDATE log_tile SET root = ''", "DELETE FROM log_tile"):
        with pytest.raises(DatabaseError, match="never changed"), db.engine.begin() as connection:
            connection.execute(text(statement))


def test_a_proof_reads_no_sealed_ballot(app: Flask, clock: Clock) -> None:
    round_ = filled(clock, 40)
    receipt = db.session.query(BoxBallot.receipt).first()
    assert receipt is not None
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda _c, _u, statement, *_rest: asked.append(statement))
    assert log_queries.find_proof(round_.id, receipt[0]) is not None
    assert asked and not any("sealed" in statement for statement in asked)


def test_a_ballot_that_waits_is_known_as_waiting_and_has_no_proof_yet(app: Flask, clock: Clock) -> None:
    round_ = filled(clock, 25)
    waiting = [row.receipt for row in db.session.query(IntakeBallot)]
    carried = [row.receipt for row in db.session.query(BoxBallot)]
    assert (len(waiting), len(carried)) == (20, 5)
    assert all(log_queries.is_waiting(round_.id, receipt) for receipt in waiting)
    assert not any(log_queries.find_proof(round_.id, receipt) for receipt in waiting)
    assert not any(log_queries.is_waiting(round_.id, receipt) for receipt in carried)


def test_another_rounds_ballot_is_not_found_in_this_one(app: Flask, clock: Clock) -> None:
    one = filled(clock, 25)
    other = published(clock)
    for table in (IntakeBallot, BoxBallot):
        for row in db.session.query(table).filter_by(round_id=one.id):
            assert not log_queries.is_waiting(other.id, row.receipt)
            assert log_queries.find_proof(other.id, row.receipt) is None


def test_a_checkpoint_that_is_not_there_is_not_found(app: Flask, clock: Clock) -> None:
    round_ = filled(clock, 25)
    assert log_queries.get_checkpoint(round_.id, 1).size == 5
    with pytest.raises(NotFound):
        log_queries.get_checkpoint(round_.id, 2)


def test_a_round_has_a_box_from_publication_on_unless_it_seals_nothing(app: Flask, clock: Clock) -> None:
    assert log_queries.has_box(published(clock))
    assert not log_queries.has_box(published(clock, source=rounds.HISTORY))
