"""The bundle on the pages: there as soon as the result is, and for everybody."""

import io
import zipfile

import pytest
from flask import Flask
from sqlalchemy import text

from app.ballots import queries as ballots
from app.clock import Clock
from app.database import db
from app.results import bundle
from app.results.models import Count
from tests.actors import Person
from tests.ballots.elections import published
from tests.results.elections import counted, publish


@pytest.fixture
def count(app: Flask, clock: Clock) -> Count:
    return publish(counted(clock))


def address(count: Count) -> str:
    return f"/results/{count.round_id}/bundle.zip"


def test_the_result_page_leads_to_the_bundle_with_its_size_and_two_lines_that_check_it(
    app: Flask, count: Count
) -> None:
    page = Person(app).get(f"/results/{count.round_id}")
    name = f"hanpyo-result-{count.round_id}.zip"
    assert page.link("꾸러미 내려받기 (ZIP, 약 ") == address(count)
    assert page.has(f"python3 -m zipfile -e {name} check")
    assert page.has(f"python3 check/recount.py {name}")


def test_what_is_downloaded_is_the_bundle(app: Flask, count: Count) -> None:
    answer = Person(app).client.get(address(count))
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=hanpyo-result-{count.round_id}.zip"
    file = io.BytesIO()
    bundle.write(db.session.get_one(Count, count.id), file)
    assert answer.data == file.getvalue()
    assert answer.content_length == len(answer.data)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None


def test_who_has_it_already_is_told_so(app: Flask, count: Count) -> None:
    client = Person(app).client
    first = client.get(address(count))
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get(address(count), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(address(count), headers={"If-None-Match": '"other"'}).status_code == 200
    head = client.head(address(count))
    assert (head.data, head.headers["ETag"]) == (b"", first.headers["ETag"])


def test_there_is_none_before_the_second_signature(app: Flask, clock: Clock) -> None:
    assert Person(app).status(address(counted(clock))) == 404
    assert Person(app).status("/results/999999/bundle.zip") == 404


def test_a_box_that_was_changed_is_said_and_not_given_out(app: Flask, count: Count) -> None:
    db.session.execute(text("DELETE FROM cast_ballot"))
    db.session.commit()
    page = Person(app).get(address(count))
    assert page.status == 500
    assert page.has("지금 데이터베이스에 있는 표가 공개한 인증서와 달라 꾸러미를 드릴 수 없습니다")
    assert Person(app).status(f"/results/{count.round_id}") == 200


def test_the_rules_page_names_the_key_that_will_sign(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    page = Person(app).get(f"/rounds/{round_.id}/ballot")
    assert all(page.has(f"공개키 {key}") for key in ballots.get_manifest(round_.id).keys)


def test_the_threat_page_says_what_is_not_prevented_in_both_languages(app: Flask) -> None:
    page = Person(app).get("/threats")
    assert page.has("막지 못하는 것") and page.has("투표하는 동안의 디스크나 백업을 가진 사람")
    english = Person(app, locale="en").get("/threats")
    assert english.has("What it cannot prevent") and english.has("Whoever has the disk or a backup of the voting days")
    assert Person(app).get("/").link("무엇을 막고, 무엇을 막지 못하나") == "/threats"
