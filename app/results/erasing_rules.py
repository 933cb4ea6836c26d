"""When it may be erased who took part in a round, and which counts may stay."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from app import clock
from app.results.rules import ResultError

SMALL = 5  # fewer people than these are not told by themselves
Cell = TypeVar("Cell")


class NothingPublished(ResultError):
    """Who took part is asked until the result is published."""


class ObjectionsRunning(ResultError):
    """Somebody may still object. `until`: when the period ends."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


class AlreadyErased(ResultError):
    """Nothing is left to erase since `at`."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at.isoformat())
        self.at = at


class NotScrubbed(ResultError):
    """The rows are gone, but the disk could not be cleaned. To be done again. `why`: the database's own words."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def objections_end(published_at: datetime, days: int) -> datetime:
    """The end of the last of so many whole days in Seoul; that of the publication is not one of them."""
    return clock.start_of_day(clock.seoul_day(published_at) + timedelta(days=days + 1))


def ensure_over(published_at: datetime | None, days: int, at: datetime) -> None:
    """Raises NothingPublished, ObjectionsRunning."""
    if published_at is None:
        raise NothingPublished
    until = objections_end(published_at, days)
    if at < until:
        raise ObjectionsRunning(until)


def suppress(cells: Mapping[Cell, int]) -> dict[Cell, int | None]:
    """Cells with fewer than SMALL people lose their number. Their total is known, so the smallest of the others lose
    theirs as well, until at least two are hidden with SMALL people or more that could be in any of them. {} where it
    takes all cells to get there: then there is no table.
    """
    rising = sorted(cells, key=lambda cell: cells[cell])
    hidden = [cell for cell in rising if cells[cell] < SMALL]
    for cell in rising[len(hidden) :] if hidden else []:
        if len(hidden) > 1 and sum(cells[one] for one in hidden) - len(hidden) >= SMALL:
            break
        hidden.append(cell)
    if len(hidden) == len(cells):
        return {}
    return {cell: None if cell in hidden else people for cell, people in cells.items()}
