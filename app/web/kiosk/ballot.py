"""The kiosk: PIN, ballot, check page, receipt, and its start page again. Whoever leaves comes there, and only there."""

import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps

from flask import abort, redirect, render_template, request, session, url_for
from flask_babel import lazy_gettext as _l
from werkzeug import Response

from app import clock
from app.ballots import rules, services
from app.ballots.box import Put
from app.papers import days
from app.rounds.rules import RESIDENTS
from app.stations import pins
from app.stations import rules as stations
from app.web import guard
from app.web.fields import Form, Required, TrimmedString
from app.web.filters import read_anew
from app.web.kiosk import turn
from app.web.kiosk.audience import get_kiosk, wing
from app.web.kiosk.turn import Turn
from app.web.navigation import LANGUAGES
from app.web.refusals import shown_in
from app.web.voting import booth
from app.web.voting.booth import Answer, Booth, Place, enter
from app.web.voting.draft import drop_draft

View = Callable[[int, Turn], Answer]


class PinForm(Form):
    pin = TrimmedString(
        _l("투표 번호 여섯 자리"),
        [Required(_l("창구에서 받은 번호 여섯 자리를 눌러 주세요."))],
    )

    @property
    def digits(self) -> str:
        return "".join(one for one in unicodedata.normalize("NFKC", self.pin.data) if one.isdecimal())


@wing.route("/", methods=["GET", "POST"])
def start() -> Answer:
    if request.method == "GET":  # before there is a form, whose token belongs to the session
        turn.end(_asked_locale())
        read_anew()
    form = PinForm()
    if form.validate_on_submit():
        places = dict.fromkeys(REFUSALS, form.pin)
        with shown_in(form, places):
            taken = pins.take_pin(get_kiosk(), form.digits, key=guard.identity_key(), at=clock.now())
            turn.begin(taken, session.get("locale"))
            return redirect(url_for(".ballot", round_id=get_kiosk().station.round_id))
    page = Response(
        render_template("kiosk/start.html", form=form, languages=LANGUAGES),
        422 if form.errors else 200,
        mimetype="text/html",
    )
    return drop_draft(page, url_for(".ballot", round_id=get_kiosk().station.round_id))


REFUSALS = (
    stations.WrongPin,
    stations.PinOverdue,
    stations.PinOfAnotherStation,
    stations.PinTakenElsewhere,
    stations.KioskPaused,
)


def in_turn(view: View) -> Callable[[int], Answer]:
    """Without a turn there is the start page, whichever way somebody came."""

    @wraps(view)
    def looked_at(round_id: int) -> Answer:
        if get_kiosk().station.round_id != round_id:
            abort(404)
        mine = turn.find(round_id, get_kiosk().id)
        return view(round_id, mine) if mine else redirect(url_for(".start"))

    return looked_at


@wing.get("/<int:round_id>")
@in_turn
def ballot(round_id: int, mine: Turn) -> Answer:
    here = _enter(round_id, mine)
    if here.has_voted:
        return here.done_page(again=True)
    if mine.pin is None:
        return redirect(url_for(".start"))
    here.ensure_open()
    return here.ballot_page()


@wing.route("/<int:round_id>/check", methods=["GET", "POST"])
@in_turn
def check(round_id: int, mine: Turn) -> Answer:
    here = _enter(round_id, mine)
    if here.has_voted:
        return here.done_page(again=True), 409 if request.method == "POST" else 200
    if mine.pin is None:
        return redirect(url_for(".start"))
    here.ensure_open()
    return here.check() if request.method == "POST" else here.check_page()


@wing.post("/<int:round_id>/cast")
@in_turn
def cast(round_id: int, mine: Turn) -> Answer:
    """The same request again, after its answer was lost, gets the same receipt, though its PIN is spent."""
    kiosk = get_kiosk()
    kiosk_id, station_id = kiosk.id, kiosk.station_id
    helped = mine.pin is not None and mine.pin.help != stations.ALONE

    def admit(at: datetime) -> None:
        days.ensure_open(station_id, at)
        pins.spend_pin(mine.pin_id, kiosk_id, at)

    def put(picks: Sequence[str], token: str) -> Put:
        return services.cast_as_entry(
            round_id,
            mine.entry,
            picks,
            channel=rules.ASSISTED if helped else rules.KIOSK,
            token=token,
            station_id=station_id,
            admit=admit,
        )

    return booth.cast(_place(round_id), put, lambda: _enter(round_id, mine))


@wing.get("/<int:round_id>/receipt")
@in_turn
def receipt(round_id: int, mine: Turn) -> Answer:
    here = _enter(round_id, mine)
    return here.done_page(again=False) if here.has_voted else redirect(here.place.url("ballot"))


def _place(round_id: int) -> Place:
    return Place(round_id, RESIDENTS, "kiosk", frame="layouts/kiosk.html", done="kiosk/done.html")


def _enter(round_id: int, mine: Turn) -> Booth:
    return enter(_place(round_id), mine.entry)


def _asked_locale() -> str | None:
    """For one voter: the next one begins in the device's own language again."""
    asked = request.args.get("language")
    return asked if asked in dict(LANGUAGES) else None
