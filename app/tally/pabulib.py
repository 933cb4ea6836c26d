"""Reading Pabulib's `.pb` files: real elections of real cities.

A `.pb` file is `;`-separated text in three sections, META, PROJECTS and VOTES: a title line of one cell, a
header, rows. It is read as a stream, columns by name; ballots written alike are kept once with their number.
Source: Faliszewski and others, "Participatory Budgeting: Data, Tools, and Analysis" (IJCAI 2023).
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from app.tally.pabulib_ballots import POINTED, Ballot, BallotReader, add_up
from app.tally.pabulib_faults import Exact, PbError, number, number_at

WITHDRAWN = 999_999_999
"""The cost that stands for "withdrawn after the vote": never selected, never the reason to stop."""

VOTE_TYPES = ("approval", "choose-1", "ordinal", *POINTED)
COUNTS = ("num_votes", "num_projects", "min_length", "max_length")
NUMBERS = (
    "budget",
    "min_project_score_threshold",
    "default_score",
    "min_points",
    "max_points",
    "max_sum_points",
)

CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")  # all but blanks and breaks of the line

Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Project:
    """`selected` is the outcome as written: 0, 1, or from extra funds 2 or 3; None without the column."""

    id: str
    cost: Exact
    selected: int | None
    columns: Mapping[str, str]

    @property
    def name(self) -> str:
        return self.columns.get("name", "")

    @property
    def withdrawn(self) -> bool:
        return self.cost == WITHDRAWN


@dataclass(frozen=True, slots=True)
class Election:
    """`votes` and `scores` go by place in `projects`; both leave void ballots out."""

    meta: Mapping[str, str]
    budget: Exact
    projects: tuple[Project, ...]
    ballots: tuple[Ballot, ...]
    votes: tuple[int, ...]
    scores: tuple[Exact, ...]

    @property
    def vote_type(self) -> str:
        return self.meta["vote_type"]

    @property
    def rule(self) -> str:
        return self.meta.get("rule") or "unknown"

    @property
    def threshold(self) -> Exact:
        return number(self.meta.get("min_project_score_threshold") or "0")

    @property
    def cast(self) -> int:
        return sum(ballot.count for ballot in self.ballots)

    @property
    def void(self) -> Counter[str]:
        """How many ballots do not count, by reason."""
        reasons: Counter[str] = Counter()
        for ballot in self.ballots:
            if ballot.void:
                reasons[ballot.void] += ballot.count
        return reasons

    @property
    def repeated(self) -> int:
        """How many ballots name a project twice (it counts once)."""
        return sum(ballot.count for ballot in self.ballots if ballot.repeated)

    @property
    def has_poznan_rule(self) -> bool:
        return self.rule == "greedy-custom" and self.meta.get("unit") == "Poznań"

    @property
    def official(self) -> tuple[str, ...] | None:
        """The ids the city chose, in file order; 2, funded from the reserve, is part of Poznań's own rule."""
        if any(project.selected is None for project in self.projects):
            return None
        chosen = (1, 2) if self.has_poznan_rule else (1,)
        return tuple(project.id for project in self.projects if project.selected in chosen)


