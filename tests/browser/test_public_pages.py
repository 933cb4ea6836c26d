"""Every page that can be opened, by one who may, in both languages: axe, no scrolling sideways, a quiet console.

Both languages have the same shape: axe looks at one on a phone and at the other on a desk."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.browser.conftest import NewScreen
from tests.browser.people import sign_in
from tests.browser.screen import Screen
from tests.web.furnished import Ids, furnish
from tests.web.test_all_routes import LEAVES, Leave

pytestmark = pytest.mark.browser

NARROW = 320
FILES = re.compile(r"\.(csv|geojson|ics|jpg|json|pdf|txt|xlsx|zip)$")  # no pages, and none that a script could look at
HOMES = {"public.home", "office.home"}  # not the same for everybody
DEVICES = ("kiosk", "tablet")  # their pages are looked at where they are used: test_kiosk, test_meeting_day


def addresses(app: Flask, at: dict[str, Ids]) -> Iterator[tuple[str, str]]:
    """Who opens what: one of those who may, and a stranger where strangers may."""
    urls = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        leave = LEAVES.get(rule.endpoint)
        if leave is None or leave.status != 200 or "GET" not in (rule.methods or ()) or FILES.search(rule.rule):
            continue
        for role in openers(rule.endpoint, leave):
            yield role, urls.build(rule.endpoint, at[leave.on])


def openers(endpoint: str, leave: Leave) -> list[str]:
    people = [role for role in leave.who if role not in DEVICES]
    return list(
        dict.fromkeys((*(people if endpoint in HOMES else people[:1]), *(r for r in people if r == "stranger")))
    )


def look_at(one: Screen, address: str, locale: str) -> None:
    """Resizing the window costs more than loading the page: it is done for the narrow look alone."""
    size = one.page.viewport_size
    assert size is not None
    one.open(address)
    assert one.page.locator("h1").count() == 1, address
    assert one.page.locator("html").get_attribute("lang") == locale
    one.page.set_viewport_size({"width": NARROW, "height": 700})
    one.ensure_no_scroll()
    one.page.set_viewport_size(size)


@pytest.mark.parametrize(("locale", "width"), [("ko", 390), ("en", 1280)])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_page_is_looked_at(app: Flask, server: str, screen: NewScreen, locale: str, width: int) -> None:
    at, people, _voters = furnish()
    one, role = screen(width, widths=(width,)), ""
    visits = sorted(addresses(app, at))
    assert len(visits) > 90
    for opener, address in visits:
        if opener != role:
            role = opener
            sign_in(app, one, server, people[role], locale)
        look_at(one, address, locale)
