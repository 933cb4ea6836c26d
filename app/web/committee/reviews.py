"""The written review of one member: declaration, scoring sheet, submission, stepping back.

The proposer's name and phone number are never handed to these pages, and hidden in what they show (`blinded`), unless
the round says otherwise. Whoever is barred from a proposal finds nothing of it here.
"""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.clock import seoul_day
from app.committee import queries as committee
from app.errors import NotFound
from app.people.models import COMMITTEE_ROLE, Account
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.reviews import (
    queries,
    recusal_queries,
    recusal_rules,
    rules,
    services,
    sheet_queries,
    sheet_rules,
    sheet_services,
)
from app.reviews.models import WrittenReview
from app.rounds import queries as round_queries
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.web import guard
from app.web.committee.audience import wing
from app.web.committee.blinded import Blinds
from app.web.committee.review_forms import DeclareForm, SheetForm, StepBackForm, SubmitForm, sheet_form
from app.web.errors import sentence
from app.web.navigation import programme_frame
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]
TOO_LATE = (rules.RecusalTooLate, rounds.WrongState, proposals.WrongState)  # to step back
CHAIRS = ("chair", "vice_chair")  # who see how far the others are


@wing.get("/rounds/<int:round_id>/reviews")
def review_list(round_id: int) -> str:
    round_ = round_queries.get_public_round(round_id)
    account = guard.ensure_role(round_.programme, COMMITTEE_ROLE)
    challenges = recusal_queries.list_challenges(round_id)
    progress = sheet_queries.progress(round_)
    barred = {proposal_id for proposal_id, account_id in progress.recused if account_id == account.id}
    voted = recusal_queries.list_voted(round_id, account.id)
    return render_template(
        "committee/review_list.html",
        progress=progress,
        account_row=account,
        interest=recusal_queries.find_interest(round_id, account.id),
        challenges=[one for one in challenges if one.proposal_id not in barred or one.account_id == account.id],
        has_voted={one.id: one.id in voted for one in challenges},
        overseen=[one for one in progress.proposals if one.id not in barred] if _is_chair(round_, account) else [],
        blind=Blinds(round_),
        reasons=recusal_queries.map_reasons(round_id, account.id),
        **_phase(round_),
    )


@wing.route("/reviews/<int:proposal_id>", methods=["GET", "POST"])
def review_sheet(proposal_id: int) -> Answer:
    proposal, account = _get(proposal_id)
    sheet = sheet_queries.find_sheet(proposal_id, account.id)
    if sheet is None:
        return redirect(url_for(".review_declare", proposal_id=proposal_id))
    if sheet.state == rules.SUBMITTED or proposal.state != proposals.VISITED:
        if request.method == "POST":
            raise rules.WrongState(sheet.state, rules.BEGUN)
        return _show("committee/review_submitted.html", proposal, sheet=sheet)
    form = sheet_form(sheet_queries.list_criteria(proposal.round_id), sheet)
    if form.validate_on_submit() and _keep(form, sheet, account):
        page = ".review_submit" if _wants_to_submit() else ".review_sheet"
        return redirect(url_for(page, proposal_id=proposal_id))
    return _show("committee/review_sheet.html", proposal, sheet=sheet, form=form), 422 if form.errors else 200


@wing.post("/reviews/<int:proposal_id>/part")
def review_part(proposal_id: int) -> Answer:
    """One field as it is chosen, for the page that saves as one goes; the answer is what it now says."""
    proposal, account = _get(proposal_id)
    sheet = sheet_queries.get_sheet(proposal_id, account.id)
    form = sheet_form(sheet_queries.list_criteria(proposal.round_id), sheet)
    name, seen = request.form.get("name", ""), request.form.get("version", "")
    if name not in form.parts or not seen.isdecimal() or len(seen) > 9:
        raise NotFound
    try:
        _save_part(form, name, sheet, account, int(seen))
    except (rules.ReviewError, rounds.RoundError, proposals.ProposalError) as error:
        return jsonify(words=str(sentence(error))), 409
    except ValueError as error:
        return jsonify(words=str(error)), 422
    return jsonify(version=sheet.version, total=_total_words(sheet))


def _save_part(form: SheetForm, name: str, sheet: WrittenReview, account: Account, seen: int) -> None:
    """Raises ValueError with the words of what is wrong with the field."""
    field = form[name]
    if not field.validate(form):
        raise ValueError(" ".join(map(str, field.errors)))
    kept: Any = {"seen": seen, "page": form.mark(), "at": clock.now(), "by": account.actor}
    if field is form.comment:
        sheet_services.save_comment(sheet, field.data, **kept)
        return
    criterion = next(one for one in form.criteria if form.points_field(one) is field)
    points = form.points().get(criterion.id)
    sheet_services.save_points(sheet, criterion.id, points, **kept)


def _total_words(sheet: WrittenReview) -> str:
    most = sum(one.total_max for one in sheet_queries.list_criteria(sheet.visit.proposal.round_id))
    return _("저장한 합계: %(total)s점 / %(most)s점", total=sheet.total, most=most)


@wing.route("/reviews/<int:proposal_id>/declare", methods=["GET", "POST"])
def review_declare(proposal_id: int) -> Answer:
    proposal, account = _get(proposal_id)
    if sheet_queries.find_sheet(proposal_id, account.id):
        return redirect(url_for(".review_sheet", proposal_id=proposal_id))
    form = DeclareForm()
    if form.validate_on_submit():
        refused: Any = {rounds.OutsidePhase: None, rules.NoCriteria: None, recusal_rules.InterestMissing: None}
        with shown_in(form, refused | {proposals.WrongState: None}):
            sheet_services.begin_sheet(proposal, account, at=clock.now(), by=account.actor)
            return redirect(url_for(".review_sheet", proposal_id=proposal_id))
    has_declared = recusal_queries.find_interest(proposal.round_id, account.id) is not None
    page = _show("committee/review_declare.html", proposal, form=form, has_declared=has_declared)
    return page, 422 if form.errors else 200


