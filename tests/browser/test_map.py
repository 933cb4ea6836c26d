"""The map in Chromium: a station's place by a pin, and a resident who finds it; by touch, by mouse and by keys."""

import re
from base64 import b64decode
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.clock import Clock
from app.config import SKETCH, Maps
from app.database import db
from app.people.models import STAFF_ROLE
from tests import factories
from tests.browser.conftest import NewScreen
from tests.browser.people import sign_in
from tests.stations.posts import post

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
PICTURE = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==")


def place(page: Page) -> tuple[float, float]:
    latitude, longitude = (page.locator(f"input[name={name}]").input_value() for name in ("latitude", "longitude"))
    return float(latitude or 0), float(longitude or 0)


def test_staff_put_a_pin_move_it_and_take_it_away(app: Flask, clock: Clock, server: str, screen: NewScreen) -> None:
    app.extensions["hanpyo"] = replace(app.extensions["hanpyo"], maps=Maps(outlines=SKETCH.read_bytes()))
    at = post(clock)
    staff = sign_in(app, screen(width=1280), server, factories.account(STAFF_ROLE))
    page = staff.page
    page.goto(f"/office/stations/{at.station.id}/change")
    ground = page.get_by_role("application", name="위치를 고르는 지도")
    expect(ground).to_be_visible()
    staff.look()
    ground.click(position={"x": 300, "y": 200})
    pin = page.get_by_role("button", name="핀. 화살표 키로 옮길 수 있습니다.")
    clicked = place(page)
    pin.press("ArrowUp")
    pin.press("ArrowRight")
    pressed = place(page)
    assert pressed[0] > clicked[0] and pressed[1] > clicked[1], "north and east of where it was"
    pin.drag_to(ground, target_position={"x": 200, "y": 280})
    dragged = place(page)
    assert dragged[0] < pressed[0] and dragged[1] < pressed[1]
    staff.look()

    page.get_by_role("button", name="핀 지우기").click()
    expect(pin).to_have_count(0)
    assert place(page) == (0, 0)
    page.get_by_role("button", name="지도 가운데에 핀 놓기").press("Enter")
    expect(pin).to_be_focused()
    put = place(page)
    staff.press("저장하기")
    db.session.rollback()
    assert (at.station.latitude, at.station.longitude) == put
    assert put == pytest.approx((37.4565, 126.8955), abs=0.0005)


def test_a_resident_finds_a_station_by_keys_on_the_operators_tiles(
    app: Flask, clock: Clock, server: str, screen: NewScreen
) -> None:
    maps = Maps(tiles="https://tiles.example/{z}/{x}/{y}.png", attribution="© 지도")
    app.extensions["hanpyo"] = replace(app.extensions["hanpyo"], maps=maps)
    at = post(clock)
    at.station.latitude, at.station.longitude = 37.46, 126.89
    later = factories.station(at.round, name="독산1동 주민센터", latitude=37.4706, longitude=126.8984)
    phone = screen()
    page = phone.page
    page.emulate_media(reduced_motion="reduce")
    page.context.route("https://tiles.example/**", lambda route: route.fulfill(body=PICTURE, content_type="image/png"))
    page.goto(f"/rounds/{at.round.id}/stations")
    marker = page.get_by_role("button", name="1 가산동 주민센터")
    expect(marker).to_be_visible()
    phone.look()
    box = marker.bounding_box()
    assert box is not None and min(box["width"], box["height"]) >= 44
    marker.press("Enter")
    brief = page.locator(".leaflet-popup").filter(has_text="지금 열림")
    expect(brief.locator("[tabindex='-1']")).to_be_focused()
    phone.look()
    page.keyboard.press("Escape")
    expect(brief).to_have_count(0)
    expect(marker).to_be_focused()
    page.get_by_role("button", name=re.compile("지도에서 보기.*독산1동")).click()
    other = page.locator(".leaflet-popup").filter(has_text="독산1동 주민센터")
    other.get_by_role("link", name="목록에서 보기").click()
    assert page.url.endswith(f"#station-{later.id}")
    expect(page.locator("img.leaflet-tile-loaded").first).to_be_visible()
    page.get_by_role("button", name="지도 작게 보기").press("Enter")
    page.wait_for_load_state("networkidle")
    assert not phone.troubles
