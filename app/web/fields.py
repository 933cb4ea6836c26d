"""Form fields that read what people type, keep it when it is wrong, and say how to mend it."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, DateTimeLocalInput, ListWidget, TextInput

from app.clock import SEOUL
from app.money import MoneyError, parse_won
from app.web.filters import money

LOCAL = "%Y-%m-%dT%H:%M"

MONEY_FAULTS = {
    "empty": _l("금액을 입력해 주세요."),
    "negative": _l("금액은 0보다 커야 합니다."),
    "fraction": _l("원 단위까지만 입력할 수 있습니다. 천 단위는 점(.)이 아니라 쉼표(,)로 나눠 주세요."),
    "ambiguous": _l("금액이 두 가지로 읽힙니다. ‘1억 2,000만원’이나 ‘120,000,000’처럼 입력해 주세요."),
    "too_large": _l("금액이 너무 큽니다. 자릿수를 확인해 주세요."),
    "unreadable": _l("금액을 읽을 수 없습니다. ‘1억 2,000만원’이나 ‘120,000,000’처럼 입력해 주세요."),
}


class Form(FlaskForm):
    """The form every page uses."""

    def refuse(self, message: str, field: Field | None = None) -> None:
        """Adds a fault that only a rule could find, at its field or at the form; the page answers 422."""
        if field is None:
            self.form_errors.append(message)
        else:
            field.errors = [*field.errors, message]


class SeenField(HiddenField):
    """A number that the page showed, to come back with the form: a row's version, or an id."""

    def number(self, *, otherwise: int = 0, digits: int = 9) -> int:
        """`otherwise` for what is no number of at most so many digits: none that was ever shown."""
        text = "" if self.data is None else str(self.data)
        return int(text) if text.isdecimal() and len(text) <= digits else otherwise


class VersionForm(Form):
    """`version`: the one that the page showed, so that an act upon an older page is noticed."""

    version = SeenField(default="0")
    is_stale = False

    @property
    def seen(self) -> int:
        return self.version.number()


class GetForm(Form):
    """Narrows a list. Sent by GET: it changes nothing and needs no token."""

    class Meta:
        csrf = False


# What nobody sees: marks that turn the reading direction (a title could turn round the amount beside it), blanks of no
# width, and the fillers with which an empty field looks filled in.
UNSEEN: dict[int, str] = {
    **dict.fromkeys(
        (0x61C, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)), ""
    ),
    **dict.fromkeys((0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0), " "),
}


def tidy(value: str | None) -> str:
    """One spelling of a text: composed Hangul, plain line ends, no blanks around, nothing that cannot be seen."""
    text = unicodedata.normalize("NFC", value or "").replace("\r\n", "\n").replace("\r", "\n").translate(UNSEEN)
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) != "Cc").strip()


class TrimmedString(StringField):
    """One line, tidied; never None."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = " ".join(tidy(valuelist[0]).split())


class TrimmedText(TextAreaField):
    """Several lines, tidied, so that a letter counts alike in the browser and here; never None."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = tidy(valuelist[0])


class WonField(Field):
    """Whole won from Korean money words; None when nothing was typed."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:,}"

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = parse_won(valuelist[0])
        except MoneyError as error:
            raise ValueError(MONEY_FAULTS[error.code]) from error


class WholeNumberField(IntegerField):
    """A whole number, with or without commas; None when nothing was typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        typed = unicodedata.normalize("NFKC", valuelist[0]).replace(",", "").strip() if valuelist else ""
        if not typed:
            return
        if len(typed) > 18 or not typed.removeprefix("-").isdecimal():
            raise ValueError(_l("숫자로 입력해 주세요. 예: 12"))
        self.data = int(typed)


class DegreesField(Field):
    """Degrees to six decimals, some ten centimetres; None when nothing was typed. Bounds: see Between."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:.6f}"

    @property
    def is_blank(self) -> bool:
        return not self._value().strip()

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        typed = unicodedata.normalize("NFKC", valuelist[0]).strip() if valuelist else ""
        if not typed:
            return
        if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,15})?", typed):
            raise ValueError(_l("숫자로 입력해 주세요. 예: 37.456900"))
        self.data = round(float(typed), 6)


class DayField(DateField):
    """A day; None when nothing was typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = date.fromisoformat(valuelist[0].strip())
        except ValueError as error:
            raise ValueError(_l("날짜를 확인해 주세요. 예: 2026-09-19")) from error


