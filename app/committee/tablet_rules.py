"""Shared devices in the hall: the screen at the door with its changing code, tablets to vote on, one-time PINs."""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256

from app.committee.rules import CommitteeError

DOOR = "door"  # shows the code to sign in with, and the quorum
BOOTH = "booth"  # takes a PIN, then a ballot
TABLET_USES = (BOOTH, DOOR)
NAME_MAX = 40
TOKEN_BYTES = 32

STEP = timedelta(seconds=30)  # how long the door shows one code
STEPS_GOOD = 3  # the one shown now and the two before: nobody's code is good for longer than 90 seconds
CODE_LETTERS = 20  # of hex: 80 bits

PIN_DIGITS = 8
PIN_LIFE = timedelta(minutes=10)
RIGHT_LIFE = timedelta(minutes=10)  # from the right PIN to the cast
TRIES = 5
LOCKED_FOR = timedelta(minutes=10)
START_AGAIN = timedelta(seconds=90)  # a tablet that nobody touches goes back to its own start


class DoorCodeOld(CommitteeError):
    """The code at the door has changed since, or was never one of this meeting's."""


class TabletUnknown(CommitteeError):
    """The device was never made one of this meeting's, or was given up."""


class NoBooth(CommitteeError):
    """There is nothing to vote on with a tablet: this is no general meeting."""


class PinWrong(CommitteeError):
    """No PIN of this meeting. `left`: tries until the tablet is locked."""

    def __init__(self, left: int) -> None:
        super().__init__(f"{left} left")
        self.left = left


class PinUsed(CommitteeError):
    """A PIN is good for once."""


class PinExpired(CommitteeError):
    """A PIN is good for PIN_LIFE."""


class RightEnded(CommitteeError):
    """The right to one ballot on this tablet has run out, was used, or was replaced by a newer PIN."""


class TabletLocked(CommitteeError):
    """TRIES wrong PINs in a row."""

    def __init__(self, until: datetime) -> None:
        super().__init__(str(until))
        self.until = until


def door_code(key: str, meeting_id: int, at: datetime) -> str:
    return _code(key, meeting_id, _step(at))


def ensure_door_code(key: str, meeting_id: int, code: str, at: datetime) -> None:
    """Raises DoorCodeOld."""
    now = _step(at)
    good = [_code(key, meeting_id, step) for step in range(now - STEPS_GOOD + 1, now + 1)]
    if not any(hmac.compare_digest(one.encode(), code.encode()) for one in good):
        raise DoorCodeOld


def keyed(key: str, purpose: str, *secret: object) -> str:
    """What stands in the table in the place of a token or PIN."""
    return hmac.new(key.encode(), ":".join(map(str, (purpose, *secret))).encode(), sha256).hexdigest()


def _step(at: datetime) -> int:
    return int(at.timestamp() // STEP.total_seconds())


def _code(key: str, meeting_id: int, step: int) -> str:
    return keyed(key, "door code", meeting_id, step)[:CODE_LETTERS]
