"""What a resident is asked about their proposals: to merge, split or carry them over; and carrying one over oneself."""

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug import Response

from app import clock
from app.fates import queries, rules, services
from app.proposals import queries as proposals
from app.proposals.rules import DRAFT
from app.results.again import propose_again
from app.web import guard
from app.web.fate_view import offer_frame
from app.web.fields import Form, Length, RadioChoiceField, Required, TrimmedText, choices
from app.web.navigation import programme_frame
from app.web.resident.audience import wing

Answer = Response | str | tuple[str, int]


class AnswerForm(Form):
    agrees = RadioChoiceField(
        _l("동의하십니까?"),
        [Required(_l("동의하시는지 골라 주세요."))],
        choices=choices(("yes", _l("동의합니다")), ("no", _l("동의하지 않습니다"))),
    )


class CarryForm(Form):
    reason = TrimmedText(
        _l("다시 올리는 까닭"),
        [Required(_l("까닭을 써 주세요.")), Length(most=rules.REASON_MAX)],
        description=_l("누구나 볼 수 있습니다. 예: 지난 공모에서 현장심사까지 마치지 못했습니다."),
    )


class StopForm(Form):
    reason = TrimmedText(
        _l("그만두는 까닭"),
        [Required(_l("까닭을 써 주세요.")), Length(most=rules.REASON_MAX)],
        description=_l("함께 제안하는 분들과 담당자가 읽습니다."),
    )


@wing.route("/offers/<int:offer_id>", methods=["GET", "POST"])
def offer(offer_id: int) -> Answer:
    resident, at = guard.get_resident(), clock.now()
    asked = queries.get_asked(offer_id, resident)
    form = AnswerForm()
    if form.validate_on_submit():
        services.answer_offer(asked, resident, form.agrees.data == "yes", at=at)
        flash(_say_done(asked.state, form.agrees.data == "yes"), "good")
        return redirect(url_for(".offer", offer_id=offer_id))
    own = [one for one in asked.consents if one.resident_id == resident.id]
    page = render_template(
        "resident/offer.html",
        form=form,
        own=own,
        may_withdraw=asked.state == rules.OPEN and queries.has_begun(asked, resident),
        has_answered=all(one.answered_at is not None for one in own),
        programme=programme_frame(asked.round.programme),
        **offer_frame(asked, at),
    )
    return page, 422 if form.errors else 200


@wing.route("/offers/<int:offer_id>/withdraw", methods=["GET", "POST"])
def offer_withdraw(offer_id: int) -> Answer:
    """For whoever has begun to carry over their own proposal."""
    resident = guard.get_resident()
    offer = queries.get_asked(offer_id, resident)
    if not queries.has_begun(offer, resident):
        abort(404)
    rules.ensure_open(offer.state)
    form = StopForm()
    if form.validate_on_submit():
        services.withdraw_own(offer, resident, form.reason.data, at=clock.now())
        flash(_("그만두었습니다. 제안은 처음 그대로입니다."), "good")
        return redirect(url_for(".offer", offer_id=offer_id))
    frame = programme_frame(offer.round.programme)
    page = render_template("resident/offer_withdraw.html", form=form, offer=offer, programme=frame)
    return page, 422 if form.errors else 200


@wing.route("/proposals/<int:proposal_id>/carry-over", methods=["GET", "POST"])
def carry_over(proposal_id: int) -> Answer:
    resident, at = guard.get_resident(), clock.now()
    proposal = proposals.get_readable(proposal_id, resident)
    if not queries.is_undecided(proposal, at):
        raise rules.NotUndecided
    form = CarryForm()
    if form.validate_on_submit():
        made = services.carry_over(proposal, resident, reason=form.reason.data, at=at)
        flash(_("다음 공모로 넘겼습니다.") if made.state == rules.DONE else _say_done(made.state, True), "good")
        return redirect(url_for(".proposal_list"))
    frame = programme_frame(proposal.round.programme)
    page = render_template("resident/carry_over.html", form=form, proposal=proposal, programme=frame)
    return page, 422 if form.errors else 200


@wing.post("/proposals/<int:proposal_id>/again")
def proposal_again(proposal_id: int) -> Answer:
    """What was not chosen is written anew, from what it said."""
    resident = guard.get_resident()
    draft = propose_again(proposals.get_own(proposal_id, resident), resident, at=clock.now())
    if draft.state == DRAFT:
        flash(_("지난 제안의 글과 사진을 옮겨 새 제안을 시작했습니다. 고쳐서 접수해 주세요."), "good")
    return redirect(url_for(".proposal_detail", proposal_id=draft.id))


def _say_done(state: str, agrees: bool) -> str:
    if not agrees:
        return _("동의하지 않으셨습니다. 제안은 처음 그대로입니다.")
    if state == rules.DONE:
        return _("모두 동의하여 이루어졌습니다.")
    return _("동의하셨습니다. 다른 분들이 모두 동의하시면 이루어집니다.")
