"""Polling stations at the office's table: where, on which days, with whom, on which devices."""

from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.people import queries as people
from app.roll.queries import list_dongs
from app.rounds.rules import ANYBODY
from app.stations import kiosks, queries, rules, services
from app.stations.models import PollingStation
from app.web import guard
from app.web.fields import Form
from app.web.kiosk.device import KioskForm, make_kiosk
from app.web.office.audience import wing
from app.web.office.round_frame import get_round, round_frame
from app.web.office.station_forms import DayForm, ShiftForm, StationForm
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]


@wing.get("/rounds/<int:round_id>/stations")
def station_list(round_id: int) -> str:
    round_ = get_round(round_id)
    return render_template(
        "office/station_list.html",
        stations=[
            (one, len(queries.list_days(one.id)), len(queries.list_kiosks(one.id)))
            for one in queries.list_stations(round_id)
        ],
        asks_for_a_roll=round_.voters != ANYBODY,
        **round_frame(round_),
    )


@wing.route("/rounds/<int:round_id>/stations/new", methods=["GET", "POST"])
def station_add(round_id: int) -> Answer:
    round_ = get_round(round_id)
    if round_.voters == ANYBODY:
        raise rules.NoRoll
    form, dongs = StationForm(), list_dongs(round_)
    form.offer(dongs)
    if form.validate_on_submit():
        with shown_in(form, {rules.NameTaken: form.name_ko}):
            station = services.add_station(round_, form.place(dongs), **_who())
            flash(_("투표소를 만들었습니다. 여는 날과 근무를 정해 주세요."), "good")
            return _to(station)
    page = render_template("office/station_form.html", form=form, station=None, **round_frame(round_))
    return page, 422 if form.errors else 200


@wing.get("/stations/<int:station_id>")
def station_detail(station_id: int) -> Answer:
    return _detail(_get(station_id))


@wing.route("/stations/<int:station_id>/change", methods=["GET", "POST"])
def station_change(station_id: int) -> Answer:
    station = _get(station_id)
    form, dongs = StationForm(obj=station), list_dongs(station.round)
    form.offer(dongs)
    if not form.is_submitted():
        form.show(station)
    if form.validate_on_submit():
        with shown_in(form, {rules.NameTaken: form.name_ko}):
            services.change_station(station, form.place(dongs), **_who())
            flash(_("투표소를 고쳤습니다."), "good")
            return _to(station)
    page = render_template("office/station_form.html", form=form, station=station, **round_frame(station.round))
    return page, 422 if form.errors else 200


@wing.route("/stations/<int:station_id>/remove", methods=["GET", "POST"])
def station_remove(station_id: int) -> Answer:
    station, form = _get(station_id), Form()
    round_id = station.round_id
    if form.validate_on_submit():
        services.remove_station(station, **_who())
        flash(_("투표소를 지웠습니다."), "good")
        return redirect(url_for(".station_list", round_id=round_id))
    page = render_template("office/station_remove.html", form=form, station=station, **round_frame(station.round))
    return page, 422 if form.errors else 200


@wing.post("/stations/<int:station_id>/days")
def station_day_set(station_id: int) -> Answer:
    station, form = _get(station_id), DayForm()
    if form.validate_on_submit():
        with shown_in(form, {rules.HoursBackwards: form.closes_at}):
            services.set_day(station, form.opens_at.data, form.closes_at.data, **_who())
            flash(_("여는 시간을 정했습니다."), "good")
            return _to(station)
    return _detail(station, day_form=form)


@wing.post("/stations/<int:station_id>/days/<on_day>/drop")
def station_day_drop(station_id: int, on_day: str) -> Answer:
    station = _get(station_id)
    try:
        day = date.fromisoformat(on_day)
    except ValueError:
        abort(404)
    services.drop_day(queries.get_day(station_id, day), **_who())
    flash(_("여는 날을 지웠습니다."), "good")
    return _to(station)


@wing.post("/stations/<int:station_id>/shifts")
def shift_add(station_id: int) -> Answer:
    station, form = _get(station_id), ShiftForm()
    form.offer(queries.list_officers(station.round.programme_id))
    if form.validate_on_submit():
        places = {
            rules.HoursBackwards: form.ends_at,
            rules.ShiftOverlaps: form.starts_at,
            rules.NotAnOfficer: form.officer,
        }
        with shown_in(form, places):
            officer = people.get_account(int(form.officer.data))
            services.add_shift(station, officer, form.starts_at.data, form.ends_at.data, **_who())
            flash(_("근무를 정했습니다."), "good")
            return _to(station)
    return _detail(station, shift_form=form)


@wing.post("/stations/<int:station_id>/shifts/<int:shift_id>/drop")
def shift_drop(station_id: int, shift_id: int) -> Answer:
    station = _get(station_id)
    services.drop_shift(queries.get_shift(station_id, shift_id), **_who())
    flash(_("근무를 지웠습니다."), "good")
    return _to(station)


@wing.route("/stations/<int:station_id>/kiosks/new", methods=["GET", "POST"])
def kiosk_make(station_id: int) -> Answer:
    station, form = _get(station_id), KioskForm()
    if form.validate_on_submit():
        return make_kiosk(station, form, guard.get_account())
    page = render_template(
        "desk/kiosk_make.html",
        form=form,
        station=station,
        back=url_for(".station_detail", station_id=station_id),
        **round_frame(station.round),
    )
    return page, 422 if form.errors else 200


@wing.post("/stations/<int:station_id>/kiosks/<int:kiosk_id>/revoke")
def kiosk_revoke(station_id: int, kiosk_id: int) -> Answer:
    station = _get(station_id)
    kiosks.revoke_kiosk(queries.get_kiosk(station_id, kiosk_id), **_who())
    flash(_("단말기를 거두었습니다. 그 기기로는 이제 투표할 수 없습니다."), "good")
    return _to(station)


def _detail(station: PollingStation, *, day_form: DayForm | None = None, shift_form: ShiftForm | None = None) -> Answer:
    """With a form that was refused: what was wrong in it."""
    officers = queries.list_officers(station.round.programme_id)
    shifts = shift_form or ShiftForm(formdata=None)
    shifts.offer(officers)
    refused = day_form or shift_form
    page = render_template(
        "office/station_detail.html",
        form=refused,
        station=station,
        days=queries.list_days(station.id),
        shifts=queries.list_shifts(station.id),
        kiosks=queries.list_kiosks(station.id),
        day_form=day_form or DayForm(formdata=None),
        shift_form=shifts,
        has_officers=bool(officers),
        **round_frame(station.round),
    )
    return page, 422 if refused else 200


def _get(station_id: int) -> PollingStation:
    station = queries.get_station(station_id)
    get_round(station.round_id)
    return station


def _who() -> dict[str, Any]:
    return {"at": clock.now(), "by": guard.get_account().actor}


def _to(station: PollingStation) -> Response:
    return redirect(url_for(".station_detail", station_id=station.id))
