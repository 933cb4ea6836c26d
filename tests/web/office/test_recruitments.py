"""An open call from its announcement to the letter of appointment, on the pages of everybody who takes part."""

import io
import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from reportlab.pdfgen.canvas import Canvas

from app.audit.models import SYSTEM
from app.clock import SEOUL, Clock, now, seoul_day
from app.committee.models import CommitteeMember
from app.database import db
from app.fees import services as fees
from app.people.models import APPROVER_ROLE, COMMITTEE_ROLE, STAFF_ROLE
from app.recruitment import rules, services
from app.recruitment.models import Application, Recruitment
from app.rounds import rules as rounds
from app.tally.__main__ import main
from tests import factories
from tests.actors import Person

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # both: tests/recruitment


@pytest.fixture
def staff(app: Flask) -> Person:
    return Person(app, factories.account(STAFF_ROLE))


def local(value: datetime) -> str:
    return value.astimezone(SEOUL).strftime("%Y-%m-%dT%H:%M")


def settings(clock: Clock, **changes: Any) -> dict[str, Any]:
    today = seoul_day(clock.now())
    return {
        "title_ko": "위원을 모집합니다",
        "title_en": "Members wanted",
        "text_ko": "구에 살거나 일하는 분",
        "text_en": "Whoever lives or works here",
        "seats": "1",
        "vulnerable_least": "0",
        "youth_least": "0",
        "opens_at": local(clock.now() - timedelta(days=1)),
        "closes_at": local(clock.now() + timedelta(days=9)),
        "draw_on": (today + timedelta(days=12)).isoformat(),
        "seed_source_ko": "제1250회 로또 당첨 번호",
        "seed_source_en": "Lottery draw 1250",
        "term_starts_on": (today + timedelta(days=20)).isoformat(),
        **changes,
    }


TYPED = {"name": "홍길동", "birth_year": "1990", "sex": "m", "basis": "address", "motive": "함께", "consents": "y"}


def apply(app: Flask, row: Recruitment, **typed: Any) -> Person:
    person, area = Person(app, factories.resident()), factories.area().id
    page = person.get(f"/my/recruitments/{row.id}/apply")
    page = person.submit(page, button="신청하기", **{**TYPED, "area_id": area, **typed})
    assert page.status == 200, page.errors
    return person


def test_a_call_is_made_announced_applied_to_drawn_and_its_member_appointed(
    app: Flask, staff: Person, clock: Clock, tmp_path: Any
) -> None:
    factories.area()
    page = staff.get(staff.get("/office/programmes/gu/recruitments").link("공개모집 만들기"))
    page = staff.submit(page, button="저장하기", **settings(clock))
    assert page.flashes == ["공개모집을 만들었습니다. 확인하고 공고해 주세요."]
    row = db.session.query(Recruitment).one()
    assert Person(app).status(f"/recruitments/{row.id}") == 404
    page = staff.submit(staff.get(page.link("공고하기")), button="공고하기")
    assert page.flashes == ["공개모집을 공고했습니다."]
    assert Person(app).get("/programmes/gu").table("공개모집")[0]["제목"] == "위원을 모집합니다"
    people = [apply(app, row, name=name, sex=sex) for name, sex in (("홍길동", "m"), ("김하나", "f"))]
    again = people[0].get(f"/my/recruitments/{row.id}/apply")
    twice = people[0].submit(again, button="신청하기", **{**TYPED, "area_id": factories.area().id})
    assert (twice.status, twice.errors) == (422, ["이미 신청하셨습니다. 한 사람이 한 번만 신청할 수 있습니다."])
    clock.offset += timedelta(days=9)
    for one in db.session.query(Application).order_by(Application.number).all():
        staff.submit(staff.get(f"/office/applications/{one.id}"), button="저장하기", verdict="eligible")
    page = staff.get(f"/office/recruitments/{row.id}")
    page = staff.submit(staff.get(page.link("추첨 명단 확정하기")), button="확정하기")
    assert page.flashes == ["추첨 명단을 확정하고 공개했습니다."]
    public = Person(app).get(f"/recruitments/{row.id}")
    assert public.has("SHA-256") and not public.has("홍길동")
    clock.offset += timedelta(days=3)
    for person in (staff, Person(app, factories.account(APPROVER_ROLE))):
        page = person.get(f"/office/recruitments/{row.id}/seed")
        wordy = person.submit(page, button="입력하기", seed="로또")
        assert (wordy.status, wordy.errors) == (422, ["나온 번호를 숫자로 입력해 주세요. 예: 3 11 15 29 35 44"])
        page = person.submit(page, button="입력하기", seed="11, 03")
    assert page.flashes == ["추첨했습니다."] and not page.has("홍길동")
    file = tmp_path / "lot.json"
    assert Person(app).get(f"/recruitments/{row.id}").has("작은 수부터 빈칸 하나씩")
    file.write_bytes(Person(app).client.get(f"/recruitments/{row.id}/lot.json").get_data())
    assert main(["lot", str(file)]) == 0
    _appoint(app, staff, row)


