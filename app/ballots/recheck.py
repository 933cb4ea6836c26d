"""The box opened once more, for observers with the trustees' words: whether what is kept as opened is what was sealed.
Nothing is written, and nothing is told but numbers of ballots."""

from collections import Counter
from typing import NamedTuple

from app.ballots import box, log_queries, opening, queries, rules
from app.ballots.models import RoundKey
from app.crypto import merkle


class Checked(NamedTuple):
    """Ballots. `missing`: sealed, and not kept as opened. `strange`: kept as opened, and never sealed. `unlogged`:
    sealed, and not those of their place in the log or of their receipt."""

    chamber: str
    sealed: int
    kept: int
    missing: int
    strange: int
    unlogged: int

    @property
    def holds(self) -> bool:
        return not (self.missing or self.strange or self.unlogged)


class Log(NamedTuple):
    """`size`: of the box. `checkpoint`: the number of the latest one, 0 if there is none."""

    size: int
    checkpoint: int
    holds: bool


def get_key(round_id: int) -> RoundKey:
    """Of a box that was opened. Raises NotFound, StillSealed."""
    key = queries.get_round_key(round_id)
    queries.ensure_opened(round_id)
    return key


def check(round_id: int, secret: bytes) -> tuple[list[Checked], Log]:
    """Chamber by chamber, and the log under all of them. `secret`: the private key's scalar."""
    sealed = queries.count_sealed(round_id)
    left = {chamber: Counter[bytes]() for chamber in sealed}
    helpers = opening.helpers_for(sum(sealed.values()))
    for some in opening.open_all(secret, box.sealed(round_id, sealed), helpers=helpers):
        left[some.chamber].update(map(opening.body_of, some.rows))
    kept = {chamber: box.count_opened(round_id, chamber) for chamber in sealed}
    for chamber, bodies in left.items():
        bodies.subtract(box.lines(round_id, chamber))
    unlogged, log = _ask_the_log(round_id)
    return [
        Checked(chamber, sealed[chamber], kept[chamber], (+bodies).total(), (-bodies).total(), unlogged[chamber])
        for chamber, bodies in left.items()
    ], log


def _ask_the_log(round_id: int) -> tuple[Counter[str], Log]:
    manifest, tree, unlogged = queries.get_manifest(round_id), merkle.Frontier(), Counter[str]()
    for row in box.logged(round_id):
        leaf = merkle.leaf_hash(row.sealed)
        if (leaf.hex(), rules.receipt_of(leaf.hex(), manifest.sha256)) != (row.leaf, row.receipt):
            unlogged[row.chamber] += 1
        tree.extend(leaf)
    latest = log_queries.find_latest(round_id)
    if latest is None:
        return unlogged, Log(tree.size, 0, tree.size == 0)
    holds = (latest.size, log_queries.root_of(latest)) == (tree.size, tree.root.hex())
    return unlogged, Log(tree.size, latest.number, holds)
