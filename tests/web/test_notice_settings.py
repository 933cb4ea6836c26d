"""How people choose by what they are told, give a mail address, and end mails by the link in them."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.adapters.mail import SmtpMailer
from app.clock import Clock, now, seoul_day
from app.database import db
from app.notices import delivery_queries as queries
from app.notices import kinds
from app.notices.delivery_rules import DIGEST, MAIL, NONE, SMS, Person
from app.notices.letter_models import About, LetterTemplate, NoticeWish
from app.notices.models import Message
from app.people.models import APPROVER_ROLE, COMMITTEE_ROLE, DEPARTMENT_ROLE, STAFF_ROLE, MailAddress, Resident
from app.rounds import rules as rounds
from app.web.unsubscribing import address_for
from tests import factories
from tests.actors import Person as Visitor
from tests.notices.going_out import ADDRESS, PHONE, give_address, proposal, set_hour, tell, tick
from tests.page import Page
from tests.post import Post, running_post

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # both: tests/notices, tests/people
SETTINGS = "/my/notices/settings"


@pytest.fixture
def post(app: Flask) -> Iterator[Post]:
    with running_post() as post:
        app.extensions["mailer"] = SmtpMailer(post.settings())
        yield post


def wishes() -> list[dict[str, str]]:
    db.session.rollback()
    return [one.ways for one in db.session.query(NoticeWish)]


def stopped() -> int:
    db.session.rollback()
    return db.session.query(NoticeWish).filter(NoticeWish.mail_stopped_at.is_not(None)).count()


def code_in(post: Post) -> str:
    found = re.search(r"\d{6}", post.taken[-1].get_content())
    assert found
    return found[0]


def test_somebody_gives_an_address_confirms_it_by_mail_chooses_and_removes_it(app: Flask, post: Post) -> None:
    visitor = Visitor(app, factories.resident())
    page = visitor.get(SETTINGS)
    assert page.has("주지 않으셔도 됩니다") and page.has("지금은 고르실 것이 없습니다.")
    page = visitor.submit(page, button="인증번호 받기", address=ADDRESS)
    assert post.recipients == [ADDRESS] and "List-Unsubscribe" not in post.taken[0], "nobody subscribed to a code"
    wrong = visitor.submit(page, button="메일 주소 확인하기", code="000000" if code_in(post) != "000000" else "1" * 6)
    assert wrong.status == 422 and wrong.has("4번 더 입력할 수 있습니다")
    page = visitor.submit(wrong, button="메일 주소 확인하기", code=code_in(post))
    assert page.has("메일 주소를 확인했습니다.") and page.has(ADDRESS)
    ways = page.form(button="저장하기").data
    assert (ways[kinds.VISIT_PLANNED], ways[kinds.SUBMITTED]) == ([MAIL], [DIGEST])
    page = visitor.submit(page, button="저장하기", visit_planned=NONE, language="en")
    assert page.has("저장했습니다.") and wishes()[0][kinds.VISIT_PLANNED] == NONE
    page = visitor.submit(page, button="메일 주소 지우기")
    assert page.has("메일 주소를 지웠습니다.") and db.session.query(MailAddress).count() == 0


def test_who_confirms_an_address_on_english_pages_gets_english_mails_and_may_choose_before_they_have_one(
    app: Flask, post: Post
) -> None:
    of = proposal()
    visitor = Visitor(app, of.resident, "en")
    page = visitor.get(SETTINGS)
    assert page.form(button="Save").data["language"] == ["en"]
    page = visitor.submit(page, button="Get a code", address=ADDRESS)
    visitor.submit(page, button="Confirm the mail address", code=code_in(post))
    tell(of, kinds.VISIT_PLANNED, visit_on="2026-06-10")
    tick(app)
    assert "set out: Wed 10 June 2026" in post.taken[-1].get_content()


@pytest.mark.parametrize("typed", ["hong", "hong@home.example\nBcc: all@home.example"])
def test_what_is_no_address_is_said_at_its_field_and_nothing_goes(app: Flask, post: Post, typed: str) -> None:
    visitor = Visitor(app, factories.resident())
    page = visitor.submit(visitor.get(SETTINGS), button="인증번호 받기", address=typed)
    assert page.status == 422 and page.has("메일 주소를 다시 확인해 주세요.")
    assert (post.taken, db.session.query(Message).count()) == ([], 0)


def test_only_what_can_be_is_offered_and_anything_else_is_refused(app: Flask, post: Post) -> None:
    visitor = Visitor(app, factories.resident_by_phone(PHONE))
    page = visitor.get(SETTINGS)
    form = page.form(button="저장하기")
    assert kinds.SUBMITTED not in form.data and form.data[kinds.LEFT_OUT] == [SMS]
    form.data[kinds.LEFT_OUT] = ["mail"]
    sent = {**{name: values[0] for name, values in form.data.items()}, "act": "save"}
    assert visitor.post(SETTINGS, sent).status == 422 and wishes() == []


def test_without_a_mail_server_no_page_asks_for_an_address(app: Flask) -> None:
    page = Visitor(app, factories.resident()).get(SETTINGS)
    assert not page.has("메일 주소 확인") and not page.has("주지 않으셔도 됩니다")


def test_what_has_a_deadline_is_said_to_stay_on_the_site(app: Flask) -> None:
    page = Visitor(app, factories.resident()).get(SETTINGS)
    assert page.has("문자나 메일을 받지 않으셔도 사이트의 ‘내 알림’에서 꼭 확인해 주세요:")
    assert page.has("현장심사 결과와 답변") and not page.has("끌 수 없는")


def test_officers_and_members_find_what_they_are_told_of_and_others_nothing(app: Flask, post: Post) -> None:
    officer, member = factories.account(DEPARTMENT_ROLE), factories.account(COMMITTEE_ROLE)
    check = factories.proposal(factories.round_(running=rounds.DEPARTMENT_CHECK), title="쉼터")
    factories.notice(kinds.CHECK_DUE_SOON, officer, check, due_on="2026-06-10")
    visitor = Visitor(app, officer)
    page = visitor.get("/staff/notices")
    assert page.has("내 알림 (새 알림 1개)") and page.has("검토 의견을 2026년 6월 10일(수)까지 내 주세요.")
    page = visitor.submit(page, button="모두 읽음으로 표시")
    assert not page.has("새 알림")
    assert not Visitor(app, member).get("/staff/notices").has("쉼터")
    settings = "/staff/notices/settings"
    assert visitor.get(settings).has("부서 검토 기한이 오늘")
    assert Visitor(app, member).get(settings).has("내지 않은 채점표")
    assert Visitor(app, factories.account(STAFF_ROLE)).get(settings).has("이의신청이 들어옴")
    assert not Visitor(app, factories.account(APPROVER_ROLE)).get(settings).has("꼭 확인해 주세요:")


# Unsubscribing


def link_of(app: Flask, resident: Resident) -> str:
    with app.test_request_context():
        return address_for(Person(resident.id)).removeprefix("http://localhost")


def mail_program(app: Flask) -> FlaskClient:
    """Neither a cookie nor a form of ours."""
    return app.test_client(use_cookies=False)


def test_the_button_of_a_mail_program_ends_the_mails_and_a_fetch_ends_nothing(app: Flask, post: Post) -> None:
    mine = proposal()
    give_address(app, mine.resident)
    tell(mine, kinds.VISIT_PLANNED, visit_on=seoul_day(now()))
    tick(app)
    link = post.taken[0]["List-Unsubscribe"].strip("<> ").removeprefix("http://localhost")
    page = Page(mail_program(app).get(link))
    assert page.has("로그인하지 않으셔도 됩니다.") and stopped() == 0
    for _ in range(2):
        answer = mail_program(app).post(link, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert stopped() == 1
    tell(mine, kinds.VISIT_PLANNED, visit_on=seoul_day(now()))
    tick(app)
    assert len(post.taken) == 1


def test_a_person_does_it_by_the_page_and_finds_it_in_their_settings(app: Flask, post: Post) -> None:
    resident = factories.resident()
    give_address(app, resident)
    stranger = Visitor(app)
    page = stranger.submit(stranger.get(link_of(app, resident)), button="메일 그만 받기")
    assert page.has("이제 이 주소로 알림 메일을 보내지 않습니다.") and stopped() == 1
    own = Visitor(app, resident)
    page = own.get(SETTINGS)
    assert page.has("메일을 그만 받기로 하셨습니다.")
    assert page.form(button="저장하기").data[kinds.SUBMITTED] == [NONE]
    own.submit(page, button="저장하기", proposal_submitted=DIGEST)
    assert stopped() == 0


@pytest.mark.parametrize("token", ["x", "a.b.c", "00", "00" * 40])
def test_a_link_that_we_did_not_make_leads_nowhere_and_ends_nothing(app: Flask, token: str) -> None:
    cut_short = link_of(app, factories.resident())[:-2]
    for forged in (f"/unsubscribe/{token}", cut_short):
        assert [seen(app, act, forged)[0] for act in ("get", "post")] == [404, 404]
    assert stopped() == 0


def test_a_link_says_nothing_of_who_it_is(app: Flask) -> None:
    one, other = factories.resident(), factories.resident()
    assert seen(app, "get", link_of(app, one)) == seen(app, "get", link_of(app, other))
    assert link_of(app, one) != link_of(app, one) and len(link_of(app, one)) == len(link_of(app, other))


def seen(app: Flask, act: str, address: str) -> tuple[int, bytes]:
    """But for the address itself, and the form's token."""
    answer = getattr(mail_program(app), act)(address)
    return answer.status_code, re.sub(rb'csrf_token" value="[^"]+|/unsubscribe/[^"&]+', b"", answer.data)


