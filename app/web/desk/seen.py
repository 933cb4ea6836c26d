"""Whom an officer has just looked up: carried in the desk's forms, so that nobody is served there who was not."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import abort, current_app
from itsdangerous import BadSignature, URLSafeSerializer

from app import clock
from app.roll import queries as roll
from app.roll.models import RollEntry
from app.stations.models import PollingStation
from app.web import guard

LASTS = timedelta(minutes=15)


def sign(station: PollingStation, entries: Sequence[RollEntry]) -> str:
    """Good for this officer at this station, and a quarter of an hour only."""
    until = clock.now() + LASTS
    return _serializer(station).dumps([[entry.id for entry in entries], until.isoformat()])


def read(station: PollingStation, signed: str | None) -> list[RollEntry]:
    """Answers 400 to what is not signed so: the officer types the person again."""
    try:
        ids, until = _serializer(station).loads(signed or "")
    except BadSignature:
        abort(400)
    if datetime.fromisoformat(until) <= clock.now():
        abort(400)
    return [roll.get_entry(station.round_id, entry_id) for entry_id in ids]


def _serializer(station: PollingStation) -> URLSafeSerializer:
    salt = f"seen at station {station.id} by {guard.get_account().id}"
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=salt)
