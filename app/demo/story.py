"""The whole story, chapter by chapter. Each is a transaction of its own: it is there, or it is not."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from types import ModuleType
from typing import Any, NamedTuple

from app.audit import queries as audit_queries
from app.audit import services as audit
from app.audit.models import SYSTEM
from app.config import Config
from app.database import transaction
from app.demo import finished, history, intake, people, rules, subcommittees, under_review, voting
from app.demo.days import Days
from app.demo.people import Cast
from app.demo.rounds import exists
from app.programmes import services as district

LOADED = audit.declare("demo.load", "demo", "chapters")


ROUNDS = (
    ("끝난 회차 · a finished round", finished),
    ("투표 중인 회차 · a round open for voting", voting),
    ("심사 중인 회차 · a round under review", under_review),
    ("제안을 받는 회차 · a round taking proposals", intake),
)


class Chapter(NamedTuple):
    """`name` in Korean and English; `is_told`: whether it is there already."""

    name: str
    is_told: Callable[[], bool]
    tell: Callable[[], Any]


def is_loaded() -> bool:
    return audit_queries.list_lines(audit_queries.Wanted(action=LOADED.name), page=1).total > 0


def load(config: Config, *, at: datetime) -> Iterator[str]:
    """Yields the name of every chapter before it is told. What is there is left as it is: interrupted, the story goes
    on where it stopped; told to its end, it is never told again. Raises NotADemo."""
    rules.ensure_demo(config)
    if is_loaded():
        return
    chapters = [*_scene(config, at), *_past(), *_present(config, at)]
    for chapter in chapters:
        if not chapter.is_told():
            yield chapter.name
            with transaction():
                chapter.tell()
    with transaction():
        audit.record(LOADED, None, at=at, by=SYSTEM, chapters=len(chapters))


def _scene(config: Config, at: datetime) -> Iterator[Chapter]:
    places = district.read_district(district.GEUMCHEON)
    open_up = partial(district.load_district, places, at=at, by=SYSTEM)
    yield Chapter("금천구와 다섯 사업 · the district and its five programmes", lambda: False, open_up)
    yield Chapter("사람들 · people", people.are_here, partial(people.move_in, config.identity_key, at=at))
    yield Chapter(
        "해마다의 수치 · figures by year", history.has_figures, partial(history.set_figures, at=at, by=SYSTEM)
    )


def _past() -> Iterator[Chapter]:
    for facts in history.FACTS["rounds"]:
        year = facts["fiscal_year"]
        name = f"{year}년 회차 · the round of {year}"
        yield Chapter(name, partial(exists, history.PROGRAMME, year), partial(history.tell, facts, by=SYSTEM))


def _present(config: Config, at: datetime) -> Iterator[Chapter]:
    days = Days(at)
    sit = partial(subcommittees.tell, config, days)
    yield Chapter("분과위원회 · a sub-committee", subcommittees.is_told, sit)
    for name, chapter in ROUNDS:
        is_told = partial(exists, chapter.PROGRAMME, chapter.fiscal_year(days))
        yield Chapter(name, is_told, partial(_tell, chapter, config, days))


def _tell(chapter: ModuleType, config: Config, days: Days) -> None:
    chapter.tell(Cast(config.identity_key), days)