def test_no_other_address_takes_a_post_without_a_token(app: Flask) -> None:
    assert app.extensions["csrf"]._exempt_views == {"app.web.public.unsubscribe.unsubscribe"}


# What staff see


def test_staff_see_what_did_not_go_and_why_and_have_it_sent_anew_and_not_to_whom(
    app: Flask, clock: Clock, post: Post
) -> None:
    set_hour(clock, 12)
    mine = proposal(by=factories.resident(name="홍길동"))
    give_address(app, mine.resident)
    post.refused[ADDRESS] = "550 5.1.1 nobody"
    tell(mine, kinds.VISIT_PLANNED, visit_on=seoul_day(now()))
    tick(app)
    staff = Visitor(app, factories.account(STAFF_ROLE))
    page = staff.get(f"/office/rounds/{mine.round_id}/deliveries")
    assert page.has("이 번호나 주소로는 갈 수 없음 (1번 보냄)") and page.has(f"접수번호 {mine.number}")
    assert not page.has("홍길동") and not page.has(ADDRESS) and not page.has("쉼터")
    post.refused.clear()
    late, page = page, staff.submit(page, button="다시 보내기")
    assert page.has("1통을 다시 보냅니다.") and page.has("보낼 차례를 기다림")
    tick(app)
    assert post.recipients == [ADDRESS]
    assert staff.get(f"/office/proposals/{mine.id}").has("메일: 보냄 (1)")
    late = staff.submit(late, button="다시 보내기")
    assert late.status == 409 and late.has("다시 보낼 것이 없습니다.")
    assert queries.tally(About(mine.round_id)) == (0, 0, 1, 0)


