"""The committee's ballot at the general meeting, on the member's own device."""

from dataclasses import replace

from flask import redirect, request

from app import clock
from app.ballots import queries as ballots
from app.ballots import services
from app.committee import queries as committee
from app.committee.rules import MeetingNotOpen
from app.database import db
from app.people.models import COMMITTEE_ROLE
from app.rounds import queries as rounds
from app.rounds.rules import COMMITTEE
from app.web import guard
from app.web.committee.audience import wing
from app.web.voting.booth import Answer, Booth, enter


@wing.get("/rounds/<int:round_id>/ballot")
def ballot(round_id: int) -> Answer:
    booth = _enter(round_id)
    if booth.has_voted:
        return booth.done_page(again=True)
    _ensure_may_vote(booth)
    return booth.ballot_page()


@wing.route("/rounds/<int:round_id>/ballot/check", methods=["GET", "POST"])
def check(round_id: int) -> Answer:
    booth = _enter(round_id)
    if booth.has_voted:
        return booth.done_page(again=True), 409 if request.method == "POST" else 200
    _ensure_may_vote(booth)
    return booth.check() if request.method == "POST" else booth.check_page()


@wing.post("/rounds/<int:round_id>/ballot/cast")
def cast(round_id: int) -> Answer:
    booth, account = _enter(round_id), guard.get_account()
    return booth.cast(lambda picks, token: services.cast_as_member(booth.round, account, picks, token=token))


@wing.get("/rounds/<int:round_id>/ballot/receipt")
def receipt(round_id: int) -> Answer:
    booth = _enter(round_id)
    return booth.done_page(again=False) if booth.has_voted else redirect(booth.url("ballot"))


def _enter(round_id: int) -> Booth:
    round_ = rounds.get_public_round(round_id)
    account = guard.ensure_role(round_.programme, COMMITTEE_ROLE)
    meeting = committee.find_meeting(round_id)
    return replace(
        enter(round_, COMMITTEE, account, "committee"),
        barred=ballots.list_barred_codes(round_id, account.id),
        presence=committee.presence(meeting, clock.now()) if meeting else None,
    )


def _ensure_may_vote(booth: Booth) -> None:
    """What the cast will ask, asked early: nobody should fill in a ballot that cannot be cast."""
    booth.ensure_open()
    meeting = committee.find_meeting(booth.round.id)
    if meeting is None:
        raise MeetingNotOpen
    committee.ensure_may_vote(meeting, guard.get_account().id, clock.database_now(db.session))
