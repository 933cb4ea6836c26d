"""Appointing and dismissing members of the committee."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from app.committee import rules
from app.people.models import Account
from app.web.fields import (
    ChoiceField,
    DayField,
    Form,
    Length,
    RadioChoiceField,
    Required,
    TrimmedText,
    WholeNumberField,
    choices,
)
from app.web.words import choices as word_choices

REASON_MAX = 500


class AppointForm(Form):
    account = ChoiceField(_l("위촉할 사람"), [Required(_l("위촉할 사람을 골라 주세요."))])
    route = RadioChoiceField(
        _l("모집 방법"),
        [Required(_l("모집 방법을 골라 주세요."))],
        choices=choices(*word_choices("route", rules.ROUTES)),
    )
    office = ChoiceField(_l("직책"), default="member", choices=choices(*word_choices("office", rules.OFFICES[::-1])))
    appointed_on = DayField(_l("위촉일"), [Required(_l("위촉일을 입력해 주세요."))])
    term_ends_on = DayField(_l("임기가 끝나는 날"), [Required(_l("임기가 끝나는 날을 입력해 주세요."))])

    sex = RadioChoiceField(
        _l("성별"),
        [Required(_l("성별을 골라 주세요."))],
        choices=choices(*word_choices("sex", rules.SEXES)),
        description=_l("한 성별이 10분의 6을 넘지 않는지 볼 때만 씁니다."),
    )
    is_vulnerable = BooleanField(_l("본인이 사회적 배려 대상이라고 밝혔습니다"))
    birth_year = WholeNumberField(
        _l("태어난 해"),
        [Required(_l("태어난 해를 입력해 주세요."))],
        description=_l("청년인지 셀 때만 쓰고 저장하지 않습니다. 예: 1985"),
    )

    reason = TrimmedText(
        _l("공개모집과 따로 위촉하는 까닭"),
        [Length(most=REASON_MAX)],
        description=_l("공고한 공개모집이 있는 동안에는 꼭 써 주세요. 감사 기록에 남습니다."),
    )

    def offer(self, accounts: Sequence[Account]) -> None:
        people = ((str(account.id), f"{account.name} ({account.login})") for account in accounts)
        self.account.choices = choices(("", _("고르세요")), *people)


class RenewForm(Form):
    """Its names are the member's columns. Whether they are young is asked: no year of birth is kept."""

    office = ChoiceField(_l("직책"), choices=choices(*word_choices("office", rules.OFFICES[::-1])))
    appointed_on = DayField(_l("위촉일"), [Required(_l("위촉일을 입력해 주세요."))])
    term_ends_on = DayField(_l("임기가 끝나는 날"), [Required(_l("임기가 끝나는 날을 입력해 주세요."))])
    sex = RadioChoiceField(
        _l("성별"),
        [Required(_l("성별을 골라 주세요."))],
        choices=choices(*word_choices("sex", rules.SEXES)),
        description=_l("한 성별이 10분의 6을 넘지 않는지 볼 때만 씁니다."),
    )
    is_youth = BooleanField(_l("다음 임기가 시작되는 해에도 청년입니다"))
    is_vulnerable = BooleanField(_l("본인이 사회적 배려 대상이라고 밝혔습니다"))

    @property
    def given(self) -> dict[str, Any]:
        return {field.name: field.data for field in self if field.name != "csrf_token"}


class DismissForm(Form):
    on = DayField(_l("해촉일"), [Required(_l("해촉일을 입력해 주세요."))])
    ground = RadioChoiceField(
        _l("해촉의 근거"),
        [Required(_l("해촉의 근거를 골라 주세요."))],
        choices=choices(*word_choices("dismissal_ground", rules.DISMISSAL_GROUNDS)),
    )
    reason = TrimmedText(_l("해촉 사유"), [Required(_l("해촉 사유를 써 주세요.")), Length(most=REASON_MAX)])
