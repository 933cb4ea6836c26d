"""The outings of one who goes: which, the route of each, and the line for the calendar."""

from datetime import timedelta

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _

from app.people.models import COMMITTEE_ROLE
from app.reviews import recusal_queries, visit_queries
from app.reviews.visit_models import Outing, SiteVisit
from app.web import guard
from app.web.calendar_file import Event, calendar_response
from app.web.filters import moment
from app.web.navigation import programme_frame
from app.web.onsite.audience import blinds, get_outing, wing
from app.web.words import said

AT_A_STOP = timedelta(hours=1)  # about, with the way to it


@wing.get("/")
def home() -> str:
    return render_template("onsite/home.html", outings=visit_queries.list_outings_of(guard.get_account()))


@wing.get("/outings/<int:outing_id>")
def outing(outing_id: int) -> str:
    one = get_outing(outing_id)
    blind = blinds(one.round)
    legs = [
        leg._replace(stops=[blind(stop.proposal, stop) for stop in leg.stops])
        for leg in visit_queries.list_legs(one.id)
    ]
    return render_template("onsite/outing.html", legs=legs, barred=_barred(one), **_frame(one))


@wing.get("/outings/<int:outing_id>/outing.ics")
def outing_calendar(outing_id: int) -> Response:
    one = get_outing(outing_id)
    barred, blind = _barred(one), blinds(one.round)
    stops = [_line(blind(stop.proposal, stop), is_barred=stop.proposal_id in barred) for stop in one.stops]
    page = request.host_url.rstrip("/") + url_for(".outing", outing_id=outing_id)
    event = Event(
        uid=f"outing-{one.id}@{request.host}",
        sequence=one.sequence,
        sent_at=one.changed_at,
        starts_at=one.starts_at,
        summary=_("%(round)s 현장심사", round=said(one.round, "title")),
        location=one.meeting_point,
        description="\n".join([_("모이는 때: %(when)s", when=moment(one.starts_at)), *stops, page]),
        lasts=AT_A_STOP * max(len(stops), 1),
        is_cancelled=one.cancelled_at is not None,
    )
    return calendar_response(event, "outing.ics")


def _barred(one: Outing) -> set[int]:
    """Proposals on the way of which the reader is to know nothing."""
    account = guard.get_account()
    return {proposal_id for proposal_id, who in recusal_queries.list_bars(one.round_id) if who == account.id}


def _line(stop: SiteVisit, *, is_barred: bool) -> str:
    place = f"{stop.stop}. {_place(stop.proposal.area)}"
    return place if is_barred else f"{place} {stop.proposal.title}"


def _place(area: object) -> str:
    return said(area, "name") if area is not None else _("구 전체")


def _frame(one: Outing) -> dict[str, object]:
    programme = one.round.programme
    is_member = guard.has_role(COMMITTEE_ROLE, programme)
    return {"outing": one, "round": one.round, "programme": programme_frame(programme), "is_member": is_member}
