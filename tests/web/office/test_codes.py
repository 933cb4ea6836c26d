"""Printed codes in the console: made, downloaded once, confirmed, made void."""

import csv
import io

import pytest
from flask import Flask

from app.adapters import fonts
from app.clock import Clock
from app.codes import rules
from app.codes.models import VotingCode, VotingCodeBatch
from app.database import db
from app.people.models import STAFF_ROLE
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.web.printing import printable
from tests import factories
from tests.actors import Person
from tests.ballots.elections import published
from tests.codes.printed import entry
from tests.page import Page


@pytest.fixture
def staff(app: Flask) -> Person:
    return Person(app, factories.account(STAFF_ROLE))


def make(staff: Person, round_: Round, **fields: str) -> Page:
    """To the page of the download."""
    batch = staff.submit(staff.get(f"/office/rounds/{round_.id}/codes/new"), **fields)
    return staff.get(batch.link("내려받기"))


def test_from_the_form_to_a_table_of_codes_that_may_be_used(app: Flask, clock: Clock, staff: Person) -> None:
    round_ = published(clock, voters=rounds.REGISTER)
    page = make(staff, round_, size="3")
    form = page.form().fill(format="csv")
    answer = form.submit(staff.client)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=codes.csv")
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [row["순번"] for row in rows] == ["1", "2", "3"]
    again = Page(form.submit(staff.client))
    assert (again.status, again.has("상태가 바뀌었습니다")) == (409, True)
    waiting = staff.get(page.link("이어 가기"))
    assert waiting.has("확인하기 전에는 어느 번호도 쓸 수 없습니다")
    confirmed = staff.submit(waiting, button="다 받았습니다")
    assert "이제부터 이 번호들을 쓸 수 있습니다" in confirmed.flashes[0]
    claim = Person(app)
    typed = claim.submit(claim.get(f"/vote/{round_.id}/code"), code=rows[0]["번호"])
    assert typed.h1 == "투표하시는 분"


def of_names(*names: str) -> tuple[io.BytesIO, str]:
    """A list with everybody of the same birth date, as it would be uploaded."""
    lines = [f"{name},1980-04-28,,주소" for name in names]
    return io.BytesIO("\n".join(["이름,생년월일,전화번호,연고", *lines]).encode()), "list.csv"


def test_codes_of_a_list_are_laid_beside_its_names_and_nothing_of_the_file_is_kept(
    app: Flask, clock: Clock, staff: Person
) -> None:
    round_ = published(clock, voters=rounds.LIST)
    people = {name: entry(round_, name).id for name in ("이순신", "유관순", "장보고")}
    page = make(staff, round_, selection="all")
    for unfit, said in (
        (None, "명부 파일을 골라 주세요"),
        ((io.BytesIO(b"a,b\n1,2"), "x.csv"), "열을 찾지 못했습니다"),
    ):
        refused = staff.submit(page, format="csv", **({"file": unfit} if unfit else {}))
        assert (refused.status, refused.has(said), db.session.query(VotingCode).count()) == (422, True, 0)
    form = page.form().fill(format="csv", file=of_names("유관순", "아무개", "이순신"))
    with form.submit(staff.client) as answer:
        rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [(row["파일의 행"], row["이름"]) for row in rows] == [("2", "유관순"), ("4", "이순신"), ("", "")]
    entries = {code.number: code.entry_id for code in db.session.query(VotingCode)}
    given = [entries[int(row["순번"])] for row in rows]
    assert given == [people["유관순"], people["이순신"], people["장보고"]]


def test_sheets_are_a_pdf_that_carries_its_font(app: Flask, clock: Clock, staff: Person) -> None:
    round_ = published(clock, voters=rounds.LIST)
    for name in ("가나", "다라", "마바"):
        entry(round_, name)
    form = make(staff, round_, selection="all").form().fill(format="pdf", file=of_names("가나", "다라", "마바"))
    with form.submit(staff.client) as answer:
        pdf = answer.get_data()
    assert (pdf[:5], pdf.count(b"/Type /Page\n"), b"Pretendard" in pdf) == (b"%PDF-", 2, True)


