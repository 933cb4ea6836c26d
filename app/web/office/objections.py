"""Challenges of members and objections of proposers, as the office decides them."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug import Response

from app import clock
from app.people.models import APPROVER_ROLE, STAFF_ROLE
from app.reviews import objection_queries, objection_services, queries, recusal_queries, recusal_services, rules
from app.reviews import objection_rules as objections
from app.reviews import recusal_rules as recusals
from app.reviews.heard_queries import find_heard_objection
from app.reviews.objection_models import Objection
from app.web import guard
from app.web.fields import Form, Length, RadioChoiceField, Required, TrimmedText, choices
from app.web.office.audience import wing
from app.web.office.round_frame import get_round, round_frame
from app.web.refusals import shown_in
from app.web.shortlist_view import objection_frame
from app.web.words import choices as word_choices

Answer = Response | str | tuple[str, int]


class CloseForm(Form):
    answer = TrimmedText(_l("정한 까닭"), [Required(_l("까닭을 써 주세요.")), Length(most=rules.TEXT_MAX)])


class ObjectionForm(Form):
    outcome = RadioChoiceField(
        _l("이의신청을 받아들이나요?"),
        [Required(_l("받아들일지 골라 주세요."))],
        choices=choices(*word_choices("objection", (objections.UPHELD, objections.REJECTED))),
    )
    answer = TrimmedText(_l("정한 까닭"), [Required(_l("까닭을 써 주세요.")), Length(most=rules.TEXT_MAX)])


@wing.route("/challenges/<int:challenge_id>/close", methods=["GET", "POST"])
def challenge_close(challenge_id: int) -> Answer:
    row = recusal_queries.get_challenge(challenge_id)
    round_ = row.proposal.round
    staff = guard.ensure_role(round_.programme, STAFF_ROLE)
    recusal_services.ensure_may_close(row, staff.actor)
    rules.ensure_may_become(recusals.CHALLENGE_TRANSITIONS, row.state, recusals.ACCEPTED)
    form = CloseForm()
    if form.validate_on_submit():
        with shown_in(form, {recusals.TooFewVotes: None}):
            recusal_services.close_challenge(row, form.answer.data, at=clock.now(), by=staff.actor)
            flash(_("기피신청을 정했습니다. 제안자와 위원이 결과와 까닭을 볼 수 있습니다."), "good")
            return redirect(url_for(".review_progress", round_id=round_.id))
    page = render_template(
        "office/challenge_close.html",
        form=form,
        challenge=row,
        entitled=recusal_queries.count_entitled(row),
        is_barred=recusal_queries.is_barred(row.proposal, row.account_id),
        **round_frame(round_),
    )
    return page, 422 if form.errors else 200


@wing.get("/rounds/<int:round_id>/objections")
def objection_list(round_id: int) -> str:
    round_ = get_round(round_id, STAFF_ROLE, APPROVER_ROLE)
    account = guard.get_account()
    rows = objection_queries.list_objections(round_id)
    return render_template(
        "office/objection_list.html",
        objections=rows,
        may_decide={
            one.id: objection_queries.is_impartial(one, account) for one in rows if one.state == objections.OPEN
        },
        waiting=objection_queries.find_waiting(round_, clock.now()),
        **round_frame(round_),
    )


@wing.route("/objections/<int:objection_id>/decide", methods=["GET", "POST"])
def objection_decide(objection_id: int) -> Answer:
    row = objection_queries.get_objection(objection_id)
    round_ = row.proposal.round
    if not any(guard.has_role(role, round_.programme) for role in (STAFF_ROLE, APPROVER_ROLE)):
        abort(404)
    account = guard.get_account()
    rules.ensure_may_become(objections.OBJECTION_TRANSITIONS, row.state, objections.UPHELD)
    if not objection_queries.is_impartial(row, account):
        raise objections.NotImpartial
    form = ObjectionForm()
    if form.validate_on_submit():
        _decide(row, form)
        return redirect(url_for(".objection_list", round_id=round_.id))
    page = render_template(
        "office/objection_decide.html", form=form, objection=row, **_papers(row), **round_frame(round_)
    )
    return page, 422 if form.errors else 200


def _decide(row: Objection, form: ObjectionForm) -> None:
    account = guard.get_account()
    objection_services.decide_objection(row, form.outcome.data, form.answer.data, account, at=clock.now())
    flash(_("이의신청을 결정했습니다. 결과와 까닭을 누구나 볼 수 있습니다."), "good")


def _papers(row: Objection) -> dict[str, Any]:
    """What was decided, and on what it rested."""
    heard = find_heard_objection(row.id)
    return {"findings": queries.public_findings(row.proposal_id), "heard": heard, **objection_frame(row.proposal)}
