"""flask roll: what the office's page says, at a terminal."""

from pathlib import Path

from flask import Flask

from app.database import db
from app.roll import queries
from app.roll.models import StagedLine
from tests.roll.lists import HONG, KIM, list_round, text


def test_a_list_is_checked_and_imported_by_commands(app: Flask, tmp_path: Path) -> None:
    round_, file = list_round(), tmp_path / "list.csv"
    round_id = round_.id
    file.write_bytes(text(HONG, KIM, "=1,1,1,1", "서초,1980-01-01,010-3333-4444,서초동", encoding="cp949"))

    def run(*command: str) -> tuple[int, str]:
        db.session.rollback()
        done = app.test_cli_runner().invoke(args=["roll", *command])
        db.session.rollback()
        return done.exit_code, done.output

    code, said = run("check", str(file), str(round_id))
    assert code == 0 and "lines 4" in said and "formula" in said and "Nothing was taken" in said
    assert (queries.count_entries(round_id), db.session.query(StagedLine).count()) == (0, 0)
    code, said = run("import", str(file), str(round_id), "--take", "dong")
    assert code == 0 and "people put on the roll 3" in said
    code, said = run("import", str(file), str(round_id))
    assert code == 1 and "Not a single line" in said
    assert (queries.count_entries(round_id), db.session.query(StagedLine).count()) == (3, 0)
    file.write_bytes(text(HONG, encoding="utf-16"))
    code, said = run("check", str(file), str(round_id))
    assert code == 1 and "encoding UTF-16" in said
    assert "no round 999" in run("check", str(file), "999")[1]
