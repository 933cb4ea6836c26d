"""What a file must be before a single line of it is believed."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time

import openpyxl
import pytest

from app.roll import list_files
from app.roll.list_files import open_table
from app.roll.list_lines import Asked, Line, LineReader, find_columns
from app.roll.list_rules import BIT, UnfitFile
from tests.roll.lists import HEADER, HONG, KIM, sheet, text

TODAY = date(2026, 11, 28)
ASKED = Asked(None, ("address",), {"가산동": 1, "독산동": 2}, TODAY, TODAY)


def lines(file: bytes, asked: Asked = ASKED) -> list[Line]:
    table = open_table(io.BytesIO(file))
    reader = LineReader(find_columns(table.header), asked)
    return [reader.read(number, cells) for number, cells in table.rows]


def refusal(file: bytes) -> tuple[str, str]:
    with pytest.raises(UnfitFile) as refused:
        lines(file)
    return refused.value.code, refused.value.detail


@pytest.mark.parametrize("encoding", ("utf-8", "utf-8-sig", "cp949", "euc-kr"))
def test_both_of_the_usual_encodings_are_read(encoding: str) -> None:
    first, second = lines(text(HONG, KIM, encoding=encoding))
    assert first == Line(2, None, 0, "홍길동", date(1956, 3, 2), "+821012345678", 1, "70-", "address", None)
    assert (second.number, second.born_on, second.area_id) == (3, date(1990, 12, 31), 2)


@pytest.mark.parametrize("encoding", ("utf-16", "utf-16-le", "utf-32"))
def test_another_encoding_is_named(encoding: str) -> None:
    named = encoding.upper()[:6]
    assert refusal(text(HONG, encoding=encoding)) == ("encoding", named)


def test_bytes_of_no_encoding_are_refused() -> None:
    assert refusal(text(HONG) + b"\xff\xfe\xfd") == ("encoding", "?")


@pytest.mark.parametrize("separator", (",", "\t", ";"))
def test_columns_stand_in_any_order_under_any_of_their_names(separator: str) -> None:
    header = separator.join(("메모", "Phone Number", "행정동", "Date of birth", "성 명"))
    row = separator.join(("", "1012345678", "독산동", "560302", "홍 길동"))
    (line,) = lines(text(row, header=header))
    assert (line.fault, line.name, line.phone, line.area_id) == (None, "홍길동", "+821012345678", 2)


@pytest.mark.parametrize(
    ("header", "refused"),
    (
        ("이름,생년월일,동", ("columns", "전화번호")),
        ("이름,성명,생년월일,휴대전화", ("column_twice", "성명")),
        ("이름,생년월일,휴대전화,주민등록번호", ("never", "")),
    ),
)
def test_a_header_that_does_not_do_is_refused(header: str, refused: tuple[str, str]) -> None:
    assert refusal(text(HONG, header=header)) == refused


@pytest.mark.parametrize(
    ("file", "code"),
    (
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "old_excel"),
        (b"PK\x03\x04 no archive at all", "unreadable"),
        (text('"홍길동,1956-03-02,010-1234-5678'), "quotes"),
    ),
)
def test_what_is_no_list_is_refused(file: bytes, code: str) -> None:
    assert refusal(file)[0] == code


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    assert [line.number for line in lines(text(HONG, "", ",,,", KIM))] == [2, 5]
    assert [line.number for line in lines(sheet(HEADER.split(","), HONG.split(","), [], KIM.split(",")))] == [2, 4]


@pytest.mark.parametrize(
    ("row", "fault"),
    (
        ("=1+1,1956-03-02,010-1234-5678,가산동", "formula"),
        ("홍길동,1956-03-02,010-1234-5678,@SUM(A1)", "formula"),
        ("홍길동,1956-03-02,+cmd|x,가산동", "formula"),
        ("홍길동,1956-03-02,-1+2,가산동", "formula"),
        ("홍길동,560302-1234567,010-1234-5678,가산동", "resident_number"),
        (",1956-03-02,010-1234-5678,가산동", "name"),
        ("12,1956-03-02,010-1234-5678,가산동", "name"),
        ("홍길동,1856-03-02,010-1234-5678,가산동", "birth_date"),
        ("홍길동,2027-03-02,010-1234-5678,가산동", "birth_date"),
        ("홍길동,,010-1234-5678,가산동", "birth_date"),
        ("홍길동,1956-03-02,없음,가산동", "phone"),
        ("홍길동,2020-03-02,010-1234-5678,가산동", "guardian"),
        ("홍길동", "birth_date"),
    ),
)
def test_a_line_that_cannot_be_taken_says_why(row: str, fault: str) -> None:
    assert [line.fault for line in lines(text(row))] == [fault]


@pytest.mark.parametrize(
    ("row", "doubt"),
    (
        ("홍길동,1915-03-02,010-1234-5678,가산동", "old"),
        ("홍길동,1956-03-02,02-850-1234,가산동", "no_text"),
        ("홍길동,1956-03-02,011-234-5678,가산동", "no_text"),
        ("홍길동,1956-03-02,010-1234-5678,서초동", "dong"),
        ("홍길동,1956-03-02,010-1234-5678,", "dong"),
    ),
)
def test_an_unlikely_line_is_doubtful(row: str, doubt: str) -> None:
    assert [(line.fault, line.doubts) for line in lines(text(row))] == [(None, BIT[doubt])]


def test_a_child_is_on_a_list_with_the_guardians_consent_and_born_today_is_doubtful() -> None:
    header = f"{HEADER},보호자동의"
    (line,) = lines(text("홍아기,2026-11-28,,가산동,예", header=header))
    assert (line.fault, line.doubts, line.guardian, line.phone) == (None, BIT["born_today"], "list", "")


def test_the_rounds_own_conditions_are_asked_of_every_line() -> None:
    asked = Asked(19, ("workplace", "school"), {}, TODAY, TODAY)
    header = "이름,생년월일,휴대전화,연고"
    rows = ("김하나,1990-01-01,,직장", "김둘,1990-01-01,,주소", "김셋,2010-01-01,,학교", "김넷,1990-01-01,,")
    assert [line.fault for line in lines(text(*rows, header=header), asked)] == [None, "basis", "too_young", "basis"]


def test_a_phone_may_begin_with_the_countrys_number_and_a_lone_hyphen_is_nothing() -> None:
    rows = ("홍길동,1956-03-02,+82 10-1234-5678,가산동", "홍길동,1956-03-02,-,가산동")
    assert [(line.fault, line.phone) for line in lines(text(*rows))] == [(None, "+821012345678"), (None, "")]


def test_a_spreadsheet_keeps_days_and_numbers_in_its_own_way() -> None:
    rows = [
        ["홍길동", datetime.combine(date(1956, 3, 2), time()), 1012345678, "가산동"],
        ["김이", 50302, "010-1111-2222", "독산동"],
    ]
    first, second = lines(sheet(HEADER.split(","), *rows))
    assert (first.born_on, first.phone) == (date(1956, 3, 2), "+821012345678")
    assert second.born_on == date(2005, 3, 2)


def test_a_formula_in_a_spreadsheet_is_refused_by_its_row() -> None:
    assert [line.fault for line in lines(sheet(HEADER.split(","), HONG.split(","), ["=A2", 560302, "", "가산동"]))] == [
        None,
        "formula",
    ]


def replaced(part: str, content: bytes, compress: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A good workbook in which one part is another."""
    good, bad = zipfile.ZipFile(io.BytesIO(sheet(HEADER.split(","), HONG.split(",")))), io.BytesIO()
    with zipfile.ZipFile(bad, "w", compress) as archive:
        for name in {*good.namelist(), part}:
            archive.writestr(name, content if name == part else good.read(name))
    return bad.getvalue()


BOMB = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    b"<worksheet><sheetData>&b;</sheetData></worksheet>"
)


@pytest.mark.parametrize(
    ("make", "code"),
    (
        (lambda: replaced("xl/media/image1.png", bytes(30 << 20)), "unpacks"),
        (lambda: replaced(list_files.TEXTS, b"<sst>" + bytes(range(256)) * (200 << 10), zipfile.ZIP_STORED), "texts"),
        (lambda: replaced("xl/worksheets/sheet1.xml", BOMB), "unreadable"),
        (lambda: replaced("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"), "unreadable"),
        (lambda: sheet(HEADER.split(","), HONG.split(","))[:-400], "unreadable"),
    ),
)
def test_an_archive_that_is_a_trap_or_broken_is_refused(make: Callable[[], bytes], code: str) -> None:
    assert refusal(make())[0] == code


def test_xml_is_read_by_a_reader_that_expands_nothing() -> None:
    assert openpyxl.DEFUSEDXML and not openpyxl.LXML
