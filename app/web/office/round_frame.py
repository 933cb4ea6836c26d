"""What frames the console pages of a round: whose it is, where one is, where one can go."""

from collections.abc import Iterable
from typing import Any

from flask import current_app, request, url_for
from flask_babel import gettext as _

from app.people.models import STAFF_ROLE
from app.rounds import queries
from app.rounds.models import Round
from app.rounds.rules import ANYBODY, COMMITTEE, HELD
from app.voices.queries import count_reported
from app.web import guard
from app.web.filters import number
from app.web.navigation import programme_frame
from app.web.office.audience import wing
from app.web.words import said

Page = tuple[str, str, dict[str, Any]]  # label, endpoint, values

OPEN_TO_APPROVERS = {
    "office.round_detail",
    "office.proposal_list",
    "office.ballot_publish",
    "office.meeting_detail",
    "office.count",
    "office.case_list",
    "office.objection_list",
    "office.paper_list",
    "office.visit_list",
    "office.fate_list",
    "office.offer_detail",
}


def get_round(round_id: int, *roles: str) -> Round:
    """The round, for one who holds one of `roles` (default: staff) in its programme; else 404."""
    round_ = queries.get_round(round_id)
    guard.ensure_role(round_.programme, *(roles or (STAFF_ROLE,)))
    return round_


@wing.app_template_global()
def may_open(page: str | None, round_: Round) -> bool:
    """Whether `page` is there for the one who reads: an approver is not led to pages of the staff."""
    is_open = page in OPEN_TO_APPROVERS or not str(page).startswith("office.")
    return page in current_app.view_functions and (is_open or guard.has_role(STAFF_ROLE, round_.programme))


def has_committee(round_: Round) -> bool:
    """Whether the committee votes: then there is a general meeting."""
    return any(chamber.code == COMMITTEE for chamber in round_.chambers)


def round_frame(round_: Round) -> dict[str, Any]:
    """For `render_template`: the round with its programme's banner, the links of its console, the way back."""
    return {
        "round": round_,
        "programme": programme_frame(round_.programme),
        "side_navigation": _groups(round_),
        "crumbs": [
            {"label": _("업무"), "url": url_for("office.home")},
            {"label": said(round_, "title"), "url": ""},
        ],
    }


def _groups(round_: Round) -> list[dict[str, Any]]:
    """In the order of a round's life; without the pages that are not for the one who reads, and groups of none."""
    groups = [{"label": label, "links": _links(pages, round_)} for label, pages in _pages(round_)]
    return [group for group in groups if group["links"]]


def _pages(round_: Round) -> tuple[tuple[str, tuple[Page, ...]], ...]:
    """(group, its pages)."""
    of_round = {"round_id": round_.id}
    return (
        (
            _("준비"),
            (
                (_("한눈에 보기"), "office.round_detail", of_round),
                (_("설정"), "office.round_settings", of_round),
                (_("알림 문구"), "office.letter_list", {"slug": round_.programme.slug}),
                (_("문자와 메일"), "office.delivery_list", of_round),
            ),
        ),
        (
            _("제안과 의견"),
            (
                (_("접수된 제안"), "office.proposal_list", of_round),
                (_comments(round_), "office.comment_list", of_round),
                (_("같은 장소나 목적"), "office.conflict_list", of_round),
                (_("합치기·나누기·넘기기"), "office.fate_list", of_round),
            ),
        ),
        (
            _("심사"),
            (
                (_("소관부서 검토"), "office.check_list", {}),  # one board for all rounds: departments work through it
                (_("현장심사"), "office.visit_list", of_round),
                (_("서면심사"), "office.review_progress", of_round),
                (_("투표 대상 선정"), "office.shortlist", of_round),
                (_("이의신청"), "office.objection_list", of_round),
            ),
        ),
        (_("투표"), _of_the_vote(round_, of_round)),
        (
            _("결과"),
            (
                (_("개표"), "office.count", of_round),
                (_("선정되지 않은 제안"), "office.hand_over_list", of_round),
            ),
        ),
    )


def _of_the_vote(round_: Round, of_round: dict[str, Any]) -> tuple[Page, ...]:
    """A round that asks for nothing but a phone has no pages of a roll."""
    return (
        (_("열쇠 나누기"), "office.key_ceremony", of_round),
        (_("투표 대상 공표"), "office.ballot_publish", of_round),
        *(_of_a_roll(of_round) if round_.voters != ANYBODY else ()),
        *(((_("총회"), "office.meeting_detail", of_round),) if has_committee(round_) else ()),
        *(((_("투표하지 못한 분"), "office.case_list", of_round),) if round_.source == HELD else ()),
    )


def _comments(round_: Round) -> str:
    """With how many of them wait for staff."""
    reported = count_reported(round_.id)
    return _("주민 의견 (신고 %(n)s)", n=number(reported)) if reported else _("주민 의견")


def _of_a_roll(of_round: dict[str, Any]) -> tuple[Page, ...]:
    return (
        (_("선거인 명부"), "office.roll", of_round),
        (_("인쇄한 번호"), "office.code_list", of_round),
        (_("현장투표소"), "office.station_list", of_round),
        (_("투표소와 종이 투표지"), "office.paper_list", of_round),
    )


def _links(pages: Iterable[Page], round_: Round) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": url_for(page, **values), "current": request.endpoint == page}
        for label, page, values in pages
        if may_open(page, round_)
    ]
