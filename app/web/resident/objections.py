"""What a proposer can ask for: that a member does not review the proposal, and that a decision is looked at again."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug import Response

from app import clock
from app.proposals import queries as proposals
from app.proposals.models import Proposal
from app.reviews import objection_queries, objection_services, recusal_queries, recusal_services, rules
from app.reviews import objection_rules as objections
from app.reviews import recusal_rules as recusals
from app.rounds import rules as rounds
from app.web import guard
from app.web.fields import ChoiceField, Form, Length, Required, TrimmedText, choices
from app.web.navigation import programme_frame
from app.web.refusals import shown_in
from app.web.resident.audience import wing

Answer = Response | str | tuple[str, int]


class ChallengeForm(Form):
    account = ChoiceField(_l("심사에서 빼 달라고 할 위원"), [Required(_l("위원을 골라 주세요."))])
    reason = TrimmedText(
        _l("까닭"),
        [Required(_l("까닭을 써 주세요.")), Length(most=rules.TEXT_MAX)],
        description=_l("그 위원과 표결하는 위원이 읽습니다. 내 이름이나 전화번호는 쓰지 마세요."),
    )


class ObjectionForm(Form):
    reason = TrimmedText(
        _l("이의가 있는 까닭"),
        [Required(_l("까닭을 써 주세요.")), Length(most=rules.TEXT_MAX)],
        description=_l("결정되면 결과와 함께 누구나 볼 수 있습니다. 이름이나 전화번호는 쓰지 마세요."),
    )


@wing.route("/proposals/<int:proposal_id>/challenge", methods=["GET", "POST"])
def challenge(proposal_id: int) -> Answer:
    resident = guard.get_resident()
    proposal = proposals.get_own(proposal_id, resident)
    members, until = recusal_queries.list_challengeable(proposal), recusal_queries.find_challenge_end(proposal)
    form = ChallengeForm()
    form.account.choices = choices(("", _("고르세요")), *((str(one.id), one.name) for one in members))
    if form.validate_on_submit():
        with shown_in(form, {recusals.ChallengeTooLate: None, recusals.AlreadyChallenged: form.account}):
            chosen = next(one for one in members if str(one.id) == form.account.data)
            at = clock.now()
            recusal_services.file_challenge(proposal, chosen, form.reason.data, at=at, by=resident.actor)
            flash(_("기피신청을 했습니다. 위원회가 표결하면 여기에서 결과와 까닭을 볼 수 있습니다."), "good")
            return redirect(url_for(".challenge", proposal_id=proposal_id))
    page = render_template(
        "resident/challenge.html",
        form=form,
        members=members,
        until=until,
        may_challenge=until is not None and clock.now() < until and bool(members),
        challenges=recusal_queries.list_challenges_of(proposal_id),
        **_frame(proposal),
    )
    return page, 422 if form.errors else 200


@wing.route("/proposals/<int:proposal_id>/objection", methods=["GET", "POST"])
def objection(proposal_id: int) -> Answer:
    resident = guard.get_resident()
    proposal = proposals.get_own(proposal_id, resident)
    window = objection_queries.find_window(proposal)
    made = objection_queries.list_objections_of(proposal_id)
    form = ObjectionForm()
    if form.validate_on_submit():
        refused: Any = {objections.ObjectionTooLate: None, objections.AlreadyObjected: None}
        with shown_in(form, refused | {objections.NothingToObjectTo: None, rules.AlreadyDecided: None}):
            objection_services.file_objection(proposal, form.reason.data, at=clock.now(), by=resident.actor)
            flash(_("이의신청을 했습니다. 결정되면 여기에서 결과와 까닭을 볼 수 있습니다."), "good")
            return redirect(url_for(".objection", proposal_id=proposal_id))
    page = render_template(
        "resident/objection.html",
        form=form,
        window=window,
        may_object=may_object(proposal),
        made=made,
        **_frame(proposal),
    )
    return page, 422 if form.errors else 200


def may_object(proposal: Proposal) -> bool:
    window = objection_queries.find_window(proposal)
    if window is None or window.until is None or clock.now() >= window.until or proposal.round.state in rounds.FROZEN:
        return False
    return objection_queries.find_objection(proposal.id, window.against) is None


def asks(proposal: Proposal) -> dict[str, Any]:
    """What the proposer's page offers and has to tell."""
    until = recusal_queries.find_challenge_end(proposal)
    may_challenge = until is not None and clock.now() < until and proposal.round.state not in rounds.FROZEN
    return {
        "may_object": may_object(proposal),
        "has_objected": bool(objection_queries.list_objections_of(proposal.id)),
        "may_challenge": may_challenge,
        "has_challenged": bool(recusal_queries.list_challenges_of(proposal.id)),
    }


def _frame(proposal: Proposal) -> dict[str, Any]:
    return {"proposal": proposal, "programme": programme_frame(proposal.round.programme)}
