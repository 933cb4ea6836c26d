"""Residents sign in with a code sent to their phone; anybody signs out."""

import secrets

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.adapters import sms
from app.notices import services as notices
from app.people import codes, identity
from app.people.rules import PeopleError
from app.web import guard
from app.web.errors import sentence
from app.web.public.audience import wing
from app.web.public.other_ways import other_ways
from app.web.public.sign_in_forms import CodeForm, PhoneForm

Answer = Response | str | tuple[str, int]


@wing.route("/sign-in", methods=["GET", "POST"])
def resident_sign_in() -> Answer:
    form = PhoneForm(next=request.args.get("next", ""))
    if form.validate_on_submit():
        try:
            _send_code(form.phone.data)
            session["phone"] = form.phone.data
            return redirect(url_for("public.resident_sign_in_code", next=form.next.data or None))
        except PeopleError as error:
            form.refuse(sentence(error), form.phone)
    ways = other_ways(form.next.data)
    return render_template("public/sign_in.html", form=form, ways=ways), 422 if form.errors else 200


@wing.route("/sign-in/code", methods=["GET", "POST"])
def resident_sign_in_code() -> Answer:
    form = CodeForm(next=request.args.get("next", ""))
    phone, browser = session.get("phone"), session.get("browser")
    if phone is None or browser is None:
        return redirect(url_for("public.resident_sign_in", next=form.next.data or None))
    if form.validate_on_submit():
        try:
            guard.sign_in(codes.check_code(phone, browser, form.code.data, key=guard.identity_key(), at=clock.now()))
            return redirect(guard.safe_next(form.next.data, "/"))
        except PeopleError as error:
            form.refuse(sentence(error), form.code)
    page = render_template("public/sign_in_code.html", form=form, phone=identity.say_phone(phone))
    return page, 422 if form.errors else 200


@wing.post("/sign-in/again")
def resident_sign_in_again() -> Answer:
    """Another code to the same phone."""
    phone = session.get("phone") or abort(404)
    target = request.form.get("next") or None
    try:
        _send_code(phone)
    except PeopleError as error:
        flash(sentence(error), "bad")
    else:
        flash(_("인증번호를 다시 보냈습니다. 가장 나중에 받은 번호를 입력해 주세요."), "info")
    return redirect(url_for("public.resident_sign_in_code", next=target))


@wing.post("/sign-out")
def sign_out() -> Answer:
    guard.sign_out()
    flash(_("로그아웃했습니다."), "good")
    return redirect("/")


def _send_code(phone: str) -> None:
    """Queues a code bound to this browser and tries to send it now, when it has been kept."""
    browser = session.setdefault("browser", secrets.token_urlsafe(24))
    message_id = codes.send_code(phone, browser, key=guard.identity_key(), say=_say, at=clock.now())
    if not notices.deliver(message_id, sms.sender(), at=clock.now()):
        flash(_("인증번호를 바로 보내지 못했습니다. 몇 분 안에 오지 않으면 다시 받아 주세요."), "bad")


def _say(code: str) -> str:
    """One SMS in either language: at most 90 bytes."""
    return _("[한표] 인증번호 %(code)s (5분 안에 입력). 남에게 알려 주지 마세요.", code=code)
