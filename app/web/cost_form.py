"""The lines of a cost on a form: how many of what, at which price. A line that is all empty is none.

Lines are added and taken away by buttons that send the form; what was typed stays, and nothing is saved.
"""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField
from wtforms import Form as BareForm

from app.proposals import rules
from app.proposals.rules import Line
from app.web.fields import Between, Form, Length, TrimmedString, Unmarked, WholeNumberField, WonField, won_between

FIRST = 1  # empty lines on a page where nothing has been written yet


class LineForm(BareForm):
    what = TrimmedString(_l("무엇"), [Unmarked(), Length(most=rules.WHAT_MAX)])
    quantity = WholeNumberField(_l("몇 개"), [Unmarked(), Between(1, rules.QUANTITY_MAX)])
    unit_won = WonField(_l("하나에 얼마"), [Unmarked(), won_between(1, rules.UNIT_MAX)])

    @property
    def is_empty(self) -> bool:
        return not any(field.data is not None and field.data != "" or field.process_errors for field in self)

    @property
    def line(self) -> Line | None:
        """None while the line does not say it all."""
        what, quantity, unit_won = self.what.data, self.quantity.data, self.unit_won.data
        return Line(what, quantity, unit_won) if what and quantity and unit_won else None

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        for field in self:
            if not self.is_empty and not field.errors and field.data in (None, ""):
                field.errors = [_("무엇을 몇 개, 하나에 얼마인지 모두 써 주세요.")]
        return not self.errors


class CostForm(Form):
    """`cost_won` is for those who know only the sum; where there are lines, it is theirs."""

    lines = FieldList(FormField(LineForm), max_entries=rules.LINES_MAX)
    cost_won = WonField(_l("예상 사업비"))

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Of what is stored, on a page that was not sent yet."""
        if not self.is_submitted():
            for line in lines:
                self.lines.append_entry(line._asdict())
            while len(self.lines) < FIRST:
                self.lines.append_entry()

    def change_lines(self) -> bool:
        """Whether a button asked only for a line more or less; it is there, or gone, now."""
        asked = request.form.get("line", "")
        if asked == "add" and len(self.lines) < rules.LINES_MAX:
            self.lines.append_entry()
        elif asked.isdecimal() and len(asked) < 3 and int(asked) < len(self.lines):
            self._drop(int(asked))
        return bool(asked)

    @property
    def cost_lines(self) -> tuple[Line, ...]:
        return tuple(entry.form.line for entry in self.lines if entry.form.line is not None)

    @property
    def sum_won(self) -> int:
        return rules.add_up(self.cost_lines)

    def settle_cost(self, limit_won: int | None) -> None:
        """Before validating: lines make the sum, whatever stood in its field."""
        if any(not entry.form.is_empty for entry in self.lines):
            self.cost_won.raw_data, self.cost_won.process_errors = None, []
            self.cost_won.data = self.sum_won or None
            self.cost_won.validators = []
        self.cost_won.validators = [*self.cost_won.validators, won_between(1, limit_won)]

    def _drop(self, place: int) -> None:
        """The fields' names are their places: those behind move up, with what was typed in them."""
        kept = [[field.raw_data for field in entry.form] for index, entry in enumerate(self.lines) if index != place]
        self.lines.pop_entry()
        for entry, typed in zip(self.lines, kept, strict=True):
            for field, raw in zip(entry.form, typed, strict=True):
                field.raw_data, field.process_errors = raw, []
                try:
                    field.process_formdata(raw or [])
                except ValueError:
                    field.data = None
