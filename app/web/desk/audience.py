"""Officers at a polling station. Each page asks for a shift of the officer's own at that station, running now."""

from flask import Blueprint, abort

from app import clock
from app.people.models import DESK_ROLE
from app.stations import queries
from app.stations.models import PollingStation
from app.web import guard
from app.web.guard import account_door

wing = guard.guard(Blueprint("desk", __name__, url_prefix="/desk"), account_door(DESK_ROLE))


def get_station(station_id: int) -> PollingStation:
    """The station, when the officer is on duty there; else it does not exist (404)."""
    station = queries.get_station(station_id)
    account = guard.ensure_role(station.round.programme, DESK_ROLE)
    return station if queries.find_shift(station_id, account.id, clock.now()) else abort(404)
