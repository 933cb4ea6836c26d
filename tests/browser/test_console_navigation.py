"""The console's links on a phone: a row for each list, and none of them out of reach of the keyboard."""

import pytest
from flask import Flask

from app.people.models import STAFF_ROLE
from app.rounds import rules
from tests import factories
from tests.browser.conftest import NewScreen
from tests.browser.people import sign_in

pytestmark = pytest.mark.browser

ROW = 60  # px: a link of 44 px with room for the ring of the focus


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_list_of_links_takes_one_row_and_is_walked_by_keyboard(app: Flask, screen: NewScreen, server: str) -> None:
    round_ = factories.round_(running=rules.INTAKE)
    staff = sign_in(app, screen(390), server, factories.account(STAFF_ROLE))
    staff.open(f"/office/rounds/{round_.id}/settings/phases")
    lists = staff.page.locator("nav ul")
    assert lists.count() == 3
    assert all(lists.nth(place).bounding_box()["height"] <= ROW for place in range(3))

    last = staff.page.get_by_role("navigation", name="이 회차").get_by_role("link").last
    before = staff.page.get_by_role("navigation", name="이 회차").get_by_role("link").nth(-2)
    assert last.bounding_box()["x"] > 390
    before.focus()
    staff.page.keyboard.press("Tab")

    box = last.bounding_box()
    assert last.evaluate("link => link === document.activeElement")
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_fewest_and_most_of_a_section_stand_side_by_side_on_a_desk(app: Flask, screen: NewScreen, server: str) -> None:
    round_ = factories.round_(state=rules.DRAFT)
    staff = sign_in(app, screen(1280), server, factories.account(STAFF_ROLE))
    staff.open(f"/office/rounds/{round_.id}/settings/sections")
    pairs = [("rows-0-pick_min", "rows-0-pick_max"), ("rows-0-committee_min", "rows-0-committee_max")]
    pairs += [("total_min", "total_max"), ("committee_total_min", "committee_total_max")]
    tops = [[staff.field(name).bounding_box()["y"] for name in pair] for pair in pairs]
    assert all(least == most for least, most in tops), tops