def _appoint(app: Flask, staff: Person, row: Recruitment) -> None:
    account = factories.account(COMMITTEE_ROLE, name="홍길동")
    page = staff.submit(
        staff.get(staff.get(f"/office/recruitments/{row.id}").link("위촉하기")), button="위촉하기", account=account.id
    )
    assert page.flashes[0] == "홍길동 님을 위촉했습니다."
    public = Person(app).get(f"/recruitments/{row.id}")
    assert public.has("1명을 위촉했습니다") and not public.has("홍○동") and not public.has("홍길동")
    assert db.session.query(CommitteeMember).one().appointed_on == row.term_starts_on


def test_withdrawing_erases_at_once_and_late_is_refused_in_words(app: Flask, clock: Clock) -> None:
    row = factories.recruitment()
    person = apply(app, row)
    one = db.session.query(Application).one()
    page = person.get(f"/my/applications/{one.id}")
    assert page.summary()["이름"] == "홍길동"
    page = person.submit(person.get(page.link("신청 철회하기")), button="철회하기")
    assert page.flashes == ["신청을 거두었고, 적으신 개인정보를 지웠습니다."]
    db.session.rollback()
    assert (one.state, one.name) == (rules.WITHDRAWN, None)
    assert person.status(f"/my/applications/{one.id}") == 404
    page = person.get(f"/my/recruitments/{row.id}/apply")
    clock.offset += timedelta(days=11)
    late = person.submit(page, button="신청하기", **{**TYPED, "area_id": factories.area().id})
    assert late.status == 422 and late.errors[0].startswith("지금은 신청을 받지 않습니다.")
    assert db.session.query(Application).count() == 1


def test_no_way_back_is_offered_that_would_be_refused_and_declining_says_what_is_erased(
    app: Flask, clock: Clock
) -> None:
    row, (who, unfit) = factories.recruitment(seats=2), (factories.resident() for _ in range(2))
    mine = factories.application(row, by=who, state=rules.ELIGIBLE)
    theirs = factories.application(row, by=unfit, state=rules.INELIGIBLE, reason="관외")
    for _ in range(2):
        factories.application(row, state=rules.ELIGIBLE)
    clock.offset += timedelta(days=10)
    services.fix(row, at=now(), by=SYSTEM)
    page = Person(app, who).get(f"/my/applications/{mine.id}")
    assert page.has("추첨할 때까지는 철회할 수 없습니다") and not page.has("신청 철회하기")
    person = Person(app, unfit)
    page = person.get(person.get(f"/my/applications/{theirs.id}").link("신청 철회하기"))
    assert person.submit(page, button="철회하기").flashes == ["신청을 거두었고, 적으신 개인정보를 지웠습니다."]
    clock.offset += timedelta(days=2)
    for take in (services.enter_seed, services.confirm_seed):
        take(row, "3", factories.account(STAFF_ROLE), at=now())
    person = Person(app, who)
    page = person.get(person.get(f"/my/applications/{mine.id}").link("자리 사양하기"))
    assert person.submit(page, button="사양하기").flashes == ["자리를 사양했고, 적으신 개인정보를 지웠습니다."]


