"""Step 5 of setting up a round: which residents may vote, and how they show it."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.rounds.rules import BASES, VOTERS
from app.rounds.settings import RoundPlan, VotersPlan
from app.rounds.soundness import OLDEST
from app.web.fields import Between, MultiCheckboxField, RadioChoiceField, Required, WholeNumberField
from app.web.fields import choices as listed
from app.web.office.round_faults import StepForm
from app.web.words import choices


class VotersForm(StepForm):
    voters = RadioChoiceField(
        _l("누가 투표할 수 있나요?"),
        [Required(_l("누가 투표할 수 있는지 골라 주세요."))],
        choices=listed(*choices("voters", VOTERS)),
    )
    age_min = WholeNumberField(
        _l("최저 나이(만)"),
        [Between(0, OLDEST)],
        description=_l("투표가 시작되는 날의 만 나이입니다. 비워 두면 나이를 묻지 않습니다."),
    )
    bases = MultiCheckboxField(
        _l("받는 연고"),
        [Required(_l("연고를 하나 이상 골라 주세요."))],
        choices=listed(*choices("basis", BASES)),
    )

    @staticmethod
    def shown(plan: RoundPlan) -> dict[str, Any]:
        return {**vars(plan.voters), "bases": list(plan.voters.bases)}

    def plan(self) -> VotersPlan:
        return VotersPlan(self.voters.data, self.age_min.data, tuple(self.bases.data))
