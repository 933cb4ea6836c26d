"""At the desk: the officer types what stands on the identity card, and finds the person on the roll or puts them there.

Whether somebody has voted is said only to the officer who has just typed them, person by person; there is no list.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask import flash, render_template
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.ballots import voter_queries as voters
from app.roll import queries as roll
from app.roll import rules, services
from app.roll.models import RollEntry
from app.roll.services import Claim
from app.rounds.rules import REGISTER, RESIDENTS
from app.stations import pins, queries
from app.stations.models import PollingStation
from app.web import guard
from app.web.desk import seen
from app.web.desk.audience import get_station, wing
from app.web.desk.desk_forms import ClaimForm, PersonForm, PinForm, TwinForm, say_entry
from app.web.desk.home import desk_frame, pin_numbers
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]


@wing.route("/<int:station_id>", methods=["GET", "POST"])
def station(station_id: int) -> Answer:
    here, form = get_station(station_id), PersonForm()
    if form.validate_on_submit():
        with shown_in(form, {rules.NameMissing: form.name, rules.BirthDateUnfit: form.born_on}):
            voters.get_standing(here.round_id).ensure_open(RESIDENTS)
            return _found(here, form)
    page = render_template(
        "desk/station.html",
        form=form,
        numbers=pin_numbers(here),
        kiosks=queries.list_kiosks(station_id),
        **desk_frame(here),
    )
    return page, 422 if form.errors else 200


@wing.post("/<int:station_id>/register")
def register(station_id: int) -> Answer:
    """Whoever is on no roll yet, of a round that keeps a register."""
    here = get_station(station_id)

    def put(claim: Claim, key: str, at: datetime, form: ClaimForm) -> RollEntry:
        return services.register(here.round, claim, source=rules.DESK, phone_key=None, key=key, at=at)

    return _put_on_the_roll(here, _claim_form(here, ClaimForm), "desk/register.html", put)


@wing.post("/<int:station_id>/twin")
def twin(station_id: int) -> Answer:
    """Somebody else of the same name and birth date than those found."""
    here = get_station(station_id)

    def put(claim: Claim, key: str, at: datetime, form: ClaimForm) -> RollEntry:
        reason = form["reason"].data
        return services.add_twin(here.round, claim, reason, key=key, at=at, by=guard.get_account().actor)

    return _put_on_the_roll(here, _claim_form(here, TwinForm), "desk/twin.html", put)


Put = Callable[[Claim, str, datetime, ClaimForm], RollEntry]


def _put_on_the_roll(here: PollingStation, form: ClaimForm, template: str, put: Put) -> Answer:
    places = {
        rules.NameMissing: form.name,
        rules.BirthDateUnfit: form.born_on,
        rules.TooYoung: form.born_on,
        rules.BasisNotTaken: form.basis,
        rules.AreaMissing: form.area,
        rules.GuardianMissing: form.guardian,
    }
    if form.validate_on_submit():
        with shown_in(form, places):
            entry = put(_claim(here, form), guard.identity_key(), clock.now(), form)
            flash(_("명부에 올렸습니다."), "good")
            return found_page(here, [entry])
    return render_template(template, form=form, **desk_frame(here)), 422


def _claim(here: PollingStation, form: ClaimForm) -> Claim:
    area = next((one for one in roll.list_dongs(here.round) if str(one.id) == form.area.data), None)
    guardian = rules.DESK if form.guardian.data else None
    return Claim(form.name.data, form.born_on.data, form.basis.data, area, guardian)


def _claim_form(here: PollingStation, kind: type[ClaimForm], **given: Any) -> ClaimForm:
    form = kind(**given)
    form.offer(here.round, roll.list_dongs(here.round))
    return form


def _found(here: PollingStation, person: PersonForm) -> Answer:
    """Those of this name and birth date; where there is nobody, whoever it is may come onto the register."""
    at = clock.now()
    rules.ensure_birth_date(person.born_on.data, clock.seoul_day(at))
    key = services.person_key(here.round_id, person.name.data, person.born_on.data, key=guard.identity_key())
    entries = roll.list_by_person(here.round_id, key)
    pins.record_look_up(here, len(entries), len(_who_voted(here, entries)), at=at, by=guard.get_account().actor)
    is_register = here.round.voters == REGISTER
    given = {"name": person.name.data, "born_on": person.born_on.data}
    if entries:
        return found_page(
            here, entries, twin=_claim_form(here, TwinForm, formdata=None, **given) if is_register else None
        )
    if is_register:
        form = _claim_form(here, ClaimForm, formdata=None, **given)
        return render_template("desk/register.html", form=form, **desk_frame(here))
    raise rules.NotOnTheRoll


def found_page(
    here: PollingStation, entries: Sequence[RollEntry], *, form: PinForm | None = None, twin: TwinForm | None = None
) -> Answer:
    """Who was found, who of them has voted, and for the others the way to a PIN. With `form`: what was wrong in it."""
    voted = _who_voted(here, entries)
    free = [entry for entry in entries if entry.id not in voted]
    asked = form or PinForm(formdata=None, seen=seen.sign(here, entries))
    asked.offer(free)
    page = render_template(
        "desk/found.html",
        form=asked,
        free=free,
        voted=[say_entry(entry) for entry in entries if entry.id in voted],
        twin=twin,
        **desk_frame(here),
    )
    return page, 422 if asked.errors else 200


def _who_voted(here: PollingStation, entries: Sequence[RollEntry]) -> set[int]:
    """Before the ballot is published nobody has."""
    standing = voters.get_standing(here.round_id)
    if standing.secret is None:
        return set()
    keys = {entry.id: standing.voter_key(voters.identity_of(entry)) for entry in entries}
    return {entry_id for entry_id, key in keys.items() if voters.has_voted(here.round_id, RESIDENTS, key)}
