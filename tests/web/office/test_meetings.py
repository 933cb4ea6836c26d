"""The general meeting at the office's table."""

from datetime import timedelta

import pytest
from flask import Flask

from app.audit.models import SYSTEM
from app.clock import SEOUL, Clock, now
from app.committee import queries, rules
from app.committee.models import Attendance, GeneralMeeting
from app.database import db
from app.people.models import APPROVER_ROLE, COMMITTEE_ROLE, DEPARTMENT_ROLE, STAFF_ROLE
from app.results import services
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.actors import Person
from tests.ballots.elections import move_past, open_box, picks, published, seated
from tests.page import Page
from tests.results.elections import pour, publish, voted


@pytest.fixture
def round_(app: Flask) -> Round:
    return factories.round_(state=rounds.BALLOT_PUBLISHED, running=rounds.COMMITTEE_VOTE)


@pytest.fixture
def staff(app: Flask) -> Person:
    return Person(app, factories.account(STAFF_ROLE))


def page_of(round_: Round, step: str = "") -> str:
    return f"/office/rounds/{round_.id}/meeting{step}"


def local(days: int = 0) -> str:
    return (now() + timedelta(days=days)).astimezone(SEOUL).strftime("%Y-%m-%dT%H:%M")


def buttons(page: Page) -> set[str]:
    return {one.get_text(strip=True) for one in page.soup.select("main button, main a.button")}


def press(person: Person, page: Page, action: str) -> Page:
    return Page(page.form(action=action).submit(person.client, follow_redirects=True))


def test_a_meeting_is_planned_and_moved(staff: Person, round_: Round) -> None:
    plan = staff.get(staff.get(page_of(round_)).link("총회 잡기"))
    page = staff.submit(plan, button="저장하기", place="구청 대강당", starts_at=local())
    assert page.has("구청 대강당")
    moved = staff.submit(staff.get(page.link("때와 장소 바꾸기")), button="저장하기", place="구의회")
    assert moved.has("구의회")
    assert db.session.query(GeneralMeeting).count() == 1


@pytest.mark.parametrize(
    ("place", "starts_at", "words"),
    [
        ("", 0, "장소를 써 주세요."),
        ("가" * 121, 0, "120자까지 쓸 수 있습니다. 지금 121자이니 1자를 줄여 주세요."),
        ("대강당", "", "여는 때를 입력해 주세요."),
        ("대강당", "내일", "날짜와 시각을 확인해 주세요. 예: 2026-09-19 18:00"),
        ("대강당", -30, "지금은 총회 위원 투표 기간이 아닙니다."),
    ],
)
def test_a_wrong_notice_is_answered_at_its_field_and_keeps_what_was_typed(
    staff: Person, round_: Round, place: str, starts_at: str | int, words: str
) -> None:
    """`starts_at`: as typed, or so many days from now."""
    starts_at = local(starts_at) if isinstance(starts_at, int) else starts_at
    page = staff.submit(staff.get(page_of(round_, "/plan")), button="저장하기", place=place, starts_at=starts_at)
    assert page.status == 422
    assert page.errors[0].startswith(words)
    assert page.form(button="저장하기").data["place"] == [place]
    assert db.session.query(GeneralMeeting).count() == 0


def test_the_quorum_is_in_view_and_opens_the_meeting(staff: Person, round_: Round) -> None:
    meeting, members = seated(round_, 3, 1, rules.PLANNED)
    page = staff.get(page_of(round_))
    assert page.summary() == {"재적": "3명", "필요": "2명", "참석": "1명"}
    assert page.has("의사정족수에 1명 모자랍니다")
    page = press(staff, page, f"/members/{members[1].id}/arrive")
    assert page.summary()["참석"] == "2명"
    page = press(staff, page, "/meeting/open")
    assert page.flashes[0].startswith("총회를 열었습니다")
    page = press(staff, page, f"/members/{members[1].id}/leave")
    assert page.has("의사정족수에 1명 모자랍니다")
    end = staff.get(page.link("총회 마치기"))
    assert end.has("참석 2명 가운데 2명이 아직 투표하지 않았습니다.")
    done = staff.submit(end, button="총회 마치기")
    assert done.has("마칠 때 재적 3명 가운데 1명이 있었습니다.")
    assert not done.soup.select("main form")


def test_geumcheon_2013_a_meeting_of_18_of_40_has_no_button_and_no_way_in(staff: Person, round_: Round) -> None:
    meeting, _ = seated(round_, 40, 18, rules.PLANNED)
    page = staff.get(page_of(round_))
    assert page.summary() == {"재적": "40명", "필요": "21명", "참석": "18명"}
    assert "총회 열기" not in [button.get_text() for button in page.soup.find_all("button")]
    token = page.form(action=f"/members/{queries.list_at_the_door(meeting, now())[0].member.id}/leave").data
    answer = staff.post(page_of(round_, "/open"), token)
    assert (answer.status, answer.has("재적 40명 가운데 21명이 있어야 하는데 지금 18명입니다")) == (409, True)
    assert queries.get_meeting(round_.id).state == rules.PLANNED


