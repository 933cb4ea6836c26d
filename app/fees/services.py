"""Setting what the fee sheet goes by."""

from datetime import date, datetime

from app.audit import services as audit
from app.audit.models import Actor
from app.database import db, lock, transaction
from app.fees import queries, rules
from app.fees.models import FeeBudget, FeeRate
from app.programmes.models import Programme

RATE = ("rate_won", "subcommittee_won", "least_items", "counts_recused", "once_a_day")
SET_RATE = audit.declare(
    "fee.set_rate",
    "programme",
    "from_on",
    *RATE,
    *(f"{name}_before" for name in RATE),
    "reason",
)
SET_BUDGET = audit.declare("fee.set_budget", "programme", "year", "budget_won", "before")


def set_rate(
    programme: Programme,
    *,
    from_on: date,
    rate_won: int,
    least_items: int,
    counts_recused: bool,
    subcommittee_won: int | None = None,
    once_a_day: bool = False,
    reason: str = "",
    at: datetime,
    by: Actor,
) -> FeeRate:
    """It holds from this day until the next one's, instead of one set for the same day before. `subcommittee_won`: as
    `rate_won` where none is given. `reason`: why what has been reckoned for meetings that ended was wrong; without one,
    raises FeesSettled."""
    by_body = {"rate_won": rate_won, "subcommittee_won": rate_won if subcommittee_won is None else subcommittee_won}
    given = {**by_body, "least_items": least_items, "counts_recused": counts_recused, "once_a_day": once_a_day}
    with transaction():
        lock(programme)
        rates, meetings = queries.list_rates(programme.id), queries.list_meeting_days(programme.id)
        if not reason:
            rules.ensure_none_is_changed(rates, meetings, from_on)
        rate = db.session.get(FeeRate, (programme.id, from_on))
        before = {f"{name}_before": getattr(rate, name, None) for name in RATE}
        rate = rate or FeeRate(programme_id=programme.id, from_on=from_on)
        for name, value in (given | {"set_at": at}).items():
            setattr(rate, name, value)
        db.session.add(rate)
        db.session.flush()
        audit.record(
            SET_RATE, programme.id, at=at, by=by, from_on=from_on.isoformat(), **given, **before, reason=reason
        )
    return rate


def set_budget(programme: Programme, *, year: int, budget_won: int, at: datetime, by: Actor) -> None:
    with transaction():
        lock(programme)
        row = queries.find_budget(programme.id, year)
        before = row.budget_won if row else None
        row = row or FeeBudget(programme_id=programme.id, year=year)
        row.budget_won = budget_won
        db.session.add(row)
        db.session.flush()
        audit.record(SET_BUDGET, programme.id, at=at, by=by, year=year, budget_won=budget_won, before=before)
