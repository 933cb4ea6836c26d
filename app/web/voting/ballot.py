"""The residents' mobile ballot: ballot, check page, one cast, receipt."""

from flask import redirect, request

from app.ballots import services
from app.rounds.rules import RESIDENTS
from app.web import guard
from app.web.voting import booth
from app.web.voting.audience import wing
from app.web.voting.booth import Answer, Booth, Place, enter


@wing.get("/<int:round_id>")
def ballot(round_id: int) -> Answer:
    here = _enter(round_id)
    if here.has_voted:
        return here.done_page(again=True)
    here.ensure_open()
    return here.ballot_page()


@wing.route("/<int:round_id>/check", methods=["GET", "POST"])
def check(round_id: int) -> Answer:
    here = _enter(round_id)
    if here.has_voted:
        return here.done_page(again=True), 409 if request.method == "POST" else 200
    here.ensure_open()
    return here.check() if request.method == "POST" else here.check_page()


@wing.post("/<int:round_id>/cast")
def cast(round_id: int) -> Answer:
    resident = guard.get_resident()
    return booth.cast(
        _place(round_id),
        lambda picks, token: services.cast_as_resident(round_id, resident, picks, token=token),
        lambda: _enter(round_id),
    )


@wing.get("/<int:round_id>/receipt")
def receipt(round_id: int) -> Answer:
    here = _enter(round_id)
    return here.done_page(again=False) if here.has_voted else redirect(here.place.url("ballot"))


def _place(round_id: int) -> Place:
    return Place(round_id, RESIDENTS, "voting")


def _enter(round_id: int) -> Booth:
    return enter(_place(round_id), guard.get_resident())
