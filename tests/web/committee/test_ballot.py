"""The committee's ballot on the member's own device."""

from datetime import timedelta

import pytest
from flask import Flask

from app.audit.models import SYSTEM
from app.ballots import queries, rules
from app.clock import Clock, now
from app.committee import rules as committee
from app.committee import services as meetings
from app.committee.models import CommitteeMember
from app.people.models import APPROVER_ROLE, COMMITTEE_ROLE, STAFF_ROLE
from app.reviews.models import Recusal
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.actors import Person
from tests.ballots.elections import cast_in, census, items, picks, published, seated
from tests.page import Page


@pytest.fixture
def round_(app: Flask, clock: Clock) -> Round:
    return published(clock, running=rounds.COMMITTEE_VOTE)


def path(round_: Round) -> str:
    return f"/committee/rounds/{round_.id}/ballot"


def recuse(round_: Round, member: CommitteeMember, code: str) -> None:
    (item,) = [item for item in queries.list_items(round_.id) if item.code == code]
    assert item.proposal_id is not None
    factories.keep(
        Recusal(
            proposal_id=item.proposal_id,
            account_id=member.account_id,
            kind="stepped_back",
            reason="제안자의 가족",
            declared_at=now(),
        )
    )


def to_check(person: Person, page: Page, chosen: list[str]) -> Page:
    return Page(page.form(action="/check").tick("pick", *chosen).submit(person.client, follow_redirects=True))


def test_a_member_votes_from_ballot_to_receipt(app: Flask, round_: Round) -> None:
    _, (member, *_) = seated(round_, 40, 21)
    person = Person(app, member.account)
    page = person.get(path(round_))
    assert page.has("재적 40명, 필요 21명, 참석 21명")
    check = to_check(person, page, picks(round_))
    assert check.has("아직 투표하지 않았습니다")
    done = Page(check.form(action="/cast").submit(person.client, follow_redirects=True))
    assert rules.is_receipt(done.summary()["접수번호"].replace("-", ""))
    assert cast_in(round_.id, rounds.COMMITTEE) == [sorted(picks(round_))]
    assert person.get(path(round_)).h1 == "이미 투표하셨습니다"


def test_geumcheon_2013_with_18_of_40_no_ballot_can_even_be_opened(app: Flask, round_: Round) -> None:
    _, (member, *_) = seated(round_, 40, 18)
    before = census()
    page = Person(app, member.account).get(path(round_))
    assert page.status == 409
    assert page.has("재적 40명 가운데 21명이 있어야 하는데 지금 18명입니다")
    assert census() == before


def test_a_check_page_from_before_the_quorum_was_lost_casts_nothing(app: Flask, round_: Round) -> None:
    meeting, (first, second, _) = seated(round_, 3, 2)
    person = Person(app, first.account)
    check = to_check(person, person.get(path(round_)), picks(round_))
    meetings.record_leaving(meeting, second, at=now(), by=SYSTEM)
    before = census()
    answer = Page(check.form(action="/cast").submit(person.client))
    assert answer.status == 409
    assert answer.has("의사정족수에 모자랍니다")
    assert census() == before


def test_recused_items_are_shown_but_cannot_be_ticked(app: Flask, round_: Round) -> None:
    _, (member, *_) = seated(round_, 3, 2)
    barred, other = picks(round_)
    recuse(round_, member, barred)
    person = Person(app, member.account)
    page = person.get(path(round_))
    offered = {tick["value"] for tick in page.soup.select("input[type=checkbox]")}
    assert offered == {item.code for item in queries.list_items(round_.id)} - {barred}
    assert page.has("제척·기피·회피된 사업이라 고를 수 없습니다")
    before = census()
    data = {**page.form(action="/check").data, "pick": [barred, other], "token": "a" * 32}
    for target in ("check", "cast"):
        answer = person.post(f"{path(round_)}/{target}", data)
        assert answer.status == 422
        assert "제척·기피·회피된 사업은 고를 수 없습니다" in answer.errors[0]
    assert census() == before


def test_who_is_recused_from_a_whole_section_need_not_pick_there(app: Flask, round_: Round) -> None:
    _, (member, *_) = seated(round_, 3, 2)
    for item in items(round_, "s1"):
        recuse(round_, member, item.code)
    person = Person(app, member.account)
    page = person.get(path(round_))
    assert page.has("0 / 1개")
    assert to_check(person, page, [items(round_, "s2")[0].code]).has("아직 투표하지 않았습니다")


@pytest.mark.parametrize("state", committee.MEETING_STATES)
def test_the_home_page_leads_to_the_ballot_only_while_the_meeting_is_open(
    app: Flask, round_: Round, state: str
) -> None:
    _, (member, *_) = seated(round_, 3, 3, state)
    page = Person(app, member.account).get("/committee/")
    assert page.has("총회 투표로 가기") == (state == committee.OPEN)


@pytest.mark.parametrize("state", [committee.PLANNED, committee.ENDED])
def test_the_ballot_is_there_only_while_the_meeting_is_open(app: Flask, round_: Round, state: str) -> None:
    _, (member, *_) = seated(round_, 3, 3, state)
    page = Person(app, member.account).get(path(round_))
    assert (page.status, page.has("회의가 열려 있지 않습니다")) == (409, True)


def test_without_a_meeting_there_is_no_ballot(app: Flask, round_: Round) -> None:
    page = Person(app, factories.member().account).get(path(round_))
    assert (page.status, page.has("회의가 열려 있지 않습니다")) == (409, True)


def test_an_absent_member_is_told_to_sign_in_at_the_door(app: Flask, round_: Round) -> None:
    _, (*_, absent) = seated(round_, 3, 2)
    page = Person(app, absent.account).get(path(round_))
    assert (page.status, page.has("출석을 먼저 확인받아 주세요")) == (409, True)


def test_outside_the_phase_the_page_says_when_it_is(app: Flask, round_: Round, clock: Clock) -> None:
    _, (member, *_) = seated(round_, 3, 2)
    clock.offset -= timedelta(days=3)
    page = Person(app, member.account).get(path(round_))
    assert (page.status, page.has("지금은 총회 위원 투표 기간이 아닙니다. 기간:")) == (409, True)


@pytest.mark.parametrize("role", [STAFF_ROLE, APPROVER_ROLE])
def test_it_does_not_exist_for_staff(app: Flask, round_: Round, role: str) -> None:
    assert Person(app, factories.account(role)).status(path(round_)) == 404


def test_it_does_not_exist_for_another_programmes_committee(app: Flask, round_: Round) -> None:
    other = factories.account(COMMITTEE_ROLE, of=factories.programme("other"))
    for target in ("", "/check", "/receipt"):
        assert Person(app, other).status(path(round_) + target) == 404
