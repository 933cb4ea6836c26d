"""The committee's ballot at the general meeting, on the member's own device."""

from dataclasses import replace

from flask import abort, redirect, request

from app import clock
from app.ballots import queries as ballots
from app.ballots import services
from app.committee import queries as committee
from app.committee.rules import MeetingNotOpen
from app.people.models import COMMITTEE_ROLE, Account
from app.rounds import queries as rounds
from app.rounds.rules import COMMITTEE
from app.web import guard
from app.web.committee.audience import wing
from app.web.voting import booth
from app.web.voting.booth import Answer, Booth, Place, enter


@wing.get("/rounds/<int:round_id>/ballot")
def ballot(round_id: int) -> Answer:
    here = _enter(round_id)
    if here.has_voted:
        return here.done_page(again=True)
    _ensure_may_vote(here)
    return here.ballot_page()


@wing.route("/rounds/<int:round_id>/ballot/check", methods=["GET", "POST"])
def check(round_id: int) -> Answer:
    here = _enter(round_id)
    if here.has_voted:
        return here.done_page(again=True), 409 if request.method == "POST" else 200
    _ensure_may_vote(here)
    return here.check() if request.method == "POST" else here.check_page()


@wing.post("/rounds/<int:round_id>/ballot/cast")
def cast(round_id: int) -> Answer:
    account = _get_member(round_id)
    return booth.cast(
        _place(round_id),
        lambda picks, token: services.cast_as_member(round_id, account, picks, token=token),
        lambda: _enter(round_id),
    )


@wing.get("/rounds/<int:round_id>/ballot/receipt")
def receipt(round_id: int) -> Answer:
    here = _enter(round_id)
    return here.done_page(again=False) if here.has_voted else redirect(here.place.url("ballot"))


def _place(round_id: int) -> Place:
    return Place(round_id, COMMITTEE, "committee")


def _get_member(round_id: int) -> Account:
    """Where the committee leaves the vote to the residents there is no such ballot."""
    round_ = rounds.get_public_round(round_id)
    if all(chamber.code != COMMITTEE for chamber in round_.chambers):
        abort(404)
    return guard.ensure_role(round_.programme, COMMITTEE_ROLE)


def _enter(round_id: int) -> Booth:
    account = _get_member(round_id)
    meeting = committee.find_meeting(round_id)
    return replace(
        enter(_place(round_id), account),
        barred=ballots.list_barred_codes(round_id, account.id),
        presence=committee.presence(meeting, clock.now()) if meeting else None,
    )


def _ensure_may_vote(here: Booth) -> None:
    """What the cast will ask, asked early: nobody should fill in a ballot that cannot be cast."""
    here.ensure_open()
    meeting = committee.find_meeting(here.place.round_id)
    if meeting is None:
        raise MeetingNotOpen
    committee.ensure_may_vote(meeting, guard.get_account().id, here.standing.at)
