"""The audit record as administrators read it and take it away."""

import csv
import io

import pytest
from flask import Flask

from app.audit import services as audit
from app.audit.models import VOTER, Actor
from app.clock import Clock
from app.database import transaction
from app.people.models import ADMIN_ROLE, Account
from app.web.audit_words import ACTIONS
from tests import factories
from tests.actors import Person

NOTE = audit.declare("note.write", "note", "words")
MARK = audit.declare("note.mark", "note", "right", "left")


@pytest.fixture
def account(app: Flask) -> Account:
    return factories.account(ADMIN_ROLE, name="이관리")


@pytest.fixture
def admin(app: Flask, account: Account) -> Person:
    return Person(app, account)


def write(clock: Clock, by: Actor, words: str, subject: int | None = None) -> None:
    with transaction():
        audit.record(NOTE, subject, at=clock.now(), by=by, words=words)


def rows(response_text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response_text.removeprefix("\ufeff"))))


def test_a_line_says_who_did_what_and_its_fields(admin: Person, account: Account, clock: Clock) -> None:
    write(clock, account.actor, "<b>첫째</b>", subject=5)
    row = admin.get("/admin/audit").table()[0]
    assert row["한 사람"] == f"계정 {account.id} 이관리"
    assert (row["한 일"], row["대상"], row["내용"]) == ("note.write", "note 5", "words: <b>첫째</b>")


def test_every_action_has_words_with_its_code_beside_them(app: Flask, admin: Person) -> None:
    options = admin.get("/admin/audit").soup.select("#action option")
    offered = {str(one["value"]): one.get_text(strip=True) for one in options}
    of_tests = {name for name in audit.ACTIONS if name.partition(".")[0] in ("note", "book", "test")}
    assert set(ACTIONS) == set(audit.ACTIONS) - of_tests
    with app.test_request_context():
        assert {name: offered[name] for name in ACTIONS} == {name: f"{said} ({name})" for name, said in ACTIONS.items()}
    assert offered["role.grant"] == "역할 맡기기 (role.grant)"


def test_a_resident_is_never_called_by_the_name_of_an_account(admin: Person, account: Account, clock: Clock) -> None:
    write(clock, account.actor, "계정이 씀")
    write(clock, Actor("resident", account.id), "주민이 씀")
    newest, before = admin.get("/admin/audit").table()[:2]
    assert (newest["한 사람"], before["한 사람"]) == (f"주민 {account.id}", f"계정 {account.id} 이관리")


def test_yes_and_no_are_said_and_nothing_is_not(admin: Person, clock: Clock) -> None:
    with transaction():
        audit.record(MARK, 5, at=clock.now(), by=VOTER, right=True, left=None)
        audit.record(MARK, 5, at=clock.now(), by=VOTER, right=False, left=0)
    assert [row["내용"] for row in admin.get("/admin/audit").table()] == ["left: 0, right: 아니요", "right: 예"]


def test_lines_are_filtered_in_page_and_download_alike(admin: Person, account: Account, clock: Clock) -> None:
    write(clock, account.actor, "계정이 씀", subject=1)
    write(clock, VOTER, "투표자가 씀")
    for query, said in (
        ("actor_kind=voter", ["투표자가 씀"]),
        (f"actor_kind=account&actor_id={account.id}", ["계정이 씀"]),
        ("subject_type=note&subject_id=1", ["계정이 씀"]),
        ("action=note.write", ["투표자가 씀", "계정이 씀"]),
        ("action=account.end", []),
    ):
        page = admin.get(f"/admin/audit?{query}")
        table = [] if page.has("조건에 맞는 기록이 없습니다.") else page.table()
        assert [row["내용"] for row in table] == [f"words: {words}" for words in said], query
        taken = admin.client.get(page.link("CSV로 내려받기"))
        assert [row[-1] for row in rows(taken.text)[1:]] == [f"words={words}" for words in said], query


def test_a_filter_that_cannot_be_is_said_at_its_field(admin: Person, clock: Clock) -> None:
    write(clock, VOTER, "x")
    for query in ("action=nothing.known", "actor_id=x", "subject_type=x", "actor_kind=king"):
        page = admin.get(f"/admin/audit?{query}")
        assert page.status == 422 and len(page.errors) == 1 and len(page.table()) == 1, query


def test_a_download_opens_in_a_spreadsheet_and_runs_nothing(admin: Person, clock: Clock) -> None:
    write(clock, VOTER, "=HYPERLINK(1)")
    response = admin.client.get("/admin/audit.csv")
    assert response.mimetype == "text/csv" and response.data.startswith(b"\xef\xbb\xbf")
    assert not any(cell.startswith("=") for row in rows(response.text) for cell in row)


def test_nothing_shows_where_anybody_was(admin: Person, account: Account, clock: Clock) -> None:
    write(clock, account.actor, "x")
    page = admin.client.get("/admin/audit", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    taken = admin.client.get("/admin/audit.csv", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert "203.0.113.9" not in page.text + taken.text


def test_a_long_record_is_paged(admin: Person, clock: Clock) -> None:
    with transaction():
        for n in range(101):
            audit.record(NOTE, None, at=clock.now(), by=VOTER, words=str(n))
    page = admin.get("/admin/audit?action=note.write")
    assert len(page.table()) == 100
    assert [row["내용"] for row in admin.get(page.link("다음")).table()] == ["words: 0"]
