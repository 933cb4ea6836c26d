"""What has happened to a proposal so far, in public words: nothing that is not public by itself. Those who propose it
read besides what they alone have been told so far."""

from datetime import datetime
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _

from app.ballots import queries as ballots
from app.notices import kinds
from app.notices.delivery_rules import Person
from app.notices.letter_queries import list_notices_about
from app.proposals.conflict_queries import list_conflicts_of
from app.proposals.models import Proposal
from app.proposals.rules import SHORTLISTED
from app.results import queries as results
from app.reviews import objection_queries as objections
from app.reviews.queries import PublicFindings
from app.reviews.recusal_queries import list_challenges_of
from app.reviews.recusal_rules import ACCEPTED
from app.web.fate_view import tell_ways
from app.web.letter_view import read_all
from app.web.words import said, word

TOLD_BEFORE_PUBLIC = (kinds.VISIT_PLANNED, kinds.VISIT_CALLED_OFF, kinds.VISIT_RECORDED, kinds.VISIT_REOPENED)


class Step(NamedTuple):
    """`url`: where more is said of it; empty where nothing is."""

    words: str
    at: datetime
    url: str = ""


def tell_own_story(proposal: Proposal, findings: PublicFindings, person: Person) -> list[Step]:
    """Likewise for one who proposes it, with the steps that only they have been told so far."""
    told = read_all(list_notices_about(person, proposal.id, TOLD_BEFORE_PUBLIC))
    own = [Step(one.text, one.notice.made_at) for one in told]
    return sorted([*own, *tell_story(proposal, findings)], key=lambda step: step.at)


def tell_story(proposal: Proposal, findings: PublicFindings) -> list[Step]:
    """The first step first. `findings`: what is public of the reviews."""
    check, visit, decision = findings.check, findings.visit, findings.decision
    steps = [_step(_received(proposal), proposal.submitted_at)]
    if check is not None:
        verdict = word("verdict", check.verdict)
        steps.append(_step(_("소관부서 검토 결과를 공개했습니다: %(verdict)s", verdict=verdict), check.released_at))
    for conflict in list_conflicts_of(proposal.id):
        words = _("장소나 목적이 비슷한 제안과 견주어 정리했습니다: %(what)s", what=word("conflict", conflict.state))
        steps.append(_step(words, conflict.settled_at))
    if visit is not None:
        if visit.outing is not None:
            steps.append(_step(_("현장에 다녀왔습니다."), visit.outing.starts_at))
        steps.append(_step(_("제안하신 분이 현장심사 결과에 답변했습니다."), visit.answered_at))
        words = _("현장심사를 하지 못한 것을 확인했습니다.") if visit.is_impossible else _("현장심사를 마쳤습니다.")
        steps.append(_step(words, visit.signed_off_at))
    for challenge in list_challenges_of(proposal.id):
        if challenge.state == ACCEPTED:
            steps.append(_step(_("기피신청을 받아들여 심사위원 한 명을 심사에서 뺐습니다."), challenge.closed_at))
    if decision is not None:
        chosen = _("투표 대상으로 뽑혔습니다.") if decision.shortlisted else _("투표 대상에 들지 못했습니다.")
        steps.append(_step(chosen, decision.decided_at))
    for one in objections.list_decided(proposal.id):
        outcome = word("objection", one.state)
        steps.append(_step(_("이의신청을 결정했습니다: %(outcome)s", outcome=outcome), one.decided_at))
    if proposal.state == SHORTLISTED:
        manifest = ballots.find_publication(proposal.round_id)
        steps.append(_step(_("투표 대상을 공표했습니다."), manifest.published_at if manifest else None))
        outcome = results.find_outcome(proposal.id)
        if outcome is not None:
            words = _("투표 결과를 공개했습니다: %(outcome)s", outcome=word("result", outcome[0]))
            steps.append(Step(words, outcome[1], url_for("public.result_detail", round_id=proposal.round_id)))
    steps.extend(Step(*one) for one in tell_ways(proposal))
    return sorted((step for step in steps if step is not None), key=lambda step: step.at)


def _received(proposal: Proposal) -> str:
    before = proposal.rolled_from
    if before is None:
        return _("제안을 접수했습니다.")
    return _("%(round)s에 쓴 제안을 이 회차로 옮겨 접수했습니다.", round=said(before, "title"))


def _step(words: str, at: datetime | None) -> Step | None:
    return Step(words, at) if at is not None else None
