"""What people are told at each step, and how staff may word it: a text with named variables in braces.

`{제목}` stands for the title; a brace that is meant as such is written twice. A value is put in as it is: braces in
it mean nothing.

A further kind of notice is one entry in KINDS: whom it is told, whether it goes by SMS as well, and its words. The
step's own service tells it, inside its transaction; a fact that its words need gets its line in `app.web.letter_view`.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from app.clock import start_of_day
from app.notices.committee_kinds import COMMITTEE_KINDS
from app.notices.delivery_rules import A_DAY, TITLE_LEAST, shorten, sms_letters
from app.notices.kinds import TITLE, Kind
from app.notices.proposal_kinds import PROPOSAL_KINDS
from app.notices.review_kinds import REVIEW_KINDS
from app.notices.rules import SMS_BYTES, sms_bytes
from app.notices.staff_kinds import STAFF_KINDS

BODY_MAX = 500  # letters
SUBJECT_MAX = 80
DEADLINES = ("answer_until", "until", "starts_at", "objection_until")  # facts of reminders

KINDS: Mapping[str, Kind] = {**PROPOSAL_KINDS, **REVIEW_KINDS, **COMMITTEE_KINDS, **STAFF_KINDS}


def untrue_at(kind: str, facts: Mapping[str, str]) -> datetime | None:
    """The deadline that a reminder is about; None: it is none."""
    if not KINDS[kind].is_reminder:
        return None
    if "due_on" in facts:
        return start_of_day(date.fromisoformat(facts["due_on"]) + A_DAY)
    return datetime.fromisoformat(next(facts[name] for name in DEADLINES if name in facts))


class UnknownVariable(Exception):
    """The text names a variable that this kind of notice does not have. `known`: those that it has."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name)
        self.name, self.known = name, known


class LooseBrace(Exception):
    """A brace opens and is not closed, or closes and was not opened. `near`: the text from there on."""

    def __init__(self, near: str) -> None:
        super().__init__(near)
        self.near = near


class LetterUnfit(Exception):
    """Nothing is written, or more than `most` letters."""

    def __init__(self, most: int = BODY_MAX) -> None:
        super().__init__(str(most))
        self.most = most


class SmsUnfit(Exception):
    """Filled in, the text needs `needed` bytes and SMS_BYTES are one SMS; or, `letter`, it has one that no Korean SMS
    can hold."""

    def __init__(self, needed: int, letter: str = "") -> None:
        super().__init__(letter or str(needed))
        self.needed, self.letter = needed, letter


class LetterMoved(Exception):
    """Somebody else has saved the text since the page was opened."""


class Part(NamedTuple):
    """A piece of plain text, or the name of a variable."""

    text: str
    is_variable: bool = False


def ensure_body(kind: str, body: str, most: int = BODY_MAX) -> None:
    """Raises LetterUnfit, LooseBrace, UnknownVariable. `kind` of KINDS."""
    if not body.strip() or len(body) > most:
        raise LetterUnfit(most)
    known = KINDS[kind].variables
    for part in parse(body):
        if part.is_variable and part.text not in known:
            raise UnknownVariable(part.text, known)


def ensure_subject(kind: str, subject: str) -> None:
    """One line. Raises LetterUnfit, LooseBrace, UnknownVariable."""
    ensure_body(kind, subject, SUBJECT_MAX)
    if len(subject.splitlines()) > 1:
        raise LetterUnfit(SUBJECT_MAX)


def ensure_sms(kind: str, body: str, values: Mapping[str, str]) -> None:
    """That it is one SMS with `values`, made-up ones. Raises LetterUnfit, LooseBrace, UnknownVariable, SmsUnfit."""
    ensure_body(kind, body)
    needed = sms_needs(body, values)
    if needed > SMS_BYTES:
        raise SmsUnfit(needed)


def sms_needs(body: str, values: Mapping[str, str]) -> int:
    """Bytes, with TITLE_LEAST for a title, which is shortened to fit. Raises SmsUnfit for a letter that cannot go."""
    titled = any(part.is_variable and part.text == TITLE for part in parse(body))
    text = fill(body, {**values, TITLE: ""})
    try:
        return sms_bytes(text) + (TITLE_LEAST if titled else 0)
    except UnicodeEncodeError as error:
        raise SmsUnfit(0, text[error.start : error.start + 1]) from error


def fit_sms(body: str, values: Mapping[str, str]) -> str:
    """One SMS whatever the values: the title gives way first, then the end."""
    plain = {name: sms_letters(value) for name, value in values.items()}
    rest = sms_letters(fill(body, {**plain, TITLE: ""}))
    titles = sum(part.is_variable and part.text == TITLE for part in parse(body))
    room = max(SMS_BYTES - sms_bytes(rest), 0) // max(titles, 1)
    return shorten(fill(body, {**plain, TITLE: shorten(values.get(TITLE, ""), room)}), SMS_BYTES)


def fill(body: str, values: Mapping[str, str]) -> str:
    """The text with its values; `body` has passed `ensure_body`, and there is a value for every variable of its
    kind."""
    return "".join(values[part.text] if part.is_variable else part.text for part in parse(body))


def parse(body: str) -> list[Part]:
    """Raises LooseBrace."""
    parts: list[Part] = []
    at = 0
    while at < len(body):
        if body[at : at + 2] in ("{{", "}}"):
            parts.append(Part(body[at]))
            at += 2
        elif body[at] == "{":
            end = body.find("}", at)
            name = body[at + 1 : end]
            if end < 0 or "{" in name:
                raise LooseBrace(body[at : at + 20])
            parts.append(Part(name.strip(), is_variable=True))
            at = end + 1
        elif body[at] == "}":
            raise LooseBrace(body[at : at + 20])
        else:
            parts.append(Part(body[at]))
            at += 1
    return parts
