"""On-site reviews: planned, written down and signed off by the staff of the programme."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.people.models import STAFF_ROLE
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.reviews import queries, rules, services
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.web import guard
from app.web.fields import Form
from app.web.office.audience import wing
from app.web.office.round_frame import get_round, round_frame
from app.web.office.visit_forms import PlanForm, RecordForm, recorded
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]


@wing.get("/rounds/<int:round_id>/visits")
def visit_list(round_id: int) -> str:
    round_ = get_round(round_id)
    return render_template("office/visit_list.html", visits=queries.list_visits(round_id), **_phase(round_))


@wing.get("/visits/<int:proposal_id>")
def visit_detail(proposal_id: int) -> str:
    proposal = _get(proposal_id)
    return render_template(
        "office/visit_detail.html",
        visit=queries.find_visit(proposal_id),
        check=queries.find_check(proposal_id),
        **_frame(proposal),
    )


@wing.route("/visits/<int:proposal_id>/plan", methods=["GET", "POST"])
def visit_plan(proposal_id: int) -> Answer:
    proposal = _get(proposal_id)
    proposals.ensure_may_become(proposal.state, proposals.VISITED)
    visit = queries.find_visit(proposal_id)
    if visit is not None:
        rules.ensure_may_become(rules.VISIT_TRANSITIONS, visit.state, rules.PLANNED)
    form = PlanForm(obj=visit)
    if form.validate_on_submit():
        with shown_in(form, {rules.VisitDayOutside: form.visit_on}):
            day, place, by = form.visit_on.data, form.meeting_point.data, guard.get_account().actor
            services.plan_visit(proposal, day, place, at=clock.now(), by=by)
            flash(_("방문 일정을 저장했습니다."), "good")
            return redirect(url_for(".visit_detail", proposal_id=proposal_id))
    return render_template("office/visit_plan.html", form=form, **_frame(proposal)), 422 if form.errors else 200


@wing.route("/visits/<int:proposal_id>/record", methods=["GET", "POST"])
def visit_record(proposal_id: int) -> Answer:
    proposal, visit = _get(proposal_id), queries.get_visit(proposal_id)
    rules.ensure_may_become(rules.VISIT_TRANSITIONS, visit.state, rules.RECORDED)
    form = RecordForm(data=recorded(visit))
    form.offer(queries.list_possible_visitors(proposal))
    if form.validate_on_submit():
        places = {rules.TooFewVisitors: form.visitors, rules.VisitToCome: None, rounds.OutsidePhase: None}
        with shown_in(form, places):
            services.record_visit(visit, form.record(), at=clock.now(), by=guard.get_account().actor)
            flash(_("방문 결과를 저장했습니다. 제안자가 보고 답변할 수 있습니다."), "good")
            return redirect(url_for(".visit_detail", proposal_id=proposal_id))
    page = render_template("office/visit_record.html", form=form, visit=visit, **_frame(proposal))
    return page, 422 if form.errors else 200


@wing.route("/visits/<int:proposal_id>/sign-off", methods=["GET", "POST"])
def visit_sign_off(proposal_id: int) -> Answer:
    proposal, visit = _get(proposal_id), queries.get_visit(proposal_id)
    rules.ensure_may_become(rules.VISIT_TRANSITIONS, visit.state, rules.SIGNED_OFF)
    form = Form()
    if form.validate_on_submit():
        services.sign_off_visit(visit, at=clock.now(), by=guard.get_account().actor)
        flash(_("현장심사를 확정했습니다. 이제 서면심사를 할 수 있습니다."), "good")
        return redirect(url_for(".visit_detail", proposal_id=proposal_id))
    return render_template("office/visit_sign_off.html", form=form, visit=visit, **_frame(proposal))


def _get(proposal_id: int) -> Proposal:
    proposal = queries.get_proposal(proposal_id)
    guard.ensure_role(proposal.round.programme, STAFF_ROLE)
    return proposal


def _frame(proposal: Proposal) -> dict[str, Any]:
    return {"proposal": proposal, **_phase(proposal.round)}


def _phase(round_: Round) -> dict[str, Any]:
    period = rounds.find_period(round_.phases, rounds.SITE_VISIT)
    is_running = period is not None and rounds.is_running(period, clock.now())
    return {**round_frame(round_), "period": period, "is_running": is_running}
