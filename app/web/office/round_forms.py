"""Steps 1 to 3 of setting up a round: what it is, its pots, its sections."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, FieldList, FormField, HiddenField
from wtforms import Form as RowForm

from app.money import LARGEST_WON
from app.roll import queries as roll
from app.rounds.models import Round
from app.rounds.rules import CHAMBERS, COMMITTEE, RESIDENTS, USUAL_OBJECTION_DAYS
from app.rounds.settings import BallotPlan, Basics, PotPlan, Range, RoundPlan, SectionPlan
from app.rounds.soundness import MANY, NAME_MAX, OBJECTION_DAYS, TITLE_MAX, YEARS
from app.web.fields import (
    Between,
    ChoiceField,
    Length,
    Required,
    TrimmedString,
    WholeNumberField,
    WonField,
    choices,
    won_between,
)
from app.web.office.round_faults import StepForm
from app.web.words import said

ROWS_MAX = 30
PICKS_MAX = 1000
NEEDS_KO = _l("한국어 이름을 입력해 주세요.")
NEEDS_EN = _l("영어 이름을 입력해 주세요.")


class BasicsForm(StepForm):
    fiscal_year = WholeNumberField(
        _l("회계연도"),
        [Required(_l("회계연도를 입력해 주세요.")), Between(*YEARS)],
        description=_l("예산을 쓰는 해입니다. 투표는 보통 그 전해에 합니다."),
    )
    title_ko = TrimmedString(_l("제목"), [Required(_l("제목을 입력해 주세요.")), Length(most=TITLE_MAX)])
    title_en = TrimmedString(_l("영어 제목"), [Required(_l("영어 제목을 입력해 주세요.")), Length(most=TITLE_MAX)])
    turnout_target = WholeNumberField(
        _l("주민 투표 목표 인원"), [Between(0, MANY)], description=_l("비워 두면 목표를 보이지 않습니다.")
    )
    per_project_limit_won = WonField(
        _l("사업 하나의 한도"),
        [won_between(1, LARGEST_WON)],
        description=_l("예: 3억. 이보다 큰 제안은 접수하지 않습니다. 비워 두면 한도가 없습니다."),
    )
    objection_days = WholeNumberField(
        _l("결과에 이의를 받는 날수"),
        [Required(_l("이의를 받는 날수를 입력해 주세요.")), Between(*OBJECTION_DAYS)],
        default=USUAL_OBJECTION_DAYS,
        description=_l(
            "결과를 공개한 다음 날부터 셉니다. 이 기간이 지나야 누가 투표했는지의 기록을 지울 수 있습니다. "
            "회차마다 정하는 값이고, 처음 값 14일은 구의 규정이 아닙니다."
        ),
    )

    @staticmethod
    def shown(plan: RoundPlan) -> dict[str, Any]:
        return vars(plan.basics)

    def plan(self) -> Basics:
        return Basics(**{name: self[name].data for name in Basics.__dataclass_fields__})


class NewRoundForm(BasicsForm):
    programme = ChoiceField(
        _l("어느 사업의 회차인가요?"), [Required(_l("사업을 골라 주세요."))], choices=choices(("", _l("고르세요")))
    )

    def offer(self, programmes: Sequence[Any]) -> None:
        offered = [(str(programme.id), said(programme, "name")) for programme in programmes]
        self.programme.choices = choices(("", _l("고르세요")), *offered)


class Row(RowForm):
    """One line of a list. An empty new line, and one to be removed, are left out whatever they hold."""

    row_id = HiddenField()
    remove = BooleanField(_l("이 줄 지우기"))

    def is_left_out(self) -> bool:
        typed = (value for field in self for value in field.raw_data or () if field.name not in self._quiet())
        return bool(self.remove.data) or not (self.row_id.data or any(str(value).strip() for value in typed))

    def validate(self, extra_validators: Any = None) -> bool:
        return self.is_left_out() or super().validate(extra_validators)

    def id_kept(self) -> int | None:
        """None for a new line. An id that is no number is no row's: 0."""
        text = str(self.row_id.data or "")
        if not text:
            return None
        return int(text) if text.isdecimal() and len(text) < 19 else 0

    def _quiet(self) -> set[str]:
        """Fields that say something even on an untouched line."""
        chosen = (self._fields.get(name) for name in ("pot", "area"))
        return {field.name for field in (self.row_id, self.remove, *chosen) if field is not None}


