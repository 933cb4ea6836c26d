"""What somebody who proposed on paper says to a review, written down by staff: how and when they heard it. Pure."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from app.proposals.rules import NotTheProposer
from app.reviews.rules import ReviewError, ensure_listed

WAYS = ("phone", "letter", "in_person")


class Heard(NamedTuple):
    """`way`: one of WAYS. `on`: the day, in Seoul, on which it was said or came in; it counts for what is in time."""

    way: str
    on: date


class HeardOutside(ReviewError):
    """The day on which it was heard is to come, or before there was anything to answer."""


def ensure_may_speak(proposal: Any, residents: Collection[int | None], by: Any, heard: Heard | None) -> None:
    """One of the `residents` (ids) who speak for it; or staff who have `heard` somebody that handed in a sheet. Raises
    NotTheProposer."""
    is_proposer = heard is None and by.kind == "resident" and by.id is not None and by.id in residents
    if not is_proposer and not (heard is not None and by.kind == "account" and proposal.filing is not None):
        raise NotTheProposer


def ensure_heard(heard: Heard, first: date | None, today: date) -> None:
    """Raises HeardOutside, NotOnTheList. `first`: the day on which there was something to answer."""
    ensure_listed([heard.way], WAYS)
    if heard.on > today or (first is not None and heard.on < first):
        raise HeardOutside
