"""People who could not vote: which kinds of cases there are, and until when they can be noted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.results.rules import ResultError
from app.rounds import rules as rounds

SIGN_IN = "sign_in"
DEVICE = "device"
MESSAGE = "message"
SAID_VOTED = "said_voted"
OTHER = "other"
KINDS = (SIGN_IN, DEVICE, MESSAGE, SAID_VOTED, OTHER)

OPEN_IN = (rounds.BALLOT_PUBLISHED, rounds.CLOSED, rounds.COUNTED)
MOST_PEOPLE = 1_000_000
LONGEST_REMARK = 1000


class CasesClosed(ResultError):
    """Cases are noted from the publication of the ballot until somebody has signed the count: the second signer sees
    the numbers that the first one saw."""


class UnservedToConfirm(ResultError):
    """As many people could not vote as would change the outcome, or more: who signs says that they know it."""

    def __init__(self, standing: "Standing") -> None:
        super().__init__(f"{standing.unresolved} unresolved, smallest margin {standing.margin}")
        self.standing = standing


class UnfitCase(ResultError):
    """A kind that is not there, no people, too many of them, or a remark that is too long."""


class DayToCome(ResultError):
    """What has not happened yet is no case."""


@dataclass(frozen=True)
class Standing:
    """People who could not vote and were not helped, against the smallest `margin` of a count: the fewest votes that
    change an outcome, None where no number does (see docs/tally.md)."""

    unresolved: int
    margin: int | None

    @property
    def could_change_it(self) -> bool:
        return self.margin is not None and 0 < self.unresolved >= self.margin


def ensure_open(source: str, state: str, signatures: int) -> None:
    """`signatures`: those of the count that stands. Raises CasesClosed."""
    if source != rounds.HELD or state not in OPEN_IN or signatures:
        raise CasesClosed


def ensure_fit(kind: str, people: int, remark: str) -> None:
    """Raises UnfitCase."""
    if kind not in KINDS or not 0 < people <= MOST_PEOPLE or len(remark) > LONGEST_REMARK:
        raise UnfitCase


def ensure_happened(on_day: date, today: date) -> None:
    """Raises DayToCome."""
    if on_day > today:
        raise DayToCome


def smallest_margin(items: Iterable[Mapping[str, Any]]) -> int | None:
    """Of a result's items."""
    return min((item["margin"]["votes"] for item in items if item["margin"]), default=None)
