"""How staff word what proposers are told at each step."""

from typing import Any, NamedTuple

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response
from werkzeug.exceptions import NotFound

from app import clock
from app.notices import letter_queries as queries
from app.notices import letter_rules as rules
from app.notices import letter_services as services
from app.notices.delivery_rules import Person
from app.notices.kinds import OF_RESIDENTS
from app.notices.rules import SMS_BYTES, sms_bytes
from app.people.models import STAFF_ROLE
from app.programmes import queries as programmes
from app.programmes.models import Programme
from app.web import guard
from app.web.filters import speaking
from app.web.letter_view import sample_values, title_of
from app.web.navigation import programme_frame
from app.web.office.audience import wing
from app.web.office.letter_forms import LetterForm
from app.web.outgoing import WITHOUT_ADDRESS, write_mail
from app.web.refusals import shown_in
from app.web.words import said

Answer = Response | str | tuple[str, int]


class Preview(NamedTuple):
    """In one language. `mail`: the whole text of a mail; `sms_bytes`: of SMS_BYTES that are one SMS."""

    body: str
    subject: str
    mail: str
    sms: str
    sms_bytes: int


RESET, PREVIEW = "reset", "preview"  # what else than to save a button may ask for


@wing.get("/programmes/<slug>/notices")
def letter_list(slug: str) -> str:
    one = _programme(slug)
    letters = [(kind, title_of(kind), queries.get_wording(one.id, kind)) for kind in rules.KINDS]
    return render_template("office/letter_list.html", letters=letters, **_frame(one))


@wing.route("/programmes/<slug>/notices/<kind>", methods=["GET", "POST"])
def letter_edit(slug: str, kind: str) -> Answer:
    one = _programme(slug)
    if kind not in rules.KINDS:
        raise NotFound
    wording = queries.get_wording(one.id, kind)
    form, act = LetterForm(obj=wording), request.form.get("act")
    shown = {"kind": kind, "title": title_of(kind), "wording": wording, **_frame(one)}
    shown |= {"variables": rules.KINDS[kind].variables, "has_sms": rules.KINDS[kind].has_sms}
    preview: dict[str, Preview] = {}
    if form.validate_on_submit() and (act == RESET or form.is_fit(kind)):
        if act == PREVIEW:
            preview = _preview(kind, form)
        else:
            with shown_in(form, {rules.LetterMoved: None}):
                flash(_store(one, kind, form, act), "good")
                return redirect(url_for(".letter_list", slug=slug))
    page = render_template("office/letter_edit.html", form=form, preview=preview, most=SMS_BYTES, **shown)
    return page, 422 if form.errors else 200


def _store(one: Programme, kind: str, form: LetterForm, act: str | None) -> str:
    who = {"seen": form.seen, "at": clock.now(), "by": guard.get_account().actor}
    if act == RESET:
        services.reset_letter(one.id, kind, **who)
        return _("기본 문구로 되돌렸습니다.")
    services.save_letter(one.id, kind, form.texts(kind), **who)
    return _("문구를 저장했습니다. 앞으로 가는 알림부터 이렇게 보입니다.")


def _preview(kind: str, form: LetterForm) -> dict[str, Preview]:
    """Language → the texts with made-up values, in that language."""
    shown = {}
    for code in ("ko", "en"):
        with speaking(code):
            values = sample_values(kind)
            filled = {name: rules.fill(form[f"{name}_{code}"].data or "", values) for name in ("body", "subject")}
            sms = form[f"sms_{code}"].data if rules.KINDS[kind].has_sms else ""
            text = rules.fit_sms(sms, values) if sms else ""
            whole = write_mail(_reader(kind), "", [(filled["body"], f"{WITHOUT_ADDRESS}/…")], f"{WITHOUT_ADDRESS}/…")
            shown[code] = Preview(filled["body"], filled["subject"], whole, text, sms_bytes(text))
    return shown


def _reader(kind: str) -> Person:
    """Somebody who is told this: a mail ends with the address of their own settings."""
    return Person(0) if rules.KINDS[kind].to in OF_RESIDENTS else Person(account_id=0)


def _programme(slug: str) -> Programme:
    one = programmes.get_programme_by_slug(slug)
    guard.ensure_role(one, STAFF_ROLE)
    return one


def _frame(one: Programme) -> dict[str, Any]:
    crumbs = [{"label": _("업무"), "url": url_for("office.home")}, {"label": said(one, "name"), "url": ""}]
    return {"slug": one.slug, "programme": programme_frame(one), "crumbs": crumbs}
