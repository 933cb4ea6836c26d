"""An account's own second factors and the devices on which it is signed in."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.config import Config
from app.people import factor_rules as rules
from app.people import factors, passkeys, queries, sessions
from app.people.models import AccountSession
from app.people.rules import PeopleError
from app.web import devices, guard
from app.web.errors import sentence
from app.web.fields import Form
from app.web.proof import with_proof
from app.web.public.account_sign_in import complete
from app.web.public.audience import wing
from app.web.public.sign_in_forms import AppForm, NewPasskeyForm
from app.web.qr import qr_code
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]


@wing.get("/staff/security")
def account_security() -> Answer:
    """For who signs in for the first time: the choice between an app and a passkey."""
    own = _own()
    if own is None:
        return _to_sign_in()
    config: Config = current_app.extensions["hanpyo"]
    return render_template(
        "public/account_security.html",
        app=queries.find_app(own.account_id),
        passkeys=queries.list_passkeys(own.account_id),
        codes=queries.count_recovery_codes(own.account_id),
        must=config.asks_second_factor,
        **_frame(own),
    )


@wing.route("/staff/security/app", methods=["GET", "POST"])
@with_proof
def account_app() -> Answer:
    own, form = _own(), AppForm()
    if own is None:
        return _to_sign_in()
    if form.validate_on_submit():
        with shown_in(form, {rules.WrongSetupCode: form.code}):
            codes = factors.set_app(own, form.code.data, key=guard.identity_key(), at=clock.now())
            return _added(own, rules.APP, codes, _("인증 앱을 등록했습니다."))
    secret, uri = factors.offer_app(own, key=guard.identity_key())
    shown = {"secret": _in_fours(secret), "qr": qr_code(uri, scale=5)}
    page = render_template("public/account_app.html", form=form, **shown, **_frame(own))
    return page, 422 if form.errors else 200


@wing.route("/staff/security/passkeys/new", methods=["GET", "POST"])
@with_proof
def account_passkey_add() -> Answer:
    own, form = _own(), NewPasskeyForm()
    if own is None:
        return _to_sign_in()
    if form.validate_on_submit():
        try:
            codes = passkeys.add(
                own.account,
                form.name.data,
                form.credential.data or "",
                devices.take_challenge(),
                devices.site(),
                key=guard.identity_key(),
                at=clock.now(),
            )
            return _added(own, rules.PASSKEY, codes, _("패스키를 등록했습니다."))
        except PeopleError as error:
            form.refuse(sentence(error))
    page = render_template("public/account_passkey_add.html", form=form, **_frame(own))
    return page, 422 if form.errors else 200


@wing.route("/staff/security/passkeys/<int:passkey_id>/remove", methods=["GET", "POST"])
@with_proof
def account_passkey_remove(passkey_id: int) -> Answer:
    own, form = guard.find_session(), Form()
    if own is None:
        return _to_sign_in()
    one = queries.get_passkey(own.account_id, passkey_id)
    if form.validate_on_submit():
        with shown_in(form, {rules.LastFactor: None}):
            passkeys.remove(own.account, passkey_id, at=clock.now())
            flash(_("패스키를 지웠습니다."), "good")
            return redirect(url_for("public.account_security"))
    page = render_template("public/account_passkey_remove.html", form=form, one=one)
    return page, 422 if form.errors else 200


@wing.route("/staff/security/codes", methods=["GET", "POST"])
@with_proof
def account_codes() -> Answer:
    own, form = guard.find_session(), Form()
    if own is None:
        return _to_sign_in()
    if form.validate_on_submit():
        codes = factors.renew_codes(own.account, key=guard.identity_key(), at=clock.now())
        return _codes_page(codes, url_for("public.account_security"))
    left = queries.count_recovery_codes(own.account_id)
    page = render_template("public/account_codes.html", form=form, left=left)
    return page, 422 if form.errors else 200


@wing.get("/staff/sessions")
def account_sessions() -> Answer:
    own = guard.find_session()
    if own is None:
        return _to_sign_in()
    listed = sessions.list_of(own.account_id, clock.now())
    return render_template("public/account_sessions.html", sessions=listed, here=own.id)


@wing.post("/staff/sessions/<int:session_id>/end")
def account_session_end(session_id: int) -> Answer:
    own = guard.find_session()
    if own is None:
        return _to_sign_in()
    sessions.end(own.account, session_id, at=clock.now())
    flash(_("그 기기에서 로그아웃했습니다."), "good")
    return redirect(url_for("public.account_sessions"))


@wing.post("/staff/sessions/end-others")
def account_sessions_end() -> Answer:
    own = guard.find_session()
    if own is None:
        return _to_sign_in()
    sessions.end_others(own.account, own.id, at=clock.now())
    flash(_("이 기기를 뺀 모든 기기에서 로그아웃했습니다."), "good")
    return redirect(url_for("public.account_sessions"))


@wing.post("/staff/passkey/<any(add,enter,prove):purpose>")
def passkey_challenge(purpose: str) -> Response:
    """Asked by `passkey.js`: what the browser's passkey is to sign, and how."""
    asks = {rules.ADD: _own, rules.ENTER: lambda: None, rules.PROVE: _proving}[purpose]()
    if asks is None and purpose != rules.ENTER:
        return _to_sign_in()
    account, key, at = asks and asks.account, guard.identity_key(), clock.now()
    session["challenge"], options = passkeys.ask(purpose, account, devices.site(), key=key, at=at)
    return Response(options, mimetype="application/json")


def _own() -> AccountSession | None:
    """That of the account signed in; or half a one of an account that has no second factor to give yet."""
    half = None if guard.find_session() else guard.find_half()
    return guard.find_session() or (None if half is None or queries.has_factor(half.account_id) else half)


def _proving() -> AccountSession | None:
    return guard.find_session() or guard.find_half()


def _frame(own: AccountSession) -> dict[str, Any]:
    return {"is_first": own.proved_at is None, "target": request.args.get("next")}


def _added(own: AccountSession, factor: str, codes: list[str], words: str) -> Answer:
    """A first factor finishes the sign-in that it was asked for; a first set of codes is shown."""
    go_to = url_for("public.account_security")
    if own.proved_at is None:
        go_to = complete(own, factor, request.args.get("next"))
    if codes:
        return _codes_page(codes, go_to)
    flash(words, "good")
    return redirect(go_to)


def _codes_page(codes: list[str], go_to: str) -> str:
    """The only time that they are seen."""
    return render_template("public/account_codes_shown.html", codes=codes, go_to=go_to)


def _in_fours(secret: str) -> str:
    return " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))


def _to_sign_in() -> Response:
    return redirect(url_for("public.account_sign_in", next=guard.here()))
