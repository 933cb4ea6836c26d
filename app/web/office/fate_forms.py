"""What staff write to merge, split and carry over proposals."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField
from wtforms import Form as BareForm

from app.fates import rules
from app.proposals import queries
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.rounds.models import Round
from app.web.fields import (
    ChoiceField,
    Form,
    GetForm,
    Length,
    RadioChoiceField,
    Required,
    TrimmedString,
    TrimmedText,
    Unmarked,
    WonField,
    choices,
    won_between,
)
from app.web.resident.proposal_forms import ContentForm, PlaceForm, TitleForm, id_or_none
from app.web.words import said

NEW_TEXT = "new"
LEAST = 2  # parts
_WHY = Required(_l("까닭을 써 주세요."))
_PARTS = choices(*((str(n), _l("%(n)s번째 제안에", n=n)) for n in range(1, rules.MOST + 1)))


class NumbersForm(GetForm):
    numbers = TrimmedString(
        _l("합칠 제안의 접수번호"), [Length(most=60)], description=_l("쉼표나 빈칸으로 나누어 써 주세요. 예: 3, 7")
    )

    @property
    def wanted(self) -> list[int]:
        """In the order in which they were typed; what is no number is as if not typed."""
        words = (self.numbers.data or "").replace(",", " ").split()
        return list(dict.fromkeys(int(word) for word in words if word.isdecimal() and len(word) < 9))


class MergeForm(TitleForm, PlaceForm, ContentForm):
    """`lead`: the id of the one that stays as it is, or NEW_TEXT; only then the text is read."""

    lead = RadioChoiceField(
        _l("무엇으로 합칠까요?"),
        [Required(_l("무엇으로 합칠지 골라 주세요."))],
        coerce=lambda value: value and str(value),
    )
    reason = TrimmedText(
        _l("합치는 까닭"),
        [_WHY, Length(most=rules.REASON_MAX)],
        description=_l("제안하신 분들이 읽고, 합친 뒤에는 누구나 볼 수 있습니다."),
    )

    def offer_all(self, round_: Round, merged: Sequence[Proposal]) -> None:
        named = ((str(one.id), _("%(n)s번 %(title)s – 이 글 그대로", n=one.number, title=one.title)) for one in merged)
        self.lead.choices = choices(*named, (NEW_TEXT, _("아래에 새로 쓴 글로")))
        dongs = queries.list_dongs(round_.programme)
        for step in (TitleForm, PlaceForm, ContentForm):
            step.offer(self, round_, dongs)
        self.show_lines(merged[0].cost_lines if merged else ())
        if self.lead.data != NEW_TEXT:
            self.let_gaps_in_text()

    def let_gaps_in_text(self) -> None:
        for field in self:
            if field.name in (*proposals.FIELDS, "lines"):
                field.validators = []

    @property
    def lead_id(self) -> int | None:
        return None if self.lead.data == NEW_TEXT else int(self.lead.data)


class PartForm(BareForm):
    title = TrimmedString(
        _l("제안 제목"), [Required(_l("제안 제목을 입력해 주세요.")), Length(most=proposals.TITLE_MAX)]
    )
    area_id = ChoiceField(_l("어느 동의 일인가요?"), coerce=id_or_none)
    place = TrimmedString(_l("주소나 장소"), [Length(most=proposals.PLACE_MAX)])
    need = TrimmedText(_l("왜 필요한가요?"), [Required(_l("왜 필요한지 써 주세요.")), Length(most=proposals.TEXT_MAX)])
    content = TrimmedText(
        _l("무엇을 하나요?"), [Required(_l("무엇을 하는 사업인지 써 주세요.")), Length(most=proposals.TEXT_MAX)]
    )
    effect = TrimmedText(
        _l("무엇이 좋아지나요?"), [Required(_l("무엇이 좋아지는지 써 주세요.")), Length(most=proposals.TEXT_MAX)]
    )
    cost_won = WonField(_l("예상 사업비"), [Unmarked(), won_between(1)])


class SplitForm(Form):
    """`lines`: to which part each line of the whole's cost goes; where it has none, each part says its cost."""

    parts = FieldList(FormField(PartForm), max_entries=rules.MOST)
    lines = FieldList(ChoiceField(validators=[Unmarked()], choices=_PARTS), max_entries=proposals.LINES_MAX)
    reason = TrimmedText(
        _l("나누는 까닭"),
        [_WHY, Length(most=rules.REASON_MAX)],
        description=_l("제안하신 분이 읽고, 나눈 뒤에는 누구나 볼 수 있습니다."),
    )
    cost_reason = TrimmedText(
        _l("사업비의 합이 달라지는 까닭"),
        [Length(most=rules.REASON_MAX)],
        description=_l("나눈 제안들의 사업비를 더해 처음과 다를 때만 써 주세요."),
    )

    def change_parts(self, proposal: Proposal) -> bool:
        """Whether a button asked only for a part more or less; it is there, or gone, now, and what was typed stays."""
        asked = request.form.get("part", "")
        if asked == "add" and len(self.parts) < rules.MOST:
            self._add_part(proposal)
        elif asked == "drop" and len(self.parts) > LEAST:
            self.parts.pop_entry()
        return bool(asked)

    def offer_all(self, proposal: Proposal) -> None:
        while len(self.parts) < LEAST:
            self._add_part(proposal)
        while len(self.lines) < len(proposal.cost_lines):
            self.lines.append_entry("1")
        dongs = queries.list_dongs(proposal.round.programme)
        for part in self.parts:
            part.form.area_id.choices = choices(("", _("구 전체")), *((one.id, said(one, "name")) for one in dongs))
        for field, line in zip(self.lines, proposal.cost_lines, strict=False):
            field.label.text = f"{line.what} {line.quantity} × {line.unit_won:,}"
            field.choices = _PARTS[: len(self.parts)]

    def texts(self, proposal: Proposal) -> list[dict[str, Any]]:
        """As `offer_split` takes them: what is not asked of a part is the whole's."""
        whole = {name: getattr(proposal, name) for name in ("section_id", "beneficiaries")}
        return [
            {**whole, **part.form.data, **_point(proposal, part.form.data), **self._cost(proposal, place)}
            for place, part in enumerate(self.parts, 1)
        ]

    def _add_part(self, proposal: Proposal) -> None:
        texts = ("title", "area_id", "place", "need", "content", "effect")
        self.parts.append_entry({name: getattr(proposal, name) for name in texts})

    def _cost(self, proposal: Proposal, place: int) -> dict[str, Any]:
        if not proposal.cost_lines:
            return {"cost_lines": ()}
        shared = zip(proposal.cost_lines, self.lines, strict=False)
        lines = tuple(line for line, field in shared if field.data == str(place))
        return {"cost_lines": lines, "cost_won": proposals.add_up(lines) or None}


def _point(proposal: Proposal, part: dict[str, Any]) -> dict[str, float | None]:
    """The whole's pin stands only for a part that says the same place."""
    is_there = (part["area_id"], part["place"]) == (proposal.area_id, proposal.place)
    return {name: getattr(proposal, name) if is_there else None for name in ("latitude", "longitude")}


class ReasonForm(Form):
    reason = TrimmedText(_l("까닭"), [_WHY, Length(most=rules.REASON_MAX)])


class RecordForm(Form):
    agrees = RadioChoiceField(
        _l("뭐라고 답하셨나요?"),
        [Required(_l("답을 골라 주세요."))],
        choices=choices(("yes", _l("동의하셨습니다")), ("no", _l("동의하지 않으셨습니다"))),
    )
    note = TrimmedText(
        _l("언제 어떻게 답하셨고, 어디에 보관하나요?"),
        [Required(_l("답을 받은 날과 방법, 보관하는 곳을 써 주세요.")), Length(most=rules.NOTE_MAX)],
        description=_l("예: 5월 2일 창구에서 서명, 2027년 제안 서류철 3번"),
    )
