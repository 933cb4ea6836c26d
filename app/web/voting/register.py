"""Coming onto the roll of a round that keeps a register: one page after the phone's code, and for a child two more,
on which a guardian consents. What is typed is in the pages themselves, and kept nowhere."""

import secrets
from collections.abc import Sequence

from flask import current_app, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug import Response
from wtforms import Field

from app import clock
from app.ballots import voter_queries as voters
from app.config import Config
from app.notices.courier import courier
from app.notices.rules import NoMessages
from app.people import codes, identity
from app.people import rules as people
from app.programmes.models import Area
from app.roll import queries, services
from app.roll import rules as roll
from app.roll.rules import PHONE
from app.rounds import queries as rounds
from app.rounds.models import Round
from app.rounds.rules import REGISTER, RESIDENTS
from app.web import guard
from app.web.fields import Form
from app.web.navigation import programme_frame
from app.web.refusals import shown_in
from app.web.stations_link import stations_url
from app.web.voting import who
from app.web.voting.audience import wing
from app.web.voting.register_forms import (
    GuardianCodeForm,
    GuardianForm,
    RegisterForm,
    register_form,
)

Answer = Response | str | tuple[str, int]
BROWSER = "guardian-browser"  # in the session: another binding than that of the one who signs in


@wing.route("/<int:round_id>/register", methods=["GET", "POST"])
def register(round_id: int) -> Answer:
    round_ = _enter(round_id)
    if round_ is None:
        return redirect(url_for(".ballot", round_id=round_id))
    dongs = queries.list_dongs(round_)
    form = register_form(round_, dongs)
    if form.validate_on_submit():
        with shown_in(form, _places(form)):
            try:
                return _register(round_, form, dongs, None)
            except roll.GuardianMissing:
                return _guardian_page(round_, form, GuardianForm())
    return _page("voting/register.html", round_, form, dongs=dongs)


@wing.post("/<int:round_id>/register/guardian")
def register_guardian(round_id: int) -> Answer:
    """The guardian's phone, to which a code goes."""
    round_ = _enter(round_id)
    if round_ is None:
        return redirect(url_for(".ballot", round_id=round_id))
    told = register_form(round_, queries.list_dongs(round_))
    form = GuardianForm()
    if not told.validate():
        return _page("voting/register.html", round_, told, dongs=queries.list_dongs(round_))
    if form.validate():
        at = form.guardian_phone
        with shown_in(form, {roll.SamePhone: at, people.PeopleError: at, NoMessages: None}):
            _send_code(form.guardian_phone.data)
            return _code_page(round_, told, GuardianCodeForm())
    return _guardian_page(round_, told, form)


@wing.post("/<int:round_id>/register/consent")
def register_consent(round_id: int) -> Answer:
    """The code that the guardian got, and then the child is on the roll."""
    round_ = _enter(round_id)
    if round_ is None:
        return redirect(url_for(".ballot", round_id=round_id))
    dongs = queries.list_dongs(round_)
    told, form = register_form(round_, dongs), GuardianCodeForm()
    if not told.validate():
        return _page("voting/register.html", round_, told, dongs=dongs)
    if form.validate():
        with shown_in(form, {people.PeopleError: form.code}):
            _check_code(form)
            with shown_in(told, _places(told)):
                return _register(round_, told, dongs, PHONE)
            return _page("voting/register.html", round_, told, dongs=dongs)
    return _code_page(round_, told, form)


def _enter(round_id: int) -> Round | None:
    """The round, while one may vote in it and this resident is not on its roll; else None: the ballot's page knows.
    Raises OutsidePhase, NotPublished."""
    standing = voters.get_standing(round_id)
    if standing.voters != REGISTER or who.find_entry(round_id) is not None:
        return None
    standing.ensure_open(RESIDENTS)
    return rounds.get_round(round_id)


def _register(round_: Round, form: RegisterForm, dongs: Sequence[Area], guardian: str | None) -> Response:
    phone_key, round_id = guard.get_resident().phone_key, round_.id
    claim = form.claim(dongs, guardian)
    services.register_by_phone(round_, claim, phone_key, key=guard.identity_key(), at=clock.now())
    return redirect(url_for(".ballot", round_id=round_id))


def _places(form: RegisterForm) -> dict[type[Exception], Field | None]:
    return {
        roll.NameMissing: form.name,
        roll.BirthDateUnfit: form.born_on,
        roll.TooYoung: form.born_on,
        roll.AreaMissing: form.dong,
        roll.BasisNotTaken: form.basis,
        roll.OnTheRollAlready: None,
        roll.TooManyClaims: None,
    }


def _send_code(phone: str) -> None:
    """It is sent when the answer has left. Raises SamePhone, PeopleError, NoMessages."""
    if identity.phone_key(guard.identity_key(), phone) == guard.get_resident().phone_key:
        raise roll.SamePhone
    browser = session.setdefault(BROWSER, secrets.token_urlsafe(24))
    key, limits = guard.identity_key(), _config().code_limits
    courier().take(codes.send_code(phone, browser, key=key, say=_say, at=clock.now(), limits=limits))


def _check_code(form: GuardianCodeForm) -> None:
    """Raises NotAMobileNumber, SamePhone, WrongCode, CodeExpired."""
    phone = identity.normalise_phone(form.guardian_phone.data or "")
    if identity.phone_key(guard.identity_key(), phone) == guard.get_resident().phone_key:
        raise people.CodeExpired
    browser = session.get(BROWSER) or ""
    key, limits = guard.identity_key(), _config().code_limits
    codes.check_phone(phone, browser, form.code.data, key=key, at=clock.now(), limits=limits)


def _config() -> Config:
    config: Config = current_app.extensions["hanpyo"]
    return config


def _say(code: str) -> str:
    """One SMS in either language: at most 90 bytes."""
    return _("[한표] 자녀의 투표에 동의하시면 인증번호 %(code)s 를 알려 주세요.", code=code)


def _guardian_page(round_: Round, told: RegisterForm, form: GuardianForm) -> Answer:
    return _page("voting/register_guardian.html", round_, form, answers=told.answers)


def _code_page(round_: Round, told: RegisterForm, form: GuardianCodeForm) -> Answer:
    phone = form.guardian_phone.data or request.form.get("guardian_phone", "")
    answers = {**told.answers, "guardian_phone": phone}
    return _page("voting/register_consent.html", round_, form, answers=answers, phone=_said(phone))


def _said(phone: str) -> str:
    try:
        return identity.say_phone(identity.normalise_phone(phone))
    except people.NotAMobileNumber:
        return phone


def _page(template: str, round_: Round, form: Form, **values: object) -> Answer:
    shown = {"form": form, "round": round_, "programme": programme_frame(round_.programme), **values}
    page = render_template(template, stations_url=stations_url(round_.id) if form.errors else "", **shown)
    return page, 422 if form.errors or form.form_errors else 200
