"""Dangerous steps ask for the second factor again, unless it was given in this session within ten minutes.

A page asks before it is shown. A form that was open for longer asks when it is sent, and goes on with all that was
typed in it once the factor is given.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField

from app import clock
from app.people import factor_rules as rules
from app.people import factors, passkeys, queries, sessions
from app.people import services as people
from app.people.models import AccountSession
from app.people.rules import PeopleError
from app.web import devices, guard
from app.web.errors import sentence
from app.web.fields import Form, Unmarked

Kept = list[tuple[str, str]]


class ProofForm(Form):
    """Its names are those of no other form: it is sent along with what was typed in one."""

    proof = StringField(_l("인증번호 여섯 자리 또는 복구 코드"), [Unmarked()])
    proof_passkey = HiddenField()


class PasswordProofForm(Form):
    """For an account without a second factor, which only the demo has."""

    proof = PasswordField(_l("비밀번호"), [Unmarked()])
    proof_passkey = HiddenField()


OWN = ("csrf_token", "proof", "proof_passkey")


def with_proof(view: Callable[..., Any]) -> Callable[..., Any]:
    """Goes below `@wing.route(…)`; the wing's door, or the view, sees to it that somebody is signed in."""

    @wraps(view)
    def proved(*args: Any, **values: Any) -> Any:
        if guard.find_session() is None or guard.is_proved():
            return view(*args, **values)
        if request.method == "GET":
            return redirect(url_for("public.account_prove", next=guard.here()))
        return ask_for_proof(_typed()) or view(*args, **values)

    proved.needs_proof = True  # type: ignore[attr-defined]
    return proved


def ask_for_proof(kept: Kept) -> Any:
    """The page that asks, with `kept` in its form; None when this request brought the right answer."""
    session = guard.get_session()
    form = proof_form(session)
    if "proof" in request.form and form.validate():
        try:
            sessions.renew_proof(session, factor=give_factor(session, form), at=clock.now())
            return None
        except rules.FactorLocked as error:
            return start_again(error)
        except PeopleError as error:
            form.refuse(sentence(error), form.proof)
    status = 422 if form.errors else 200
    return render_template("public/account_prove.html", kept=kept, **proof_frame(session, form)), status


def proof_form(session: AccountSession) -> Form:
    return ProofForm() if queries.has_factor(session.account_id) else PasswordProofForm()


def proof_frame(session: AccountSession, form: Form) -> dict[str, Any]:
    has_app, codes = queries.find_app(session.account_id), queries.count_recovery_codes(session.account_id)
    return {
        "form": form,
        "has_passkeys": bool(queries.list_passkeys(session.account_id)),
        "has_codes": has_app is not None or codes > 0 or isinstance(form, PasswordProofForm),
        "has_app": has_app is not None,
    }


def give_factor(session: AccountSession, form: Any) -> str:
    """Which factor the form holds. Raises WrongFactor, FactorLocked, PasskeyRefused; where there is none, what a
    password raises."""
    key, at, login = guard.identity_key(), clock.now(), session.account.login
    if form.proof_passkey.data:
        credential, challenge = form.proof_passkey.data, devices.take_challenge()
        return passkeys.give(session, credential, challenge, devices.site(), key=key, at=at)
    typed, known_browser = form.proof.data or "", devices.known_browser(login)
    if isinstance(form, PasswordProofForm):
        people.check_password(login, typed, known_browser=known_browser, key=key, at=at)
        return rules.PASSWORD
    return factors.give_code(session, typed, known_browser=known_browser, key=key, at=at)


def start_again(error: rules.FactorLocked) -> Any:
    """Too many wrong codes have ended the session."""
    flash(sentence(error), "bad")
    return redirect(url_for("public.account_sign_in"))


def _typed() -> Kept:
    return [(name, value) for name, value in request.form.items(multi=True) if name not in OWN]
