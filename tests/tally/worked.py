"""docs/tally.md as data: the tests read their numbers there, so that document and program cannot drift apart."""

import copy
import json
import re
from pathlib import Path
from typing import Any

from app.tally.manifest import Manifest

MILLION = 1_000_000
_TEXT = (Path(__file__).parents[2] / "docs" / "tally.md").read_text(encoding="utf-8")


def example() -> dict[str, Any]:
    """The manifest of the document, as JSON that may be changed."""
    return copy.deepcopy(_EXAMPLE)


def example_with(**changes: Any) -> Manifest:
    return Manifest.from_json({**example(), **changes})


def for_chambers(data: dict[str, Any], **changes: Any) -> dict[str, Any]:
    for chamber in data["chambers"]:
        chamber.update(changes)
    return data


def table(name: str) -> list[dict[str, str]]:
    """Rows of the table under `<!-- numbers: name -->`; a column is known by the last word of its head."""
    lines = iter(_after(f"<!-- numbers: {name} -->").splitlines())
    heads = [head.split()[-1] for head in _cells(next(lines))]
    next(lines)
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append(dict(zip(heads, _cells(line), strict=True)))
    assert rows, f"no rows under {name}"
    return rows


def words(cell: str) -> list[str]:
    """The `words` in backquotes."""
    return re.findall(r"`([^`]*)`", cell)


def json_of(cell: str) -> Any:
    """The one piece of JSON in a cell; {} where it is empty."""
    return json.loads(words(cell)[0]) if cell else {}


def quoted_after(lead: str) -> str:
    """The first `word` after some words of the document."""
    return words(_after(lead))[0]


def ballots() -> dict[str, list[list[str]]]:
    """Chamber → the ballots of section 3."""
    found: dict[str, list[list[str]]] = {"residents": [], "committee": []}
    for row in table("ballots"):
        for chamber, cast in found.items():
            cast.extend([row["picks"].split()] * int(row[chamber]))
    return found


def _after(lead: str) -> str:
    assert _TEXT.count(lead) == 1, f"{lead!r} must stand once in docs/tally.md"
    return _TEXT.split(lead)[1].lstrip()


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


_EXAMPLE: dict[str, Any] = json.loads(_after("<!-- manifest -->").split("```")[1].removeprefix("json"))