def test_before_the_committees_phase_there_is_no_button_and_the_page_says_when(app: Flask, staff: Person) -> None:
    round_ = factories.round_(state=rounds.BALLOT_PUBLISHED, running=rounds.VOTING)
    _, (member, *_) = seated(round_, 3, 3, rules.PLANNED)
    page = staff.get(page_of(round_))
    assert buttons(page) == {"때와 장소 바꾸기", "소집 통지 다시 보내기", "열지 않기로 하기", "나감 확인"}
    assert page.has("총회는 투표 대상을 공표한 뒤 위원 투표 기간에만 열 수 있습니다")
    token = page.form(action=f"/members/{member.id}/leave").data
    answer = staff.post(page_of(round_, "/open"), token)
    assert (answer.status, answer.has("지금은 총회 위원 투표 기간이 아닙니다.")) == (409, True)
    answer = staff.submit(staff.get(page_of(round_, "/not-held")), button="유회로 기록하기")
    assert (answer.status, answer.has("아직 열 수 있습니다.")) == (409, True)
    assert queries.get_meeting(round_.id).state == rules.PLANNED


def test_geumcheon_2013_a_phase_that_went_by_without_a_quorum_can_be_closed(
    app: Flask, clock: Clock, staff: Person
) -> None:
    """The round is closed and counted without the committee's votes, and everybody is told why."""
    round_ = published(clock, running=rounds.COMMITTEE_VOTE)
    seated(round_, 40, 18, rules.PLANNED)
    pour(round_, rounds.RESIDENTS, [picks(round_)] * 3)
    move_past(clock, round_, rounds.COMMITTEE_VOTE)
    page = staff.get(page_of(round_))
    assert buttons(page) == {"유회로 기록하기", "참석 확인", "나감 확인"}
    page = staff.submit(staff.get(page.link("유회로 기록하기")), button="유회로 기록하기")
    assert page.has("열리지 못함(유회)") and page.has("기록할 때 재적 40명 가운데 18명이 있었습니다.")
    assert buttons(page) == set()
    close = staff.get(f"/office/rounds/{round_.id}/count/close")
    assert close.has("총회가 열리지 못해 위원 표가 한 장도 없습니다")
    staff.submit(close, button="마감하기")
    open_box(round_)
    publish(services.count_round(db.session.get_one(Round, round_.id), at=now(), by=SYSTEM))
    assert Person(app).get(f"/results/{round_.id}").has("총회가 열리지 못해 위원 표가 없습니다.")
    assert Person(app, locale="en").get(f"/results/{round_.id}").has("The general meeting could not be held")


def test_closing_after_a_meeting_at_which_nobody_voted_says_so(clock: Clock, staff: Person) -> None:
    silent, heard = voted(clock, committee=[]), voted(clock)
    assert staff.get(f"/office/rounds/{silent.id}/count/close").has("총회를 마쳤는데 위원 표가 한 장도 없습니다")
    assert not staff.get(f"/office/rounds/{heard.id}/count/close").has("위원 표가 한 장도 없습니다")


def test_a_stale_page_after_the_end_changes_nothing(staff: Person, round_: Round) -> None:
    meeting, members = seated(round_, 3, 2)
    stale = staff.get(page_of(round_))
    staff.submit(staff.get(page_of(round_, "/end")), button="총회 마치기")
    before = db.session.query(Attendance).filter(Attendance.left_at.is_not(None)).count()
    answer = press(staff, stale, f"/members/{members[0].id}/leave")
    assert (answer.status, answer.has("그 사이에 회의의 상태가 바뀌었습니다")) == (409, True)
    assert db.session.query(Attendance).filter(Attendance.left_at.is_not(None)).count() == before
    assert staff.status(page_of(round_, "/end")) == 409


@pytest.mark.parametrize("role", [COMMITTEE_ROLE, DEPARTMENT_ROLE])
def test_it_is_staffs_page(app: Flask, round_: Round, role: str) -> None:
    seated(round_, 2, 2, rules.PLANNED)
    person = Person(app, factories.account(role))
    assert [person.status(page_of(round_, step)) for step in ("", "/plan", "/end")] == [404] * 3


def test_an_approver_looks_and_changes_nothing(app: Flask, round_: Round) -> None:
    seated(round_, 2, 2, rules.PLANNED)
    approver = Person(app, factories.account(APPROVER_ROLE))
    assert not approver.get(page_of(round_)).soup.select("main form")
    assert [approver.status(page_of(round_, step)) for step in ("/plan", "/end")] == [404] * 2


def test_staff_of_another_programme_find_nothing(app: Flask, round_: Round) -> None:
    seated(round_, 2, 2, rules.PLANNED)
    other = Person(app, factories.account(STAFF_ROLE, of=factories.programme("other")))
    assert [other.status(page_of(round_, step)) for step in ("", "/plan", "/end")] == [404] * 3
