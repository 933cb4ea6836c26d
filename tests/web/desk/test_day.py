"""A station's day at the desk: closed once, whoever presses, and nothing after it."""

import pytest
from flask import Flask

from app.clock import Clock
from app.database import db
from app.papers import queries, rules
from app.papers.models import DayBook
from tests.actors import Person
from tests.ballots.elections import census
from tests.papers.polls import Poll, hand_out, open_day, polling

# What the databases must agree on is in tests/papers, which runs on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SHUT = "이 투표소는 오늘 투표를 마쳤습니다. 센 수가 기록되었고, 다시 열 수 없습니다."


def counted(poll: Poll) -> tuple[object, ...]:
    db.session.rollback()
    book = db.session.query(DayBook).one()
    return book.state, book.in_box, book.papers_unused, book.explanation, book.counted_by, queries.count_left(book)


def test_a_station_closed_twice_says_so_and_stays_as_the_first_one_closed_it(app: Flask, clock: Clock) -> None:
    poll = polling(clock)
    open_day(poll)
    hand_out(poll, 4)
    path = f"/desk/{poll.station.id}/day"
    first, second = Person(app, poll.officer), Person(app, poll.second)
    pages = [person.get(f"{path}/count") for person in (first, second)]
    done = first.submit(pages[0], button="하루 마감하기", papers_unused="6", in_box="4")
    assert done.flashes == ["수가 모두 맞아 하루를 마감했습니다."]
    before = counted(poll), census()
    assert before[0][:3] == (rules.CLOSED, 4, 6)
    late = second.submit(pages[1], button="하루 마감하기", papers_unused="5", in_box="5", why="다시 셈")
    assert (late.status, late.has(SHUT)) == (409, True)
    again = second.get(f"{path}/count")
    assert (again.status, again.has(SHUT)) == (409, True)
    assert (counted(poll), census()) == before


def test_a_closed_station_is_not_opened_again_and_changes_no_paper(app: Flask, clock: Clock) -> None:
    poll = polling(clock)
    open_day(poll)
    officer, path = Person(app, poll.officer), f"/desk/{poll.station.id}"
    opening, exchange, counting = (officer.get(path + page) for page in ("/day/open", "/papers/exchange", "/day/count"))
    officer.submit(counting, button="하루 마감하기", papers_unused="10", in_box="0")
    before = counted(poll), census()
    assert officer.submit(opening, button="하루 열기", papers="10", first_number="1").status in (409, 422)
    refused = officer.submit(exchange, button="바꿔 주기")
    assert refused.has(SHUT)
    assert (counted(poll), census()) == before
