"""What an account was told, and how it wants to be told besides."""

from flask import redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.notices import letter_services
from app.web import guard
from app.web.letter_view import told_page
from app.web.notice_settings import Answer, settings_page
from app.web.paging import page_number
from app.web.public.audience import wing
from app.web.resident.notice_forms import SeenForm


@wing.get("/staff/notices")
def account_notices() -> Answer:
    if guard.find_account() is None:
        return _to_sign_in()
    shown = told_page(guard.get_person(), page_number())
    form = SeenForm(up_to=shown["told"][0].notice.id if shown["told"] else 0)
    return render_template("public/account_notices.html", form=form, **shown)


@wing.post("/staff/notices/seen")
def account_notices_seen() -> Answer:
    account, form = guard.find_account(), SeenForm()
    if account is None:
        return _to_sign_in()
    if form.validate_on_submit():
        letter_services.see_notices(guard.get_person(), form.latest, at=clock.now(), by=account.actor)
    return redirect(url_for(".account_notices"))


@wing.route("/staff/notices/settings", methods=["GET", "POST"])
def account_notice_settings() -> Answer:
    if guard.find_account() is None:
        return _to_sign_in()
    return settings_page("public/account_notice_settings.html", url_for(".account_notice_settings"))


def _to_sign_in() -> Response:
    return redirect(url_for("public.account_sign_in", next=guard.here()))
