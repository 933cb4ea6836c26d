"""Attendance fees (참석수당): who is paid for which meeting, and how much. Whole won, exactly."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, Protocol

RATE_MAX = 10_000_000
ITEMS_MAX = 20
DEFAULT_LEAST_ITEMS = 1  # ours: who was there at one item is paid
BUDGET_LINE = 15_240_000  # 2018 work plan: what is offered while nothing is set


class Rate(Protocol):
    """What holds from `from_on` on, until the next. `rate_won`: for a meeting of the whole committee;
    `subcommittee_won`: for one of a sub-committee. `least_items`: at so many items one must have been there (of those
    there were, if they were fewer; 0: having signed in is enough). `counts_recused`: an item from which one was
    recused counts as well. `once_a_day`: of several meetings on one day the best paid counts. (The work plan gives
    none of these.)"""

    from_on: date
    rate_won: int
    least_items: int
    counts_recused: bool
    subcommittee_won: int
    once_a_day: bool


class FeeError(Exception):
    """A rule of the fees was not kept."""


class FeesSettled(FeeError):
    """A meeting that has ended is paid by the rate that would be changed, and no reason is said. `on`: the first such
    day."""

    def __init__(self, on: date) -> None:
        super().__init__(on.isoformat())
        self.on = on


class Seen(NamedTuple):
    """How long a member was at a meeting: items there were, items present at, and those of them recused from."""

    items: int
    present: int
    recused: int


class Met(NamedTuple):
    """A meeting that has ended: its day, and whether a sub-committee met."""

    on: date
    is_subcommittee: bool = False


class Fee(NamedTuple):
    """For one meeting. `place`: among the sheet's. `rate_won`: None while no rate holds on its day; then nothing is
    paid."""

    place: int
    rate_won: int | None
    is_due: bool

    @property
    def won(self) -> int:
        return self.rate_won if self.is_due and self.rate_won is not None else 0


class Line(NamedTuple):
    """One member of the sheet."""

    account_id: int
    name: str
    fees: tuple[Fee, ...]

    @property
    def paid(self) -> int:
        """How many meetings are paid."""
        return sum(fee.is_due for fee in self.fees)

    @property
    def rates(self) -> dict[int, int]:
        """Rate in won → meetings at that rate, the lower one first."""
        due = sorted(fee.rate_won for fee in self.fees if fee.is_due and fee.rate_won is not None)
        return {rate: due.count(rate) for rate in dict.fromkeys(due)}

    @property
    def won(self) -> int:
        return sum(fee.won for fee in self.fees)


class Sheet(NamedTuple):
    """`meetings`: those of the year, in order. `budget_won`: None where it is not set."""

    year: int
    meetings: tuple[Met, ...]
    lines: tuple[Line, ...]
    budget_won: int | None

    @property
    def won(self) -> int:
        return sum(line.won for line in self.lines)

    @property
    def left_won(self) -> int | None:
        return None if self.budget_won is None else self.budget_won - self.won

    @property
    def lacks_rate(self) -> bool:
        return any(fee.is_due and fee.rate_won is None for line in self.lines for fee in line.fees)


def find_rate(rates: Sequence[Rate], on: date) -> Rate | None:
    """The latest that holds on this day."""
    return max((rate for rate in rates if rate.from_on <= on), key=lambda rate: rate.from_on, default=None)


def ensure_none_is_changed(rates: Sequence[Rate], meetings: Sequence[date], from_on: date) -> None:
    """Whether a rate from `from_on` on leaves every meeting that has ended with the rate it has; one that has none yet
    may be given one. `meetings`: their days, in order. Raises FeesSettled."""
    for day in meetings:
        rate = find_rate(rates, day)
        if rate is not None and rate.from_on <= from_on <= day:
            raise FeesSettled(day)


def fee_of(seen: Seen, rates: Sequence[Rate], met: Met, place: int) -> Fee:
    """Of one who signed in at this meeting."""
    rate = find_rate(rates, met.on)
    if rate is None:
        return Fee(place, None, True)
    counted = seen.present - (0 if rate.counts_recused else seen.recused)
    won = rate.subcommittee_won if met.is_subcommittee else rate.rate_won
    return Fee(place, won, counted >= min(rate.least_items, seen.items))


def fees_of(fees: Sequence[Fee], rates: Sequence[Rate], meetings: Sequence[Met]) -> tuple[Fee, ...]:
    """One member's, in order, with what `once_a_day` takes away: of a day's the best paid is due, of equal ones the
    first. `meetings`: by the fees' places."""
    best: dict[date, Fee] = {}
    for fee in fees:
        day = meetings[fee.place].on
        if fee.is_due and (day not in best or fee.won > best[day].won):
            best[day] = fee
    return tuple(
        fee._replace(is_due=False) if fee.is_due and _is_twice(fee, best, rates, meetings) else fee for fee in fees
    )


def _is_twice(fee: Fee, best: dict[date, Fee], rates: Sequence[Rate], meetings: Sequence[Met]) -> bool:
    day = meetings[fee.place].on
    rate = find_rate(rates, day)
    return rate is not None and rate.once_a_day and best[day] is not fee
