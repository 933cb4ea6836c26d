"""RFC 9162 §2.1 read aloud: the tree and its proofs by their definitions, slowly. The oracle of the tests."""

import hashlib
from collections.abc import Sequence

Entries = Sequence[bytes]


def mth(d: Entries) -> bytes:
    if not d:
        return hashlib.sha256(b"").digest()
    if len(d) == 1:
        return hashlib.sha256(b"\x00" + d[0]).digest()
    k = left_part(len(d))
    return hashlib.sha256(b"\x01" + mth(d[:k]) + mth(d[k:])).digest()


def path(m: int, d: Entries) -> list[bytes]:
    if len(d) == 1:
        return []
    k = left_part(len(d))
    return [*path(m, d[:k]), mth(d[k:])] if m < k else [*path(m - k, d[k:]), mth(d[:k])]


def proof(m: int, d: Entries) -> list[bytes]:
    return subproof(m, d, True)


def subproof(m: int, d: Entries, known: bool) -> list[bytes]:
    if m == len(d):
        return [] if known else [mth(d)]
    k = left_part(len(d))
    if m <= k:
        return [*subproof(m, d[:k], known), mth(d[k:])]
    return [*subproof(m - k, d[k:], False), mth(d[:k])]


def left_part(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k
