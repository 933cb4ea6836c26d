"""A member's ballot on a shared tablet: the pages of everybody's booth, for as long as the right lasts."""

from dataclasses import replace

from flask import abort, make_response, redirect, request, session, url_for
from werkzeug import Response

from app import clock
from app.ballots import meeting_pins
from app.ballots import queries as ballots
from app.committee import queries as committee
from app.committee import tablet_rules as rules
from app.people.models import Account
from app.rounds.rules import COMMITTEE
from app.web import guard
from app.web.tablet.audience import get_right, get_tablet, wing
from app.web.voting import booth
from app.web.voting.booth import Answer, Booth, Place, enter

READING = 300  # seconds without a script: a ballot is long to read; with one, `start-again` asks sooner


@wing.get("/rounds/<int:round_id>/ballot")
def ballot(round_id: int) -> Response:
    if _has_cast(place := _place(round_id)):
        return redirect(place.url("receipt"))
    here = _enter(round_id)
    return _slowly(here.done_page(again=True) if here.has_voted else here.ballot_page())


@wing.route("/rounds/<int:round_id>/ballot/check", methods=["GET", "POST"])
def check(round_id: int) -> Response:
    if _has_cast(place := _place(round_id)):
        return redirect(place.url("receipt"))
    here = _enter(round_id)
    if here.has_voted:
        return make_response(here.done_page(again=True), 409 if request.method == "POST" else 200)
    return _slowly(here.check() if request.method == "POST" else here.check_page())


@wing.post("/rounds/<int:round_id>/ballot/cast")
def cast(round_id: int) -> Answer:
    place, tablet, right = _place(round_id), get_tablet(), get_right()
    key, at = guard.identity_key(), clock.now()
    if _has_cast(place):  # pressed twice
        return redirect(place.url("receipt"))
    return booth.cast(
        place,
        lambda picks, token: meeting_pins.cast_with_right(tablet, right, picks, token=token, key=key, at=at),
        lambda: _enter(round_id),
    )


@wing.get("/rounds/<int:round_id>/ballot/receipt")
def receipt(round_id: int) -> Answer:
    place = _place(round_id)
    return enter(place, None).done_page(again=False) if _has_cast(place) else redirect(url_for("tablet.home"))


def _has_cast(place: Place) -> bool:
    """Whether the one who is at this tablet has: their right and their name are gone with the cast."""
    return place.receipt in session


def _place(round_id: int) -> Place:
    if committee.general_meeting_of(get_tablet()).round_id != round_id:
        abort(404)
    return Place(round_id, COMMITTEE, "tablet")


def _enter(round_id: int) -> Booth:
    """Asks what the cast will ask. Raises RightEnded, OutsidePhase and what `committee.ensure_may_vote` raises."""
    place, account = _place(round_id), _get_voter()
    meeting = committee.general_meeting_of(get_tablet())
    here = replace(
        enter(place, account),
        barred=ballots.list_barred_codes(round_id, account.id),
        presence=committee.presence(meeting, clock.now()),
    )
    if not here.has_voted:
        here.ensure_open()
        committee.ensure_may_vote(meeting, account.id, here.standing.at)
    return here


def _get_voter() -> Account:
    voter = meeting_pins.find_voter(get_tablet(), get_right(), key=guard.identity_key(), at=clock.now())
    if voter is None:
        raise rules.RightEnded
    return voter


def _slowly(answer: Answer) -> Response:
    response = make_response(answer)
    if not response.location:
        response.headers["Refresh"] = f"{READING}; url={url_for('tablet.home')}"
    return response
