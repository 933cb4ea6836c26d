"""The roll's page in the console: read, look, decide."""

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import SYSTEM
from app.clock import Clock, now
from app.database import db
from app.people.models import STAFF_ROLE
from app.roll import list_rules as rules
from app.roll import list_services, queries
from app.roll.models import RollEntry, RollUpload, StagedLine
from app.rounds.models import Round
from app.rounds.rules import BALLOT_PUBLISHED, REGISTER
from app.web.office import list_worker, rolls
from tests import factories
from tests.actors import Person
from tests.page import Page
from tests.roll.lists import HONG, KIM, list_round, read, take, text


def staff(app: Flask, round_: Round, locale: str = "ko") -> Person:
    return Person(app, factories.account(STAFF_ROLE, of=round_.programme), locale)


def at(round_: Round, page: str = "") -> str:
    return f"/office/rounds/{round_.id}/roll{page}"


def upload(person: Person, round_: Round, file: bytes, **fields: Any) -> Page:
    token = token_of(person.get(at(round_)))
    return Page(send(person, round_, file, {"csrf_token": token, **fields}, follow_redirects=True))


def token_of(page: Page) -> str:
    return str(page.soup.select_one("main input[name=csrf_token]")["value"])  # type: ignore[index]


def send(person: Person, round_: Round, file: bytes, fields: dict[str, str], **options: Any) -> Any:
    """As a browser writes it. (The test client itself leaves a large form's own file open.)"""
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in fields.items()]
    parts.append('Content-Disposition: form-data; name="file"; filename="list.csv"\r\n\r\n')
    body = "".join(f"--=\r\n{part}\r\n" for part in parts)[:-2].encode() + file + b"\r\n--=--\r\n"
    kind = 'multipart/form-data; boundary="="'
    return person.client.post(at(round_), data=body, content_type=kind, **options)


def kept(round_: Round) -> tuple[int, int]:
    db.session.rollback()
    return queries.count_entries(round_.id), db.session.query(StagedLine).filter_by(round_id=round_.id).count()


def test_from_the_file_over_the_preview_to_the_roll(app: Flask) -> None:
    round_ = list_round()
    person = staff(app, round_)
    page = upload(person, round_, text(HONG, KIM, "=1,1,1,1", "서초,1980-01-01,010-3333-4444,서초동"))
    assert page.h1 == "이 파일을 명부에 넣을까요?"
    for words in ("홍○동", "수식으로 시작하는 칸(=, +, -, @)이 있음: 1줄", "읽은 줄 4", "바로 넣을 줄 2"):
        assert words in page.text
    assert "홍길동" not in page.text and "1956" not in page.text and kept(round_) == (0, 4)
    done = person.submit(page, button="명부에 넣기", doubts=["dong"])
    assert "4줄 가운데 3명을 명부에 넣었습니다" in done.text and kept(round_) == (3, 0)
    assert "명부에 3명이 있습니다" in done.text


def test_dropping_leaves_the_roll_as_it_was(app: Flask) -> None:
    round_ = list_round()
    person = staff(app, round_)
    page = upload(person, round_, text(HONG))
    done = Page(page.form(action="/drop").submit(person.client, follow_redirects=True))
    assert "버렸습니다" in done.text and kept(round_) == (0, 0)


def test_a_second_tab_sees_what_has_happened_and_does_nothing_twice(app: Flask) -> None:
    round_ = list_round()
    one, other = staff(app, round_), staff(app, round_)
    empty = other.get(at(round_))
    first = upload(one, round_, text(HONG))
    second = other.get(at(round_))
    late = {"csrf_token": token_of(empty)}
    beaten = Page(send(other, round_, text(KIM), late, follow_redirects=True))
    assert "다른 파일이 먼저 올라와 있어" in beaten.soup.get_text() and "홍○동" in beaten.text
    one.submit(first, button="명부에 넣기")
    again = other.submit(second, button="명부에 넣기")
    assert "이미 정해졌습니다" in again.soup.get_text() and kept(round_) == (1, 0)


def test_nothing_fit_is_said_at_the_form_and_changes_nothing(app: Flask) -> None:
    round_ = list_round()
    person = staff(app, round_)
    page = upload(person, round_, text("서초,1980-01-01,010-3333-4444,서초동"))
    refused = person.submit(page, button="명부에 넣기")
    assert refused.status == 422 and "넣을 줄이 없습니다" in refused.text and kept(round_) == (0, 1)


def test_a_file_that_is_no_list_is_explained(app: Flask) -> None:
    round_ = list_round()
    page = upload(staff(app, round_), round_, text(HONG, encoding="utf-16"))
    assert "글자 방식(UTF-16)을 읽을 수 없습니다" in page.text and kept(round_) == (0, 0)
    page = upload(staff(app, round_, "en"), round_, text("x", header="a,b"))
    assert "These columns were not found in the first row: 이름, 생년월일, 전화번호" in page.text


def test_the_remarks_are_downloaded_by_row_and_reason_only(app: Flask) -> None:
    round_ = list_round()
    read(round_, text(HONG, HONG, KIM, "=1,1,1,1"))
    answer = staff(app, round_).client.get(at(round_, "/remarks.csv"))
    assert answer.mimetype == "text/csv"
    assert answer.get_data().decode("utf-8-sig").splitlines() == [
        "파일의 행,까닭",
        '3,"파일의 앞줄에 같은 사람이 있음"',
        '5,"수식으로 시작하는 칸(=, +, -, @)이 있음"',
    ]


