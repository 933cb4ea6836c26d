"""What bars a member, from the member's own side: declaring interests, and voting on a challenge of somebody else."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug import Response

from app import clock
from app.errors import NotFound
from app.people import identity
from app.people.models import COMMITTEE_ROLE, Account
from app.people.rules import NotAMobileNumber
from app.reviews import recusal_queries, recusal_services, rules
from app.reviews import recusal_rules as recusals
from app.reviews.recusal_models import Challenge
from app.rounds import queries as round_queries
from app.web import guard
from app.web.committee.audience import wing
from app.web.committee.blinded import Blinds
from app.web.fields import (
    Form,
    Length,
    MultiCheckboxField,
    RadioChoiceField,
    Required,
    TrimmedString,
    TrimmedText,
    choices,
)
from app.web.navigation import programme_frame
from app.web.refusals import shown_in
from app.web.words import choices as word_choices
from app.web.words import said

Answer = Response | str | tuple[str, int]


class InterestForm(Form):
    phone = TrimmedString(_l("주민으로서 제안할 때 쓰는 휴대전화 번호"), [Length(most=30)])
    departments = MultiCheckboxField(_l("일하고 있는 구청 부서"))
    bodies = TrimmedText(_l("속해 있는 단체나 회사"), [Length(most=rules.TEXT_MAX)])


class VoteForm(Form):
    vote = RadioChoiceField(
        _l("이 위원을 이 제안의 심사에서 빼야 할까요?"),
        [Required(_l("찬성, 반대, 기권 가운데 하나를 골라 주세요."))],
        choices=choices(*word_choices("challenge_vote")),
    )


@wing.route("/rounds/<int:round_id>/interests", methods=["GET", "POST"])
def interests(round_id: int) -> Answer:
    round_ = round_queries.get_public_round(round_id)
    account = guard.ensure_role(round_.programme, COMMITTEE_ROLE)
    kept = recusal_queries.find_interest(round_id, account.id)
    form = InterestForm(data=_written(kept))
    form.departments.choices = choices(
        *((str(one.id), said(one, "name")) for one in recusal_queries.list_departments())
    )
    if form.validate_on_submit():
        with shown_in(form, {NotAMobileNumber: form.phone}):
            found = recusal_services.declare_interests(
                round_,
                account,
                phone_key=_phone_key(form.phone.data),
                departments=[int(one) for one in form.departments.data],
                bodies=form.bodies.data,
                at=clock.now(),
                by=account.actor,
            )
            flash(_declared(found), "good")
            return redirect(url_for(".review_list", round_id=round_id))
    page = render_template(
        "committee/interests.html",
        form=form,
        kept=kept,
        round=round_,
        programme=programme_frame(round_.programme),
    )
    return page, 422 if form.errors else 200


@wing.route("/challenges/<int:challenge_id>", methods=["GET", "POST"])
def challenge(challenge_id: int) -> Answer:
    """Those who vote, and the challenged member; of those barred from the proposal nobody else."""
    row, account = _get(challenge_id)
    form = VoteForm()
    is_mine = row.account_id == account.id
    has_voted = recusal_queries.has_voted(challenge_id, account.id)
    may_vote = row.state == recusals.OPEN and not is_mine and not has_voted and clock.now() < row.vote_until
    if form.validate_on_submit():
        by = account.actor
        with shown_in(form, {recusals.VotedAlready: None, recusals.NotEntitled: None, recusals.VotingOver: None}):
            recusal_services.vote_on_challenge(row, account, form.vote.data, at=clock.now(), by=by)
            flash(_("표결에 참여했습니다. 누가 어떻게 표결했는지는 남지 않습니다."), "good")
            return redirect(url_for(".challenge", challenge_id=challenge_id))
    blinds = Blinds(row.proposal.round)
    page = render_template(
        "committee/challenge.html",
        challenge=blinds(row.proposal, row),
        proposal=blinds(row.proposal),
        form=form,
        is_mine=is_mine,
        has_voted=has_voted,
        may_vote=may_vote,
        entitled=recusal_queries.count_entitled(row),
        round=row.proposal.round,
        programme=programme_frame(row.proposal.round.programme),
    )
    return page, 422 if form.errors else 200


def _get(challenge_id: int) -> tuple[Challenge, Account]:
    row = recusal_queries.get_challenge(challenge_id)
    account = guard.ensure_role(row.proposal.round.programme, COMMITTEE_ROLE)
    if row.account_id != account.id and recusal_queries.is_barred(row.proposal, account.id):
        raise NotFound(f"challenge {challenge_id}")
    return row, account


def _phone_key(typed: str) -> str | None:
    """None where nothing was typed: what is kept stays. Raises NotAMobileNumber."""
    return identity.phone_key(guard.identity_key(), identity.normalise_phone(typed)) if typed else None


def _written(kept: Any) -> dict[str, Any]:
    return {} if kept is None else {"departments": [str(one) for one in kept.departments], "bodies": kept.bodies}


def _declared(found: int) -> str:
    if not found:
        return _("이해관계를 신고했습니다.")
    return ngettext(
        "이해관계를 신고했습니다. 제안 %(num)s건의 심사에서 제척되었습니다.",
        "이해관계를 신고했습니다. 제안 %(num)s건의 심사에서 제척되었습니다.",
        found,
    )
