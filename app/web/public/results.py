"""Published results: the list with the record of the years, and one of them in words, figures and files."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from flask import Response, render_template
from flask_babel import gettext as _
from markupsafe import Markup

from app.ballots import queries as ballots
from app.ballots.log_queries import has_box
from app.ballots.rules import MADE_UP
from app.figures import queries as figures
from app.papers import queries as papers
from app.papers.rules import FEW, suppress
from app.results import bundle, erasing, queries
from app.rounds.models import Round
from app.rounds.rules import HELD
from app.stations.models import PollingStation
from app.web import paper_words
from app.web.csv_export import csv_response
from app.web.filters import language
from app.web.navigation import programme_frame
from app.web.public.audience import wing
from app.web.result_view import Line, ResultView, view_of
from app.web.result_words import official_notes
from app.web.round_words import rules_in_words
from app.web.unserved_view import unserved_of
from app.web.words import said


class Shown(NamedTuple):
    """What a published result looks like in one language, and whose it is."""

    headline: str
    body: Markup
    programme: dict[str, str]
    is_held: bool


@wing.get("/results")
def result_list() -> str:
    published = queries.list_published()
    return render_template(
        "public/result_list.html",
        years=[(year, list(counts)) for year, counts in groupby(published, lambda count: count.round.fiscal_year)],
        figures=figures.list_year_figures(),
    )


@wing.get("/results/<int:round_id>")
def result_detail(round_id: int) -> str:
    afterwards = erasing.get_afterwards(round_id)
    shown = _shown(round_id, afterwards.sha256, language())
    told = afterwards if shown.is_held else None
    return render_template("public/result_detail.html", afterwards=told, **shown._asdict())


@wing.get("/results/<int:round_id>/result.csv")
def result_csv(round_id: int) -> Response:
    count = queries.get_published(round_id)
    view = view_of(count)
    return csv_response(
        f"{said(count.round, 'title')}.csv", _header(view), (_row(line, view.pot_of(line)) for line in view.lines)
    )


@wing.get("/results/<int:round_id>/result.json")
def result_json(round_id: int) -> Response:
    """Byte for byte what the hash was taken of."""
    count = queries.get_published(round_id)
    headers = {"Content-Disposition": f"attachment; filename=result-{count.sha256[:12]}.json"}
    return Response(count.body, mimetype="application/json", headers=headers)


@lru_cache(maxsize=64)
def _shown(round_id: int, sha256: str, _language: str) -> Shown:
    """A published result never changes, so that each process draws it once for each language."""
    count = queries.get_published(round_id)
    view, official = view_of(count), queries.find_official(round_id)
    body = render_template(
        "public/_result_body.html",
        round=count.round,
        view=view,
        note=said(count.round, "note"),
        is_made_up=any(MADE_UP in channels for channels in ballots.participations(round_id).values()),
        rules=rules_in_words(count.round),
        bundle={"name": bundle.file_name(count), "size": bundle.estimate_size(count)},
        has_box=has_box(count.round),
        days=station_table(count.round),
        papers_void=paper_words.reasons_of(papers.total_reasons(papers.list_books(round_id))),
        few=FEW,
        unserved=unserved_of(count) if count.round.source == HELD else None,
        official=official,
        official_notes=official_notes(official.notes) if official else [],
    )
    return Shown(view.headline, Markup(body), programme_frame(count.round.programme), count.round.source == HELD)


def station_table(round_: Round) -> list[tuple[str, list[int | None]]]:
    """The station's name, and people by way (kiosk, assisted, paper), as the days were closed: these numbers stay when
    it is erased who took part."""
    people: dict[PollingStation, list[int]] = {}
    for book in papers.list_books(round_.id):
        ways = people.setdefault(book.station, [0, 0, 0])
        for place, number in enumerate((book.people_kiosk, book.people_assisted, book.people_paper)):
            ways[place] += number or 0
    return [
        (said(station, "name"), [suppress(number, station.area_id is not None) for number in ways])
        for station, ways in sorted(people.items(), key=lambda pair: pair[0].name_ko)
    ]


def _header(view: ResultView) -> list[str]:
    names = [
        title
        for name in view.chambers
        for title in (_("%(who)s 득표", who=name), *_fraction_of(_("%(who)s 환산값", who=name)))
    ]
    return [
        *(_("순위"), _("번호"), _("사업"), _("분야"), _("동")),
        *names,
        *(_("합산점수"), *_fraction_of(_("합산점수")), _("사업비"), _("선정액")),
        *(_("재원"), _("누적"), _("예비순위"), _("까닭")),
    ]


def _row(line: Line, pot: str) -> Sequence[object]:
    return [
        *(line.place, line.number, line.title, line.section, line.dong),
        *_votes(line),
        *(line.score, *_parts(line.exact), line.cost, line.funded, pot, line.running, line.reserve, line.why),
    ]


def _votes(line: Line) -> Iterator[object]:
    for part in line.votes:
        yield from (part.votes, *_parts(part.exact))


def _fraction_of(name: str) -> tuple[str, str]:
    """An exact figure is two whole numbers: a spreadsheet would read "3/10" as a day in March."""
    return _("%(name)s 분자", name=name), _("%(name)s 분모", name=name)


def _parts(exact: str) -> tuple[int, ...]:
    return tuple(int(part) for part in exact.split("/"))
