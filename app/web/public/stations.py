"""Where one can vote in person: the stations of a round, with their hours."""

from typing import Any
from urllib.parse import quote

from flask import render_template

from app import clock
from app.rounds.queries import get_public_round
from app.stations import queries
from app.stations.models import PollingStation
from app.web.navigation import programme_frame
from app.web.public.audience import wing

MAP = "https://map.kakao.com/link/search/"  # a link for whoever follows it: nothing of it is fetched here


@wing.get("/rounds/<int:round_id>/stations")
def station_list(round_id: int) -> str:
    round_ = get_public_round(round_id)
    return render_template(
        "public/station_list.html",
        round=round_,
        stations=[_shown(one) for one in queries.list_stations(round_id)],
        programme=programme_frame(round_.programme),
    )


def _shown(station: PollingStation) -> dict[str, Any]:
    """`hours`: the days that are not over yet, each as a period."""
    at = clock.now()
    days = queries.list_days(station.id)
    return {
        "station": station,
        "is_open": any(day.opens_at <= at < day.closes_at for day in days),
        "hours": [day for day in days if day.closes_at > at],
        "map_url": MAP + quote(station.address, safe=""),
        "point": None if station.latitude is None else f"{station.latitude:.6f},{station.longitude:.6f}",
    }