def test_staff_word_sms_and_subject_see_their_length_and_a_fault_at_its_field(app: Flask) -> None:
    staff = Visitor(app, factories.account(STAFF_ROLE, of=factories.programme()))
    address = f"/office/programmes/gu/notices/{kinds.LEFT_OUT}"
    page = staff.submit(staff.get(address), button="미리 보기", sms_ko="‘{제목}’ 제외", subject_ko="결과: {제목}")
    assert (
        page.has("‘골목 쉼터 만들기’ 제외")
        and page.has("25바이트(90바이트까지)")
        and page.has("결과: 골목 쉼터 만들기")
    )
    assert page.has("메일 그만 받기: http://localhost/…")
    page = staff.submit(page, button="저장하기", sms_ko="{이름}", sms_en="x" * 91, subject_en="{제목")
    assert page.status == 422 and page.has("‘{이름}’이라는 항목은 없습니다.")
    assert page.has("문자 한 통은 90바이트까지입니다") and page.has("‘{제목’에 있는 중괄호가 짝이 맞지 않습니다.")
    assert db.session.query(LetterTemplate).count() == 0
    page = staff.submit(page, button="저장하기", sms_ko="‘{제목}’ 제외", sms_en="{제목}: no", subject_en="No: {제목}")
    saved = db.session.query(LetterTemplate).one()
    assert (saved.sms_ko, saved.subject_en) == ("‘{제목}’ 제외", "No: {제목}")
    assert staff.get(f"/office/programmes/gu/notices/{kinds.SUBMITTED}").has("이 알림은 문자로 보내지 않습니다.")
