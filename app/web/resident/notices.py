"""What a resident was told of the steps of their proposals, and how they want to be told besides."""

from flask import redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.notices import letter_queries, letter_services
from app.web import guard
from app.web.letter_view import read_all
from app.web.notice_settings import Answer, settings_page
from app.web.resident.audience import wing
from app.web.resident.notice_forms import SeenForm


@wing.get("/notices")
def notice_list() -> str:
    notices = letter_queries.list_notices(guard.get_person())
    form = SeenForm(up_to=notices[0].id if notices else 0)
    return render_template("resident/notice_list.html", told=read_all(notices), form=form)


@wing.post("/notices/seen")
def notices_seen() -> Response:
    resident, form = guard.get_resident(), SeenForm()
    if form.validate_on_submit():
        letter_services.see_notices(guard.get_person(), form.latest, at=clock.now(), by=resident.actor)
    return redirect(url_for(".notice_list"))


@wing.route("/notices/settings", methods=["GET", "POST"])
def notice_settings() -> Answer:
    return settings_page("resident/notice_settings.html", url_for(".notice_settings"))
