"""The one-time PIN for somebody whom the officer has just looked up; for a voter who is helped, before two officers."""

from flask import render_template
from werkzeug import Response

from app import clock
from app.ballots import voter_queries as voters
from app.ballots.rules import AlreadyVoted
from app.papers import days
from app.people import rules as people
from app.people import services as accounts
from app.rounds.rules import RESIDENTS
from app.stations import pins, rules
from app.stations.models import PollingStation
from app.stations.pins import Helped
from app.web import guard
from app.web.desk import seen
from app.web.desk.audience import get_station, wing
from app.web.desk.desk_forms import PinForm
from app.web.desk.home import desk_frame
from app.web.desk.identity import found_page
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]


@wing.post("/<int:station_id>/pins")
def pin_issue(station_id: int) -> Answer:
    here, form = get_station(station_id), PinForm()
    entries = seen.read(here, form.seen.data)
    form.offer(entries)
    if form.validate_on_submit():
        entry = next(one for one in entries if str(one.id) == form.entry.data)
        places = {
            people.WrongPassword: form.password,
            people.Locked: form.password,
            people.TooBusy: form.password,
            rules.SameOfficer: form.login,
            rules.NotOnDuty: form.login,
        }
        with shown_in(form, places):
            standing = voters.get_standing(here.round_id)
            standing.ensure_open(RESIDENTS)
            days.ensure_open(station_id, clock.now())
            if voters.has_voted(here.round_id, RESIDENTS, standing.voter_key(voters.identity_of(entry))):
                raise AlreadyVoted
            helped, officer = _helped(form), guard.get_account()
            digits = pins.issue_pin(here, entry, officer, helped, key=guard.identity_key(), at=clock.now())
            return _slip(here, digits, helped)
    return found_page(here, entries, form=form)


def _helped(form: PinForm) -> Helped | None:
    """Raises WrongPassword, Locked, TooBusy: the second officer's own."""
    if form.help.data == rules.ALONE:
        return None
    account = accounts.check_password(
        form.login.data, form.password.data or "", key=guard.identity_key(), at=clock.now()
    )
    return Helped(form.help.data, account)


def _slip(here: PollingStation, digits: str, helped: Helped | None) -> str:
    """Shown once: the digits are kept nowhere."""
    return render_template(
        "desk/pin.html",
        digits=f"{digits[:3]} {digits[3:]}",
        expires_at=clock.now() + rules.PIN_LASTS,
        reason=helped.reason if helped else None,
        **desk_frame(here),
    )
