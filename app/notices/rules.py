"""How a message travels: by what, how long it may be, how often it is tried, and when none are sent at all."""

from datetime import datetime, timedelta

SMS, MAIL = "sms", "mail"
CHANNELS = (SMS, MAIL)
BREAKERS = {SMS: 1, MAIL: 2}  # the rows of `SmsBreaker`

SMS_BYTES = 90  # in EUC-KR; one byte more and it is another, dearer kind of message
MOST_ATTEMPTS = 3
PATIENT_ATTEMPTS = 22  # of what is not too late in five minutes: over three days
RETRY_AFTER = timedelta(minutes=1)  # longer than a gateway is waited for
LONGEST_WAIT = timedelta(hours=8)
# As long as nobody else tries what somebody is sending, who may have died: longer than the channel is waited for.
HELD_FOR = {SMS: RETRY_AFTER, MAIL: timedelta(minutes=10)}

FAILURES_TO_SHUT = 5  # in a row
SHUT_FOR_NOW = timedelta(minutes=1)
PROBE_TIME = timedelta(seconds=30)  # longer than a gateway is waited for
MOST_WAITING = 500  # messages; more are not taken on, since they would be too late

AWAY = "away"  # it does not answer, or not as agreed, or asks us to wait
ACCOUNT = "account"  # it answers that we must mend something
SHUT_FOR = (AWAY, ACCOUNT)
REFUSED = "refused"  # this one will never go
LATE = "late"  # it was not worth sending any more, or whoever tried it last never said what came of it
FAULTS = (*SHUT_FOR, REFUSED, LATE)

SHUT = "shut"  # no message goes now
CROWDED = "crowded"  # too many wait
SPENT = "spent"  # as many went as may, in all or to numbers like this one
UNSERVED_FOR = (SHUT, CROWDED, SPENT)


class NoMessages(Exception):
    """No message is taken on now, to whomever. `reason` of UNSERVED_FOR; asking again makes sense at `again_at`."""

    def __init__(self, reason: str, again_at: datetime) -> None:
        super().__init__(f"{reason} until {again_at.isoformat()}")
        self.reason, self.again_at = reason, again_at


class TooLong(ValueError):
    """More than one SMS holds. A fault of the sentence's author, never of the person."""


def sms_bytes(body: str) -> int:
    """As phone companies count: EUC-KR with Microsoft's further syllables (cp949)."""
    return len(body.encode("cp949"))


def ensure_one_sms(body: str) -> None:
    """Raises TooLong; UnicodeEncodeError for a letter that no Korean SMS can hold."""
    if sms_bytes(body) > SMS_BYTES:
        raise TooLong(body)


def retry_after(attempts: int) -> timedelta:
    """How long until the next try: a minute, as often as a code is tried; then twice as long each time."""
    return min(RETRY_AFTER * 2 ** max(attempts - MOST_ATTEMPTS, 0), LONGEST_WAIT)


def ensure_taking(shut_until: datetime | None, waiting: int, at: datetime) -> None:
    """Raises NoMessages. When the time of being shut is over, messages are taken on: one of them finds out."""
    if shut_until is not None and shut_until > at:
        raise NoMessages(SHUT, shut_until)
    if waiting >= MOST_WAITING:
        raise NoMessages(CROWDED, at + RETRY_AFTER)


def shut_after(failures: int, was_shut: bool, reason: str, pause: timedelta | None, at: datetime) -> datetime | None:
    """Until when nothing is sent after so many `failures` in a row; None: go on.

    An account that must be mended, and a gateway that names a pause, are believed the first time; so is the one message
    that tried while it was shut.
    """
    if failures < FAILURES_TO_SHUT and not was_shut and pause is None and reason != ACCOUNT:
        return None
    return at + max(SHUT_FOR_NOW, pause or timedelta(0))
