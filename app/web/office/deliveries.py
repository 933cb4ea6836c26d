"""What waits to go out of a round, what was given up and why, and trying that again. Whom it is for is not said."""

from flask import flash, redirect, render_template, url_for
from flask_babel import ngettext
from werkzeug import Response

from app import clock
from app.notices import delivery_queries as queries
from app.notices import delivery_services as services
from app.notices.queries import get_breaker
from app.notices.rules import CHANNELS
from app.proposals.queries import list_by_ids
from app.web import guard
from app.web.fields import Form, SeenField
from app.web.letter_view import title_of
from app.web.office.audience import wing
from app.web.office.round_frame import get_round, round_frame


class RetryForm(Form):
    """`notice`: the one to try again; 0: all of the round."""

    notice = SeenField(default="0")


@wing.get("/rounds/<int:round_id>/deliveries")
def delivery_list(round_id: int) -> str:
    round_ = get_round(round_id)
    unsent = queries.list_unsent(round_id)
    proposals = list_by_ids({one.notice.proposal_id for one in unsent if one.notice.proposal_id})
    return render_template(
        "office/delivery_list.html",
        unsent=unsent,
        tally=queries.tally(round_id),
        numbers={one.id: one.number for one in proposals},
        shut={channel: get_breaker(channel).reason for channel in CHANNELS},
        title_of=title_of,
        **round_frame(round_),
    )


@wing.post("/rounds/<int:round_id>/deliveries/retry")
def delivery_retry(round_id: int) -> Response:
    get_round(round_id)
    form = RetryForm()
    if form.validate_on_submit():
        notice_id = form.notice.number(digits=18) or None
        again = services.retry(round_id, notice_id, at=clock.now(), by=guard.get_account().actor)
        flash(ngettext("%(num)d통을 다시 보냅니다.", "%(num)d통을 다시 보냅니다.", again), "good")
    return redirect(url_for(".delivery_list", round_id=round_id))
