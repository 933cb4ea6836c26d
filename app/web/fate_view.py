"""What pages say of proposals that are merged, split, carried over or with a department, in public words."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _

from app.fates import queries, rules
from app.fates.models import Offer
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.proposals.queries import get_proposal, list_dongs
from app.proposals.rules import Line
from app.results import handing_queries
from app.results.again import find_next
from app.results.handing_models import HandOver, HandOverStep
from app.results.handing_rules import TAKEN_UP
from app.rounds.models import Round
from app.web.filters import money
from app.web.proposal_view import LABELS
from app.web.words import said, word


class Link(NamedTuple):
    """`url`: empty where there is nothing that everybody may see."""

    text: str
    url: str


class Way(NamedTuple):
    """One step of the way that a proposal has gone, or come by, with those at its other end."""

    words: str
    others: list[Link]
    reason: str
    at: datetime
    supports: int | None = None


class Text(NamedTuple):
    """A new text as it reads on a page: (label, words) in the order of the steps, and the lines of its cost."""

    title: str
    rows: list[tuple[Any, str]]
    lines: list[Line]


def ways_of(proposal: Proposal) -> list[Way]:
    """The first step first."""
    trace = queries.find_trace(proposal.id)
    went = [_went(offer, proposal) for offer in trace.went]
    came = [_came(offer) for offer in trace.came]
    return sorted([*went, *came, *_again(proposal)], key=lambda way: way.at)


def _again(proposal: Proposal) -> Iterator[Way]:
    """Before and after; a draft is its writer's alone until it is handed in."""
    if proposal.follows_id is not None:
        before = link_to(get_proposal(proposal.follows_id))
        yield Way(_("선정되지 않은 이 제안을 다시 낸 것입니다."), [before], "", proposal.created_at)
    after = find_next(proposal.id)
    if after is not None and after.submitted_at is not None:
        yield Way(_("제안하신 분이 이 제안을 다시 냈습니다."), [link_to(after)], "", after.submitted_at)


def _went(offer: Offer, proposal: Proposal) -> Way:
    words = {
        rules.MERGE: _("다른 제안과 합쳐져 이 제안이 이어 갑니다."),
        rules.SPLIT: _("여러 제안으로 나뉘었습니다. 이 제안들이 이어 갑니다."),
        rules.CARRY: _("이 회차에서 정하지 못하여 다음 공모로 넘겼습니다."),
    }[offer.kind]
    supports = next(one.supports for one in offer.sources if one.proposal_id == proposal.id)
    others = [link_to(target.proposal) for target in offer.targets if target.proposal is not None]
    return Way(words, others, offer.reason, _ended(offer), supports if offer.kind == rules.MERGE else None)


def _came(offer: Offer) -> Way:
    words = {
        rules.MERGE: _("이 제안들을 합쳤습니다. 공감한 주민은 한 번씩만 세었고, 의견은 그 제안에서 볼 수 있습니다."),
        rules.SPLIT: _("이 제안에서 나뉘어 나왔습니다. 공감과 의견은 그 제안에서 볼 수 있습니다."),
        rules.CARRY: _("지난 회차의 이 제안에서 이어졌습니다. 의견은 그 제안에서 볼 수 있습니다."),
    }[offer.kind]
    gone = [source.proposal for source in offer.sources if not source.leads]
    return Way(words, [link_to(one) for one in gone], offer.reason, _ended(offer))


def _ended(offer: Offer) -> datetime:
    return offer.ended_at or offer.offered_at


def link_to(proposal: Proposal) -> Link:
    """As everybody may read it."""
    if proposal.state == proposals.DRAFT:
        return Link(_("다음 공모를 기다립니다"), "")
    if proposal.state == proposals.WITHDRAWN:  # what it was called is nobody's to read any more
        return Link(_("철회된 제안"), "")
    name = _("%(n)s번 %(title)s", n=proposal.number, title=proposal.title)
    is_public = proposal.state in proposals.PUBLIC
    return Link(name, url_for("public.proposal_detail", proposal_id=proposal.id) if is_public else "")


