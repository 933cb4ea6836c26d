"""One person, one ballot: whatever a thumb, the Back button or a second tab does with the check page."""

import pytest
from flask import Flask

from app.clock import Clock
from app.database import db
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.ballots.elections import cast_in, items, picks, published
from tests.browser.conftest import NewScreen
from tests.browser.people import sign_in
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser


@pytest.fixture
def round_(app: Flask, clock: Clock) -> Round:
    return published(clock)


@pytest.fixture
def voter(app: Flask, screen: NewScreen, server: str) -> Screen:
    return sign_in(app, screen(), server, factories.resident())


def choose(screen: Screen, round_id: int, codes: list[str]) -> None:
    """Instead of what another tab has chosen: all tabs share one draft."""
    screen.open(f"/vote/{round_id}")
    chosen_before = screen.page.locator("input[name=pick]:checked")
    while chosen_before.count():
        chosen_before.first.uncheck()
    for code in codes:
        screen.page.locator(f"input[name=pick][value='{code}']").check()
    screen.press("다음")


def in_the_box(round_id: int) -> list[list[str]]:
    db.session.rollback()  # to see what the server has written meanwhile
    return cast_in(round_id, rounds.RESIDENTS)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_double_click_puts_one_ballot_into_the_box(round_: Round, voter: Screen) -> None:
    round_id, wanted = round_.id, picks(round_)
    choose(voter, round_id, wanted)
    voter.page.get_by_role("button", name="투표하기").dblclick()
    voter.page.wait_for_url("**/receipt")
    assert voter.heading == "투표했습니다"
    assert in_the_box(round_id) == [sorted(wanted)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_back_after_the_cast_says_that_it_is_done(round_: Round, voter: Screen) -> None:
    round_id = round_.id
    choose(voter, round_id, picks(round_))
    voter.press("투표하기")
    for _page_before in ("check", "ballot"):
        voter.page.go_back()
        voter.look()
        assert voter.heading == "이미 투표하셨습니다"
    assert len(in_the_box(round_id)) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_cast_of_a_second_tab_is_refused_politely(round_: Round, voter: Screen) -> None:
    round_id, first = round_.id, picks(round_)
    second = [items(round_, section.code)[1].code for section in round_.sections]
    choose(voter, round_id, first)
    tab = voter.another_tab()
    choose(tab, round_id, second)
    voter.press("투표하기")
    tab.press("투표하기")
    assert tab.heading == "이미 투표하셨습니다"
    assert "먼저 하신 투표가 그대로 남아 있습니다" in tab.text
    assert in_the_box(round_id) == [sorted(first)]
