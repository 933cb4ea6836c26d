"""Maps: above a list that does without, drawn where Leaflet is, and asking nobody unless the operator chose whom."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.clock import Clock
from app.config import Maps
from app.web.headers import HEADERS, policy
from tests import factories
from tests.actors import Person
from tests.ballots.elections import published
from tests.page import Page

# What the databases must agree on is in tests/stations, which runs on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HOST = "https://tiles.example"
TILES = Maps(tiles=f"{HOST}/{{z}}/{{x}}/{{y}}.png", attribution="© 지도 <b>회사</b>")
OUTLINES = Maps(outlines=b'{"type": "FeatureCollection", "features": []}')
POLICY = "Content-Security-Policy"


@pytest.fixture
def leaflet(app: Flask, tmp_path: Path) -> Path:
    """Where it is put by `make setup`, whether or not that was run here."""
    app.static_folder = str(tmp_path)
    path = tmp_path / "vendor" / "leaflet" / "leaflet.js"
    path.parent.mkdir(parents=True)
    path.touch()
    return path


def choose(app: Flask, maps: Maps) -> None:
    app.extensions["hanpyo"] = replace(app.extensions["hanpyo"], maps=maps)


def stations(app: Flask, clock: Clock, **point: float) -> Page:
    round_ = published(clock)
    factories.station(round_, **point)
    return Person(app).get(f"/rounds/{round_.id}/stations")


def frame(page: Page) -> dict[str, str]:
    """The map's own data; empty without a map."""
    found = page.soup.select_one("[data-module='map']")
    return {name: str(value) for name, value in found.attrs.items()} if found else {}


def test_a_map_stands_above_the_list_which_says_everything_itself(app: Flask, clock: Clock, leaflet: Path) -> None:
    choose(app, OUTLINES)
    page = stations(app, clock, latitude=37.45, longitude=126.9)
    assert frame(page)["data-centre"] == "37.4565,126.8955,14" and "hidden" in frame(page)
    item = page.soup.select_one("[data-point='37.450000,126.900000']")
    assert item is not None and "가산동 주민센터" in item.text and "지금 열림" in item.text and "24:00" in item.text
    assert page.response.headers[POLICY] == HEADERS[POLICY]


def test_there_is_no_map_with_nothing_under_its_points(app: Flask, clock: Clock, leaflet: Path) -> None:
    page = stations(app, clock, latitude=37.45, longitude=126.9)
    assert frame(page) == {} and page.has("가산동 주민센터")


def test_there_is_no_map_without_leaflet_or_without_a_point(app: Flask, clock: Clock, leaflet: Path) -> None:
    choose(app, TILES)
    assert frame(stations(app, clock)) == {}
    leaflet.unlink()
    page = stations(app, clock, latitude=37.45, longitude=126.9)
    assert frame(page) == {} and page.has("가산동 주민센터") and page.link("지도 앱") == "geo:37.450000,126.900000"
    assert page.response.headers[POLICY] == HEADERS[POLICY]


def test_the_operators_tiles_are_admitted_where_there_is_a_map_and_told_of(
    app: Flask, clock: Clock, leaflet: Path
) -> None:
    before = Person(app).get("/privacy")
    choose(app, TILES)
    page, privacy = stations(app, clock, latitude=37.45, longitude=126.9), Person(app).get("/privacy")
    assert (
        page.response.headers[POLICY]
        == policy(HOST)
        == HEADERS[POLICY].replace("img-src 'self'", f"img-src 'self' {HOST}")
    )
    assert frame(page)["data-tiles"] == TILES.tiles and page.has("© 지도 <b>회사</b>")
    assert privacy.response.headers[POLICY] == HEADERS[POLICY]
    assert [one.has("tiles.example") for one in (before, privacy)] == [False, True]


def test_the_operators_outlines_are_served_by_us(app: Flask, clock: Clock, leaflet: Path) -> None:
    someone = Person(app).client
    assert someone.get("/map/outlines.geojson").status_code == 404
    choose(app, OUTLINES)
    page = stations(app, clock, latitude=37.45, longitude=126.9)
    answer = someone.get(frame(page)["data-outlines"])
    assert (answer.mimetype, answer.data) == ("application/geo+json", OUTLINES.outlines)
    assert page.response.headers[POLICY] == HEADERS[POLICY]
