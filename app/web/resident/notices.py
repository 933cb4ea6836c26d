"""What a resident was told of the steps of their proposals."""

from flask import redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.notices import letter_queries, letter_services
from app.proposals import queries
from app.web import guard
from app.web.letter_view import read_all
from app.web.resident.audience import wing
from app.web.resident.notice_forms import SeenForm


@wing.get("/notices")
def notice_list() -> str:
    resident = guard.get_resident()
    notices = letter_queries.list_notices(resident.id)
    form = SeenForm(up_to=notices[0].id if notices else 0)
    told = read_all(notices, queries.list_by_ids({one.proposal_id for one in notices}))
    return render_template("resident/notice_list.html", told=told, form=form)


@wing.post("/notices/seen")
def notices_seen() -> Response:
    resident, form = guard.get_resident(), SeenForm()
    if form.validate_on_submit():
        letter_services.see_notices(resident.id, form.latest, at=clock.now(), by=resident.actor)
    return redirect(url_for(".notice_list"))
