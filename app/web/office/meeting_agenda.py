"""The agenda at the office's table: put together before the meeting, gone through item by item in it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.committee import agenda, queries
from app.committee import agenda_rules as rules
from app.committee.models import AgendaItem
from app.web import guard
from app.web.fields import Form
from app.web.office.audience import wing
from app.web.office.meeting_forms import DecideForm, ItemForm
from app.web.office.meeting_frame import get_meeting, meeting_frame
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]


@wing.route("/rounds/<int:round_id>/meeting/agenda", methods=["GET", "POST"])
def meeting_agenda(round_id: int) -> Answer:
    meeting = get_meeting(round_id)
    form = ItemForm()
    if form.validate_on_submit():
        with shown_in(form, {rules.BallotOnAgenda: form.kind}):
            given = {"kind": form.kind.data, "title": form.title.data}
            agenda.add_item(meeting, **given, at=clock.now(), by=guard.get_account().actor)
            return _back(round_id)
    page = render_template(
        "office/meeting_agenda.html", form=form, items=queries.list_items(meeting), **meeting_frame(meeting)
    )
    return page, 422 if form.errors else 200


@wing.post("/rounds/<int:round_id>/meeting/agenda/<int:item_id>/move")
def meeting_item_move(round_id: int, item_id: int) -> Response:
    up = request.form.get("to") == "up"
    agenda.move_item(_item(round_id, item_id), up=up, at=clock.now(), by=guard.get_account().actor)
    return _back(round_id)


@wing.post("/rounds/<int:round_id>/meeting/agenda/<int:item_id>/remove")
def meeting_item_remove(round_id: int, item_id: int) -> Response:
    agenda.remove_item(_item(round_id, item_id), at=clock.now(), by=guard.get_account().actor)
    return _back(round_id)


@wing.post("/rounds/<int:round_id>/meeting/agenda/<int:item_id>/begin")
def meeting_item_begin(round_id: int, item_id: int) -> Response:
    agenda.begin_item(_item(round_id, item_id), at=clock.now(), by=guard.get_account().actor)
    return _back(round_id)


@wing.route("/rounds/<int:round_id>/meeting/agenda/<int:item_id>/close", methods=["GET", "POST"])
def meeting_item_close(round_id: int, item_id: int) -> Answer:
    item = _item(round_id, item_id)
    form = Form()
    if form.validate_on_submit():
        agenda.close_item(item, at=clock.now(), by=guard.get_account().actor)
        flash(_("안건을 마쳤습니다."), "good")
        return _back(round_id)
    rules.ensure_item_may_become(item.state, rules.CLOSED)
    page = render_template("office/meeting_item_close.html", form=form, item=item, **meeting_frame(item.meeting))
    return page, 422 if form.errors else 200


@wing.route("/rounds/<int:round_id>/meeting/agenda/<int:item_id>/decide", methods=["GET", "POST"])
def meeting_item_decide(round_id: int, item_id: int) -> Answer:
    item = _item(round_id, item_id)
    form = DecideForm()
    form.offer(queries.list_present(item.meeting, clock.now()))
    if form.validate_on_submit():
        with shown_in(form, {rules.HandsDoNotAddUp: form.votes_for, rules.NotThere: form.recused}):
            recused = [int(one) for one in form.recused.data or ()]
            agenda.decide_item(item, form.hands, recused=recused, at=clock.now(), by=guard.get_account().actor)
            flash(_("의결 결과를 기록했습니다."), "good")
            return _back(round_id)
    if item.kind != rules.DECISION:
        raise rules.NotToBeDecided
    rules.ensure_item_may_become(item.state, rules.CLOSED)
    page = render_template("office/meeting_item_decide.html", form=form, item=item, **meeting_frame(item.meeting))
    return page, 422 if form.errors else 200


def _item(round_id: int, item_id: int) -> AgendaItem:
    meeting, item = get_meeting(round_id), queries.get_item(item_id)
    return item if item.meeting_id == meeting.id else abort(404)


def _back(round_id: int) -> Response:
    return redirect(url_for(".meeting_agenda", round_id=round_id))
