"""The outings of one who goes: which, the route of each, and the line for the calendar."""

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _

from app.reviews import recusal_queries, visit_queries
from app.reviews.visit_models import Outing
from app.web import guard
from app.web.calendar_file import Event, calendar_response
from app.web.filters import moment
from app.web.navigation import programme_frame
from app.web.onsite.audience import get_outing, wing
from app.web.words import said


@wing.get("/")
def home() -> str:
    return render_template("onsite/home.html", outings=visit_queries.list_outings_of(guard.get_account()))


@wing.get("/outings/<int:outing_id>")
def outing(outing_id: int) -> str:
    one = get_outing(outing_id)
    account = guard.get_account()
    legs = visit_queries.list_legs(one.id)
    barred = {proposal_id for proposal_id, who in recusal_queries.list_bars(one.round_id) if who == account.id}
    return render_template("onsite/outing.html", legs=legs, barred=barred, **_frame(one))


@wing.get("/outings/<int:outing_id>/outing.ics")
def outing_calendar(outing_id: int) -> Response:
    one = get_outing(outing_id)
    stops = [f"{stop.stop}. {_place(stop.proposal.area)} {stop.proposal.title}" for stop in one.stops]
    page = request.host_url.rstrip("/") + url_for(".outing", outing_id=outing_id)
    event = Event(
        uid=f"outing-{one.id}@{request.host}",
        sequence=one.sequence,
        sent_at=one.changed_at,
        starts_at=one.starts_at,
        summary=_("%(round)s 현장심사", round=said(one.round, "title")),
        location=one.meeting_point,
        description="\n".join([_("모이는 때: %(when)s", when=moment(one.starts_at)), *stops, page]),
    )
    return calendar_response(event)


def _place(area: object) -> str:
    return said(area, "name") if area is not None else _("구 전체")


def _frame(one: Outing) -> dict[str, object]:
    return {"outing": one, "round": one.round, "programme": programme_frame(one.round.programme)}