def test_a_call_is_extended_and_cancelled_with_reasons_that_everybody_reads(
    app: Flask, staff: Person, clock: Clock
) -> None:
    row = factories.recruitment()
    url, public = f"/office/recruitments/{row.id}", f"/recruitments/{row.id}"
    later = {"closes_at": local(row.closes_at + timedelta(days=5)), "reason": "신청이 적음"}
    page = staff.get(staff.get(url).link("신청 연장하기"))
    unfit = staff.submit(page, button="연장하기", **later)
    assert (unfit.status, len(unfit.errors)) == (422, 1), "the draw would come before the end"
    later["draw_on"] = (row.draw_on + timedelta(days=7)).isoformat()
    assert staff.submit(page, button="연장하기", **later).flashes == ["신청을 연장했습니다. 신청한 분들께 알립니다."]
    assert Person(app).get(public).has("까닭: 신청이 적음")
    page = staff.get(staff.get(url).link("공개모집 취소하기"))
    done = staff.submit(page, button="취소하기", reason="잘못 공고함")
    assert done.flashes == ["공개모집을 취소했습니다. 신청한 분들께 알립니다."]
    ways = ("추첨일 다시 공고하기", "신청 연장하기", "공개모집 취소하기", "추천 넣기")
    assert not any(done.has(way) for way in ways)
    seen = Person(app).get(public)
    assert seen.has("까닭: 잘못 공고함") and seen.has("취소됨") and not seen.has("지금 신청할 수 있습니다")


def test_staff_are_warned_as_soon_as_the_draw_could_pass_the_limit_of_the_sexes(app: Flask, staff: Person) -> None:
    row = factories.recruitment(seats=20, per_dong=10)
    for _ in range(12):
        factories.recommendation(row)
    other = factories.area("doksan", "dong", "독산동", "Doksan-dong").id
    typed = {"area_id": other, "recommended_by": "주민자치회", "birth_year": "1960", "sex": "m", "name": "하나"}
    page = staff.submit(staff.get(f"/office/recruitments/{row.id}/recommendations/new"), button="추천 넣기", **typed)
    assert page.flashes == ["추천을 넣었습니다.", "추첨 결과에 따라 한 성별이 전체의 한도를 넘을 수 있습니다."]
    assert page.has("전체의 한도 24명을 넘을 수 있습니다")
    assert staff.get("/office/programmes/gu/members").has("공개모집에서 적어도 1명")


def test_an_erased_call_offers_no_step_that_would_be_refused(app: Flask, staff: Person, clock: Clock) -> None:
    row = factories.recruitment(kept_days=1)
    factories.application(row)
    url, ways = f"/office/recruitments/{row.id}", ("추첨 명단 확정하기", "추첨일 다시 공고하기")
    clock.offset += timedelta(days=14)
    assert all(staff.get(url).has(way) for way in ways)
    page = staff.get(f"{url}/fix")
    services.erase(row, at=now(), by=SYSTEM)
    assert not any(staff.get(url).has(way) for way in ways)
    late = staff.submit(page, button="확정하기")
    assert (late.status, len(late.errors)) == (422, 1) and late.errors[0].startswith("보관 기간이 지나")


