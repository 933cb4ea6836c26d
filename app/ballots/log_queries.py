"""What everybody may know of the box: how far its log has come, and that a ballot is in it. No sealed byte is read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import func, select

from app.ballots import queries
from app.ballots.models import BoxBallot, Checkpoint, IntakeBallot
from app.crypto import merkle
from app.database import db
from app.errors import NotFound
from app.rounds import rules as rounds
from app.rounds.models import Round

TILE = 4096  # leaves of a full subtree whose root is remembered: the log only grows, so that it never changes


@dataclass(frozen=True)
class Proof:
    """That leaf `position` (from 0) is in the tree of `checkpoint` (RFC 9162 §2.1.3.1). Hashes are hex. `since`: the
    number of the checkpoint that was the first to have it."""

    position: int
    leaf: str
    since: int
    checkpoint: Checkpoint
    root: str
    path: tuple[str, ...]

    @property
    def holds(self) -> bool:
        path = [bytes.fromhex(digest) for digest in self.path]
        leaf, root = bytes.fromhex(self.leaf), bytes.fromhex(self.root)
        return merkle.verify_inclusion(leaf, self.position, self.checkpoint.size, path, root)


def has_box(round_: Round) -> bool:
    """Whether ballots are, or were, sealed for it."""
    return round_.state not in (rounds.DRAFT, rounds.CALLED) and queries.find_round_key(round_.id) is not None


def origin(round_id: int) -> str:
    """The name of a round's log."""
    return f"hanpyo/{round_id}/{queries.get_manifest(round_id).sha256}"


def find_latest(round_id: int) -> Checkpoint | None:
    newest = select(Checkpoint).where(Checkpoint.round_id == round_id).order_by(Checkpoint.number.desc()).limit(1)
    return db.session.scalars(newest).first()


def list_checkpoints(round_id: int) -> Sequence[Checkpoint]:
    """The first one first."""
    return db.session.scalars(
        select(Checkpoint).where(Checkpoint.round_id == round_id).order_by(Checkpoint.number)
    ).all()


def get_checkpoint(round_id: int, number: int) -> Checkpoint:
    found = db.session.get(Checkpoint, (round_id, number))
    if found is None:
        raise NotFound(f"checkpoint {number} of round {round_id}")
    return found


def root_of(checkpoint: Checkpoint) -> str:
    return merkle.Frontier(checkpoint.size, checkpoint.digests).root.hex()


def leaves(round_id: int, places: range | None = None) -> Iterator[str]:
    """Hex, in the order of the log; of all places, or of some."""
    found = select(BoxBallot.leaf).where(BoxBallot.round_id == round_id).order_by(BoxBallot.position)
    if places is not None:
        found = found.where(BoxBallot.position >= places.start, BoxBallot.position < places.stop)
    return iter(
        db.session.connection().scalars(found.execution_options(yield_per=10_000))
    )  # rows, not objects: twice as fast


def is_waiting(round_id: int, receipt: str) -> bool:
    found = select(IntakeBallot.chamber).where(IntakeBallot.round_id == round_id, IntakeBallot.receipt == receipt)
    return db.session.scalar(found) is not None


def find_proof(round_id: int, receipt: str) -> Proof | None:
    """None if it is not in the box. (Whether it waits is asked first: on its way it is never in neither.)"""
    place = db.session.execute(
        select(BoxBallot.position, BoxBallot.leaf).where(BoxBallot.round_id == round_id, BoxBallot.receipt == receipt)
    ).one_or_none()
    return None if place is None else _prove(round_id, *place)


def _prove(round_id: int, position: int, leaf: str) -> Proof:
    latest = find_latest(round_id)
    assert latest is not None, "a ballot comes into the box together with its checkpoint"
    since = select(func.min(Checkpoint.number)).where(Checkpoint.round_id == round_id, Checkpoint.size > position)
    path = tuple(_root(round_id, part).hex() for part in merkle.inclusion_ranges(position, latest.size))
    return Proof(position, leaf, db.session.scalar(since) or latest.number, latest, root_of(latest), path)


def _root(round_id: int, places: range) -> bytes:
    """Of a subtree. It begins at a multiple of its size, and only one at the tree's edge is not full: the roots of its
    tiles make its root, as leaves would."""
    full = range(places.start, places.stop - len(places) % TILE)
    log = origin(round_id)
    nodes = [_tile(log, round_id, start) for start in full[::TILE]]
    if full.stop < places.stop:
        nodes.append(_root_of_leaves(round_id, range(full.stop, places.stop)))
    return merkle.root(nodes)


@lru_cache(maxsize=1 << 12)
def _tile(_log: str, round_id: int, start: int) -> bytes:
    return _root_of_leaves(round_id, range(start, start + TILE))


def _root_of_leaves(round_id: int, places: range) -> bytes:
    return merkle.root(bytes.fromhex(leaf) for leaf in leaves(round_id, places))
