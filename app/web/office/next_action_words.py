"""What the next act is called on a page, what it means, and how each condition before it is said."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.rounds.models import Round
from app.rounds.rules import find_period
from app.web.filters import closing, moment, number
from app.web.office.next_action import Condition, NextAction
from app.web.office.round_frame import may_open
from app.web.words import word

# key → heading, sentence, words on the button
ACTIONS = {
    "call": (_l("공고하기"), _l("설정을 모두 마치면 공고할 수 있습니다."), _l("공고하러 가기")),
    "wait_intake": (_l("접수 시작 기다리기"), _l("공고했습니다. 제안 접수는 정한 때에 저절로 열립니다."), ""),
    "collect": (_l("들어오는 제안 보기"), _l("지금 할 급한 일은 없습니다. 들어온 제안을 살펴보세요."), _l("제안 보기")),
    "check": (
        _l("소관부서 검토 맡기기"),
        _l("접수된 제안을 소관부서에 맡기고 의견을 공개합니다."),
        _l("제안 목록으로"),
    ),
    "visit": (
        _l("현장심사 하기"),
        _l("적격인 제안의 현장을 찾아가 확인하고 결과를 확정합니다."),
        _l("현장심사 목록으로"),
    ),
    "review": (
        _l("서면심사 살피기"),
        _l("위원들이 심사표를 내는 동안입니다. 아직 내지 않은 위원을 확인하세요."),
        _l("심사 현황 보기"),
    ),
    "shortlist": (_l("투표 대상 정하기"), _l("심사 점수로 투표에 올릴 사업을 정합니다."), _l("투표 대상 정하러 가기")),
    "publish": (
        _l("투표 대상 공표 준비하기"),
        _l("투표 번호를 추첨합니다. 두 사람이 서명하면 공표되고, 규칙과 사업을 더 바꿀 수 없습니다."),
        _l("준비하러 가기"),
    ),
    "sign_off": (
        _l("투표 대상에 서명하기(담당자)"),
        _l("번호를 추첨했습니다. 담당자가 내용을 확인하고 먼저 서명합니다."),
        _l("서명하러 가기"),
    ),
    "second_sign_off": (
        _l("투표 대상에 서명하기(확인자)"),
        _l("담당자가 서명했습니다. 다른 사람인 확인자가 같은 내용을 확인하고 서명하면 공표됩니다."),
        _l("서명하러 가기"),
    ),
    "no_proposals": (
        _l("제안 살펴보기"),
        _l("투표에 올릴 수 있는 제안이 없습니다. 일정을 늘릴지 확인하세요."),
        _l("제안 보기"),
    ),
    "wait_phase": (_l("다음 단계 기다리기"), _l("다음 단계는 정한 때에 저절로 열립니다."), ""),
    "voting": (_l("투표가 진행 중입니다"), _l("투표가 끝나면 개표할 수 있습니다. 내용은 누구도 볼 수 없습니다."), ""),
    "meeting": (_l("총회 준비하기"), _l("총회 날짜를 정하고, 당일에는 출석과 정족수를 확인합니다."), _l("총회로 가기")),
    "close": (_l("투표 마감하기"), _l("모든 투표 기간이 끝났습니다. 마감하고 개표합니다."), _l("마감하러 가기")),
    "open": (
        _l("투표함 열기"),
        _l("투표를 마감했습니다. 수탁자들이 모여 낱말을 입력하면 봉인한 표가 열립니다."),
        _l("투표함 열러 가기"),
    ),
    "count": (_l("개표하기"), _l("정해 둔 규칙대로 셉니다."), _l("개표하러 가기")),
    "sign": (_l("결과에 서명하기"), _l("담당자와 확인자 두 사람이 서명하면 결과가 공개됩니다."), _l("서명하러 가기")),
    "done": (_l("결과가 공개되었습니다"), _l("이 회차의 투표는 모두 끝났습니다."), _l("결과 보기")),
}

# What must be there, as a name: whether it is, the mark before it says.
CONDITIONS = {
    "step_basics": _l("기본 정보"),
    "step_pots": _l("재원과 한도"),
    "step_sections": _l("분야와 고르는 수"),
    "step_counting": _l("개표와 선정 규칙"),
    "step_voters": _l("투표할 수 있는 사람"),
    "step_phases": _l("일정"),
    "step_review": _l("심사 방법"),
    "criteria": _l("서면심사 기준"),
    "unchecked": _l("접수된 제안의 소관부서 검토"),
    "unvisited": _l("적격인 제안의 현장심사"),
    "sheets": _l("위원 심사표 제출"),
    "challenges": _l("기피신청 결정"),
    "objections": _l("이의신청 기간이 지나고 모두 결정됨"),
    "before_voting": _l("주민 투표 시작 전의 공표"),
    "intake_over": _l("제안 접수 종료"),
    "ballot_sound": _l("규칙에 맞는 투표 대상"),
    "conflicts": _l("장소나 목적이 같은 제안의 정리"),
    "key": _l("열쇠 나누기"),
    "ballot_same": _l("번호를 추첨한 때와 같은 규칙과 사업"),
    "signed_staff": _l("담당자의 서명"),
    "signed_approver": _l("확인자의 서명"),
    "carried_on_paper": _l("다음 공모에 맞지 않는 서면 제안 고치기"),
    "to_tell": _l("서면으로 제안하신 분께 직접 알리기"),
    "meeting_planned": _l("총회 날짜"),
    "meeting_ended": _l("총회 폐회(또는 유회)"),
}


def say_action(action: NextAction, round_: Round) -> dict[str, Any]:
    """The act in words: heading, sentence, button and its address, and the checklist before it."""
    title, text, button = ACTIONS[action.key]
    return {
        "title": title,
        "text": _until(action, round_) or text,
        "button": button,
        "url": _url(action.page, round_),
        "conditions": [_condition(one, round_) for one in action.conditions],
    }


def _until(action: NextAction, round_: Round) -> str:
    """What is waited for, and when it comes."""
    period = find_period(round_.phases, action.waits_for or "")
    if period is None:
        return ""
    name = word("phase", period.kind)
    if action.key == "voting":
        return _(
            "%(phase)s 중입니다. %(end)s에 끝납니다. 내용은 누구도 볼 수 없습니다.",
            phase=name,
            end=closing(period.ends_at),
        )
    return _("다음 단계는 %(phase)s입니다. %(start)s에 저절로 열립니다.", phase=name, start=moment(period.starts_at))


def _condition(one: Condition, round_: Round) -> dict[str, Any]:
    text = CONDITIONS[one.key]
    return {
        "text": _("%(text)s (%(n)s개 남음)", text=text, n=number(one.number)) if one.number else text,
        "met": one.met,
        "url": _url(one.page, round_),
    }


def _url(page: str | None, round_: Round) -> str:
    """Empty where there is no such page for the one who reads."""
    return url_for(page, round_id=round_.id) if page and may_open(page, round_) else ""
