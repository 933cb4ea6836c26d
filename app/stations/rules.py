"""Polling stations, kiosks and one-time PINs: what is kept to there. Pure."""

from collections.abc import Collection
from datetime import datetime, timedelta

NAME_MAX = 80
ADDRESS_MAX = 200
KIOSK_NAME_MAX = 40

PIN_DIGITS = 6
PIN_LASTS = timedelta(minutes=10)  # until it is typed
TURN_LASTS = timedelta(minutes=30)  # from then on, for whoever stands at the kiosk
SPENT_IS_TOLD = timedelta(hours=1)  # so long an overdue PIN is still told from a wrong one
WRONG_PINS = 5
PAUSE = timedelta(minutes=1)

# Why somebody is helped to vote; ALONE: nobody helps.
ALONE = "alone"
SIGHT = "sight"
HANDS = "hands"
READING = "reading"
OTHER = "other"
REASONS = (SIGHT, HANDS, READING, OTHER)
HELP = (ALONE, *REASONS)


class StationError(Exception):
    """A rule of the polling stations was not kept."""


class NoRoll(StationError):
    """The round asks for nothing but a phone: there is no roll that a station could look at."""


class NameTaken(StationError):
    """The round has a station of this name."""


class StationUsed(StationError):
    """Somebody has voted or served there: it stays."""


class HoursBackwards(StationError):
    """It ends before it begins, or on another day."""


class NotAnOfficer(StationError):
    """The account does not hold the desk's role in the programme, or has ended."""


class ShiftOverlaps(StationError):
    """The officer serves somewhere at that time."""


class NotOnDuty(StationError):
    """The officer has no turn at this station now."""


class SameOfficer(StationError):
    """Who helps a voter is watched by somebody else."""


class WrongPin(StationError):
    """No open PIN reads so: never issued, spent, or replaced by a newer one."""


class PinOverdue(StationError):
    """It was issued too long ago."""


class PinOfAnotherStation(StationError):
    """It was issued elsewhere in the round."""


class PinTakenElsewhere(StationError):
    """Another kiosk of the station has taken it."""


class KioskPaused(StationError):
    """Too many wrong PINs. `until`: when the next may be typed."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


def ensure_in_order(starts_at: datetime, ends_at: datetime) -> None:
    if starts_at >= ends_at:
        raise HoursBackwards


def ensure_help_known(reason: str, known: Collection[str] = HELP) -> None:
    if reason not in known:
        raise StationError(reason)
