"""The agenda at the office's table: put together before the meeting, gone through item by item in it."""

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.committee import agenda, queries
from app.committee import agenda_rules as rules
from app.committee.models import AgendaItem, Meeting
from app.committee.rules import PLANNED
from app.web import guard
from app.web.fields import Form
from app.web.meeting_pages import url_of
from app.web.office.meeting_forms import ChangeForm, DecideForm, ItemForm
from app.web.office.meeting_frame import meeting_frame, meetings
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]
wing = meetings.wing


@meetings.at("/agenda", "GET", "POST")
def meeting_agenda(meeting: Meeting) -> Answer:
    form = ItemForm()
    form.offer(meeting)
    if form.validate_on_submit():
        with shown_in(form, {rules.BallotOnAgenda: form.kind, rules.AgendaAnnounced: form.reason}):
            given = {"kind": form.kind.data, "title": form.title.data, "reason": form.reason.data or ""}
            agenda.add_item(meeting, **given, at=clock.now(), by=guard.get_account().actor)
            return _back(meeting)
    page = render_template(
        "office/meeting_agenda.html", form=form, items=queries.list_items(meeting), **meeting_frame(meeting)
    )
    return page, 422 if form.errors else 200


@meetings.at("/agenda/<int:item_id>/move", "POST")
def meeting_item_move(meeting: Meeting, item_id: int) -> Response:
    up = request.form.get("to") == "up"
    agenda.move_item(_item(meeting, item_id), up=up, at=clock.now(), by=guard.get_account().actor)
    return _back(meeting)


@meetings.at("/agenda/<int:item_id>/remove", "GET", "POST")
def meeting_item_remove(meeting: Meeting, item_id: int) -> Answer:
    """The page is for an agenda that has been announced: there the reason is said."""
    item, form = _item(meeting, item_id), ChangeForm()
    if form.validate_on_submit():
        with shown_in(form, {rules.AgendaAnnounced: form.reason}):
            reason = form.reason.data or ""
            agenda.remove_item(item, reason=reason, at=clock.now(), by=guard.get_account().actor)
            return _back(meeting)
    if meeting.state != PLANNED:
        raise rules.AgendaFrozen
    page = render_template("office/meeting_item_remove.html", form=form, item=item, **meeting_frame(meeting))
    return page, 422 if form.errors else 200


@meetings.at("/agenda/<int:item_id>/begin", "POST")
def meeting_item_begin(meeting: Meeting, item_id: int) -> Response:
    agenda.begin_item(_item(meeting, item_id), at=clock.now(), by=guard.get_account().actor)
    return _back(meeting)


@meetings.at("/agenda/<int:item_id>/close", "GET", "POST")
def meeting_item_close(meeting: Meeting, item_id: int) -> Answer:
    item = _item(meeting, item_id)
    form = Form()
    if form.validate_on_submit():
        agenda.close_item(item, at=clock.now(), by=guard.get_account().actor)
        flash(_("안건을 마쳤습니다."), "good")
        return _back(meeting)
    rules.ensure_item_may_become(item.state, rules.CLOSED)
    page = render_template("office/meeting_item_close.html", form=form, item=item, **meeting_frame(meeting))
    return page, 422 if form.errors else 200


@meetings.at("/agenda/<int:item_id>/decide", "GET", "POST")
def meeting_item_decide(meeting: Meeting, item_id: int) -> Answer:
    item = _item(meeting, item_id)
    form = DecideForm()
    form.offer(queries.list_present(meeting, clock.now()))
    if form.validate_on_submit():
        with shown_in(form, {rules.HandsDoNotAddUp: form.votes_for, rules.NotThere: form.recused}):
            recused = [int(one) for one in form.recused.data or ()]
            agenda.decide_item(item, form.hands, recused=recused, at=clock.now(), by=guard.get_account().actor)
            flash(_("의결 결과를 기록했습니다."), "good")
            return _back(meeting)
    if item.kind != rules.DECISION:
        raise rules.NotToBeDecided
    rules.ensure_item_may_become(item.state, rules.CLOSED)
    page = render_template("office/meeting_item_decide.html", form=form, item=item, **meeting_frame(meeting))
    return page, 422 if form.errors else 200


def _item(meeting: Meeting, item_id: int) -> AgendaItem:
    item = queries.get_item(item_id)
    return item if item.meeting_id == meeting.id else abort(404)


def _back(meeting: Meeting) -> Response:
    return redirect(url_of(meeting, "office.meeting_agenda"))
