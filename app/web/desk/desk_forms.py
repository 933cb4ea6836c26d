"""What an officer types at the desk."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField
from wtforms.widgets import PasswordInput

from app.programmes.models import Area
from app.roll import rules
from app.roll.models import RollEntry
from app.rounds.models import Round
from app.stations.rules import ALONE, HELP
from app.web.birth_date_field import BirthDateField
from app.web.fields import (
    ChoiceField,
    Form,
    Length,
    RadioChoiceField,
    Required,
    TrimmedString,
    Unmarked,
    choices,
)
from app.web.words import choices as words
from app.web.words import said

REASON_MAX = 200


class PersonForm(Form):
    """As it stands on the identity card."""

    name = TrimmedString(_l("이름"), [Required(_l("이름을 신분증에 적힌 대로 입력해 주세요.")), Length(most=80)])
    born_on = BirthDateField(_l("생년월일"), [Required(_l("생년월일을 입력해 주세요."))])


class ClaimForm(PersonForm):
    """Whoever is not on the roll yet. `born_on` and `name` are carried over from the page before."""

    area = ChoiceField(_l("동"), [Required(_l("어느 동인지 골라 주세요."))])
    basis = RadioChoiceField(_l("연고"), [Required(_l("연고를 하나 골라 주세요."))])
    guardian = BooleanField(_l("만 14세가 안 된 분의 보호자가 함께 와서 동의했습니다"))

    def offer(self, round_: Round, dongs: Sequence[Area]) -> None:
        self.area.choices = choices(("", _l("고르세요")), *((str(area.id), said(area, "name")) for area in dongs))
        self.basis.choices = choices(*words("basis", tuple(round_.bases)))


class TwinForm(ClaimForm):
    """Somebody else of the same name and birth date, by their identity card."""

    reason = TrimmedString(
        _l("다른 사람이라고 판단한 까닭"),
        [Required(_l("까닭을 적어 주세요.")), Length(most=REASON_MAX)],
        description=_l("기록에 남습니다. 이름이나 생년월일은 적지 마세요."),
    )


class PinForm(Form):
    """Which of those found, and whether somebody helps; then a second officer shows to be there."""

    seen = HiddenField()
    entry = RadioChoiceField(_l("누구인가요?"), [Required(_l("한 사람을 골라 주세요."))])
    help = ChoiceField(_l("도움"), choices=choices(*words("help", HELP)), default=ALONE)
    login = TrimmedString(_l("두 번째 담당자의 아이디"), [Unmarked()])
    password = PasswordField(_l("두 번째 담당자의 비밀번호"), [Unmarked()], widget=PasswordInput(hide_value=True))

    def offer(self, entries: Sequence[RollEntry]) -> None:
        self.entry.choices = choices(*((str(entry.id), say_entry(entry)) for entry in entries))
        if len(entries) == 1 and not self.entry.data:
            self.entry.data = str(entries[0].id)


def say_entry(entry: RollEntry) -> str:
    """Dong and age band: enough to pick by, and no more."""
    band = _l("70세 이상") if entry.age_band == rules.LAST_BAND else _l("%(band)s세", band=entry.age_band)
    return " · ".join([*([said(entry.area, "name")] if entry.area else []), str(band)])
