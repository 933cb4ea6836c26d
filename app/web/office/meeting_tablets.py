"""Shared tablets and the screen at the door, and the one-time PINs for the tablets."""

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.ballots import meeting_pins
from app.committee import queries, rules, tablets
from app.committee.models import Meeting
from app.web import guard
from app.web.meeting_pages import url_of
from app.web.office.audience import wing
from app.web.office.meeting_forms import TabletForm
from app.web.office.meeting_frame import get_meeting, meeting_frame, meetings
from app.web.tablet.audience import carry

Answer = Response | str | tuple[str, int]


@meetings.at("/tablets", "GET", "POST")
def meeting_tablets(meeting: Meeting) -> Answer:
    """The device on which the form is sent becomes the meeting's, and nobody is signed in there any more."""
    form = TabletForm()
    form.offer(meeting)
    if form.validate_on_submit():
        given = {"name": form.name.data, "use": form.use.data, "key": guard.identity_key()}
        token = tablets.make_tablet(meeting, **given, at=clock.now(), by=guard.get_account().actor)
        guard.sign_out()
        return carry(redirect(url_for("tablet.home")), token)
    page = render_template(
        "office/meeting_tablets.html", form=form, tablets=queries.list_tablets(meeting), **meeting_frame(meeting)
    )
    return page, 422 if form.errors else 200


@meetings.at("/tablets/<int:tablet_id>/end", "POST")
def meeting_tablet_end(meeting: Meeting, tablet_id: int) -> Response:
    tablet = queries.get_tablet(tablet_id)
    if tablet.meeting_id != meeting.id:
        abort(404)
    tablets.end_tablet(tablet, at=clock.now(), by=guard.get_account().actor)
    flash(_("‘%(name)s’ 기기를 거두었습니다. 이제 그 기기로는 투표할 수 없습니다.", name=tablet.name), "good")
    return redirect(url_of(meeting, "office.meeting_tablets"))


@wing.post("/rounds/<int:round_id>/meeting/members/<int:member_id>/pin")
def meeting_pin(round_id: int, member_id: int) -> Answer:
    """The page that follows shows the PIN, once; loaded again, it would make another."""
    meeting, member = get_meeting(round_id), queries.get_member(member_id)
    if member.programme_id != meeting.round.programme_id:
        raise rules.NotAMember
    by, at = guard.get_account().actor, clock.now()
    pin = meeting_pins.issue_pin(meeting, member, key=guard.identity_key(), at=at, by=by)
    return render_template("office/meeting_pin.html", pin=pin, member=member, **meeting_frame(meeting))
