"""The story's calendar: days counted from the one on which it is loaded, in Seoul."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.clock import SEOUL, seoul_day
from app.rounds.rules import PHASES
from app.rounds.settings import PhasePlan

MORNING = 9
EVENING = 18

Span = tuple[int, int]  # first and last day, from `today`


@dataclass(frozen=True)
class Days:
    """`now`: the instant at which the story is loaded."""

    now: datetime

    @property
    def today(self) -> date:
        return seoul_day(self.now)

    def day(self, offset: int) -> date:
        return self.today + timedelta(days=offset)

    def at(self, offset: int, hour: int = 10, minute: int = 0) -> datetime:
        day = self.day(offset)
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SEOUL)

    def phases(self, spans: Mapping[str, Span]) -> tuple[PhasePlan, ...]:
        """Each from the morning of its first day to the evening of its last."""
        return tuple(
            PhasePlan(kind, self.at(spans[kind][0], MORNING), self.at(spans[kind][1], EVENING)) for kind in PHASES
        )
