"""When objections are over: who took part is erased, how many stay, and the disk is cleaned of what was there.

The rows go in one transaction. The disk is cleaned after it, since no database does that within one; whoever is stopped
in between runs it again.
"""

import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Select, delete, func, select, update

from app import clock
from app.audit import services as audit
from app.audit.models import Actor
from app.ballots import queries as ballots
from app.ballots.models import Erasure, KeptDay, KeptPeople, Participation, RoundSecret, Trustee
from app.codes.models import VotingCode, VotingCodeBatch
from app.database import db, lock, transaction
from app.errors import NotFound
from app.notices import letter_queries as told
from app.notices import letter_services as letters
from app.notices.letter_models import Delivery, Notice
from app.proposals.models import Proposal
from app.results import erasing_rules as rules
from app.results import queries
from app.results.models import Count
from app.roll.models import RollClaim, RollEntry, RollUpload, StagedLine
from app.rounds.models import Round
from app.stations.models import DeskPin
from app.voices import services as voices
from app.voices.models import Comment, Support

ERASE = audit.declare(
    "round.erase",
    "round",
    *(
        "participations",
        "secrets",
        "word_hashes",
        "roll_entries",
        "voting_codes",
        "claims",
        "staged",
        "supports",
        "comments",
        "notices",
    ),
)
SCRUB = audit.declare("round.scrub", "round")

TABLES = (
    Participation.__tablename__,
    RoundSecret.__tablename__,
    Trustee.__tablename__,
    RollEntry.__tablename__,
    VotingCode.__tablename__,
    RollClaim.__tablename__,
    StagedLine.__tablename__,
    Support.__tablename__,
    Comment.__tablename__,
    Notice.__tablename__,
)
PATIENCE = 5  # seconds for those who read or write just now
GLANCE = 0.1

Days = Mapping[tuple[str, str, date], int | None]


@dataclass(frozen=True)
class Traces:
    """What there is to erase, in rows by table, and what stays: chamber → channel → people, and (chamber, channel, day
    in Seoul) → people, None where it is not told."""

    rows: Mapping[str, int]
    people: Mapping[str, Mapping[str, int]]
    days: Days


class Afterwards(NamedTuple):
    """Of a published result its SHA-256, and what comes afterwards: until when objections may be made, when it was
    erased who took part, and when that was taken from the disk, too."""

    sha256: str
    objections_end: datetime
    erased_at: datetime | None
    scrubbed_at: datetime | None


def get_afterwards(round_id: int) -> Afterwards:
    """All that a page already drawn asks for, in one question. Raises NotFound until the result is published."""
    row = db.session.execute(
        select(Count.sha256, Count.published_at, Round.objection_days, Erasure.erased_at, Erasure.scrubbed_at)
        .join(Round, Round.id == Count.round_id)
        .outerjoin(Erasure, Erasure.round_id == Count.round_id)
        .where(Count.round_id == round_id, Count.published_at.is_not(None))
    ).one_or_none()
    if row is None:
        raise NotFound(f"result of round {round_id}")
    until = rules.objections_end(row.published_at, row.objection_days)
    return Afterwards(row.sha256, until, row.erased_at, row.scrubbed_at)


def look(round_: Round, *, at: datetime) -> Traces:
    """What would be erased, and what would stay. Raises NothingPublished, ObjectionsRunning, AlreadyErased."""
    _ensure_may_erase(round_, at)
    return _traces(round_.id)


def erase(round_: Round, *, at: datetime, by: Actor) -> Traces:
    """The rows; `scrub` comes next. Raises NothingPublished, ObjectionsRunning, AlreadyErased."""
    with transaction():
        lock(round_)
        _ensure_may_erase(round_, at)
        traces = _traces(round_.id)
        _keep(round_.id, traces, at)
        db.session.execute(delete(Participation).where(Participation.round_id == round_.id))
        db.session.execute(delete(RoundSecret).where(RoundSecret.round_id == round_.id))
        db.session.execute(update(Trustee).where(Trustee.round_id == round_.id).values(words_sha256=""))
        db.session.execute(delete(VotingCode).where(VotingCode.batch_id.in_(_batches(round_.id))))
        for gone in (RollEntry, RollClaim, StagedLine, RollUpload):
            db.session.execute(delete(gone).where(gone.round_id == round_.id))
        voices.forget_people(round_.id)
        letters.take_away_of(round_.id, _proposals(round_.id))
        (
            participations,
            secrets,
            word_hashes,
            roll_entries,
            voting_codes,
            claims,
            staged,
            supports,
            comments,
            notices,
        ) = (traces.rows[table] for table in TABLES)
        audit.record(
            ERASE,
            round_.id,
            at=at,
            by=by,
            participations=participations,
            secrets=secrets,
            word_hashes=word_hashes,
            roll_entries=roll_entries,
            voting_codes=voting_codes,
            claims=claims,
            staged=staged,
            supports=supports,
            comments=comments,
            notices=notices,
        )
    return traces


def scrub(round_: Round, *, at: datetime, by: Actor) -> None:
    """Takes what was erased from the disk. May be done as often as one likes. Raises NotScrubbed."""
    round_id = round_.id
    db.session.rollback()  # our own look at the rows must not keep them
    clean = _clean_sqlite if db.engine.dialect.name == "sqlite" else _clean_postgresql
    connection = db.engine.raw_connection()
    try:
        clean(connection.dbapi_connection)
    except (sqlite3.OperationalError, psycopg.OperationalError) as error:
        raise rules.NotScrubbed(str(error).partition("\n")[0]) from error
    finally:
        connection.close()
    with transaction():
        db.session.get_one(Erasure, round_id, with_for_update=True).scrubbed_at = at
        audit.record(SCRUB, round_id, at=at, by=by)


