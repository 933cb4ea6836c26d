"""What is going on today, out of the phases of all rounds: what home says first, and the shared calendar."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from app.rounds import rules as rounds
from app.rounds.rules import Period

# A phase runs only while the round is where that phase belongs: voting waits for the ballot's publication.
STATE_OF_PHASE = {
    **dict.fromkeys((rounds.INTAKE, rounds.DEPARTMENT_CHECK, rounds.SITE_VISIT, rounds.WRITTEN_REVIEW), rounds.CALLED),
    rounds.VOTING: rounds.BALLOT_PUBLISHED,
    rounds.COMMITTEE_VOTE: rounds.BALLOT_PUBLISHED,
}
# What everybody can do themselves comes first.
ORDER_OF_CALLS = (rounds.VOTING, rounds.INTAKE, *(kind for kind in rounds.PHASES if kind != rounds.INTAKE))


class Entry(NamedTuple):
    """One phase of one round, as the shared calendar lists it."""

    round: Any
    period: Period
    is_running: bool


def list_calendar(of: Iterable[Any], at: datetime) -> list[Entry]:
    """Phases that run or are to come, by their beginning."""
    entries = [
        Entry(round_, period, _runs(round_, period, at))
        for round_ in of
        for period in round_.phases
        if at < period.ends_at
    ]
    return sorted(entries, key=lambda entry: (entry.period.starts_at, entry.period.ends_at))


def list_calls(of: Iterable[Any], at: datetime) -> list[Entry]:
    """Phases that run now, the one to name first at the head; of two alike the one that ends sooner."""
    running = [entry for entry in list_calendar(of, at) if entry.is_running]
    return sorted(running, key=lambda entry: (ORDER_OF_CALLS.index(entry.period.kind), entry.period.ends_at))


def find_next(of: Iterable[Any], at: datetime) -> Entry | None:
    return next((entry for entry in list_calendar(of, at) if at < entry.period.starts_at), None)


def _runs(round_: Any, period: Period, at: datetime) -> bool:
    return round_.state == STATE_OF_PHASE[period.kind] and rounds.is_running(period, at)


class Figures(NamedTuple):
    """What is known of one fiscal year; None: not published. Amounts in whole won."""

    proposals: int | None = None
    proposed_won: int | None = None
    base_won: int | None = None
    allocated_won: int | None = None
    voters_target: int | None = None
    voters: int | None = None
