"""Recording a recusal, and the scoring sheet of a round."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField
from wtforms import Form as PlainForm

from app.people.models import Account
from app.reviews import rules
from app.reviews.models import Criterion
from app.reviews.sheet_rules import (
    CRITERIA_MAX,
    POINTS_MAX,
    WEIGHT_MAX,
    AnchorUnfit,
    CriterionLine,
    read_anchors,
    say_anchors,
)
from app.web.errors import sentence
from app.web.fields import (
    Between,
    ChoiceField,
    Form,
    Length,
    Required,
    TrimmedString,
    TrimmedText,
    Unmarked,
    WholeNumberField,
    choices,
)


class RecusalForm(Form):
    account = ChoiceField(_l("위원"), [Required(_l("위원을 골라 주세요."))])
    reason = TrimmedText(
        _l("까닭"),
        [Required(_l("까닭을 써 주세요.")), Length(most=rules.TEXT_MAX)],
        description=_l(
            "위원에게 알립니다. 이미 낸 심사표를 빼면, 까닭이 투표 대상과 함께 공개됩니다. 이름은 쓰지 마세요."
        ),
    )

    def offer(self, members: Sequence[Account]) -> None:
        named = ((str(one.id), one.name) for one in members)
        self.account.choices = choices(("", _l("고르세요")), *named)


class CriterionForm(PlainForm):
    """A line of the sheet. One that is all empty is no line; one that is begun needs names and points."""

    name_ko = TrimmedString(_l("기준(한국어)"), [Unmarked(), Length(most=60)])
    name_en = TrimmedString(_l("기준(영어)"), [Unmarked(), Length(most=60)])
    hint_ko = TrimmedString(_l("무엇을 보나요?(한국어)"), [Length(most=200)])
    hint_en = TrimmedString(_l("무엇을 보나요?(영어)"), [Length(most=200)])
    points_max = WholeNumberField(_l("만점"), [Unmarked(), Between(1, POINTS_MAX)])
    weight = WholeNumberField(_l("곱하는 수"), [Between(1, WEIGHT_MAX)])
    anchors_ko = TrimmedText(_l("점수의 뜻(한국어)"), [Length(most=400)])
    anchors_en = TrimmedText(_l("점수의 뜻(영어)"), [Length(most=400)])

    @property
    def is_empty(self) -> bool:
        return not any(field.data or field.errors for field in self if field is not self.weight)

    def validate(self, extra_validators: None = None) -> bool:
        super().validate(extra_validators)
        gaps = [self[name] for name in ("name_ko", "name_en", "points_max") if not self[name].data]
        for field in gaps:
            if not self.is_empty and not field.errors:
                field.errors = [_("꼭 필요한 항목입니다. 입력해 주세요.")]
        for field in (self.anchors_ko, self.anchors_en):
            try:
                read_anchors(field.data or "", self.points_max.data or 0)
            except AnchorUnfit as error:
                field.errors = [*field.errors, str(sentence(error))]
        return not self.errors

    def line(self) -> CriterionLine:
        most = self.points_max.data
        anchors = {one: read_anchors(self[one].data or "", most) for one in ("anchors_ko", "anchors_en")}
        return CriterionLine(**{**self.data, **anchors, "weight": self.weight.data or 1})


class CriteriaForm(Form):
    lines = FieldList(FormField(CriterionForm), min_entries=CRITERIA_MAX, max_entries=CRITERIA_MAX)

    def validate(self, extra_validators: None = None) -> bool:
        super().validate(extra_validators)
        if not self._begun():
            self.refuse(_("심사 기준을 하나 이상 써 주세요."))
        return not self.errors

    def criteria(self) -> tuple[CriterionLine, ...]:
        return tuple(line.line() for line in self._begun())

    def _begun(self) -> list[CriterionForm]:
        return [entry.form for entry in self.lines if not entry.form.is_empty]


def written(criteria: Sequence[Criterion]) -> dict[str, list[dict[str, object]]]:
    names = ("name_ko", "name_en", "hint_ko", "hint_en", "points_max", "weight")
    return {
        "lines": [
            {name: getattr(one, name) for name in names}
            | {name: say_anchors(getattr(one, name)) for name in ("anchors_ko", "anchors_en")}
            for one in criteria
        ]
    }
