"""Accounts sign in with a password and a second factor, or with a passkey; and change their password."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.config import Config
from app.people import factor_rules as factors
from app.people import passkeys, queries, sessions
from app.people import services as people
from app.people.models import (
    ADMIN_ROLE,
    APPROVER_ROLE,
    COMMITTEE_ROLE,
    DEPARTMENT_ROLE,
    STAFF_ROLE,
    AccountSession,
)
from app.people.rules import PeopleError, WeakPassword
from app.web import devices, guard
from app.web.errors import sentence
from app.web.proof import ask_for_proof, give_factor, proof_form, proof_frame, start_again
from app.web.public.audience import wing
from app.web.public.sign_in_forms import AccountForm, PasskeyForm, PasswordForm

Answer = Response | str | tuple[str, int]
# Where each role's work is; who holds several goes to the first.
DESKS = (
    (STAFF_ROLE, "office.home"),
    (APPROVER_ROLE, "office.home"),
    (DEPARTMENT_ROLE, "office.check_list"),
    (COMMITTEE_ROLE, "committee.home"),
    (ADMIN_ROLE, "admin.account_list"),
)


@wing.route("/staff/sign-in", methods=["GET", "POST"])
def account_sign_in() -> Answer:
    form = AccountForm(next=request.args.get("next", ""))
    if form.validate_on_submit():
        try:
            return _arrive(guard.take_up(_sign_in(form.login.data, form.password.data)), form.next.data)
        except PeopleError as error:
            form.refuse(sentence(error))
    page = render_template("public/account_sign_in.html", form=form)
    return page, 422 if form.errors else 200


@wing.post("/staff/sign-in/passkey")
def account_sign_in_passkey() -> Answer:
    form = PasskeyForm()
    try:
        _account, token = passkeys.sign_in(
            form.credential.data or "",
            devices.take_challenge(),
            devices.site(),
            device=devices.device_words(),
            key=guard.identity_key(),
            at=clock.now(),
        )
    except PeopleError as error:
        flash(sentence(error), "bad")
        return redirect(url_for("public.account_sign_in", next=form.next.data or None))
    return _arrive(guard.take_up(token), form.next.data)


@wing.route("/staff/sign-in/second", methods=["GET", "POST"])
def account_second() -> Answer:
    half, target = guard.find_half(), request.args.get("next")
    if half is None:
        return redirect(url_for("public.account_sign_in", next=target))
    if not queries.has_factor(half.account_id):
        return redirect(url_for("public.account_security", next=target))
    form = proof_form(half)
    if form.validate_on_submit():
        try:
            return redirect(complete(half, give_factor(half, form), target))
        except factors.FactorLocked as error:
            return start_again(error)
        except PeopleError as error:
            form.refuse(sentence(error), form["proof"])
    page = render_template("public/account_second.html", **proof_frame(half, form))
    return page, 422 if form.errors else 200


@wing.route("/staff/prove", methods=["GET", "POST"])
def account_prove() -> Answer:
    """Before a dangerous page."""
    if guard.find_session() is None:
        return redirect(url_for("public.account_sign_in", next=guard.here()))
    answer: Answer | None = ask_for_proof([])
    return answer or redirect(guard.safe_next(request.args.get("next"), _desk(guard.roles_held())))


@wing.route("/staff/password", methods=["GET", "POST"])
def account_password() -> Answer:
    session, form = guard.find_session(), PasswordForm()
    if session is None:
        return redirect(url_for("public.account_sign_in", next=request.path))
    if form.validate_on_submit():
        known_browser = devices.known_browser(session.account.login)
        try:
            people.change_password(
                session,
                form.old.data,
                form.new.data,
                known_browser=known_browser,
                key=guard.identity_key(),
                at=clock.now(),
            )
            flash(_("비밀번호를 바꿨습니다. 다른 기기에서는 로그아웃되었습니다."), "good")
            return redirect(_desk(guard.roles_held()))
        except PeopleError as error:
            form.refuse(sentence(error), form.new if isinstance(error, WeakPassword) else form.old)
    return render_template("public/account_password.html", form=form), 422 if form.errors else 200


def complete(half: AccountSession, factor: str, target: str | None) -> str:
    """Signs in whoever owed the second factor. Returns where they go."""
    token = sessions.complete(half, factor=factor, key=guard.identity_key(), at=clock.now())
    return _welcome(guard.take_up(token), target)


def _sign_in(login: str, password: str) -> str:
    config: Config = current_app.extensions["hanpyo"]
    _account, token = people.sign_in(
        login,
        password,
        device=devices.device_words(),
        second_factor=config.asks_second_factor,
        known_browser=devices.known_browser(login),
        key=guard.identity_key(),
        at=clock.now(),
    )
    return token


def _arrive(session: AccountSession, target: str | None) -> Response:
    if session.proved_at is None:
        return redirect(url_for("public.account_second", next=target or None))
    return redirect(_welcome(session, target))


def _welcome(session: AccountSession, target: str | None) -> str:
    devices.remember(session.account.login)
    return guard.safe_next(target, _desk({grant.role for grant in session.account.roles}))


def _desk(roles: set[str]) -> str:
    pages = [page for role, page in DESKS if role in roles and page in current_app.view_functions]
    return url_for(pages[0]) if pages else "/"
