"""합치기·나누기·넘기기: staff offer it, see who has agreed, write down what was said on paper, and withdraw."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.fates import queries, rules, services
from app.fates.models import Offer
from app.people.models import APPROVER_ROLE, STAFF_ROLE
from app.proposals import queries as proposal_queries
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.rounds.models import Round
from app.rounds.rules import Frozen
from app.web import guard
from app.web.errors import sentence
from app.web.fate_view import ledger_rows, offer_frame
from app.web.office.audience import wing
from app.web.office.fate_forms import MergeForm, NumbersForm, ReasonForm, RecordForm, SplitForm
from app.web.office.round_frame import get_round, round_frame
from app.web.refusals import shown_in
from app.web.words import word

Answer = Response | str | tuple[str, int]
TEXT = (*proposals.LETTERS_MAX, "section_id", "area_id", "latitude", "longitude", "cost_won")


@wing.get("/rounds/<int:round_id>/fates")
def fate_list(round_id: int) -> str:
    round_ = get_round(round_id, STAFF_ROLE, APPROVER_ROLE)
    at = clock.now()
    offers = queries.list_offers(round_id)
    return render_template(
        "office/fate_list.html",
        offers=offers,
        stale=queries.list_stale(offers, at),
        hindrance=_say_hindrance(round_, at),
        undecided=queries.list_undecided(round_, at),
        ledger=ledger_rows(queries.keep_ledger(round_id)),
        numbers=NumbersForm(),
        **round_frame(round_),
    )


@wing.route("/rounds/<int:round_id>/merges/new", methods=["GET", "POST"])
def merge_create(round_id: int) -> Answer:
    """Which ones is in the address (`?numbers=3,7`), so that a fault leaves everything as it was typed."""
    round_ = get_round(round_id)
    numbers = NumbersForm(request.args)
    if request.method == "GET":
        _ensure_now(round_)
    merged = proposal_queries.list_by_numbers(round_id, numbers.wanted)
    form = MergeForm(data=_text_of(merged[0]) if merged else None)
    form.offer_all(round_, merged)
    if len(merged) > 1 and not form.change_lines() and form.validate_on_submit():
        offer = _merge(round_, merged, form)
        if offer is not None:
            return _after(offer)
    page = render_template(
        "office/merge_create.html", form=form, numbers=numbers, merged=merged, most=rules.MOST, **round_frame(round_)
    )
    return page, 422 if form.errors else 200


@wing.route("/proposals/<int:proposal_id>/split", methods=["GET", "POST"])
def split_create(proposal_id: int) -> Answer:
    proposal = _get(proposal_id)
    if request.method == "GET":  # what was typed stays on its page, and the service refuses it there
        _ensure_on_its_way(proposal)
        _ensure_now(proposal.round)
    form = SplitForm()
    changes_parts = form.change_parts(proposal)
    form.offer_all(proposal)
    if not changes_parts and form.validate_on_submit():
        with shown_in(form, {rules.SumDiffers: form.cost_reason, proposals.ProposalError: None, Frozen: None}):
            said = {"reason": form.reason.data, "cost_reason": form.cost_reason.data or ""}
            by = guard.get_account()
            return _after(services.offer_split(proposal, form.texts(proposal), **said, at=clock.now(), by=by))
    page = render_template(
        "office/split_create.html", form=form, proposal=proposal, most=rules.MOST, **round_frame(proposal.round)
    )
    return page, 422 if form.errors else 200


@wing.route("/proposals/<int:proposal_id>/carry-over", methods=["GET", "POST"])
def carry_create(proposal_id: int) -> Answer:
    proposal = _get(proposal_id)
    if not queries.is_undecided(proposal, clock.now()):
        raise rules.NotUndecided
    form = ReasonForm()
    if form.validate_on_submit():
        by = guard.get_account()
        return _after(services.offer_carry(proposal, reason=form.reason.data, at=clock.now(), by=by))
    page = render_template("office/carry_create.html", form=form, proposal=proposal, **round_frame(proposal.round))
    return page, 422 if form.errors else 200


@wing.get("/offers/<int:offer_id>")
def offer_detail(offer_id: int) -> str:
    offer = _get_offer(offer_id, APPROVER_ROLE)
    return render_template(
        "office/offer_detail.html",
        is_on_paper=services.is_on_paper,
        **offer_frame(offer, clock.now()),
        **round_frame(offer.round),
    )


@wing.route("/offers/<int:offer_id>/withdraw", methods=["GET", "POST"])
def offer_withdraw(offer_id: int) -> Answer:
    offer = _get_offer(offer_id)
    rules.ensure_open(offer.state)
    form = ReasonForm()
    if form.validate_on_submit():
        services.withdraw_offer(offer, form.reason.data, at=clock.now(), by=guard.get_account())
        flash(_("거두었습니다. 제안은 처음 그대로입니다."), "good")
        return redirect(url_for(".offer_detail", offer_id=offer_id))
    page = render_template("office/offer_withdraw.html", form=form, offer=offer, **round_frame(offer.round))
    return page, 422 if form.errors else 200


@wing.route("/offers/<int:offer_id>/consents/<int:consent_id>", methods=["GET", "POST"])
def consent_record(offer_id: int, consent_id: int) -> Answer:
    offer = _get_offer(offer_id)
    consent = queries.get_consent(offer, consent_id)
    rules.ensure_open(offer.state)
    if not services.is_on_paper(consent):
        raise rules.NotOnPaper
    form = RecordForm()
    if form.validate_on_submit():
        agrees, by = form.agrees.data == "yes", guard.get_account()
        services.record_answer(consent, agrees, form.note.data, at=clock.now(), by=by)
        flash(_("답을 적었습니다."), "good")
        return redirect(url_for(".offer_detail", offer_id=offer_id))
    page = render_template(
        "office/consent_record.html", form=form, offer=offer, consent=consent, **round_frame(offer.round)
    )
    return page, 422 if form.errors else 200


def _say_hindrance(round_: Round, at: datetime) -> str:
    """Why nothing can be merged or split now; empty where it can."""
    why = queries.find_hindrance(round_, at)
    return word("staleness", why) if why else ""


def _get(proposal_id: int) -> Proposal:
    proposal = proposal_queries.get_submitted(proposal_id)
    guard.ensure_role(proposal.round.programme, STAFF_ROLE)
    return proposal


def _get_offer(offer_id: int, *others: str) -> Offer:
    offer = queries.get_offer(offer_id)
    guard.ensure_role(offer.round.programme, STAFF_ROLE, *others)
    return offer


def _ensure_on_its_way(proposal: Proposal) -> None:
    if proposal.state not in rules.STAGES:
        raise rules.NotOnItsWay(proposal.number)


def _ensure_now(round_: Round) -> None:
    why = queries.find_hindrance(round_, clock.now())
    if why is not None:
        raise rules.NotNow(why)


def _text_of(proposal: Proposal) -> dict[str, Any]:
    return {name: getattr(proposal, name) for name in TEXT}


def _merge(round_: Round, merged: list[Proposal], form: MergeForm) -> Offer | None:
    """None where a rule was not kept: the form says which."""
    lead = next((one for one in merged if one.id == form.lead_id), None)
    text = form.changes if lead is None else None
    said: dict[str, Any] = {"lead": lead, "text": text, "reason": form.reason.data}
    try:
        return services.offer_merge(round_, merged, **said, at=clock.now(), by=guard.get_account())
    except rules.NotTheLeast as error:
        form.refuse(sentence(error), form.lead)
    except (proposals.ProposalError, Frozen) as error:
        form.refuse(sentence(error))
    return None


def _after(offer: Offer) -> Response:
    words = _("제안하신 분들께 물었습니다. 모두 동의하시면 이루어집니다.")
    flash(words if offer.state == rules.OPEN else _("이루어졌습니다."), "good")
    return redirect(url_for(".offer_detail", offer_id=offer.id))
