"""Department checks: staff hand them out and release them, officers of the department decide."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.people.models import DEPARTMENT_ROLE, STAFF_ROLE, Account, Department
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.reviews import queries, rules, services
from app.reviews.models import DepartmentCheck
from app.rounds import rules as rounds
from app.web import guard
from app.web.fields import Form
from app.web.navigation import programme_frame
from app.web.office.audience import wing
from app.web.office.check_forms import AssignForm, DecisionForm, written
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]


@wing.get("/checks")
def check_list() -> str:
    account = guard.get_account()
    run = {grant.programme_id for grant in account.roles if grant.role == STAFF_ROLE and grant.programme_id}
    return render_template(
        "office/check_list.html",
        own=queries.list_checks(_posts(account)),
        received=queries.list_to_check(run),
        crumbs=[{"label": _("업무"), "url": url_for("office.home")}, {"label": _("소관부서 검토"), "url": ""}],
    )


@wing.get("/checks/<int:proposal_id>")
def check_detail(proposal_id: int) -> str:
    proposal = queries.get_proposal(proposal_id)
    check = queries.find_check(proposal_id)
    is_staff, is_officer = guard.has_role(STAFF_ROLE, proposal.round.programme), _is_officer(check)
    if not (is_staff or is_officer):
        abort(404)
    return render_template(
        "office/check_detail.html", check=check, is_staff=is_staff, is_officer=is_officer, **_frame(proposal)
    )


@wing.route("/checks/<int:proposal_id>/assign", methods=["GET", "POST"])
def check_assign(proposal_id: int) -> Answer:
    proposal = _get_for_staff(proposal_id)
    proposals.ensure_state(proposal.state, proposals.SUBMITTED)
    departments = queries.list_departments_of(proposal.round.programme)
    form = AssignForm()
    form.offer(departments)
    if form.validate_on_submit():
        chosen = next(one for one in departments if str(one.id) == form.department.data)
        _assign(proposal, chosen)
        return redirect(url_for(".check_detail", proposal_id=proposal_id))
    page = render_template("office/check_assign.html", form=form, departments=departments, **_frame(proposal))
    return page, 422 if form.errors else 200


@wing.route("/checks/<int:proposal_id>/decide", methods=["GET", "POST"])
def check_decide(proposal_id: int) -> Answer:
    check = _get_own(proposal_id)
    rules.ensure_may_become(rules.CHECK_TRANSITIONS, check.state, rules.DECIDED)
    form = DecisionForm(data=written(check))
    form.bound_cost(check.proposal.round.per_project_limit_won)
    if form.validate_on_submit():
        with shown_in(form, {rules.GroundsNeeded: form.grounds, rounds.OutsidePhase: None}):
            by = guard.get_account().actor
            services.decide_check(check, form.decision(), at=clock.now(), by=by)
            flash(_("검토 의견을 저장했습니다. 담당 공무원이 공개하기 전까지 고칠 수 있습니다."), "good")
            return redirect(url_for(".check_detail", proposal_id=proposal_id))
    page = render_template("office/check_decide.html", form=form, check=check, **_frame(check.proposal))
    return page, 422 if form.errors else 200


@wing.route("/checks/<int:proposal_id>/release", methods=["GET", "POST"])
def check_release(proposal_id: int) -> Answer:
    proposal = _get_for_staff(proposal_id)
    check = queries.get_check(proposal_id)
    rules.ensure_may_become(rules.CHECK_TRANSITIONS, check.state, rules.RELEASED)
    form = Form()
    if form.validate_on_submit():
        services.release_check(check, at=clock.now(), by=guard.get_account().actor)
        flash(_("검토 결과를 공개했습니다."), "good")
        return redirect(url_for(".check_detail", proposal_id=proposal_id))
    return render_template("office/check_release.html", form=form, check=check, **_frame(proposal))


def _assign(proposal: Proposal, department: Department) -> None:
    services.assign_check(proposal, department, at=clock.now(), by=guard.get_account().actor)
    flash(_("소관부서에 검토를 맡겼습니다."), "good")


def _get_for_staff(proposal_id: int) -> Proposal:
    proposal = queries.get_proposal(proposal_id)
    guard.ensure_role(proposal.round.programme, STAFF_ROLE)
    return proposal


def _get_own(proposal_id: int) -> DepartmentCheck:
    """A check of the officer's own department; others' do not exist."""
    check = queries.get_check(queries.get_proposal(proposal_id).id)
    return check if _is_officer(check) else abort(404)


def _posts(account: Account) -> set[tuple[int, int]]:
    """(department id, programme id) of every post that the account holds as an officer."""
    return {
        (grant.department_id, grant.programme_id)
        for grant in account.roles
        if grant.role == DEPARTMENT_ROLE and grant.department_id and grant.programme_id
    }


def _is_officer(check: DepartmentCheck | None) -> bool:
    if check is None:
        return False
    return (check.department_id, check.proposal.round.programme_id) in _posts(guard.get_account())


def _frame(proposal: Proposal) -> dict[str, Any]:
    period = rounds.find_period(proposal.round.phases, rounds.DEPARTMENT_CHECK)
    return {
        "proposal": proposal,
        "programme": programme_frame(proposal.round.programme),
        "period": period,
        "is_running": period is not None and rounds.is_running(period, clock.now()),
    }
