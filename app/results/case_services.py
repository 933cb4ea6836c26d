"""Noting who could not vote, until somebody has signed the count."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from app import clock
from app.audit import services as audit
from app.audit.models import Actor
from app.database import db, lock, transaction
from app.results import case_rules as rules
from app.results import queries
from app.results.models import UnservedCase
from app.rounds.models import Round

RECORD = audit.declare("case.record", "round", "case", "kind", "people", "on_day", "is_resolved")
CHANGE = audit.declare("case.change", "round", "case", "kind", "people", "on_day", "is_resolved")


@dataclass(frozen=True)
class Case:
    """`people`: how many; `on_day`: in Seoul; `remark`: no names, since it stays."""

    kind: str
    people: int
    on_day: date
    remark: str = ""
    is_resolved: bool = False


def record_case(round_: Round, case: Case, *, at: datetime, by: Actor) -> UnservedCase:
    """Raises CasesClosed, UnfitCase, DayToCome."""
    with transaction():
        _ensure_open(round_)
        row = UnservedCase(round_id=round_.id)
        db.session.add(row)
        _write(row, case, at)
        _record(RECORD, row, at, by)
    return row


def change_case(row: UnservedCase, case: Case, *, at: datetime, by: Actor) -> None:
    """All of it anew. Raises CasesClosed, UnfitCase, DayToCome."""
    with transaction():
        _ensure_open(row.round)
        lock(row)
        _write(row, case, at)
        _record(CHANGE, row, at, by)


def _ensure_open(round_: Round) -> None:
    """The round's row is what a case and a signature wait for one another at."""
    lock(round_)
    count = queries.find_count(round_.id)
    if count is not None:
        db.session.expire(count, ["signatures"])
    rules.ensure_open(round_.source, round_.state, len(count.signatures) if count else 0)


def _write(row: UnservedCase, case: Case, at: datetime) -> None:
    rules.ensure_fit(case.kind, case.people, case.remark)
    rules.ensure_happened(case.on_day, clock.seoul_day(at))
    for name, value in asdict(case).items():
        setattr(row, name, value)
    db.session.flush()


def _record(action: audit.Action, row: UnservedCase, at: datetime, by: Actor) -> None:
    """Without the remark: the book keeps what it holds for ever."""
    audit.record(
        action,
        row.round_id,
        at=at,
        by=by,
        case=row.id,
        kind=row.kind,
        people=row.people,
        on_day=row.on_day.isoformat(),
        is_resolved=row.is_resolved,
    )