class RowsForm(StepForm):
    """A list of lines; "more" asks for one more and nothing else."""

    rows: Any  # a FieldList of FormFields over Row

    def add_row(self) -> None:
        if len(self.rows) < ROWS_MAX:
            self.rows.append_entry()

    def kept(self) -> list[Any]:
        return [entry.form for entry in self.rows if not entry.form.is_left_out()]

    def field_at(self, where: str) -> Field | None:
        """ "pots.2.cap_won": of the third line that is kept. A fault of the whole list stands at its first line."""
        parts = where.split(".")
        kept = self.kept()
        if len(parts) == 3 and parts[1].isdecimal() and int(parts[1]) < len(kept):
            return self.cell(kept[int(parts[1])], parts[2])
        return super().field_at(where)

    def cell(self, row: Any, name: str) -> Field | None:
        return row._fields.get(name)


class PotRow(Row):
    name_ko = TrimmedString(_l("이름"), [Required(NEEDS_KO), Length(most=NAME_MAX)])
    name_en = TrimmedString(_l("영어 이름"), [Required(NEEDS_EN), Length(most=NAME_MAX)])
    cap_won = WonField(_l("한도"), [Required(_l("한도를 입력해 주세요.")), won_between(1, LARGEST_WON)])


class PotsForm(RowsForm):
    rows = FieldList(FormField(PotRow), min_entries=1, max_entries=ROWS_MAX)

    @staticmethod
    def shown(plan: RoundPlan) -> dict[str, Any]:
        return {"rows": [{**vars(pot), "row_id": pot.id} for pot in plan.pots]}

    def plan(self) -> tuple[PotPlan, ...]:
        return tuple(
            PotPlan(row.name_ko.data, row.name_en.data, row.cap_won.data, row.id_kept()) for row in self.kept()
        )


class SectionRow(Row):
    """The committee's own numbers may stay empty: then it picks as residents do."""

    name_ko = TrimmedString(_l("분야 이름"), [Required(NEEDS_KO), Length(most=NAME_MAX)])
    name_en = TrimmedString(_l("영어 이름"), [Required(NEEDS_EN), Length(most=NAME_MAX)])
    pot = ChoiceField(_l("재원"), [Required(_l("재원을 골라 주세요."))])
    pick_min = WholeNumberField(
        _l("적어도 고를 수"), [Required(_l("적어도 몇 개인지 입력해 주세요.")), Between(0, PICKS_MAX)]
    )
    pick_max = WholeNumberField(
        _l("많아야 고를 수"), [Required(_l("많아야 몇 개인지 입력해 주세요.")), Between(0, PICKS_MAX)]
    )
    area = ChoiceField(
        _l("누구의 투표지에 싣나요?"),
        description=_l("동을 고르면 그 동에 속한 주민의 투표지에만 나옵니다. 위원은 모두 봅니다."),
    )
    committee_min = WholeNumberField(_l("위원: 적어도 고를 수"), [Between(0, PICKS_MAX)])
    committee_max = WholeNumberField(_l("위원: 많아야 고를 수"), [Between(0, PICKS_MAX)])

    def picks(self) -> dict[str, Range]:
        least, most = self.pick_min.data, self.pick_max.data
        own_least, own_most = self.committee_min.data, self.committee_max.data
        return {
            RESIDENTS: (least, most),
            COMMITTEE: (least if own_least is None else own_least, most if own_most is None else own_most),
        }


