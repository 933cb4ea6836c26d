"""The residents' mobile ballot: ballot, check page, one cast, receipt."""

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for

from app.ballots import services
from app.ballots import voter_queries as voters
from app.ballots.box import Put
from app.ballots.rules import MOBILE
from app.people.models import Resident
from app.roll.models import RollEntry
from app.roll.rules import NotOnTheRoll
from app.rounds import queries as rounds
from app.rounds.rules import ANYBODY, REGISTER, RESIDENTS
from app.web.navigation import programme_frame
from app.web.voting import booth, code_slot, who
from app.web.voting.audience import wing
from app.web.voting.booth import Answer, Booth, Place, enter


@wing.get("/<int:round_id>")
def ballot(round_id: int) -> Answer:
    standing = voters.get_standing(round_id)
    voter = who.find_voter(round_id, standing.voters != ANYBODY)
    if voter is None and standing.voters == REGISTER:
        standing.ensure_open(RESIDENTS)
        return redirect(url_for(".register", round_id=round_id))
    if voter is None:
        return _not_on_the_roll(round_id)
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
    voter = _voter(round_id)

    def put(picks: Sequence[str], token: str) -> Put:
        if isinstance(voter, RollEntry):
            admit = code_slot.spender(round_id, voter)
            return services.cast_as_entry(round_id, voter, picks, channel=MOBILE, token=token, admit=admit)
        return services.cast_as_resident(round_id, voter, picks, token=token)

    return booth.cast(_place(round_id), put, lambda: _enter(round_id))


@wing.get("/<int:round_id>/receipt")
def receipt(round_id: int) -> Answer:
    here = _enter(round_id)
    return here.done_page(again=False) if here.has_voted else redirect(here.place.url("ballot"))


def _not_on_the_roll(round_id: int) -> Answer:
    """What to do then, for one whose phone is not on the list."""
    round_ = rounds.get_public_round(round_id)
    programme = programme_frame(round_.programme)
    return render_template("voting/not_on_the_roll.html", round=round_, programme=programme), 404


def _place(round_id: int) -> Place:
    return Place(round_id, RESIDENTS, "voting")


def _voter(round_id: int) -> Resident | RollEntry:
    """Raises NotOnTheRoll."""
    found = who.find_voter(round_id, voters.get_standing(round_id).voters != ANYBODY)
    if found is None:
        raise NotOnTheRoll
    return found


def _enter(round_id: int) -> Booth:
    return enter(_place(round_id), _voter(round_id))
