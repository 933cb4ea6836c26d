"""The committee's roll."""

from datetime import date, timedelta

import pytest
from flask import Flask

from app.audit.models import AuditLine
from app.clock import now, seoul_day
from app.committee import rules
from app.committee.models import CommitteeMember
from app.database import db
from app.people.models import APPROVER_ROLE, COMMITTEE_ROLE, STAFF_ROLE
from app.recruitment import rules as calls
from tests import factories
from tests.actors import Person


@pytest.fixture
def staff(app: Flask) -> Person:
    return Person(app, factories.account(STAFF_ROLE))


def test_a_member_is_appointed_and_dismissed(staff: Person) -> None:
    account = factories.account(COMMITTEE_ROLE, name="이위원")
    page = staff.get(staff.get("/office/programmes/gu/members").link("위원 위촉하기"))
    today = seoul_day(now())
    listed = staff.submit(
        page,
        button="위촉하기",
        account=account.id,
        route="open_call",
        sex="f",
        birth_year="1980",
        appointed_on=today.isoformat(),
        term_ends_on=(today + timedelta(730)).isoformat(),
    )
    assert listed.flashes == ["이위원 님을 위촉했습니다."]
    assert listed.table("지금 위원")[0]["이름"] == "이위원"
    dismiss = staff.get(listed.link("해촉하기"))
    left = staff.submit(dismiss, button="해촉하기", on=today.isoformat(), ground="own_wish", reason="본인 요청")
    assert left.table("지금 위원") == []
    assert left.table("임기가 아닌 위원")[0]["이름"] == "이위원"


def sitting_until(day: date) -> CommitteeMember:
    member = factories.member(name="이위원")
    member.appointed_on, member.term_ends_on = day - timedelta(700), day
    db.session.commit()
    return member


def test_who_sits_is_appointed_today_for_the_term_that_follows(staff: Person) -> None:
    ends = seoul_day(now()) + timedelta(30)
    typed = {"account": sitting_until(ends).account_id, "route": "open_call", "sex": "f", "birth_year": "1980"}
    typed["term_ends_on"] = (ends + timedelta(700)).isoformat()
    page = staff.get("/office/programmes/gu/members/new")
    early = staff.submit(page, button="위촉하기", appointed_on=(ends - timedelta(1)).isoformat(), **typed)
    assert (early.status, early.errors) == (422, ["이 기간에 이미 위촉되어 있는 위원입니다."])
    assert db.session.query(CommitteeMember).count() == 1
    done = staff.submit(page, button="위촉하기", appointed_on=ends.isoformat(), **typed)
    assert done.flashes[0] == "이위원 님을 위촉했습니다."
    assert len(done.table("지금 위원")) == len(done.table("임기가 시작될 위원")) == 1
    assert done.form(action=f"/members/{done_id()}/letter").submit(staff.client).mimetype == "application/pdf"
    undo = staff.get(f"/office/members/{done_id()}/dismiss")
    left = staff.submit(undo, button="해촉하기", ground="own_wish", reason="기간을 잘못 적음")
    assert (
        left.flashes == ["이위원 님을 해촉했습니다."] and "시작하지 않음" in left.table("임기가 아닌 위원")[0]["임기"]
    )


def done_id() -> int:
    """Of whom was appointed last."""
    db.session.rollback()
    return db.session.query(CommitteeMember).order_by(CommitteeMember.id.desc()).first().id


def test_whose_term_ends_soon_is_listed_with_its_last_day_and_renewed_from_what_is_known(staff: Person) -> None:
    member = sitting_until(seoul_day(now()) + timedelta(60))
    member.sex, member.is_vulnerable = "f", True
    db.session.commit()
    page = staff.get("/office/programmes/gu/members")
    (line,) = page.table("임기가 곧 끝나는 위원")
    last = member.term_ends_on - timedelta(1)
    assert f"~ {last.year}년 {last.month}월 {last.day}일(" in line["임기"] == page.table("지금 위원")[0]["임기"]
    done = staff.submit(staff.get(page.link("연임으로 위촉하기")), button="연임으로 위촉하기")
    assert done.flashes == ["이위원 님을 연임으로 위촉했습니다."]
    assert len(done.table("임기가 시작될 위원")) == 1 and not done.has("임기가 곧 끝나는 위원")
    renewed = db.session.get_one(CommitteeMember, done_id())
    assert (renewed.appointed_on, renewed.sex, renewed.is_vulnerable) == (member.term_ends_on, "f", True)


