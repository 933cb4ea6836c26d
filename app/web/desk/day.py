"""A station's day at the desk: opened, and counted in the evening. There is no choice on any of these pages."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.clock import seoul_day
from app.papers import days, queries, rules
from app.papers.models import DayBook
from app.stations.models import PollingStation
from app.web import guard, paper_words
from app.web.desk.audience import get_station, wing
from app.web.desk.day_forms import CountDayForm, OpenDayForm
from app.web.desk.home import desk_frame
from app.web.fields import Form
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]


@wing.get("/<int:station_id>/day")
def day(station_id: int) -> str:
    station = get_station(station_id)
    book = _find_book(station)
    return render_template(
        "desk/day.html",
        book=book,
        left=queries.count_left(book) if book else 0,
        lines=paper_words.lines_of(book.figures, book.first_number) if book and book.counted_at else [],
        uneven=paper_words.faults_of(book.faults) if book else [],
        **desk_frame(station),
    )


@wing.route("/<int:station_id>/day/open", methods=["GET", "POST"])
def day_open(station_id: int) -> Answer:
    station, form = get_station(station_id), OpenDayForm()
    if form.validate_on_submit():
        with shown_in(form, {rules.NotAStationDay: None, rules.DayOpenAlready: None}):
            papers, first = form.papers.data or 0, form.first_number.data or 1
            days.open_day(station, papers, first, at=clock.now(), by=guard.get_account())
            return _done(station, _("하루를 열었습니다."))
    return _page("desk/day_open.html", station, form)


@wing.route("/<int:station_id>/day/count", methods=["GET", "POST"])
def day_count(station_id: int) -> Answer:
    station, form = get_station(station_id), CountDayForm()
    book = _find_book(station)
    rules.ensure_open(book.state if book else None)
    assert book is not None
    faults: tuple[str, ...] = ()
    if form.validate_on_submit():
        try:
            with shown_in(form, {rules.PinsOpen: None}):
                counted = (form.papers_unused.data or 0, form.in_box.data or 0, form.why.data or "")
                days.count_day(book, *counted, at=clock.now(), by=guard.get_account())
                return _done(station, _said(book))
        except rules.DayUneven as error:
            faults = error.faults
            form.refuse(_("수가 맞지 않습니다. 다시 세어 보고, 그래도 맞지 않으면 까닭을 적어 주세요."), form.why)
    return _page("desk/day_count.html", station, form, uneven=paper_words.faults_of(faults))


def _find_book(station: PollingStation) -> DayBook | None:
    return queries.find_book(station.id, seoul_day(clock.now()))


def _said(book: DayBook) -> str:
    if book.state == rules.CLOSED:
        return _("수가 모두 맞아 하루를 마감했습니다.")
    return _("센 수와 까닭을 적었습니다. 담당 공무원이 확인하면 하루가 마감됩니다.")


def _done(station: PollingStation, words: str) -> Response:
    flash(words, "good")
    return redirect(url_for("desk.day", station_id=station.id))


def _page(template: str, station: PollingStation, form: Form, **values: object) -> Answer:
    page = render_template(template, form=form, **values, **desk_frame(station))
    return page, 422 if form.errors else 200
