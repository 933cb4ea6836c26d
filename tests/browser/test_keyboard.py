"""Signing in and voting without a mouse: Tab, Space and Enter reach everything, and one always sees where one is."""

from functools import partial

import pytest
from flask import Flask
from playwright.sync_api import Locator

from app.clock import Clock
from app.database import db
from app.rounds import rules as rounds
from tests.ballots.elections import cast_in, picks, published
from tests.browser.conftest import NewScreen
from tests.browser.screen import Screen
from tests.journeys.stage import Stage

pytestmark = pytest.mark.browser

PHONE = "010-1111-0001"
# What has the focus is outlined (itself, or the card it stands in), within the window, and not under the sticky bar.
IS_SEEN = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), bar = document.querySelector('.sticky');
  const outlined = [one, one.closest('label'), one.closest('.pick')].filter(Boolean)
    .map((part) => getComputedStyle(part))
    .some((style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 1);
  const covered = bar && !bar.contains(one) && box.bottom > bar.getBoundingClientRect().top + 1;
  return outlined && !covered && box.bottom > 0 && box.top < innerHeight;
}"""
LONGEST_WAY = 60  # presses of Tab


def tab_to(screen: Screen, wanted: Locator) -> None:
    for _press in range(LONGEST_WAY):
        screen.page.keyboard.press("Tab")
        assert screen.page.evaluate(IS_SEEN), screen.page.evaluate("document.activeElement.outerHTML")[:300]
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"Tab does not lead to {wanted}")


def enter(screen: Screen, name: str, role: str) -> None:
    """Tab to a link or a button, and press Enter on it."""
    tab_to(screen, screen.page.get_by_role(role, name=name, exact=True))  # type: ignore[arg-type]
    with screen.page.expect_navigation():
        screen.page.keyboard.press("Enter")
    screen.look()


def type_into(screen: Screen, field: str, text: str) -> None:
    tab_to(screen, screen.field(field))
    screen.page.keyboard.type(text)


def sign_in(screen: Screen, stage: Stage) -> None:
    type_into(screen, "phone", "0")
    screen.page.keyboard.press("Enter")
    screen.page.wait_for_selector(".faults:focus")
    screen.page.keyboard.press("Tab")
    screen.page.keyboard.press("Enter")  # the fault leads to its field, which keeps what was typed
    screen.page.keyboard.press("End")
    screen.page.keyboard.type(PHONE.removeprefix("0"))
    with screen.page.expect_navigation():
        screen.page.keyboard.press("Enter")
    type_into(screen, "code", stage.messages.last_code(PHONE))
    enter(screen, "로그인하기", "button")


def tick(screen: Screen, code: str) -> None:
    tab_to(screen, screen.page.locator(f"input[name=pick][value='{code}']"))
    screen.page.keyboard.press("Space")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_resident_signs_in_and_votes_by_keyboard(app: Flask, clock: Clock, screen: NewScreen) -> None:
    round_ = published(clock)
    round_id, wanted = round_.id, picks(round_)
    one, stage = screen(), Stage(app, clock, partial(screen))
    one.open("/vote")
    enter(one, "투표하러 가기", "link")
    sign_in(one, stage)
    enter(one, "다음", "button")
    assert one.page.evaluate("document.activeElement.className") == "faults"
    one.open(f"/vote/{round_id}")
    shown = one.page.locator("input[name=pick]").evaluate_all("all => all.map(one => one.value)")
    for code in sorted(wanted, key=shown.index):
        tick(one, code)
    enter(one, "다음", "button")
    enter(one, "투표하기", "button")
    assert one.heading == "투표했습니다"
    db.session.rollback()  # to see what the server has written meanwhile
    assert cast_in(round_id, rounds.RESIDENTS) == [sorted(wanted)]
