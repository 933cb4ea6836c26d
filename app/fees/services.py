"""Setting what the fee sheet goes by."""

from datetime import date, datetime

from app.audit import services as audit
from app.audit.models import Actor
from app.database import db, lock, transaction
from app.fees import queries, rules
from app.fees.models import FeeBudget, FeeRate
from app.programmes.models import Programme

SET_RATE = audit.declare(
    "fee.set_rate",
    "programme",
    "from_on",
    *("rate_won", "least_items", "counts_recused"),
    *("rate_won_before", "least_items_before", "counts_recused_before"),
)
SET_BUDGET = audit.declare("fee.set_budget", "programme", "year", "budget_won", "before")


def set_rate(
    programme: Programme,
    *,
    from_on: date,
    rate_won: int,
    least_items: int,
    counts_recused: bool,
    at: datetime,
    by: Actor,
) -> FeeRate:
    """It holds from this day until the next one's, instead of one set for the same day before. Raises FeesSettled."""
    with transaction():
        lock(programme)
        rates, meetings = queries.list_rates(programme.id), queries.list_meeting_days(programme.id)
        rules.ensure_none_is_changed(rates, meetings, from_on)
        rate = db.session.get(FeeRate, (programme.id, from_on))
        given = {"rate_won": rate_won, "least_items": least_items, "counts_recused": counts_recused}
        before = {f"{name}_before": getattr(rate, name, None) for name in given}
        rate = rate or FeeRate(programme_id=programme.id, from_on=from_on)
        rate.rate_won, rate.least_items, rate.counts_recused, rate.set_at = rate_won, least_items, counts_recused, at
        db.session.add(rate)
        db.session.flush()
        audit.record(SET_RATE, programme.id, at=at, by=by, from_on=from_on.isoformat(), **given, **before)
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
