"""The shortlist: what the sheets come to once they are all in, and the one decision on it."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug import Response
from wtforms import HiddenField

from app import clock
from app.reviews import rules, scoring, sheet_queries, sheet_services
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.web import guard
from app.web.errors import sentence
from app.web.fields import Form, Required
from app.web.office.audience import wing
from app.web.office.round_frame import get_round, round_frame
from app.web.proof import with_proof
from app.web.shortlist_view import Row, rule_facts
from app.web.shortlist_view import decided as decided_row

Answer = Response | str | tuple[str, int]


class DecideForm(Form):
    """`seen` is the fingerprint of the standings that the page showed."""

    seen = HiddenField(validators=[Required(_l("페이지를 다시 열어 주세요."))])


@wing.get("/rounds/<int:round_id>/shortlist")
def shortlist(round_id: int) -> str:
    """Before anything can be decided the page shows no means: they are nobody's."""
    round_ = get_round(round_id)
    decided = sheet_queries.list_decisions(round_id)
    obstacle = None if decided else _obstacle(round_)
    rows = [decided_row(one) for one in decided] or ([] if obstacle else _standing(round_))
    return render_template(
        "office/shortlist_detail.html", is_decided=bool(decided), obstacle=obstacle, **_facts(round_, rows)
    )


@wing.route("/rounds/<int:round_id>/shortlist/decide", methods=["GET", "POST"])
@with_proof
def shortlist_decide(round_id: int) -> Answer:
    round_ = get_round(round_id)
    sheet_services.ensure_may_decide(round_, clock.now())
    form = DecideForm(seen=scoring.fingerprint(sheet_queries.standings(round_)))
    if form.validate_on_submit():
        by = guard.get_account().actor
        sheet_services.decide_shortlist(round_, seen=form.seen.data, at=clock.now(), by=by)
        flash(_("투표 대상을 정했습니다."), "good")
        return redirect(url_for(".shortlist", round_id=round_id))
    page = render_template("office/shortlist_decide.html", form=form, **_facts(round_, _standing(round_)))
    return page, 422 if form.errors else 200


def _obstacle(round_: Round) -> str | None:
    try:
        sheet_services.ensure_may_decide(round_, clock.now())
    except (rules.ReviewError, rounds.RoundError) as error:
        return sentence(error)
    return None


def _standing(round_: Round) -> list[Row]:
    by_id = {one.id: one for one in sheet_queries.list_to_score(round_.id)}
    return [
        Row(by_id[one.proposal_id], one.place, scoring.say_mean(one.mean), one.sheets, one.reason, one.shortlisted)
        for one in sheet_queries.standings(round_)
    ]


def _facts(round_: Round, rows: list[Row]) -> dict[str, Any]:
    return {**rule_facts(round_, rows), **round_frame(round_)}
