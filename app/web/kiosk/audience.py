"""Voters at a polling station's own device. Its token opens the door, and only that: nobody is signed in here."""

from typing import Any

from flask import Blueprint, abort, g, request

from app.stations import kiosks
from app.stations.models import Kiosk
from app.web.guard import guard
from app.web.words import said

COOKIE = "hanpyo-kiosk"


def door() -> None:
    g.kiosk = kiosks.find_kiosk(request.cookies.get(COOKIE, ""))
    if g.kiosk is None:
        abort(404)
    # Read now: a page that says that the database is away has the name, too.
    g.kiosk_name = f"{said(g.kiosk.station, 'name')} · {g.kiosk.name}"


def get_kiosk() -> Kiosk:
    kiosk: Kiosk = g.kiosk
    return kiosk


wing = guard(Blueprint("kiosk", __name__, url_prefix="/kiosk"), door)


@wing.context_processor
def name() -> dict[str, Any]:
    return {"kiosk_name": g.get("kiosk_name", "")}
