"""flask pb import: what it says, and what it leaves behind."""

from pathlib import Path
from typing import Any

from flask import Flask

from app.database import db
from app.results.models import OfficialOutcome
from tests.actors import Person
from tests.tally.pb_text import FOLDER, pb, written


def run(app: Flask, *files: Path, options: tuple[str, ...] = ()) -> Any:
    return app.test_cli_runner().invoke(args=["pb", "import", *options, *map(str, files)])


def imported() -> list[str]:
    db.session.rollback()
    return [row.file_name for row in db.session.query(OfficialOutcome).order_by(OfficialOutcome.round_id)]


def test_a_file_becomes_a_published_round(app: Flask) -> None:
    done = run(app, FOLDER / "approval.pb")
    assert done.exit_code == 0
    assert "2개 선정 · 2 funded, 공식 결과와 같음 · agrees with the official outcome, /results/" in done.output
    assert imported() == ["approval.pb"]


def test_a_broken_file_is_named_with_its_line_and_the_rest_is_imported(app: Flask, tmp_path: Path) -> None:
    broken = [
        written(tmp_path, pb([("a", 1)], ["a", "z"]), "unknown.pb"),
        written(tmp_path, pb([("a", 1)], ["a"], num_votes=3), "cut.pb"),
        written(tmp_path, pb([("가", 1)], ["가"]).encode("cp949"), "encoding.pb"),
        written(tmp_path, pb([("a", 1)], ["a"], columns="id;cost"), "header.pb"),
        tmp_path / "absent.pb",
    ]
    done = run(app, *broken, FOLDER / "approval.pb")
    assert done.exit_code == 2
    assert imported() == ["approval.pb"]
    for path, fault in zip(
        broken,
        (
            "13: 없는 사업 번호에 투표했습니다: 'z' / a vote for an unknown project",
            "잘렸습니다",
            "9: UTF-8이 아닌",
            "project_id",
            "열 수 없",
        ),
        strict=True,
    ):
        (line,) = [line for line in done.stderr.splitlines() if line.startswith(f"{path}:")]
        assert fault in line


def test_the_same_file_twice_is_refused_in_words(app: Flask) -> None:
    done = run(app, FOLDER / "approval.pb", FOLDER / "approval.pb")
    assert done.exit_code == 2
    assert "이미 가져온 파일입니다(/results/" in done.stderr
    assert imported() == ["approval.pb"]


def test_a_file_whose_rules_we_cannot_say_is_refused_in_words(app: Flask) -> None:
    done = run(app, FOLDER / "scoring.pb")
    assert done.exit_code == 2
    assert "default_score" in done.stderr
    assert imported() == []


def test_it_takes_a_programme_by_its_slug(app: Flask) -> None:
    assert run(app, FOLDER / "approval.pb", options=("--programme", "guests")).exit_code == 0
    assert db.session.query(OfficialOutcome).one().round.programme.slug == "guests"


def test_the_page_of_an_imported_round_shows_the_official_outcome_beside_ours(app: Flask, tmp_path: Path) -> None:
    votes, projects = ["a,b", "a,b", "c"], [("a", 40, 1), ("b", 50, 0), ("c", 30, 1)]
    text = pb(projects, votes, columns="project_id;cost;selected", budget=90, rule="equalshares/add1", currency="PLN")
    run(app, FOLDER / "approval.pb", written(tmp_path, text))
    agreeing, other = [row.round_id for row in db.session.query(OfficialOutcome).order_by(OfficialOutcome.round_id)]
    page = Person(app).get(f"/results/{agreeing}")
    assert page.has("우리 집계로 선정된 사업이 공식 결과와 모두 같습니다.")
    assert page.has("다른 도시의 실제 투표 파일(Pabulib)")
    assert not page.has("지어낸")
    rows = page.table("사업별로 견주기")
    assert [row["우리 집계"] for row in rows] == [row["공식 결과"] for row in rows]
    assert page.summary()["파일"] == "approval.pb"
    page = Person(app).get(f"/results/{other}")
    assert page.has("공식 결과가 다릅니다")
    assert page.has("그 규칙 그대로 세면 공식 결과와 같습니다.")
    assert page.h1 == "3개 사업 가운데 2개를 PLN 90 한도에서 선정했습니다"
