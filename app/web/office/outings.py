"""The plan of the on-site reviews: outings, their stops in order, and what is asked on the spot."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.people.models import STAFF_ROLE
from app.reviews import outing_services as services
from app.reviews import queries, rules, visit_queries, visit_rules
from app.reviews.visit_models import Outing
from app.rounds import rules as rounds
from app.web import guard
from app.web.office.audience import wing
from app.web.office.round_frame import get_round, round_frame
from app.web.office.visit_forms import CancelForm, ChecklistForm, OutingForm, StopsForm, listed, planned
from app.web.office.visit_frame import phase_frame
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]


@wing.route("/rounds/<int:round_id>/outings/new", methods=["GET", "POST"])
def outing_create(round_id: int) -> Answer:
    round_ = get_round(round_id)
    form = OutingForm(answer_days=visit_rules.ANSWER_DAYS)
    form.offer(visit_queries.list_possible_companions(round_.programme))
    if form.validate_on_submit():
        with shown_in(form, {rules.VisitDayOutside: form.starts_at, rounds.OutsidePhase: None}):
            outing = services.plan_outing(round_, form.plan(), at=clock.now(), by=guard.get_account().actor)
            flash(_("현장심사 일정을 만들었습니다. 이제 방문할 제안을 넣어 주세요."), "good")
            return redirect(url_for(".outing_detail", outing_id=outing.id))
    return render_template("office/outing_form.html", form=form, outing=None, **phase_frame(round_)), _status(form)


@wing.get("/outings/<int:outing_id>")
def outing_detail(outing_id: int) -> str:
    return _show(_get(outing_id), StopsForm())


@wing.route("/outings/<int:outing_id>/edit", methods=["GET", "POST"])
def outing_edit(outing_id: int) -> Answer:
    outing = _get(outing_id)
    form = OutingForm(data=planned(outing))
    form.offer(visit_queries.list_possible_companions(outing.round.programme))
    if form.validate_on_submit():
        places = {
            rules.VisitDayOutside: form.starts_at,
            visit_rules.DayBegun: form.starts_at,
            visit_rules.RecusedOnRoute: form.companions,
        }
        with shown_in(form, places):
            services.change_outing(outing, form.plan(), at=clock.now(), by=guard.get_account().actor)
            flash(_("현장심사 일정을 고쳤습니다."), "good")
            return redirect(url_for(".outing_detail", outing_id=outing_id))
    page = render_template("office/outing_form.html", form=form, outing=outing, **phase_frame(outing.round))
    return page, _status(form)


@wing.route("/outings/<int:outing_id>/cancel", methods=["GET", "POST"])
def outing_cancel(outing_id: int) -> Answer:
    outing = _get(outing_id)
    if outing.cancelled_at is not None:
        raise visit_rules.OutingCancelled
    form = CancelForm()
    if form.validate_on_submit():
        with shown_in(form, {visit_rules.RecordBegun: None}):
            services.cancel_outing(outing, form.reason.data, at=clock.now(), by=guard.get_account().actor)
            flash(_("현장심사 일정을 취소했습니다. 넣었던 제안은 다시 일정을 기다립니다."), "good")
            return redirect(url_for(".visit_list", round_id=outing.round_id))
    page = render_template("office/outing_cancel.html", form=form, outing=outing, **phase_frame(outing.round))
    return page, _status(form)


@wing.post("/outings/<int:outing_id>/stops")
def outing_add(outing_id: int) -> Answer:
    outing = _get(outing_id)
    unplanned = visit_queries.list_unplanned(outing.round_id)
    form = StopsForm()
    form.offer(unplanned)
    if form.validate_on_submit():
        with shown_in(form, {visit_rules.RecusedOnRoute: form.proposals}):
            by = guard.get_account().actor
            for proposal in [one for one in unplanned if one.id in form.chosen()]:
                services.put_on_outing(proposal, outing, at=clock.now(), by=by)
            flash(_("제안 %(n)s건을 넣었습니다.", n=len(form.chosen())), "good")
            return redirect(url_for(".outing_detail", outing_id=outing_id))
    return _show(outing, form), 422


@wing.post("/outings/<int:outing_id>/stops/<int:proposal_id>")
def outing_move(outing_id: int, proposal_id: int) -> Response:
    """One place up or down."""
    outing, visit = _get(outing_id), queries.get_visit(proposal_id)
    if visit.outing_id != outing.id:
        raise rules.WrongState(visit.state, rules.PLANNED)
    services.move_stop(visit, request.form.get("direction", ""), at=clock.now(), by=guard.get_account().actor)
    return redirect(url_for(".outing_detail", outing_id=outing_id, _anchor=f"stop-{proposal_id}"))


@wing.route("/rounds/<int:round_id>/checklist", methods=["GET", "POST"])
def checklist(round_id: int) -> Answer:
    round_ = get_round(round_id)
    lines = visit_queries.checklist_of(round_id)
    form = ChecklistForm(data=listed(lines))
    if form.validate_on_submit():
        with shown_in(form, {visit_rules.ChecklistEmpty: None}):
            services.set_checklist(round_, form.lines(), at=clock.now(), by=guard.get_account().actor)
            flash(_("현장에서 확인할 것을 저장했습니다."), "good")
            return redirect(url_for(".visit_list", round_id=round_id))
    page = render_template(
        "office/checklist_edit.html",
        form=form,
        lines=lines,
        kinds=visit_rules.KINDS,
        may_change=round_.state not in rounds.FROZEN and not visit_queries.has_entries(round_id),
        **round_frame(round_),
    )
    return page, _status(form)


def _get(outing_id: int) -> Outing:
    outing = visit_queries.get_outing(outing_id)
    guard.ensure_role(outing.round.programme, STAFF_ROLE)
    return outing


def _show(outing: Outing, form: StopsForm) -> str:
    form.offer(visit_queries.list_unplanned(outing.round_id))
    return render_template(
        "office/outing_detail.html",
        form=form,
        outing=outing,
        legs=visit_queries.list_legs(outing.id),
        **phase_frame(outing.round),
    )


def _status(form: OutingForm | CancelForm | ChecklistForm) -> int:
    return 422 if form.errors else 200
