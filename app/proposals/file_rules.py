"""How many photos and documents a proposal may have, and what is said of each."""

from collections.abc import Mapping

from app.files.rules import DOCUMENT, PHOTO
from app.proposals.rules import Incomplete, ProposalError, TooLong

MOST = {PHOTO: 5, DOCUMENT: 3}
ALT_MAX = 150
CAPTION_MAX = 200
LETTERS_MAX = {"alt": ALT_MAX, "caption": CAPTION_MAX}


class TooManyFiles(ProposalError):
    """There are `most` of this kind already."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind, self.most = kind, MOST[kind]


def ensure_room(kind: str, there: int) -> None:
    if there >= MOST[kind]:
        raise TooManyFiles(kind)


def ensure_said(kind: str, words: Mapping[str, str]) -> None:
    """A photo is described to who cannot see it. Raises Incomplete, TooLong."""
    for name, most in LETTERS_MAX.items():
        if len(words.get(name, "")) > most:
            raise TooLong(name, most)
    if kind == PHOTO and not words["alt"].strip():
        raise Incomplete(("alt",))
