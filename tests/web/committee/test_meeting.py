"""A member's side of the general meeting: the invitation, and the code at the door."""

from datetime import timedelta

import pytest
from flask import Flask

from app.audit.models import SYSTEM
from app.clock import Clock, now
from app.committee import agenda, agenda_rules, queries, rules
from app.committee import tablet_rules as tablets
from app.committee.models import Attendance, CommitteeMember, GeneralMeeting
from app.database import db
from app.rounds import rules as rounds
from app.web import guard
from tests import factories
from tests.actors import Person
from tests.ballots.elections import seated


@pytest.fixture
def hall(app: Flask) -> tuple[GeneralMeeting, list[CommitteeMember]]:
    round_ = factories.round_(state=rounds.BALLOT_PUBLISHED, running=rounds.COMMITTEE_VOTE)
    return seated(round_, 3, 1, rules.PLANNED)


def door(meeting: GeneralMeeting, age: int = 0) -> str:
    code = tablets.door_code(guard.identity_key(), meeting.id, now() - timedelta(seconds=age))
    return f"/committee/rounds/{meeting.round_id}/door/{code}"


def present(meeting: GeneralMeeting) -> int:
    db.session.rollback()
    return queries.presence(meeting, now()).present


def test_the_invitation_says_when_and_where_and_what_and_can_be_taken_along(app: Flask, hall) -> None:
    meeting, (member, *_) = hall
    factories.item(meeting, kind=agenda_rules.BALLOT)
    person = Person(app, member.account)
    page = person.get(f"/committee/rounds/{meeting.round_id}/meeting")
    assert page.summary()["장소"] == "금천구청 대강당"
    assert page.has("안건 1 (사업 투표)")
    assert page.response.headers["Refresh"] == "60"
    file = person.client.get(page.link("일정 파일(.ics) 받기"))
    assert (file.mimetype, "LOCATION:금천구청 대강당" in file.text) == ("text/calendar", True)
    assert person.get("/committee/").status == 200


def test_what_was_changed_of_the_agenda_after_the_invitation_is_there_with_the_reason(app: Flask, hall) -> None:
    """The notice of it says so."""
    meeting, (member, *_) = hall
    added = {"kind": agenda_rules.REPORT, "title": "늦은 보고", "at": now(), "by": SYSTEM}
    agenda.add_item(meeting, **added, reason="구청장 요청")
    page = Person(app, member.account).get(f"/committee/rounds/{meeting.round_id}/meeting")
    assert page.has("소집 통지 뒤에 바꾼 안건") and page.has("구청장 요청")


def test_a_member_comes_and_goes_by_the_code_at_the_door(app: Flask, hall) -> None:
    meeting, (_, second, _) = hall
    person = Person(app, second.account)
    page = person.submit(person.get(door(meeting)), button="참석합니다")
    assert (page.flashes, present(meeting)) == (["참석이 확인되었습니다."], 2)
    page = person.submit(person.get(door(meeting)), button="나갑니다")
    assert (page.flashes[0].startswith("나간 것으로"), present(meeting)) == (True, 1)


@pytest.mark.parametrize("age", [95, -60])
def test_an_old_code_signs_nobody_in_and_says_why(app: Flask, hall, age: int) -> None:
    meeting, (_, second, _) = hall
    person = Person(app, second.account)
    token = person.get(door(meeting)).form().data["csrf_token"][0]
    for page in (
        person.get(door(meeting, age)),
        person.post(door(meeting, age), {"csrf_token": token, "act": "arrive"}),
    ):
        assert (page.status, page.has("QR 코드가 그 사이에 바뀌었습니다")) == (409, True)
    assert present(meeting) == 1


def test_a_code_of_another_meeting_signs_nobody_in(app: Flask, hall) -> None:
    meeting, (_, second, _) = hall
    other = factories.meeting(factories.round_(running=rounds.COMMITTEE_VOTE), state=rules.PLANNED)
    code = door(other).rpartition("/")[2]
    assert Person(app, second.account).status(f"/committee/rounds/{meeting.round_id}/door/{code}") == 409


def test_a_form_that_was_open_too_long_signs_nobody_in(app: Flask, clock: Clock, hall) -> None:
    meeting, (_, second, _) = hall
    person = Person(app, second.account)
    page, before = person.get(door(meeting)), db.session.query(Attendance).count()
    clock.offset += timedelta(seconds=95)
    assert person.submit(page, button="참석합니다").status == 409
    assert db.session.query(Attendance).count() == before


def test_a_stranger_at_the_door_signs_in_first(app: Flask, hall) -> None:
    answer = Person(app).client.get(door(hall[0]))
    assert answer.headers["Location"].startswith("/staff/sign-in?next=/committee/rounds/")
