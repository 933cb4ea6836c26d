"""The count in the console: shut the box, count, and two people sign. Nobody sees a figure before the count."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response
from wtforms import Field

from app import clock
from app.ballots import queries as ballots
from app.ballots import rules as box
from app.committee import queries as committee
from app.database import db
from app.papers.rules import DaysUnfinished
from app.people.models import APPROVER_ROLE, STAFF_ROLE, Account
from app.results import queries, services
from app.results import rules as results
from app.results.case_rules import UnservedToConfirm
from app.results.models import Count
from app.roll.queries import count_twins
from app.rounds import rules
from app.rounds.models import Round
from app.web import guard, result_words
from app.web.fields import Form
from app.web.office.audience import wing
from app.web.office.count_forms import ConfirmSeedForm, EnterSeedForm, SignForm, WithdrawForm
from app.web.office.count_steps import checklist_of, next_step
from app.web.office.round_frame import get_round, round_frame
from app.web.proof import with_proof
from app.web.refusals import shown_in
from app.web.result_view import names_of_round, view_of
from app.web.unserved_view import unserved_of

Answer = Response | str | tuple[str, int]
BOTH = (STAFF_ROLE, APPROVER_ROLE)


@wing.get("/rounds/<int:round_id>/count")
def count(round_id: int) -> str:
    round_ = get_round(round_id, *BOTH)
    found = queries.find_count(round_id)
    open_ = _list_open(round_) if round_.state == rules.BALLOT_PUBLISHED else []
    return render_template(
        "office/count.html",
        checklist=checklist_of(round_, queries.list_boxes(round_), open_),
        step=next_step(round_, found, open_, _roles_in(round_), guard.get_account(), ballots.is_sealed(round_id)),
        count=found,
        view=view_of(found) if found else None,
        unserved=unserved_of(found) if found and round_.source == rules.HELD else None,
        seed=queries.find_seed(round_id),
        draws_lots="lot" in round_.tie_order,
        is_staff=guard.has_role(STAFF_ROLE, round_.programme),
        **round_frame(round_),
    )


@wing.route("/rounds/<int:round_id>/count/close", methods=["GET", "POST"])
@with_proof
def count_close(round_id: int) -> Answer:
    round_, form = get_round(round_id), Form()
    _ensure_state(round_, rules.BALLOT_PUBLISHED)
    if form.validate_on_submit():
        with shown_in(form, {results.VotingStillOpen: None, DaysUnfinished: None}):
            services.close_round(round_, at=clock.now(), by=guard.get_account().actor)
            return _done(round_, _("투표를 마감했습니다. 다음은 수탁자들이 투표함을 열 차례입니다."))
    empty = [one.chamber for one in queries.list_boxes(round_) if not one.ballots]
    meeting = committee.find_meeting(round_id)
    return _page("office/count_close.html", round_, form, empty=empty, meeting=meeting)


@wing.route("/rounds/<int:round_id>/count/start", methods=["GET", "POST"])
@with_proof
def count_start(round_id: int) -> Answer:
    round_, form = get_round(round_id), Form()
    _ensure_state(round_, rules.CLOSED)
    if form.validate_on_submit():
        with shown_in(form, {results.SeedMissing: None, box.StillSealed: None}):
            try:
                services.count_round(round_, at=clock.now(), by=guard.get_account().actor)
                return _done(round_, _("개표했습니다. 결과를 확인하고 서명해 주세요."))
            except results.GatesBroken as error:
                _refuse(form, error, round_)
    return _page("office/count_start.html", round_, form)


@wing.route("/rounds/<int:round_id>/count/seed", methods=["GET", "POST"])
def count_seed(round_id: int) -> Answer:
    """The first person types the seed and its source, another one types it again."""
    round_ = get_round(round_id, *BOTH)
    _ensure_state(round_, rules.CLOSED)
    seed, account = queries.find_seed(round_id), guard.get_account()
    if seed is None or (seed.entered_by == account.id and seed.confirmed_at is None):
        return _enter_seed(round_, account)
    return _confirm_seed(round_, account)


@wing.route("/rounds/<int:round_id>/count/<int:count_id>/sign", methods=["GET", "POST"])
@with_proof
def count_sign(round_id: int, count_id: int) -> Answer:
    round_ = get_round(round_id, *BOTH)
    found, form, account = _get_count(round_, count_id), SignForm(), guard.get_account()
    role = _role_to_sign(round_, found)
    if form.validate_on_submit():
        with shown_in(form, {UnservedToConfirm: form.knows_unserved}):
            services.sign_count(found, account, role, at=clock.now(), knows_unserved=form.knows_unserved.data)
            return _done(round_, _signed(found))
    unserved = unserved_of(found)
    seen = {"view": view_of(found), "unserved": unserved, "twins": count_twins(round_id)}
    return _page("office/count_sign.html", round_, form, count=found, role=role, **seen)


@wing.route("/rounds/<int:round_id>/count/<int:count_id>/withdraw", methods=["GET", "POST"])
def count_withdraw(round_id: int, count_id: int) -> Answer:
    round_, form = get_round(round_id), WithdrawForm()
    found = _get_count(round_, count_id)
    if form.validate_on_submit():
        services.withdraw_count(found, form.reason.data, at=clock.now(), by=guard.get_account().actor)
        return _done(round_, _("개표 결과를 거두었습니다. 다시 개표할 수 있습니다."))
    return _page("office/count_withdraw.html", round_, form, count=found)


def _list_open(round_: Round) -> list[str]:
    meeting, at = committee.find_meeting(round_.id), clock.database_now(db.session)
    return results.list_open(round_.source, round_.chambers, round_.phases, meeting, at)


def _roles_in(round_: Round) -> list[str]:
    return [role for role in BOTH if guard.has_role(role, round_.programme)]


def _role_to_sign(round_: Round, found: Count) -> str:
    """The first of my roles that has not signed; the rules say whether it may."""
    mine, signed = _roles_in(round_), {signature.role for signature in found.signatures}
    return next((role for role in mine if role not in signed), mine[0])


def _get_count(round_: Round, count_id: int) -> Count:
    """The count that the page was opened for, if it can still be signed or withdrawn."""
    found = queries.find_count(round_.id)
    if found is None or found.id != count_id or found.published_at is not None:
        raise results.NotStanding
    return found


def _enter_seed(round_: Round, account: Account) -> Answer:
    form = EnterSeedForm()
    if form.validate_on_submit():
        services.enter_seed(round_, form.seed.data, form.source.data, account, at=clock.now())
        return _done(round_, _("번호를 적었습니다. 다른 사람이 같은 번호를 한 번 더 입력해야 합니다."))
    return _page("office/count_seed.html", round_, form, seed=None)


def _confirm_seed(round_: Round, account: Account) -> Answer:
    form = ConfirmSeedForm()
    places: dict[type[Exception], Field | None] = {results.SeedDiffers: form.seed, results.SamePerson: None}
    if form.validate_on_submit():
        with shown_in(form, places):
            services.confirm_seed(round_, form.seed.data, account, at=clock.now())
            return _done(round_, _("두 사람이 입력한 번호가 같습니다. 이 번호로 추첨합니다."))
    return _page("office/count_seed.html", round_, form, seed=queries.find_seed(round_.id))


def _ensure_state(round_: Round, state: str) -> None:
    if round_.state != state:
        raise rules.WrongState(round_.state, state)


def _refuse(form: Form, error: results.GatesBroken, round_: Round) -> None:
    form.refuse(_("숫자가 맞지 않아 개표 결과를 만들지 않았습니다. 이 시도는 기록에 남았습니다."))
    names = names_of_round(round_.id)
    for gate in error.gates:
        form.refuse(result_words.gate(gate, names))


def _signed(found: Count) -> str:
    if found.published_at is not None:
        return _("두 사람이 모두 서명하여 결과를 공개했습니다.")
    return _("서명했습니다. 확인자가 서명하면 결과가 공개됩니다.")


def _done(round_: Round, words: str) -> Response:
    flash(words, "good")
    return redirect(url_for("office.count", round_id=round_.id))


def _page(template: str, round_: Round, form: Form, **values: Any) -> Answer:
    page = render_template(template, form=form, **values, **round_frame(round_))
    return page, 422 if form.errors else 200
