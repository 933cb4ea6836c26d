"""The fee sheet (참석수당) of a year: a page, the same as a spreadsheet, and what it goes by."""

import io
from datetime import UTC, datetime

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug import Response
from wtforms import BooleanField

from app import clock
from app.errors import NotFound
from app.fees import queries, rules, services
from app.programmes.models import Programme
from app.web import guard
from app.web.fields import (
    Between,
    DayField,
    Form,
    Length,
    Required,
    TrimmedText,
    WholeNumberField,
    WonField,
    won_between,
)
from app.web.filters import day, won
from app.web.office.audience import wing
from app.web.office.committee_frame import committee_frame, get_programme
from app.web.refusals import shown_in
from app.web.spreadsheets import XLSX, workbook
from app.web.words import said

Answer = Response | str | tuple[str, int]
YEARS = range(2000, 2101)
REASON_MAX = 500


class RateForm(Form):
    from_on = DayField(_l("적용하기 시작하는 날"), [Required(_l("날을 입력해 주세요."))])
    rate_won = WonField(
        _l("총회와 위원회 회의에 한 번 참석할 때의 수당"),
        [Required(_l("금액을 입력해 주세요.")), won_between(0, rules.RATE_MAX)],
    )
    subcommittee_won = WonField(
        _l("분과위원회 회의에 한 번 참석할 때의 수당"),
        [won_between(0, rules.RATE_MAX)],
        description=_l("비워 두면 위와 같은 금액입니다."),
    )
    least_items = WholeNumberField(
        _l("적어도 몇 개의 안건에 있어야 지급하나요?"),
        [Required(_l("수를 입력해 주세요.")), Between(0, rules.ITEMS_MAX)],
        default=rules.DEFAULT_LEAST_ITEMS,
        description=_l("늦게 오거나 먼저 나간 위원에게 적용합니다. 0이면 출석만 확인되어도 지급합니다."),
    )
    counts_recused = BooleanField(_l("회피하여 의결에서 빠진 안건도 참석으로 셉니다"), default=True)
    once_a_day = BooleanField(_l("같은 날 여러 회의에 참석하면 금액이 가장 큰 한 번만 지급합니다"))
    reason = TrimmedText(
        _l("이미 마친 회의의 단가를 바로잡는 까닭"),
        [Length(most=REASON_MAX)],
        description=_l("마친 회의의 수당이 달라질 때만 써 주세요. 감사 기록에 남습니다."),
    )


class BudgetForm(Form):
    budget_won = WonField(_l("이 해의 참석수당 예산"), [Required(_l("금액을 입력해 주세요.")), won_between(0)])


@wing.get("/programmes/<slug>/fees/<int:year>")
def fee_sheet(slug: str, year: int) -> str:
    one = _programme(slug, year)
    return render_template(
        "office/fee_sheet.html",
        sheet=queries.get_sheet(one.id, year),
        rates=queries.list_rates(one.id),
        years=[one_year for one_year in (year - 1, year + 1) if one_year in YEARS],
        **committee_frame(one),
    )


@wing.get("/programmes/<slug>/fees/<int:year>.xlsx")
def fee_xlsx(slug: str, year: int) -> FlaskResponse:
    one = _programme(slug, year)
    headers = {"Content-Disposition": f"attachment; filename=fees-{year}.xlsx"}
    return FlaskResponse(_workbook(one, queries.get_sheet(one.id, year)), mimetype=XLSX, headers=headers)


@wing.route("/programmes/<slug>/fees/rates", methods=["GET", "POST"])
def fee_rate_set(slug: str) -> Answer:
    one = get_programme(slug)
    form = RateForm()
    if form.validate_on_submit():
        with shown_in(form, {rules.FeesSettled: form.from_on}):
            given = {field.name: field.data for field in form if field.name != "csrf_token"}
            services.set_rate(one, **given, at=clock.now(), by=guard.get_account().actor)
            flash(_("단가를 정했습니다."), "good")
            return redirect(url_for(".fee_sheet", slug=slug, year=_this_year()))
    page = render_template(
        "office/fee_rate.html", form=form, rates=queries.list_rates(one.id), year=_this_year(), **committee_frame(one)
    )
    return page, 422 if form.errors else 200


@wing.route("/programmes/<slug>/fees/<int:year>/budget", methods=["GET", "POST"])
def fee_budget_set(slug: str, year: int) -> Answer:
    one = _programme(slug, year)
    form = BudgetForm(obj=queries.find_budget(one.id, year))
    if form.validate_on_submit():
        by = guard.get_account().actor
        services.set_budget(one, year=year, budget_won=form.budget_won.data, at=clock.now(), by=by)
        flash(_("예산을 정했습니다."), "good")
        return redirect(url_for(".fee_sheet", slug=slug, year=year))
    example = won(rules.BUDGET_LINE)
    page = render_template("office/fee_budget.html", form=form, year=year, example=example, **committee_frame(one))
    return page, 422 if form.errors else 200


def _programme(slug: str, year: int) -> Programme:
    one = get_programme(slug)
    if year not in YEARS:
        raise NotFound(f"year {year}")
    return one


def _this_year() -> int:
    return clock.seoul_day(clock.now()).year


def _head(met: rules.Met) -> str:
    return _("%(on)s 분과", on=day(met.on)) if met.is_subcommittee else day(met.on)


def _workbook(one: Programme, sheet: rules.Sheet) -> bytes:
    """Texts are written as texts, whatever they begin with; sums are numbers, so that what is read is what was added
    up here. A fee without a rate is empty, not nothing, and a line says so. Without the time of its making, so that the
    same sheet is the same file."""
    out = io.BytesIO()
    book = workbook(out)
    book.set_properties({"created": datetime(sheet.year, 1, 1, tzinfo=UTC)})
    page, bold = book.add_worksheet(_("참석수당")), book.add_format({"bold": True})
    amount = book.add_format({"num_format": "#,##0"})
    page.write_string(0, 0, _("%(name)s %(year)s년 참석수당", name=said(one, "name"), year=sheet.year), bold)
    if sheet.lacks_rate:
        page.write_string(
            1, 0, _("단가가 없는 날에 열린 회의가 있습니다. 그 칸은 비어 있고 합계에 들어 있지 않습니다.")
        )
    heads = [_("이름"), *map(_head, sheet.meetings), _("지급 횟수"), _("금액(원)")]
    for column, head in enumerate(heads):
        page.write_string(2, column, head, bold)
    last = len(heads) - 1
    row = 3
    for row, line in enumerate(sheet.lines, start=3):
        page.write_string(row, 0, line.name)
        for fee in line.fees:
            if fee.rate_won is not None:
                page.write_number(row, 1 + fee.place, fee.won, amount)
        page.write_number(row, last - 1, line.paid)
        page.write_number(row, last, line.won, amount)
    totals = [(_("합계"), sheet.won), (_("예산"), sheet.budget_won), (_("남은 예산"), sheet.left_won)]
    for below, (words, value) in enumerate(totals, start=row + 1):
        page.write_string(below, 0, words, bold)
        if value is not None:
            page.write_number(below, last, value, amount)
    page.set_column(0, last, 16)
    book.close()
    return out.getvalue()
