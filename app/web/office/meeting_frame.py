"""What the pages of a general meeting have in common: the meeting itself, its numbers, and the way between them."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from app import clock
from app.committee import queries
from app.committee.models import GeneralMeeting
from app.people.models import STAFF_ROLE
from app.web import guard
from app.web.office.round_frame import get_round, round_frame

TABS = {"meeting_invite": "meeting_detail", "meeting_open": "meeting_detail", "meeting_item_decide": "meeting_agenda"}


def get_meeting(round_id: int) -> GeneralMeeting:
    get_round(round_id)
    return queries.get_meeting(round_id)


def meeting_frame(meeting: GeneralMeeting) -> dict[str, Any]:
    is_staff = guard.has_role(STAFF_ROLE, meeting.round.programme)
    return {
        "meeting": meeting,
        "presence": queries.presence(meeting, clock.now()),
        "tabs": _tabs(meeting.round_id) if is_staff else [],
        **round_frame(meeting.round),
    }


def _tabs(round_id: int) -> list[dict[str, Any]]:
    page = str(request.endpoint).removeprefix("office.")
    current = TABS.get(page, page)
    pages = {
        "meeting_detail": _("출석과 정족수"),
        "meeting_agenda": _("안건"),
        "meeting_tablets": _("태블릿과 출입문 화면"),
        "meeting_minutes": _("회의록"),
    }
    return [
        {"label": label, "url": url_for(f"office.{name}", round_id=round_id), "current": name == current}
        for name, label in pages.items()
    ]
