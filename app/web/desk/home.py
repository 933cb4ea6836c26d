"""The officer's first page: where one serves now, or next. And what a station's desk shows besides the people who come:
its numbers of today, its devices."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.stations import kiosks, queries
from app.stations.models import PollingStation
from app.web import guard
from app.web.desk.audience import get_station, wing
from app.web.kiosk.device import KioskForm, make_kiosk
from app.web.navigation import programme_frame
from app.web.words import said

Answer = Response | str | tuple[str, int]


@wing.get("/")
def home() -> str:
    account, at = guard.get_account(), clock.now()
    return render_template(
        "desk/home.html",
        shifts=queries.list_shifts_of(account.id, at),
        coming=queries.find_next_shift(account.id, at),
    )


@wing.route("/<int:station_id>/kiosks/new", methods=["GET", "POST"])
def kiosk_make(station_id: int) -> Answer:
    station, form = get_station(station_id), KioskForm()
    if form.validate_on_submit():
        return make_kiosk(station, form, guard.get_account())
    page = render_template("desk/kiosk_make.html", form=form, **desk_frame(station))
    return page, 422 if form.errors else 200


@wing.post("/<int:station_id>/kiosks/<int:kiosk_id>/revoke")
def kiosk_revoke(station_id: int, kiosk_id: int) -> Answer:
    station = get_station(station_id)
    kiosks.revoke_kiosk(queries.get_kiosk(station.id, kiosk_id), at=clock.now(), by=guard.get_account().actor)
    flash(_("단말기를 거두었습니다. 그 기기로는 이제 투표할 수 없습니다."), "good")
    return redirect(url_for(".station", station_id=station_id))


def desk_frame(station: PollingStation) -> dict[str, Any]:
    """For `render_template`: the station with its programme's banner, and the way back."""
    return {
        "station": station,
        "programme": programme_frame(station.round.programme),
        "crumbs": [
            {"label": _("현장투표소"), "url": url_for("desk.home")},
            {"label": said(station, "name"), "url": url_for("desk.station", station_id=station.id)},
        ],
    }


def pin_numbers(station: PollingStation) -> dict[str, int]:
    """Of today: PINs issued, votes cast with them, PINs that can still be used, and those that never were."""
    at = clock.now()
    counts = queries.list_pin_numbers(station.id, clock.seoul_day(at))
    issued, spent = sum(one.issued for one in counts), sum(one.spent for one in counts)
    waiting = queries.count_open_pins(station.id, at)
    return {"issued": issued, "spent": spent, "waiting": waiting, "lapsed": max(0, issued - spent - waiting)}
