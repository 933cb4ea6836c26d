"""What those who score read, without the one who proposed: wherever a text of the proposal or of its reviews names the
proposer or gives their phone number, marks stand in its place. A setting of the round; without it nothing is hidden."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from app.database import db
from app.people.models import Account, Resident
from app.proposals.models import PaperFiling, Proposal
from app.reviews import recusal_queries
from app.rounds.models import Round

MARK = "○○○"
SHORTEST = 2  # letters of a name that is looked for: one alone is in every other word
BETWEEN = r"[\s.·()-]*"
# Columns of machine words, in which nobody can write.
MACHINE = frozenset(("state", "kind", "item", "answer", "verdict", "grounds"))
Hide = Callable[[str], str]


class Blinded:
    """A row as it is, but for its texts, and those of the rows that it holds."""

    def __init__(self, row: Any, hide: Hide) -> None:
        self._row, self._hide = row, hide

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._row, name)
        return value if name in MACHINE else _through(value, self._hide)

    def blind(self, value: Any) -> Any:
        """What belongs to the row, and is looked up beside it."""
        return _through(value, self._hide)


def _through(value: Any, hide: Hide) -> Any:
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, Mapping):
        return {key: _through(one, hide) for key, one in value.items()}
    if isinstance(value, list | tuple):
        found = [_through(one, hide) for one in value]
        return type(value)(*found) if hasattr(value, "_fields") else found
    is_row = isinstance(value, db.Model) and not isinstance(
        value, Account
    )  # members are named, whoever is called so too
    return Blinded(value, hide) if is_row else value


class Blinds:
    """Of one round: `blinds(proposal)` is it without its proposers, `blinds(proposal, row)` another row of it."""

    def __init__(self, round_: Round) -> None:
        self._hides = round_.hides_proposer
        self._known = recusal_queries.list_proposers(round_.id) if self._hides else {}
        self._filings = recusal_queries.list_filings(round_.id) if self._hides else {}

    def __call__(self, proposal: Proposal, row: Any = None) -> Any:
        return Blinded(proposal if row is None else row, self.hide(proposal))

    def hide(self, proposal: Proposal) -> Hide:
        if not self._hides:
            return str
        people = [*self._known.get(proposal.id, []), *filter(None, [self._filings.get(proposal.id)])]
        words = [one for person in people for one in _known_by(person)]
        if not words:
            return str
        pattern = re.compile("|".join(sorted(words, key=len, reverse=True)))
        return lambda text: pattern.sub(MARK, text)


def _known_by(person: Resident | PaperFiling) -> list[str]:
    """Patterns of the name and the number, however they are spaced."""
    name, digits = "".join((person.name or "").split()), re.sub(r"\D", "", person.phone or "")
    international = digits.removeprefix("0")
    found = [r"\s*".join(map(re.escape, name))] if len(name) >= SHORTEST else []
    return [*found, rf"(?:\+?82{BETWEEN})?0?{BETWEEN}{BETWEEN.join(international)}"] if len(digits) > 8 else found
