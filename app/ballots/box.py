"""The box: the only file that touches a ballot, sealed or opened.

A ballot is its choices and nothing else: a list of codes, or code → points. A list is put in by code, never in the
order in which it was ticked: the order on the page is the voter's own, and would lead back to them. Only where the
order is the vote (a ranking) it is kept.

Sealed, it goes into the intake; a batch (`batches`) carries it into the box, where it has a place in the log; the
ceremony (`ceremony`) opens the box, and from then on the choices can be read.
"""

import secrets
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select, text

from app.ballots import lids, opening, queries, rules
from app.ballots.models import BoxBallot, CastBallot, IntakeBallot
from app.crypto import merkle
from app.database import db
from app.tally import canonical
from app.tally.paper import Paper

Choices = Sequence[str] | Mapping[str, int]
AT_ONCE = 5000
UNREADABLE = opening.UNREADABLE
_PUT = insert(IntakeBallot.__table__)
# Row by row, a million of them would take as long as opening them does. A body has no line ends: it is canonical JSON.
_KEEP_ALL = text(
    "INSERT INTO cast_ballot (id, round_id, chamber, body) SELECT id, :round_id, :chamber, body "
    "FROM unnest(string_to_array(:ids, ' '), string_to_array(:bodies, E'\\n')) AS opened (id, body)"
)
_KEEP_EACH = "INSERT INTO cast_ballot (id, round_id, chamber, body) VALUES (?, ?, ?, ?)"
_BY_BYTES = {"sqlite": "BINARY", "postgresql": "C"}


class Put(NamedTuple):
    """What a voter takes home. `leaf` is the sealed ballot's hash in the log, hex."""

    receipt: str
    leaf: str


def put(ballot_id: str, round_id: int, paper: Paper, choices: Sequence[str]) -> Put:
    """Sealed, within the caller's transaction. IntegrityError when a ballot of this id waits already."""
    row = _sealed(ballot_id, round_id, paper, _body(choices))
    db.session.execute(_PUT, row)
    return _put(row["receipt"], row["sealed"])


def _sealed(ballot_id: str, round_id: int, paper: Paper, body: bytes) -> dict[str, Any]:
    return _row(ballot_id, round_id, paper, _lid(paper.manifest.sha256, paper.chamber.id).close(body))


def _row(ballot_id: str, round_id: int, paper: Paper, sealed: bytes) -> dict[str, Any]:
    receipt = rules.receipt_of(merkle.leaf_hash(sealed).hex(), paper.manifest.sha256)
    return {
        "id": ballot_id,
        "round_id": round_id,
        "chamber": paper.chamber.id,
        "receipt": receipt,
        "sealed": sealed,
    }


def _put(receipt: str, sealed: bytes) -> Put:
    return Put(receipt, merkle.leaf_hash(sealed).hex())


@lru_cache(maxsize=32)
def _lid(sha256: str, chamber: str) -> lids.Lid:
    return lids.lid_of(queries.paper_of(sha256, chamber).manifest, chamber)


def find(ballot_id: str, round_id: int, chamber: str) -> Put | None:
    """The ballot of this id, waiting or in the box."""
    for table in (IntakeBallot, BoxBallot):
        row = db.session.execute(
            select(table.receipt, table.sealed).where(
                table.id == ballot_id, table.round_id == round_id, table.chamber == chamber
            )
        ).one_or_none()
        if row is not None:
            return _put(*row)
    return None


def pour(round_id: int, chamber: str, ballots: Iterable[Choices], *, ordered: bool = False) -> int:
    """Many ballots at once, in random order and under random ids, within the caller's transaction; sealed where the
    round seals. How many."""
    bodies = [_body(choices, ordered) for choices in ballots]
    manifest = queries.get_manifest(round_id)
    if lids.find_key(manifest) is None:
        keep_opened(round_id, chamber, opening.rows_of(bodies))
    else:
        paper = queries.paper_of(manifest.sha256, chamber)
        rows = sorted((_sealed(secrets.token_hex(16), round_id, paper, body) for body in bodies), key=_by_id)
        _insert(IntakeBallot, rows)
    return len(bodies)


def seal(paper: Paper, choices: Sequence[str]) -> bytes:
    """As it would be put in, for a paper that is keyed: it waits for `take_in`."""
    return _lid(paper.manifest.sha256, paper.chamber.id).close(_body(choices))


def take_in(round_id: int, paper: Paper, ballots: Iterable[bytes]) -> int:
    """Sealed ballots, under new random ids and in their order, within the caller's transaction. How many."""
    rows = sorted((_row(secrets.token_hex(16), round_id, paper, sealed) for sealed in ballots), key=_by_id)
    _insert(IntakeBallot, rows)
    return len(rows)


