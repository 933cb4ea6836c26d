"""Practice for the day on which the database is lost: a backup was restored, and somebody looked at what came back."""

from datetime import date, datetime

from sqlalchemy import select

from app.audit import services as audit
from app.audit.models import Actor
from app.ballots import rules
from app.ballots.models import BackupDrill
from app.clock import seoul_day
from app.database import db, transaction

RECORD = audit.declare("drill.record", "drill", "held_on", "held_by", "checked")

LONGEST_NAME = 60


def record_drill(held_on: date, held_by: str, checked: str, *, at: datetime, by: Actor) -> BackupDrill:
    """Raises BadDrill."""
    who, what = held_by.strip(), checked.strip()
    if not who or len(who) > LONGEST_NAME or not what or held_on > seoul_day(at):
        raise rules.BadDrill
    with transaction():
        drill = BackupDrill(held_on=held_on, held_by=who, checked=what, recorded_at=at)
        db.session.add(drill)
        db.session.flush()
        audit.record(RECORD, drill.id, at=at, by=by, held_on=held_on.isoformat(), held_by=who, checked=what)
    return drill


def find_latest() -> BackupDrill | None:
    return db.session.scalar(select(BackupDrill).order_by(BackupDrill.held_on.desc(), BackupDrill.id.desc()).limit(1))
