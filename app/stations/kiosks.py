"""A device becomes a station's kiosk, and stops being one."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import select

from app.audit import services as audit
from app.audit.models import Actor
from app.database import db, lock, transaction
from app.stations.models import Kiosk, PollingStation

MAKE = audit.declare("kiosk.make", "station", "kiosk", "name")
REVOKE = audit.declare("kiosk.revoke", "station", "kiosk", "name")


def make_kiosk(station: PollingStation, name: str, *, at: datetime, by: Actor) -> tuple[Kiosk, str]:
    """The kiosk, and the token that only its device keeps."""
    token, station_id = secrets.token_urlsafe(32), station.id
    kiosk = Kiosk(station_id=station_id, name=name, token_hash=_hash(token), made_at=at)
    with transaction():
        db.session.add(kiosk)
        db.session.flush()
        audit.record(MAKE, station_id, at=at, by=by, kiosk=kiosk.id, name=name)
    return kiosk, token


def find_kiosk(token: str) -> Kiosk | None:
    """The kiosk that this device is, unless it was revoked."""
    return db.session.scalar(select(Kiosk).where(Kiosk.token_hash == _hash(token), Kiosk.revoked_at.is_(None)))


def revoke_kiosk(kiosk: Kiosk, *, at: datetime, by: Actor) -> None:
    """A second time it changes nothing."""
    with transaction():
        if lock(kiosk).revoked_at is None:
            kiosk.revoked_at = at
            audit.record(REVOKE, kiosk.station_id, at=at, by=by, kiosk=kiosk.id, name=kiosk.name)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
