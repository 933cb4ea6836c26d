"""How a person is told besides on the site: by what, when in the day, and how it is made to fit."""

from datetime import datetime, time, timedelta
from typing import NamedTuple

from app.clock import SEOUL, seoul_day, start_of_day
from app.notices import rules
from app.notices.rules import MAIL, SMS

WAITING, PACKED, UNWANTED = "waiting", "packed", "unwanted"
STATES = (WAITING, PACKED, UNWANTED)

DIGEST, NONE = "digest", "none"
WAYS = (SMS, MAIL, DIGEST, NONE)  # one of them for each kind; on the site everything is told

NIGHT_BEGINS, NIGHT_ENDS = time(21), time(8)  # no SMS between
A_DAY = timedelta(days=1)
TITLE_LEAST = 10  # bytes of an SMS that are kept for a title


class WayUnknown(ValueError):
    """Not one of WAYS, or one that this kind does not have."""


class NothingFailed(Exception):
    """It is not among those that failed: it went, waits, or is being tried again already."""


class Person(NamedTuple):
    """A resident or an account: one of the two."""

    resident_id: int | None = None
    account_id: int | None = None


class Reach(NamedTuple):
    """Where a person can be reached: whether there is a number, and whether there is a mail address in use.
    `has_stopped`: they have unsubscribed from mails."""

    has_phone: bool
    has_mail: bool
    has_stopped: bool = False


def usual_way(is_urgent: bool, has_sms: bool, reach: Reach) -> str:
    """For whoever has chosen nothing. Mail comes before SMS, which costs; what can wait comes once a day. Who
    wants no mails did not ask for SMS instead."""
    if reach.has_stopped:
        return NONE
    if reach.has_mail:
        return MAIL if is_urgent else DIGEST
    return SMS if has_sms and reach.has_phone else NONE


def way_of(chosen: str | None, is_urgent: bool, has_sms: bool, reach: Reach) -> str:
    """What a kind goes by: as chosen, if that can be; never by something that the person did not choose instead."""
    way = chosen or usual_way(is_urgent, has_sms, reach)
    if way == SMS and not (has_sms and reach.has_phone):
        return NONE
    return NONE if way in (MAIL, DIGEST) and not reach.has_mail else way


def ensure_way(way: str, has_sms: bool, has_digest: bool = True) -> None:
    """Raises WayUnknown."""
    if way not in WAYS or (way == SMS and not has_sms) or (way == DIGEST and not has_digest):
        raise WayUnknown(way)


def by_day(at: datetime) -> datetime:
    """`at`, or the morning after, where it is night."""
    local = at.astimezone(SEOUL).time()
    if NIGHT_ENDS <= local < NIGHT_BEGINS:
        return at
    return _morning(at if local < NIGHT_ENDS else at + A_DAY, NIGHT_ENDS.hour)


def next_digest(at: datetime, hour: int) -> datetime:
    """The next time that it is `hour` o'clock in Seoul, after `at`."""
    today = _morning(at, hour)
    return today if today > at else _morning(at + A_DAY, hour)


def _morning(at: datetime, hour: int) -> datetime:
    return start_of_day(seoul_day(at)) + timedelta(hours=hour)


def shorten(text: str, most: int) -> str:
    """So that an SMS needs at most `most` bytes for it; what is left out is marked."""
    text = sms_letters(text)
    if rules.sms_bytes(text) <= most:
        return text
    while text and rules.sms_bytes(text) + rules.sms_bytes("…") > most:
        text = text[:-1]
    return f"{text.rstrip()}…" if text else ""


def sms_letters(text: str) -> str:
    """Letters that no Korean SMS can hold are question marks; line ends are blanks."""
    return " ".join(text.split()).encode("cp949", "replace").decode("cp949")
