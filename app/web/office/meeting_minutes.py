"""The minutes at the office's table: the facts as they will be published, and the words beside them."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.committee import minutes
from app.web import guard
from app.web.fields import Form
from app.web.meeting_view import minutes_facts
from app.web.office.audience import wing
from app.web.office.meeting_forms import MinutesForm
from app.web.office.meeting_frame import get_meeting, meeting_frame

Answer = Response | str | tuple[str, int]


@wing.route("/rounds/<int:round_id>/meeting/minutes", methods=["GET", "POST"])
def meeting_minutes(round_id: int) -> Answer:
    meeting = get_meeting(round_id)
    form = MinutesForm(data={"words": meeting.minutes})
    if form.validate_on_submit():
        minutes.write_minutes(meeting, form.words.data, at=clock.now(), by=guard.get_account().actor)
        flash(_("회의록을 저장했습니다. 아직 공개하지 않았습니다."), "good")
        return _back(round_id)
    page = render_template(
        "office/meeting_minutes.html", form=form, facts=minutes_facts(meeting), **meeting_frame(meeting)
    )
    return page, 422 if form.errors else 200


@wing.route("/rounds/<int:round_id>/meeting/minutes/publish", methods=["GET", "POST"])
def meeting_minutes_publish(round_id: int) -> Answer:
    meeting = get_meeting(round_id)
    form = Form()
    if form.validate_on_submit():
        minutes.publish_minutes(meeting, at=clock.now(), by=guard.get_account().actor)
        flash(_("회의록을 공개했습니다."), "good")
        return _back(round_id)
    page = render_template("office/meeting_minutes_publish.html", form=form, **meeting_frame(meeting))
    return page, 422 if form.errors else 200


def _back(round_id: int) -> Response:
    return redirect(url_for(".meeting_minutes", round_id=round_id))
