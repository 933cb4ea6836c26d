"""What the pages of a meeting have in common: the meeting itself, its numbers, and the way between them."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from app import clock
from app.committee import queries
from app.committee.models import CommitteeMeeting, GeneralMeeting, Meeting
from app.people.models import STAFF_ROLE
from app.web import guard
from app.web.meeting_pages import OTHER, Addresses, url_of
from app.web.office.audience import wing
from app.web.office.committee_frame import committee_frame
from app.web.office.round_frame import get_round, round_frame

TABS = {
    "meeting_invite": "meeting_detail",
    "meeting_open": "meeting_detail",
    "meeting_cancel": "meeting_detail",
    "meeting_item_decide": "meeting_agenda",
    "meeting_item_remove": "meeting_agenda",
    "meeting_minutes_add": "meeting_minutes",
}


def get_meeting(round_id: int) -> GeneralMeeting:
    get_round(round_id)
    return queries.get_meeting(round_id)


def get_committee_meeting(meeting_id: int) -> CommitteeMeeting:
    meeting = queries.get_committee_meeting(meeting_id)
    guard.ensure_role(meeting.programme, STAFF_ROLE)
    return meeting


meetings = Addresses(wing, get_meeting, get_committee_meeting)


def meeting_frame(meeting: Meeting) -> dict[str, Any]:
    is_staff = guard.has_role(STAFF_ROLE, meeting.programme)
    return {
        **_frame(meeting),
        "meeting": meeting,
        "presence": queries.presence(meeting, clock.now()),
        "tabs": _tabs(meeting) if is_staff else [],
    }


def _frame(meeting: Meeting) -> dict[str, Any]:
    if isinstance(meeting, GeneralMeeting):
        return round_frame(meeting.round)
    frame = committee_frame(meeting.programme)
    list_of = {"label": _("회의"), "url": url_for("office.committee_meeting_list", slug=meeting.programme.slug)}
    here = {"label": meeting.title, "url": url_of(meeting, "office.meeting_detail")}
    return {**frame, "crumbs": [*frame["crumbs"], list_of, here]}


def _tabs(meeting: Meeting) -> list[dict[str, Any]]:
    page = str(request.endpoint).removeprefix("office.").removeprefix(OTHER)
    current = TABS.get(page, page)
    pages = {
        "meeting_detail": _("출석과 정족수"),
        "meeting_agenda": _("안건"),
        "meeting_tablets": _("태블릿과 출입문 화면"),
        "meeting_minutes": _("회의록"),
    }
    return [
        {"label": label, "url": url_of(meeting, f"office.{name}"), "current": name == current}
        for name, label in pages.items()
    ]
