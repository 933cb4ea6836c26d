"""The minutes at the office's table: the facts as they will be published, the words beside them, and addenda."""

from flask import flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.committee import agenda_rules, minutes
from app.committee.models import Meeting
from app.web import guard
from app.web.fields import Form
from app.web.meeting_pages import url_of
from app.web.meeting_view import attendance_by_item, minutes_facts
from app.web.office.meeting_forms import AddendumForm, MinutesForm
from app.web.office.meeting_frame import meeting_frame, meetings

Answer = Response | str | tuple[str, int]
wing = meetings.wing


@meetings.at("/minutes", "GET", "POST")
def meeting_minutes(meeting: Meeting) -> Answer:
    form = MinutesForm(data={"words": meeting.minutes})
    if form.validate_on_submit():
        minutes.write_minutes(meeting, form.words.data, at=clock.now(), by=guard.get_account().actor)
        flash(_("회의록을 저장했습니다. 아직 공개하지 않았습니다."), "good")
        return _back(meeting)
    page = render_template(
        "office/meeting_minutes.html",
        form=form,
        facts=minutes_facts(meeting),
        there=attendance_by_item(meeting),
        **meeting_frame(meeting),
    )
    return page, 422 if form.errors else 200


@meetings.at("/minutes/publish", "GET", "POST")
def meeting_minutes_publish(meeting: Meeting) -> Answer:
    form = Form()
    if form.validate_on_submit():
        minutes.publish_minutes(meeting, at=clock.now(), by=guard.get_account().actor)
        flash(_("회의록을 공개했습니다."), "good")
        return _back(meeting)
    page = render_template("office/meeting_minutes_publish.html", form=form, **meeting_frame(meeting))
    return page, 422 if form.errors else 200


@meetings.at("/minutes/add", "GET", "POST")
def meeting_minutes_add(meeting: Meeting) -> Answer:
    form = AddendumForm()
    if form.validate_on_submit():
        minutes.add_to_minutes(meeting, form.words.data, at=clock.now(), by=guard.get_account().actor)
        flash(_("덧붙인 내용을 공개했습니다."), "good")
        return _back(meeting)
    if meeting.minutes_published_at is None:
        raise agenda_rules.MinutesUnpublished
    page = render_template("office/meeting_minutes_add.html", form=form, **meeting_frame(meeting))
    return page, 422 if form.errors else 200


def _back(meeting: Meeting) -> Response:
    return redirect(url_of(meeting, "office.meeting_minutes"))