def is_unfinished(round_id: int) -> bool:
    """Whether the rows are gone, but not from the disk."""
    erasure = ballots.find_erasure(round_id)
    return erasure is not None and erasure.scrubbed_at is None


def _ensure_may_erase(round_: Round, at: datetime) -> None:
    erasure = ballots.find_erasure(round_.id)
    if erasure is not None:
        raise rules.AlreadyErased(erasure.erased_at)
    count = queries.find_count(round_.id)
    rules.ensure_over(count.published_at if count else None, round_.objection_days, at)


def _traces(round_id: int) -> Traces:
    hashed = select(func.count()).where(Trustee.round_id == round_id, Trustee.words_sha256 != "")
    found = (
        select(func.count()).where(Participation.round_id == round_id),
        select(func.count()).where(RoundSecret.round_id == round_id),
        hashed,
        select(func.count()).where(RollEntry.round_id == round_id),
        select(func.count()).where(VotingCode.batch_id.in_(_batches(round_id))),
        select(func.count()).where(RollClaim.round_id == round_id),
        select(func.count()).where(StagedLine.round_id == round_id),
        select(func.count()).where(Support.proposal_id.in_(_proposals(round_id))),
        select(func.count()).where(Comment.proposal_id.in_(_proposals(round_id)), Comment.resident_id.is_not(None)),
        select(func.count()).where(told.is_about(round_id, _proposals(round_id))),
    )
    rows = {table: db.session.scalar(count) or 0 for table, count in zip(TABLES, found, strict=True)}
    return Traces(rows, ballots.participations(round_id), _days(round_id))


def _batches(round_id: int) -> Select[tuple[int]]:
    return select(VotingCodeBatch.id).where(VotingCodeBatch.round_id == round_id)


def _proposals(round_id: int) -> Select[tuple[int]]:
    return select(Proposal.id).where(Proposal.round_id == round_id)


def _days(round_id: int) -> Days:
    """Suppressed channel by channel, for the total of each is known."""
    hours = (
        select(Participation.chamber, Participation.channel, Participation.cast_hour, func.count())
        .where(Participation.round_id == round_id)
        .group_by(Participation.chamber, Participation.channel, Participation.cast_hour)
    )
    counted: dict[tuple[str, str], dict[date, int]] = {}
    for chamber, channel, hour, people in db.session.execute(hours):
        days, day = counted.setdefault((chamber, channel), {}), clock.seoul_day(hour)
        days[day] = days.get(day, 0) + people
    return {
        (chamber, channel, day): people
        for (chamber, channel), days in sorted(counted.items())
        for day, people in sorted(rules.suppress(days).items())
    }


def _keep(round_id: int, traces: Traces, at: datetime) -> None:
    db.session.add(Erasure(round_id=round_id, erased_at=at))
    db.session.flush()
    db.session.add_all(
        KeptPeople(round_id=round_id, chamber=chamber, channel=channel, people=people)
        for chamber, channels in traces.people.items()
        for channel, people in channels.items()
    )
    db.session.add_all(
        KeptDay(round_id=round_id, chamber=chamber, channel=channel, on_day=day, people=people)
        for (chamber, channel, day), people in traces.days.items()
    )
    db.session.flush()


def _clean_sqlite(connection: Any) -> None:
    """`secure_delete` has overwritten the rows in the file; the file is written anew all the same, and the log that
    still has them is emptied. That waits for whoever reads an older state."""
    (patience,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute(f"PRAGMA busy_timeout={PATIENCE * 1000}")
    try:
        connection.execute("VACUUM")
        busy, _pages, _moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.execute(f"PRAGMA busy_timeout={patience}")
    if busy:
        raise rules.NotScrubbed("somebody is reading")


def _clean_postgresql(connection: Any) -> None:
    """Of a table that is not ours PostgreSQL only warns that it leaves it as it is."""
    warned: list[Any] = []
    connection.autocommit = True
    connection.add_notice_handler(warned.append)
    try:
        connection.execute(f"SET lock_timeout = '{PATIENCE}s'")
        _await_older_readers(connection)
        for table in (*TABLES, DeskPin.__tablename__, Delivery.__tablename__):  # they go with an entry, and a notice
            connection.execute(f"VACUUM (FULL) {table}")
    finally:
        connection.execute("RESET lock_timeout")
        connection.remove_notice_handler(warned.append)
        connection.autocommit = False
    if warned:
        raise rules.NotScrubbed(warned[0].message_primary)


def _await_older_readers(connection: Any) -> None:
    """VACUUM copies deleted rows that somebody might still see: whoever began before now has to end first."""
    (mark,) = connection.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text").fetchone()
    older = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        f"AND greatest(age(backend_xmin), age(backend_xid)) > age('{int(mark) % 2**32}'::xid)"
    )
    for _ in range(round(PATIENCE / GLANCE)):
        if connection.execute(older).fetchone() == (0,):
            return
        time.sleep(GLANCE)
    raise rules.NotScrubbed("a transaction that began before is still open")