def test_what_is_missing_or_unfit_is_said_at_its_field_and_nothing_is_kept(
    app: Flask, staff: Person, clock: Clock
) -> None:
    row, person = factories.recruitment(), Person(app, factories.resident())
    page = person.get(f"/my/recruitments/{row.id}/apply")
    empty = person.submit(page, button="신청하기")
    assert (empty.status, len(empty.errors)) == (422, 7)
    typed = {**TYPED, "area_id": factories.area().id}
    for field, value in (("birth_year", "850101"), ("phone", "12"), ("sex", "x")):
        form = person.get(f"/my/recruitments/{row.id}/apply").form(button="신청하기")
        data = {**form.data, **{name: [one] for name, one in typed.items()}, field: [value]}
        assert person.post(f"/my/recruitments/{row.id}/apply", data).status == 422
    assert db.session.query(Application).count() == 0
    page = staff.get("/office/programmes/gu/recruitments/new")
    wrong = staff.submit(page, button="저장하기", **settings(clock, youth_least="2"))
    assert (wrong.status, wrong.errors) == (422, ["공개모집 자리보다 많을 수 없습니다."])
    day = seoul_day(clock.now()).isoformat()
    wrong = staff.submit(page, button="저장하기", **settings(clock, draw_on=day))
    assert (wrong.status, len(wrong.errors)) == (422, 1)
    one = factories.application(row)
    undecided = staff.submit(staff.get(f"/office/applications/{one.id}"), button="저장하기", verdict="ineligible")
    assert (undecided.status, undecided.errors) == (422, ["자격이 되지 않는 까닭을 써 주세요."])
    db.session.rollback()
    assert (db.session.query(Recruitment).count(), one.state) == (1, rules.SUBMITTED)


def test_a_recommendation_is_entered_appointed_and_the_third_of_a_dong_refused(app: Flask, staff: Person) -> None:
    row, area = factories.recruitment(), factories.area()
    typed = {"area_id": area.id, "recommended_by": "가산동 주민자치회", "birth_year": "1960", "sex": "f"}
    url = f"/office/recruitments/{row.id}/recommendations/new"
    for name in ("하나", "둘"):
        page = staff.submit(staff.get(url), button="추천 넣기", name=name, **typed)
        assert page.flashes == ["추천을 넣었습니다."]
    third = staff.submit(staff.get(url), button="추천 넣기", name="셋", **typed)
    assert (third.status, third.errors) == (422, ["이 동에서 추천할 수 있는 2명을 모두 추천했습니다."])
    account = factories.account(COMMITTEE_ROLE, name="하나")
    done = staff.submit(staff.get(page.link("위촉하기")), button="위촉하기", account=account.id)
    assert done.flashes[0] == "하나 님을 위촉했습니다."
    assert (db.session.query(CommitteeMember).one().route, len(done.table("추천"))) == ("recommended", 2)


def test_letters_are_printed_and_their_number_shows_no_more_than_the_letter(app: Flask, staff: Person) -> None:
    member = factories.member(name="홍길동")
    page = staff.get("/office/programmes/gu/members")
    answer = page.form(button="모두의 위촉장 만들기").submit(staff.client)
    assert answer.mimetype == "application/pdf" and answer.get_data().startswith(b"%PDF")
    one = page.form(action=f"/members/{member.id}/letter").submit(staff.client)
    assert one.get_data() == answer.get_data()  # the same, and with the same number
    db.session.rollback()
    checked = Person(app).get(f"/letters?number={str(member.letter_number).lower()}")
    assert checked.has("맞는 위촉장입니다") and checked.has("홍○동") and not checked.has("홍길동")
    assert Person(app).get("/letters?number=2026-AAAA-AAAA-AAAA").has("이런 번호의 위촉장은 없습니다")


