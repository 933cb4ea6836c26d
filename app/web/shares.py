"""Shares of a whole as people write and say them: "50%", "12.5%", "1/3". Exact, never a float."""

import re
import unicodedata
from fractions import Fraction

from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.widgets import TextInput

from app.web.filters import percent

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)(%?)")
_FRACTION = re.compile(r"(\d{1,6})/(\d{1,6})")

UNREADABLE = _l("비율을 읽을 수 없습니다. ‘50%’나 ‘1/3’처럼 입력해 주세요.")


def parse_share(text: str) -> Fraction:
    """Percent or a fraction. A bare number counts as percent, but "0.5" and "1" may mean two things and are refused.
    Nothing is nothing: "0".

    Raises ValueError.
    """
    body = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    fraction = _FRACTION.fullmatch(body)
    if fraction and int(fraction[2]):
        return Fraction(int(fraction[1]), int(fraction[2]))
    parts = _PERCENT.fullmatch(body)
    if parts is None or (not parts[2] and 0 < Fraction(parts[1]) <= 1):
        raise ValueError(text)
    return Fraction(parts[1]) / 100


def say_share(share: Fraction) -> str:
    """ "50%", "12.5%"; a share that no short decimal can say exactly stays a fraction: "1/3"."""
    for digits in range(3):
        if (share * 100 * 10**digits).denominator == 1:
            return percent(share, digits)
    return f"{share.numerator}/{share.denominator}"


class ShareField(Field):
    """A share as an exact Fraction; None when nothing was typed."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else say_share(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = parse_share(valuelist[0])
        except ValueError as error:
            raise ValueError(UNREADABLE) from error
