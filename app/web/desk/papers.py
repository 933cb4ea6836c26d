"""Handing out papers: the roll is ticked first. Who it is stays out of the address."""

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.papers import days
from app.roll import queries as roll
from app.web import guard
from app.web.desk.audience import get_station, wing
from app.web.desk.day_forms import HandOutForm
from app.web.fields import Form

Answer = Response | str | tuple[str, int]


@wing.post("/stations/<int:station_id>/papers")
def paper_issue(station_id: int) -> Answer:
    """After the identity check, whose page sends `entry`. What refuses is said on a page of its own."""
    station, form = get_station(station_id), HandOutForm()
    if not form.validate_on_submit():
        return abort(400)
    entry = roll.get_entry(station.round_id, int(form.entry.data or 0))
    number = days.hand_out(station, entry, at=clock.now(), by=guard.get_account())
    flash(_("명부에 표시했습니다. 이제 %(n)s번째 투표지를 건네 주세요.", n=number), "good")
    return redirect(url_for("desk.day", station_id=station.id))


@wing.route("/stations/<int:station_id>/papers/exchange", methods=["GET", "POST"])
def paper_exchange(station_id: int) -> Answer:
    station, form = get_station(station_id), Form()
    if form.validate_on_submit():
        days.exchange(station, at=clock.now(), by=guard.get_account())
        flash(_("바꿔 준 투표지로 세었습니다. 못 쓰게 된 투표지는 따로 보관해 주세요."), "good")
        return redirect(url_for("desk.day", station_id=station.id))
    return render_template("desk/paper_exchange.html", station=station, form=form)
