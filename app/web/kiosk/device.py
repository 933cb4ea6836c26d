"""How the device that asks for it becomes a kiosk: it keeps a token, and whoever was signed in on it no longer is."""

from datetime import timedelta

from flask import current_app, redirect, url_for
from flask_babel import lazy_gettext as _l
from werkzeug import Response

from app import clock
from app.people.models import Account
from app.stations import kiosks
from app.stations.models import PollingStation
from app.stations.rules import KIOSK_NAME_MAX
from app.web import guard
from app.web.fields import Form, Length, Required, TrimmedString
from app.web.kiosk.audience import COOKIE

LASTS = timedelta(days=400)  # as long as browsers keep a cookie; it outlives power cuts


class KioskForm(Form):
    name = TrimmedString(
        _l("단말기 이름"),
        [Required(_l("단말기 이름을 써 주세요.")), Length(most=KIOSK_NAME_MAX)],
        description=_l("기기에 붙인 이름표와 같게 써 주세요. 예: 1번 단말기"),
    )


def make_kiosk(station: PollingStation, form: KioskForm, by: Account) -> Response:
    _kiosk, token = kiosks.make_kiosk(station, form.name.data, at=clock.now(), by=by.actor)
    guard.sign_out()
    start = url_for("kiosk.start")
    response = redirect(start)
    response.set_cookie(
        COOKIE,
        token,
        max_age=LASTS,
        path=start,
        httponly=True,
        samesite="Strict",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response
