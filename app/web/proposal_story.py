"""What has happened to a proposal so far, in public words: nothing that is not public by itself."""

from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext as _

from app.ballots import queries as ballots
from app.proposals.models import Proposal
from app.proposals.rules import SHORTLISTED
from app.results import queries as results
from app.reviews import objection_queries as objections
from app.reviews.queries import PublicFindings
from app.web.fate_view import tell_ways
from app.web.words import word


class Step(NamedTuple):
    words: str
    at: datetime


def tell_story(proposal: Proposal, findings: PublicFindings) -> list[Step]:
    """The first step first. `findings`: what is public of the reviews."""
    steps = [_step(_("제안을 접수했습니다."), proposal.submitted_at)]
    check, visit, decision = findings.check, findings.visit, findings.decision
    if check is not None:
        verdict = word("verdict", check.verdict)
        steps.append(_step(_("소관부서 검토 결과를 공개했습니다: %(verdict)s", verdict=verdict), check.released_at))
    if visit is not None:
        words = _("현장심사를 하지 못한 것을 확인했습니다.") if visit.is_impossible else _("현장심사를 마쳤습니다.")
        steps.append(_step(words, visit.signed_off_at))
    if decision is not None:
        chosen = _("투표 대상으로 뽑혔습니다.") if decision.shortlisted else _("투표 대상에 들지 못했습니다.")
        steps.append(_step(chosen, decision.decided_at))
    for one in objections.list_decided(proposal.id):
        outcome = word("objection", one.state)
        steps.append(_step(_("이의신청을 결정했습니다: %(outcome)s", outcome=outcome), one.decided_at))
    if proposal.state == SHORTLISTED:
        manifest = ballots.find_publication(proposal.round_id)
        steps.append(_step(_("투표 대상을 공표했습니다."), manifest.published_at if manifest else None))
        steps.append(_step(_("투표 결과를 공개했습니다."), results.find_published_at(proposal.round_id)))
    steps.extend(Step(*one) for one in tell_ways(proposal))
    return sorted((step for step in steps if step is not None), key=lambda step: step.at)


def _step(words: str, at: datetime | None) -> Step | None:
    return Step(words, at) if at is not None else None
