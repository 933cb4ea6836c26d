"""What everybody may know of the box: how far its log has come, and that a ballot is in it. No sealed byte is read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, tuple_

from app.ballots import queries
from app.ballots.models import BoxBallot, Checkpoint, IntakeBallot, LogTile
from app.crypto import merkle
from app.database import db
from app.errors import NotFound
from app.rounds import rules as rounds
from app.rounds.models import Round

TILE = 256  # leaves of the smallest full subtree whose root is kept: the log only grows, so that it never changes


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


@dataclass(frozen=True)
class Growth:
    """That the tree of `second` begins with that of `first` (RFC 9162 §2.1.4.1): nothing was changed, taken out or put
    in between. Hashes are hex."""

    first: Checkpoint
    second: Checkpoint
    first_root: str
    second_root: str
    path: tuple[str, ...]

    @property
    def holds(self) -> bool:
        path = [bytes.fromhex(digest) for digest in self.path]
        roots = bytes.fromhex(self.first_root), bytes.fromhex(self.second_root)
        return merkle.verify_consistency(self.first.size, roots[0], self.second.size, roots[1], path)


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


def prove_growth(round_id: int, one: int, other: int) -> Growth:
    """Between two checkpoints, given by their numbers in either order. Raises NotFound."""
    first, second = (get_checkpoint(round_id, number) for number in sorted((one, other)))
    path = _roots(round_id, merkle.consistency_ranges(first.size, second.size))
    return Growth(first, second, root_of(first), root_of(second), path)


def _prove(round_id: int, position: int, leaf: str) -> Proof:
    latest = find_latest(round_id)
    assert latest is not None, "a ballot comes into the box together with its checkpoint"
    since = select(func.min(Checkpoint.number)).where(Checkpoint.round_id == round_id, Checkpoint.size > position)
    path = _roots(round_id, merkle.inclusion_ranges(position, latest.size))
    return Proof(position, leaf, db.session.scalar(since) or latest.number, latest, root_of(latest), path)


def tiles_among(made: Sequence[bytes], size: int, round_id: int) -> list[dict[str, Any]]:
    """The rows of `LogTile` for those of the full subtrees `made` that are large enough (`Frontier.extend` has given
    them for the last leaf of a tree of `size`)."""
    below = TILE.bit_length() - 1
    return [
        {"round_id": round_id, "level": level, "number": (size >> below + level) - 1, "root": root.hex()}
        for level, root in enumerate(made[below - 1 :])
    ]


def tiles(round_id: int) -> dict[tuple[int, int], str]:
    """(level, number) → root, hex: all that are kept."""
    rows = db.session.execute(select(LogTile.level, LogTile.number, LogTile.root).where(LogTile.round_id == round_id))
    return {(level, number): root for level, number, root in rows}


def _roots(round_id: int, subtrees: Sequence[range]) -> tuple[str, ...]:
    """Of the subtrees of a proof, hex. Each is made of full ones: the large ones are tiles, and the small ones are made
    of leaves, which lie in two tiles at most: that of the leaf in question, and the one at the tree's edge."""
    parts = [merkle.full_subtrees(places) for places in subtrees]
    known = _read(round_id, [part for one in parts for part in one])
    return tuple(
        merkle.Frontier(len(places), [known[part] for part in one]).root.hex()
        for places, one in zip(subtrees, parts, strict=True)
    )


def _read(round_id: int, full: Sequence[range]) -> dict[range, str]:
    large = {_tile_over(part): part for part in full if len(part) >= TILE}
    rows = db.session.execute(
        select(LogTile.level, LogTile.number, LogTile.root).where(
            LogTile.round_id == round_id, tuple_(LogTile.level, LogTile.number).in_(large)
        )
    )
    roots = {large[level, number]: root for level, number, root in rows}
    small = [part for part in full if len(part) < TILE]
    for start in {part.start // TILE * TILE for part in small}:
        inside = [bytes.fromhex(leaf) for leaf in leaves(round_id, range(start, start + TILE))]
        for part in small:
            if start <= part.start < start + TILE:
                roots[part] = merkle.root(inside[part.start - start : part.stop - start]).hex()
    return roots


def _tile_over(full: range) -> tuple[int, int]:
    """Level and number."""
    return (len(full) // TILE).bit_length() - 1, full.start // len(full)
