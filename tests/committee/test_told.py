"""What members of the committee are told: whom it concerns and nobody else, once, and in words that hold."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, current_app

from app.audit.models import SYSTEM
from app.clock import Clock, now, seoul_day
from app.committee import agenda, agenda_rules, convening, invitations, minutes, rules, services, subcommittees
from app.committee.models import CommitteeMeeting, CommitteeMember
from app.database import db
from app.notices import kinds
from app.notices import letter_queries as queries
from app.notices.delivery_rules import UNWANTED, WAITING, Person
from app.notices.letter_models import Delivery, Notice
from app.people.models import COMMITTEE_ROLE
from app.web import letter_view as view
from app.web.filters import speaking
from tests import factories
from tests.actors import Person as Visitor
from tests.notices.going_out import remind, set_hour
from tests.questions import questions

Members = list[CommitteeMember]
BY: dict[str, Any] = {"by": SYSTEM}


@pytest.fixture(autouse=True)
def noon(clock: Clock) -> None:
    set_hour(clock, 12)


def told(member: CommitteeMember) -> list[tuple[str, dict[str, str]]]:
    db.session.rollback()
    return [(one.kind, one.facts) for one in reversed(queries.list_notices(Person(account_id=member.account_id)))]


def told_kinds(*members: CommitteeMember) -> list[list[str]]:
    return [[kind for kind, _facts in told(one)] for one in members]


def unsent() -> list[tuple[str, str]]:
    db.session.rollback()
    db.session.expire_all()
    return [(one.notice.kind, one.state) for one in db.session.query(Delivery).order_by(Delivery.id)]


def read(member: CommitteeMember, code: str = "ko") -> list[tuple[str, str]]:
    """Text and page, the oldest first."""
    person = Person(account_id=member.account_id)
    with current_app.test_request_context(), speaking(code):
        return [(one.text, one.url) for one in reversed(view.read_all(queries.list_notices(person)))]


@pytest.fixture
def hall(app: Flask) -> tuple[CommitteeMeeting, Members]:
    """In ten days, of a sub-committee of two, to whom nothing has been sent; the third belongs to the committee only.
    The first is the chair of the sub-committee."""
    members = [factories.member(name=name) for name in ("가위원", "나위원", "다위원")]
    row = factories.subcommittee(members[0].programme, *members[:2])
    return factories.committee_meeting(row, state=rules.PLANNED, invited=False), members


def move(meeting: CommitteeMeeting, **to: Any) -> None:
    given = {name: getattr(meeting, name) for name in ("title", "place", "starts_at", "notice_days")}
    convening.change_meeting(meeting, **given | to, at=now(), **BY)


def invite(meeting: CommitteeMeeting) -> None:
    invitations.send_invitation(meeting, at=now(), **BY)


def test_an_invitation_is_told_to_the_body_that_meets_and_to_nobody_else(hall) -> None:
    meeting, (first, second, outside) = hall
    factories.member(factories.programme("other"))
    invite(meeting)
    facts = {"starts_at": meeting.starts_at.isoformat(), "invitation": "1"}
    assert told(first) == told(second) == [(kinds.MEETING_CALLED, facts)]
    assert told(outside) == [] and db.session.query(Notice).count() == 2


def test_of_a_meeting_that_moves_the_earlier_invitation_goes_out_no_more(hall) -> None:
    meeting, (first, second, _outside) = hall
    invite(meeting)
    move(meeting, place="구의회")
    invite(meeting)  # once more, as it is
    wanted = [kinds.MEETING_CALLED, kinds.MEETING_MOVED, kinds.MEETING_CALLED]
    assert told_kinds(first, second) == [wanted, wanted]
    assert [(kind, state) for kind, state in unsent() if state == WAITING] == [(kinds.MEETING_CALLED, WAITING)] * 2
    assert [text.split("장소: ")[1].split(".")[0] for text, _url in read(first)] == [
        "금천구청 9층 회의실",
        "구의회",
        "구의회",
    ]


def test_one_mail_tells_of_all_that_was_changed_of_the_agenda_and_the_order_is_not_told(hall) -> None:
    meeting, (first, _second, outside) = hall
    changed: dict[str, Any] = {"at": now(), **BY}
    kept = agenda.add_item(meeting, kind=agenda_rules.DECISION, title="하나", **changed)
    assert told(first) == []
    invite(meeting)
    agenda.add_item(meeting, kind=agenda_rules.REPORT, title="둘", reason="늦게 들어온 보고", **changed)
    agenda.move_item(kept, up=False, reason="순서", **changed)
    agenda.remove_item(kept, reason="미룸", **changed)
    assert told_kinds(first) == [[kinds.MEETING_CALLED, kinds.AGENDA_CHANGED, kinds.AGENDA_CHANGED]]
    assert told(outside) == []
    states = [state for kind, state in unsent() if kind == kinds.AGENDA_CHANGED]
    assert sorted(states) == [UNWANTED, UNWANTED, WAITING, WAITING]


def test_who_was_invited_earlier_is_reminded_a_day_before_and_once(hall, clock: Clock) -> None:
    meeting, (first, second, outside) = hall
    invite(meeting)
    assert remind() == 0
    clock.offset += timedelta(days=9)
    assert [remind() for _ in range(2)] == [2, 0]
    assert told_kinds(first, second, outside) == [[kinds.MEETING_CALLED, kinds.MEETING_SOON]] * 2 + [[]]
    move(meeting, starts_at=meeting.starts_at - timedelta(hours=1))
    assert remind() == 0, "whoever was invited within the day is not reminded of it"
    assert {state for kind, state in unsent() if kind == kinds.MEETING_SOON} == {UNWANTED}
    clock.offset += timedelta(days=2)
    assert remind() == 0


def test_a_meeting_to_which_nobody_was_invited_or_that_is_open_is_not_reminded_of(hall, clock: Clock) -> None:
    meeting, _members = hall
    clock.offset += timedelta(days=9)
    assert remind() == 0
    other = factories.committee_meeting(meeting.programme)
    other.starts_at = now() + timedelta(hours=2)
    db.session.commit()
    assert remind() == 0


def test_who_was_invited_is_told_that_a_meeting_is_called_off_and_of_nothing_before_it(hall) -> None:
    meeting, (first, second, outside) = hall
    silent = factories.committee_meeting(meeting.subcommittee, state=rules.PLANNED, invited=False)
    services.cancel_meeting(silent, reason="잘못 잡음", at=now(), **BY)
    invite(meeting)
    services.cancel_meeting(meeting, reason="태풍", at=now(), **BY)
    wanted = [kinds.MEETING_CALLED, kinds.MEETING_CANCELLED]
    assert told_kinds(first, second, outside) == [wanted, wanted, []]
    assert unsent() == [(kinds.MEETING_CALLED, UNWANTED)] * 2 + [(kinds.MEETING_CANCELLED, WAITING)] * 2
    assert "태풍" not in read(first)[1][0] and read(first)[1][1] == f"/committee/meetings/{meeting.id}"


def test_whose_term_ends_soon_is_told_once_unless_another_follows(hall, clock: Clock) -> None:
    _meeting, (first, second, third) = hall
    today, term = seoul_day(now()), {"route": "open_call", "office": "member", "at": now(), **BY}
    first.term_ends_on = second.term_ends_on = today + timedelta(60)
    third.term_ends_on = today + timedelta(61)
    db.session.commit()
    follows = {"appointed_on": second.term_ends_on, "term_ends_on": second.term_ends_on + timedelta(700)}
    services.appoint_member(second.programme, second.account, **follows, **term)
    assert [remind() for _ in range(2)] == [1, 0]
    assert told(first) == [(kinds.TERM_ENDING, {"due_on": (today + timedelta(59)).isoformat()})]
    clock.offset += timedelta(days=1)
    assert (remind(), told_kinds(third)) == (1, [[kinds.TERM_ENDING]])


def test_only_who_presides_is_told_that_minutes_wait_and_no_more_once_they_are_approved(hall) -> None:
    meeting, (chair, other, _outside) = hall
    over = factories.committee_meeting(meeting.subcommittee, state=rules.ENDED)
    for words in ("처음", "고침"):  # told once while the chair has not read them
        minutes.write_minutes(over, words, at=now(), **BY)
    assert told_kinds(chair, other) == [[kinds.MINUTES_WAITING], []]
    minutes.approve_minutes(over, chair.account, read=minutes.digest("고침"), at=now())
    assert unsent() == [(kinds.MINUTES_WAITING, UNWANTED)]
    minutes.write_minutes(over, "또 고침", at=now(), **BY)
    assert told_kinds(chair, other) == [[kinds.MINUTES_WAITING] * 2, []]
    minutes.approve_minutes(over, chair.account, read=minutes.digest("또 고침"), at=now())
    minutes.publish_minutes(over, at=now(), **BY)
    assert told_kinds(chair, other) == [[kinds.MINUTES_WAITING] * 2 + [kinds.MINUTES_OUT], [kinds.MINUTES_OUT]]


def test_who_is_appointed_is_told_the_term_and_who_is_dismissed_the_ground_on_a_page_that_still_opens(
    app: Flask,
) -> None:
    today, account = seoul_day(now()), factories.account(COMMITTEE_ROLE)
    term = {"appointed_on": today, "term_ends_on": today + timedelta(700)}
    facts = {"route": "open_call", "office": "member", "sex": "f", "at": now(), **BY}
    member = services.appoint_member(factories.programme(), account, **term, **facts)
    day = {"on": today, "ground": "moved_away", "reason": "관외 이사", "at": now(), **BY}
    services.dismiss_member(member, **day)
    assert told(member) == [
        (kinds.APPOINTED, {"term": f"{today}/{today + timedelta(700)}"}),
        (kinds.DISMISSED, {"dismissed_on": today.isoformat(), "ground": "moved_away"}),
    ]
    (_, home), (text, page) = read(member)
    assert "관외" not in text and account.roles == []
    who = Visitor(app, account)
    assert (who.status(home), who.get(page).has(text)) == (404, True)
    assert who.get("/").link("내 알림").endswith(page)


def test_who_joins_or_leaves_a_sub_committee_or_becomes_its_chair_is_told(hall) -> None:
    meeting, (first, second, outside) = hall
    row, today = meeting.subcommittee, seoul_day(now())
    seat = subcommittees.join(row, outside, on=today, ground="own_wish", at=now(), **BY)
    subcommittees.name_chair(seat, at=now(), **BY)
    subcommittees.leave(seat, on=today + timedelta(1), ground="own_wish", at=now(), **BY)
    body = {"subcommittee": str(row.id)}
    assert told(outside) == [
        (kinds.SUBCOMMITTEE_JOINED, {**body, "on": today.isoformat()}),
        (kinds.SUBCOMMITTEE_CHAIR, body),
        (kinds.SUBCOMMITTEE_LEFT, {**body, "on": (today + timedelta(1)).isoformat()}),
    ]
    assert told(first) == told(second) == []


def test_each_reads_well_in_both_languages_and_many_need_as_many_questions_as_few(app: Flask, hall) -> None:
    meeting, (first, *_others) = hall
    general = factories.meeting(factories.round_(), state=rules.PLANNED, invited=False)
    for one in (meeting, general):
        invite(one)
    subcommittees.name_chair(meeting.subcommittee.seats[1], at=now(), **BY)
    subcommittees.name_chair(meeting.subcommittee.seats[0], at=now(), **BY)
    asked = []
    for more in (0, 2):
        for n in range(more):
            body = factories.subcommittee(meeting.programme, first, name=f"분과{n}")
            invite(factories.committee_meeting(body, state=rules.PLANNED, invited=False))
            invite(factories.meeting(factories.round_(), state=rules.PLANNED, invited=False))
            seat = body.seats[0]
            subcommittees.leave(seat, on=seoul_day(now()), ground="own_wish", at=now(), **BY)
        with questions() as sent:
            lines = [text for text, _url in read(first)]
        asked.append(len(sent))
    assert asked[0] == asked[1]
    assert lines[0].startswith("‘복지·문화분과 2분기 정기회의’ 회의를 ")
    assert lines[1].startswith("‘2027년 주민참여예산 총회’ 회의를 ") and "금천구청 대강당" in lines[1]
    assert "주민참여예산 gu 복지·문화분과 위원장이 되셨습니다." in lines[2]
    english = [text for text, _url in read(first, "en")]
    assert english[0].startswith("The meeting “Welfare and Culture 2분기 정기회의” begins at ")
    assert not any("{" in text or "  " in text for text in lines + english)
