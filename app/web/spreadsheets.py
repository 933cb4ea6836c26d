"""Spreadsheets (XLSX) that are downloaded: texts stay texts, whatever they begin with."""

import io
from typing import TYPE_CHECKING

from app.lazy import Lazy

if TYPE_CHECKING:
    from xlsxwriter import Workbook

xlsxwriter = Lazy("xlsxwriter")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def workbook(into: io.BytesIO) -> "Workbook":
    """No cell of it becomes a formula or a link by itself."""
    return xlsxwriter.Workbook(into, _PLAIN)
