"""Printed one-time codes: how one is written and read, what states it has, how many wrong ones are heard out. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta

# Crockford's base 32 (crockford.com/base32.html): no I, L, O, U. What looks like a digit is read as that digit.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("OIL", "011")
_BETWEEN = re.compile(r"[\s\-‐-―−_.·]+")
_PAIRS = [a + b for a in ALPHABET for b in ALPHABET]
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}

LENGTH = 14  # twelve characters of chance, then two by which a slip is told
BITS = 60
_SHIFT = 10  # bits of the two check characters
_PRIME = 1021  # the largest below 2**10: the whole number is a multiple of it
MOST_CODES = 1_000_000
MOST_SHEETS = 300  # drawn while somebody waits; a printing house takes the table

# A batch: asked for, its one file on the way, every code of it good, none of it good any more.
MADE = "made"
GIVEN = "given"
ACTIVE = "active"
VOID = "void"
BATCH_STATES = (MADE, GIVEN, ACTIVE, VOID)
TRANSITIONS = {MADE: (GIVEN, VOID), GIVEN: (ACTIVE, VOID), ACTIVE: (VOID,), VOID: ()}

# A code: `test` is for rehearsals and never becomes a vote; `spent` once its vote is cast.
VALID = "valid"
TEST = "test"
SPENT = "spent"
CODE_STATES = (VALID, VOID, TEST, SPENT)

# Whom the codes of a batch are for: of the list all, a dong's, those who can get no message; or whoever holds them.
ALL = "all"
AREA = "area"
NO_PHONE = "no_phone"
BEARER = "bearer"
SELECTIONS = (ALL, AREA, NO_PHONE, BEARER)
REASON_MAX = 200

# Wrong codes an hour. A code is too long to be guessed; this keeps the pages for those who vote.
BROWSER = "browser"
ADDRESS = "address"
EVERYWHERE = "everywhere"
WRONG_PER_HOUR = {BROWSER: 10, ADDRESS: 100, EVERYWHERE: 20_000}
KEPT_FOR = timedelta(hours=2)


class CodeError(Exception):
    """A rule of printed codes was not kept."""


class CodeMistyped(CodeError):
    """It cannot be any code: a character is missing, or wrong, or two stand in each other's place."""


class CodeWrong(CodeError):
    """Not a code of this round that is good now. Void and unknown ones are told apart for nobody."""


class CodeSpent(CodeError):
    """The vote of this code has been cast."""


class CodeForTest(CodeError):
    """From a batch for rehearsals."""


class TooManyWrong(CodeError):
    """So many wrong codes that no more are heard until `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


class WrongBatchState(CodeError):
    """The batch is no longer (or not yet) in the state from which this may happen."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class NobodySelected(CodeError):
    """Everybody of the selection has a good code already, or there is nobody."""


class TooManyCodes(CodeError):
    """More than are made at once, or than fit on sheets. `most`: how many may be."""

    def __init__(self, most: int) -> None:
        super().__init__(str(most))
        self.most = most


class NoSuchCode(CodeError):
    """The batch has no code of this number that could be made void."""


def write(value: int) -> str:
    """A number of BITS bits as its LENGTH characters."""
    whole = value << _SHIFT
    whole += -whole % _PRIME
    return "".join([_PAIRS[whole >> shift & 1023] for shift in (60, 50, 40, 30, 20, 10, 0)])


def say(code: str) -> str:
    """As it is printed: XXXX-XXXX-XXXX-XX."""
    return "-".join((code[:4], code[4:8], code[8:12], code[12:]))


def read(typed: str) -> str:
    """The code, however it is spaced, hyphenated, capitalised or widened. Raises CodeMistyped.

    One wrong character, or two that stand in each other's place, are always told: 31 and 32**n - 1 (n < 14) are no
    multiples of the prime.
    """
    code = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed)).upper().translate(_READ_AS)
    if len(code) != LENGTH or not _VALUES.keys() >= set(code):
        raise CodeMistyped
    whole = 0
    for letter in code:
        whole = whole << 5 | _VALUES[letter]
    if whole % _PRIME:
        raise CodeMistyped
    return code


def ensure_may_become(state: str, wanted: str) -> None:
    """Raises WrongBatchState."""
    if wanted not in TRANSITIONS[state]:
        raise WrongBatchState(state)


def ensure_number(codes: int, most: int) -> None:
    """Raises NobodySelected, TooManyCodes."""
    if codes < 1:
        raise NobodySelected
    if codes > most:
        raise TooManyCodes(most)


def hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def ensure_heard(wrong: Mapping[str, int], at: datetime) -> None:
    """`wrong`: BROWSER, ADDRESS, EVERYWHERE → wrong codes in this hour. Raises TooManyWrong."""
    if any(wrong.get(where, 0) >= most for where, most in WRONG_PER_HOUR.items()):
        raise TooManyWrong(hour_of(at) + timedelta(hours=1))


def ensure_good(state: str | None, batch_state: str | None) -> None:
    """Raises CodeWrong, CodeForTest, CodeSpent."""
    if batch_state != ACTIVE or state not in (VALID, TEST, SPENT):
        raise CodeWrong
    if state == TEST:
        raise CodeForTest
    if state == SPENT:
        raise CodeSpent
