"""A resident's own proposals: the list, one of them, withdrawing and discarding."""

from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.fates import queries as fates
from app.fates.rules import OthersRemain
from app.fates.services import withdraw_proposal
from app.figures.rules import Entry, list_calendar
from app.notices.delivery_rules import Person
from app.proposals import queries, rules, services
from app.proposals.conflict_queries import list_rivals
from app.results.again import is_lost
from app.reviews import queries as reviews
from app.reviews.rules import ANSWERED, RECORDED
from app.rounds.rules import INTAKE
from app.web import guard
from app.web.fate_view import handed_steps, ways_of
from app.web.navigation import programme_frame
from app.web.proposal_story import tell_own_story
from app.web.proposal_view import co_proposer_names, history_view
from app.web.resident.audience import wing
from app.web.resident.objections import asks
from app.web.resident.proposal_forms import PlainForm, WithdrawForm
from app.web.resident.visit_answer import is_to_come
from app.web.shortlist_view import objection_frame
from app.web.timeline import phase_lines

Answer = Response | str | tuple[str, int]


@wing.get("/proposals")
def proposal_list() -> str:
    at = clock.now()
    resident = guard.get_resident()
    return render_template(
        "resident/proposal_list.html",
        proposals=queries.list_own(resident),
        joined=queries.list_joined(resident),
        invitations=queries.list_invitations(resident),
        offers=fates.list_asked(resident, at),
        intakes=list_intakes(at),
        ahead=queries.list_ahead(at),
    )


@wing.get("/proposals/<int:proposal_id>")
def proposal_detail(proposal_id: int) -> str:
    at, resident = clock.now(), guard.get_resident()
    proposal = queries.get_readable(proposal_id, resident)
    is_own = proposal.resident_id == resident.id
    findings = reviews.public_findings(proposal_id)
    visit = reviews.find_visit(proposal_id)
    return render_template(
        "resident/proposal_detail.html",
        proposal=proposal,
        programme=programme_frame(proposal.round.programme),
        missing=rules.list_missing(proposal),
        is_own=is_own,
        is_taking=rules.is_taking(proposal.round, at),
        together=co_proposer_names(proposal),
        may_edit=is_own and rules.may_edit(proposal, at),
        may_ask=is_own and rules.may_join(proposal, at),
        may_leave=not is_own and rules.may_join(proposal, at),
        may_withdraw=is_own and rules.may_become(proposal.state, rules.WITHDRAWN),
        phases=phase_lines(proposal.round.phases, at),
        ways=ways_of(proposal),
        rivals=list_rivals(proposal.id),
        handed_steps=handed_steps(proposal),
        offer=fates.find_asked(proposal_id, resident, at),
        may_carry=fates.is_undecided(proposal, at),
        may_propose_again=is_own and is_lost(proposal),
        findings=findings,
        story=tell_own_story(proposal, findings, Person(resident.id)),
        **asks(proposal),
        **objection_frame(proposal),
        has_visit_to_answer=visit is not None and visit.state in (RECORDED, ANSWERED),
        has_visit_to_come=visit is not None and is_to_come(visit),
    )


@wing.get("/proposals/<int:proposal_id>/history")
def proposal_history(proposal_id: int) -> str:
    proposal = queries.get_readable(proposal_id, guard.get_resident())
    return render_template("public/proposal_history.html", **history_view(proposal, "resident.proposal_detail"))


@wing.route("/proposals/<int:proposal_id>/withdraw", methods=["GET", "POST"])
def proposal_withdraw(proposal_id: int) -> Answer:
    resident = guard.get_resident()
    proposal = queries.get_own(proposal_id, resident)
    rules.ensure_may_become(proposal.state, rules.WITHDRAWN)
    if fates.is_of_many(proposal):
        raise OthersRemain
    form = WithdrawForm()
    if form.validate_on_submit():
        withdraw_proposal(proposal, reason=form.reason.data or "", at=clock.now(), by=resident.actor)
        flash(_("제안을 철회했습니다."), "good")
        return redirect(url_for(".proposal_detail", proposal_id=proposal_id))
    page = render_template(
        "resident/proposal_withdraw.html",
        form=form,
        proposal=proposal,
        programme=programme_frame(proposal.round.programme),
    )
    return page, 422 if form.errors else 200


@wing.route("/proposals/<int:proposal_id>/discard", methods=["GET", "POST"])
def proposal_discard(proposal_id: int) -> Answer:
    resident = guard.get_resident()
    proposal = queries.get_own(proposal_id, resident)
    rules.ensure_draft(proposal.state)
    form = PlainForm()
    if form.validate_on_submit():
        services.discard_draft(proposal, at=clock.now(), by=resident.actor)
        flash(_("쓰던 제안을 지웠습니다."), "good")
        return redirect(url_for(".proposal_list"))
    frame = programme_frame(proposal.round.programme)
    return render_template("resident/proposal_discard.html", form=form, proposal=proposal, programme=frame)


def list_intakes(at: datetime) -> list[Entry]:
    """Intakes that run or are to come, the sooner one first."""
    return [entry for entry in list_calendar(queries.list_called_rounds(), at) if entry.period.kind == INTAKE]
