"""Papers that are in order, for tests that are about something else."""

from typing import Any

from sqlalchemy import func, select

from app.audit.models import AuditLine
from app.database import db
from app.people.models import Account
from app.proposals.models import Proposal
from app.reviews import rules
from app.rounds.models import Round
from tests import factories


def decision(**changes: Any) -> rules.CheckDecision:
    return rules.CheckDecision(**{"verdict": rules.ELIGIBLE, "reason": "할 수 있는 사업입니다.", **changes})


def refusal(**changes: Any) -> rules.CheckDecision:
    return decision(**{"verdict": rules.INELIGIBLE, "grounds": ("duplicate",), **changes})


def record(*visitors: Account, **changes: Any) -> rules.VisitRecord:
    values: dict[str, Any] = {
        "visitors": frozenset(one.id for one in visitors),
        "checklist": dict.fromkeys(rules.CHECKLIST, "yes"),
        "findings": "그늘이 없음을 확인했습니다.",
    }
    return rules.VisitRecord(**{**values, **changes})


def members(of: Round, count: int = 2) -> list[Account]:
    return [factories.account("committee", of=of.programme, name=f"위원{n}") for n in range(count)]


def visited(of: Round, **settings: Any) -> Proposal:
    """A proposal whose on-site review is signed off."""
    proposal = factories.proposal(of, state="visited", **settings)
    factories.visit(proposal)
    return proposal


def lines(action: str) -> int:
    """How many lines of the book are of this action."""
    return db.session.scalar(select(func.count(AuditLine.id)).filter_by(action=action)) or 0
