"""A department check on its way from desk to desk, what is noted on it, and its sheet for paper."""

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.people.models import STAFF_ROLE
from app.proposals.models import Proposal
from app.reviews import check_queries, check_rules, check_services, queries
from app.web import guard
from app.web.fields import VersionForm
from app.web.office.audience import wing
from app.web.office.check_forms import ChangeForm, ForwardForm, NoteForm, ReturnForm
from app.web.office.check_frame import check_frame, get_for_staff, get_own, get_worked_on
from app.web.office.checks import detail_page
from app.web.refusals import shown_in
from app.web.typed import keeps_typed

Answer = Response | str | tuple[str, int]


@wing.post("/checks/<int:proposal_id>/take")
def check_take(proposal_id: int) -> Response:
    check, form = get_own(proposal_id), VersionForm()
    if not form.validate_on_submit():
        abort(400)
    check_services.take_check(check, guard.get_account(), seen=form.seen, at=clock.now())
    flash(_("이 제안의 검토를 맡았습니다."), "good")
    return redirect(url_for(".check_detail", proposal_id=proposal_id))


@wing.route("/checks/<int:proposal_id>/change", methods=["GET", "POST"])
def check_change(proposal_id: int) -> Answer:
    proposal = get_for_staff(proposal_id)
    check = queries.get_check(proposal_id)
    check_rules.ensure_undecided(check.state, check.is_returned)
    officer_id = str(check.officer_id) if check.officer_id else ""
    form = ChangeForm(version=str(check.version), officer=officer_id, due_on=check.due_on)
    form.offer(check_queries.list_officers(proposal.round.programme, check.department))
    if form.validate_on_submit():
        with shown_in(form, {check_rules.NotAnOfficer: form.officer, check_rules.DuePast: form.due_on}):
            what = {"officer": form.chosen(), "due_on": form.due_on.data}
            check_services.change_check(check, **what, seen=form.seen, at=clock.now(), by=guard.get_account().actor)
            flash(_("바꾸었습니다. 맡은 담당자에게 알립니다."), "good")
            return redirect(url_for(".check_detail", proposal_id=proposal_id))
    page = render_template("office/check_change.html", form=form, check=check, **check_frame(proposal))
    return page, 422 if form.errors else 200


@wing.route("/checks/<int:proposal_id>/forward", methods=["GET", "POST"])
@keeps_typed(ForwardForm)
def check_forward(proposal_id: int) -> Answer:
    check = get_worked_on(proposal_id)
    proposal = check.proposal
    check_rules.ensure_undecided(check.state, check.is_returned)
    others = [one for one in queries.list_departments_of(proposal.round.programme) if one.id != check.department_id]
    form = ForwardForm(version=str(check.version))
    form.offer(others)
    if form.validate_on_submit():
        to = next(one for one in others if str(one.id) == form.department.data)
        with shown_in(form, {check_rules.SameDepartment: form.department}):
            by = guard.get_account().actor
            check_services.forward_check(check, to, form.reason.data, seen=form.seen, at=clock.now(), by=by)
            flash(_("다른 부서로 넘겼습니다."), "good")
            return _after(proposal)
    shown = {"others": others, "check": check, "days": check_rules.CHECK_DAYS, **check_frame(proposal)}
    page = render_template("office/check_forward.html", form=form, **shown)
    return page, 422 if form.errors else 200


@wing.route("/checks/<int:proposal_id>/return", methods=["GET", "POST"])
@keeps_typed(ReturnForm)
def check_return(proposal_id: int) -> Answer:
    check = get_own(proposal_id)
    proposal = check.proposal
    check_rules.ensure_undecided(check.state, check.is_returned)
    form = ReturnForm(version=str(check.version))
    if form.validate_on_submit():
        by = guard.get_account().actor
        check_services.return_check(check, form.reason.data, seen=form.seen, at=clock.now(), by=by)
        flash(_("담당 공무원에게 돌려보냈습니다."), "good")
        return _after(proposal)
    page = render_template("office/check_return.html", form=form, check=check, **check_frame(proposal))
    return page, 422 if form.errors else 200


@wing.post("/checks/<int:proposal_id>/notes")
@keeps_typed(NoteForm)
def check_note(proposal_id: int) -> Answer:
    check, form = get_worked_on(proposal_id), NoteForm()
    if not form.validate_on_submit():
        return detail_page(check.proposal, form), 422
    check_services.write_note(check, form.body.data, guard.get_account(), at=clock.now())
    flash(_("내부 메모를 남겼습니다."), "good")
    return redirect(url_for(".check_detail", proposal_id=proposal_id))


@wing.get("/checks/<int:proposal_id>/sheet")
def check_sheet(proposal_id: int) -> str:
    """For paper: all that the department has written, without the notes."""
    check = get_worked_on(proposal_id)
    moves = check_queries.list_moves(check.id)
    return render_template("office/check_sheet.html", check=check, moves=moves, **check_frame(check.proposal))


def _after(proposal: Proposal) -> Response:
    """An officer sees no more what is not with the department any more."""
    if guard.has_role(STAFF_ROLE, proposal.round.programme):
        return redirect(url_for(".check_detail", proposal_id=proposal.id))
    return redirect(url_for(".check_list"))
