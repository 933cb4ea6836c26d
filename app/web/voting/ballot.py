"""The residents' mobile ballot: ballot, check page, one cast, receipt."""

from collections.abc import Sequence
from contextlib import suppress

from flask import redirect, render_template, request, url_for

from app.ballots import services
from app.ballots import voter_queries as voters
from app.ballots.box import Put
from app.ballots.rules import MOBILE
from app.ballots.voter_queries import Standing
from app.people.models import Resident
from app.roll.models import RollEntry
from app.roll.rules import NotOnTheRoll, VotersOtherwise
from app.rounds import queries as rounds
from app.rounds.rules import ANYBODY, REGISTER, RESIDENTS
from app.web import guard
from app.web.navigation import programme_frame
from app.web.stations_link import stations_url
from app.web.voting import booth, code_slot, who
from app.web.voting.audience import wing
from app.web.voting.booth import Answer, Booth, Place, enter


@wing.get("/<int:round_id>")
def ballot(round_id: int) -> Answer:
    standing = voters.get_standing(round_id)
    voter = _find_voter(standing)
    if voter is None and standing.voters == REGISTER:
        standing.ensure_open(RESIDENTS)
        return redirect(url_for(".register", round_id=round_id))
    if voter is None:
        return _not_on_the_roll(round_id)
    here = enter(_place(round_id), voter, standing)
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
    """A phone first: where that is all a round asks for, on the last evening, nothing else is looked up."""

    def put(picks: Sequence[str], token: str) -> Put:
        resident = None if who.has_right(round_id) else guard.find_resident()
        if resident is not None:
            with suppress(VotersOtherwise):
                return services.cast_as_resident(round_id, resident, picks, token=token)
        entry = who.find_entry(round_id)
        if entry is None:
            raise NotOnTheRoll
        admit = code_slot.spender(round_id, entry)
        return services.cast_as_entry(round_id, entry, picks, channel=MOBILE, token=token, admit=admit)

    return booth.cast(_place(round_id), put, lambda: _enter(round_id))


@wing.get("/<int:round_id>/receipt")
def receipt(round_id: int) -> Answer:
    here = _enter(round_id)
    return here.done_page(again=False) if here.has_voted else redirect(here.place.url("ballot"))


def _not_on_the_roll(round_id: int) -> Answer:
    """What to do then, for one whose phone is not on the list."""
    round_ = rounds.get_public_round(round_id)
    programme = programme_frame(round_.programme)
    stations = stations_url(round_id)
    return render_template("voting/not_on_the_roll.html", round=round_, programme=programme, stations_url=stations), 404


def _place(round_id: int) -> Place:
    return Place(round_id, RESIDENTS, "voting")


def _find_voter(standing: Standing) -> Resident | RollEntry | None:
    return who.find_voter(standing.round_id, standing.voters != ANYBODY)


def _enter(round_id: int) -> Booth:
    """Raises NotOnTheRoll."""
    standing = voters.get_standing(round_id)
    voter = _find_voter(standing)
    if voter is None:
        raise NotOnTheRoll
    return enter(_place(round_id), voter, standing)
