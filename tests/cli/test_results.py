"""flask results: the list, and the bundle as a file that is there whole or not at all."""

import json
import zipfile
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text

from app.clock import Clock
from app.database import db
from app.results import bundle
from app.rounds.rules import OPEN
from tests import factories
from tests.results.elections import counted, publish


def run(app: Flask, *arguments: str) -> Any:
    return app.test_cli_runner().invoke(args=["results", *arguments])


def make(app: Flask, round_id: int, out: Path) -> Any:
    return run(app, "bundle", str(round_id), "--out", str(out))


def test_a_published_result_is_written_as_its_bundle(app: Flask, clock: Clock, tmp_path: Path) -> None:
    count, out = publish(counted(clock)), tmp_path / "bundle.zip"
    done = make(app, count.round_id, out)
    assert (done.exit_code, done.output) == (0, f"{out}: {out.stat().st_size:,} bytes\n")
    with (tmp_path / "other.zip").open("wb") as file:
        bundle.write(count, file)
    assert out.read_bytes() == (tmp_path / "other.zip").read_bytes()
    assert zipfile.is_zipfile(out)


def test_it_is_what_is_downloaded_of_a_box_that_is_opened_for_everybody_too(
    app: Flask, clock: Clock, tmp_path: Path
) -> None:
    round_id, out = publish(counted(clock, opening=OPEN)).round_id, tmp_path / "bundle.zip"
    assert make(app, round_id, out).exit_code == 0
    assert out.read_bytes() == app.test_client().get(f"/results/{round_id}/bundle.zip").data
    with zipfile.ZipFile(out) as archive:
        assert [name for name in archive.namelist() if name.startswith("sealed/")] == [
            "sealed/committee.txt",
            "sealed/residents.txt",
        ]


def test_an_unpublished_result_is_refused_in_both_languages_and_nothing_is_written(
    app: Flask, clock: Clock, tmp_path: Path
) -> None:
    for round_id in (counted(clock).round_id, 999_999):
        done = make(app, round_id, tmp_path / "bundle.zip")
        assert done.exit_code == 1
        assert f"회차 {round_id}에는 공개된 결과가 없어" in done.output
        assert f"Round {round_id} has no published result" in done.output
    assert list(tmp_path.iterdir()) == []


def test_where_ballots_were_changed_the_file_of_before_stays(app: Flask, clock: Clock, tmp_path: Path) -> None:
    count, out = publish(counted(clock)), tmp_path / "bundle.zip"
    out.write_text("before")
    db.session.execute(text("DELETE FROM cast_ballot WHERE chamber = 'residents'"))
    db.session.commit()
    done = make(app, count.round_id, out)
    assert (done.exit_code, "(residents) are not those of the published certificate" in done.output) == (1, True)
    assert ([path.name for path in tmp_path.iterdir()], out.read_text()) == (["bundle.zip"], "before")


def test_a_folder_that_is_not_there_is_said(app: Flask, clock: Clock, tmp_path: Path) -> None:
    done = make(app, publish(counted(clock)).round_id, tmp_path / "nowhere" / "bundle.zip")
    assert (done.exit_code, "No such file or directory" in done.output) == (1, True)


def test_the_list_says_which_rounds_are_published(app: Flask, clock: Clock) -> None:
    published, draft = publish(counted(clock)).round, factories.round_(state="draft")
    rows = json.loads(run(app, "list", "--json").output)
    assert sorted(rows, key=lambda row: row["id"]) == [
        {"id": published.id, "title": published.title_ko, "published": True},
        {"id": draft.id, "title": draft.title_ko, "published": False},
    ]
    table = run(app, "list").output.splitlines()
    assert sorted(("공개 · published" in line, published.title_ko in line) for line in table) == [
        (False, True),
        (True, True),
    ]
