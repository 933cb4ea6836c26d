"""The day of the general meeting at the office's table: short notice, the agenda item by item, the minutes."""

from datetime import timedelta

import pytest
from flask import Flask

from app.audit.models import SYSTEM
from app.clock import now, seoul_day
from app.committee import agenda_rules, invitations, queries, rules, services
from app.committee.models import GeneralMeeting
from app.database import db
from app.people.models import STAFF_ROLE
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.actors import Person
from tests.ballots.elections import seated
from tests.page import Page


@pytest.fixture
def round_(app: Flask) -> Round:
    return factories.round_(state=rounds.BALLOT_PUBLISHED, running=rounds.COMMITTEE_VOTE)


@pytest.fixture
def staff(app: Flask) -> Person:
    return Person(app, factories.account(STAFF_ROLE))


def page_of(round_: Round, step: str = "") -> str:
    return f"/office/rounds/{round_.id}/meeting{step}"


def press(person: Person, page: Page, action: str) -> Page:
    return Page(page.form(action=action).submit(person.client, follow_redirects=True))


def uninvited(round_: Round) -> GeneralMeeting:
    members = [factories.member(round_.programme) for _ in range(3)]
    meeting = factories.meeting(round_, state=rules.PLANNED, invited=False)
    for member in members:
        factories.attendance(meeting, member)
    return meeting


def test_an_invitation_too_late_asks_for_a_reason_and_the_reason_is_public(staff: Person, round_: Round) -> None:
    meeting = uninvited(round_)
    page = staff.get(page_of(round_))
    assert page.has("소집 통지를 아직 보내지 않았습니다.")
    sent = staff.submit(staff.get(page.link("소집 통지 보내기")), button="보내기")
    assert sent.flashes == ["위원 3명에게 소집 통지를 보냈습니다."]
    open_ = staff.get(sent.link("까닭을 쓰고 총회 열기"))
    refused = staff.submit(open_, button="총회 열기", reason="")
    assert (refused.status, refused.errors[0].startswith("소집 통지는 ")) == (422, True)
    assert queries.get_meeting(round_.id).state == rules.PLANNED
    opened = staff.submit(refused, button="총회 열기", reason="대강당 누수로 앞당김")
    assert opened.flashes[0].startswith("총회를 열었습니다.")
    services.end_meeting(meeting, at=now(), by=SYSTEM)
    draft = staff.get(page_of(round_, "/minutes"))
    out = staff.submit(staff.get(draft.link("공개하기")), button="공개하기")
    public = Person(staff.client.application).get(out.link("공개한 회의록 보기"))
    assert public.summary()["통지 기간을 채우지 못하고 연 까닭"] == "대강당 누수로 앞당김"
    assert "3명에게" in public.summary()["소집 통지"]


def test_the_agenda_is_put_together_and_gone_through(staff: Person, round_: Round) -> None:
    meeting = uninvited(round_)
    first = meeting.attendances[0].member
    page = staff.get(page_of(round_, "/agenda"))
    for kind, title in (("decision", "운영 일정"), ("ballot", "우선순위 투표")):
        page = staff.submit(page, button="안건 넣기", kind=kind, title=title)
    again = staff.submit(page, button="안건 넣기", kind="ballot", title="또")
    assert (again.status, again.errors[0].startswith("사업 투표는 안건에 한 번만")) == (422, True)
    page = staff.get(page_of(round_, "/agenda"))
    decision, ballot = queries.list_items(queries.get_meeting(round_.id))
    up = page.soup.select_one(f"form[action$='/{ballot.id}/move'] input[value='up']")
    assert up is not None
    token = page.form(button="안건 넣기").data["csrf_token"]
    page = staff.post(page_of(round_, f"/agenda/{ballot.id}/move"), {"csrf_token": token, "to": "up"})
    assert [row["안건"] for row in page.table("안건")] == ["우선순위 투표", "운영 일정"]
    invitations.send_invitation(meeting, at=meeting.starts_at - timedelta(days=9), by=SYSTEM)
    press(staff, staff.get(page_of(round_)), "/meeting/open")
    page = press(staff, staff.get(page_of(round_, "/agenda")), f"/{ballot.id}/begin")
    assert staff.get(page_of(round_)).has("지금 논의 중인 안건: 우선순위 투표")
    page = staff.submit(staff.get(page.link("마치기")), button="안건 마치기")
    page = press(staff, page, f"/{decision.id}/begin")
    decide = staff.get(page.link("의결하기"))
    given = {"votes_for": "2", "votes_against": "0", "abstained": "2", "recused": []}
    wrong = staff.submit(decide, button="의결 결과 적기", **given)
    assert (wrong.status, wrong.errors[0]) == (
        422,
        "찬성, 반대, 기권을 더하면 4명인데 이 안건에 표결할 수 있는 위원은 3명입니다.",
    )
    page = staff.submit(wrong, button="의결 결과 적기", **{**given, "abstained": "0", "recused": [str(first.id)]})
    row = page.table("안건")[1]
    assert row["상태"] == "가결 찬성 2, 반대 0, 기권 0"
    assert row["있던 위원"] == "재적 3명, 참석 3명, 제척·기피·회피 1명"
    minutes = staff.get(page_of(round_, "/minutes"))
    assert "투표로 정한 순위를 바꾸지 않습니다" in minutes.table("안건과 의결")[1]["결과"]