def test_on_a_letter_stand_its_number_the_name_and_the_last_day_of_the_term(
    staff: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read where they are drawn: in the file itself the letters are numbers of a font that is cut to size."""
    drawn: list[str] = []
    draw = Canvas.drawCentredString

    def read(canvas: Canvas, x: float, y: float, text: str, *more: Any, **named: Any) -> Any:
        drawn.append(text)
        return draw(canvas, x, y, text, *more, **named)

    monkeypatch.setattr(Canvas, "drawCentredString", read)
    member = factories.member(name="홍길동")
    page = staff.get("/office/programmes/gu/members")
    page.form(action=f"/members/{member.id}/letter").submit(staff.client)
    db.session.rollback()
    last = member.term_ends_on - timedelta(days=1)
    assert f"제 {member.letter_number} 호" in drawn and "홍길동" in drawn
    term = next(line for line in drawn if line.startswith("임기: "))
    days = [str(number) for one in (member.appointed_on, last) for number in (one.year, one.month, one.day)]
    assert re.findall("[0-9]+", term) == days


def test_the_fee_sheet_is_the_same_on_the_page_and_in_the_file_and_runs_no_formula(app: Flask, staff: Person) -> None:
    meeting = factories.meeting(factories.round_(running=rounds.COMMITTEE_VOTE), state="ended")
    for name in ("=1+1", "홍길동"):
        factories.attendance(meeting, factories.member(name=name))
    year = seoul_day(meeting.opened_at or now()).year
    book = load_workbook(io.BytesIO(staff.client.get(f"/office/programmes/gu/fees/{year}.xlsx").get_data()))
    warning, line = book.worksheets[0].cell(2, 1).value, [cell.value for cell in book.worksheets[0][4]]
    assert "단가가 없는 날" in warning and line == ["=1+1", None, 1, 0], "empty, as nobody knows yet how much it is"
    page = staff.get(f"/office/programmes/gu/fees/{year}")
    page = staff.submit(
        staff.get(page.link("단가 정하기")), from_on=f"{year}-01-01", rate_won="7만원", button="저장하기"
    )
    assert page.flashes == ["단가를 정했습니다."]
    again = staff.submit(
        staff.get("/office/programmes/gu/fees/rates"), from_on=f"{year}-01-01", rate_won="8만원", button="저장하기"
    )
    assert (again.status, len(again.errors)) == (422, 1)
    budget = staff.get(f"/office/programmes/gu/fees/{year}/budget")
    page = staff.submit(budget, budget_won="1,524만원", button="저장하기")
    assert [line["금액"] for line in page.table("위원별 참석수당")] == ["70,000원", "70,000원"]
    assert page.has("140,000원") and page.has("15,100,000원")
    book = load_workbook(io.BytesIO(staff.client.get(f"/office/programmes/gu/fees/{year}.xlsx").get_data()))
    sheet = book.worksheets[0]
    again_made = staff.client.get(f"/office/programmes/gu/fees/{year}.xlsx").get_data()
    assert again_made == staff.client.get(f"/office/programmes/gu/fees/{year}.xlsx").get_data()
    names = [(sheet.cell(row, 1).value, sheet.cell(row, 1).data_type) for row in (4, 5)]
    assert names == [("=1+1", "s"), ("홍길동", "s")]
    column = sheet.max_column
    assert [sheet.cell(row, column).value for row in (4, 5, 6, 7, 8)] == [
        70_000,
        70_000,
        140_000,
        15_240_000,
        15_100_000,
    ]
    assert staff.status("/office/programmes/gu/fees/1999") == 404
    fees.set_budget(meeting.round.programme, year=year, budget_won=1, at=now(), by=SYSTEM)
    assert staff.get(f"/office/programmes/gu/fees/{year}").has("예산을 139,999원 넘었습니다.")


def test_a_year_with_two_rates_pays_each_meeting_by_its_own_on_the_page_and_in_the_file(
    app: Flask, staff: Person
) -> None:
    year, programme = seoul_day(now()).year, factories.programme()
    member = factories.member(name="홍길동")
    for month in (3, 9):
        meeting = factories.meeting(factories.round_(running=rounds.COMMITTEE_VOTE), state="ended")
        meeting.opened_at = datetime(year, month, 1, 14, tzinfo=SEOUL)
        factories.attendance(meeting, member)
    for month, rate_won in ((6, 80_000), (1, 70_000)):
        rate = {"rate_won": rate_won, "least_items": 1, "counts_recused": True}
        fees.set_rate(programme, from_on=date(year, month, 1), **rate, at=now(), by=SYSTEM)
    line = staff.get(f"/office/programmes/gu/fees/{year}").table("위원별 참석수당")[0]
    assert line["금액"] == "150,000원" and "70,000원" in str(line) and "80,000원" in str(line)
    book = load_workbook(io.BytesIO(staff.client.get(f"/office/programmes/gu/fees/{year}.xlsx").get_data()))
    row = [cell.value for cell in book.worksheets[0][4]]
    assert row == ["홍길동", 70_000, 80_000, 2, 150_000]
