"""Somebody with the full dump of a database, who knows in which order people voted, and wants to know whose ballot is
whose.

What they look at: the order in which ballots lie in each file (by their ids, receipts, leaves, sealed bytes), which
ballot comes next after a voter's key, and on PostgreSQL which rows were written by one transaction. A way of looking
says nothing if it does no better than guessing: matches ≤ chance + 3σ, and Kendall's |tau| ≤ 0.1 (3σ where that is
more), within each batch. That one batch came after another, the checkpoints tell everybody: with their instants.
"""

import math
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import text

from app.ballots.models import BoxBallot, IntakeBallot
from app.database import db

SEALED_BYTES = 12  # of a sealed ballot's 65 that nobody can foresee, from the second on: the first is always 4
_SEALED = re.compile(rb"\x04(?=(.{%d}))" % SEALED_BYTES, re.DOTALL)
_WORDS = re.compile(rb"[0-9a-f]{16,}")
_LENGTHS = (16, 32, 64)

Dump = dict[str, bytes]  # where → what lies there


class Token(NamedTuple):
    """`what`: "voter", or which column of a ballot. `place`: of the voter, in the order of voting."""

    what: str
    place: int


@dataclass(frozen=True)
class Known:
    """What the adversary has found out beforehand, and what is to be found out: voters' keys and ballots' receipts,
    each in the order of voting."""

    round_id: int
    voters: Sequence[str]
    receipts: Sequence[str]

    def ballots(self) -> dict[int, BoxBallot | IntakeBallot]:
        """place → ballot"""
        db.session.rollback()
        rows = [
            row
            for table in (BoxBallot, IntakeBallot)
            for row in db.session.query(table).filter_by(round_id=self.round_id)
        ]
        places = {receipt: place for place, receipt in enumerate(self.receipts)}
        return {places[row.receipt]: row for row in rows}

    def batches(self, sizes: Sequence[int]) -> list[set[int]]:
        """Places by the batch in which their ballots came. `sizes`: of the log, after each."""
        position = {place: row.position for place, row in self.ballots().items() if isinstance(row, BoxBallot)}
        bounds = [0, *sizes]
        return [
            {place for place, at in position.items() if start <= at < end}
            for start, end in zip(bounds, bounds[1:], strict=False)
        ]


class Look(NamedTuple):
    matches: int
    chance: float
    tau: float
    sigma: float

    @property
    def says_something(self) -> bool:
        return self.matches > self.chance + 3 * math.sqrt(self.chance) or abs(self.tau) > max(0.1, 3 * self.sigma)


def looks(known: Known, batches: Sequence[set[int]], dump: Dump) -> dict[str, Look]:
    """What each way of looking comes to."""
    found: dict[str, Look] = {}
    wanted = tokens(known)
    for name, data in dump.items():
        hits = occurrences(wanted, data)
        if not hits:
            continue
        for what in sorted({token.what for _, token in hits} - {"voter"}):
            places = [token.place for _, token in hits if token.what == what]
            found[f"{name}: first {what}"] = in_order(dict.fromkeys(places), batches)
            found[f"{name}: last {what}"] = in_order(dict.fromkeys(reversed(places)), batches)
        found[f"{name}: next to the voter"] = paired(next_to_voters(hits))
    if db.engine.dialect.name == "postgresql":
        found["one transaction"] = paired(in_one_transaction(known))
    return found


def in_order(places: Iterable[int], batches: Sequence[set[int]]) -> Look:
    """The n-th ballot that is found of a batch is said to be the n-th voter's."""
    order = list(places)
    matches, score, pairs, variance = 0, 0, 0, 0.0
    parts = [part for batch in batches if len(part := [place for place in order if place in batch]) > 1]
    for part in parts:
        matches += sum(place == guess for place, guess in zip(part, sorted(part), strict=True))
        n = len(part)
        score += sum((b > a) - (b < a) for i, a in enumerate(part) for b in part[i + 1 :])
        pairs += n * (n - 1) // 2
        variance += n * (n - 1) * (2 * n + 5) / 18
    return Look(matches, len(parts), score / max(1, pairs), math.sqrt(variance) / max(1, pairs))


