"""Papers to print: the ballot, the same for everybody of a dong, and the sheet that goes with a pile while it is keyed.

Nothing on a paper tells one from another: no number, no code, and the file is the same byte for byte whenever it is
made.
"""

import io
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import Response, abort, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import escape
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from app.adapters import fonts
from app.ballots import queries as ballots
from app.ballots.queries import PaperItem
from app.errors import NotFound
from app.lazy import Lazy
from app.papers import queries
from app.papers.models import DayBook
from app.people.models import APPROVER_ROLE, STAFF_ROLE
from app.programmes.models import Area
from app.rounds.models import Round
from app.rounds.rules import ANYBODY, RESIDENTS
from app.stations.rules import NoRoll
from app.tally.paper import Paper
from app.web.filters import day, language, money, number, speaking
from app.web.office.audience import wing
from app.web.office.round_frame import get_round, round_frame
from app.web.printing import ensure_fonts, is_printable, printable
from app.web.round_words import picks_words, rival_words
from app.web.words import said

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Flowable

platypus, styles = Lazy("reportlab.platypus"), Lazy("reportlab.lib.styles")

LANGUAGES = ("ko", "en")
BOX = 9 * mm  # a side of the square that is ticked
WIDTH = A4[0] - 36 * mm


@wing.get("/rounds/<int:round_id>/papers/print")
def paper_print(round_id: int) -> str:
    round_ = get_round(round_id, STAFF_ROLE, APPROVER_ROLE)
    items = ballots.list_paper_items(_get_paper(round_))
    odd = [item.number for item in items if not is_printable(item.title_ko + item.title_en)]
    return render_template("office/paper_print.html", papers=list(_variants(round_)), odd=odd, **round_frame(round_))


@wing.get("/rounds/<int:round_id>/papers/ballot-<lang>.pdf")
def paper_pdf(round_id: int, lang: str) -> Response:
    round_ = get_round(round_id, STAFF_ROLE, APPROVER_ROLE)
    if lang not in LANGUAGES:
        abort(404)
    with speaking(lang):
        return _pdf(f"ballot-{lang}.pdf", draw_ballot(round_, _get_paper(round_), _dong(round_id)))


@wing.get("/rounds/<int:round_id>/papers/<int:book_id>/sheet.pdf")
def paper_sheet_pdf(round_id: int, book_id: int) -> Response:
    get_round(round_id, STAFF_ROLE, APPROVER_ROLE)
    batch = queries.get_batch(round_id, book_id)
    return _pdf("sheet.pdf", _sheet(batch.book, batch.papers))


def _get_paper(round_: Round) -> Paper:
    """Raises NoRoll where nobody can be ticked for a paper, NotFound before the ballot is published."""
    if round_.voters == ANYBODY:
        raise NoRoll
    return ballots.get_paper(round_.id, RESIDENTS)


def _variants(round_: Round) -> Iterator[dict[str, str]]:
    dongs = queries.list_own_dongs(round_.id)
    rest = _("동의 사업이 따로 없는 분의 투표지") if dongs else _("투표지")
    for name, values in [(rest, {}), *((said(dong, "name"), {"dong": dong.id}) for dong in dongs)]:
        links = {lang: url_for("office.paper_pdf", round_id=round_.id, lang=lang, **values) for lang in LANGUAGES}
        yield {"name": name, **links}


def _dong(round_id: int) -> Area | None:
    """The one that is asked for. Raises NotFound for one without sections of its own."""
    asked = request.args.get("dong")
    if asked is None:
        return None
    for dong in queries.list_own_dongs(round_id):
        if str(dong.id) == asked:
            return dong
    raise NotFound(f"dong {asked}")


def draw_ballot(round_: Round, paper: Paper, dong: Area | None) -> list["Flowable"]:
    """With the sections of everybody and, where there are, the dong's own."""
    barred = ballots.list_foreign_codes(round_.id, dong.id if dong else None)
    limits = paper.limits_without(barred)
    items = [item for item in ballots.list_paper_items(paper) if item.code not in barred]
    story: list[Flowable] = [_head(round_, dong)]
    for section, (least, most) in zip(paper.manifest.sections, limits.sections, strict=True):
        theirs = [item for item in items if item.section == section.id]
        if theirs:
            name = next(said(one, "name") for one in round_.sections if one.code == section.id)
            hint = _("%(picks)s 골라 주세요.", picks=picks_words(least, min(most, len(theirs))))
            heading = _words(f"{name}: {hint}", "heading")
            rows = [_item(item) for item in theirs]
            story += [platypus.Spacer(1, 4 * mm), _again_on_each_page(heading, rows)]  # a blank last would be a page
    return story


