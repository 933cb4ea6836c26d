"""Department checks: staff hand them out and release them, officers of the department decide."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.people.models import STAFF_ROLE
from app.proposals import rules as proposals
from app.proposals.conflict_queries import list_conflicts_of
from app.proposals.models import Proposal
from app.reviews import check_queries, check_rules, check_services, queries, rules
from app.reviews.models import DepartmentCheck
from app.rounds import rules as rounds
from app.web import guard
from app.web.errors import sentence
from app.web.fields import VersionForm
from app.web.office.audience import wing
from app.web.office.check_forms import AssignForm, DecisionForm, NoteForm, written
from app.web.office.check_frame import check_frame, get_for_staff, get_own, is_officer, posts
from app.web.refusals import shown_in
from app.web.typed import keeps_typed

Answer = Response | str | tuple[str, int]


@wing.get("/checks")
def check_list() -> str:
    """`order=due`: what is due first, first."""
    account = guard.get_account()
    run = {grant.programme_id for grant in account.roles if grant.role == STAFF_ROLE and grant.programme_id}
    own, received = queries.list_checks(posts(account)), queries.list_to_check(run)
    is_by_day = request.args.get("order") == "due"
    if is_by_day:
        own, received = check_queries.by_due_day(own), check_queries.by_due_day(received)
    return render_template(
        "office/check_list.html",
        own=own,
        received=received,
        is_by_day=is_by_day,
        today=clock.seoul_day(clock.now()),
        crumbs=[{"label": _("업무"), "url": url_for("office.home")}, {"label": _("소관부서 검토"), "url": ""}],
    )


@wing.get("/checks/<int:proposal_id>")
def check_detail(proposal_id: int) -> str:
    return detail_page(queries.get_proposal(proposal_id), NoteForm())


def detail_page(proposal: Proposal, note: NoteForm) -> str:
    check = queries.find_check(proposal.id)
    is_staff, is_own = guard.has_role(STAFF_ROLE, proposal.round.programme), is_officer(check)
    if not (is_staff or is_own):
        abort(404)
    return render_template(
        "office/check_detail.html",
        check=check,
        is_staff=is_staff,
        is_officer=is_own,
        moves=check_queries.list_moves(check.id) if check else [],
        notes=check_queries.list_notes(check.id) if check else [],
        conflicts=list_conflicts_of(proposal.id) if is_staff else [],
        note=note,
        take=VersionForm(version=str(check.version)) if check else None,
        me=guard.get_account(),
        **check_frame(proposal),
    )


@wing.route("/checks/<int:proposal_id>/assign", methods=["GET", "POST"])
def check_assign(proposal_id: int) -> Answer:
    proposal = get_for_staff(proposal_id)
    proposals.ensure_state(proposal.state, proposals.SUBMITTED)
    programme = proposal.round.programme
    departments = queries.list_departments_of(programme)
    form = AssignForm(due_on=check_rules.due_on(clock.seoul_day(clock.now())))
    form.offer([(one, check_queries.list_officers(programme, one)) for one in departments])
    if form.validate_on_submit():
        with shown_in(form, {check_rules.NotAnOfficer: form.officer, check_rules.DuePast: form.due_on}):
            by = guard.get_account().actor
            chosen = form.chosen()
            check_services.assign_check(
                proposal, chosen.department, officer=chosen.officer, due_on=chosen.due_on, at=clock.now(), by=by
            )
            flash(_("소관부서에 검토를 맡겼습니다."), "good")
            return redirect(url_for(".check_detail", proposal_id=proposal_id))
    page = render_template("office/check_assign.html", form=form, departments=departments, **check_frame(proposal))
    return page, 422 if form.errors else 200


@wing.route("/checks/<int:proposal_id>/decide", methods=["GET", "POST"])
@keeps_typed(DecisionForm)
def check_decide(proposal_id: int) -> Answer:
    check = get_own(proposal_id)
    rules.ensure_may_become(rules.CHECK_TRANSITIONS, check.state, rules.DECIDED)
    form = DecisionForm(data=written(check))
    form.bound_cost(check.proposal.round.per_project_limit_won)
    if form.validate_on_submit() and _decided(check, form):
        flash(_("검토 의견을 저장했습니다. 담당 공무원이 공개하기 전까지 고칠 수 있습니다."), "good")
        return redirect(url_for(".check_detail", proposal_id=proposal_id))
    page = render_template("office/check_decide.html", form=form, check=check, **check_frame(check.proposal))
    return page, 422 if form.errors else 200


def _decided(check: DepartmentCheck, form: DecisionForm) -> bool:
    """Whether it is written. Where another was first, or the proposal has changed, the page shows what stands now above
    what was typed."""
    places: dict[type[Exception], Any] = {
        rules.GroundsNeeded: form.verdict,
        check_rules.CostReasonNeeded: form.cost_reason,
        rounds.OutsidePhase: None,
    }
    try:
        with shown_in(form, places):
            by = guard.get_account().actor
            read = form.proposal_version.number()
            check_services.decide_check(check, form.decision(), seen=form.seen, read=read, at=clock.now(), by=by)
    except (check_rules.CheckMoved, check_rules.ProposalMoved) as error:
        get_own(check.proposal_id)  # it may have gone to another department
        form.is_stale = True
        form.refuse(sentence(error))
        form.version.data, form.proposal_version.data = str(check.version), str(check.proposal.version)
    return not form.errors


@wing.route("/checks/<int:proposal_id>/release", methods=["GET", "POST"])
def check_release(proposal_id: int) -> Answer:
    proposal = get_for_staff(proposal_id)
    check = queries.get_check(proposal_id)
    rules.ensure_may_become(rules.CHECK_TRANSITIONS, check.state, rules.RELEASED)
    form = VersionForm(version=str(check.version))
    if form.validate_on_submit():
        by = guard.get_account().actor
        check_services.release_check(check, seen=form.seen, at=clock.now(), by=by)
        flash(_("검토 결과를 공개했습니다."), "good")
        return redirect(url_for(".check_detail", proposal_id=proposal_id))
    return render_template("office/check_release.html", form=form, check=check, **check_frame(proposal))
