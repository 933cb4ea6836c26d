"""What is wrong with a round's settings, said to the one who sets it up."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from wtforms import Field

from app.rounds.rules import Incomplete, PhaseBegun, PhasePast, RoundError, StillUsed, Unsound, YearTaken
from app.tally.faults import Fault
from app.web.fields import Form
from app.web.filters import number
from app.web.shares import say_share
from app.web.words import word

Values = dict[str, Any]

SENTENCES: dict[str, Callable[[Values], str]] = {
    "text_empty": lambda v: _("비워 둘 수 없습니다. 입력해 주세요."),
    "text_too_long": lambda v: _("%(most)s자까지 쓸 수 있습니다.", most=v["most"]),
    "too_small": lambda v: _("%(least)s 이상이어야 합니다.", least=number(v["least"])),
    "too_large": lambda v: _("%(most)s 이하여야 합니다.", most=number(v["most"])),
    "no_pots": lambda v: _("재원을 하나 이상 정해 주세요."),
    "no_sections": lambda v: _("분야를 하나 이상 정해 주세요."),
    "unknown_pot": lambda v: _("이 회차의 재원 가운데에서 골라 주세요."),
    "row_gone": lambda v: _("이 줄은 그 사이에 지워졌습니다. 페이지를 새로 열어 주세요."),
    "picks_missing": lambda v: _("몇 개를 고르는지 입력해 주세요."),
    "picks_nothing": lambda v: _("모든 분야가 0개라서 고를 것이 없습니다."),
    "range_backwards": lambda v: _("적어도 %(min)s개, 많아야 %(max)s개일 수는 없습니다. 두 수를 확인해 주세요.", **v),
    "total_impossible": lambda v: _(
        "분야별 규칙대로면 모두 %(least)s~%(most)s개를 고르게 되어 %(min)s~%(max)s개에 맞출 수 없습니다.", **v
    ),
    "weights_not_one": lambda v: _(
        "반영 비율을 더하면 정확히 100%%가 되어야 합니다. 지금은 %(sum)s입니다.", sum=say_share(Fraction(v["sum"]))
    ),
    "other_chambers": lambda v: _("주민은 꼭 투표해야 합니다. 위원회 투표만 뺄 수 있습니다."),
    "who_votes_called": lambda v: _("공고한 뒤에는 위원회 투표를 넣거나 뺄 수 없습니다."),
    "sheets_begun": lambda v: _("위원이 이미 심사를 시작하여 바꿀 수 없습니다."),
    "sheets_only_fewer": lambda v: _("위원이 이미 심사를 시작하여 줄일 수만 있습니다."),
    "visits_recorded": lambda v: _("이미 결과를 적은 현장심사가 있어 바꿀 수 없습니다."),
    "days_promised": lambda v: _("공개한 검토 결과가 있어 %(least)s일보다 줄일 수 없습니다.", **v),
    "tie_rule_of_nobody": lambda v: _("위원회가 투표하지 않아 위원 득표로 정할 수 없습니다. 다른 기준을 골라 주세요."),
    "share_out_of_range": lambda v: _("0보다 크고 100% 이하인 비율이어야 합니다."),
    "near_cover_mismatch": lambda v: _("‘정한 비율 이상 남았으면’을 골랐으면 비율을 입력하고, 아니면 비워 주세요."),
    "unknown_normalisation": lambda v: _("목록에 있는 것 가운데에서 골라 주세요."),
    "unknown_voters": lambda v: _("목록에 있는 것 가운데에서 골라 주세요."),
    "bases_missing": lambda v: _("연고를 하나 이상 골라 주세요."),
    "dong_unknown": lambda v: _(
        "한 동의 투표지에만 싣는 분야가 있으면, 투표하는 사람이 어느 동에 속하는지 확인하는 방법을 골라야 합니다."
    ),
    "unknown_opening": lambda v: _("목록에 있는 것 가운데에서 골라 주세요."),
    "two_thresholds": lambda v: _("최소 득표는 표수와 비율 가운데 하나로만 정할 수 있습니다."),
    "tie_rule_repeated": lambda v: _("같은 기준을 두 번 쓸 수 없습니다."),
    "tie_order_undecided": lambda v: _("끝까지 같을 때를 위해 ‘투표 번호’나 ‘공개 추첨’을 넣어 주세요."),
    "unknown_phase": lambda v: _("없는 단계입니다."),
    "phase_missing": lambda v: _("%(phase)s의 시작과 끝을 정해 주세요.", phase=word("phase", v["phase"])),
    "phase_over": lambda v: _("%(phase)s 기간이 이미 지났습니다.", phase=word("phase", v["phase"])),
    "phase_far": lambda v: _(
        "%(phase)s의 끝이 10년보다 뒤입니다. 연도를 확인해 주세요.", phase=word("phase", v["phase"])
    ),
    "phase_backwards": lambda v: _("%(phase)s의 끝이 시작보다 늦어야 합니다.", phase=word("phase", v["phase"])),
    "phase_too_early": lambda v: _(
        "%(phase)s의 시작은 %(before)s의 시작보다 앞설 수 없습니다.",
        phase=word("phase", v["phase"]),
        before=word("phase", v["before"]),
    ),
}

STILL_USED = {
    "pots": lambda: _("이 재원을 쓰는 분야가 있어 지울 수 없습니다. 분야의 재원을 먼저 바꿔 주세요."),
    "sections": lambda: _("이 분야에 제안이 있어 지울 수 없습니다."),
}


def sentence(fault: Fault) -> str:
    return SENTENCES[fault.code](dict(fault.values))


def show(form: Any, error: RoundError) -> None:
    """Put the refusal where the person is: at the field it is about, or at the head of the form."""
    for where, words in _said(error):
        field = form.field_at(where) if where else None
        if words not in (form.form_errors if field is None else field.errors):
            form.refuse(words, field)


def _said(error: RoundError) -> Iterable[tuple[str, str]]:
    if isinstance(error, Unsound):
        return [(fault.where, sentence(fault)) for fault in error.faults]
    if isinstance(error, Incomplete):
        return [(fault.where, sentence(fault)) for faults in error.faults.values() for fault in faults]
    if isinstance(error, YearTaken):
        return [("fiscal_year", _("이 사업에는 %(year)s 회계연도 회차가 이미 있습니다.", year=error.fiscal_year))]
    if isinstance(error, StillUsed):
        return [("", STILL_USED[error.what]())]
    if isinstance(error, PhaseBegun):
        words = _("이미 시작한 %(phase)s의 시작이나 끝난 기간은 바꿀 수 없습니다.", phase=word("phase", error.kind))
        return [(f"phases.{error.kind}", words)]
    if isinstance(error, PhasePast):
        words = _("%(phase)s의 기간을 이미 지난 때로 옮길 수 없습니다.", phase=word("phase", error.kind))
        return [(f"phases.{error.kind}", words)]
    raise error


class StepForm(Form):
    """A form of one step of the set-up: it knows which of its fields a fault's path means."""

    def field_at(self, where: str) -> Field | None:
        found = self._fields.get(where.rpartition(".")[2]) or self._fields.get(where.partition(".")[0])
        return found if found is not None and not hasattr(found, "entries") else None
