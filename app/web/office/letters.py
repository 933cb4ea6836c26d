"""Letters of appointment (위촉장) to print: of one member or of all who sit now. Each has a number that anybody who
holds the letter can check."""

import io
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Response, url_for
from flask_babel import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from app import clock
from app.adapters import fonts
from app.committee import letters, queries
from app.committee.models import CommitteeMember
from app.errors import NotFound
from app.lazy import Lazy
from app.web import guard
from app.web.filters import day
from app.web.office.audience import wing
from app.web.office.committee_frame import get_programme
from app.web.printing import ensure_fonts, printable
from app.web.words import said, word

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

pdfmetrics, pdfgen = Lazy("reportlab.pdfbase.pdfmetrics"), Lazy("reportlab.pdfgen.canvas")

WIDTH, HEIGHT = A4
MIDDLE = WIDTH / 2
WIDEST = WIDTH - 50 * mm


@wing.post("/programmes/<slug>/letters")
def member_letters(slug: str) -> Response:
    one = get_programme(slug)
    members = queries.list_members(one.id, clock.seoul_day(clock.now()))
    if not members:
        raise NotFound("nobody sits on this committee")
    return _pdf(members)


@wing.post("/members/<int:member_id>/letter")
def member_letter(member_id: int) -> Response:
    member = queries.get_member(member_id)
    get_programme(member.programme.slug)
    return _pdf([member])


def _pdf(members: Sequence[CommitteeMember]) -> Response:
    """Raises FontMissing, before any letter is numbered."""
    ensure_fonts()
    letters.issue_letters(members, at=clock.now(), by=guard.get_account().actor)
    out = io.BytesIO()
    canvas = pdfgen.Canvas(out, pagesize=A4, pageCompression=1, invariant=1)
    canvas.setTitle(_("위촉장"))
    for member in members:
        _draw(canvas, member)
        canvas.showPage()
    canvas.save()
    headers = {"Content-Disposition": "inline; filename=letters.pdf"}
    return Response(out.getvalue(), mimetype="application/pdf", headers=headers)


def _draw(canvas: "Canvas", member: CommitteeMember) -> None:
    one = member.programme
    _centred(canvas, fonts.REGULAR, 12, 262, _("제 %(number)s 호", number=member.letter_number))
    _centred(canvas, fonts.BOLD, 36, 225, _("위촉장"))
    _centred(canvas, fonts.BOLD, 22, 188, member.account.name)
    _centred(canvas, fonts.REGULAR, 15, 168, _("위 사람을 다음과 같이 위촉합니다."))
    _centred(canvas, fonts.BOLD, 16, 148, said(one, "name"))
    _centred(canvas, fonts.BOLD, 16, 138, _("위원회 %(office)s", office=word("office", member.office)))
    span = {"start": day(member.appointed_on), "end": day(member.term_ends_on - timedelta(days=1))}
    _centred(canvas, fonts.REGULAR, 13, 120, _("임기: %(start)s ~ %(end)s", **span))
    _centred(canvas, fonts.REGULAR, 15, 92, day(member.appointed_on))
    _centred(canvas, fonts.BOLD, 22, 74, said(one, "owner_name"))
    _centred(canvas, fonts.REGULAR, 10, 30, _("이 위촉장이 맞는지 아래 주소에서 번호로 확인할 수 있습니다."))
    _centred(canvas, fonts.REGULAR, 10, 24, url_for("public.letter_check", _external=True))


def _centred(canvas: "Canvas", font: str, size: float, up: float, text: str) -> None:
    """A line `up` mm above the foot; made smaller where it is too wide, and cut where that is not enough."""
    text, least = printable(text), size / 2
    while size > least and pdfmetrics.stringWidth(text, font, size) > WIDEST:
        size -= 0.5
    while pdfmetrics.stringWidth(text, font, size) > WIDEST:
        text = text.removesuffix("…")[:-1] + "…"
    canvas.setFont(font, size)
    canvas.drawCentredString(MIDDLE, up * mm, text)
