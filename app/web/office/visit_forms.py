"""Outings, which proposals are visited on them, what is asked there, and why a visit is impossible."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, HiddenField
from wtforms import Form as PlainForm

from app.people.models import Account
from app.proposals.models import Proposal
from app.reviews import rules, visit_rules
from app.reviews.visit_models import Outing
from app.web.fields import (
    Between,
    DateTimeLocalField,
    Form,
    Length,
    MultiCheckboxField,
    RadioChoiceField,
    Required,
    TrimmedString,
    TrimmedText,
    Unmarked,
    WholeNumberField,
    choices,
)
from app.web.filters import moment
from app.web.words import choices as word_choices
from app.web.words import said

MEETING_POINT_MAX = 120
SPARE = 2  # empty lines below those that are there


class OutingForm(Form):
    starts_at = DateTimeLocalField(_l("모이는 때"), [Required(_l("모이는 날과 시각을 입력해 주세요."))])
    meeting_point = TrimmedString(
        _l("모이는 곳"), [Required(_l("모이는 곳을 써 주세요.")), Length(most=MEETING_POINT_MAX)]
    )
    companions = MultiCheckboxField(_l("함께 가는 사람"), [Required(_l("함께 가는 사람을 골라 주세요."))])
    answer_days = WholeNumberField(
        _l("제안자가 답변할 수 있는 날 수"),
        [Required(_l("며칠 안에 답변받을지 입력해 주세요.")), Between(1, visit_rules.ANSWER_DAYS_MAX)],
        description=_l("방문 결과를 적은 다음 날부터 셉니다. 이 기한이 지나야 답변 없이 확정할 수 있습니다."),
    )

    def offer(self, people: Sequence[Account]) -> None:
        self.companions.choices = choices(*((str(one.id), one.name) for one in people))

    def plan(self) -> visit_rules.OutingPlan:
        return visit_rules.OutingPlan(
            starts_at=self.starts_at.data,
            meeting_point=self.meeting_point.data,
            companions=frozenset(int(one) for one in self.companions.data or ()),
            answer_days=self.answer_days.data,
        )


class CancelForm(Form):
    reason = TrimmedText(
        _l("취소하는 까닭"),
        [Required(_l("까닭을 써 주세요.")), Length(most=rules.TEXT_MAX)],
        description=_l("함께 가려던 사람에게 보입니다."),
    )


def planned(outing: Outing) -> dict[str, object]:
    names = ("starts_at", "meeting_point", "answer_days")
    facts: dict[str, object] = {name: getattr(outing, name) for name in names}
    return {**facts, "companions": [str(one.account_id) for one in outing.companions]}


class StopsForm(Form):
    proposals = MultiCheckboxField(_l("방문할 제안"), [Required(_l("제안을 하나 이상 골라 주세요."))])

    def offer(self, unplanned: Sequence[Proposal]) -> None:
        self.proposals.choices = choices(*((str(one.id), _named(one)) for one in unplanned))

    def chosen(self) -> set[int]:
        return {int(one) for one in self.proposals.data or ()}


def _named(proposal: Proposal) -> str:
    place = said(proposal.area, "name") if proposal.area is not None else _("구 전체")
    return f"{place} · {proposal.number}. {proposal.title}"


class VisitForm(Form):
    outing = RadioChoiceField(_l("현장심사 일정"), [Required(_l("일정을 하나 골라 주세요."))])
    kind = RadioChoiceField(
        _l("사업의 종류"),
        [Required(_l("사업의 종류를 골라 주세요."))],
        choices=choices(*word_choices("project_kind")),
        description=_l("종류에 따라 현장에서 확인할 것이 다릅니다."),
    )
    meeting_point = TrimmedString(
        _l("현장에서 만나는 곳"),
        [Required(_l("만나는 곳을 써 주세요.")), Length(most=MEETING_POINT_MAX)],
        description=_l("제안자에게도 보입니다."),
    )

    def offer(self, outings: Sequence[Outing]) -> None:
        self.outing.choices = choices(
            *((str(one.id), f"{moment(one.starts_at)} · {one.meeting_point}") for one in outings)
        )


class ImpossibleForm(Form):
    reason = TrimmedText(
        _l("현장심사를 하지 못하는 까닭"),
        [Required(_l("까닭을 써 주세요.")), Length(most=rules.TEXT_MAX)],
        description=_l("다른 사람이 확인하면 누구나 볼 수 있습니다. 이름이나 전화번호는 쓰지 마세요."),
    )


class SeenForm(Form):
    """Agrees to what stood on the page."""

    seen = HiddenField()


class LineForm(PlainForm):
    """One that is all empty is no line; one that is begun needs both."""

    text_ko = TrimmedString(_l("확인할 것(한국어)"), [Unmarked(), Length(most=visit_rules.LINE_MAX)])
    text_en = TrimmedString(_l("확인할 것(영어)"), [Unmarked(), Length(most=visit_rules.LINE_MAX)])

    @property
    def is_empty(self) -> bool:
        return not (self.text_ko.data or self.text_en.data)

    def validate(self, extra_validators: None = None) -> bool:
        super().validate(extra_validators)
        for field in (self.text_ko, self.text_en):
            if not self.is_empty and not field.data and not field.errors:
                field.errors = [_("두 말로 모두 써 주세요.")]
        return not self.errors


class ChecklistForm(Form):
    """A list of lines for each kind of project."""

    facility = FieldList(FormField(LineForm), max_entries=visit_rules.LINES_MAX)
    programme = FieldList(FormField(LineForm), max_entries=visit_rules.LINES_MAX)
    other = FieldList(FormField(LineForm), max_entries=visit_rules.LINES_MAX)

    def lines(self) -> tuple[visit_rules.Line, ...]:
        begun = ((kind, entry.form) for kind in visit_rules.KINDS for entry in self[kind] if not entry.form.is_empty)
        return tuple(visit_rules.Line(kind, form.text_ko.data, form.text_en.data) for kind, form in begun)


def listed(lines: Sequence[visit_rules.Line]) -> dict[str, list[dict[str, str]]]:
    """By field of the ChecklistForm, with a few empty lines below."""
    found: dict[str, list[dict[str, str]]] = {}
    for kind in visit_rules.KINDS:
        rows = [{"text_ko": one.text_ko, "text_en": one.text_en} for one in lines if one.kind == kind]
        spare = min(SPARE, visit_rules.LINES_MAX - len(rows))
        found[kind] = [*rows, *({"text_ko": "", "text_en": ""} for _n in range(spare))]
    return found