def paired(guesses: dict[int, int]) -> Look:
    """voter → ballot"""
    return Look(sum(voter == ballot for voter, ballot in guesses.items()), 1, 0.0, 0.0)


def tokens(known: Known) -> dict[bytes, Token]:
    """All by which something of a voter or a ballot is known when it is seen."""
    found = {key.encode(): Token("voter", place) for place, key in enumerate(known.voters)}
    for place, row in known.ballots().items():
        found |= {row.id.encode(): Token("id", place), row.receipt.encode(): Token("receipt", place)}
        found[row.sealed[1 : SEALED_BYTES + 1]] = Token("sealed", place)
        if isinstance(row, BoxBallot):
            found[row.leaf.encode()] = Token("leaf", place)
    return found


def occurrences(wanted: Mapping[bytes, Token], data: bytes) -> list[tuple[int, Token]]:
    """Where it stands, from the front to the back."""
    hits = [(hit.start(), token) for hit in _SEALED.finditer(data) if (token := wanted.get(hit[1]))]
    for word in _WORDS.finditer(data):
        for start in range(len(word[0]) - min(_LENGTHS) + 1):
            for length in _LENGTHS:
                if token := wanted.get(word[0][start : start + length]):
                    hits.append((word.start() + start, token))
    return sorted(hits)


def next_to_voters(hits: Sequence[tuple[int, Token]]) -> dict[int, int]:
    """The ballot that comes first after a voter's key."""
    guesses: dict[int, int] = {}
    ballot = None
    for _, token in reversed(hits):
        if token.what != "voter":
            ballot = token.place
        elif ballot is not None:
            guesses[token.place] = ballot
    return guesses


def in_one_transaction(known: Known) -> dict[int, int]:
    """PostgreSQL notes with each row which transaction wrote it."""
    voters, receipts = ({name: n for n, name in enumerate(names)} for names in (known.voters, known.receipts))
    guesses: dict[int, int] = {}
    with db.engine.connect() as connection:
        for table in ("intake_ballot", "box_ballot"):
            rows = connection.execute(
                text(
                    f"SELECT p.voter_key, b.receipt FROM participation p JOIN {table} b ON b.xmin = p.xmin"
                    " WHERE p.round_id = :round AND b.round_id = :round"
                ),
                {"round": known.round_id},
            )
            guesses |= {voters[key]: receipts[receipt] for key, receipt in rows}
    return guesses


def dump() -> Dump:
    """All that lies on the disk of the database at hand."""
    return _sqlite_files() if db.engine.dialect.name == "sqlite" else _postgresql_files()


def _sqlite_files() -> Dump:
    path = Path(str(db.engine.url.database))
    return {
        file.name.removeprefix(path.name) or "file": file.read_bytes() for file in path.parent.glob(f"{path.name}*")
    }


def _postgresql_files() -> Dump:
    """The whole data directory of the cluster but other databases: tables under their names, the rest under its
    folder's; what was written ahead under `pg_wal`."""
    with db.engine.connect() as connection, closing(connection.connection.dbapi_connection.cursor()) as cursor:  # type: ignore[union-attr]
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()"
        )
        folder, oid = cursor.fetchone()
        cursor.execute("SELECT pg_relation_filepath(oid), relname FROM pg_class WHERE relkind IN ('r', 'i', 't')")
        names = dict(cursor.fetchall())
    others = {path for path in Path(folder, "base").iterdir() if path.name != str(oid)}
    found: Dump = {}
    for path in sorted(Path(top, name) for top, _, files in os.walk(folder) for name in files):
        place = str(path.relative_to(folder))
        name = names.get(place) or ("pg_wal" if place.startswith("pg_wal") else place)
        with suppress(FileNotFoundError):  # the server puts its own notes away while we look
            if path.is_file() and path.parent not in others:
                found[name] = found.get(name, b"") + path.read_bytes().rstrip(b"\0")
    return found
