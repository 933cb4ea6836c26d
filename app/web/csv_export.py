"""Tables for a spreadsheet: UTF-8 with the mark Excel needs for Hangul, and no cell that would run as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from flask import Response

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # fullwidth ones count too in Excel


def csv_response(filename: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Response:
    """`filename` may be Korean. Numbers stay numbers; every text that could start a formula gets an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text)
    for row in (header, *rows):
        writer.writerow([cell(value) for value in row])
    headers = {"Content-Disposition": f"attachment; filename=table.csv; filename*=UTF-8''{quote(filename)}"}
    return Response(text.getvalue().encode("utf-8-sig"), mimetype="text/csv", headers=headers)


def cell(value: Any) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(STARTS_A_FORMULA) else text
