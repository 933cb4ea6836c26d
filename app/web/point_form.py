"""A form that asks for a place on the map; drawn by `pin_field` of `components/map.html`."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from app.web.fields import Between, DegreesField, Form


class PointForm(Form):
    """`point`: latitude and longitude in degrees (WGS 84), or None. One without the other is a fault."""

    latitude = DegreesField(_l("위도"), [Between(-90, 90)])
    longitude = DegreesField(_l("경도"), [Between(-180, 180)])

    def validate_latitude(self, field: DegreesField) -> None:
        _ensure_both(field, self.longitude)

    def validate_longitude(self, field: DegreesField) -> None:
        _ensure_both(field, self.latitude)

    @property
    def point(self) -> tuple[float, float] | None:
        latitude, longitude = self.latitude.data, self.longitude.data
        return None if latitude is None or longitude is None else (latitude, longitude)


def _ensure_both(field: DegreesField, other: DegreesField) -> None:
    if field.is_blank and not other.is_blank:
        raise ValidationError(gettext("위도와 경도를 모두 쓰거나 모두 비워 주세요."))
