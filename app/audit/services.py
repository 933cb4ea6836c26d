"""Writing audit lines: an action is declared once with its fields, and recorded with just these."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from app.audit.models import Actor, AuditLine
from app.database import db

Plain = str | int | bool | None


@dataclass(frozen=True)
class Action:
    """`name` is `noun.verb`; `fields` are all that a line of it may hold, and must."""

    name: str
    subject_type: str
    fields: frozenset[str]


ACTIONS: dict[str, Action] = {}
_WRITE = insert(AuditLine.__table__)


def declare(name: str, subject_type: str, *fields: str) -> Action:
    if name in ACTIONS:
        raise ValueError(f"{name} is declared twice")
    ACTIONS[name] = Action(name, subject_type, frozenset(fields))
    return ACTIONS[name]


def record(action: Action, subject_id: int | None, *, at: datetime, by: Actor, **fields: Plain) -> None:
    """Leave the line of this write, in the write's own transaction.

    Raises ValueError when the fields are not exactly the declared ones, or not plain values.
    """
    if fields.keys() != action.fields:
        raise ValueError(f"{action.name} declares {sorted(action.fields)}, got {sorted(fields)}")
    if any(not isinstance(value, (str, int, type(None))) for value in fields.values()):
        raise ValueError(f"{action.name}: an audit field is plain text, a whole number or true/false")
    line = {
        "at": at,
        "actor_kind": by.kind,
        "actor_id": by.id,
        "action": action.name,
        "subject_type": action.subject_type,
        "subject_id": subject_id,
        "fields": dict[str, Any](fields),
    }
    db.session.execute(_WRITE, line)
    db.session.info["audited"] = db.session.info.get("audited", 0) + 1
