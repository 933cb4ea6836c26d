"""Papers that are in order, for tests that are about something else."""

import secrets
from typing import Any

from sqlalchemy import func, select

from app.audit.models import SYSTEM, AuditLine
from app.clock import now
from app.database import db
from app.people.models import Account
from app.proposals.models import Proposal
from app.reviews import (
    outing_services,
    recusal_queries,
    rules,
    sheet_services,
    visit_queries,
    visit_rules,
    visit_services,
)
from app.reviews.recusal_models import Interest
from app.reviews.visit_models import SiteVisit
from app.rounds.models import Round
from tests import factories


def decision(**changes: Any) -> rules.CheckDecision:
    return rules.CheckDecision(**{"verdict": rules.ELIGIBLE, "reason": "할 수 있는 사업입니다.", **changes})


def refusal(**changes: Any) -> rules.CheckDecision:
    return decision(**{"verdict": rules.INELIGIBLE, "grounds": {"duplicate": "같은 자리에 이미 있습니다."}, **changes})


def fill(visit: SiteVisit, by: Account, **answers: tuple[str, str]) -> None:
    """Every question of the visit is answered, one by one; `answers`: item → (answer, words)."""
    for item in visit_queries.list_items(visit):
        answer, words = answers.get(item.name, _usual(item.name))
        entry = visit_rules.Entry(item.name, answer, words, seen=item.version, client_key=secrets.token_hex(16))
        visit_services.save_entry(visit, entry, at=now(), by=by.actor)


def _usual(item: str) -> tuple[str, str]:
    if item == visit_rules.SUMMARY:
        return "", "그늘이 없음을 확인했습니다."
    return ("confirmed", "") if item in visit_rules.CLAIMS else ("yes", "")


def record(visit: SiteVisit, *visitors: Account) -> None:
    """Written down in full by the first of those who were there."""
    fill(visit, visitors[0])
    there = frozenset(one.id for one in visitors)
    visit_services.record_visit(visit, there, at=now(), by=visitors[0].actor)


def sign(visit: SiteVisit, *accounts: Account) -> None:
    for one in accounts:
        visit_services.sign_record(visit, one, visit.record_sha256 or "", at=now(), by=one.actor)


def checklist(of: Round) -> None:
    outing_services.set_checklist(of, visit_rules.DEFAULT_LINES, at=now(), by=SYSTEM)


def members(of: Round, count: int = 2) -> list[Account]:
    return [factories.account("committee", of=of.programme, name=f"위원{n}") for n in range(count)]


def visited(of: Round, **settings: Any) -> Proposal:
    """A proposal whose on-site review is signed off."""
    proposal = factories.proposal(of, state="visited", **settings)
    factories.visit(proposal)
    return proposal


def begin(proposal: Proposal, member: Account) -> None:
    """A sheet, with interests declared for the round as they must be first."""
    declare(proposal.round, member)
    sheet_services.begin_sheet(proposal, member, at=now(), by=member.actor)


def declare(of: Round, member: Account) -> None:
    """That there is nothing to declare, unless something is declared."""
    if recusal_queries.find_interest(of.id, member.id) is None:
        factories.keep(Interest(round_id=of.id, account_id=member.id, declared_at=now()))


def lines(action: str) -> int:
    """How many lines of the book are of this action."""
    return db.session.scalar(select(func.count(AuditLine.id)).filter_by(action=action)) or 0
