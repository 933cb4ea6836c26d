"""What those who score read, without the one who proposed: wherever a text of the proposal or of its reviews names the
proposer or gives their phone number, marks stand in its place. A setting of the round; without it nothing is hidden."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from app.people.models import Resident
from app.proposals.models import PaperFiling, Proposal
from app.reviews import recusal_queries
from app.rounds.models import Round

MARK = "○○○"
SHORTEST = 2  # letters of a name that is looked for: one alone is in every other word
BETWEEN = r"[\s.·()-]*"
Hide = Callable[[str], str]


class Blinded:
    """A row as it is, but for its texts."""

    def __init__(self, row: Any, hide: Hide) -> None:
        self._row, self._hide = row, hide

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._row, name)
        if isinstance(value, str):
            return self._hide(value)
        if isinstance(value, Mapping):
            return {key: self._hide(text) if isinstance(text, str) else text for key, text in value.items()}
        return value


class Blinds:
    """Of one round: `blinds(proposal)` is it without its proposers, `blinds(proposal, row)` another row of it."""

    def __init__(self, round_: Round) -> None:
        self._hides = round_.hides_proposer
        self._known = recusal_queries.list_proposers(round_.id) if self._hides else {}

    def __call__(self, proposal: Proposal, row: Any = None) -> Any:
        return Blinded(proposal if row is None else row, self.hide(proposal))

    def hide(self, proposal: Proposal) -> Hide:
        if not self._hides:
            return str
        people = [*self._known.get(proposal.id, []), *filter(None, [proposal.filing])]
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
