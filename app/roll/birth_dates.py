"""A birth date as people write it. Pure."""

import re
import unicodedata
from datetime import date

from app.roll.rules import BirthDateUnfit, ResidentNumber

_PARTED = re.compile(r"(\d{4}|\d{2})\s*[-./년,]\s*(\d{1,2})\s*[-./월,]\s*(\d{1,2})\s*[.일]?")
_DASHES = re.compile(r"[‐-―−]")
# Six digits and something after them, or more digits than a date has: the front of a resident registration number.
_NUMBER = re.compile(r"\d{6}\s*-?\s*[\d*xX●○]+")


def read_birth_date(typed: str, today: date) -> date:
    """1956-03-02, 1956.3.2, 1956년 3월 2일, 19560302, 560302, 56-3-2. Of a year in two digits, the latest that is not
    to come. Raises BirthDateUnfit, ResidentNumber."""
    text = _DASHES.sub("-", unicodedata.normalize("NFKC", typed)).strip()
    if text.isascii() and text.isdecimal() and len(text) in (6, 8):
        return _date(text[:-4], text[-4:-2], text[-2:], today)
    parted = _PARTED.fullmatch(text)
    if parted is not None:
        return _date(*parted.groups(), today)
    if _NUMBER.fullmatch(text):
        raise ResidentNumber
    raise BirthDateUnfit


def _date(year: str, month: str, day: str, today: date) -> date:
    full = int(year)
    if len(year) == 2:
        full += today.year // 100 * 100
        if (full, int(month), int(day)) > (today.year, today.month, today.day):
            full -= 100
    try:
        return date(full, int(month), int(day))
    except ValueError as error:
        raise BirthDateUnfit from error
