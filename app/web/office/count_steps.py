"""What stands before the next step of a count, and which step that is: one, and whose."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.papers import queries as papers
from app.people.models import APPROVER_ROLE, STAFF_ROLE, Account
from app.results import rules as results
from app.results.models import Count
from app.results.queries import Box
from app.rounds import rules
from app.rounds.models import Round
from app.web.filters import number
from app.web.words import word

Step = dict[str, str]


def checklist_of(round_: Round, boxes: Sequence[Box], open_: Sequence[str]) -> list[dict[str, Any]]:
    """Voting is over, the meeting has ended, and each box holds as many ballots as people took part."""
    waits = [kind for kind in open_ if kind != results.MEETING]
    lines = [{"text": _("모든 투표 기간 종료"), "met": round_.state in AFTER or _ran(round_) and not waits}]
    if round_.source == rules.HELD and any(chamber.code == rules.COMMITTEE for chamber in round_.chambers):
        ended = round_.state in AFTER or (_ran(round_) and results.MEETING not in open_)
        url = "" if ended else url_for("office.meeting_detail", round_id=round_.id)
        lines.append({"text": _("총회 폐회(또는 유회)"), "met": ended, "url": url})
    unfinished = papers.list_unfinished(round_.id)
    if unfinished or papers.list_books(round_.id):
        finished, url = not unfinished, url_for("office.paper_list", round_id=round_.id)
        lines.append({"text": _("투표소의 하루를 모두 마감하고 종이 투표지를 모두 넣음"), "met": finished, "url": url})
    return lines + [_box(round_, one) for one in boxes]


AFTER = (rules.CLOSED, rules.COUNTED, rules.RESULTS_PUBLISHED)


def _ran(round_: Round) -> bool:
    return round_.state == rules.BALLOT_PUBLISHED


def _box(round_: Round, one: Box) -> dict[str, Any]:
    name = word("chamber", one.chamber) if one.chamber in rules.CHAMBERS else one.chamber
    text = _(
        "%(who)s: 투표함의 표 %(ballots)s장, 참여한 사람 %(people)s명",
        who=name,
        ballots=number(one.ballots),
        people=number(one.people),
    )
    return {"text": text, "met": one.is_even}


def next_step(
    round_: Round, count: Count | None, open_: Sequence[str], roles: Sequence[str], account: Account, is_sealed: bool
) -> Step:
    """title, text, and url and action where the one who reads it can take it."""
    if round_.state in (rules.DRAFT, rules.CALLED):
        return _told(_("아직 투표 대상을 공표하지 않았습니다"), _("투표가 끝나면 여기에서 개표합니다."))
    if round_.state == rules.BALLOT_PUBLISHED:
        return _close(round_, open_, roles)
    if round_.state == rules.CLOSED and is_sealed:
        told = _told(
            _("투표함 열기"),
            _("투표를 마감했습니다. 수탁자들이 모여 낱말을 입력하면 봉인한 표가 열립니다."),
        )
        return _offer(told, "office.box_open", _("투표함 열러 가기"), STAFF_ROLE in roles, round_id=round_.id)
    if round_.state == rules.CLOSED:
        told = _told(_("개표하기"), _("공표한 규칙대로 셉니다. 결과는 서명할 두 사람만 봅니다."))
        return _offer(told, "office.count_start", _("개표하러 가기"), STAFF_ROLE in roles, round_id=round_.id)
    if count is None or round_.state == rules.RESULTS_PUBLISHED:
        told = _told(_("결과를 공개했습니다"), _("누구나 결과를 보고 내려받아 다시 셀 수 있습니다."))
        return _offer(told, "public.result_detail", _("공개한 결과 보기"), True, round_id=round_.id)
    return _sign(round_, count, roles, account)


def _close(round_: Round, open_: Sequence[str], roles: Sequence[str]) -> Step:
    if open_:
        return _told(
            _("투표가 끝나기를 기다립니다"),
            _("투표가 모두 끝나야 마감할 수 있습니다. 그때까지 누구도 표의 내용을 볼 수 없습니다."),
        )
    told = _told(_("투표 마감하기"), _("모든 투표가 끝났습니다. 마감하면 투표함이 닫힙니다."))
    return _offer(told, "office.count_close", _("마감하러 가기"), STAFF_ROLE in roles, round_id=round_.id)


def _sign(round_: Round, count: Count, roles: Sequence[str], account: Account) -> Step:
    signed = {signature.role: signature.account_id for signature in count.signatures}
    wanted = STAFF_ROLE if STAFF_ROLE not in signed else APPROVER_ROLE
    told = _told(
        _("결과에 서명하기"),
        _("담당자가 먼저 서명합니다. 그다음 다른 사람인 확인자가 서명하면 결과가 공개됩니다.")
        if wanted == STAFF_ROLE
        else _("담당자가 서명했습니다. 다른 사람인 확인자가 서명하면 결과가 공개됩니다."),
    )
    mine = wanted in roles and account.id not in signed.values()
    return _offer(told, "office.count_sign", _("서명하러 가기"), mine, round_id=round_.id, count_id=count.id)


def _told(title: str, text: str) -> Step:
    return {"title": title, "text": text, "url": "", "action": ""}


def _offer(step: Step, endpoint: str, action: str, may: bool, **values: int) -> Step:
    return {**step, "url": url_for(endpoint, **values), "action": action} if may else step
