"""The box: the only file that touches a cast ballot.

A ballot is its choices and nothing else: a list of codes, or code → points. A list is put in by code, never in the
order in which it was ticked: the order on the page is the voter's own, and would lead back to them. Only where the
order is the vote (a ranking) it is kept.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert, select

from app.ballots.models import CastBallot
from app.database import db
from app.tally import canonical

Choices = Sequence[str] | Mapping[str, int]
AT_ONCE = 5000
_PUT = insert(CastBallot.__table__)
_BY_BYTES = {"sqlite": "BINARY", "postgresql": "C"}


def put(ballot_id: str, round_id: int, chamber: str, choices: Sequence[str]) -> None:
    """Within the caller's transaction. IntegrityError when a ballot of this id is in the box."""
    row = {"id": ballot_id, "round_id": round_id, "chamber": chamber, "body": _body(choices)}
    db.session.execute(_PUT, row)


def pour(round_id: int, chamber: str, ballots: Iterable[Choices], *, ordered: bool = False) -> int:
    """Many ballots at once, in random order and under random ids, within the caller's transaction. How many."""
    bodies = sorted((secrets.token_hex(16), _body(choices, ordered)) for choices in ballots)
    for start in range(0, len(bodies), AT_ONCE):
        rows = [
            {"id": id, "round_id": round_id, "chamber": chamber, "body": body}
            for id, body in bodies[start : start + AT_ONCE]
        ]
        db.session.execute(insert(CastBallot), rows)
    return len(bodies)


def _body(choices: Choices, ordered: bool = False) -> str:
    plain = dict(choices) if isinstance(choices, Mapping) else list(choices) if ordered else sorted(choices)
    return canonical.dumps(plain).decode()


def holds(ballot_id: str, round_id: int, chamber: str) -> bool:
    return (
        db.session.scalar(
            select(CastBallot.id).where(
                CastBallot.id == ballot_id, CastBallot.round_id == round_id, CastBallot.chamber == chamber
            )
        )
        is not None
    )


def read(round_id: int, chamber: str) -> Iterator[Any]:
    """The choices of every ballot of a chamber, by their random ids: as good as shuffled. A few at a time."""
    ballots = select(CastBallot.body).where(CastBallot.round_id == round_id, CastBallot.chamber == chamber)
    for body in db.session.scalars(ballots.order_by(CastBallot.id).execution_options(yield_per=1000)):
        yield canonical.loads(body.encode())


def lines(round_id: int, chamber: str) -> Iterator[bytes]:
    """Every ballot of a chamber as canonical JSON, sorted by its bytes: any order of casting gives this one."""
    by_bytes = CastBallot.body.collate(_BY_BYTES[db.session.get_bind().dialect.name])
    ballots = select(CastBallot.body).where(CastBallot.round_id == round_id, CastBallot.chamber == chamber)
    for body in db.session.scalars(ballots.order_by(by_bytes).execution_options(yield_per=1000)):
        yield body.encode()


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


def size(round_id: int, chamber: str) -> int:
    return (
        db.session.scalar(select(func.count()).where(CastBallot.round_id == round_id, CastBallot.chamber == chamber))
        or 0
    )
