"""Handing a proposal to a department, and the department's opinion."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from app.people.models import Account, Department
from app.reviews import rules
from app.reviews.models import DepartmentCheck
from app.web.fields import (
    ChoiceField,
    DayField,
    Form,
    Length,
    RadioChoiceField,
    Required,
    SeenField,
    TrimmedString,
    TrimmedText,
    VersionForm,
    WonField,
    choices,
    won_between,
)
from app.web.words import choices as word_choices
from app.web.words import said, word


class Chosen(NamedTuple):
    department: Department
    officer: Account | None
    due_on: date


class AssignForm(Form):
    department = ChoiceField(_l("소관부서"), [Required(_l("소관부서를 골라 주세요."))])
    officer = ChoiceField(
        _l("담당자"), description=_l("고른 부서의 담당자만 고를 수 있습니다. 정하지 않으면 부서의 담당자가 맡습니다.")
    )
    due_on = DayField(_l("검토 기한"), [Required(_l("검토 기한을 입력해 주세요."))])

    def offer(self, departments: Sequence[tuple[Department, Sequence[Account]]]) -> None:
        """Each department with its officers."""
        self._offered = departments
        self.department.choices = named_departments([one for one, _officers in departments])
        officers = [
            (str(officer.id), f"{officer.name} ({said(department, 'name')})")
            for department, theirs in departments
            for officer in theirs
        ]
        self.officer.choices = choices(("", _l("부서에서 정함")), *dict(officers).items())

    def chosen(self) -> Chosen:
        department = next(one for one, _officers in self._offered if str(one.id) == self.department.data)
        everybody = [officer for _department, theirs in self._offered for officer in theirs]
        officer = next((one for one in everybody if str(one.id) == self.officer.data), None)
        return Chosen(department, officer, self.due_on.data)


class ChangeForm(VersionForm):
    officer = ChoiceField(_l("담당자"), description=_l("정하지 않으면 부서의 담당자가 맡습니다."))
    due_on = DayField(_l("검토 기한"), [Required(_l("검토 기한을 입력해 주세요."))])

    def offer(self, officers: Sequence[Account]) -> None:
        """Those of the check's department."""
        self._offered = officers
        self.officer.choices = choices(("", _l("부서에서 정함")), *((str(one.id), one.name) for one in officers))

    def chosen(self) -> Account | None:
        return next((one for one in self._offered if str(one.id) == self.officer.data), None)


def named_departments(departments: Sequence[Department]) -> Any:
    return choices(("", _l("고르세요")), *((str(one.id), said(one, "name")) for one in departments))


class ReturnForm(VersionForm):
    reason = TrimmedText(_l("까닭"), [Required(_l("까닭을 써 주세요.")), Length(most=rules.TEXT_MAX)])


class ForwardForm(ReturnForm):
    department = ChoiceField(_l("넘겨받을 부서"), [Required(_l("소관부서를 골라 주세요."))])

    def offer(self, departments: Sequence[Department]) -> None:
        self.department.choices = named_departments(departments)


class NoteForm(Form):
    body = TrimmedText(
        _l("내부 메모"),
        [Required(_l("메모를 써 주세요.")), Length(most=rules.TEXT_MAX)],
        description=_l("담당 공무원과 소관부서만 볼 수 있습니다. 주민과 위원에게는 보이지 않습니다."),
    )


def _opinion(name: str) -> TrimmedText:
    return TrimmedText(word("opinion", name), [Length(most=rules.TEXT_MAX)])


class _DecisionForm(VersionForm):
    """`proposal_version`: that of the proposal that stood beside the form."""

    proposal_version = SeenField(default="0")
    verdict = RadioChoiceField(
        _l("검토 결과"),
        [Required(_l("적격인지 부적격인지 골라 주세요."))],
        choices=choices(*word_choices("verdict", rules.VERDICTS)),
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
    cost_reason = TrimmedText(
        _l("조정한 까닭"),
        [Length(most=rules.TEXT_MAX)],
        description=_l("사업비를 조정할 때만 써 주세요. 금액과 함께 공개됩니다."),
    )

    def bound_cost(self, limit_won: int | None) -> None:
        self.adjusted_cost_won.validators = [won_between(1, limit_won)]

    def decision(self) -> rules.CheckDecision:
        opinions = {name: self[name].data for name in rules.OPINIONS if self[name].data}
        return rules.CheckDecision(
            verdict=self.verdict.data,
            grounds={name: words for name in rules.GROUNDS if (words := self[_ground_field(name)].data)},
            opinions=opinions,
            reason=self.reason.data,
            adjusted_cost_won=self.adjusted_cost_won.data,
            cost_reason=self.cost_reason.data or "",
        )


def _ground_field(name: str) -> str:
    return f"ground_{name}"


def _ground(name: str) -> TrimmedString:
    return TrimmedString(word("ground", name), [Length(most=rules.TEXT_MAX)])


class DecisionForm(_DecisionForm):
    """A field for each ground: those in which there are words are the grounds."""

    @property
    def grounds(self) -> list[Any]:
        return [self[_ground_field(name)] for name in rules.GROUNDS]


for _name in rules.GROUNDS:
    setattr(DecisionForm, _ground_field(_name), _ground(_name))


def written(check: DepartmentCheck) -> dict[str, Any]:
    """What the department has written so far, by field."""
    return {
        "verdict": check.verdict,
        **{_ground_field(name): words for name, words in check.ground_words.items()},
        "reason": check.reason,
        "adjusted_cost_won": check.adjusted_cost_won,
        "cost_reason": check.cost_reason,
        "version": str(check.version),
        "proposal_version": str(check.proposal.version),
        **check.opinions,
    }
