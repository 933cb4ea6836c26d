"""Paper ballots and a polling station's day: what must add up, who may key, why a paper does not count. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

# A station's day: papers are handed out; its numbers wait for a second person, since they do not add up; closed.
OPEN, COUNTED, CLOSED = DAY_STATES = ("open", "counted", "closed")
KEYING, ENTERED = BATCH_STATES = ("keying", "entered")

FIRST, SECOND, SETTLING = KEYINGS = (1, 2, 3)

# Why a paper does not count. What is ticked is keyed as it is, and the round's own rules find the first three; the
# rest only somebody with the paper in hand can see.
BLANK = "blank"
TOO_FEW = "too_few"
TOO_MANY = "too_many"
UNREADABLE = "unreadable"
IDENTIFIED = "identified"
NOT_OFFICIAL = "not_official"
NOT_RETURNED = "not_returned"
REASONS = (BLANK, TOO_FEW, TOO_MANY, UNREADABLE, IDENTIFIED, NOT_OFFICIAL, NOT_RETURNED)
SEEN_BY_HAND = (UNREADABLE, IDENTIFIED, NOT_OFFICIAL)

# What lies in the box for a paper that does not count: a project that no ballot has, which every counter reads as void.
VOID = ("void",)

MOST_PAPERS = 100_000
EXPLANATION_MAX = 1000
FEW = 5  # fewer people than this are not told, where a dong could point at them


class PaperError(Exception):
    """A rule of papers, or of a station's day, was not kept."""


class NotAStationDay(PaperError):
    """Nobody votes at this station today."""


class DayNotOpen(PaperError):
    """The station's day has not been opened yet."""


class DayOpenAlready(PaperError):
    """Somebody has opened the day before."""


class DayShut(PaperError):
    """The day has been counted or closed: nothing is handed out any more, and nothing is opened again."""


class NoPapersLeft(PaperError):
    """All that the station was given are handed out."""


class PinsOpen(PaperError):
    """Somebody may still vote on a kiosk with a PIN of this station. `pins`: how many."""

    def __init__(self, pins: int) -> None:
        super().__init__(str(pins))
        self.pins = pins


class DayUneven(PaperError):
    """The day's numbers do not add up, and nobody has said why. `faults`: of `list_faults`."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


class DayStillRuns(PaperError):
    """Until the day has gone by it is the station's officers who count it."""


class NothingToConfirm(PaperError):
    """The day waits for nobody: it is open, or closed already."""


class SameOfficer(PaperError):
    """Who counted the day does not confirm it."""


class DayUnfinished(PaperError):
    """Papers are keyed when the station's day is closed."""


class BatchOpenAlready(PaperError):
    """Somebody has begun to key this pile."""


class PileDiffers(PaperError):
    """The pile has another number of papers than the station counted, and nobody has said why."""


class NotYourTurn(PaperError):
    """Two people key a pile, and a third settles; this is none of them, or has nothing to key now."""


class WrongSheet(PaperError):
    """Sheets are keyed one after the other."""


class NumberUnknown(PaperError):
    """No project of this paper has this number, or it stands there twice."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


class NotSettled(PaperError):
    """Sheets are still to be keyed, or to be settled."""


class TooManyPapers(PaperError):
    """More papers than people who were handed one. `papers`, `people`."""

    def __init__(self, papers: int, people: int) -> None:
        super().__init__(f"{papers} > {people}")
        self.papers, self.people = papers, people


class AlreadyEntered(PaperError):
    """The pile is in the ballot box: its sheets are wiped."""


class DaysUnfinished(PaperError):
    """The box stays open while a station's day or a pile of papers does. `days`: how many."""

    def __init__(self, days: int) -> None:
        super().__init__(str(days))
        self.days = days


class Figures(NamedTuple):
    """A station's day, in people, papers and PINs. `people_…`: who took part there, by the roll; `…_spent`: PINs of
    which votes came, of `…_pins` issued; `in_box`: papers counted in the ballot box, folded as they are."""

    began_with: int
    papers_received: int
    spoiled: int
    papers_unused: int
    in_box: int
    people_paper: int
    people_kiosk: int
    people_assisted: int
    kiosk_pins: int
    kiosk_spent: int
    assisted_pins: int
    assisted_spent: int


def list_faults(day: Figures) -> tuple[str, ...]:
    """What does not add up: issued = cast + spoiled + unused, way by way."""
    even = {
        "began_with": day.began_with == 0,
        "papers": day.papers_received == day.people_paper + day.spoiled + day.papers_unused,
        "in_box": day.in_box == day.people_paper,
        "kiosk": day.kiosk_spent == day.people_kiosk <= day.kiosk_pins,
        "assisted": day.assisted_spent == day.people_assisted <= day.assisted_pins,
    }
    return tuple(fault for fault, holds in even.items() if not holds)


def ensure_open(state: str | None) -> None:
    """Raises DayNotOpen, DayShut."""
    if state is None:
        raise DayNotOpen
    if state != OPEN:
        raise DayShut


def reason_of(picked: int, faults: Iterable[str]) -> str | None:
    """Why a paper with so many ticks does not count, by the codes of `app.tally.paper`; None where it does."""
    codes = tuple(faults)
    if not codes:
        return None
    if not picked:
        return BLANK
    over = any(code.startswith(("too_many", "over_")) for code in codes)
    return TOO_MANY if over else TOO_FEW


def suppress(people: int, is_dongs: bool) -> int | None:
    """What is told of a station; None where it is a dong's, and so few that the number could point at somebody."""
    return None if is_dongs and 0 < people < FEW else people
