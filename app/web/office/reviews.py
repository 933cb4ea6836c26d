"""The written review as staff see it: who has submitted, who is recused, and the criteria. Never points."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.fates import queries as fates
from app.people.models import STAFF_ROLE
from app.reviews import queries, recusal_queries, rules, services, sheet_queries, sheet_services
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.web import guard
from app.web.office.audience import wing
from app.web.office.review_forms import CriteriaForm, RecusalForm, written
from app.web.office.round_frame import get_round, round_frame
from app.web.proof import with_proof
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]


@wing.get("/rounds/<int:round_id>/reviews")
def review_progress(round_id: int) -> str:
    round_ = get_round(round_id)
    return render_template(
        "office/review_progress.html",
        progress=sheet_queries.progress(round_),
        recusals=queries.list_recusals(round_id),
        challenges=recusal_queries.list_challenges(round_id),
        doubts=[*recusal_queries.list_doubts(round_), *fates.list_doubts(round_)],
        declared={one.account_id for one in recusal_queries.list_interests(round_id)},
        criteria=sheet_queries.list_criteria(round_id),
        **_phase(round_),
    )


@wing.route("/reviews/<int:proposal_id>/recusals/new", methods=["GET", "POST"])
@with_proof
def recusal_create(proposal_id: int) -> Answer:
    proposal = queries.get_proposal(proposal_id)
    staff = guard.ensure_role(proposal.round.programme, STAFF_ROLE)
    members = sheet_queries.list_reviewers(proposal.round.programme)
    form = RecusalForm()
    form.offer(members)
    if form.validate_on_submit():
        with shown_in(form, {rules.AlreadyRecused: form.account}):
            account = next(one for one in members if str(one.id) == form.account.data)
            services.recuse(proposal, account, rules.EXCLUDED, form.reason.data, at=clock.now(), by=staff.actor)
            flash(_("심사에서 빠지는 위원을 기록했습니다."), "good")
            return redirect(url_for(".review_progress", round_id=proposal.round_id))
    page = render_template("office/review_recusal.html", form=form, proposal=proposal, **round_frame(proposal.round))
    return page, 422 if form.errors else 200


@wing.route("/rounds/<int:round_id>/criteria", methods=["GET", "POST"])
def criteria(round_id: int) -> Answer:
    round_ = get_round(round_id)
    form = CriteriaForm(data=written(sheet_queries.list_criteria(round_id)))
    if form.validate_on_submit():
        by = guard.get_account().actor
        sheet_services.set_criteria(round_, form.criteria(), at=clock.now(), by=by)
        flash(_("심사 기준을 저장했습니다."), "good")
        return redirect(_after_criteria(round_))
    page = render_template(
        "office/criteria_edit.html",
        form=form,
        criteria=sheet_queries.list_criteria(round_id),
        may_change=round_.state not in rounds.FROZEN and not sheet_queries.count_sheets(round_id),
        **round_frame(round_),
    )
    return page, 422 if form.errors else 200


def _after_criteria(round_: Round) -> str:
    """Back to the step of the set-up that led here, while the round is being set up."""
    if round_.state == rounds.DRAFT:
        return url_for(".round_step", round_id=round_.id, step="review")
    return url_for(".review_progress", round_id=round_.id)


def _phase(round_: Round) -> dict[str, Any]:
    period = rounds.find_period(round_.phases, rounds.WRITTEN_REVIEW)
    is_running = period is not None and rounds.is_running(period, clock.now())
    return {**round_frame(round_), "period": period, "is_running": is_running}