def _again_on_each_page(heading: "Flowable", rows: Sequence["Flowable"]) -> "Flowable":
    """Where a section goes on overleaf, its rule is said there, too."""
    table = platypus.Table([[heading], *([row] for row in rows)], colWidths=[WIDTH], repeatRows=1)
    table.setStyle(platypus.TableStyle([("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0)]))
    table.setStyle(platypus.TableStyle([("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 0)]))
    return table


def _head(round_: Round, dong: Area | None) -> "Flowable":
    lines = [
        _("고른 사업의 네모 칸에 ✓ 표를 해 주세요."),
        _("정해진 수보다 많거나 적게 고르면 세지 못합니다. 이름이나 다른 글씨를 쓰지 마세요."),
        _("잘못 표시했으면 담당자에게 말씀해 주세요. 새 투표지로 바꿔 드립니다."),
        _("다 고르면 보이지 않게 접어 투표함에 넣어 주세요."),
    ]
    title = said(round_, "title") + (f" ({said(dong, 'name')})" if dong else "")
    words = [
        _words(title, "title"),
        *(_words(x, "rule") for x in lines),
    ]
    stamp = _words(_("투표소 도장"), "stamp")
    table = platypus.Table([[words, stamp]], colWidths=[WIDTH - 32 * mm, 30 * mm])
    table.setStyle(
        platypus.TableStyle(
            [
                ("BOX", (1, 0), (1, 0), 0.6, "black"),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (0, 0), 0),
            ]
        )
    )
    return table


def _item(item: PaperItem) -> "Flowable":
    place = " · ".join(filter(None, (said(item, "dong"), money(item.cost_won))))
    words = [
        _words(said(item, "title"), "item"),
        _words(place, "small"),
        *(_words(note, "small") for note in rival_words(item.rivals)),
    ]
    box = platypus.Table(
        [[""]], colWidths=[BOX], rowHeights=[BOX], style=platypus.TableStyle([("BOX", (0, 0), (0, 0), 1.2, "black")])
    )
    row = platypus.Table(
        [[box, _words(str(item.number), "number"), words]],
        colWidths=[BOX + 6 * mm, 14 * mm, WIDTH - BOX - 20 * mm],
    )
    row.setStyle(
        platypus.TableStyle([("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("LINEBELOW", (0, 0), (-1, 0), 0.4, "gray")])
    )
    return row


def _sheet(book: DayBook, papers: int) -> list["Flowable"]:
    """With a line for each sheet that differs, and for three names."""
    heads = [said(book.station, "name"), day(book.on_day), _("투표지 %(n)s장", n=number(papers))]
    story: list[Flowable] = [
        _words(_("종이 투표지 입력 확인표"), "title"),
        _words(", ".join(heads), "rule"),
        _words(_("쌓은 순서를 바꾸지 마세요. 맨 위가 첫째 장입니다."), "rule"),
        platypus.Spacer(1, 4 * mm),
    ]
    signs = [[_("첫째 입력"), ""], [_("둘째 입력"), ""], [_("셋째, 다른 것을 정함"), ""]]
    differing = [[_("다르게 입력한 장"), _("투표지를 보고 정한 까닭")], *[["", ""]] * 12]
    for rows in (signs, differing):
        cells = [[_words(words, "small") for words in row] for row in rows]
        table = platypus.Table(cells, colWidths=[50 * mm, WIDTH - 50 * mm], rowHeights=[11 * mm] * len(cells))
        table.setStyle(
            platypus.TableStyle([("GRID", (0, 0), (-1, -1), 0.4, "gray"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")])
        )
        story += [table, platypus.Spacer(1, 6 * mm)]
    return story


def _pdf(name: str, story: Sequence["Flowable"]) -> Response:
    out = io.BytesIO()
    margins: dict[str, Any] = dict.fromkeys(("leftMargin", "rightMargin"), 18 * mm)
    margins |= dict.fromkeys(("topMargin", "bottomMargin"), 14 * mm)
    ensure_fonts()
    # `invariant`: without the time of its making, and so the same for everybody.
    document = platypus.SimpleDocTemplate(out, pagesize=A4, invariant=1, title=name, **margins)
    document.build(list(story), onFirstPage=_foot, onLaterPages=_foot)
    headers = {"Content-Disposition": f"inline; filename={name}"}
    return Response(out.getvalue(), mimetype="application/pdf", headers=headers)


def _foot(canvas: "Canvas", _document: Any) -> None:
    """The page's number, so that none of them is left out."""
    canvas.setFont(fonts.REGULAR, 9)
    canvas.drawCentredString(A4[0] / 2, 7 * mm, f"- {canvas.getPageNumber()} -")


def _words(text: str, style: str) -> "Flowable":
    return platypus.Paragraph(str(escape(printable(text))), _style(style))


def _style(name: str) -> "ParagraphStyle":
    return _style_in(name, language())


@lru_cache(maxsize=16)
def _style_in(name: str, lang: str) -> "ParagraphStyle":
    """Korean may be broken within a word, English between words only."""
    size, bold = {
        "title": (17, True),
        "heading": (13, True),
        "item": (13, True),
        "number": (16, True),
        "rule": (11, False),
        "small": (10, False),
        "stamp": (9, False),
    }[name]
    font = fonts.BOLD if bold else fonts.REGULAR
    more = {"spaceAfter": 2 * mm} if name in ("title", "heading") else {}
    if name == "stamp":
        more = {"alignment": TA_CENTER, "textColor": "gray"}
    return styles.ParagraphStyle(
        name, fontName=font, fontSize=size, leading=size * 1.35, wordWrap="CJK" if lang == "ko" else None, **more
    )
