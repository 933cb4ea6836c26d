"""Step 4 of setting up a round: weights, normalisation, thresholds, the cap, ties, quotas and the box's opening."""

from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, FieldList, FormField
from wtforms import Form as PartForm

from app.money import LARGEST_WON
from app.rounds.models import CAP_POLICIES, NORMALISATIONS
from app.rounds.rules import CHAMBERS, COMMITTEE, OPENINGS
from app.rounds.settings import ChamberPlan, CountingPlan, RoundPlan
from app.rounds.soundness import MANY, QUOTAS, TIE_RULES
from app.web.fields import Between, ChoiceField, RadioChoiceField, Required, WholeNumberField, WonField, won_between
from app.web.fields import choices as listed
from app.web.office.round_faults import StepForm
from app.web.shares import ShareField
from app.web.words import choices

CHOOSE = _l("골라 주세요.")


class ChamberForm(PartForm):
    weight = ShareField(
        _l("반영 비율"), [Required(_l("반영 비율을 입력해 주세요."))], description=_l("예: 50% 또는 1/2")
    )
    normalisation = ChoiceField(
        _l("표를 점수로 바꾸는 방법"), [Required(CHOOSE)], choices=listed(*choices("normalisation", NORMALISATIONS))
    )
    scope = RadioChoiceField(
        _l("점수를 내는 범위"), [Required(CHOOSE)], choices=listed(*choices("scope", ("ballot", "section")))
    )
    threshold_votes = WholeNumberField(_l("최소 득표: 표수"), [Between(1, MANY)])
    threshold_share = ShareField(
        _l("최소 득표: 유효표에 대한 비율"), description=_l("예: 10%. 표수와 비율 가운데 하나만 쓸 수 있습니다.")
    )

    def plan(self) -> ChamberPlan:
        return ChamberPlan(**{name: self[name].data for name in ChamberPlan.__dataclass_fields__})


class CommitteeForm(ChamberForm):
    weight = ShareField(
        _l("반영 비율"),
        [Required(_l("반영 비율을 입력해 주세요."))],
        description=_l("예: 50% 또는 1/2. 0%면 주민만 투표하고 총회 위원 투표는 없습니다."),
    )


class QuotaForm(PartForm):
    count = WholeNumberField(_l("뽑는 사업 수"), [Between(1, MANY)])
    cost = WonField(_l("뽑는 사업비 합계"), [won_between(1, LARGEST_WON)])

    def plan(self) -> dict[str, int | None] | None:
        limits = {"count": self.count.data, "cost": self.cost.data}
        return limits if any(limits.values()) else None


class CountingForm(StepForm):
    residents = FormField(ChamberForm, _l("주민 투표"))
    committee = FormField(CommitteeForm, _l("위원회 투표"))
    cap_policy = RadioChoiceField(
        _l("남은 예산보다 사업비가 큰 사업이 나오면"),
        [Required(CHOOSE)],
        choices=listed(*choices("cap_policy", CAP_POLICIES)),
    )
    near_cover = ShareField(
        _l("전액 지원하려면 남아 있어야 하는 비율"),
        description=_l(
            "‘정한 비율 이상 남았으면’을 고를 때에만 입력합니다. 예: 80%. 한도를 넘는 금액은 결과에 밝힙니다."
        ),
    )
    tie_order = FieldList(
        ChoiceField(choices=listed(("", _l("쓰지 않음")), *choices("tie", TIE_RULES))),
        _l("점수가 똑같을 때"),
        min_entries=len(TIE_RULES),
        max_entries=len(TIE_RULES),
    )
    per_dong = FormField(QuotaForm, _l("동마다"))
    per_section = FormField(QuotaForm, _l("분야마다"))
    per_proposer = FormField(QuotaForm, _l("제안자마다"))
    at_least_one_per_section = BooleanField(_l("분야마다 가장 앞선 사업 하나를 먼저 뽑습니다"))
    opening = RadioChoiceField(
        _l("투표함을 여는 방법"), [Required(CHOOSE)], choices=listed(*choices("opening", OPENINGS))
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        for place, entry in enumerate(self.tie_order, start=1):
            entry.label.text = _("%(n)s순위", n=place)

    @staticmethod
    def shown(plan: RoundPlan) -> dict[str, Any]:
        counting = plan.counting
        return {
            COMMITTEE: vars(ChamberPlan(weight=Fraction(0))),
            **{code: vars(chamber) for code, chamber in counting.chambers.items()},
            **{name: counting.quotas[name] or {} for name in QUOTAS},
            "at_least_one_per_section": counting.quotas["at_least_one_per_section"],
            "cap_policy": counting.cap_policy,
            "near_cover": counting.near_cover,
            "opening": counting.opening,
            "tie_order": [*counting.tie_order, *[""] * (len(TIE_RULES) - len(counting.tie_order))],
        }

    def plan(self) -> CountingPlan:
        quotas: dict[str, Any] = {name: self[name].form.plan() for name in QUOTAS}
        voters = [code for code in CHAMBERS if code != COMMITTEE or self[code].form.weight.data]
        return CountingPlan(
            chambers={code: self[code].form.plan() for code in voters},
            cap_policy=self.cap_policy.data,
            near_cover=self.near_cover.data,
            tie_order=tuple(entry.data for entry in self.tie_order if entry.data),
            quotas={**quotas, "at_least_one_per_section": self.at_least_one_per_section.data},
            opening=self.opening.data,
        )

    def field_at(self, where: str) -> Field | None:
        """ "chambers.residents.weight", "quotas.per_dong.count", "weights", "tie_order", "near_cover"."""
        parts = where.split(".")
        if where == "weights":
            return self.residents.form.weight
        if where == "tie_order":
            return self.tie_order[0]
        if len(parts) == 3:
            return self[parts[1]].form._fields.get(parts[2])
        return super().field_at(where)