def test_an_item_that_was_put_on_the_agenda_after_the_invitation_is_marked(staff: Person, round_: Round) -> None:
    meeting = uninvited(round_)
    factories.item(meeting, kind=agenda_rules.BALLOT)
    staff.submit(staff.get(page_of(round_, "/invite")), button="보내기")
    typed = {"kind": "report", "title": "늦은 보고"}
    silent = staff.submit(staff.get(page_of(round_, "/agenda")), button="안건 넣기", **typed)
    assert (silent.status, silent.errors[0].startswith("소집 통지로 안건을 알렸습니다.")) == (422, True)
    staff.submit(silent, button="안건 넣기", **typed, reason="급히 생긴 일")
    page = staff.get(page_of(round_, "/minutes"))
    rows = page.table("안건과 의결")
    assert ["(소집 통지 뒤에 넣은 안건)" in row["안건"] for row in rows] == [False, True]
    assert page.has("늦은 보고: 넣음") and page.has("급히 생긴 일")


def test_a_meeting_whose_notice_was_in_time_is_opened_without_a_word_of_a_short_notice(
    staff: Person, round_: Round
) -> None:
    """Also on the page that nobody is led to."""
    meeting = uninvited(round_)
    late = staff.get(page_of(round_, "/open"))
    assert late.has("통지 기간을 채우지 못한 총회를 열까요?")
    invitations.send_invitation(meeting, at=meeting.starts_at - timedelta(days=9), by=SYSTEM)
    page = staff.get(page_of(round_, "/open"))
    assert page.has("총회를 열까요?") and not page.has("통지 기간") and not page.has("무효")
    assert page.soup.select_one("textarea") is None
    assert staff.submit(page, button="총회 열기").flashes[0].startswith("총회를 열었습니다.")
    assert queries.get_meeting(round_.id).short_notice is None


def test_the_last_day_for_the_invitation_is_said(staff: Person, round_: Round) -> None:
    meeting = uninvited(round_)
    by = seoul_day(meeting.starts_at) - timedelta(days=8)
    assert staff.get(page_of(round_, "/invite")).has(f"{by.month}월 {by.day}일")


def test_minutes_are_kept_as_a_draft_until_they_are_published(app: Flask, staff: Person, round_: Round) -> None:
    seated(round_, 3, 2, rules.ENDED)
    page = staff.submit(staff.get(page_of(round_, "/minutes")), button="저장하기", words="개회를 선언하였다.")
    assert page.flashes == ["회의록을 저장했습니다. 아직 공개하지 않았습니다."]
    assert Person(app).status(f"/rounds/{round_.id}/meeting") == 404
    staff.submit(staff.get(page_of(round_, "/minutes/publish")), button="공개하기")
    assert Person(app).get(f"/rounds/{round_.id}").link("총회 회의록 보기") == f"/rounds/{round_.id}/meeting"
    assert Person(app).get(f"/rounds/{round_.id}/meeting").has("개회를 선언하였다.")
    token = {"csrf_token": page.form(button="저장하기").data["csrf_token"], "words": "고침"}
    assert staff.post(page_of(round_, "/minutes"), token).status == 409
    db.session.rollback()
    assert queries.get_meeting(round_.id).minutes == "개회를 선언하였다."
