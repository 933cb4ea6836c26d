"""The residents' mobile ballot: ballot, check page, one cast, receipt."""

from flask import redirect, request

from app.ballots import services
from app.rounds import queries as rounds
from app.rounds.rules import RESIDENTS
from app.web import guard
from app.web.voting.audience import wing
from app.web.voting.booth import Answer, Booth, enter


@wing.get("/<int:round_id>")
def ballot(round_id: int) -> Answer:
    booth = _enter(round_id)
    if booth.has_voted:
        return booth.done_page(again=True)
    booth.ensure_open()
    return booth.ballot_page()


@wing.route("/<int:round_id>/check", methods=["GET", "POST"])
def check(round_id: int) -> Answer:
    booth = _enter(round_id)
    if booth.has_voted:
        return booth.done_page(again=True), 409 if request.method == "POST" else 200
    booth.ensure_open()
    return booth.check() if request.method == "POST" else booth.check_page()


@wing.post("/<int:round_id>/cast")
def cast(round_id: int) -> Answer:
    booth, resident = _enter(round_id), guard.get_resident()
    return booth.cast(lambda picks, token: services.cast_as_resident(booth.round, resident, picks, token=token))


@wing.get("/<int:round_id>/receipt")
def receipt(round_id: int) -> Answer:
    booth = _enter(round_id)
    return booth.done_page(again=False) if booth.has_voted else redirect(booth.url("ballot"))


def _enter(round_id: int) -> Booth:
    return enter(rounds.get_public_round(round_id), RESIDENTS, guard.get_resident(), "voting")