def test_after_publication_a_reason_is_asked_for(app: Flask) -> None:
    round_ = list_round()
    round_.state = BALLOT_PUBLISHED
    db.session.commit()
    person = staff(app, round_)
    refused = upload(person, round_, text(HONG))
    assert refused.status == 422 and "까닭을 적어야 합니다" in refused.text and kept(round_) == (0, 0)
    assert upload(person, round_, text(HONG), reason="빠진 분").h1 == "이 파일을 명부에 넣을까요?"


def test_the_roll_is_cleared_before_publication_only(app: Flask) -> None:
    round_ = list_round()
    take(round_, text(HONG, KIM))
    person = staff(app, round_)
    confirm = person.get(at(round_, "/clear"))
    assert person.submit(confirm, reason="").status == 422 and kept(round_) == (2, 0)
    round_.state = BALLOT_PUBLISHED
    db.session.commit()
    assert person.submit(confirm, reason="잘못 올림").status == 409 and kept(round_) == (2, 0)
    assert "비울까요" not in person.get(at(round_, "/clear")).h1
    round_.state = "called"
    db.session.commit()
    assert "명부를 비웠습니다: 2명" in person.submit(confirm, reason="잘못 올림").soup.get_text()
    assert kept(round_) == (0, 0)


def test_small_numbers_are_not_told(app: Flask) -> None:
    round_ = list_round()
    rows = [
        f"사람{'가나다라마바사아자차카타파하'[n]},1980-01-01,,{'가산동' if n < 12 else '독산동'}" for n in range(14)
    ]
    take(round_, text(*rows))
    page = staff(app, round_).get(at(round_))
    assert "명부에 14명이 있습니다" in page.text and "동별" not in page.text
    assert "30대" not in page.text and "주소 14" in page.text


def test_a_round_that_keeps_a_register_takes_no_file(app: Flask) -> None:
    round_ = list_round(voters=REGISTER)
    person = staff(app, round_)
    page = person.get(at(round_))
    assert "투표하러 오면서 늘어납니다" in page.text and not page.soup.find("input", type="file")
    token = token_of(person.get("/office/rounds/new"))
    assert send(person, round_, text(HONG), {"csrf_token": token}).status_code == 409 and kept(round_) == (0, 0)


def test_only_staff_may_send_more_than_other_forms_hold(app: Flask) -> None:
    """Whoever else sends so much is stopped before it is read, and before anybody asks for the form's token."""
    round_ = list_round()
    app.config["MAX_CONTENT_LENGTH"] = 100_000
    large = text(*[f"{HONG}{' ' * 1000}"] * 200)
    for row in (None, factories.account("approver", of=round_.programme), factories.account("department")):
        assert send(Person(app, row), round_, large, {}).status_code == 413
    assert "이 파일을 명부에 넣을까요?" in upload(staff(app, round_), round_, large).h1


def test_while_a_file_is_read_the_page_says_how_far_it_is_and_fetches_itself_again(app: Flask, clock: Clock) -> None:
    round_ = list_round()
    running = list_services.begin_upload(round_, "", at=now(), by=SYSTEM)
    db.session.execute(db.update(RollUpload).values(lines=30_000, expected=100_000))
    db.session.commit()
    person = staff(app, round_)
    answer = person.client.get(at(round_))
    page = Page(answer)
    assert answer.headers["Refresh"] == str(rolls.REFRESH) and "30,000 / 100,000" in page.text
    Page(page.form(action="/drop").submit(person.client, follow_redirects=True))
    with pytest.raises(rules.ListGone):
        list_services.read_upload(running, io.BytesIO(text(HONG)), key="k" * 32, at=now)
    assert kept(round_) == (0, 0)


def test_a_large_list_is_read_and_taken_by_processes_of_their_own(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file reaches the other process without ever having had a name."""
    started: list[Any] = []

    class Waiting(list_worker.Thread):
        def start(self) -> None:
            super().start()
            started.append(self)

    monkeypatch.setattr(list_worker, "Thread", Waiting)
    monkeypatch.setattr(rolls, "FEW_BYTES", 0)
    monkeypatch.setattr(rolls, "FEW_LINES", 0)
    round_ = list_round()
    person = staff(app, round_)
    many = [f"{HONG[:3]},{1930 + n // 300}-{1 + n // 25 % 12}-{1 + n % 25},,가산동" for n in range(15_000)]
    upload(person, round_, text(*many))
    started[0].join(60)
    page = person.get(at(round_))
    assert "읽은 줄 15,000" in page.text and kept(round_)[0] == 0
    person.submit(page, button="명부에 넣기")
    started[1].join(60)
    assert kept(round_) == (15_000, 0)
    assert set(db.session.scalars(select(RollEntry.source))) == {"list"}


def test_a_process_that_does_not_start_leaves_the_way_free(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_worker, "COMMAND", ("/nowhere/python",))
    monkeypatch.setattr(rolls, "FEW_BYTES", 0)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    round_ = list_round()
    large = text(HONG, *[","] * 400_000)
    assert upload(staff(app, round_), round_, large).status == 500
    assert db.session.get_one(RollUpload, round_.id).state == rules.DROPPED
    assert take(round_, text(HONG)) == 1
