"""A decided shortlist as everybody may see it, with every sheet that was counted, and nobody's name."""

import io
from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import Response, render_template
from flask_babel import gettext as _

from app.reviews import objection_queries, sheet_queries
from app.reviews.objection_models import ShortlistRecord
from app.rounds import queries as rounds
from app.tally import exact, written_file
from app.web.navigation import programme_frame
from app.web.public.audience import wing
from app.web.shortlist_view import decided, rule_facts, say_reason
from app.web.spreadsheets import XLSX, workbook
from app.web.words import said, word


@wing.get("/rounds/<int:round_id>/shortlist")
def shortlist(round_id: int) -> str:
    round_, record = rounds.get_public_round(round_id), objection_queries.get_record(round_id)
    decisions, objected = sheet_queries.list_decisions(round_id), objection_queries.list_decided_in(round_id)
    return render_template(
        "public/shortlist.html",
        round=round_,
        programme=programme_frame(round_.programme),
        decisions=decisions,
        reasons={one.proposal_id: say_reason(one) for one in decisions},
        objections={one.proposal_id: objected.get(one.proposal_id, []) for one in decisions},
        fingerprint=record.fingerprint,
        **rule_facts(round_, [decided(one) for one in decisions]),
    )


@wing.get("/rounds/<int:round_id>/shortlist.csv")
def shortlist_csv(round_id: int) -> Response:
    """The file as it was made, byte for byte."""
    record = _get(round_id)
    return _file(record.body.encode(), "text/csv", f"written-review-{round_id}.csv")


@wing.get("/rounds/<int:round_id>/shortlist.xlsx")
def shortlist_xlsx(round_id: int) -> Response:
    """The same as two tables for reading."""
    record = _get(round_id)
    review = written_file.loads(record.body)
    titles = {one.proposal.number: one.proposal.title for one in sheet_queries.list_decisions(round_id)}
    names = {one.position: said(one, "name") for one in sheet_queries.list_criteria(round_id)}
    return _file(_workbook(review, titles, names, record.decided_at), XLSX, f"written-review-{round_id}.xlsx")


def _get(round_id: int) -> ShortlistRecord:
    rounds.get_public_round(round_id)
    return objection_queries.get_record(round_id)


def _file(body: bytes, mimetype: str, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}; filename*=UTF-8''{quote(name)}"}
    return Response(body, mimetype=mimetype, headers=headers)


def _workbook(review: written_file.Review, titles: dict[int | None, str], names: dict[int, str], at: datetime) -> bytes:
    stream = io.BytesIO()
    with workbook(stream) as book:
        book.set_properties({"created": at})  # and not the instant of the download
        _write(book, _("제안"), _proposals(review, titles))
        _write(book, _("심사표"), _sheets(review, names))
    return stream.getvalue()


def _write(book: Any, name: str, rows: list[list[object]]) -> None:
    table = book.add_worksheet(name)
    for place, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, int):
                table.write_number(place, column, value)
            else:
                table.write_string(place, column, str(value))


def _proposals(review: written_file.Review, titles: dict[int | None, str]) -> list[list[object]]:
    head = [
        _("제안 번호"),
        _("제안"),
        _("순위"),
        _("평균"),
        _("평균(분수)"),
        _("센 심사표"),
        _("내지 않은 심사표"),
        _("결과"),
    ]
    return [
        [str(one) for one in head],
        *(
            [
                *(one.proposal, titles.get(one.proposal, ""), one.place, exact.shown(one.mean, 2)),
                *(exact.text(one.mean), one.sheets, one.missing, str(word("shortlist", one.result))),
            ]
            for one in review.decided
        ),
    ]


def _sheets(review: written_file.Review, names: dict[int, str]) -> list[list[object]]:
    head = [
        *(_("제안 번호"), _("심사위원 번호"), _("기준"), _("점수"), _("곱하는 수"), _("만점")),
        *(_("심사표 합계"), _("세었나요?")),
    ]
    measures = {one.criterion: one for one in review.measures}
    return [
        [str(one) for one in head],
        *(
            [
                *(sheet.proposal, sheet.reviewer, names.get(criterion, str(criterion)), points),
                *(measures[criterion].weight, measures[criterion].points_max, sheet.total),
                str(word("sheet_stands", sheet.stands)),
            ]
            for sheet in review.sheets
            for criterion, points in sorted(sheet.points.items())
        ),
    ]
