"""A member's side of a meeting of the committee or of a sub-committee, and the chair's approval of its minutes."""

import pytest
from flask import Flask

from app.audit.models import SYSTEM, AuditLine
from app.clock import now, seoul_day
from app.committee import agenda_rules, minutes, rules
from app.committee import tablet_rules as tablets
from app.committee.models import Attendance, CommitteeMeeting, CommitteeMember, SubcommitteeSeat
from app.database import db
from app.people.models import STAFF_ROLE
from app.web import guard
from tests import factories
from tests.actors import Person
from tests.questions import questions


def of_a_subcommittee(state: str = rules.OPEN) -> tuple[CommitteeMeeting, list[CommitteeMember]]:
    """A meeting of two, and a third who belongs to another sub-committee."""
    members = [factories.member(name=name) for name in ("가위원", "나위원", "다위원")]
    programme = members[0].programme
    factories.subcommittee(programme, members[2], name="교육분과")
    return factories.committee_meeting(factories.subcommittee(programme, *members[:2]), state=state), members


def page_of(meeting: CommitteeMeeting, step: str = "") -> str:
    return f"/committee/meetings/{meeting.id}{step}"


def test_members_of_another_sub_committee_and_of_another_programme_find_nothing(app: Flask) -> None:
    meeting, (_, own, other) = of_a_subcommittee(rules.ENDED)
    foreign = factories.member(factories.programme("other"))
    code = tablets.door_code(guard.identity_key(), meeting.id, now())
    paths = [page_of(meeting, step) for step in ("", ".ics", "/minutes", f"/door/{code}")]
    status = {
        one.account.name: [Person(app, one.account).status(path) for path in paths] for one in (own, other, foreign)
    }
    assert status == {"나위원": [200] * 4, "다위원": [404] * 4, "박위원": [404] * 4}


def test_a_meeting_of_the_whole_committee_is_every_members(app: Flask) -> None:
    members = [factories.member() for _ in range(2)]
    meeting = factories.committee_meeting(members[0].programme, state=rules.PLANNED)
    factories.item(meeting)
    page = Person(app, members[1].account).get("/committee/")
    page = Person(app, members[1].account).get(page.link(meeting.title or ""))
    assert page.has("아래와 같이 회의를 소집하오니") and page.has("안건 1")


def test_the_invitation_is_a_calendar_file(app: Flask) -> None:
    meeting, (one, *_) = of_a_subcommittee(rules.PLANNED)
    text = Person(app, one.account).client.get(page_of(meeting, ".ics")).text
    assert "SUMMARY:복지·문화분과 2분기 정기회의" in text and "LOCATION:금천구청 9층 회의실" in text


def test_a_member_signs_in_at_the_door_and_leaves_by_it(app: Flask) -> None:
    meeting, (one, *_) = of_a_subcommittee()
    me, code = Person(app, one.account), tablets.door_code(guard.identity_key(), meeting.id, now())
    path = page_of(meeting, f"/door/{code}")
    assert me.submit(me.get(path), button="참석합니다").flashes == ["참석이 확인되었습니다."]
    assert db.session.query(Attendance).one().left_at is None
    left = me.submit(me.get(path), button="나갑니다")
    assert left.flashes[0].startswith("나간 것으로 기록했습니다.")
    db.session.expire_all()
    assert db.session.query(Attendance).one().left_at is not None


def test_the_chair_approves_the_words_that_were_read_and_no_others(app: Flask) -> None:
    meeting, (chair, other, _) = of_a_subcommittee(rules.ENDED)
    minutes.write_minutes(meeting, "처음 쓴 말", at=now(), by=SYSTEM)
    assert "회의록 확인하기" not in Person(app, other.account).get(page_of(meeting, "/minutes")).soup.text
    me = Person(app, chair.account)
    page = me.get(page_of(meeting, "/minutes"))
    minutes.write_minutes(meeting, "그 사이에 고친 말", at=now(), by=SYSTEM)
    stale = me.submit(page, button="회의록 확인하기")
    assert (stale.status, stale.errors[0].startswith("읽으시는 동안 회의록의 내용이 바뀌었습니다.")) == (422, True)
    assert db.session.query(AuditLine).filter_by(action="minutes.approve").count() == 0
    assert stale.has("그 사이에 고친 말")
    assert me.submit(stale, button="회의록 확인하기").flashes == ["회의록을 확인했습니다. 담당자가 공개합니다."]


