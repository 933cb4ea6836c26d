"""With an account at somebody else's identity provider: it says who one is, and the roll says whether one may vote."""

import hmac
from datetime import date, datetime, timedelta
from typing import Any

from flask import abort, redirect, render_template, request, session, url_for

from app import clock
from app.adapters import oidc
from app.adapters.oidc import Identity
from app.people.identity import phone_key
from app.roll import queries
from app.roll import rules as roll
from app.roll import services as rolls
from app.roll.models import RollEntry
from app.rounds.queries import get_public_round
from app.rounds.rules import REGISTER
from app.web import guard
from app.web.navigation import programme_frame
from app.web.refusals import shown_in
from app.web.voting import code_slot, who
from app.web.voting.audience import wing
from app.web.voting.booth import Answer
from app.web.voting.code import open_standing
from app.web.voting.code_claim import CodeClaimForm, places

LASTS = timedelta(minutes=10)
AWAY, CAME_BACK = "oidc", "oidc-who"  # slots of the session: while away, and between the provider and the register


@wing.get("/<int:round_id>/oidc")
def oidc_begin(round_id: int) -> Answer:
    _ensure_configured()
    open_standing(round_id)
    begun = oidc.client().begin(_callback())
    session[AWAY] = [round_id, begun.state, begun.nonce, begun.verifier, _until()]
    return redirect(begun.url)


@wing.get("/oidc")
def oidc_callback() -> Answer:
    """Where the provider sends people back to. What was kept for it is good once."""
    _ensure_configured()
    round_id, state, nonce, verifier = _take(AWAY, 4)
    if not hmac.compare_digest(request.args.get("state", "").encode(), str(state).encode()):
        raise oidc.NotTrusted
    if "error" in request.args or not request.args.get("code"):
        raise oidc.ProviderRefused
    standing = open_standing(round_id)
    identity = oidc.client().finish(request.args["code"], nonce, verifier, _callback())
    entry = _find(round_id, identity, is_register=standing.voters == REGISTER)
    if entry is None:
        phone = _phone_key(identity)
        session[CAME_BACK] = [round_id, identity.name, identity.born_on.isoformat(), phone, _until()]
        return redirect(url_for(".oidc_claim", round_id=round_id))
    return _enter(entry)


@wing.route("/<int:round_id>/oidc/who", methods=["GET", "POST"])
def oidc_claim(round_id: int) -> Answer:
    """Whom the provider named says what ties them to the area: that no provider knows."""
    _ensure_configured()
    kept, standing = session.get(CAME_BACK), open_standing(round_id)
    if not kept or kept[0] != round_id:
        return redirect(url_for(".oidc_begin", round_id=round_id))
    round_, form = get_public_round(round_id), CodeClaimForm()
    form.offer(round_)
    del form.name, form.born_on
    if form.validate_on_submit():
        _id, name, born_on, phone = _take(CAME_BACK, 4, stays=True)
        with shown_in(form, places(form)):
            claim = rolls.Claim(name, date.fromisoformat(born_on), form.basis.data, form.dong())
            key, at = guard.identity_key(), clock.now()
            entry = rolls.register(round_, claim, source=roll.OIDC, phone_key=phone, key=key, at=at)
            session.pop(CAME_BACK)
            return _enter(entry)
    heading = standing.heading
    page = render_template(
        "voting/oidc_claim.html", heading=heading, programme=programme_frame(heading), form=form, name=kept[1]
    )
    return page, 422 if form.errors else 200


def _find(round_id: int, identity: Identity, *, is_register: bool) -> RollEntry | None:
    """On a list the one entry of this name, birth date and, where both know one, phone. On a register whoever came
    this way before; None for whoever is new. Raises NotOnTheRoll."""
    phone = _phone_key(identity)
    person = rolls.person_key(round_id, identity.name, identity.born_on, key=guard.identity_key())
    fitting = [
        entry for entry in queries.list_by_person(round_id, person) if phone is None or entry.phone_key in (None, phone)
    ]
    if is_register:
        return next((entry for entry in fitting if entry.source == roll.OIDC and entry.phone_key == phone), None)
    if len(fitting) > 1:
        fitting = [entry for entry in fitting if phone is not None and entry.phone_key == phone]
    if len(fitting) != 1:
        raise roll.NotOnTheRoll
    return fitting[0]


def _phone_key(identity: Identity) -> str | None:
    return phone_key(guard.identity_key(), identity.phone) if identity.phone else None


def _enter(entry: RollEntry) -> Answer:
    code_slot.drop(entry.round_id)
    who.keep_right(entry)
    return redirect(url_for(".ballot", round_id=entry.round_id))


def _take(slot: str, values: int, *, stays: bool = False) -> list[Any]:
    """Raises NotTrusted where there is nothing, or nothing any more."""
    kept = session.get(slot) if stays else session.pop(slot, None)
    if not kept or datetime.fromisoformat(kept[values]) <= clock.now():
        raise oidc.NotTrusted
    return list(kept[:values])


def _until() -> str:
    return (clock.now() + LASTS).isoformat()


def _callback() -> str:
    return url_for("voting.oidc_callback", _external=True)


def _ensure_configured() -> None:
    if not oidc.is_configured():
        abort(404)
