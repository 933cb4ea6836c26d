"""What differs between two texts, as people read it: by words, and within a word by its beginning and ending.

In Korean the ending of a word changes (보안등을 → 보안등이), so that what two words share stays unmarked. Pure.
"""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import groupby, zip_longest
from os.path import commonprefix
from typing import NamedTuple

SAME, GONE, NEW = "same", "gone", "new"
WORDS = re.compile(r"\n|[^\S\n]+|(?:\w+|[^\w\s])[^\S\n]*")  # each with the blanks behind it
# Pairs of like words to be looked at. Ordinary texts have some hundred; one that repeats itself without end, whose
# comparison would take long, is shown as gone and new.
MOST = 20_000


class Piece(NamedTuple):
    """A stretch of text that is in both (SAME), was in the old one (GONE), or is in the new one (NEW)."""

    kind: str
    text: str


def compare(old: str, new: str) -> list[Piece]:
    """The pieces in reading order: without the NEW ones they are `old`, without the GONE ones `new`."""
    return list(_joined(_pieces(old, new)))


def _pieces(old: str, new: str) -> Iterator[Piece]:
    before, after = WORDS.findall(old), WORDS.findall(new)
    if _count_pairs(before, after) > MOST:
        yield from _replaced(old, new)
        return
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece(SAME, "".join(before[a:b]))
        elif b - a == d - c:
            for gone, come in zip_longest(before[a:b], after[c:d]):
                yield from _within(gone, come)
        else:
            yield from _replaced("".join(before[a:b]), "".join(after[c:d]))


def _count_pairs(before: list[str], after: list[str]) -> int:
    there = Counter(after)
    return sum(times * there[word] for word, times in Counter(before).items())


def _within(old: str, new: str) -> Iterator[Piece]:
    """One word that became another: what they begin and end with stays."""
    head = len(commonprefix([old, new]))
    tail = len(commonprefix([old[head:][::-1], new[head:][::-1]]))
    yield Piece(SAME, old[:head])
    yield from _replaced(old[head : len(old) - tail], new[head : len(new) - tail])
    yield Piece(SAME, old[len(old) - tail :])


def _replaced(old: str, new: str) -> Iterator[Piece]:
    yield Piece(GONE, old)
    yield Piece(NEW, new)


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """No empty pieces, and neighbours of a kind as one."""
    some = (piece for piece in pieces if piece.text)
    for kind, group in groupby(some, key=lambda piece: piece.kind):
        yield Piece(kind, "".join(piece.text for piece in group))