def test_the_committees_chair_finds_the_minutes_that_nobody_else_can_approve(app: Flask) -> None:
    meeting, (chair, _, above) = of_a_subcommittee(rules.ENDED)
    above.office = "chair"
    db.session.commit()
    me = Person(app, above.account)
    assert (me.status(page_of(meeting)), me.get("/committee/").has(meeting.title or "")) == (404, False)
    chair.term_ends_on = seoul_day(now())
    db.session.commit()
    page = me.get(me.get("/committee/").link(meeting.title or ""))
    assert page.status == 200
    done = me.submit(me.get(page_of(meeting, "/minutes")), button="회의록 확인하기")
    assert done.flashes == ["회의록을 확인했습니다. 담당자가 공개합니다."]


def test_who_does_not_preside_cannot_approve_by_the_address(app: Flask) -> None:
    meeting, (_, other, _) = of_a_subcommittee(rules.ENDED)
    me = Person(app, other.account)
    token = me.get("/staff/sign-in").form(button="로그인하기").data["csrf_token"]
    assert me.post(page_of(meeting, "/minutes"), {"csrf_token": token, "read": minutes.digest("")}).status == 403
    db.session.rollback()
    assert meeting.minutes_approved_at is None


@pytest.mark.parametrize("state", [rules.PLANNED, rules.OPEN])
def test_there_are_no_minutes_before_the_end(app: Flask, state: str) -> None:
    meeting, (one, *_) = of_a_subcommittee(state)
    assert Person(app, one.account).status(page_of(meeting, "/minutes")) == 409


def test_names_on_the_public_page_are_masked_and_minutes_name_nobody(app: Flask) -> None:
    meeting, (chair, *_) = of_a_subcommittee(rules.ENDED)
    for one in meeting.subcommittee.seats if meeting.subcommittee else []:
        factories.attendance(meeting, one.member)
    factories.item(meeting, state=agenda_rules.CLOSED)
    minutes.approve_minutes(meeting, chair.account, read=minutes.digest(""), at=now())
    stranger = Person(app)
    page = stranger.get("/programmes/gu/committee")
    assert page.has("가○원 (분과위원장)") and not page.has("가위원")
    assert stranger.status(f"/meetings/{meeting.id}") == 404
    minutes.publish_minutes(meeting, at=now(), by=SYSTEM)
    minutes.add_to_minutes(meeting, "장소 정정", at=now(), by=SYSTEM)
    public = stranger.get(f"/meetings/{meeting.id}")
    assert public.has("찬성 2, 반대 1, 기권 0") and public.has("덧붙임 1") and public.has("장소 정정")
    assert public.has("담당자가 덧붙임 · 위원장 확인 없음")
    line = db.session.query(AuditLine).filter_by(action="minutes.add").one()
    assert line.fields == {"number": 1, "letters": 5, "sha256": minutes.digest("장소 정정")}
    assert not any(public.has(name) for name in ("가위원", "나위원", "가○원"))


def questions_of(app: Flask, url: str) -> int:
    db.session.expire_all()
    with questions() as asked:
        assert Person(app).status(url) == 200
    return len(asked)


def test_the_public_page_asks_no_more_for_more_meetings_and_members(app: Flask) -> None:
    meeting, (one, *_) = of_a_subcommittee(rules.PLANNED)
    row, url = meeting.subcommittee, "/programmes/gu/committee"
    past = factories.subcommittee(one.programme, name="지난 분과")
    past.ends_on = seoul_day(now())
    db.session.commit()
    asked = [questions_of(app, url)]
    for _ in range(3):
        seat = {"joined_on": row.starts_on, "joined_ground": "own_wish"}
        factories.keep(SubcommitteeSeat(subcommittee=row, member=factories.member(), **seat))
    for body in (row, past, one.programme):
        factories.committee_meeting(body, state=rules.ENDED)
        factories.committee_meeting(body, invited=False, title="알리지 않은 회의")
    asked.append(questions_of(app, url))
    page = Person(app).get(url)
    assert asked[0] == asked[1]
    assert len(page.table("회의와 회의록")) == 4 and not page.has("알리지 않은 회의")


def test_who_was_at_which_item_is_shown_to_staff_by_number(app: Flask) -> None:
    meeting, (one, *_) = of_a_subcommittee(rules.ENDED)
    factories.attendance(meeting, one)
    row = Person(app, factories.account(STAFF_ROLE)).get(f"/office/meetings/{meeting.id}/minutes").table("안건별 출석")
    assert (row[0]["위원"], row[0]["있던 안건"]) == ("가위원", "없음")