def read(path: str | Path) -> Election:
    """Raises PbError (line, code, values) for what is wrong in the file."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as stream:
            return _read(_Lines(stream))
    except OSError as error:
        raise PbError(0, "unreadable", {"reason": error.strerror or str(error)}) from None
    except UnicodeDecodeError:
        raise PbError(_line_of_bad_byte(path), "encoding", {}) from None
    except csv.Error as error:
        raise PbError(_line_of_bad_quoting(path), "quoting", {"reason": str(error)}) from None


class _Lines:
    """The rows of the file, section by section, each with the line it begins on."""

    def __init__(self, stream: TextIO) -> None:
        self.rows = csv.reader(stream, delimiter=";", strict=True)

    @property
    def line(self) -> int:
        """The last line read."""
        return max(self.rows.line_num, 1)

    def numbered(self) -> Iterator[Row]:
        begins = self.rows.line_num + 1
        for row in self.rows:
            if any(map(CONTROL.search, row)):
                raise PbError(begins, "control-character", {})
            if any(row):
                yield begins, row
            begins = self.rows.line_num + 1

    def until(self, title: str) -> Iterator[Row]:
        """The rows before a title line, a row of one cell, which is consumed."""
        for line, row in self.numbered():
            if len(row) == 1 and row[0].strip() == title:
                return
            yield line, row
        raise PbError(self.line, "missing-section", {"section": title})


def _header(rows: Iterator[Row], section: str, line: int, wanted: tuple[str, ...]) -> list[str]:
    line, row = next(rows, (line, []))
    names = [cell.strip() for cell in row]
    for column in wanted:
        if column not in names:
            raise PbError(line, "missing-column", {"section": section, "column": column})
    return names


def _read(lines: _Lines) -> Election:
    meta = _read_meta(lines)
    projects = _read_projects(lines, meta)
    ballots = _read_votes(lines, meta, projects)
    votes, scores = add_up(meta, len(projects), ballots)
    return Election(meta, number(meta["budget"]), projects, ballots, votes, scores)


def _read_meta(lines: _Lines) -> dict[str, str]:
    for line, _ in lines.until("META"):
        raise PbError(line, "missing-section", {"section": "META"})
    title, meta = lines.line, {}
    rows = lines.until("PROJECTS")
    _header(rows, "META", title + 1, ("key", "value"))
    for line, row in rows:
        if len(row) == 1:
            raise PbError(line, "cells", {"section": "META", "expected": 2, "found": 1})
        key, value = row[0].strip(), ";".join(row[1:]).strip()
        _check_meta(line, key, value)
        meta[key] = value
    for key in ("budget", "vote_type"):
        if not meta.get(key):
            raise PbError(title, "missing-meta", {"key": key})
    return meta


def _check_meta(line: int, key: str, value: str) -> None:
    if not value:
        return
    if key == "vote_type" and value not in VOTE_TYPES:
        raise PbError(line, "vote-type", {"value": value[:40]})
    if key in COUNTS and not isinstance(number_at(line, key, value), int):
        raise PbError(line, "number", {"column": key, "value": value[:40]})
    if key in NUMBERS:
        number_at(line, key, value, least=0 if key == "budget" else None)


def _read_projects(lines: _Lines, meta: Mapping[str, str]) -> tuple[Project, ...]:
    rows = lines.until("VOTES")
    names = _header(rows, "PROJECTS", lines.line, ("project_id", "cost"))
    projects: dict[str, Project] = {}
    for line, row in rows:
        if len(row) != len(names):
            raise PbError(line, "cells", {"section": "PROJECTS", "expected": len(names), "found": len(row)})
        project = _project(line, dict(zip(names, row, strict=True)))
        if not project.id:
            raise PbError(line, "no-project-id", {})
        if project.id in projects:
            raise PbError(line, "same-project", {"id": project.id[:40]})
        projects[project.id] = project
    _ensure_complete(lines.line, "PROJECTS", meta.get("num_projects"), len(projects))
    return tuple(projects.values())


def _project(line: int, cells: dict[str, str]) -> Project:
    selected = int(number_at(line, "selected", cells["selected"])) if "selected" in cells else None
    return Project(cells["project_id"].strip(), number_at(line, "cost", cells["cost"]), selected, cells)


def _read_votes(lines: _Lines, meta: Mapping[str, str], projects: tuple[Project, ...]) -> tuple[Ballot, ...]:
    """The one loop that runs once per voter: whatever can be done once per distinct ballot is done there."""
    wanted = ("voter_id", "vote", "points") if meta["vote_type"] in POINTED else ("voter_id", "vote")
    names = _header(lines.numbered(), "VOTES", lines.line, wanted)
    pointed = "points" in names and meta["vote_type"] in (*POINTED, "ordinal")
    reader, ballots = BallotReader(meta, [project.id for project in projects], pointed), dict[str, Ballot]()
    rows, width = lines.rows, len(names)
    vote, points = names.index("vote"), names.index("points") if pointed else -1
    for row in rows:
        if len(row) == width:
            written = row[vote] + ";" + row[points] if pointed else row[vote]
            ballot = ballots.get(written)
            if ballot is None:
                ballot = ballots[written] = reader.read(rows.line_num, row[vote], row[points])
            ballot.count += 1
        elif any(row):
            raise PbError(rows.line_num, "cells", {"section": "VOTES", "expected": width, "found": len(row)})
    _ensure_complete(lines.line, "VOTES", meta.get("num_votes"), sum(one.count for one in ballots.values()))
    return tuple(ballots.values())


def _ensure_complete(line: int, section: str, declared: str | None, found: int) -> None:
    """Fewer rows than META declares: the section was cut off. More than declared are all read."""
    if found < number(declared or "0"):
        raise PbError(line, "cut-off", {"section": section, "expected": declared or "", "found": found})
    if not found:
        raise PbError(line, "empty-section", {"section": section})


def _line_of_bad_byte(path: str | Path) -> int:
    with open(path, "rb") as stream:
        for line, content in enumerate(stream, 1):
            try:
                content.decode()
            except UnicodeDecodeError:
                return line
    return 0


def _line_of_bad_quoting(path: str | Path) -> int:
    """Where the row begins that could not be finished (an open quote runs on to the end of the file)."""
    with open(path, encoding="utf-8-sig", newline="") as stream:
        lines = _Lines(stream)
        finished = 0
        try:
            for _ in lines.rows:
                finished = lines.rows.line_num
        except csv.Error:
            return finished + 1
    return finished
