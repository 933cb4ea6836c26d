"""Sub-committees and their meetings at the office's table: what is refused is said at its field."""

from datetime import timedelta

import pytest
from flask import Flask

from app.clock import SEOUL, now, seoul_day
from app.committee import rules
from app.committee.models import CommitteeMeeting, CommitteeSettings, Subcommittee, SubcommitteeSeat
from app.database import db
from app.fees.models import FeeRate
from app.people.models import STAFF_ROLE
from tests import factories
from tests.actors import Person


@pytest.fixture
def staff(app: Flask) -> Person:
    factories.programme()
    return Person(app, factories.account(STAFF_ROLE))


def local(days: int) -> str:
    return (now() + timedelta(days=days)).astimezone(SEOUL).strftime("%Y-%m-%dT%H:%M")


def test_the_committees_rules_are_what_new_meetings_begin_with(staff: Person) -> None:
    page = staff.get(staff.get("/office/programmes/gu/meetings").link("위원회의 규칙"))
    saved = staff.submit(page, button="저장하기", notice_days="5", one_subcommittee="y")
    assert saved.summary() == {"회의를 알리는 기간": "여는 날까지 5일을 두고", "속할 수 있는 분과위원회": "한 곳"}
    form = staff.get("/office/programmes/gu/meetings/new").form(button="저장하기")
    assert form.data["notice_days"] == ["5"]
    assert db.session.query(CommitteeSettings).one().one_subcommittee


def test_a_meeting_in_the_past_is_refused_at_its_field_and_nothing_typed_is_lost(staff: Person) -> None:
    page = staff.get("/office/programmes/gu/meetings/new")
    given = {"title": "1차 회의", "place": "9층", "body": "whole"}
    answer = staff.submit(page, button="저장하기", **given, starts_at=local(-1))
    assert (answer.status, answer.errors) == (422, ["회의는 지금보다 뒤의 때로 잡아 주세요."])
    assert answer.form(button="저장하기").data["place"] == ["9층"]
    assert db.session.query(CommitteeMeeting).count() == 0
    done = staff.submit(answer, button="저장하기", starts_at=local(10))
    assert done.flashes[0].startswith("회의를 잡았습니다.")
    meeting = db.session.query(CommitteeMeeting).one()
    assert (meeting.title, meeting.subcommittee_id, meeting.notice_days) == ("1차 회의", None, 7)


def test_an_announced_item_is_taken_off_with_a_reason(staff: Person) -> None:
    meeting = factories.committee_meeting(factories.programme(), state=rules.PLANNED)
    factories.item(meeting)
    page = staff.get(f"/office/meetings/{meeting.id}/agenda")
    remove = staff.get(page.link("까닭을 쓰고 빼기"))
    refused = staff.submit(remove, button="안건 빼기", reason="")
    assert (refused.status, refused.errors[0].startswith("소집 통지로 안건을 알렸습니다.")) == (422, True)
    done = staff.submit(refused, button="안건 빼기", reason="제출 부서가 거둠")
    assert done.table("안건") == []
    assert staff.get(f"/office/meetings/{meeting.id}/minutes").has("제출 부서가 거둠")


def test_a_meeting_is_changed_until_it_is_opened(staff: Person) -> None:
    meeting = factories.committee_meeting(factories.programme(), state=rules.PLANNED)
    page = staff.get(staff.get(f"/office/meetings/{meeting.id}").link("때와 장소 바꾸기"))
    nobody = staff.submit(page, button="저장하기", place="구의회")
    assert (nobody.status, nobody.errors) == (422, ["소집 통지를 받을 위원이 한 명도 없습니다."])
    factories.member()
    assert staff.submit(page, button="저장하기", place="구의회").has("구의회")
    open_one = factories.committee_meeting(factories.programme())
    assert staff.status(f"/office/meetings/{open_one.id}/plan") == 409


