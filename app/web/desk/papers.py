"""Handing out papers: the roll is ticked first. Who it is stays out of the address."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.clock import seoul_day
from app.papers import days, queries, rules
from app.stations.models import PollingStation
from app.web import guard
from app.web.desk import seen
from app.web.desk.audience import get_station, wing
from app.web.desk.desk_forms import PinForm
from app.web.desk.home import desk_frame
from app.web.desk.identity import found_page
from app.web.fields import Form

Answer = Response | str | tuple[str, int]


@wing.post("/<int:station_id>/papers")
def paper_issue(station_id: int) -> Answer:
    """For one of those whom the officer has just looked up."""
    here, form = get_station(station_id), PinForm()
    entries = seen.read(here, form.seen.data)
    form.offer(entries)
    if form.validate_on_submit():
        entry = next(one for one in entries if str(one.id) == form.entry.data)
        number = days.hand_out(here, entry, at=clock.now(), by=guard.get_account())
        flash(_("명부에 표시했습니다. 이제 %(n)s번째 투표지를 건네 주세요.", n=number), "good")
        return redirect(url_for("desk.day", station_id=station_id))
    return found_page(here, entries, form=form)


@wing.route("/<int:station_id>/papers/exchange", methods=["GET", "POST"])
def paper_exchange(station_id: int) -> Answer:
    station, form = get_station(station_id), Form()
    if form.validate_on_submit():
        days.exchange(station, at=clock.now(), by=guard.get_account())
        flash(_("바꿔 준 투표지로 세었습니다. 못 쓰게 된 투표지는 따로 보관해 주세요."), "good")
        return redirect(url_for("desk.day", station_id=station.id))
    return render_template("desk/paper_exchange.html", form=form, **desk_frame(station))


@wing.app_template_global()
def has_papers(station: PollingStation) -> bool:
    """Whether there is a paper that can be handed out now."""
    book = queries.find_book(station.id, seoul_day(clock.now()))
    return book is not None and book.state == rules.OPEN and queries.count_left(book) > 0
