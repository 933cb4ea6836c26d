"""Open calls at the office's table: announced, the list fixed, drawn by two people, and seats offered again."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.committee.rules import SEX_MOST
from app.people.models import APPROVER_ROLE, STAFF_ROLE
from app.recruitment import queries, rules, services
from app.recruitment.models import Recruitment
from app.web import guard
from app.web.fields import Form
from app.web.office.audience import wing
from app.web.office.committee_frame import committee_frame, get_programme
from app.web.office.recruitment_forms import CancelForm, DrawForm, ExtendForm, RecruitmentForm, SeedForm
from app.web.proof import with_proof
from app.web.recruitment_view import draw_facts
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]


@wing.get("/programmes/<slug>/recruitments")
def recruitment_list(slug: str) -> str:
    one = get_programme(slug, STAFF_ROLE, APPROVER_ROLE)
    rows = queries.list_recruitments(one, with_drafts=True)
    is_staff = guard.has_role(STAFF_ROLE, one)
    return render_template("office/recruitment_list.html", rows=rows, is_staff=is_staff, **committee_frame(one))


@wing.route("/programmes/<slug>/recruitments/new", methods=["GET", "POST"])
def recruitment_create(slug: str) -> Answer:
    one = get_programme(slug)
    form = RecruitmentForm()
    if form.validate_on_submit() and form.validate_least():
        with shown_in(form, {rules.PeriodBackwards: form.draw_on}):
            by = guard.get_account().actor
            row = services.create_recruitment(one, settings=form.settings, at=clock.now(), by=by)
            flash(_("공개모집을 만들었습니다. 확인하고 공고해 주세요."), "good")
            return _to(row)
    page = render_template("office/recruitment_form.html", form=form, row=None, **committee_frame(one))
    return page, 422 if form.errors else 200


@wing.route("/recruitments/<int:recruitment_id>/change", methods=["GET", "POST"])
def recruitment_change(recruitment_id: int) -> Answer:
    row = get_recruitment(recruitment_id)
    form = RecruitmentForm(obj=row)
    if form.validate_on_submit() and form.validate_least():
        with shown_in(form, {rules.PeriodBackwards: form.draw_on}):
            by = guard.get_account().actor
            services.change_recruitment(row, settings=form.settings, at=clock.now(), by=by)
            flash(_("공개모집을 고쳤습니다."), "good")
            return _to(row)
    page = render_template("office/recruitment_form.html", form=form, row=row, **committee_frame(row.programme))
    return page, 422 if form.errors else 200


@wing.get("/recruitments/<int:recruitment_id>")
def recruitment_detail(recruitment_id: int) -> str:
    row = get_recruitment(recruitment_id, STAFF_ROLE, APPROVER_ROLE)
    at = clock.now()
    holding = len(queries.list_holding(row, clock.seoul_day(at))) if row.state == rules.DRAWN else 0
    return render_template(
        "office/recruitment_detail.html",
        row=row,
        applications=queries.list_applications(row),
        recommendations=queries.list_recommendations(row),
        is_staff=guard.has_role(STAFF_ROLE, row.programme),
        is_taking=rules.is_taking(row.state, row.opens_at, row.closes_at, at),
        is_seed_out=clock.seoul_day(at) >= row.draw_on,
        sex_most=rules.sex_most(row),
        erase_at=queries.erase_at(row),
        vacant=row.seats - holding if row.state == rules.DRAWN and row.erased_at is None else 0,
        facts=draw_facts(row),
        outlook=None if row.state in (rules.DRAFT, rules.CANCELLED) or row.erased_at else queries.outlook(row),
        most=SEX_MOST,
        form=Form(),
        **committee_frame(row.programme),
    )


@wing.route("/recruitments/<int:recruitment_id>/call", methods=["GET", "POST"])
def recruitment_call(recruitment_id: int) -> Answer:
    said = _("공개모집을 공고했습니다.")
    return _step(recruitment_id, services.call, "office/recruitment_call.html", said)


@wing.route("/recruitments/<int:recruitment_id>/fix", methods=["GET", "POST"])
@with_proof
def recruitment_fix(recruitment_id: int) -> Answer:
    said = _("추첨 명단을 확정하고 공개했습니다.")
    return _step(recruitment_id, services.fix, "office/recruitment_fix.html", said)


def _step(recruitment_id: int, verb: Callable[..., None], template: str, said: str) -> Answer:
    row = get_recruitment(recruitment_id)
    form = Form()
    if form.validate_on_submit():
        with shown_in(form, {rules.RecruitmentError: None}):
            verb(row, at=clock.now(), by=guard.get_account().actor)
            flash(said, "good")
            return _to(row)
    counts = queries.count_states(row)
    page = render_template(template, form=form, row=row, counts=counts, **committee_frame(row.programme))
    return page, 422 if form.errors else 200


@wing.route("/recruitments/<int:recruitment_id>/draw-day", methods=["GET", "POST"])
def recruitment_move_draw(recruitment_id: int) -> Answer:
    row = get_recruitment(recruitment_id)
    form = DrawForm(obj=row)
    if form.validate_on_submit():
        places = {rules.SeedEarly: form.draw_on, rules.PeriodBackwards: form.draw_on, rules.WrongState: None}
        with shown_in(form, places):
            given = {"source_ko": form.seed_source_ko.data, "source_en": form.seed_source_en.data}
            by = guard.get_account().actor
            services.move_draw(row, draw_on=form.draw_on.data, **given, at=clock.now(), by=by)
            flash(_("추첨일을 다시 공고했습니다."), "good")
            return _to(row)
    page = render_template("office/recruitment_draw_day.html", form=form, row=row, **committee_frame(row.programme))
    return page, 422 if form.errors else 200


@wing.route("/recruitments/<int:recruitment_id>/extend", methods=["GET", "POST"])
def recruitment_extend(recruitment_id: int) -> Answer:
    row = get_recruitment(recruitment_id)
    form = ExtendForm(obj=row)
    if form.validate_on_submit():
        places = {rules.NotExtended: form.closes_at, rules.PeriodBackwards: form.draw_on, rules.RecruitmentError: None}
        with shown_in(form, places):
            given = {name: form[name].data for name in ("closes_at", "draw_on", "term_starts_on", "reason")}
            source = {"source_ko": form.seed_source_ko.data, "source_en": form.seed_source_en.data}
            services.extend(row, **given, **source, at=clock.now(), by=guard.get_account().actor)
            flash(_("신청을 연장했습니다. 신청한 분들께 알립니다."), "good")
            return _to(row)
    page = render_template("office/recruitment_extend.html", form=form, row=row, **committee_frame(row.programme))
    return page, 422 if form.errors else 200


@wing.route("/recruitments/<int:recruitment_id>/cancel", methods=["GET", "POST"])
@with_proof
def recruitment_cancel(recruitment_id: int) -> Answer:
    row = get_recruitment(recruitment_id)
    form = CancelForm()
    if form.validate_on_submit():
        with shown_in(form, {rules.RecruitmentError: None}):
            services.cancel(row, reason=form.reason.data, at=clock.now(), by=guard.get_account().actor)
            flash(_("공개모집을 취소했습니다. 신청한 분들께 알립니다."), "good")
            return _to(row)
    kept_days = min(row.kept_days, rules.CANCELLED_KEPT_DAYS)
    frame = {"kept_days": kept_days, **committee_frame(row.programme)}
    page = render_template("office/recruitment_cancel.html", form=form, row=row, **frame)
    return page, 422 if form.errors else 200


@wing.route("/recruitments/<int:recruitment_id>/seed", methods=["GET", "POST"])
@with_proof
def recruitment_seed(recruitment_id: int) -> Answer:
    """The first types it, the second confirms it; whoever typed it may type it anew."""
    row = get_recruitment(recruitment_id, STAFF_ROLE, APPROVER_ROLE)
    form = SeedForm()
    if form.validate_on_submit():
        places = {rules.SeedDiffers: form.seed, rules.SeedWithoutNumbers: form.seed, rules.RecruitmentError: None}
        with shown_in(form, places):
            account = guard.get_account()
            is_second = row.seed_entered_by not in (None, account.id)
            take = services.confirm_seed if is_second else services.enter_seed
            take(row, form.seed.data, account, at=clock.now())
            flash(
                _("추첨했습니다.") if is_second else _("번호를 저장했습니다. 다른 사람이 확인하면 추첨합니다."), "good"
            )
            return _to(row)
    page = render_template("office/recruitment_seed.html", form=form, row=row, **committee_frame(row.programme))
    return page, 422 if form.errors else 200


@wing.post("/recruitments/<int:recruitment_id>/offer")
def recruitment_offer(recruitment_id: int) -> Response:
    row = get_recruitment(recruitment_id)
    one = services.offer_next(row, at=clock.now(), by=guard.get_account().actor)
    flash(_("예비 후보 가운데 접수번호 %(number)s에게 자리를 제안했습니다.", number=one.number), "good")
    return _to(row)


def get_recruitment(recruitment_id: int, *roles: str) -> Recruitment:
    """For one who holds one of `roles` (default: staff) in its programme; else 404."""
    row = queries.get_recruitment(recruitment_id)
    guard.ensure_role(row.programme, *(roles or (STAFF_ROLE,)))
    return row


def _to(row: Recruitment, **more: Any) -> Response:
    return redirect(url_for(".recruitment_detail", recruitment_id=row.id, **more))
