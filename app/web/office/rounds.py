"""A round in the console: beginning one, its state and next act, its settings, the call, next year's copy."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.ballots import queries as ballots
from app.ballots.queries import Turnout
from app.people.models import APPROVER_ROLE, STAFF_ROLE
from app.programmes import queries as programmes
from app.results import erasing
from app.results import queries as results
from app.reviews import sheet_services
from app.rounds import queries, rules, services
from app.rounds.models import Round
from app.tally.faults import Fault
from app.web import guard
from app.web.fields import Form
from app.web.office import round_faults
from app.web.office.audience import wing
from app.web.office.next_action import find_next_action
from app.web.office.next_action_words import say_action
from app.web.office.round_facts import gather_facts
from app.web.office.round_forms import NewRoundForm
from app.web.office.round_frame import get_round, round_frame
from app.web.office.round_steps import NAMES, PAGES, step_links
from app.web.result_view import turnout_words
from app.web.round_words import rules_in_words

Answer = Response | str | tuple[str, int]


@wing.route("/rounds/new", methods=["GET", "POST"])
def round_create() -> Answer:
    mine = [one for one in programmes.list_programmes() if guard.has_role(STAFF_ROLE, one)]
    if not mine:
        abort(404)
    form = NewRoundForm()
    form.offer(mine)
    if form.validate_on_submit():
        round_ = _create(form)
        if round_ is not None:
            flash(_("회차를 만들었습니다. 이어서 재원을 정해 주세요."), "good")
            return redirect(url_for("office.round_step", round_id=round_.id, step="pots"))
    return render_template("office/round_create.html", form=form, names=NAMES), 422 if form.errors else 200


def _create(form: NewRoundForm) -> Round | None:
    programme = programmes.get_programme(int(form.programme.data))
    try:
        return services.create_round(programme, form.plan(), at=clock.now(), by=guard.get_account().actor)
    except rules.RoundError as error:
        round_faults.show(form, error)
        return None


@wing.get("/rounds/<int:round_id>")
def round_detail(round_id: int) -> str:
    round_ = get_round(round_id, STAFF_ROLE, APPROVER_ROLE)
    facts = gather_facts(round_, clock.now())
    is_out = round_.state == rules.RESULTS_PUBLISHED and round_.source == rules.HELD
    return render_template(
        "office/round_detail.html",
        action=say_action(find_next_action(facts), round_),
        turnout=ballots.turnout(round_) if round_.state in rules.FROZEN else [],
        turnout_words=partial(_turnout_words, round_),
        afterwards=erasing.get_afterwards(round_id) if is_out else None,
        kept_days=ballots.list_kept_days(round_id) if is_out else [],
        **round_frame(round_),
    )


def _turnout_words(round_: Round, one: Turnout) -> str:
    """ "" where nobody knows how many may vote."""
    entitled = results.count_entitled(round_) if one.chamber == rules.RESIDENTS else None
    return turnout_words(one.people, entitled) if entitled else ""


@wing.get("/rounds/<int:round_id>/settings")
def round_settings(round_id: int) -> str:
    round_ = get_round(round_id)
    missing = queries.list_missing(round_, clock.now()) if round_.state == rules.DRAFT else {}
    return render_template(
        "office/round_settings.html",
        missing=_said(round_, missing),
        names=NAMES,
        steps=step_links(round_),
        may_change=round_.state not in rules.FROZEN,
        rules=rules_in_words(round_),
        **round_frame(round_),
    )


@wing.route("/rounds/<int:round_id>/call", methods=["GET", "POST"])
def round_call(round_id: int) -> Answer:
    round_ = get_round(round_id)
    rules.ensure_may_become(round_.state, rules.CALLED)
    form = Form()
    if form.validate_on_submit():
        try:
            services.call_round(round_, at=clock.now(), by=guard.get_account().actor)
            flash(_("공고했습니다. 제안 접수는 정한 때에 저절로 열립니다."), "good")
            return redirect(url_for("office.round_detail", round_id=round_.id))
        except rules.Incomplete as error:
            for line in _said(round_, error.faults):
                form.refuse(line["text"])
    return render_template("office/round_call.html", form=form, **round_frame(round_)), 422 if form.errors else 200


@wing.route("/rounds/<int:round_id>/duplicate", methods=["GET", "POST"])
def round_duplicate(round_id: int) -> Answer:
    round_ = get_round(round_id)
    form = Form()
    if form.validate_on_submit():
        try:
            copy = sheet_services.duplicate_round(round_, at=clock.now(), by=guard.get_account().actor)
            flash(_("%(year)s 회계연도 회차를 만들었습니다. 일정부터 확인해 주세요.", year=copy.fiscal_year), "good")
            return redirect(url_for("office.round_settings", round_id=copy.id))
        except rules.YearTaken as error:
            form.refuse(_("이 사업에는 %(year)s 회계연도 회차가 이미 있습니다.", year=error.fiscal_year))
    return render_template("office/round_duplicate.html", form=form, **round_frame(round_)), 422 if form.errors else 200


def _said(round_: Round, missing: Mapping[str, tuple[Fault, ...]]) -> list[dict[str, Any]]:
    """What is missing, a line each, with the step where it is mended."""
    return [
        {
            "text": f"{PAGES[step].name}: {round_faults.sentence(fault)}",
            "met": False,
            "url": url_for("office.round_step", round_id=round_.id, step=step),
        }
        for step, faults in missing.items()
        for fault in faults
    ]
