"""Residents sign in with a code sent to their phone; anybody signs out."""

import secrets
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.config import Config
from app.notices import queries as messages
from app.notices import services as notices
from app.notices.courier import courier
from app.notices.rules import SHUT, NoMessages
from app.people import codes, identity
from app.people.models import Resident
from app.people.rules import PeopleError
from app.roll.queries import may_vote_at
from app.stations import queries as stations
from app.web import guard
from app.web.errors import sentence
from app.web.fields import Form
from app.web.public.audience import wing
from app.web.public.other_ways import other_ways
from app.web.public.sign_in_forms import CodeForm, PhoneForm

Answer = Response | str | tuple[str, int]


@wing.route("/sign-in", methods=["GET", "POST"])
def resident_sign_in() -> Answer:
    form = PhoneForm(next=request.args.get("next", ""))
    if form.validate_on_submit():
        try:
            _send_code(form.phone.data, form.next.data or "")
            session["phone"] = form.phone.data
            return redirect(url_for("public.resident_sign_in_code", next=form.next.data or None))
        except PeopleError as error:
            form.refuse(sentence(error), form.phone)
        except NoMessages as error:
            return _phone_page(form, sentence(error))[0], 503
    return _phone_page(form)


@wing.route("/sign-in/code", methods=["GET", "POST"])
def resident_sign_in_code() -> Answer:
    form = CodeForm(next=request.args.get("next", ""))
    phone, browser = session.get("phone"), session.get("browser")
    if phone is None or browser is None:
        return redirect(url_for("public.resident_sign_in", next=form.next.data or None))
    if form.validate_on_submit():
        try:
            guard.sign_in(_check_code(phone, browser, form.code.data))
            return redirect(guard.safe_next(form.next.data, "/"))
        except PeopleError as error:
            form.refuse(sentence(error), form.code)
    return _page("public/sign_in_code.html", form, phone=identity.say_phone(phone))


@wing.post("/sign-in/again")
def resident_sign_in_again() -> Answer:
    """Another code to the same phone."""
    phone = session.get("phone") or abort(404)
    target = request.form.get("next") or None
    try:
        _send_code(phone, target or "")
    except (PeopleError, NoMessages) as error:
        flash(sentence(error), "bad")
    else:
        flash(_("인증번호를 다시 보냈습니다. 가장 나중에 받은 번호를 입력해 주세요."), "info")
    return redirect(url_for("public.resident_sign_in_code", next=target))


@wing.post("/sign-out")
def sign_out() -> Answer:
    guard.sign_out()
    flash(_("로그아웃했습니다."), "good")
    return redirect("/")


def _send_code(phone: str, target: str) -> None:
    """Queues a code bound to this browser; it is sent when the answer has left: not to a phone that could not vote at
    `target`, where somebody wants to go, and nobody sees a difference. Raises PeopleError, NoMessages."""
    browser = session.setdefault("browser", secrets.token_urlsafe(24))
    key, limits = guard.identity_key(), _config().code_limits
    send = may_vote_at(target, identity.phone_key(key, phone))
    try:
        courier().take(codes.send_code(phone, browser, key=key, say=_say, at=clock.now(), send=send, limits=limits))
    except NoMessages as error:
        _count_unserved(error)
        raise


def _count_unserved(error: NoMessages) -> None:
    """Each browser once in an hour: whoever tries again is the same person."""
    hour = clock.now().strftime("%Y-%m-%d %H")
    if session.get("unserved") != hour:
        notices.record_unserved(error.reason, at=clock.now())
        session["unserved"] = hour


def _check_code(phone: str, browser: str, typed: str) -> Resident:
    key, limits = guard.identity_key(), _config().code_limits
    return codes.check_code(phone, browser, typed, key=key, at=clock.now(), limits=limits)


def _phone_page(form: PhoneForm, stopped: str = "") -> tuple[str, int]:
    """With the ways for whoever has no phone, where there are any."""
    others = {"ways": other_ways(form.next.data), "has_stations": stations.has_any()}
    return _page("public/sign_in.html", form, stopped, **others)


def _page(template: str, form: Form, stopped: str = "", **shown: Any) -> tuple[str, int]:
    """`stopped`: why no code is sent, where that is known already."""
    shut_until = messages.find_shut_until(clock.now())
    if not stopped and shut_until is not None:
        stopped = sentence(NoMessages(SHUT, shut_until))
    page = render_template(template, form=form, stopped=stopped, help_phone=_config().help_phone, **shown)
    return page, 422 if form.errors else 200


def _config() -> Config:
    config: Config = current_app.extensions["hanpyo"]
    return config


def _say(code: str) -> str:
    """One SMS in either language: at most 90 bytes."""
    return _("[한표] 인증번호 %(code)s (5분 안에 입력). 남에게 알려 주지 마세요.", code=code)
