"""Maps on pages: whether there can be one, and from where its pictures come. A page's list or fields do without it."""

from dataclasses import astuple
from pathlib import Path
from typing import Any

from flask import Flask, current_app, url_for

from app.config import Maps
from app.web import headers

LEAFLET = Path("vendor", "leaflet", "leaflet.js")  # put there by `make setup`, and not of our making


def register(app: Flask) -> None:
    app.jinja_env.globals.update(find_map=find_map)


def find_map() -> dict[str, Any] | None:
    """What a map needs to be drawn: `tiles`, `attribution`, `outlines` (one may be empty), `centre`.
    None where Leaflet has not been put, and where nothing would lie under the points. Whoever asks draws
    one: the page that is being made may load the tiles."""
    if not (Path(str(current_app.static_folder)) / LEAFLET).is_file():
        return None
    maps: Maps = current_app.extensions["hanpyo"].maps
    if not maps.has_ground:
        return None
    if maps.host:
        headers.admit_images(maps.host)
    return {
        "tiles": maps.tiles,
        "attribution": maps.attribution,
        "outlines": url_for("public.map_outlines") if maps.outlines else "",
        "centre": astuple(maps.centre),
    }
