"""The ballot that waits for its two signatures: shown in words and as a file, signed, or put aside."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.ballots import draft_queries as drafts
from app.ballots import preflight, rules, sign_off
from app.ballots.models import PreparedBallot
from app.people.models import APPROVER_ROLE, STAFF_ROLE
from app.people.rules import SIGNERS
from app.rounds.models import Round
from app.rounds.rules import CHAMBER_PHASE, FROZEN
from app.web import guard
from app.web.fields import Form
from app.web.office.audience import wing
from app.web.office.ballot_forms import WithdrawBallotForm
from app.web.office.preflight_words import say_check
from app.web.office.round_frame import get_round, round_frame
from app.web.proof import with_proof
from app.web.refusals import shown_in
from app.web.round_words import rules_in_words
from app.web.words import word

Answer = Response | str | tuple[str, int]
BOTH = (STAFF_ROLE, APPROVER_ROLE)


def prepared_page(round_: Round, prepared: PreparedBallot) -> str:
    """All that is signed, in words, with what has moved since and what is not ready yet."""
    items = drafts.draw_again(prepared)
    moved = drafts.list_moved(prepared, items)
    return render_template(
        "office/ballot_prepared.html",
        items=items,
        moved=[word("manifest_part", part) for part in moved],
        prepared=prepared,
        withdrawn=drafts.list_withdrawn(round_.id),
        wanted=_wanted(prepared),
        may_sign=not moved and _may_sign(round_, prepared),
        may_withdraw=guard.has_role(STAFF_ROLE, round_.programme),
        checks=[say_check(check, round_) for check in preflight.examine(round_)],
        periods=[phase for phase in round_.phases if phase.kind in CHAMBER_PHASE.values()],
        **ballot_frame(round_),
    )


def ballot_frame(round_: Round) -> dict[str, Any]:
    return {**round_frame(round_), "rules": rules_in_words(round_)}


@wing.route("/rounds/<int:round_id>/ballot/<int:draw>/sign", methods=["GET", "POST"])
@with_proof
def ballot_sign(round_id: int, draw: int) -> Answer:
    round_ = get_round(round_id, *BOTH)
    prepared, form, account = drafts.get_waiting(round_id, draw), Form(), guard.get_account()
    role = _role_to_sign(round_, prepared)
    if form.validate_on_submit():
        with shown_in(form, {rules.NotReady: None, rules.Moved: None}):
            sign_off.sign_ballot(prepared, account, role, at=clock.now())
            flash(_signed(round_), "good")
            return redirect(url_for("office.ballot_publish", round_id=round_id))
    return _page("office/ballot_sign.html", round_, form, prepared=prepared, role=role)


@wing.route("/rounds/<int:round_id>/ballot/<int:draw>/withdraw", methods=["GET", "POST"])
def ballot_withdraw(round_id: int, draw: int) -> Answer:
    round_, form = get_round(round_id), WithdrawBallotForm()
    prepared = drafts.get_draw(round_id, draw) if form.is_submitted() else drafts.get_waiting(round_id, draw)
    if form.validate_on_submit():
        sign_off.withdraw_ballot(prepared, form.reason.data, at=clock.now(), by=guard.get_account().actor)
        flash(_("준비한 투표 대상을 거두었습니다. 다시 준비하면 번호를 새로 추첨합니다."), "good")
        return redirect(url_for("office.ballot_publish", round_id=round_id))
    return _page("office/ballot_withdraw.html", round_, form, prepared=prepared)


@wing.get("/rounds/<int:round_id>/ballot/<int:draw>/manifest.json")
def ballot_manifest(round_id: int, draw: int) -> Response:
    """Byte for byte what is signed."""
    get_round(round_id, *BOTH)
    prepared = drafts.get_draw(round_id, draw)
    headers = {"Content-Disposition": f"attachment; filename=prepared-{prepared.sha256[:12]}.json"}
    return Response(prepared.body, mimetype="application/json", headers=headers)


def _wanted(prepared: PreparedBallot) -> str:
    """Whose signature comes next."""
    signed = {signature.role for signature in prepared.signatures}
    return next(role for role in SIGNERS if role not in signed)


def _may_sign(round_: Round, prepared: PreparedBallot) -> bool:
    signed = {signature.account_id for signature in prepared.signatures}
    return guard.has_role(_wanted(prepared), round_.programme) and guard.get_account().id not in signed


def _role_to_sign(round_: Round, prepared: PreparedBallot) -> str:
    """The first of my roles that has not signed; the rules say whether it may."""
    mine = [role for role in BOTH if guard.has_role(role, round_.programme)]
    signed = {signature.role for signature in prepared.signatures}
    return next((role for role in mine if role not in signed), mine[0])


def _signed(round_: Round) -> str:
    if round_.state in FROZEN:
        return _("두 사람이 모두 서명하여 투표 대상을 공표했습니다. 이제 규칙과 사업은 바뀌지 않습니다.")
    return _("서명했습니다. 다른 사람인 확인자가 서명하면 공표됩니다.")


def _page(template: str, round_: Round, form: Form, **values: Any) -> Answer:
    page = render_template(template, form=form, **values, **round_frame(round_))
    return page, 422 if form.errors else 200
