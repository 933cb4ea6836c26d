"""The projects that residents propose in the story, read from the data files beside this one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAN = 10_000


@dataclass(frozen=True)
class Project:
    """`field`: place of its section in the round; `dong`: code of an area, None for the whole gu; `officer`: place of
    the officer who checks it; `fate`: what becomes of it in the round, see the chapter that tells it."""

    title_ko: str
    title_en: str
    field: int
    dong: str | None
    place: str
    cost_won: int
    need: str
    content: str
    effect: str
    officer: int
    fate: str


def read(name: str) -> tuple[Mapping[str, Any], list[Project]]:
    """A round's file: its settings, and its projects in the order in which they were proposed."""
    told = json.loads(Path(__file__).with_name(f"{name}.json").read_text(encoding="utf-8"))
    return told, [_project(told["fields"], line) for line in told["projects"]]


def _project(fields: Sequence[Mapping[str, Any]], line: Mapping[str, Any]) -> Project:
    return Project(
        title_ko=line["ko"],
        title_en=line["en"],
        field=line["field"],
        dong=line.get("dong"),
        place=line["place"],
        cost_won=line["cost_man_won"] * MAN,
        need=line["need"],
        content=line["content"],
        effect=line["effect"],
        officer=line.get("officer", fields[line["field"]].get("officer", 0)),
        fate=line.get("fate", ""),
    )