def test_a_meeting_is_called_off_and_everybody_reads_why(app: Flask, staff: Person) -> None:
    member = factories.member()
    meeting = factories.committee_meeting(member.programme, state=rules.PLANNED)
    page = staff.get(staff.get(f"/office/meetings/{meeting.id}").link("열지 않기로 하기"))
    silent = staff.submit(page, button="열지 않기로 기록하기")
    assert (silent.status, silent.errors) == (422, ["열지 않는 까닭을 써 주세요."])
    done = staff.submit(page, button="열지 않기로 기록하기", reason="태풍 경보")
    assert done.flashes == ["회의를 열지 않기로 했다고 기록했습니다."] and done.has("까닭: 태풍 경보")
    assert "태풍 경보" in Person(app).get("/programmes/gu/committee").table("회의와 회의록")[0]["상태"]
    mine = Person(app, member.account)
    seen = mine.get(f"/committee/meetings/{meeting.id}")
    assert seen.has("까닭: 태풍 경보") and not seen.has("참석해 주시기 바랍니다")
    event = mine.client.get(seen.link("일정에서 빼는 파일(.ics) 받기")).text
    assert all(line in event for line in ("METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:1"))


def test_a_sub_committee_is_made_filled_and_left(staff: Person) -> None:
    one, other = factories.member(name="가위원"), factories.member(name="나위원")
    start = seoul_day(now())
    page = staff.get("/office/programmes/gu/subcommittees/new")
    typed = {"name_ko": "복지분과", "name_en": "Welfare", "starts_on": start.isoformat()}
    long = staff.submit(page, button="만들기", **typed, ends_on=(start + timedelta(900)).isoformat())
    assert (long.status, long.errors) == (422, ["임기는 2년까지입니다."])
    page = staff.submit(long, button="만들기", ends_on=(start + timedelta(300)).isoformat())
    row_id = db.session.query(Subcommittee).one().id
    assert db.session.query(Subcommittee).one().name_ko == "복지분과"
    for member in (one, other):
        joins = {"member": member.id, "on": start.isoformat(), "ground": "own_wish"}
        page = staff.submit(page, button="위원 넣기", **joins)
    again = staff.submit(page, button="위원 넣기", **joins)
    assert (again.status, again.errors[0].startswith("이 분과위원회에 이미 속하거나")) == (422, True)
    later = {**joins, "member": factories.member(name="다위원").id, "on": (start + timedelta(5)).isoformat()}
    page = staff.submit(staff.get(f"/office/subcommittees/{row_id}"), button="위원 넣기", **later)
    assert [line["이름"] for line in page.table("들어오기로 한 위원")] == ["다위원"]
    assert not page.has("지금은 속하지 않은 위원")
    seat = db.session.query(SubcommitteeSeat).filter_by(member_id=other.id).one()
    page.form(action=f"/seats/{seat.id}/chair").submit(staff.client, follow_redirects=True)
    row = staff.get("/office/programmes/gu/subcommittees").table("분과위원회")[0]
    assert (row["분과위원장"], row["위원"]) == ("나위원", "2명")
    seat = db.session.query(SubcommitteeSeat).filter_by(member_id=one.id).one()
    leave = staff.get(f"/office/subcommittees/{seat.subcommittee_id}/seats/{seat.id}/leave")
    done = staff.submit(leave, button="나감 기록하기", on=start.isoformat(), ground="to_another")
    assert done.table("지금은 속하지 않은 위원")[0]["나간 근거"] == "다른 분과위원회로 옮김"


def test_the_rate_of_a_sub_committees_meeting_is_set_or_that_of_the_committee(staff: Person) -> None:
    page = staff.get("/office/programmes/gu/fees/rates")
    staff.submit(page, button="저장하기", from_on="2026-01-01", rate_won="7만원")
    staff.submit(
        page, button="저장하기", from_on="2027-01-01", rate_won="7만원", subcommittee_won="4만원", once_a_day="y"
    )
    rates = db.session.query(FeeRate).order_by(FeeRate.from_on)
    assert [(one.rate_won, one.subcommittee_won, one.once_a_day) for one in rates] == [
        (70_000, 70_000, False),
        (70_000, 40_000, True),
    ]