class DateTimeLocalField(Field):
    """A wall-clock time in Seoul, kept as an aware UTC instant; None when nothing was typed."""

    widget = DateTimeLocalInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.astimezone(SEOUL).strftime(LOCAL) if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            local = datetime.fromisoformat(valuelist[0].strip())
            self.data = (local if local.tzinfo else local.replace(tzinfo=SEOUL)).astimezone(UTC)
        except (ValueError, OverflowError) as error:  # the first morning of year 1 in Seoul is no instant in UTC
            raise ValueError(_l("날짜와 시각을 확인해 주세요. 예: 2026-09-19 18:00")) from error


def choices(*pairs: tuple[Any, Any]) -> list[SelectChoice]:
    """(value, words) pairs as a choice field takes them when it is declared."""
    return [SelectChoice(value, words) for value, words in pairs]


class _FromList:
    """Says in our words that an answer is not on the list."""

    NOT_ON_IT = _l("목록에 있는 것 가운데에서 골라 주세요.")

    def __init__(self, *args: Any, **options: Any) -> None:
        said = {"invalid_choice_message": self.NOT_ON_IT, "invalid_value_message": self.NOT_ON_IT}
        super().__init__(*args, **{**said, **options})


class ChoiceField(_FromList, SelectField):
    """One out of a list that drops down. Put ("", "고르세요") first where nothing is chosen beforehand."""


class RadioChoiceField(_FromList, RadioField):
    """One out of a few, all in view; None while none is chosen."""

    def pre_validate(self, form: Form) -> None:
        if self.data is not None or self.raw_data:
            super().pre_validate(form)


class MultiCheckboxField(_FromList, SelectMultipleField):
    """Any number of boxes out of a list."""

    NOT_ON_IT = _l("목록에 없는 것이 섞여 있습니다: %(value)s")
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Required:
    """Something must be there. A fault of reading found before stays the only words at the field."""

    field_flags = {"required": True}

    def __init__(self, message: str = _l("꼭 필요한 항목입니다. 입력해 주세요.")) -> None:
        self.message = message

    def __call__(self, form: Form, field: Field) -> None:
        if field.process_errors:
            raise StopValidation()
        if field.data is None or field.data is False or field.data in ("", []):
            field.errors = []
            raise StopValidation(self.message)


class Unmarked:
    """For a field that may be empty for now but is not optional: its page says when it is needed."""

    field_flags = {"unmarked": True}

    def __call__(self, form: Form, field: Field) -> None:
        """Asks nothing."""


class Length:
    """Letters as a person counts them, line ends included. Empty passes: see Required."""

    def __init__(self, least: int = 0, most: int = 0) -> None:
        self.least, self.most = least, most
        self.field_flags = {"maxletters": most} if most else {}

    def __call__(self, form: Form, field: Field) -> None:
        letters = len(field.data or "")
        if self.most and letters > self.most:
            raise ValidationError(
                gettext(
                    "%(most)d자까지 쓸 수 있습니다. 지금 %(letters)d자이니 %(over)d자를 줄여 주세요.",
                    most=self.most,
                    letters=letters,
                    over=letters - self.most,
                )
            )
        if letters and letters < self.least:
            raise ValidationError(gettext("%(least)d자 이상 써 주세요.", least=self.least))


class Between:
    """Bounds of an amount or a number, both included, said as `say` says them. None passes."""

    def __init__(self, least: int | None = None, most: int | None = None, say: Callable[[int], str] = str) -> None:
        self.least, self.most, self.say = least, most, say

    def __call__(self, form: Form, field: Any) -> None:
        if field.data is None:
            return
        if self.least is not None and field.data < self.least:
            raise ValidationError(gettext("%(least)s 이상으로 입력해 주세요.", least=self.say(self.least)))
        if self.most is not None and field.data > self.most:
            raise ValidationError(gettext("%(most)s 이하로 입력해 주세요.", most=self.say(self.most)))


def won_between(least: int | None = None, most: int | None = None) -> Between:
    return Between(least, most, money)
