"""flask pb import: what it says, and what it leaves behind."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.audit.models import AuditLine
from app.database import db
from app.programmes.models import Programme
from app.results.models import OfficialOutcome
from tests import factories
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
    factories.programme("guests")
    assert run(app, FOLDER / "approval.pb", options=("--programme", "guests")).exit_code == 0
    assert db.session.query(OfficialOutcome).one().round.programme.slug == "guests"


def test_a_programme_that_is_not_there_is_refused_and_not_made(app: Flask) -> None:
    done = run(app, FOLDER / "approval.pb", options=("--programme", "gests"))
    assert done.exit_code == 2
    assert "'gests': 그런 사업이 없습니다. / there is no such programme." in done.stderr
    assert (imported(), db.session.query(Programme).count(), db.session.query(AuditLine).count()) == ([], 0, 0)


A = [("a", 1)]
POINTED = {"vote_type": "cumulative"}
SCORED = {"vote_type": "scoring"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (pb(A, ["a"], budget=2**63), "a number is greater than 9,007,199,254,740,991"),
        (pb([("a", 2**70)], ["a"], budget=2**70), "a number is greater than 9,007,199,254,740,991"),
        (pb([("a", "0.1234567890123456789")], ["a"]), "an amount has more than 7 decimals"),
        (pb([("a", "0.12345678")], ["a"]), "an amount has more than 7 decimals"),
        (pb(A, [f"a;{10**19}"], **POINTED), "a number is greater than 2,147,483,647"),
        (pb(A, [f"a;{10**19}"], **SCORED), "a number is greater than 2,147,483,647"),
        (pb(A, [f"a;{10**19}"], **POINTED, max_sum_points=9), "a number is greater than 2,147,483,647"),
        (pb(A, ["a;1"], **POINTED, max_sum_points=2**31), "a number is greater than 2,147,483,647"),
        (pb(A, ["a;1"], **SCORED, max_points=2**31), "a number is greater than 2,147,483,647"),
        (pb(A, ["a"], max_length=2**31), "a number is greater than 2,147,483,647"),
        (pb(A, ["a"], rule="greedy-threshold", min_project_score_threshold=2**31), "greater than 2,147,483,647"),
        (pb(A, ["a"], max_length=0), "the fewest (1) are more than the most (0)"),
        (pb(A, ["a"], min_length=3, max_length=2), "the fewest (3) are more than the most (2)"),
        (pb(A, ["a;1"], **SCORED, min_points=5, max_points=4), "the fewest (5) are more than the most (4)"),
        (pb(A, ["a;1"], **POINTED, max_sum_points=0), "the rules do not fit together"),
        (pb([("a", 1, "놀이\0터")], ["a"], columns="project_id;cost;name"), "a control character stands here"),
        (pb(A, ["a"], unit="Łó\0dź"), "a control character stands here"),
    ],
)
def test_a_file_that_cannot_be_held_is_refused_in_words_and_the_next_one_is_imported(
    app: Flask, tmp_path: Path, text: str, said: str
) -> None:
    odd = written(tmp_path, text, "odd.pb")
    done = run(app, odd, FOLDER / "approval.pb")
    (line,) = done.stderr.splitlines()
    assert (done.exit_code, imported()) == (2, ["approval.pb"])
    assert line.startswith(f"{odd}:") and said in line


@pytest.mark.parametrize(
    "text",
    [
        pb(A, ["a;10"], **POINTED, max_sum_points="10.5"),
        pb(A, ["a"], min_length="1.", max_length="1.0"),
        pb(A, ["a"], date_begin="01.01.0001", date_end="0001"),
        pb(A, ["a"], date_begin="31.12.9999", date_end="9999-12-31"),
        pb([("a", "0.1234567")], ["a"]),
        pb(A, ["a"], budget=2**53 - 1),
    ],
)
def test_what_is_odd_and_can_be_held_is_imported(app: Flask, tmp_path: Path, text: str) -> None:
    done = run(app, written(tmp_path, text, "odd.pb"))
    assert (done.exit_code, done.stderr, imported()) == (0, "", ["odd.pb"])


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
