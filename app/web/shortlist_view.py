"""The shortlist as it is read: its rows, its rule, and each reason in a sentence."""

from typing import Any, NamedTuple

from flask_babel import gettext as _

from app.proposals.models import Proposal
from app.reviews import objection_queries, queries, scoring, sheet_queries
from app.reviews.models import ShortlistDecision
from app.rounds.models import Round
from app.web.words import said


class Row(NamedTuple):
    proposal: Proposal
    place: int
    mean: str
    sheets: int
    reason: str
    shortlisted: bool


def decided(one: ShortlistDecision) -> Row:
    return Row(one.proposal, one.place, scoring.say_mean(one.mean), one.sheets, one.reason, one.shortlisted)


def rule_facts(round_: Round, rows: list[Row]) -> dict[str, Any]:
    cut = sheet_queries.cut_of(round_)
    chosen = [one.proposal.section_id for one in rows if one.shortlisted and one.proposal.section_id]
    over = scoring.sections_over_their_places(chosen, cut)
    return {
        "rows": rows,
        "cut": cut,
        "threshold": None if cut.threshold is None else scoring.say_mean(cut.threshold),
        "over": [section for section in round_.sections if section.id in over],
        "set_aside": sheet_queries.list_set_aside(round_.id),
        "record": objection_queries.find_record(round_.id),
    }


def say_reason(decision: ShortlistDecision) -> str:
    """Why it is on the ballot or not, with the figures on which that rests."""
    round_, mean = decision.proposal.round, scoring.say_mean(decision.mean)
    cut, section = sheet_queries.cut_of(round_), decision.proposal.section
    facts = {"mean": mean, "place": decision.place, "section": said(section, "name") if section else ""}
    if decision.reason == scoring.NO_SHEETS:
        return _("제출된 심사표가 한 장도 없어 투표 대상에 들지 못했습니다.")
    if decision.reason == scoring.BELOW_THRESHOLD:
        least = scoring.say_mean(cut.threshold) if cut.threshold is not None else ""
        return _(
            "평균이 %(mean)s점으로 정해 둔 최저 %(least)s점에 미치지 못해 투표 대상에 들지 못했습니다.",
            least=least,
            **facts,
        )
    if decision.reason == scoring.BEYOND_PLACES:
        return _(
            "‘%(section)s’ 분야에서 %(places)s위까지 뽑는데 평균 %(mean)s점으로 %(place)s위여서 "
            "투표 대상에 들지 못했습니다.",
            places=cut.places,
            **facts,
        )
    return _("평균 %(mean)s점, ‘%(section)s’ 분야 %(place)s위로 투표 대상에 들었습니다.", **facts)


def objection_frame(proposal: Proposal) -> dict[str, Any]:
    """What everybody may know of a proposal's shortlist decision and objections."""
    decision = queries.find_decision(proposal.id)
    return {
        "reason": say_reason(decision) if decision else "",
        "objections": objection_queries.list_decided(proposal.id),
        "has_record": objection_queries.find_record(proposal.round_id) is not None,
    }
