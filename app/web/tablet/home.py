"""The start of a device in the hall: where a PIN is typed, or the code and the quorum at the door."""

from typing import Any

from flask import make_response, redirect, render_template, session, url_for
from flask_babel import lazy_gettext as _l
from werkzeug import Response

from app import clock
from app.ballots import meeting_pins
from app.committee import queries
from app.committee import tablet_rules as rules
from app.committee.models import GeneralMeeting, MeetingTablet
from app.committee.queries import general_meeting_of
from app.committee.rules import OPEN, PLANNED
from app.web import guard
from app.web.fields import Form, Required, TrimmedString
from app.web.meeting_pages import url_of
from app.web.meeting_view import body_name
from app.web.navigation import programme_frame
from app.web.qr import qr_code
from app.web.refusals import shown_in
from app.web.tablet.audience import RIGHT, get_tablet, wing
from app.web.voting.draft import drop_draft

Answer = Response | tuple[str, int]
DOOR_LOOKS_AGAIN = 10  # seconds; a code is shown for thirty
REFUSALS = (rules.PinWrong, rules.PinUsed, rules.PinExpired, rules.TabletLocked)


class PinForm(Form):
    pin = TrimmedString(_l("받으신 번호"), [Required(_l("받으신 번호를 입력해 주세요."))])


@wing.get("/")
def home() -> Response:
    """Whoever was here is gone: their right, their draft, their receipt."""
    tablet = get_tablet()
    guard.sign_out()
    page = make_response(_door(tablet) if tablet.use == rules.DOOR else _start(tablet, PinForm()))
    if tablet.use == rules.DOOR:
        page.headers["Refresh"] = str(DOOR_LOOKS_AGAIN)
    meeting = tablet.meeting
    if isinstance(meeting, GeneralMeeting):
        drop_draft(page, url_for("tablet.ballot", round_id=meeting.round_id))
    return page


@wing.post("/")
def enter() -> Answer:
    tablet, form = get_tablet(), PinForm()
    guard.sign_out()
    if form.validate_on_submit():
        with shown_in(form, dict.fromkeys(REFUSALS, form.pin)):
            key = guard.identity_key()
            session[RIGHT] = meeting_pins.redeem_pin(tablet, form.pin.data, key=key, at=clock.now())
            return redirect(url_for("tablet.ballot", round_id=general_meeting_of(tablet).round_id))
    form.pin.raw_data = None  # nobody's PIN stays on the screen
    form.pin.data = ""
    return _start(tablet, form), 422


def _start(tablet: MeetingTablet, form: PinForm) -> str:
    return render_template("tablet/home.html", form=form, is_open=tablet.meeting.state == OPEN, **_frame(tablet))


def _door(tablet: MeetingTablet) -> str:
    meeting = tablet.meeting
    code = rules.door_code(guard.identity_key(), meeting.id, clock.now())
    address = url_of(meeting, "committee.door", code=code, _external=True)
    is_open = meeting.state in (PLANNED, OPEN)
    return render_template("tablet/door.html", qr=qr_code(address, fills=True) if is_open else "", **_frame(tablet))


def _frame(tablet: MeetingTablet) -> dict[str, Any]:
    meeting = tablet.meeting
    return {
        "tablet": tablet,
        "meeting": meeting,
        "body": body_name(meeting),
        "presence": queries.presence(meeting, clock.now()),
        "item": queries.find_item_up(meeting),
        "programme": programme_frame(meeting.programme),
    }
