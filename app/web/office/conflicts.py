"""Proposals of a round that are at odds: found by the system, settled by staff."""

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.people.models import STAFF_ROLE
from app.proposals import conflict_queries as queries
from app.proposals import conflict_rules as rules
from app.proposals import conflict_services as services
from app.proposals.models import Proposal
from app.proposals.queries import list_by_numbers
from app.reviews import recusal_queries
from app.rounds.rules import CALLED
from app.web import guard
from app.web.fields import Form
from app.web.filters import number
from app.web.office.audience import wing
from app.web.office.conflict_forms import CompareForm, SettleForm
from app.web.office.round_frame import get_round, round_frame
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]


@wing.get("/rounds/<int:round_id>/conflicts")
def conflict_list(round_id: int) -> str:
    round_ = get_round(round_id)
    found = queries.list_conflicts(round_id)
    return render_template(
        "office/conflict_list.html",
        waiting=[one for one in found if one.state == rules.OPEN],
        settled=[one for one in found if one.state != rules.OPEN],
        unasked=queries.count_unasked(round_id) if round_.state == CALLED else 0,
        form=Form(),
        **round_frame(round_),
    )


@wing.post("/rounds/<int:round_id>/conflicts")
def conflict_find(round_id: int) -> Response:
    round_ = get_round(round_id)
    if not Form().validate_on_submit():
        abort(400)
    found = services.find_conflicts(round_, at=clock.now(), by=guard.get_account().actor)
    flash(_("새로 찾은 것이 %(n)s개 있습니다.", n=number(found)), "good")
    return redirect(url_for(".conflict_list", round_id=round_id))


@wing.route("/rounds/<int:round_id>/conflicts/compare", methods=["GET", "POST"])
def conflict_create(round_id: int) -> Answer:
    """Two that somebody sees to be at odds, though no comparison finds them. Not for one who is barred from either."""
    round_, by = get_round(round_id), guard.get_account().actor
    form = CompareForm()
    if form.validate_on_submit():
        with shown_in(form, {rules.NotAPair: form.second, rules.AlreadyFound: form.second}):
            one, other = _pair(round_id, form.first.data, form.second.data)
            for each in (one, other):
                recusal_queries.ensure_not_barred(each, by)
            conflict = services.add_conflict(round_, one, other, form.kind.data, at=clock.now(), by=by)
            return redirect(url_for(".conflict_settle", conflict_id=conflict.id))
    page = render_template("office/conflict_create.html", form=form, **round_frame(round_))
    return page, 422 if form.errors else 200


def _pair(round_id: int, first: int, second: int) -> list[Proposal]:
    """Raises NotAPair."""
    found = list_by_numbers(round_id, [first, second])
    if len(found) < 2:
        raise rules.NotAPair
    return found


@wing.route("/conflicts/<int:conflict_id>", methods=["GET", "POST"])
def conflict_settle(conflict_id: int) -> Answer:
    """Both proposals side by side, and the decision; once settled, what it was. Not for one who is barred from either
    of them."""
    conflict = queries.get_conflict(conflict_id)
    round_ = conflict.first.round
    account = guard.ensure_role(round_.programme, STAFF_ROLE)
    for one in (conflict.first, conflict.second):
        recusal_queries.ensure_not_barred(one, account.actor)
    form = SettleForm()
    if form.validate_on_submit():
        with shown_in(form, {rules.BothStillThere: form.settlement}):
            services.settle_conflict(conflict, form.settlement.data, form.reason.data, account, at=clock.now())
            flash(_("정리했습니다."), "good")
            return redirect(url_for(".conflict_list", round_id=round_.id))
    page = render_template("office/conflict_settle.html", form=form, conflict=conflict, **round_frame(round_))
    return page, 422 if form.errors else 200
