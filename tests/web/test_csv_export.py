"""Exports for a spreadsheet."""

import csv
import io

import pytest

from app.web.csv_export import cell, csv_response


@pytest.mark.parametrize(
    "typed", ["=1+1", "+82 10", "-5", "@SUM(A1)", "\tcmd", "\r=1", "  =HYPERLINK()", "＝1+1", '=cmd|"/c calc"!A0']
)
def test_a_text_that_would_run_as_a_formula_is_marked_as_text(typed: str) -> None:
    assert cell(typed) == f"'{typed}"


def test_numbers_and_plain_texts_stay_as_they_are() -> None:
    assert [cell(value) for value in (-5, 1_000, "쉼터 = 그늘", None, "")] == [-5, 1_000, "쉼터 = 그늘", "", ""]


def test_a_table_opens_in_a_spreadsheet_with_hangul_commas_and_lines() -> None:
    response = csv_response("제안.csv", ["제목", "사업비"], [["쉼터, 그늘", 5], ['첫 "줄"\n둘째 줄', 6]])
    body = response.get_data()
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert rows == [["제목", "사업비"], ["쉼터, 그늘", "5"], ['첫 "줄"\n둘째 줄', "6"]]
    assert "filename*=UTF-8''%EC%A0%9C%EC%95%88.csv" in response.headers["Content-Disposition"]
    assert response.mimetype == "text/csv"
