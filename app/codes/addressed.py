"""Whose printed code is whose, for those who post them: the roll keeps no names, so the list is laid beside the codes
once more while they are downloaded, line by line, and nothing of it is kept."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import IO, NamedTuple

from sqlalchemy import select

from app.codes.services import Given
from app.database import db
from app.roll import list_files
from app.roll.list_lines import Line, LineReader, find_columns
from app.roll.list_services import asked_of
from app.roll.models import RollEntry
from app.roll.services import person_key
from app.rounds.models import Round


class Addressed(NamedTuple):
    """`row` of the file and the name there; None and "" for a code whose person is not in the file."""

    row: int | None
    name: str
    number: int
    code: str
    area_id: int | None


class Lists:
    """A list that was uploaded beside a download. `file` can be sought, and is closed by whoever opened it."""

    def __init__(self, round_: Round, file: IO[bytes], *, at: datetime) -> None:
        self.round_id, self.file, self.asked = round_.id, file, asked_of(round_, at)

    def ensure_fit(self, is_odd: Callable[[str], bool]) -> list[int]:
        """Read to the end before there are codes: a list that breaks off would take them with it. Answers with the rows
        whose names are odd. Raises UnfitFile."""
        return [line.number for line in self._lines() if is_odd(line.name)]

    def lay_beside(self, given: Given, *, key: str) -> Iterator[Addressed]:
        """The codes in the order of the file; then those of whom it does not speak. Two people of the same name and
        birth date are told apart by their order, as they were when the list was taken."""
        places = self._places(given)
        codes = {number: (code, area_id) for number, code, area_id in given.lines()}
        for line in self._lines():
            numbers = places.get(bytes.fromhex(person_key(self.round_id, line.name, line.born_on, key=key)))
            if numbers:
                number = numbers.pop(0)
                yield Addressed(line.number, line.name, number, *codes.pop(number))
        for number, (code, area_id) in codes.items():
            yield Addressed(None, "", number, code, area_id)

    def _places(self, given: Given) -> dict[bytes, list[int]]:
        """Person → the numbers of their codes."""
        number_of = {entry_id: place for place, entry_id in enumerate(given.entries, start=1)}
        rows = select(RollEntry.id, RollEntry.person_key).where(RollEntry.round_id == self.round_id)
        places: dict[bytes, list[int]] = {}
        in_order = rows.order_by(RollEntry.twin, RollEntry.id).execution_options(yield_per=10_000)
        for entry_id, known_by in db.session.execute(in_order):
            if entry_id in number_of:
                places.setdefault(bytes.fromhex(known_by), []).append(number_of[entry_id])
        db.session.rollback()
        return places

    def _lines(self) -> Iterator[Line]:
        """Those that could be read."""
        table = list_files.open_table(self.file)
        reader = LineReader(find_columns(table.header), self.asked)
        lines = (reader.read(number, cells) for number, cells in table.rows)
        return (line for line in lines if line.fault is None)
