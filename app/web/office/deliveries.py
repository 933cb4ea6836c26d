"""What waits to go out of a round, or to a committee, what was given up and why, and trying that again. For whom it is
is not said."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import ngettext
from werkzeug import Response

from app import clock
from app.notices import delivery_queries as queries
from app.notices import delivery_services as services
from app.notices.letter_models import About
from app.notices.queries import get_breaker
from app.notices.rules import CHANNELS
from app.proposals.queries import list_by_ids
from app.web import guard
from app.web.fields import Form, SeenField
from app.web.letter_view import title_of
from app.web.office.audience import wing
from app.web.office.committee_frame import committee_frame, get_programme
from app.web.office.round_frame import get_round, round_frame


class RetryForm(Form):
    """`notice`: the one to try again; 0: all."""

    notice = SeenField(default="0")


@wing.get("/rounds/<int:round_id>/deliveries")
def delivery_list(round_id: int) -> str:
    round_ = get_round(round_id)
    retry_url = url_for(".delivery_retry", round_id=round_id)
    return render_template("office/delivery_list.html", **_shown(About(round_id), retry_url), **round_frame(round_))


@wing.post("/rounds/<int:round_id>/deliveries/retry")
def delivery_retry(round_id: int) -> Response:
    get_round(round_id)
    return _retry(About(round_id), url_for(".delivery_list", round_id=round_id))


@wing.get("/programmes/<slug>/committee/deliveries")
def sending_list(slug: str) -> str:
    """Of what members and applicants were told."""
    one = get_programme(slug)
    shown = _shown(About(programme_id=one.id), url_for(".sending_retry", slug=slug))
    return render_template("office/sending_list.html", **shown, **committee_frame(one))


@wing.post("/programmes/<slug>/committee/deliveries/retry")
def sending_retry(slug: str) -> Response:
    return _retry(About(programme_id=get_programme(slug).id), url_for(".sending_list", slug=slug))


def _shown(of: About, retry_url: str) -> dict[str, Any]:
    unsent = queries.list_unsent(of)
    proposals = list_by_ids({one.notice.proposal_id for one in unsent if one.notice.proposal_id})
    return {
        "unsent": unsent,
        "tally": queries.tally(of),
        "numbers": {one.id: one.number for one in proposals},
        "shut": {channel: get_breaker(channel).reason for channel in CHANNELS},
        "title_of": title_of,
        "retry_url": retry_url,
    }


def _retry(of: About, back: str) -> Response:
    form = RetryForm()
    if form.validate_on_submit():
        notice_id = form.notice.number(digits=18) or None
        again = services.retry(of, notice_id, at=clock.now(), by=guard.get_account().actor)
        flash(ngettext("%(num)d통을 다시 보냅니다.", "%(num)d통을 다시 보냅니다.", again), "good")
    return redirect(back)
