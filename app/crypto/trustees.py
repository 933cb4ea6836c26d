"""A round's private key among its trustees: k of n lists of 33 words (SLIP-0039), one group, no passphrase.

No error here says a word or any part of a secret, so that none can end in a log.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.share import Share as Mnemonic
from shamir_mnemonic.wordlist import WORD_INDEX_MAP

SECRET_BYTES = 32
WORDS = 33  # 7 say which share of which set it is and check it, 26 hold the 256 bits
MOST = 16  # trustees, by SLIP-0039

# The words' own stretching (PBKDF2) slows down the guessing of a passphrase. There is none, and 256 random bits are
# not guessed, so it is left at its least.
ITERATION_EXPONENT = 0


class WordsError(Exception):
    """These words do not give the key."""


class WrongNumberOfWords(WordsError):
    def __init__(self, count: int) -> None:
        super().__init__(f"{count} words, not {WORDS}")
        self.count = count


class UnknownWord(WordsError):
    """`position` counts from 1."""

    def __init__(self, position: int) -> None:
        super().__init__(f"word {position} is not on the list")
        self.position = position


class WrongChecksum(WordsError):
    """Each word is on the list, but they are not the words that were given: one is another word, or two changed
    places."""


class OtherSet(WordsError):
    """Words that were not made together: another round's, or another ceremony's."""


class SameShare(WordsError):
    """One trustee's words twice. `index` is that of `Share`."""

    def __init__(self, index: int) -> None:
        super().__init__(f"share {index} was given twice")
        self.index = index


class TooFew(WordsError):
    def __init__(self, given: int, needed: int) -> None:
        super().__init__(f"{given} of {needed} trustees")
        self.given, self.needed = given, needed


@dataclass(frozen=True)
class Share:
    """What a list of words says about itself. `identifier` (15 bits, random) is the same in all lists of a set; `index`
    counts the trustees from 0; `threshold` of them are needed."""

    identifier: int
    index: int
    threshold: int


def split(secret: bytes, k: int, n: int) -> list[str]:
    """`n` lists of words, any `k` of which give the secret back, and fewer nothing. Raises ValueError unless
    2 ≤ k ≤ n ≤ 16, or both are 1: SLIP-0039 does not hand out copies of the whole secret."""
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"not {SECRET_BYTES} bytes")
    if not (2 <= k <= n <= MOST or k == n == 1):
        raise ValueError(f"a key is not split {k} of {n}")
    return generate_mnemonics(1, [(k, n)], secret, iteration_exponent=ITERATION_EXPONENT)[0]


def read(words: str) -> Share:
    """However the words are spaced and capitalised. Raises WrongNumberOfWords, UnknownWord, WrongChecksum, OtherSet."""
    mnemonic = _mnemonic(words)
    return Share(mnemonic.identifier, mnemonic.index, mnemonic.member_threshold)


def combine(shares: Sequence[str]) -> bytes:
    """The secret, from at least as many lists as it takes. Lists of two sets that have their identifier by chance in
    common (1 in 32,768) end in OtherSet when k > 1; whether it is the round's key, the round's public key tells.
    Raises what `read` raises, and SameShare, OtherSet, TooFew."""
    mnemonics = [_mnemonic(words) for words in shares]
    _ensure_one_set(mnemonics)
    needed = mnemonics[0].member_threshold if mnemonics else 1
    if len(mnemonics) < needed:
        raise TooFew(len(mnemonics), needed)
    try:
        return combine_mnemonics([mnemonic.mnemonic() for mnemonic in mnemonics[:needed]])
    except MnemonicError:
        raise OtherSet from None


def _ensure_one_set(mnemonics: Sequence[Mnemonic]) -> None:
    if len({mnemonic.group_parameters() for mnemonic in mnemonics}) > 1:
        raise OtherSet
    indexes = [mnemonic.index for mnemonic in mnemonics]
    for place, index in enumerate(indexes):
        if index in indexes[:place]:
            raise SameShare(index)


def _mnemonic(words: str) -> Mnemonic:
    listed = words.lower().split()
    if len(listed) != WORDS:
        raise WrongNumberOfWords(len(listed))
    for position, word in enumerate(listed, start=1):
        if word not in WORD_INDEX_MAP:
            raise UnknownWord(position)
    try:
        mnemonic = Mnemonic.from_mnemonic(" ".join(listed))
    except MnemonicError:
        raise WrongChecksum from None
    if mnemonic.group_count != 1:
        raise OtherSet
    return mnemonic