def test_who_applies_while_sitting_is_appointed_for_the_term_of_the_call(staff: Person) -> None:
    row = factories.recruitment()
    one, member = factories.recommendation(row), sitting_until(row.term_starts_on)
    page = staff.get(f"/office/recommendations/{one.id}/appoint")
    done = staff.submit(page, button="위촉하기", account=member.account_id)
    assert done.flashes[0] == "이위원 님을 위촉했습니다."


def test_beside_a_call_somebody_is_appointed_with_a_reason_and_none_of_its_seats(staff: Person) -> None:
    row, today = factories.recruitment(seats=19), seoul_day(now())
    people = [factories.account(COMMITTEE_ROLE) for _ in range(2)]
    typed = {"route": "open_call", "sex": "f", "birth_year": "1980", "appointed_on": today.isoformat()}
    typed["term_ends_on"] = (today + timedelta(700)).isoformat()
    page = staff.get("/office/programmes/gu/members/new")
    silent = staff.submit(page, button="위촉하기", account=people[0].id, **typed)
    assert (silent.status, silent.errors) == (422, ["공고한 공개모집이 있습니다. 따로 위촉하는 까닭을 써 주세요."])
    assert staff.submit(page, button="위촉하기", account=people[0].id, reason="결원", **typed).status == 200
    line = db.session.query(AuditLine).filter_by(action="member.appoint_beside").one()
    assert line.fields == {"reason": "결원"}
    full = staff.submit(page, button="위촉하기", account=people[1].id, reason="결원", **typed)
    assert full.status == 422 and full.errors[0].startswith("이 모집 방법의 남은 자리는")
    assert db.session.query(CommitteeMember).count() == 1
    typed["term_ends_on"] = row.term_starts_on.isoformat()  # over before the call's members come
    assert staff.submit(page, button="위촉하기", account=people[1].id, reason="결원", **typed).status == 200


def test_wrong_terms_are_answered_at_their_field(staff: Person) -> None:
    account = factories.account(COMMITTEE_ROLE)
    page = staff.get("/office/programmes/gu/members/new")
    typed = {
        "account": account.id,
        "route": "open_call",
        "sex": "f",
        "birth_year": "1980",
        "appointed_on": "2026-04-01",
        "term_ends_on": "2026-04-01",
    }
    answer = staff.submit(page, button="위촉하기", **typed)
    assert (answer.status, answer.errors) == (422, ["끝나는 날은 시작하는 날보다 뒤여야 합니다."])
    empty = staff.submit(page, button="위촉하기")
    assert (empty.status, len(empty.errors)) == (422, 6)
    assert db.session.query(CommitteeMember).count() == 0


@pytest.mark.parametrize(("age", "is_youth"), [(39, True), (40, False)])
def test_who_is_young_is_reckoned_from_the_year_of_birth_beside_a_call_and_in_it(
    staff: Person, age: int, is_youth: bool
) -> None:
    """By the same rule, at the first day of the term; the year itself is kept nowhere."""
    account, start = factories.account(COMMITTEE_ROLE), date(2027, 4, 1)
    typed = {"account": account.id, "route": "open_call", "sex": "f", "birth_year": str(start.year - age)}
    days = {"appointed_on": start.isoformat(), "term_ends_on": "2029-04-01"}
    staff.submit(staff.get("/office/programmes/gu/members/new"), button="위촉하기", **typed, **days)
    assert db.session.query(CommitteeMember).one().is_youth == is_youth
    assert calls.is_youth(start.year - age, start, calls.DEFAULT_YOUTH_UNTIL) == is_youth


