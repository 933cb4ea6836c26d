"""People who could not vote, as staff note them until somebody signs the count."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.people.models import APPROVER_ROLE, STAFF_ROLE
from app.results import case_rules as rules
from app.results import case_services as services
from app.results import cases, queries
from app.rounds.models import Round
from app.web import guard
from app.web.office.audience import wing
from app.web.office.case_forms import CaseForm
from app.web.office.messages import list_unserved
from app.web.office.round_frame import get_round, round_frame
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]


@wing.get("/rounds/<int:round_id>/cases")
def case_list(round_id: int) -> str:
    round_ = get_round(round_id, STAFF_ROLE, APPROVER_ROLE)
    return render_template(
        "office/case_list.html",
        cases=cases.list_cases(round_id),
        unserved=list_unserved(round_),
        may_note=guard.has_role(STAFF_ROLE, round_.programme) and _is_open(round_),
        **round_frame(round_),
    )


@wing.route("/rounds/<int:round_id>/cases/new", methods=["GET", "POST"])
def case_record(round_id: int) -> Answer:
    round_, form = _open_round(round_id), _case_form()
    if form.validate_on_submit():
        with shown_in(form, {rules.DayToCome: form.on_day}):
            services.record_case(round_, form.case(), at=clock.now(), by=guard.get_account().actor)
            return _done(round_, _("적었습니다."))
    return _page(round_, form, _("투표하지 못한 분 적기"))


@wing.route("/rounds/<int:round_id>/cases/<int:case_id>", methods=["GET", "POST"])
def case_change(round_id: int, case_id: int) -> Answer:
    round_ = _open_round(round_id)
    case = cases.get_case(round_id, case_id)
    form = CaseForm(obj=case)
    if form.validate_on_submit():
        with shown_in(form, {rules.DayToCome: form.on_day}):
            services.change_case(case, form.case(), at=clock.now(), by=guard.get_account().actor)
            return _done(round_, _("고쳐 적었습니다."))
    return _page(round_, form, _("투표하지 못한 분 고쳐 적기"))


def _case_form() -> CaseForm:
    """A link to a new case may bring a day's number of people who got no message."""
    people, on_day = request.args.get("people", type=int), request.args.get("on_day", type=date.fromisoformat)
    brought = {"kind": rules.MESSAGE, "people": people, "on_day": on_day} if people and on_day else {}
    return CaseForm(**brought)


def _open_round(round_id: int) -> Round:
    """Raises CasesClosed."""
    round_ = get_round(round_id)
    _ensure_open(round_)
    return round_


def _ensure_open(round_: Round) -> None:
    count = queries.find_count(round_.id)
    rules.ensure_open(round_.source, round_.state, len(count.signatures) if count else 0)


def _is_open(round_: Round) -> bool:
    try:
        _ensure_open(round_)
    except rules.CasesClosed:
        return False
    return True


def _done(round_: Round, words: str) -> Response:
    flash(words, "good")
    return redirect(url_for("office.case_list", round_id=round_.id))


def _page(round_: Round, form: CaseForm, title: str) -> Answer:
    page = render_template("office/case_form.html", form=form, title=title, **round_frame(round_))
    return page, 422 if form.errors else 200
