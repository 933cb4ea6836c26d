"""The file of a written review: its rules, every sheet that was counted, and what was decided. Whoever has it can
count it again: ``python -m app.tally written FILE.csv``.

One CSV table; `record` says what a row is: a `setting`, a `criterion`, the points of one `sheet` on one criterion, or a
`proposal` with what was decided on it. Reviewers are numbers drawn for this file, for each proposal anew; no name is in
it. A file may have sheets that stand as `recused`: they are not counted.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from app.tally import exact, written

COLUMNS = (
    *("record", "name", "value", "section", "proposal", "reviewer", "criterion", "weight", "points_max", "points"),
    *("total", "stands", "place", "mean", "sheets", "missing", "result"),
)
SETTINGS = ("round", "drops_extremes", "places", "threshold", "sheets_needed")


class BadFile(ValueError):
    """Not such a file."""


class Measure(NamedTuple):
    """A criterion by its position: points from 0 to `points_max`, each worth `weight`."""

    criterion: int
    weight: int
    points_max: int


class Sheet(NamedTuple):
    """A submitted sheet. `points`: criterion → points; `stands`: one of `written.STANDS`."""

    proposal: int
    reviewer: int
    points: Mapping[int, int]
    total: int
    stands: str


class Decided(NamedTuple):
    """`missing`: sheets that were expected and not submitted."""

    section: int
    proposal: int
    place: int
    mean: Fraction
    sheets: int
    missing: int
    result: str


@dataclass(frozen=True)
class Review:
    """`sheets_needed`: fewer would not have been decided on; None: any number."""

    round_id: int
    cut: written.Cut
    sheets_needed: int | None
    measures: tuple[Measure, ...]
    sheets: tuple[Sheet, ...]
    decided: tuple[Decided, ...]


# Writing


def dumps(review: Review) -> str:
    """The same review gives the same bytes."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_rows(review))
    return text.getvalue()


def _rows(review: Review) -> Iterator[dict[str, object]]:
    cut = review.cut
    values = (
        review.round_id,
        "yes" if cut.drops_extremes else "no",
        _or_none(cut.places),
        "none" if cut.threshold is None else exact.text(cut.threshold),
        _or_none(review.sheets_needed),
    )
    for name, value in zip(SETTINGS, values, strict=True):
        yield {"record": "setting", "name": name, "value": value}
    for measure in review.measures:
        yield {"record": "criterion", **measure._asdict()}
    for sheet in review.sheets:
        kept = {name: getattr(sheet, name) for name in ("proposal", "reviewer", "total", "stands")}
        for criterion, points in sorted(sheet.points.items()):
            yield {"record": "sheet", **kept, "criterion": criterion, "points": points}
    for one in review.decided:
        yield {"record": "proposal", **one._asdict(), "mean": exact.text(one.mean)}


def _or_none(number: int | None) -> int | str:
    return "none" if number is None else number


# Reading


