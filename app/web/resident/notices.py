"""What a resident was told of the steps of their proposals, and how they want to be told besides."""

from flask import redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.notices import letter_services
from app.web import guard
from app.web.letter_view import told_page
from app.web.notice_settings import Answer, settings_page
from app.web.paging import page_number
from app.web.resident.audience import wing
from app.web.resident.notice_forms import SeenForm


@wing.get("/notices")
def notice_list() -> str:
    shown = told_page(guard.get_person(), page_number())
    form = SeenForm(up_to=shown["told"][0].notice.id if shown["told"] else 0)
    return render_template("resident/notice_list.html", form=form, **shown)


@wing.post("/notices/seen")
def notices_seen() -> Response:
    resident, form = guard.get_resident(), SeenForm()
    if form.validate_on_submit():
        letter_services.see_notices(guard.get_person(), form.latest, at=clock.now(), by=resident.actor)
    return redirect(url_for(".notice_list"))


@wing.route("/notices/settings", methods=["GET", "POST"])
def notice_settings() -> Answer:
    return settings_page("resident/notice_settings.html", url_for(".notice_settings"))
