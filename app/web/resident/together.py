"""Proposing together: whom the proposer asks, what they answer, and leaving again."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from app import clock
from app.notices import proposal_kinds
from app.people.rules import NotAMobileNumber
from app.proposals import queries, rules, together
from app.proposals.models import CoProposer
from app.proposals.rules import ProposalError
from app.rounds.rules import OutsidePhase
from app.web import guard
from app.web.errors import sentence
from app.web.fields import Form, Length, Required, TrimmedString
from app.web.filters import language
from app.web.navigation import programme_frame
from app.web.outgoing import may_text
from app.web.proposal_view import proposer_name
from app.web.resident.audience import wing
from app.web.resident.proposal_forms import PlainForm
from app.web.resident.proposals import Answer


class InviteForm(Form):
    phone = TrimmedString(
        _l("함께 제안할 분의 휴대전화 번호"),
        [Required(_l("휴대전화 번호를 입력해 주세요."))],
        description=_l("번호는 알아볼 수 없는 값으로 바꾸어 보관하고, 끝 네 자리만 보여 드립니다. 예: 010-1234-5678"),
    )


class AcceptForm(Form):
    name = TrimmedString(
        _l("이름"),
        [Required(_l("이름을 입력해 주세요.")), Length(most=rules.NAME_MAX)],
        description=_l("다른 사람에게는 ‘홍○동’처럼 가려서 보여 드립니다."),
    )
    consents = BooleanField(
        _l("위 안내를 읽었고, 이름을 모으고 쓰는 데 동의합니다"),
        [Required(_l("동의하셔야 함께 제안할 수 있습니다. 안내를 읽고 표시해 주세요."))],
    )


@wing.route("/proposals/<int:proposal_id>/together", methods=["GET", "POST"])
def proposal_together(proposal_id: int) -> Answer:
    resident = guard.get_resident()
    proposal = queries.get_own(proposal_id, resident)
    rules.ensure_editable(proposal.state)
    form = InviteForm()
    if form.validate_on_submit():
        act = {"at": clock.now(), "by": resident.actor}
        try:
            together.invite(proposal, form.phone.data or "", key=guard.identity_key(), sms=_sms(), **act)
            flash(
                _(
                    "그분이 이 번호로 로그인하시면 ‘내 제안’에서 부탁을 보고 답하실 수 있습니다."
                    " 문자가 늦거나 가지 않을 수 있으니 직접 알려 주세요."
                ),
                "good",
            )
            return redirect(url_for(".proposal_together", proposal_id=proposal_id))
        except (ProposalError, NotAMobileNumber, OutsidePhase) as error:
            form.refuse(sentence(error), form.phone)
    page = render_template(
        "resident/proposal_together.html",
        form=form,
        proposal=proposal,
        programme=programme_frame(proposal.round.programme),
        seats=rules.SEATS,
        free=rules.SEATS - sum(one.seat is not None for one in proposal.co_proposers),
    )
    return page, 422 if form.errors else 200


@wing.post("/proposals/<int:proposal_id>/together/<int:invitation_id>/take-back")
def invitation_take_back(proposal_id: int, invitation_id: int) -> Answer:
    resident = guard.get_resident()
    proposal = queries.get_own(proposal_id, resident)
    together.take_back(proposal, invitation_id, key=guard.identity_key(), at=clock.now(), by=resident.actor)
    flash(_("부탁을 거두었습니다."), "good")
    return redirect(url_for(".proposal_together", proposal_id=proposal_id))


@wing.route("/invitations/<int:invitation_id>", methods=["GET", "POST"])
def invitation(invitation_id: int) -> Answer:
    resident = guard.get_resident()
    asked = queries.get_invitation(invitation_id, resident)
    form = AcceptForm(name=resident.name)
    if "decline" in request.form and PlainForm().validate_on_submit():
        together.decline(asked, at=clock.now(), by=resident.actor)
        flash(_("함께 제안하지 않기로 하셨습니다."), "good")
        return redirect(url_for(".proposal_list"))
    if form.validate_on_submit():
        together.accept(asked, resident, name=form.name.data or "", at=clock.now(), by=resident.actor)
        flash(_("함께 제안하기로 하셨습니다."), "good")
        return redirect(url_for(".proposal_detail", proposal_id=asked.proposal_id))
    page = render_template(
        "resident/invitation.html",
        form=form,
        proposal=asked.proposal,
        proposer=proposer_name(asked.proposal),
        programme=programme_frame(asked.proposal.round.programme),
    )
    return page, 422 if form.errors else 200


@wing.route("/proposals/<int:proposal_id>/leave", methods=["GET", "POST"])
def proposal_leave(proposal_id: int) -> Answer:
    resident = guard.get_resident()
    proposal = queries.get_readable(proposal_id, resident)
    seat = next((one for one in proposal.co_proposers if _is_of(one, resident.id)), None)
    if seat is None:
        return redirect(url_for(".proposal_detail", proposal_id=proposal_id))
    form = PlainForm()
    if form.validate_on_submit():
        together.leave(seat, at=clock.now(), by=resident.actor)
        flash(_("함께 제안하기를 그만두셨습니다."), "good")
        return redirect(url_for(".proposal_list"))
    frame = programme_frame(proposal.round.programme)
    return render_template("resident/proposal_leave.html", form=form, proposal=proposal, programme=frame)


def _sms() -> str:
    """In the language of who asks: of who is asked nobody knows another. None once a day's messages are used up."""
    if not may_text(clock.now()):
        return ""
    return proposal_kinds.ASKED_SMS_EN if language() == "en" else proposal_kinds.ASKED_SMS_KO


def _is_of(one: CoProposer, resident_id: int) -> bool:
    return one.state == rules.ACCEPTED and one.resident_id == resident_id
