"""What the clock makes somebody to be told: each once, however often and by however many it is looked at."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from app.audit import services as audit
from app.audit.models import SYSTEM
from app.clock import SEOUL
from app.database import lock_name, transaction
from app.notices.delivery_rules import NIGHT_ENDS
from app.notices.letter_queries import list_told

REMIND = audit.declare("notice.remind", "notice", "notices")


class Reminder(NamedTuple):
    """`once`: what it is known by, so that it is told a single time; a deadline that is moved is another one."""

    once: str
    tell: Callable[[], None]


Source = Callable[[datetime], Iterable[Reminder]]  # what a room has to remind of at an instant, told already or not


def remind(sources: Iterable[Source], *, at: datetime) -> int:
    """How many were told. Not before the morning: nobody is woken, and a day has begun when people see it."""
    if at.astimezone(SEOUL).time() < NIGHT_ENDS:
        return 0
    sources = tuple(sources)
    if not _new(sources, at):
        return 0
    with transaction():
        lock_name("reminders")
        due = _new(sources, at)  # as it stands while nobody else reminds
        for one in due:
            one.tell()
        if due:
            audit.record(REMIND, None, at=at, by=SYSTEM, notices=len(due))
    return len(due)


def _new(sources: Iterable[Source], at: datetime) -> list[Reminder]:
    due = [one for source in sources for one in source(at)]
    told = list_told([one.once for one in due])
    return [one for one in due if one.once not in told]
