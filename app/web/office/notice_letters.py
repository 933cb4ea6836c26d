"""How staff word what proposers are told at each step."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response
from werkzeug.exceptions import NotFound

from app import clock
from app.notices import letter_queries as queries
from app.notices import letter_rules as rules
from app.notices import letter_services as services
from app.people.models import STAFF_ROLE
from app.programmes import queries as programmes
from app.programmes.models import Programme
from app.web import guard
from app.web.filters import speaking
from app.web.letter_view import sample_values
from app.web.navigation import programme_frame
from app.web.office.audience import wing
from app.web.office.letter_forms import LetterForm
from app.web.refusals import shown_in
from app.web.words import said

Answer = Response | str | tuple[str, int]
RESET, PREVIEW = "reset", "preview"  # what else than to save a button may ask for


@wing.get("/programmes/<slug>/notices")
def letter_list(slug: str) -> str:
    one = _programme(slug)
    letters = [(kind, queries.get_wording(one.id, kind)) for kind in rules.KINDS]
    return render_template("office/letter_list.html", letters=letters, **_frame(one))


@wing.route("/programmes/<slug>/notices/<kind>", methods=["GET", "POST"])
def letter_edit(slug: str, kind: str) -> Answer:
    one = _programme(slug)
    if kind not in rules.KINDS:
        raise NotFound
    wording = queries.get_wording(one.id, kind)
    form, act = LetterForm(obj=wording), request.form.get("act")
    shown = {"kind": kind, "wording": wording, "variables": rules.KINDS[kind].variables, **_frame(one)}
    preview = {}
    if form.validate_on_submit() and (act == RESET or form.is_fit(kind)):
        if act == PREVIEW:
            preview = _preview(kind, form)
        else:
            with shown_in(form, {rules.LetterMoved: None}):
                flash(_store(one, kind, form, act), "good")
                return redirect(url_for(".letter_list", slug=slug))
    page = render_template("office/letter_edit.html", form=form, preview=preview, **shown)
    return page, 422 if form.errors else 200


def _store(one: Programme, kind: str, form: LetterForm, act: str | None) -> str:
    who = {"seen": form.seen, "at": clock.now(), "by": guard.get_account().actor}
    if act == RESET:
        services.reset_letter(one.id, kind, **who)
        return _("기본 문구로 되돌렸습니다.")
    services.save_letter(one.id, kind, form.body_ko.data or "", form.body_en.data or "", **who)
    return _("문구를 저장했습니다. 앞으로 가는 알림부터 이렇게 보입니다.")


def _preview(kind: str, form: LetterForm) -> dict[str, str]:
    """Language → the text with made-up values, in that language."""
    texts = {}
    for code, field in (("ko", form.body_ko), ("en", form.body_en)):
        with speaking(code):
            texts[code] = rules.fill(field.data or "", sample_values(kind))
    return texts


def _programme(slug: str) -> Programme:
    one = programmes.get_programme_by_slug(slug)
    guard.ensure_role(one, STAFF_ROLE)
    return one


def _frame(one: Programme) -> dict[str, Any]:
    crumbs = [{"label": _("업무"), "url": url_for("office.home")}, {"label": said(one, "name"), "url": ""}]
    return {"slug": one.slug, "programme": programme_frame(one), "crumbs": crumbs}
