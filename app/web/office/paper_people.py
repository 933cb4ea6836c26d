"""Who proposed on paper and has no account: what they are to be told, what of theirs waits, and putting right or
withdrawing what was entered for them."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug import Response

from app import clock
from app.fates.queries import is_of_many
from app.fates.rules import OthersRemain
from app.fates.services import withdraw_on_paper
from app.notices.letter_models import Notice
from app.people.models import STAFF_ROLE
from app.proposals import paper, queries, rules
from app.proposals.models import PaperNotice, Proposal
from app.proposals.waiting import fits
from app.reviews import paper_services
from app.reviews import rules as reviews
from app.web import guard
from app.web.fields import Form, Length, Required, TrimmedText
from app.web.letter_view import read_all
from app.web.office.audience import wing
from app.web.office.paper_proposals import PaperForm
from app.web.office.round_frame import get_round, round_frame
from app.web.proof import with_proof
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]
_WHY = (Required(_l("까닭을 써 주세요.")), Length(most=rules.REASON_MAX))


class CorrectForm(PaperForm):
    """What stands there now, to be made what the sheet says."""

    consents = client_key = None
    reason = TrimmedText(_l("고치는 까닭"), list(_WHY), description=_l("예: 사업비를 잘못 옮겨 적음"))


class WithdrawForm(Form):
    reason = TrimmedText(
        _l("철회하는 까닭"),
        list(_WHY),
        description=_l("예: 6월 3일 제안하신 분이 전화로 철회를 바란다고 하심"),
    )


@wing.get("/rounds/<int:round_id>/proposals/on-paper")
def paper_people(round_id: int) -> str:
    round_ = get_round(round_id)
    rows = queries.list_to_tell(round_id)
    return render_template(
        "office/paper_people.html",
        to_tell=list(zip(rows, read_all([_as_notice(row) for row in rows]), strict=True)),
        waiting=queries.list_carried_on_paper(round_id),
        fits=fits,
        **round_frame(round_),
    )


@wing.post("/paper-notices/<int:notice_id>/told")
def paper_told(notice_id: int) -> Response:
    row = queries.get_to_tell(notice_id)
    round_ = row.filing.proposal.round
    account = guard.ensure_role(round_.programme, STAFF_ROLE)
    paper.note_told(row, at=clock.now(), by=account.actor)
    flash(_("알리신 것을 적었습니다."), "good")
    return redirect(url_for(".paper_people", round_id=round_.id))


@wing.route("/proposals/<int:proposal_id>/correct", methods=["GET", "POST"])
def paper_correct(proposal_id: int) -> Answer:
    proposal = _get(proposal_id)
    rules.ensure_correctable(proposal, clock.now())
    form = CorrectForm(obj=proposal, **_sheet_of(proposal))
    form.offer_all(proposal.round, proposal.cost_lines)
    if not form.change_lines() and form.validate_on_submit():
        with shown_in(form, {rules.ProposalError: None, reviews.WrongState: None}):
            _correct(proposal, form)
            flash(_("저장했습니다."), "good")
            return redirect(_back(proposal))
        form.version.data = str(proposal.version)
    page = render_template(
        "office/paper_correct.html", form=form, proposal=proposal, back=_back(proposal), **round_frame(proposal.round)
    )
    return page, 422 if form.errors else 200


@wing.route("/proposals/<int:proposal_id>/withdraw", methods=["GET", "POST"])
@with_proof
def paper_withdraw(proposal_id: int) -> Answer:
    proposal = _get(proposal_id)
    rules.ensure_may_become(proposal.state, rules.WITHDRAWN)
    if is_of_many(proposal):
        raise OthersRemain
    form = WithdrawForm()
    if form.validate_on_submit():
        withdraw_on_paper(proposal, reason=form.reason.data, at=clock.now(), by=guard.get_account().actor)
        flash(_("제안을 철회했습니다."), "good")
        return redirect(_back(proposal))
    page = render_template(
        "office/paper_withdraw.html", form=form, proposal=proposal, back=_back(proposal), **round_frame(proposal.round)
    )
    return page, 422 if form.errors else 200


def _get(proposal_id: int) -> Proposal:
    proposal = queries.get_on_paper(proposal_id)
    guard.ensure_role(proposal.round.programme, STAFF_ROLE)
    return proposal


def _sheet_of(proposal: Proposal) -> dict[str, Any]:
    return {name: getattr(proposal.filing, name) for name in ("way", "received_on", "name", "phone", "consent_kept")}


def _correct(proposal: Proposal, form: CorrectForm) -> None:
    said: dict[str, Any] = {"changes": form.changes, "reason": form.reason.data, "seen": form.seen}
    act: dict[str, Any] = {"key": guard.identity_key(), "at": clock.now(), "by": guard.get_account().actor}
    paper_services.correct_paper(proposal, form.sheet, **said, **act)


def _back(proposal: Proposal) -> str:
    """What waits has no page of its own in the console."""
    if proposal.state == rules.DRAFT:
        return url_for(".paper_people", round_id=proposal.round_id)
    return url_for(".proposal_detail", proposal_id=proposal.id)


def _as_notice(row: PaperNotice) -> Notice:
    """To be read as one; it is kept nowhere."""
    about = {"round_id": row.round_id, "proposal_id": row.proposal_id}
    return Notice(kind=row.kind, facts=row.facts, made_at=row.made_at, **about)