def sealed(round_id: int, chambers: Iterable[str]) -> Generator[opening.Sealed, None, None]:
    """All that is in the box, a few ballots at a time."""
    manifest = queries.get_manifest(round_id)
    for chamber in chambers:
        lid = lids.lid_of(manifest, chamber)
        ballots = select(BoxBallot.sealed).where(BoxBallot.round_id == round_id, BoxBallot.chamber == chamber)
        few_at_a_time = ballots.execution_options(yield_per=opening.AT_ONCE)
        with db.session.connection().execute(few_at_a_time) as rows:  # closed, even if nobody reads to the end
            for some in rows.scalars().partitions():
                yield opening.Sealed(chamber, lid.length, lid.info, list(some))


def logged(round_id: int) -> Iterator[Any]:
    """Rows with chamber, leaf, receipt and sealed, in the order of the log."""
    columns = BoxBallot.__table__.c
    rows = select(columns.chamber, columns.leaf, columns.receipt, columns.sealed).where(columns.round_id == round_id)
    by_place = rows.order_by(columns.position).execution_options(yield_per=opening.AT_ONCE)
    return iter(db.session.connection().execute(by_place))


def keep_opened(round_id: int, chamber: str, rows: list[bytes]) -> None:
    """What was in all ballots of a chamber, as `opening` gives it: in the order of the random ids, which is then that
    of the disk, too. Nothing leads back to a place in the log."""
    rows.sort()
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        ids, bodies = map(opening.id_of, some), (opening.body_of(row).decode() for row in some)
        if db.session.get_bind().dialect.name == "postgresql":
            kept = {"ids": " ".join(ids), "bodies": "\n".join(bodies)}
            db.session.execute(_KEEP_ALL, {"round_id": round_id, "chamber": chamber, **kept})
        else:
            values = [(one, round_id, chamber, body) for one, body in zip(ids, bodies, strict=True)]
            db.session.connection().exec_driver_sql(_KEEP_EACH, values)


def _by_id(row: Mapping[str, Any]) -> str:
    return str(row["id"])


def _insert(table: type, rows: Sequence[Mapping[str, Any]]) -> None:
    for start in range(0, len(rows), AT_ONCE):
        db.session.execute(insert(table), rows[start : start + AT_ONCE])


def _body(choices: Choices, ordered: bool = False) -> bytes:
    plain = dict(choices) if isinstance(choices, Mapping) else list(choices) if ordered else sorted(choices)
    return canonical.dumps(plain)


def read(round_id: int, chamber: str) -> Iterator[Any]:
    """The choices of every opened ballot of a chamber, by their random ids: as good as shuffled. A few at a time."""
    ballots = select(CastBallot.body).where(CastBallot.round_id == round_id, CastBallot.chamber == chamber)
    for body in db.session.scalars(ballots.order_by(CastBallot.id).execution_options(yield_per=1000)):
        yield canonical.loads(body.encode())


def lines(round_id: int, chamber: str) -> Iterator[bytes]:
    """Every ballot of a chamber as canonical JSON, sorted by its bytes: any order of casting gives this one."""
    by_bytes = CastBallot.body.collate(_BY_BYTES[db.session.get_bind().dialect.name])
    ballots = select(CastBallot.body).where(CastBallot.round_id == round_id, CastBallot.chamber == chamber)
    for body in db.session.scalars(ballots.order_by(by_bytes).execution_options(yield_per=1000)):
        yield body.encode()


class Entry(NamedTuple):
    """A sealed ballot at its place in the log (from 0). `leaf`: its hash there, hex."""

    position: int
    leaf: str
    sealed: bytes


def entries(round_id: int, chamber: str) -> Iterator[Entry]:
    """What the box holds of a chamber, in the order of the log. A few at a time."""
    ballots = select(BoxBallot.position, BoxBallot.leaf, BoxBallot.sealed).where(
        BoxBallot.round_id == round_id, BoxBallot.chamber == chamber
    )
    for row in db.session.execute(ballots.order_by(BoxBallot.position).execution_options(yield_per=1000)):
        yield Entry(*row)


def length(round_id: int, chamber: str) -> int:
    """Of all its `lines` together, in characters."""
    return (
        db.session.scalar(
            select(func.sum(func.length(CastBallot.body))).where(
                CastBallot.round_id == round_id, CastBallot.chamber == chamber
            )
        )
        or 0
    )


def count_opened(round_id: int, chamber: str) -> int:
    """Ballots whose choices can be read."""
    return _count(CastBallot, round_id, chamber)


def size(round_id: int, chamber: str) -> int:
    """Ballots, wherever they are: sealed in intake and box, or (where nothing is sealed) as they were poured."""
    sealed = [_count(table, round_id, chamber) for table in (IntakeBallot, BoxBallot)]
    return sum(sealed) or _count(CastBallot, round_id, chamber)


def unreadable(round_id: int) -> int:
    """Opened ballots of all chambers in which there was nothing that can be read."""
    lost = CastBallot.body == UNREADABLE.decode()
    return db.session.scalar(select(func.count()).where(CastBallot.round_id == round_id, lost)) or 0


def _count(table: Any, round_id: int, chamber: str) -> int:
    return db.session.scalar(select(func.count()).where(table.round_id == round_id, table.chamber == chamber)) or 0
