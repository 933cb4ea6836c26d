"""The steps of a proposal, a form each. Fields are named as the proposal's own."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import ValidationError

from app.programmes.models import Area
from app.proposals import rules
from app.rounds.models import Round
from app.web.cost_form import CostForm
from app.web.fields import (
    ChoiceField,
    Form,
    Length,
    RadioChoiceField,
    Required,
    TrimmedString,
    TrimmedText,
    VersionForm,
    WonField,
    choices,
)
from app.web.point_form import PointForm
from app.web.words import said


def id_or_none(value: Any) -> int | None:
    return int(value) if value not in (None, "") else None


class StepForm(VersionForm):
    @property
    def changes(self) -> dict[str, Any]:
        return {field.name: field.data for field in self if field.name in rules.FIELDS}

    def let_gaps(self) -> None:
        """For a draft put aside: what is there must be right, but it need not all be there."""
        for field in self:
            field.validators = [one for one in field.validators if not isinstance(one, Required)]


class TitleForm(StepForm):
    title = TrimmedString(
        _l("제안 제목"),
        [Required(_l("제안 제목을 입력해 주세요.")), Length(most=rules.TITLE_MAX)],
        description=_l("무엇을 하자는 것인지 한 줄로 써 주세요. 예: 독산동 골목길 보안등 바꾸기"),
    )
    section_id = RadioChoiceField(_l("분야"), [Required(_l("분야를 하나 골라 주세요."))], coerce=id_or_none)

    def offer(self, round_: Round, _dongs: Sequence[Area]) -> None:
        self.section_id.choices = choices(*((section.id, said(section, "name")) for section in round_.sections))


class PlaceForm(PointForm, StepForm):
    area_id = ChoiceField(
        _l("어느 동의 일인가요?"),
        coerce=id_or_none,
        description=_l("여러 동에 걸치거나 정해진 곳이 없으면 ‘구 전체’를 고르세요."),
    )
    place = TrimmedString(
        _l("주소나 장소"),
        [Length(most=rules.PLACE_MAX)],
        description=_l("가까운 건물이나 길 이름도 괜찮습니다. 예: 독산역 1번 출구 앞"),
    )

    def offer(self, _round: Round, dongs: Sequence[Area]) -> None:
        listed = ((dong.id, said(dong, "name")) for dong in dongs)
        self.area_id.choices = choices(("", _l("구 전체")), *listed)


class ContentForm(CostForm, StepForm):
    need = TrimmedText(
        _l("왜 필요한가요?"),
        [Required(_l("왜 필요한지 써 주세요.")), Length(most=rules.TEXT_MAX)],
        description=_l("지금 누가 어떤 불편을 겪는지 써 주세요."),
    )
    content = TrimmedText(
        _l("무엇을 하나요?"),
        [Required(_l("무엇을 하는 사업인지 써 주세요.")), Length(most=rules.TEXT_MAX)],
        description=_l("무엇을, 어디에, 얼마나 하는지 써 주세요."),
    )
    effect = TrimmedText(
        _l("무엇이 좋아지나요?"),
        [Required(_l("무엇이 좋아지는지 써 주세요.")), Length(most=rules.TEXT_MAX)],
    )
    beneficiaries = TrimmedString(
        _l("누가 도움을 받나요?"),
        [Length(most=rules.PLACE_MAX)],
        description=_l("예: 독산1동 어르신 300명쯤"),
    )
    cost_won = WonField(_l("예상 사업비"), [Required(_l("예상 사업비를 입력해 주세요."))])
    cost_note = TrimmedText(
        _l("사업비를 어떻게 셈했나요?"),
        [Length(most=rules.TEXT_MAX)],
        description=_l("어림셈이어도 됩니다. 예: 보안등 1개 200만원 × 10개"),
    )

    def offer(self, round_: Round, _dongs: Sequence[Area]) -> None:
        self.settle_cost(round_.per_project_limit_won)

    @property
    def changes(self) -> dict[str, Any]:
        return super().changes | {"cost_lines": self.cost_lines}


class ProposerForm(StepForm):
    name = TrimmedString(
        _l("이름"),
        [Required(_l("이름을 입력해 주세요.")), Length(most=rules.NAME_MAX)],
        description=_l("다른 사람에게는 ‘홍○동’처럼 가려서 보여 드립니다."),
    )
    phone = TrimmedString(
        _l("연락받을 전화번호"),
        description=_l("현장심사 날짜 등을 알려 드릴 때만 씁니다. 예: 010-1234-5678"),
    )
    consents = BooleanField(
        _l("위 안내를 읽었고, 개인정보를 모으고 쓰는 데 동의합니다"),
        [Required(_l("동의하셔야 제안을 접수할 수 있습니다. 안내를 읽고 표시해 주세요."))],
    )

    def offer(self, _round: Round, _dongs: Sequence[Area]) -> None:
        """Nothing here depends on the round."""

    def validate_phone(self, field: TrimmedString) -> None:
        try:
            rules.tidy_phone(field.data or "")
        except rules.NotAPhoneNumber as error:
            raise ValidationError(_l("전화번호를 다시 확인해 주세요. 예: 010-1234-5678")) from error


class WithdrawForm(Form):
    reason = TrimmedText(_l("철회하는 까닭"), [Length(most=rules.REASON_MAX)], description=_l("쓰지 않으셔도 됩니다."))


class PlainForm(Form):
    """Only its button."""
