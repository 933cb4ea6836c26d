"""Sheets to print: half a page for each code, in large type, with a QR code that leads to the page and fills it in.

What the QR holds behind the # of the address is never sent to a server, so that it stands in no log.
"""

import io
from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import segno
from flask_babel import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from app.adapters import fonts
from app.codes import rules
from app.lazy import Lazy
from app.web.printing import ensure_fonts, printable

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

pdfmetrics, pdfgen = Lazy("reportlab.pdfbase.pdfmetrics"), Lazy("reportlab.pdfgen.canvas")

WIDTH, HEIGHT = A4
HALF = HEIGHT / 2
MARGIN = 20 * mm
QR = 44 * mm
QUIET = 4  # modules around a QR code
MASK = 0
LINE = 8 * mm
STEP = 4.6 * mm  # the width of "1. "


class Heading(NamedTuple):
    """What stands on every sheet. `address`: of the page where the code is typed."""

    title: str
    address: str
    is_test: bool


def draw(heading: Heading, lines: Iterable[tuple[int, str, str]]) -> bytes:
    """`lines`: (number, code, dong). Raises FontMissing."""
    ensure_fonts()
    file = io.BytesIO()
    canvas = pdfgen.Canvas(file, pagesize=A4, pageCompression=1)
    canvas.setTitle(heading.title)
    place = 0
    for place, (number, code, dong) in enumerate(lines, start=1):
        is_upper = place % 2 == 1
        _sheet(canvas, heading, number, code, dong, HALF if is_upper else 0)
        if is_upper:
            canvas.setDash(2, 3)
            canvas.line(0, HALF, WIDTH, HALF)
            canvas.setDash()
        else:
            canvas.showPage()
    if place % 2:
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _sheet(canvas: "Canvas", heading: Heading, number: int, code: str, dong: str, bottom: float) -> None:
    top, said = bottom + HALF - MARGIN, rules.say(code)
    _line(canvas, fonts.BOLD, 20, MARGIN, top - 6 * mm, _fitted(heading.title, fonts.BOLD, 20, WIDTH - 2 * MARGIN))
    if heading.is_test:
        _line(canvas, fonts.BOLD, 16, MARGIN, top - 16 * mm, _("연습용 - 투표할 수 없는 번호입니다"))
    _line(canvas, fonts.REGULAR, 14, MARGIN, top - 28 * mm, _("투표 번호"))
    _line(canvas, fonts.BOLD, 34, MARGIN, top - 42 * mm, said)
    _qr(canvas, f"{heading.address}#{said}", WIDTH - MARGIN - QR, bottom + 30 * mm)
    steps = (
        (0, 0, _("1. 오른쪽 QR 코드를 휴대전화로 비추거나")),
        (STEP, 1, _("아래 주소를 인터넷 주소창에 입력하세요.")),
        (0, 2, _("2. 위의 투표 번호를 확인하고 투표하세요.")),
        (0, 3.4, _("번호 하나로 한 번만 투표할 수 있습니다.")),
        (0, 4.4, _("남에게 보여 주지 마세요.")),
    )
    for indent, line, text in steps:
        _line(canvas, fonts.REGULAR, 13, MARGIN + indent, top - 58 * mm - line * LINE, text)
    _line(canvas, fonts.REGULAR, 11, MARGIN, bottom + 16 * mm, heading.address)
    place = _("순번 %(n)s", n=f"{number:,}")
    _line(canvas, fonts.REGULAR, 10, MARGIN, bottom + 9 * mm, f"{place}  {dong}".strip())


def _line(canvas: "Canvas", font: str, size: float, x: float, y: float, text: str) -> None:
    canvas.setFont(font, size)
    canvas.drawString(x, y, printable(text))


def _fitted(text: str, font: str, size: float, width: float) -> str:
    while pdfmetrics.stringWidth(text, font, size) > width:
        text = text.removesuffix("…")[:-1] + "…"
    return text


def _qr(canvas: "Canvas", text: str, x: float, y: float) -> None:
    """One rectangle for each run of dark modules. The mask is settled: trying all eight takes most of the time."""
    rows = tuple(segno.make(text, error="m", micro=False, mask=MASK).matrix)
    module = QR / (len(rows) + 2 * QUIET)
    path = canvas.beginPath()
    for up, row in enumerate(reversed(rows), start=QUIET):
        right = QUIET
        for is_dark, run in groupby(row):
            width = len(list(run))
            if is_dark:
                path.rect(x + right * module, y + up * module, width * module, module)
            right += width
    canvas.drawPath(path, stroke=0, fill=1)