class SectionsForm(RowsForm):
    """Totals: both numbers or neither. The committee's empty ones mean as residents."""

    rows = FieldList(FormField(SectionRow), min_entries=1, max_entries=ROWS_MAX)
    total_min = WholeNumberField(_l("투표지 전체에서 적어도 고를 수"), [Between(0, PICKS_MAX)])
    total_max = WholeNumberField(_l("투표지 전체에서 많아야 고를 수"), [Between(0, PICKS_MAX)])
    committee_total_min = WholeNumberField(_l("위원: 전체에서 적어도 고를 수"), [Between(0, PICKS_MAX)])
    committee_total_max = WholeNumberField(_l("위원: 전체에서 많아야 고를 수"), [Between(0, PICKS_MAX)])

    @staticmethod
    def shown(plan: RoundPlan) -> dict[str, Any]:
        ours, theirs = plan.sections.totals[RESIDENTS], plan.sections.totals.get(COMMITTEE)
        return {
            "rows": [_section_shown(section) for section in plan.sections.sections],
            **dict(zip(("total_min", "total_max"), ours or (None, None), strict=True)),
            **dict(
                zip(
                    ("committee_total_min", "committee_total_max"),
                    theirs if theirs and theirs != ours else (None, None),
                    strict=True,
                )
            ),
        }

    def offer(self, round_: Round) -> None:
        """The round's pots and dong, for the lines there are now; the only pot is chosen beforehand."""
        offered = [(str(pot.id), said(pot, "name")) for pot in round_.pots]
        dongs = [(str(dong.id), said(dong, "name")) for dong in roll.list_dongs(round_)]
        for entry in self.rows:
            entry.form.area.choices = choices(("", _l("모두")), *dongs)
            entry.form.pot.choices = choices(*([] if len(offered) == 1 else [("", _l("고르세요"))]), *offered)

    def validate(self, extra_validators: Any = None) -> bool:
        sound = super().validate(extra_validators)
        for least, most in ((self.total_min, self.total_max), (self.committee_total_min, self.committee_total_max)):
            if (least.data is None) != (most.data is None) and not (least.errors or most.errors):
                self.refuse(str(_l("두 칸을 모두 채우거나 모두 비워 주세요.")), least if least.data is None else most)
                sound = False
        return sound

    def plan(self) -> BallotPlan:
        return BallotPlan(tuple(_section(row) for row in self.kept()), self._totals())

    def _totals(self) -> Mapping[str, Range | None]:
        ours = _pair(self.total_min.data, self.total_max.data)
        return {RESIDENTS: ours, COMMITTEE: _pair(self.committee_total_min.data, self.committee_total_max.data) or ours}

    def field_at(self, where: str) -> Field | None:
        if where == f"totals.{RESIDENTS}":
            return self.total_min
        return self.committee_total_min if where == f"totals.{COMMITTEE}" else super().field_at(where)

    def cell(self, row: Any, name: str) -> Field | None:
        if name == COMMITTEE and row.committee_min.data is None and row.committee_max.data is None:
            name = RESIDENTS  # the one number typed is what is wrong for both
        columns = {RESIDENTS: "pick_min", COMMITTEE: "committee_min"}
        return super().cell(row, columns.get(name, name))


def _pair(least: int | None, most: int | None) -> Range | None:
    return None if least is None or most is None else (least, most)


def _section(row: Any) -> SectionPlan:
    area = int(row.area.data) if row.area.data else None
    return SectionPlan(row.name_ko.data, row.name_en.data, int(row.pot.data), row.picks(), row.id_kept(), area)


def _section_shown(section: SectionPlan) -> dict[str, Any]:
    ours, theirs = (section.picks.get(code, (None, None)) for code in CHAMBERS)
    own = theirs if theirs != ours else (None, None)
    return {
        "row_id": section.id,
        "name_ko": section.name_ko,
        "name_en": section.name_en,
        "pot": str(section.pot),
        "area": "" if section.area is None else str(section.area),
        **dict(zip(("pick_min", "pick_max"), ours, strict=True)),
        **dict(zip(("committee_min", "committee_max"), own, strict=True)),
    }
