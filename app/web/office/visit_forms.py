"""When an on-site review takes place, and what it found."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from app.people.models import Account
from app.reviews import rules
from app.reviews.models import SiteVisit
from app.web.fields import (
    DayField,
    Form,
    Length,
    MultiCheckboxField,
    RadioChoiceField,
    Required,
    TrimmedString,
    TrimmedText,
    choices,
)
from app.web.words import choices as word_choices
from app.web.words import word

MEETING_POINT_MAX = 120


class PlanForm(Form):
    visit_on = DayField(_l("방문일"), [Required(_l("방문일을 입력해 주세요."))])
    meeting_point = TrimmedString(
        _l("만나는 곳"), [Required(_l("만나는 곳을 써 주세요.")), Length(most=MEETING_POINT_MAX)]
    )


def _answer(line: str) -> RadioChoiceField:
    question = word("checklist", line)
    return RadioChoiceField(
        question,
        [Required(_l("‘%(question)s’에 답해 주세요.", question=question))],
        choices=choices(*word_choices("answer", rules.ANSWERS)),
    )


class RecordForm(Form):
    visitors = MultiCheckboxField(_l("함께 간 사람"), [Required(_l("함께 간 사람을 골라 주세요."))])
    place_matches = _answer("place_matches")
    need_seen = _answer("need_seen")
    no_duplicate_nearby = _answer("no_duplicate_nearby")
    ownership_clear = _answer("ownership_clear")
    safe_and_accessible = _answer("safe_and_accessible")
    cost_plausible = _answer("cost_plausible")
    findings = TrimmedText(
        _l("현장에서 본 것"),
        [Required(_l("현장에서 본 것을 써 주세요.")), Length(most=rules.TEXT_MAX)],
        description=_l("제안서에 적힌 것마다 현장이 어떠했는지 써 주세요. 확정하면 공개되는 글입니다."),
    )

    def offer(self, people: Sequence[Account]) -> None:
        self.visitors.choices = choices(*((str(one.id), one.name) for one in people))

    def record(self) -> rules.VisitRecord:
        return rules.VisitRecord(
            visitors=frozenset(int(one) for one in self.visitors.data or ()),
            checklist={line: self[line].data for line in rules.CHECKLIST},
            findings=self.findings.data,
        )


def recorded(visit: SiteVisit) -> dict[str, object]:
    """What has been written so far, by field."""
    visitors = [str(one.account_id) for one in visit.visitors]
    return {"visitors": visitors, "findings": visit.findings, **visit.checklist}
