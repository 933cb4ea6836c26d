"""A polling station, the days on which it is open, and who serves there when."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from app.people.models import Account
from app.programmes.models import Area
from app.stations.models import PollingStation
from app.stations.rules import ADDRESS_MAX, NAME_MAX
from app.stations.services import Place
from app.web.fields import ChoiceField, DateTimeLocalField, Form, Length, Required, TrimmedString, choices
from app.web.point_form import PointForm
from app.web.words import said


class StationForm(PointForm):
    name_ko = TrimmedString(_l("이름"), [Required(_l("이름을 써 주세요.")), Length(most=NAME_MAX)])
    name_en = TrimmedString(_l("영어 이름"), [Required(_l("영어 이름을 써 주세요.")), Length(most=NAME_MAX)])
    address = TrimmedString(_l("주소"), [Required(_l("주소를 써 주세요.")), Length(most=ADDRESS_MAX)])
    area = ChoiceField(_l("동"))

    def offer(self, dongs: Sequence[Area]) -> None:
        self.area.choices = choices(("", _l("정하지 않음")), *((str(one.id), said(one, "name")) for one in dongs))

    def show(self, station: PollingStation) -> None:
        self.area.data = str(station.area_id or "")

    def place(self, dongs: Sequence[Area]) -> Place:
        area = next((one for one in dongs if str(one.id) == self.area.data), None)
        return Place(self.name_ko.data, self.name_en.data, self.address.data, area, self.point)


class DayForm(Form):
    opens_at = DateTimeLocalField(_l("여는 때"), [Required(_l("여는 때를 입력해 주세요."))])
    closes_at = DateTimeLocalField(_l("닫는 때"), [Required(_l("닫는 때를 입력해 주세요."))])


class ShiftForm(Form):
    officer = ChoiceField(_l("담당자"), [Required(_l("담당자를 골라 주세요."))])
    starts_at = DateTimeLocalField(_l("시작"), [Required(_l("시작하는 때를 입력해 주세요."))])
    ends_at = DateTimeLocalField(_l("끝"), [Required(_l("끝나는 때를 입력해 주세요."))])

    def offer(self, officers: Sequence[Account]) -> None:
        named = ((str(one.id), f"{one.name} ({one.login})") for one in officers)
        self.officer.choices = choices(("", _l("고르세요")), *named)
