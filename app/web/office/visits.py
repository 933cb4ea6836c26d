"""The on-site review of each proposal, as the staff of the programme see it through: planned, signed off, or
impossible."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.people.models import APPROVER_ROLE, STAFF_ROLE
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.reviews import outing_services as outings
from app.reviews import queries, rules, visit_queries, visit_rules
from app.reviews import visit_services as services
from app.reviews.heard_queries import find_heard_answer
from app.reviews.visit_models import SiteVisit
from app.rounds import rules as rounds
from app.web import guard
from app.web.fields import Form, tidy
from app.web.office.audience import wing
from app.web.office.round_frame import get_round
from app.web.office.visit_forms import ImpossibleForm, SeenForm, VisitForm
from app.web.office.visit_frame import get_proposal, phase_frame, visit_frame
from app.web.proof import with_proof
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]


@wing.get("/rounds/<int:round_id>/visits")
def visit_list(round_id: int) -> str:
    round_ = get_round(round_id, STAFF_ROLE, APPROVER_ROLE)
    return render_template(
        "office/visit_list.html",
        visits=visit_queries.list_visits(round_id),
        outings=visit_queries.list_outings(round_id),
        is_staff=guard.has_role(STAFF_ROLE, round_.programme),
        **phase_frame(round_),
    )


@wing.get("/visits/<int:proposal_id>")
def visit_detail(proposal_id: int) -> str:
    proposal, visit = get_proposal(proposal_id), queries.find_visit(proposal_id)
    return render_template(
        "office/visit_detail.html",
        visit=visit,
        heard=find_heard_answer(visit.id) if visit is not None else None,
        check=queries.find_check(proposal_id),
        **visit_frame(proposal),
    )


@wing.route("/visits/<int:proposal_id>/plan", methods=["GET", "POST"])
def visit_plan(proposal_id: int) -> Answer:
    """On which outing, and as which kind of project."""
    proposal = get_proposal(proposal_id)
    proposals.ensure_may_become(proposal.state, proposals.VISITED)
    visit, offered = queries.find_visit(proposal_id), visit_queries.list_outings(proposal.round_id, cancelled=False)
    if visit is not None:
        rules.ensure_may_become(rules.VISIT_TRANSITIONS, visit.state, rules.PLANNED)
    form = VisitForm(data=_planned(proposal, visit))
    form.offer(offered)
    if form.validate_on_submit():
        places = {visit_rules.RecusedOnRoute: form.outing, visit_rules.DayBegun: form.outing}
        with shown_in(form, {**places, visit_rules.RecordBegun: form.kind}):
            _plan(proposal, form)
            flash(_("방문 일정을 저장했습니다."), "good")
            return redirect(url_for(".visit_detail", proposal_id=proposal_id))
    page = render_template("office/visit_plan.html", form=form, outings=offered, **visit_frame(proposal))
    return page, 422 if form.errors else 200


def _planned(proposal: Proposal, visit: SiteVisit | None) -> dict[str, str]:
    if visit is None:
        return {"kind": visit_rules.guess_kind(proposal.place), "meeting_point": proposal.place}
    outing = "" if visit.outing_id is None else str(visit.outing_id)
    return {"outing": outing, "kind": visit.kind, "meeting_point": visit.meeting_point}


def _plan(proposal: Proposal, form: VisitForm) -> None:
    outing, kind = visit_queries.get_outing(int(form.outing.data)), form.kind.data
    by = guard.get_account().actor
    outings.plan_visit(proposal, outing, kind, form.meeting_point.data, at=clock.now(), by=by)


@wing.route("/visits/<int:proposal_id>/sign-off", methods=["GET", "POST"])
def visit_sign_off(proposal_id: int) -> Answer:
    proposal, visit = get_proposal(proposal_id), queries.get_visit(proposal_id)
    rules.ensure_may_become(rules.VISIT_TRANSITIONS, visit.state, rules.SIGNED_OFF)
    form = Form()
    if form.validate_on_submit():
        kinds = (visit_rules.AnswerStillOpen, visit_rules.TooFewSignatures, rounds.OutsidePhase)
        with shown_in(form, dict.fromkeys(kinds)):
            services.sign_off_visit(visit, at=clock.now(), by=guard.get_account().actor)
            flash(_("현장심사를 확정했습니다. 이제 서면심사를 할 수 있습니다."), "good")
            return redirect(url_for(".visit_detail", proposal_id=proposal_id))
    page = render_template(
        "office/visit_sign_off.html",
        form=form,
        visit=visit,
        signed=visit_queries.count_signing_members(visit),
        **visit_frame(proposal),
    )
    return page, 422 if form.errors else 200


@wing.route("/visits/<int:proposal_id>/reopen", methods=["GET", "POST"])
def visit_reopen(proposal_id: int) -> Answer:
    proposal, visit = get_proposal(proposal_id), queries.get_visit(proposal_id)
    if visit.state != rules.ANSWERED:
        raise rules.WrongState(visit.state, rules.RECORDED)
    form = Form()
    if form.validate_on_submit():
        services.reopen_visit(visit, at=clock.now(), by=guard.get_account().actor)
        flash(_("방문 결과를 다시 고칠 수 있습니다. 고친 뒤에는 서명을 다시 받아야 합니다."), "good")
        return redirect(url_for(".visit_detail", proposal_id=proposal_id))
    return render_template("office/visit_reopen.html", form=form, visit=visit, **visit_frame(proposal))


@wing.route("/visits/<int:proposal_id>/impossible", methods=["GET", "POST"])
@with_proof
def visit_impossible(proposal_id: int) -> Answer:
    """Why there can be no visit; waits for a second person."""
    proposal = get_proposal(proposal_id)
    proposals.ensure_may_become(proposal.state, proposals.VISITED)
    visit = queries.find_visit(proposal_id)
    if visit is not None and (visit.state != rules.PLANNED or visit.is_impossible):
        raise rules.WrongState(visit.state, rules.PLANNED)
    form = ImpossibleForm()
    if form.validate_on_submit():
        with shown_in(form, {rounds.OutsidePhase: None, visit_rules.RecordBegun: None}):
            services.ask_impossible(proposal, form.reason.data, at=clock.now(), by=guard.get_account().actor)
            flash(_("까닭을 기록했습니다. 다른 담당 공무원이나 확인자가 확인해야 효력이 있습니다."), "good")
            return redirect(url_for(".visit_detail", proposal_id=proposal_id))
    page = render_template("office/visit_impossible.html", form=form, visit=visit, **visit_frame(proposal))
    return page, 422 if form.errors else 200


@wing.route("/visits/<int:proposal_id>/impossible/confirm", methods=["GET", "POST"])
@with_proof
def visit_impossible_confirm(proposal_id: int) -> Answer:
    proposal, visit = get_proposal(proposal_id, STAFF_ROLE, APPROVER_ROLE), queries.get_visit(proposal_id)
    if visit.state != rules.PLANNED or not visit.is_impossible:
        raise rules.WrongState(visit.state, rules.SIGNED_OFF)
    account, form = guard.get_account(), SeenForm(seen=visit.impossible_reason)
    if form.validate_on_submit():
        with shown_in(form, dict.fromkeys((visit_rules.SamePerson, visit_rules.ReasonMoved))):
            services.confirm_impossible(visit, tidy(form.seen.data), at=clock.now(), by=account.actor)
            flash(_("현장심사를 하지 못한 것을 확인했습니다. 이제 서면심사를 할 수 있습니다."), "good")
            return redirect(url_for(".visit_list", round_id=proposal.round_id))
        form.seen.data = visit.impossible_reason  # what the page now shows
    page = render_template(
        "office/visit_impossible_confirm.html",
        form=form,
        visit=visit,
        is_own=visit.asked_by == account.id,
        **visit_frame(proposal),
    )
    return page, 422 if form.errors else 200