@wing.route("/reviews/<int:proposal_id>/submit", methods=["GET", "POST"])
def review_submit(proposal_id: int) -> Answer:
    proposal, account = _get(proposal_id)
    sheet = sheet_queries.get_sheet(proposal_id, account.id)
    rules.ensure_may_become(rules.SHEET_TRANSITIONS, sheet.state, rules.SUBMITTED)
    form = SubmitForm(seen=str(sheet.version))
    if form.validate_on_submit():
        with shown_in(form, {rules.ScoresMissing: None, rounds.OutsidePhase: None, sheet_rules.SheetMoved: None}):
            sheet_services.submit_sheet(sheet, seen=form.version(), at=clock.now(), by=account.actor)
            flash(_("심사표를 제출했습니다."), "good")
            return redirect(url_for(".review_list", round_id=proposal.round_id))
        form.seen.data = str(sheet.version)  # the points that are shown now
    return _show("committee/review_submit.html", proposal, form=form, sheet=sheet), 422 if form.errors else 200


@wing.route("/reviews/<int:proposal_id>/step-back", methods=["GET", "POST"])
def review_step_back(proposal_id: int) -> Answer:
    """Before the proposal is visited, too: whoever has an interest in it does not go."""
    proposal, account = _get(proposal_id, (proposals.ELIGIBLE, *sheet_queries.TO_SCORE))
    form = StepBackForm()
    if form.validate_on_submit():
        with shown_in(form, dict.fromkeys(TOO_LATE)):
            services.recuse(proposal, account, rules.STEPPED_BACK, form.reason.data, at=clock.now(), by=account.actor)
            flash(_("이 제안의 심사를 회피했습니다."), "good")
            return redirect(url_for(".review_list", round_id=proposal.round_id))
    return _show("committee/review_step_back.html", proposal, form=form), 422 if form.errors else 200


def _get(proposal_id: int, states: tuple[str, ...] = sheet_queries.TO_SCORE) -> tuple[Proposal, Account]:
    """A visited proposal (or one in `states`) of a programme in whose committee the account is, unless recused."""
    proposal = queries.get_proposal(proposal_id)
    account = guard.ensure_role(proposal.round.programme, COMMITTEE_ROLE)
    if recusal_queries.is_barred(proposal, account.id):
        raise NotFound(f"proposal {proposal_id}")
    if proposal.state not in states:
        raise rules.NotVisitedYet
    return proposal, account


def _wants_to_submit() -> bool:
    return request.form.get("act") == "submit"


def _keep(form: SheetForm, sheet: WrittenReview, account: Account) -> bool:
    """Saves the draft; whether the page asked for can follow (to submit, every criterion needs its points)."""
    points = form.points()
    with shown_in(form, {rounds.OutsidePhase: None}):
        kept: Any = {"seen": form.version(), "page": form.mark(), "at": clock.now(), "by": account.actor}
        try:
            sheet_services.save_sheet(sheet, points, form.comment.data, **kept)
        except sheet_rules.SheetMoved:
            _show_stored(form, sheet)
            return False
        form.seen.data = str(sheet.version)  # it is saved, also where the page is shown again for what is missing
        if not _wants_to_submit():
            flash(_("쓰신 데까지 저장했습니다. 아직 제출하지 않았습니다."), "good")
        else:
            form.refuse_missing(tuple(one.id for one in form.criteria if one.id not in points))
    return not form.errors


def _show_stored(form: SheetForm, sheet: WrittenReview) -> None:
    """Nothing is overwritten unseen: what is stored now is shown, and saving again replaces it knowingly."""
    form.has_moved, form.seen.data = True, str(sheet.version)
    form.refuse(
        _(
            "이 심사표를 다른 창이나 기기에서 고쳤습니다. 쓰던 것은 아직 저장하지 않았고, 아래에 그대로 있습니다. "
            "지금 저장된 것을 확인하고 다시 저장하면 쓰던 것으로 바뀝니다."
        )
    )


def _is_chair(round_: Round, account: Account) -> bool:
    member = committee.find_member(round_.programme_id, account.id, seoul_day(clock.now()))
    return member is not None and member.office in CHAIRS


def _show(template: str, proposal: Proposal, **facts: Any) -> str:
    blind, check, visit = Blinds(proposal.round), queries.find_check(proposal.id), queries.find_visit(proposal.id)
    return render_template(
        template,
        proposal=blind(proposal),
        check=blind(proposal, check) if check else None,
        visit=blind(proposal, visit) if visit else None,
        proposers=[] if proposal.round.hides_proposer else recusal_queries.list_proposers_of(proposal),
        criteria=sheet_queries.list_criteria(proposal.round_id),
        too_late=_why_too_late(proposal),
        **facts,
        **_phase(proposal.round),
    )


def _why_too_late(proposal: Proposal) -> str:
    """What keeps everybody from stepping back by now, in words; "" while it can be done."""
    try:
        services.ensure_before_the_vote(proposal.round)
    except TOO_LATE as error:
        return sentence(error)
    return ""


def _phase(round_: Round) -> dict[str, Any]:
    period = rounds.find_period(round_.phases, rounds.WRITTEN_REVIEW)
    return {
        "round": round_,
        "programme": programme_frame(round_.programme),
        "period": period,
        "is_running": period is not None and rounds.is_running(period, clock.now()),
    }
