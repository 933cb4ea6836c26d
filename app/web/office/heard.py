"""What somebody who proposed on paper says to a review, as staff write it down: an answer to a visit, an objection."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug import Response

from app import clock
from app.people.models import STAFF_ROLE
from app.proposals import queries as proposals
from app.proposals import rules as proposal_rules
from app.proposals.models import Proposal
from app.reviews import heard_rules, objection_queries, objection_services, queries, rules, visit_rules, visit_services
from app.reviews import objection_rules as objections
from app.reviews.heard_rules import Heard
from app.rounds.rules import FROZEN
from app.web import guard
from app.web.fields import DayField, Form, Length, RadioChoiceField, Required, TrimmedText, choices
from app.web.office.audience import wing
from app.web.office.round_frame import round_frame
from app.web.office.visit_frame import get_proposal, visit_frame
from app.web.refusals import shown_in
from app.web.words import choices as word_choices

Answer = Response | str | tuple[str, int]


class HeardForm(Form):
    way = RadioChoiceField(
        _l("어떻게 들으셨나요?"),
        [Required(_l("어떻게 들으셨는지 골라 주세요."))],
        choices=choices(*word_choices("heard_way", heard_rules.WAYS)),
    )
    heard_on = DayField(_l("들으신 날"), [Required(_l("들으신 날을 입력해 주세요."))])
    words = TrimmedText(
        _l("하신 말씀"),
        [Required(_l("하신 말씀을 써 주세요.")), Length(most=rules.TEXT_MAX)],
        description=_l("하신 말씀을 그대로 옮겨 주세요. 나중에 누구나 볼 수 있으니 이름이나 전화번호는 빼 주세요."),
    )

    @property
    def heard(self) -> Heard:
        return Heard(str(self.way.data), self.heard_on.data)


@wing.route("/visits/<int:proposal_id>/answer", methods=["GET", "POST"])
def heard_answer(proposal_id: int) -> Answer:
    proposal, visit = get_proposal(proposal_id), queries.get_visit(proposal_id)
    if proposal.filing is None:
        raise proposal_rules.NotOnPaper
    rules.ensure_may_become(rules.VISIT_TRANSITIONS, visit.state, rules.ANSWERED)
    form, back = HeardForm(words=visit.proposer_answer), url_for(".visit_detail", proposal_id=proposal_id)
    if form.validate_on_submit():
        with shown_in(form, {visit_rules.AnswerTooLate: form.heard_on, heard_rules.HeardOutside: form.heard_on}):
            by = guard.get_account().actor
            visit_services.answer_visit(visit, form.words.data, heard=form.heard, at=clock.now(), by=by)
            flash(_("하신 말씀을 적었습니다."), "good")
            return redirect(back)
    page = render_template("office/heard_answer.html", form=form, visit=visit, back=back, **visit_frame(proposal))
    return page, 422 if form.errors else 200


@wing.route("/proposals/<int:proposal_id>/objection", methods=["GET", "POST"])
def heard_objection(proposal_id: int) -> Answer:
    proposal = proposals.get_submitted(proposal_id)
    staff = guard.ensure_role(proposal.round.programme, STAFF_ROLE)
    if proposal.filing is None:
        raise proposal_rules.NotOnPaper
    window = objection_queries.find_window(proposal)
    if window is None:
        raise objections.NothingToObjectTo
    form, back = HeardForm(), url_for(".proposal_detail", proposal_id=proposal_id)
    if form.validate_on_submit():
        refused: Any = {objections.ObjectionTooLate: form.heard_on, heard_rules.HeardOutside: form.heard_on}
        with shown_in(form, refused | {objections.AlreadyObjected: None, rules.AlreadyDecided: None}):
            at, reason = clock.now(), form.words.data
            objection_services.file_objection(proposal, reason, heard=form.heard, at=at, by=staff.actor)
            flash(_("이의신청을 적었습니다. 다른 사람이 결정합니다."), "good")
            return redirect(back)
    page = render_template(
        "office/heard_objection.html",
        form=form,
        proposal=proposal,
        window=window,
        back=back,
        **round_frame(proposal.round),
    )
    return page, 422 if form.errors else 200


def may_write_objection(proposal: Proposal) -> bool:
    """Of what came on paper. What was heard in time can be written down afterwards, so its days are not asked."""
    window = objection_queries.find_window(proposal) if proposal.filing is not None else None
    if window is None or window.until is None or proposal.round.state in FROZEN:
        return False
    return objection_queries.find_objection(proposal.id, window.against) is None
