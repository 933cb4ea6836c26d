"""How alike two titles are: by pairs of neighbouring letters, however they are spaced.

Korean glues its particles to words and spaces them at will, so words are no unit to compare; two neighbouring syllables
are. The same serves English. Pure.
"""

import re
import unicodedata
from fractions import Fraction

ALIKE = Fraction(3, 10)  # less than this and people see no likeness (measured on Geumcheon's known projects)
SHOWN = 5
_NO_LETTER = re.compile(r"[\W_]+")


def letters(text: str) -> str:
    """What is compared of a text: its letters and digits, however it is spaced and written."""
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", text).casefold())


def pairs(title: str) -> frozenset[str]:
    """Two letters each; of a title of one letter that letter, and of none nothing."""
    said = letters(title)
    return frozenset(said[at : at + 2] for at in range(max(1, len(said) - 1)) if said)


def likeness(one: frozenset[str], other: frozenset[str]) -> Fraction:
    """From 0 to 1 (Dice 1945): twice what both have, of what each has."""
    together = len(one) + len(other)
    return Fraction(2 * len(one & other), together) if together else Fraction(0)
