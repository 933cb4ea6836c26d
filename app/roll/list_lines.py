"""A line of a list: what it says of one person, or why it is not taken. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from app.people.identity import normalise_phone
from app.people.rules import NotAMobileNumber
from app.roll import list_rules as rules
from app.roll.birth_dates import read_birth_date
from app.roll.list_rules import BIT, UnfitFile
from app.roll.rules import (
    GUARDIAN_BELOW,
    LISTED,
    BirthDateUnfit,
    NameMissing,
    ResidentNumber,
    age_band,
    age_on,
    ensure_birth_date,
    tidy_name,
)
from app.rounds.rules import BASES

_BLANKS = re.compile(r"[\s_.·()/-]+")
_MOBILE = re.compile(r"(?:0|\+?82[- ]?0?)?10[- .]?(\d{4})[- .]?(\d{4})")
_DIALLED = re.compile(r"[+\d\s().-]+")
_FORMULA = frozenset("=+-@＝＋－＠")
_FIVE = re.compile(r"\d{5}")  # a spreadsheet has dropped the nought of 050302


class Line(NamedTuple):
    """`number`: its row in the file. With a fault the rest means nothing. `phone` in E.164, or empty."""

    number: int
    fault: str | None
    doubts: int = 0
    name: str = ""
    born_on: date = date.min
    phone: str = ""
    area_id: int | None = None
    age_band: str = ""
    basis: str = BASES[0]
    guardian: str | None = None


class _Born(NamedTuple):
    on: date
    age: int
    doubts: int


@dataclass(frozen=True)
class Asked:
    """What the round asks of a voter. `dongs`: how a dong is written (`squeeze`) → its area; {}: the round has none."""

    age_min: int | None
    bases: tuple[str, ...]
    dongs: Mapping[str, int]
    stood: date  # age is reckoned on this day
    today: date


def squeeze(written: str) -> str:
    """As headers, dong and ties are compared: no blanks, small letters."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", written)).casefold()


def find_columns(header: Sequence[str]) -> dict[str, int]:
    """Column → its place. Raises UnfitFile: columns, column_twice, never."""
    written = [squeeze(cell) for cell in header]
    if any(cell in rules.NEVER for cell in written):
        raise UnfitFile("never")
    places: dict[str, int] = {}
    for column, names in rules.COLUMNS.items():
        found = [place for place, cell in enumerate(written) if cell in names]
        if len(found) > 1:
            raise UnfitFile("column_twice", header[found[1]].strip()[:40])
        if found:
            places[column] = found[0]
    missing = [rules.COLUMNS[column][0] for column in rules.NEEDED if column not in places]
    if missing:
        raise UnfitFile("columns", ", ".join(missing))
    return places


class LineReader:
    """Reads the lines under one header."""

    def __init__(self, places: Mapping[str, int], asked: Asked) -> None:
        self.asked = asked
        self.name, self.birth_date, self.phone = (places[column] for column in rules.NEEDED)
        self.dong, self.basis, self.guardian = (
            places.get(column) for column in (rules.DONG_COLUMN, rules.BASIS, rules.GUARDIAN)
        )
        self.born = lru_cache(maxsize=1 << 16)(self._born)
        self.dong_of = lru_cache(maxsize=1 << 12)(self._dong)

    def read(self, number: int, cells: Sequence[str]) -> Line:
        try:
            return self._read(number, cells)
        except ResidentNumber:
            return Line(number, "resident_number")
        except NameMissing:
            return Line(number, "name")
        except BirthDateUnfit:
            return Line(number, "birth_date")
        except NotAMobileNumber:
            return Line(number, "phone")

    def _read(self, number: int, cells: Sequence[str]) -> Line:
        if any(cell and cell[0] in _FORMULA and _is_formula(cell) for cell in cells):
            return Line(number, "formula")
        name = tidy_name(_cell(cells, self.name))
        born = self.born(_cell(cells, self.birth_date))
        basis = self._basis(_cell(cells, self.basis))
        if basis not in self.asked.bases:
            return Line(number, "basis")
        if self.asked.age_min is not None and born.age < self.asked.age_min:
            return Line(number, "too_young")
        guardian = None
        if born.age < GUARDIAN_BELOW:
            if squeeze(_cell(cells, self.guardian)) not in rules.YES:
                return Line(number, "guardian")
            guardian = LISTED
        phone, no_text = _phone(_cell(cells, self.phone))
        area_id, dong = self.dong_of(_cell(cells, self.dong))
        doubts = born.doubts | no_text | dong
        return Line(number, None, doubts, name, born.on, phone, area_id, age_band(born.age), basis, guardian)

    def _born(self, written: str) -> _Born:
        if _FIVE.fullmatch(written):
            written = f"0{written}"
        on = read_birth_date(written, self.asked.today)
        ensure_birth_date(on, self.asked.today)
        age = age_on(on, self.asked.today)
        doubts = BIT[rules.OLD] if age >= rules.OLD_FROM else 0
        doubts |= BIT[rules.BORN_TODAY] if on == self.asked.today else 0
        return _Born(on, max(0, age_on(on, self.asked.stood)), doubts)

    def _basis(self, written: str) -> str | None:
        """The round's only one where the list says nothing."""
        if not written:
            return self.asked.bases[0] if len(self.asked.bases) == 1 or self.basis is None else None
        return rules.BASES_WRITTEN.get(squeeze(written))

    def _dong(self, written: str) -> tuple[int | None, int]:
        if not self.asked.dongs:
            return None, 0
        found = self.asked.dongs.get(squeeze(written))
        return found, 0 if found is not None else BIT[rules.DONG]


def _cell(cells: Sequence[str], place: int | None) -> str:
    if place is None or place >= len(cells):
        return ""
    written = cells[place].strip()
    return "" if written == "-" else written


def _is_formula(cell: str) -> bool:
    """A number to be dialled may begin with a plus, and a lone hyphen says that there is nothing."""
    return cell.strip() != "-" and not (cell[0] == "+" and _DIALLED.fullmatch(cell))


def _phone(written: str) -> tuple[str, int]:
    """E.164 or nothing, and the doubt. Raises NotAMobileNumber where no phone is written at all."""
    if not written:
        return "", 0
    mobile = _MOBILE.fullmatch(written)
    if mobile is not None:
        return f"+8210{mobile[1]}{mobile[2]}", 0
    try:
        return normalise_phone(written), 0
    except NotAMobileNumber:
        if not _DIALLED.fullmatch(written) or sum(letter.isdigit() for letter in written) < 7:
            raise
        return "", BIT[rules.NO_TEXT]