def tell_ways(proposal: Proposal) -> Iterator[tuple[str, datetime]]:
    """For the story: numbers without titles, for these stand with the way itself."""
    for way in ways_of(proposal):
        yield way.words, way.at
    handed = handing_queries.find_hand_over(proposal.id)
    yield from ((words, step.at) for words, step in steps_of(handed))


def handed_steps(proposal: Proposal) -> list[tuple[str, HandOverStep]]:
    return steps_of(handing_queries.find_hand_over(proposal.id))


def steps_of(handed: HandOver | None) -> list[tuple[str, HandOverStep]]:
    """Each step with a department, the first one first, and what it was in one sentence; its own words stand in it."""
    steps = handed.steps if handed is not None else []
    return [(say_step(step, steps[place - 1] if place else None), step) for place, step in enumerate(steps)]


def say_step(step: HandOverStep, before: HandOverStep | None) -> str:
    """What a step with a department was, in one sentence."""
    department = said(step.department, "name")
    if before is None:
        return _("내년 예산에서 살펴보도록 %(department)s에 넘겼습니다.", department=department)
    if before.department_id != step.department_id:
        return _("부서를 옮겼습니다: %(department)s", department=department)
    return say_answer(step)


def say_answer(step: HandOverStep) -> str:
    """In a sentence, or two words with a colon."""
    department = said(step.department, "name")
    if step.answer == TAKEN_UP:
        return _(
            "%(department)s: %(year)s년 예산에 %(amount)s을 반영했습니다.",
            department=department,
            year=step.budget_year,
            amount=money(step.amount_won),
        )
    return f"{department}: {word('handing', step.answer)}"


def texts_of(offer: Offer) -> list[Text]:
    """The new texts; none where a proposal leads, or goes up again as it is."""
    return [_text(offer.round, target.written) for target in offer.targets if target.written is not None]


def _text(round_: Round, written: dict[str, Any]) -> Text:
    section = next((one for one in round_.sections if one.id == written["section_id"]), None)
    dong = next((one for one in list_dongs(round_.programme) if one.id == written["area_id"]), None)
    point = (written["latitude"], written["longitude"])
    values = {
        **{name: written[name] for name in proposals.LETTERS_MAX},
        "section": said(section, "name") if section else "",
        "area": said(dong, "name") if dong else _("구 전체"),
        "point": "" if point[0] is None else f"{point[0]:.6f}, {point[1]:.6f}",
        "cost_won": money(written["cost_won"]),
    }
    rows = [(label, values[name]) for name, label in LABELS.items() if values.get(name)]
    return Text(written["title"], rows, [Line(*line) for line in written["cost_lines"]])


def count_agreed(offer: Offer) -> tuple[int, int]:
    """(how many have agreed, how many are asked), each person once."""
    asked: dict[tuple[int | None, int], bool] = {}
    for one in offer.consents:
        who = (one.resident_id, 0 if one.resident_id is not None else one.proposal_id)
        asked[who] = asked.get(who, True) and bool(one.agrees)
    return sum(asked.values()), len(asked)


def offer_frame(offer: Offer, at: datetime) -> dict[str, Any]:
    """For `render_template`."""
    agreed, asked = count_agreed(offer)
    staleness = queries.find_staleness(offer, at) if offer.state == rules.OPEN else None
    return {
        "offer": offer,
        "lead": offer.lead,
        "about": [link_to(one) for one in offer.proposals],
        "texts": texts_of(offer),
        "agreed": agreed,
        "asked": asked,
        "staleness": word("staleness", staleness) if staleness else "",
    }


def ledger_rows(ledger: rules.Ledger) -> Sequence[tuple[str, int]]:
    """What a round has received and what became of it; those after the second add up to the first two."""
    return (
        (_("주민이 낸 제안"), ledger.received),
        (_("합치거나 나누며 새로 쓴 제안"), ledger.written),
        (_("심사하고 있거나 정하지 못함"), ledger.waiting),
        (_("다음 공모로 넘김"), ledger.carried),
        (_("부적격"), ledger.ineligible),
        (_("투표 대상에서 제외"), ledger.left_out),
        (_("투표 대상"), ledger.shortlisted),
        (_("철회함"), ledger.withdrawn),
        (_("다른 제안과 합침"), ledger.merged),
        (_("여러 제안으로 나눔"), ledger.split),
    )
