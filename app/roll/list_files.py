"""A list as a file: CSV in UTF-8 or EUC-KR (cp949), or XLSX. Read line by line, whatever its size.

What is read here is somebody else's file: its encoding is proved before, an archive unpacks to no more than it may, and
XML comes through defusedxml (openpyxl takes it where it is installed, as it is here).
"""

import codecs
import csv
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from io import TextIOWrapper
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from app.lazy import Lazy
from app.roll.list_rules import MOST_LINES, UnfitFile

openpyxl = Lazy("openpyxl")

BLOCK = 1 << 20
MOST_UNPACKED = 2 << 30  # bytes
MOST_RATIO = 200  # unpacked to packed; a sheet of a million people has some 10 to 20
MOST_TEXTS = 48 << 20  # bytes of the one part that is held in memory
MOST_PARTS = 1000
TEXTS = "xl/sharedStrings.xml"
_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_SEPARATORS = ",\t;"
_BROKEN = (
    zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError, TypeError, EOFError,
    IndexError, AttributeError, NotImplementedError, RuntimeError,
)  # fmt: skip

Row = tuple[int, list[str]]  # its number as a spreadsheet shows it, and its cells


@dataclass(frozen=True)
class Table:
    """`expected`: about how many rows there are below the header; None: it does not say."""

    header: list[str]
    rows: Iterator[Row]
    expected: int | None


def open_table(file: IO[bytes]) -> Table:
    """`file` can be sought; it stays open. Raises UnfitFile, here and while rows are read."""
    file.seek(0)
    start = file.read(8)
    file.seek(0)
    if start.startswith(b"PK\x03\x04"):
        rows, expected = _sheet(file)
    elif start.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnfitFile("old_excel")
    else:
        rows, expected = _text(file)
    for _, header in rows:
        return Table(header, _bounded(rows), None if expected is None else max(0, expected - 1))
    raise UnfitFile("empty")


def _bounded(rows: Iterator[Row]) -> Iterator[Row]:
    for number, cells in rows:
        if number > MOST_LINES + 1:
            raise UnfitFile("too_many", f"{MOST_LINES:,}")
        yield number, cells


def _text(file: IO[bytes]) -> tuple[Iterator[Row], int]:
    encoding, lines = _encoding(file)
    file.seek(0)
    text = TextIOWrapper(file, encoding=encoding, newline="")
    first = text.readline()
    separator = max(_SEPARATORS, key=first.count)
    text.seek(0)
    return _csv_rows(text, separator), lines


def _csv_rows(text: TextIOWrapper, separator: str) -> Iterator[Row]:
    number = 0
    try:
        for number, cells in enumerate(csv.reader(text, delimiter=separator, strict=True), 1):
            if any(cells):
                yield number, cells
    except csv.Error as error:
        raise UnfitFile("quotes", str(number + 1)) from error
    finally:
        with suppress(ValueError):  # somebody has closed the file
            text.detach()


def _encoding(file: IO[bytes]) -> tuple[str, int]:
    """Proved by reading it all once; and how many lines there are. Raises UnfitFile with the name of another one."""
    start = file.read(4)
    for mark, name in _MARKS.items():
        if start.startswith(mark):
            raise UnfitFile("encoding", name)
    for encoding in ("utf-8-sig", "cp949"):
        file.seek(0)
        with suppress(UnicodeDecodeError):
            return encoding, _count_lines(file, encoding)
    raise UnfitFile("encoding", "?")


def _count_lines(file: IO[bytes], encoding: str) -> int:
    """Raises UnicodeDecodeError, UnfitFile."""
    decoder, lines, last = codecs.getincrementaldecoder(encoding)(), 0, b"\n"
    while block := file.read(BLOCK):
        if b"\0" in block:
            raise UnfitFile("encoding", "UTF-16")
        decoder.decode(block)
        lines, last = lines + block.count(b"\n"), block
    decoder.decode(b"", final=True)
    return lines + (not last.endswith(b"\n"))


def _sheet(file: IO[bytes]) -> tuple[Iterator[Row], int | None]:
    _ensure_fit_to_unpack(file)
    try:
        book = openpyxl.load_workbook(file, read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        return _sheet_rows(sheet), sheet.max_row
    except (openpyxl.utils.exceptions.InvalidFileException, *_BROKEN) as error:
        raise UnfitFile("unreadable") from error


def _sheet_rows(sheet: Any) -> Iterator[Row]:
    try:
        for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
            cells = [_written(value) for value in values]
            if any(cells):
                yield number, cells
    except (openpyxl.utils.exceptions.InvalidFileException, *_BROKEN) as error:
        raise UnfitFile("unreadable") from error


def _ensure_fit_to_unpack(file: IO[bytes]) -> None:
    """By what the archive says of itself: more than that is never unpacked of a part."""
    try:
        parts = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnfitFile("unreadable") from error
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(packed, 1 << 12):
        raise UnfitFile("unpacks")
    if any(part.filename == TEXTS and part.file_size > MOST_TEXTS for part in parts):
        raise UnfitFile("texts")


def _written(value: Any) -> str:
    """A cell as text; a formula, of whatever kind, begins with an equals sign."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool | int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return "="
