"""Sub-committees (분과위원회): who belongs to one, and since when. Neither the work plan nor the ordinance says whether
a member may belong to several: each committee's setting does."""

from datetime import date
from typing import Protocol

from app.committee.rules import CommitteeError

NAME_MAX = 60

# Usual grounds; ours.
JOINING_GROUNDS = ("own_wish", "decision")
LEAVING_GROUNDS = ("own_wish", "to_another", "absent", "decision")


class SubcommitteeThere(CommitteeError):
    """The programme has a sub-committee of this name that begins on this day."""


class SubcommitteeOver(CommitteeError):
    """The day lies outside the time for which the sub-committee is set up."""


class SeatTaken(CommitteeError):
    """The member belongs to the sub-committee, then or later."""


class OneSubcommittee(CommitteeError):
    """The member belongs to another sub-committee, and the committee's setting allows one."""


class SeatLeft(CommitteeError):
    """The member has left the sub-committee, or is to leave it on a day that is settled."""


class LeavesBeforeJoining(CommitteeError):
    """Nobody leaves before the day on which they joined."""


class SeatsSettled(CommitteeError):
    """A meeting has been opened on or after this day: who belonged to the sub-committee then is what its quorum was
    counted from. `on`: its day."""

    def __init__(self, on: date) -> None:
        super().__init__(on.isoformat())
        self.on = on


class Stay(Protocol):
    """Days in a sub-committee: `left_on` is the first on which it no longer holds."""

    joined_on: date
    left_on: date | None


class Standing(Protocol):
    """For how long a sub-committee is set up: `ends_on` is the first day on which it is over."""

    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...


def ensure_standing(body: Standing | None, on: date) -> None:
    """The whole committee always stands. Raises SubcommitteeOver."""
    if body is not None and not body.starts_on <= on < body.ends_on:
        raise SubcommitteeOver


def holds(stay: Stay, on: date) -> bool:
    return stay.joined_on <= on and not has_left(stay, on)


def has_left(stay: Stay, on: date) -> bool:
    return stay.left_on is not None and stay.left_on <= on


def ensure_unsettled(on: date, last_meeting: date | None) -> None:
    """`last_meeting`: the latest day on which the sub-committee's meeting was opened. Raises SeatsSettled."""
    if last_meeting is not None and on <= last_meeting:
        raise SeatsSettled(last_meeting)
