"""When and where the general meeting is."""

from flask_babel import lazy_gettext as _l

from app.web.fields import DateTimeLocalField, Form, Length, Required, TrimmedString

PLACE_MAX = 120


class MeetingForm(Form):
    place = TrimmedString(_l("장소"), [Required(_l("장소를 써 주세요.")), Length(most=PLACE_MAX)])
    starts_at = DateTimeLocalField(_l("여는 때"), [Required(_l("여는 때를 입력해 주세요."))])