def test_a_year_of_birth_of_nobody_alive_is_said_at_its_field(staff: Person) -> None:
    account = factories.account(COMMITTEE_ROLE)
    typed = {"account": account.id, "route": "open_call", "sex": "f", "birth_year": "1800"}
    days = {"appointed_on": "2027-04-01", "term_ends_on": "2029-04-01"}
    answer = staff.submit(staff.get("/office/programmes/gu/members/new"), button="위촉하기", **typed, **days)
    assert (answer.status, answer.errors) == (422, ["태어난 해를 네 자리로 다시 확인해 주세요. 예: 1985"])
    assert db.session.query(CommitteeMember).count() == 0


def test_nobody_is_appointed_who_was_not_offered(staff: Person) -> None:
    stranger = factories.account(STAFF_ROLE)
    factories.account(COMMITTEE_ROLE)
    form = staff.get("/office/programmes/gu/members/new").form(button="위촉하기")
    data = {**form.data, "account": [stranger.id], "route": ["open_call"], "sex": ["f"], "birth_year": ["1980"],
            "appointed_on": ["2026-04-01"], "term_ends_on": ["2028-04-01"]}  # fmt: skip
    answer = staff.post("/office/programmes/gu/members/new", data)
    assert (answer.status, answer.errors) == (422, ["목록에 있는 것 가운데에서 골라 주세요."])
    assert db.session.query(CommitteeMember).count() == 0


def test_the_forty_first_is_refused_in_words(staff: Person) -> None:
    for _ in range(rules.SEATS):
        factories.member()
    account = factories.account(COMMITTEE_ROLE)
    day = seoul_day(now())
    answer = staff.submit(
        staff.get("/office/programmes/gu/members/new"),
        button="위촉하기",
        account=account.id,
        route="recommended",
        sex="f",
        birth_year="1980",
        appointed_on=day.isoformat(),
        term_ends_on=(day + timedelta(10)).isoformat(),
    )
    assert (answer.status, answer.errors) == (422, ["위원회 정원 40명이 모두 찼습니다."])
    assert db.session.query(CommitteeMember).count() == rules.SEATS


def test_a_dismissal_needs_its_day_and_reason(staff: Person) -> None:
    member = factories.member()
    page = staff.get(f"/office/members/{member.id}/dismiss")
    answer = staff.submit(page, button="해촉하기", reason="가" * 501)
    assert answer.status == 422
    assert [words.partition(".")[0] for words in answer.errors][0] == "해촉일을 입력해 주세요"
    early = staff.submit(
        page, button="해촉하기", ground="own_wish", reason="사임", on=(member.appointed_on - timedelta(1)).isoformat()
    )
    assert (early.status, early.errors) == (422, ["끝나는 날은 시작하는 날보다 뒤여야 합니다."])
    db.session.rollback()
    assert member.dismissed_on is None


@pytest.mark.parametrize("ground", [[], [""], ["bad_temper"]])
def test_nobody_is_dismissed_without_one_of_the_known_grounds(staff: Person, ground: list[str]) -> None:
    member = factories.member()
    form = staff.get(f"/office/members/{member.id}/dismiss").form(button="해촉하기")
    data = {**form.data, "on": [seoul_day(now()).isoformat()], "reason": ["사임"], "ground": ground}
    answer = staff.post(f"/office/members/{member.id}/dismiss", data)
    assert (answer.status, len(answer.errors)) == (422, 1)
    db.session.rollback()
    assert (member.dismissed_on, member.dismissal_ground) == (None, None)


@pytest.mark.parametrize("role", [COMMITTEE_ROLE, APPROVER_ROLE])
def test_the_roll_is_staffs_alone(app: Flask, role: str) -> None:
    member = factories.member()
    person = Person(app, factories.account(role))
    for path in (
        "/office/programmes/gu/members",
        "/office/programmes/gu/members/new",
        f"/office/members/{member.id}/dismiss",
    ):
        assert person.status(path) == 404


def test_staff_of_another_programme_find_nothing(app: Flask) -> None:
    member = factories.member()
    other = Person(app, factories.account(STAFF_ROLE, of=factories.programme("other")))
    for path in ("/office/programmes/gu/members", f"/office/members/{member.id}/dismiss"):
        assert other.status(path) == 404
