"""The way to a round's polling stations, for whoever cannot go on alone: people there look at identity cards."""

from flask import current_app, url_for

from app.stations.queries import has_stations


def stations_url(round_id: int) -> str:
    """Of the residents' list; empty where the round has no station."""
    return url_for("public.station_list", round_id=round_id) if has_stations(round_id) else ""


def whom_to_ask(round_id: int) -> dict[str, str]:
    """For whoever is told that they have voted and has not: `phone` (may be empty) and `stations_url` (may be, too)."""
    return {"phone": current_app.extensions["hanpyo"].help_phone, "stations_url": stations_url(round_id)}
