"""Home: what can I do today?"""

from datetime import datetime
from typing import Any, NamedTuple

from flask import render_template
from flask_babel import gettext as _

from app import clock
from app.figures import queries, rules
from app.rounds import queries as rounds
from app.rounds.rules import DEPARTMENT_CHECK, INTAKE, SITE_VISIT, VOTING, WRITTEN_REVIEW
from app.web.filters import deadline, short_day
from app.web.public import demo
from app.web.public.audience import wing
from app.web.words import said, word

CALENDAR_LENGTH = 8
REVIEWS = (DEPARTMENT_CHECK, SITE_VISIT, WRITTEN_REVIEW)


class Call(NamedTuple):
    """One thing to do: a heading, a sentence, and the page behind its button."""

    title: str
    text: str
    action: str
    endpoint: str
    values: dict[str, Any]


@wing.get("/")
def home() -> str:
    at = clock.now()
    under_way = rounds.list_rounds_under_way()
    calls = _calls(rules.list_calls(under_way, at), at)
    return render_template(
        "public/home.html",
        calls=calls or [_quiet(rules.find_next(under_way, at))],
        calendar=rules.list_calendar(under_way, at)[:CALENDAR_LENGTH],
        turnouts=queries.list_turnouts(),
        results=queries.list_latest_results(),
        demo_sign_ins=demo.list_sign_ins(),
        demo_voter=demo.voter_at_the_desk(),
    )


def _calls(entries: list[rules.Entry], at: datetime) -> list[Call]:
    """One for what people can do themselves; the reviews of a round, which overlap, are said in one."""
    reviews: dict[int, list[rules.Entry]] = {}
    for entry in entries:
        if entry.period.kind in REVIEWS:
            reviews.setdefault(entry.round.id, []).append(entry)
    acts = [_call(entry, at) for entry in entries if entry.period.kind not in REVIEWS]
    return acts + [_review_call(under_review) for under_review in reviews.values()]


def _call(entry: rules.Entry, at: datetime) -> Call:
    title, kind = said(entry.round, "title"), entry.period.kind
    until, values = deadline(entry.period.ends_at, at), {"round_id": entry.round.id}
    if kind == VOTING:
        text = _("마음에 드는 사업을 골라 투표해 주세요. %(until)s.", until=until)
        return Call(_("%(round)s 주민 투표를 하고 있습니다", round=title), text, _("투표하러 가기"), "public.vote", {})
    if kind == INTAKE:
        text = _("우리 동네에 필요한 사업을 제안해 주세요. %(until)s.", until=until)
        heading = _("%(round)s 제안을 받고 있습니다", round=title)
        return Call(heading, text, _("제안하기"), "resident.proposal_create", values)
    text = _("위원들이 총회에서 투표합니다. %(until)s.", until=until)
    heading = _("%(round)s 위원 투표 기간입니다", round=title)
    return Call(heading, text, _("회차 안내 보기"), "public.round_detail", values)


def _review_call(entries: list[rules.Entry]) -> Call:
    round_ = entries[0].round
    phases = ", ".join(str(word("phase", kind)) for kind in REVIEWS if kind in {e.period.kind for e in entries})
    heading = _("%(round)s 제안을 살펴보고 있습니다", round=said(round_, "title"))
    text = _("지금 하는 심사: %(phases)s.", phases=phases)
    return Call(heading, text, _("어떤 제안이 있는지 보기"), "public.proposal_list", {"round_id": round_.id})


def _quiet(entry: rules.Entry | None) -> Call:
    """Nothing runs today: what comes next, or what there is to look at."""
    if entry is None:
        text = _("새 일정이 정해지면 여기에서 알려 드립니다. 그동안 지난 제안과 결과를 보실 수 있습니다.")
        return Call(_("지금은 진행 중인 일정이 없습니다"), text, _("제안 보기"), "public.proposal_list", {})
    text = _(
        "다음은 %(round)s %(phase)s입니다. %(day)s에 시작합니다.",
        round=said(entry.round, "title"),
        phase=word("phase", entry.period.kind),
        day=short_day(entry.period.starts_at),
    )
    return Call(_("다음 일정을 기다리고 있습니다"), text, _("제안 보기"), "public.proposal_list", {})
