"""From the intake into the box, in batches that mix: who sees all rows cannot tell which came first.

The intake knows neither time nor order, and a batch leaves some of its ballots behind, drawn by lot (a pool mix), so
that no batch holds just those who voted since the last one.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from psycopg.errors import InsufficientPrivilege, LockNotAvailable
from sqlalchemy import delete, func, insert, select

from app.audit import services as audit
from app.audit.models import SYSTEM
from app.ballots import box, log_queries, queries
from app.ballots.models import BoxBallot, Checkpoint, IntakeBallot, LogTile, RoundKey
from app.config import Config
from app.crypto import checkpoint, merkle
from app.crypto.signing import SigningKey
from app.database import db, hold, lock_name, transaction
from app.rounds import rules as rounds
from app.rounds.models import Round

BATCH = audit.declare("box.batch", "round", "ballots", "size", "root")

LEFT_BEHIND = 20
EVERY = timedelta(minutes=10)
PATIENCE = 1000  # milliseconds
AFTERWARDS = timedelta(days=1)


def run_due(at: datetime) -> int:
    """Carries what is due into the boxes of all rounds that are voted in; how many ballots."""
    carried = 0
    for round_id in db.session.scalars(select(Round.id).where(Round.state == rounds.BALLOT_PUBLISHED)).all():
        if _is_due(round_id, at):
            carried += _run(round_id, at)
    return carried


def _is_due(round_id: int, at: datetime) -> bool:
    waiting = db.session.scalar(select(func.count()).where(IntakeBallot.round_id == round_id)) or 0
    latest = log_queries.find_latest(round_id)
    since = latest.made_at if latest else queries.get_publication(round_id).published_at
    return waiting > LEFT_BEHIND and since + EVERY <= at


def _run(round_id: int, at: datetime) -> int:
    with transaction():
        round_ = hold(db.session.get_one(Round, round_id))
        if round_.state != rounds.BALLOT_PUBLISHED:  # shut in the meantime: its last batch was run there
            return 0
        return carry(round_id, LEFT_BEHIND, at=at)


def carry(round_id: int, left_behind: int, *, at: datetime) -> int:
    """Within the caller's transaction, which holds the round: all ballots of each chamber but `left_behind` go into
    the box in the order of their hashes, under a new checkpoint. How many."""
    lock_name(f"box of round {round_id}")
    rows = [row for chamber in _waiting(round_id) for row in _drawn(chamber, left_behind)]
    if not rows:
        return 0
    latest = log_queries.find_latest(round_id)
    tree = merkle.Frontier(latest.size, latest.digests) if latest else merkle.Frontier()
    placed, tiles = _placed(round_id, rows, tree)
    _move(placed)
    if tiles:
        db.session.execute(insert(LogTile), tiles)
    note = checkpoint.write(log_queries.origin(round_id), tree.size, tree.root, signing_key())
    number = latest.number + 1 if latest else 1
    db.session.add(
        Checkpoint(round_id=round_id, number=number, size=tree.size, digests=tree.digests, note=note, made_at=at)
    )
    db.session.flush()
    audit.record(BATCH, round_id, at=at, by=SYSTEM, ballots=len(rows), size=tree.size, root=tree.root.hex())
    return len(rows)


def _waiting(round_id: int) -> list[list[dict[str, Any]]]:
    """Chamber by chamber: a ballot's chamber can be seen, so that each is a pool of its own."""
    pools: dict[str, list[dict[str, Any]]] = {}
    columns = IntakeBallot.__table__.c
    for row in db.session.execute(select(*columns).where(columns.round_id == round_id)).mappings():
        pools.setdefault(row["chamber"], []).append(dict(row))
    return list(pools.values())


def _drawn(rows: list[dict[str, Any]], left_behind: int) -> list[dict[str, Any]]:
    return secrets.SystemRandom().sample(rows, max(0, len(rows) - left_behind))


def _placed(
    round_id: int, rows: list[dict[str, Any]], tree: merkle.Frontier
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """In the order of their hashes, and the tiles of the log that they fill; `tree` grows with them."""
    hashed = sorted(((merkle.leaf_hash(row["sealed"]), row) for row in rows), key=lambda pair: pair[0])
    placed, tiles = [], []
    for leaf, row in hashed:
        placed.append({**row, "position": tree.size, "leaf": leaf.hex()})
        made = tree.extend(leaf)
        tiles += log_queries.tiles_among(made, tree.size, round_id)
    return placed, tiles


def _move(placed: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(placed), box.AT_ONCE):
        some = placed[start : start + box.AT_ONCE]
        db.session.execute(insert(BoxBallot), some)
        db.session.execute(delete(IntakeBallot).where(IntakeBallot.id.in_([row["id"] for row in some])))


def signing_key() -> SigningKey:
    config: Config = current_app.extensions["hanpyo"]
    return SigningKey.from_hex(config.signing_key)


def has_traces(at: datetime) -> bool:
    """Whether a box is being filled, or was shut no longer ago than that the last traces are gone for sure: nobody
    should find who filled it when."""
    shut = (
        select(RoundKey.round_id)
        .join(Round)
        .where(Round.state.not_in((rounds.DRAFT, rounds.CALLED)))
        .where(RoundKey.opened_at.is_(None) | (RoundKey.opened_at > at - AFTERWARDS))
    )
    return db.session.scalar(shut.limit(1)) is not None


def scrub() -> None:
    """What the intake has held is taken from the disk, too, with what the database notes of when it was written. Waits
    a moment for whoever casts; where somebody holds the table for longer, the next one will do."""
    connection = db.engine.raw_connection()
    try:
        if db.engine.dialect.name == "sqlite":
            _empty_log(connection.cursor())
        else:
            _rewrite(connection.dbapi_connection)
    finally:
        connection.close()


def _empty_log(cursor: Any) -> None:
    """The writer waits while this waits for readers: not for as long as a writer waits for another."""
    (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
    try:
        cursor.execute(f"PRAGMA busy_timeout={PATIENCE}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        cursor.execute(f"PRAGMA busy_timeout={patience}")


def _rewrite(connection: Any) -> None:
    """All that wait are written anew, by one transaction and in the order of their random ids."""
    connection.autocommit = True
    try:
        connection.execute(f"SET lock_timeout = {PATIENCE}")
        with connection.transaction():  # from now on it is in this one, and not in the one of its participation
            connection.execute(f"LOCK TABLE {IntakeBallot.__tablename__} IN EXCLUSIVE MODE")  # before any of its rows
            connection.execute(f"UPDATE {IntakeBallot.__tablename__} SET id = id")
        connection.execute(f"CLUSTER {IntakeBallot.__tablename__} USING pk_{IntakeBallot.__tablename__}")
    except LockNotAvailable:
        pass
    finally:
        connection.execute("RESET lock_timeout")
        _forget_log(connection)
        connection.autocommit = False


def _forget_log(connection: Any) -> None:
    """What was written up to now leaves the log of writes, as far as this role may and the server is set to (see
    docs/operate.md): there the participation and the ballot of a voter stand side by side."""
    for statement in ("SELECT pg_switch_wal()", "CHECKPOINT"):
        try:
            connection.execute(statement)
        except InsufficientPrivilege:
            return
