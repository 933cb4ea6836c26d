"""Handing a proposal to a department, and the department's opinion."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from app.people.models import Department
from app.reviews import rules
from app.reviews.models import DepartmentCheck
from app.web.fields import (
    ChoiceField,
    Form,
    Length,
    MultiCheckboxField,
    RadioChoiceField,
    Required,
    TrimmedText,
    WonField,
    choices,
    won_between,
)
from app.web.words import choices as word_choices
from app.web.words import said, word


class AssignForm(Form):
    department = ChoiceField(_l("소관부서"), [Required(_l("소관부서를 골라 주세요."))])

    def offer(self, departments: Sequence[Department]) -> None:
        named = ((str(one.id), said(one, "name")) for one in departments)
        self.department.choices = choices(("", _l("고르세요")), *named)


def _opinion(name: str) -> TrimmedText:
    return TrimmedText(word("opinion", name), [Length(most=rules.TEXT_MAX)])


class DecisionForm(Form):
    verdict = RadioChoiceField(
        _l("검토 결과"),
        [Required(_l("적격인지 부적격인지 골라 주세요."))],
        choices=choices(*word_choices("verdict", rules.VERDICTS)),
    )
    grounds = MultiCheckboxField(
        _l("부적격 사유"),
        description=_l("부적격일 때만 골라 주세요. 여러 개를 고를 수 있습니다."),
        choices=choices(*word_choices("ground", rules.GROUNDS)),
    )
    reason = TrimmedText(
        _l("검토 의견"),
        [Required(_l("검토 의견을 써 주세요.")), Length(most=rules.TEXT_MAX)],
        description=_l("공개되는 글입니다. 주민이 알 수 있는 말로 써 주세요."),
    )
    soundness = _opinion("soundness")
    urgency = _opinion("urgency")
    effect = _opinion("effect")
    reach = _opinion("reach")
    adjusted_cost_won = WonField(
        _l("조정한 사업비"),
        description=_l("제안한 금액과 다를 때만 써 주세요. 투표에는 이 금액이 오릅니다. 예: 4,500만"),
    )

    def bound_cost(self, limit_won: int | None) -> None:
        self.adjusted_cost_won.validators = [won_between(1, limit_won)]

    def decision(self) -> rules.CheckDecision:
        opinions = {name: self[name].data for name in rules.OPINIONS if self[name].data}
        return rules.CheckDecision(
            verdict=self.verdict.data,
            grounds=tuple(self.grounds.data or ()),
            opinions=opinions,
            reason=self.reason.data,
            adjusted_cost_won=self.adjusted_cost_won.data,
        )


def written(check: DepartmentCheck) -> dict[str, Any]:
    """What the department has written so far, by field."""
    return {
        "verdict": check.verdict,
        "grounds": check.grounds,
        "reason": check.reason,
        "adjusted_cost_won": check.adjusted_cost_won,
        **check.opinions,
    }
