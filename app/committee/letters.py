"""Letters of appointment (위촉장): their numbers. Whoever has a letter can ask whether it is real; the numbers cannot
be guessed, so that nobody learns from them who sits on the committee."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from app.audit import services as audit
from app.audit.models import Actor
from app.committee.models import CommitteeMember
from app.committee.rules import LETTER_NUMBER_MAX
from app.database import lock, transaction

ISSUE = audit.declare("letter.issue", "committee_member", "number")

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is read as another
RANDOM = 12  # of them: 58 bits


def issue_letters(members: Sequence[CommitteeMember], *, at: datetime, by: Actor) -> None:
    """Each that has no number yet is given one, and keeps it."""
    with transaction():
        for member in members:
            if lock(member).letter_number is None:
                member.letter_number = _make_number(member.appointed_on.year)
                audit.record(ISSUE, member.id, at=at, by=by, number=member.letter_number)


def tidy_number(typed: str) -> str:
    """As it is kept, however it was typed: letters in capitals, in groups."""
    plain = "".join(c for c in typed.upper() if c.isascii() and c.isalnum())[:LETTER_NUMBER_MAX]
    return "-".join([plain[:4], plain[4:8], plain[8:12], plain[12:]])


def _make_number(year: int) -> str:
    return tidy_number(f"{year}" + "".join(secrets.choice(LETTERS) for _ in range(RANDOM)))
