"""Rounds set up through the services, as staff do it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.audit.models import SYSTEM
from app.programmes.models import Programme
from app.rounds import rules, services
from app.rounds.models import Round
from app.rounds.settings import BallotPlan, Basics, PhasePlan, PotPlan, SectionPlan
from tests import factories

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
WHO: dict[str, Any] = {"at": AT, "by": SYSTEM}


def basics(fiscal_year: int = 2027, **changes: Any) -> Basics:
    values = {"title_ko": f"{fiscal_year} 회계연도 주민참여예산", "title_en": f"Budget {fiscal_year}", **changes}
    return Basics(fiscal_year=fiscal_year, **values)


def phases(first: datetime = AT + timedelta(days=10)) -> list[PhasePlan]:
    step = timedelta(days=14)
    return [PhasePlan(kind, first + n * step, first + (n + 1) * step) for n, kind in enumerate(rules.PHASES)]


def sections(
    round_: Round,
    picks: list[tuple[int, int]],
    total: tuple[int, int] | None = None,
    committee: list[tuple[int, int]] | None = None,
) -> BallotPlan:
    """One section for each pick rule, all on the first pot; the committee's rule is the same unless given."""
    own = committee or picks
    return BallotPlan(
        tuple(
            SectionPlan(f"분야 {n}", f"Field {n}", round_.pots[0].id, {"residents": one, "committee": other})
            for n, (one, other) in enumerate(zip(picks, own, strict=True), start=1)
        ),
        {"residents": total, "committee": total},
    )


def draft(of: Programme | None = None) -> Round:
    return services.create_round(of or factories.programme(), basics(), **WHO)


def complete_draft(picks: list[tuple[int, int]] | None = None) -> Round:
    """Everything a call needs: one pot, two sections, six phases to come."""
    round_ = draft()
    services.set_pots(round_, [PotPlan("구비", "District money", 1_000_000_000)], **WHO)
    services.set_sections(round_, sections(round_, picks or [(1, 2), (0, 1)]), **WHO)
    services.set_phases(round_, phases(), **WHO)
    return round_
