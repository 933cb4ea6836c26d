"""The Merkle tree of RFC 9162 §2.1 with SHA-256: the same tree and the same proofs as Certificate Transparency's.

Every hash is 32 bytes. A tree is given by the hashes of its leaves (`leaf_hash`), oldest first.
"""

import hashlib
from collections.abc import Iterable, Sequence
from functools import reduce

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256().digest()


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that only grows, of which only the roots of its full subtrees are kept: one per bit of `size` that is
    set, the largest first. A million leaves are seven hashes; store `size` and `digests`, and go on from there."""

    __slots__ = ("_peaks", "size")

    def __init__(self, size: int = 0, digests: Sequence[str] = ()) -> None:
        """`digests` are hex, as `Frontier.digests` gave them for this size. Raises ValueError."""
        self.size = size
        self._peaks = [bytes.fromhex(digest) for digest in digests]
        if size < 0 or len(self._peaks) != size.bit_count() or not _are_hashes(self._peaks):
            raise ValueError(f"not the frontier of a tree of {size}")

    @property
    def digests(self) -> list[str]:
        return [peak.hex() for peak in self._peaks]

    @property
    def root(self) -> bytes:
        if not self._peaks:
            return EMPTY_ROOT
        return reduce(lambda right, left: node_hash(left, right), reversed(self._peaks))

    def extend(self, leaf: bytes) -> list[bytes]:
        """`leaf` is a leaf's hash. The roots of the full subtrees that it is the last leaf of: of 2 leaves, 4, 8, …"""
        made = []
        node, full = leaf, self.size
        while full & 1:
            node, full = node_hash(self._peaks.pop(), node), full >> 1
            made.append(node)
        self._peaks.append(node)
        self.size += 1
        return made


def root(leaves: Iterable[bytes]) -> bytes:
    """MTH of §2.1.1."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.extend(leaf)
    return frontier.root


def inclusion_ranges(index: int, size: int) -> list[range]:
    """Of which leaves the subtrees are whose roots prove that leaf `index` is in the tree of `size`, in the order of
    the proof (PATH of §2.1.3.1). Whoever keeps roots of subtrees needs no leaf to answer. Raises ValueError."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    found, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            found.append(range(middle, end))
            end = middle
        else:
            found.append(range(start, middle))
            start = middle
    return found[::-1]


def consistency_ranges(first: int, second: int) -> list[range]:
    """As `inclusion_ranges`, to prove that the tree of `second` begins with that of `first` (PROOF of §2.1.4.1).
    Raises ValueError."""
    if not 0 <= first <= second:
        raise ValueError(f"a tree of {second} does not begin with one of {first}")
    if first in (0, second):
        return []
    found, start, end = [], 0, second
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            found.append(range(middle, end))
            end = middle
        else:
            found.append(range(start, middle))
            start = middle
    # The verifier has the first tree's root already, so it is not told when it is a subtree of the second.
    return ([range(start, end)] if start else []) + found[::-1]


def full_subtrees(places: range) -> list[range]:
    """The largest full subtrees that the leaves `places` of a proof's subtree fall into, from the left: the peaks of
    its `Frontier`."""
    found, start = [], places.start
    while start < places.stop:
        size = 1 << ((places.stop - start).bit_length() - 1)
        found.append(range(start, start + size))
        start += size
    return found


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    return [root(leaves[part.start : part.stop]) for part in inclusion_ranges(index, len(leaves))]


def consistency_proof(first: int, leaves: Sequence[bytes]) -> list[bytes]:
    """That the tree of all leaves begins with the tree of the first `first`."""
    return [root(leaves[part.start : part.stop]) for part in consistency_ranges(first, len(leaves))]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """§2.1.3.2, step by step. `leaf` is the leaf's hash."""
    if not 0 <= index < size or not _are_hashes([leaf, *proof, root]):
        return False
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            fn, sn = _climb(fn, sn)
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def verify_consistency(first: int, first_root: bytes, second: int, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """§2.1.4.2, step by step. The two cases that it leaves out need no proof: equal trees have equal roots, and every
    tree begins with the empty one."""
    if not 0 <= first <= second or not _are_hashes([first_root, second_root, *proof]):
        return False
    if first == second:
        return not proof and first_root == second_root
    if first == 0:
        return not proof and first_root == EMPTY_ROOT
    path = [first_root, *proof] if first.bit_count() == 1 else list(proof)
    return bool(proof) and _leads_to_both(path, first, first_root, second, second_root)


def _leads_to_both(path: Sequence[bytes], first: int, first_root: bytes, second: int, second_root: bytes) -> bool:
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            fn, sn = _climb(fn, sn)
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == first_root and sr == second_root


def _climb(fn: int, sn: int) -> tuple[int, int]:
    """Up the right edge to the level where the node has a sibling on its left."""
    while fn and not fn & 1:
        fn, sn = fn >> 1, sn >> 1
    return fn, sn


def _split(size: int) -> int:
    """The largest power of two smaller than `size` (> 1): so many leaves are in the left subtree."""
    return 1 << ((size - 1).bit_length() - 1)


def _are_hashes(values: Iterable[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