def loads(text: str) -> Review:
    """Raises BadFile."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise BadFile("다른 형식의 파일 · not a file of a written review")
    try:
        return _review(list(rows))
    except (ValueError, KeyError, TypeError) as error:
        raise BadFile(f"읽을 수 없는 값 · a value that cannot be read: {error}") from error


def _review(rows: list[dict[str, str]]) -> Review:
    by_record: dict[str, list[dict[str, str]]] = {"setting": [], "criterion": [], "sheet": [], "proposal": []}
    for row in rows:
        by_record[row["record"]].append(row)
    settings = {row["name"]: row["value"] for row in by_record["setting"]}
    threshold = settings["threshold"]
    cut = written.Cut(
        places=_number(settings["places"]),
        threshold=None if threshold == "none" else exact.parse(threshold),
        drops_extremes={"yes": True, "no": False}[settings["drops_extremes"]],
    )
    return Review(
        round_id=int(settings["round"]),
        cut=cut,
        sheets_needed=_number(settings["sheets_needed"]),
        measures=tuple(Measure(*(int(row[name]) for name in Measure._fields)) for row in by_record["criterion"]),
        sheets=tuple(_sheets(by_record["sheet"])),
        decided=tuple(_decided(row) for row in by_record["proposal"]),
    )


def _number(text: str) -> int | None:
    return None if text == "none" else int(text)


def _sheets(rows: list[dict[str, str]]) -> Iterator[Sheet]:
    """The rows of a sheet stand together or apart: proposal and reviewer say whose they are."""
    gathered: dict[tuple[int, int], dict[int, int]] = {}
    said: dict[tuple[int, int], tuple[int, str]] = {}
    for row in rows:
        key, criterion = (int(row["proposal"]), int(row["reviewer"])), int(row["criterion"])
        points, about = gathered.setdefault(key, {}), (int(row["total"]), row["stands"])
        if criterion in points or said.setdefault(key, about) != about or row["stands"] not in written.STANDS:
            raise BadFile(f"{key}: {criterion}")
        points[criterion] = int(row["points"])
    for (proposal, reviewer), points in gathered.items():
        yield Sheet(proposal, reviewer, points, *said[proposal, reviewer])


def _decided(row: dict[str, str]) -> Decided:
    kept = {name: int(row[name]) for name in ("section", "proposal", "place", "sheets", "missing")}
    return Decided(**kept, mean=exact.parse(row["mean"]), result=row["result"])


# Counting again


def recount(review: Review) -> tuple[written.Standing, ...]:
    """What the sheets of the file come to, whatever it says was decided."""
    weights = {one.criterion: one.weight for one in review.measures}
    totals: dict[int, list[int]] = {one.proposal: [] for one in review.decided}
    for sheet in review.sheets:
        if sheet.stands != written.RECUSED:
            totals.setdefault(sheet.proposal, []).append(written.total(sheet.points, weights))
    sections = {one.proposal: one.section for one in review.decided}
    entries = (written.Entry(one, one, sections.get(one, 0), tuple(given)) for one, given in totals.items())
    return written.stand(entries, review.cut)


def faults(review: Review) -> list[str]:
    """All in which the file does not fit itself; empty where what was decided is what its sheets come to."""
    return [*_of_sheets(review), *_of_stands(review), *_of_decisions(review)]


def _of_sheets(review: Review) -> Iterator[str]:
    most = {one.criterion: one.points_max for one in review.measures}
    weights = {one.criterion: one.weight for one in review.measures}
    for sheet in review.sheets:
        where = _where(sheet)
        if sheet.points.keys() != most.keys():
            yield f"{where}: 기준이 맞지 않음 · other criteria"
        elif not all(0 <= given <= most[criterion] for criterion, given in sheet.points.items()):
            yield f"{where}: 배점을 벗어난 점수 · points out of range"
        elif written.total(sheet.points, weights) != sheet.total:
            yield f"{where}: 합계가 다름 · another total"


def _of_stands(review: Review) -> Iterator[str]:
    by_proposal: dict[int, list[Sheet]] = {}
    for sheet in review.sheets:
        if sheet.stands != written.RECUSED:
            by_proposal.setdefault(sheet.proposal, []).append(sheet)
    for sheets in by_proposal.values():
        right = written.stands([one.total for one in sheets], drops_extremes=review.cut.drops_extremes)
        for sheet, stands in zip(sheets, right, strict=True):
            if sheet.stands != stands:
                yield f"{_where(sheet)}: {sheet.stands} ≠ {stands}"


def _of_decisions(review: Review) -> Iterator[str]:
    said = {one.proposal: one for one in review.decided}
    for one in recount(review):
        decided = said.get(one.number)
        if decided is None:
            yield f"{one.number}: 결정이 없는 제안 · no decision"
            continue
        found = (one.place, one.mean, one.sheets, one.reason)
        told = (decided.place, decided.mean, decided.sheets, decided.result)
        if found != told:
            yield f"{one.number}: {_say(told)} ≠ {_say(found)}"
        if one.sheets < (review.sheets_needed or 0):
            yield f"{one.number}: 심사표가 모자람 · too few sheets ({one.sheets} < {review.sheets_needed})"


def _where(sheet: Sheet) -> str:
    return f"{sheet.proposal}/{sheet.reviewer}"


def _say(found: Iterable[object]) -> str:
    return " ".join(map(str, found))
