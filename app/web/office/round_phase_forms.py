"""Steps 6 and 7 of setting up a round: when its phases are, and how its reviews are held."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, FormField
from wtforms import Form as PartForm

from app.rounds.models import Round
from app.rounds.rules import list_phases
from app.rounds.settings import PhasePlan, ReviewPlan, RoundPlan
from app.web.fields import Between, DateTimeLocalField, Required, Unmarked, WholeNumberField
from app.web.office.round_faults import StepForm
from app.web.words import word

NEEDS_BOTH = _l("시작과 끝을 모두 정하거나 모두 비워 주세요.")


class PhaseForm(PartForm):
    starts_at = DateTimeLocalField(_l("시작"), [Unmarked()])
    ends_at = DateTimeLocalField(_l("끝"), [Unmarked()])

    def validate(self, extra_validators: Any = None) -> bool:
        sound = super().validate(extra_validators)
        empty = [field for field in self if field.data is None]
        if sound and len(empty) == 1:
            empty[0].errors = [str(NEEDS_BOTH)]
            return False
        return sound


def _phase(kind: str) -> FormField:
    return FormField(PhaseForm, word("phase", kind))


class PhasesForm(StepForm):
    intake = _phase("intake")
    department_check = _phase("department_check")
    site_visit = _phase("site_visit")
    written_review = _phase("written_review")
    voting = _phase("voting")
    committee_vote = _phase("committee_vote")

    @staticmethod
    def shown(plan: RoundPlan) -> dict[str, Any]:
        return {phase.kind: {"starts_at": phase.starts_at, "ends_at": phase.ends_at} for phase in plan.phases}

    def plan(self, round_: Round) -> tuple[PhasePlan, ...]:
        """The form knows minutes: an instant that was not touched keeps the seconds it has."""
        before = {phase.kind: phase for phase in round_.phases}
        return tuple(
            PhasePlan(
                kind,
                _untouched(before.get(kind), "starts_at", self[kind].form.starts_at.data),
                _untouched(before.get(kind), "ends_at", self[kind].form.ends_at.data),
            )
            for kind in list_phases([chamber.code for chamber in round_.chambers])
            if self[kind].form.starts_at.data is not None
        )

    def field_at(self, where: str) -> Field | None:
        """ "phases.voting.ends_at"; "phases.voting" stands at its beginning; what is of another step has no field."""
        step, kind, which = [*where.split("."), "", ""][:3]
        known = step == "phases" and kind in self._fields
        return self[kind].form[which or "starts_at"] if known else None


def _untouched(phase: Any, name: str, typed: datetime) -> datetime:
    kept: datetime | None = getattr(phase, name, None)
    return kept if kept is not None and kept.replace(second=0, microsecond=0) == typed else typed


class ReviewForm(StepForm):
    visitors_needed = WholeNumberField(
        _l("현장심사에 함께 가야 하는 위원 수"), [Required(_l("위원 수를 입력해 주세요.")), Between(1, 100)]
    )
    drops_extremes = BooleanField(_l("서면심사에서 가장 높은 점수와 가장 낮은 점수를 하나씩 뺍니다"))
    shortlist_places = WholeNumberField(
        _l("분야마다 투표에 올리는 사업 수"), [Between(1, 1000)], description=_l("비워 두면 제한이 없습니다.")
    )
    shortlist_threshold = WholeNumberField(
        _l("투표에 오르는 최저 평균 점수"), [Between(0, 1000)], description=_l("비워 두면 제한이 없습니다.")
    )
    sheets_needed = WholeNumberField(
        _l("제안마다 있어야 하는 심사표 수"),
        [Between(1, 100)],
        description=_l(
            "셀 수 있는 심사표가 이보다 적은 제안이 있으면 투표 대상을 정할 수 없습니다. 비워 두면 제한이 없습니다."
        ),
    )
    hides_proposer = BooleanField(_l("심사하는 위원에게 제안자의 이름과 전화번호를 가립니다"))
    review_objection_days = WholeNumberField(
        _l("심사 결과에 이의신청할 수 있는 날수"),
        [Required(_l("날수를 입력해 주세요. 받지 않으면 0입니다.")), Between(0, 60)],
        description=_l("결과를 공개한 다음 날부터 셉니다. 이 기간이 지나야 투표 대상을 공표할 수 있습니다."),
    )

    @staticmethod
    def shown(plan: RoundPlan) -> dict[str, Any]:
        threshold = plan.review.shortlist_threshold
        return {**vars(plan.review), "shortlist_threshold": None if threshold is None else int(threshold)}

    def plan(self) -> ReviewPlan:
        threshold = self.shortlist_threshold.data
        return ReviewPlan(
            self.visitors_needed.data,
            self.drops_extremes.data,
            self.shortlist_places.data,
            None if threshold is None else Fraction(threshold),
            self.sheets_needed.data,
            self.hides_proposer.data,
            self.review_objection_days.data,
        )