def test_names_that_cannot_be_printed_whole_are_told_before_there_are_codes(
    app: Flask, clock: Clock, staff: Person
) -> None:
    """The font has no Hanja. (A table holds every name as it is.)"""
    round_ = published(clock, voters=rounds.LIST)
    for name in ("이순신", "李舜臣", "丁若鏞"):
        entry(round_, name)
    page = make(staff, round_, selection="all")
    refused = staff.submit(page, format="pdf", file=of_names("이순신", "李舜臣", "丁若鏞"))
    assert refused.status == 422
    assert "이름 2개에 인쇄할 수 없는 글자(한자 등)가 있습니다. 파일의 3, 4행을 보세요." in refused.errors[0]
    batch = db.session.query(VotingCodeBatch).one()
    assert (batch.state, db.session.query(VotingCode).count()) == (rules.MADE, 0)
    form = page.form().fill(format="pdf", file=of_names("이순신", "李舜臣", "丁若鏞"), with_boxes="y")
    with form.submit(staff.client) as answer:
        assert answer.get_data()[:5] == b"%PDF-"


def test_a_sheet_shows_a_box_for_what_the_font_has_not() -> None:
    assert printable("가산동 · 李舜臣 Zoë 𠮷") == "가산동 · □□□ Zoë □"


def test_without_the_font_nothing_is_made_and_it_is_said_how_to_mend_it(
    app: Flask, clock: Clock, staff: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make(staff, published(clock, voters=rounds.REGISTER), size="1")
    monkeypatch.setattr(fonts, "FOLDER", fonts.FOLDER / "nowhere")
    refused = staff.submit(page, format="pdf")
    assert (refused.status, refused.has("글꼴(Pretendard)이 서버에 없어")) == (500, True)
    batch = db.session.query(VotingCodeBatch).one()
    assert (batch.state, db.session.query(VotingCode).count()) == (rules.MADE, 0)


def test_one_code_or_a_whole_batch_becomes_void_with_a_reason(app: Flask, clock: Clock, staff: Person) -> None:
    round_ = published(clock, voters=rounds.REGISTER)
    page = make(staff, round_, size="2")
    page.form().fill(format="csv").submit(staff.client)
    batch = staff.get(page.link("이어 가기"))
    void = staff.get(batch.link("무효로 하기"))
    assert staff.submit(void, button="무효로 하기", number="1").errors == ["까닭을 써 주세요."]
    assert staff.submit(void, button="무효로 하기", number="9", reason="잃어버림").errors
    assert {one.state for one in db.session.query(VotingCode)} == {rules.VALID}
    staff.submit(void, button="무효로 하기", number="1", reason="잃어버림")
    assert [one.state for one in db.session.query(VotingCode).order_by(VotingCode.number)] == [rules.VOID, rules.VALID]
    gone = staff.submit(void, button="무효로 하기", reason="파일이 새어 나감")
    assert (gone.summary()["무효로 한 까닭"], db.session.query(VotingCodeBatch).one().state) == (
        "파일이 새어 나감",
        rules.VOID,
    )


def test_faults_of_the_form_are_told_and_nothing_is_made(app: Flask, clock: Clock, staff: Person) -> None:
    listed, register = published(clock, voters=rounds.LIST), factories.round_(voters=rounds.REGISTER)
    pages = [staff.get(f"/office/rounds/{round_.id}/codes/new") for round_ in (listed, register)]
    assert staff.submit(pages[0], selection="area").errors == ["어느 동인지 골라 주세요."]
    assert len(staff.submit(pages[1], size="1000001").errors) == 1
    assert db.session.query(VotingCodeBatch).count() == 0
    nobody = staff.submit(make(staff, listed, selection="all"), format="csv", file=of_names("이순신"))
    assert (nobody.status, db.session.query(VotingCode).count()) == (422, 0)
