"""Who may use whom, read from the imports. The table is the law: change it knowingly."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.config import ROOT

ROOMS = (
    "programmes",
    "rounds",
    "people",
    "roll",
    "codes",
    "stations",
    "files",
    "proposals",
    "voices",
    "reviews",
    "fates",
    "committee",
    "recruitment",
    "fees",
    "ballots",
    "papers",
    "results",
)  # in the order of a round's life: a room uses only rooms before it
SERVING = ("audit", "notices")  # serve every room and use none
READING = ("figures",)  # reads every room, nobody's upstream
GROUND = ("tally", "crypto")
# app.X modules that belong to no room, and what may use them
PLAIN = ("clock", "database", "errors", "money", "config", "lazy")
# files of a room that know neither Flask nor the database
PURE = (
    *(
        "rules",
        "agenda_rules",
        "tablet_rules",
        "sheet_rules",
        "case_rules",
        "handing_rules",
        "erasing_rules",
        "factor_rules",
        "similar_rules",
        "conflict_rules",
        "check_rules",
    ),
    *("scoring", "identity", "ciphers", "recusal_rules", "objection_rules"),
    *("birth_dates", "list_lines", "list_rules"),
    *("photos", "photo_headers", "documents", "worker", "file_rules"),
)
OUTSIDE_OF_PURE = ("flask", "sqlalchemy", "wtforms", "app.database", "app.web")


def modules() -> list[Path]:
    return sorted((ROOT / "app").rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if parts[0] == "app" and len(parts) > 1 else ""


def ours(path: Path) -> Iterator[str]:
    return (room_of(name) for name in imports(path) if name.startswith("app."))


def allowed_for(room: str) -> set[str]:
    base = {*PLAIN, *GROUND, room}
    if room in SERVING:
        return base | ({"audit", "adapters"} if room == "notices" else set())
    if room == "files":
        return base | {*ROOMS[: ROOMS.index(room)], *SERVING, "adapters"}
    if room in READING:
        return base | {*ROOMS, *SERVING}
    return base | {*ROOMS[: ROOMS.index(room)], *SERVING}


@pytest.mark.parametrize("room", [*ROOMS, *SERVING, *READING])
def test_a_room_uses_only_rooms_upstream_of_it(room: str) -> None:
    for path in (ROOT / "app" / room).rglob("*.py"):
        beyond = set(ours(path)) - allowed_for(room)
        assert not beyond, f"{name_of(path)} uses {sorted(beyond)}"


def test_the_count_uses_nothing_of_ours_and_only_the_standard_library() -> None:
    for path in (ROOT / "app" / "tally").rglob("*.py"):
        for name in imports(path):
            top = name.split(".")[0]
            assert name.startswith("app.tally") or top in sys.stdlib_module_names, f"{name_of(path)} imports {name}"


def test_the_cryptography_uses_nothing_of_ours_and_two_libraries() -> None:
    for path in (ROOT / "app" / "crypto").rglob("*.py"):
        for name in imports(path):
            top = name.split(".")[0]
            standing_on = top in sys.stdlib_module_names or top in ("cryptography", "shamir_mnemonic")
            assert name.startswith("app.crypto") or standing_on, f"{name_of(path)} imports {name}"


def test_importing_the_count_loads_neither_flask_nor_a_database() -> None:
    code = "import sys, app.tally.counting; print(sorted({'flask', 'sqlalchemy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_rules_are_pure() -> None:
    for path in modules():
        if path.stem in PURE and room_of(name_of(path)) in ROOMS:
            wrong = [name for name in imports(path) if name.startswith(OUTSIDE_OF_PURE)]
            assert not wrong, f"{name_of(path)} imports {wrong}"


def test_reads_never_write_and_rows_never_act() -> None:
    for path in modules():
        if path.stem in ("queries", "models"):
            assert not [n for n in imports(path) if n.endswith("services") or ".services." in n], name_of(path)
            assert ".commit(" not in path.read_text() and "transaction(" not in path.read_text(), name_of(path)


def test_rooms_know_nothing_of_the_web() -> None:
    for path in modules():
        if room_of(name_of(path)) not in ("web", "cli", "factory"):
            wrong = [name for name in imports(path) if name.startswith(("app.web", "app.cli", "app.factory"))]
            assert not wrong, f"{name_of(path)} imports {wrong}"


def test_a_revision_does_the_same_whatever_the_application_becomes() -> None:
    for path in (ROOT / "migrations" / "versions").glob("*.py"):
        assert not [name for name in imports(path) if name.split(".")[0] == "app"], path.name


def test_only_the_command_line_and_the_home_page_know_the_demo() -> None:
    users = [name_of(p) for p in modules() if any(name.startswith("app.demo") for name in imports(p))]
    assert {name for name in users if not name.startswith("app.demo")} == {"app.cli.demo", "app.web.public.demo"}


def test_only_the_clock_asks_the_time() -> None:
    asking = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time"), ("datetime", "today")}
    for path in modules():
        if path.stem == "clock":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                assert (node.value.id, node.attr) not in asking, f"{name_of(path)}:{node.lineno} asks the time"


def test_every_wing_has_a_door() -> None:
    for path in (ROOT / "app" / "web").glob("*/audience.py"):
        guarded = re.search(r"guard\(\s*Blueprint\(", path.read_text())
        assert guarded or path.parent.name == "public", name_of(path)


def test_choices_are_touched_in_one_file_only() -> None:
    """What was cast goes through `ballots/box.py`, so that sealing can take its place."""
    users = [name_of(p) for p in modules() if "app.ballots.models.CastBallot" in set(imports(p))]
    assert users == ["app.ballots.box"]
