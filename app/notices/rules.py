"""How a message travels: how long it may be, how often it is tried."""

from datetime import timedelta

SMS_BYTES = 90  # in EUC-KR; one byte more and it is another, dearer kind of message
MOST_ATTEMPTS = 3
RETRY_AFTER = timedelta(minutes=1)  # longer than a gateway is waited for


class TooLong(ValueError):
    """More than one SMS holds. A fault of the sentence's author, never of the person."""


def sms_bytes(body: str) -> int:
    """As phone companies count: EUC-KR with Microsoft's further syllables (cp949)."""
    return len(body.encode("cp949"))


def ensure_one_sms(body: str) -> None:
    """Raises TooLong; UnicodeEncodeError for a letter that no Korean SMS can hold."""
    if sms_bytes(body) > SMS_BYTES:
        raise TooLong(body)
