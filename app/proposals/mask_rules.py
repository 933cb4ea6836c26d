"""개인정보 가리기: what of a proposal is nobody's to read, on what ground, and what stands there instead."""

from typing import Any

from app.proposals.rules import ProposalError

GROUNDS = ("contact", "name", "picture", "request", "other")
WORDS = "words"  # beside the kinds of files
MARK = "○○"  # as long as the shortest words that are masked: what it stands in grows in no place
WORDS_MAX = 100
REASON_MAX = 500


class WordsUnfit(ProposalError):
    """Fewer letters than MARK has, which are in every other word, or more than WORDS_MAX."""


class NothingFound(ProposalError):
    """The words stand nowhere in what the proposal says, nor in what it said."""


class MaskReasonUnfit(ProposalError):
    """No ground of GROUNDS, no reason, one that is too long, or one that tells what it is to mask."""


class OnTheBallot(ProposalError):
    """Words that a published ballot has: of the title, in a file that was signed; of the rest, while people vote."""


def ensure_words(words: str) -> None:
    if not len(MARK) <= len(words) <= WORDS_MAX:
        raise WordsUnfit


def ensure_reason(ground: str, reason: str, words: str = "") -> None:
    if ground not in GROUNDS or not 0 < len(reason) <= REASON_MAX or (words and words in reason):
        raise MaskReasonUnfit


def mask_answer(name: str, said: Any, words: str) -> Any:
    """Of a version: neither the names of section and dong, which nobody wrote, nor the fingerprints of files."""
    if name in ("section", "area"):
        return said
    if name == "files":
        return [[kind, sha256, *mask_in(told, words)] for kind, sha256, *told in said]
    return mask_in(said, words)


def mask_in(value: Any, words: str) -> Any:
    """A text, or all texts of lists in lists, with MARK in the place of `words`."""
    if isinstance(value, str):
        return value.replace(words, MARK)
    return [mask_in(one, words) for one in value] if isinstance(value, list) else value


def mask_file(files: list[list[str]], sha256: str) -> list[list[str]]:
    """Of a version's files: nothing is said any more of those with these bytes."""
    return [[kind, its, "", ""] if its == sha256 else [kind, its, *said] for kind, its, *said in files]
