"""The count in the console: shut, counted, signed by two, and no figure of it to anybody else."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text

from app.audit.models import SYSTEM
from app.clock import Clock, now
from app.committee import queries as committee
from app.database import db
from app.people.models import APPROVER_ROLE, COMMITTEE_ROLE, DEPARTMENT_ROLE, STAFF_ROLE
from app.results import queries, services
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.actors import Person
from tests.ballots.elections import move_into, open_box, published, seated
from tests.results.elections import closed, counted, opened, pour, publish, signers, titles, voted

STEPS = ("close", "start", "seed", "1/sign", "1/withdraw")


def page_of(round_: Round) -> str:
    return f"/office/rounds/{round_.id}/count"


@pytest.fixture
def round_(app: Flask, clock: Clock) -> Round:
    return voted(clock)


def people(app: Flask, round_: Round) -> tuple[Person, Person]:
    staff, approver = signers(round_)
    return Person(app, staff), Person(app, approver)


def test_from_the_last_vote_to_the_public_result(app: Flask, round_: Round) -> None:
    staff, approver = people(app, round_)
    page = staff.get(page_of(round_))
    assert page.has("갖춤 주민: 투표함의 표 5장, 참여한 사람 5명")
    page = staff.submit(staff.get(page.link("마감하러 가기")), button="마감하기")
    assert "투표를 마감했습니다" in page.flashes[0]
    assert page.link("투표함 열러 가기") == f"/office/rounds/{round_.id}/box/open"
    open_box(round_)
    page = staff.get(page_of(round_))
    page = staff.submit(staff.get(page.link("개표하러 가기")), button="개표하기")
    assert "개표했습니다" in page.flashes[0]
    assert page.has("6개 사업 가운데 6개를 10억원 한도에서 선정했습니다")
    page = staff.submit(staff.get(page.link("서명하러 가기")), button="서명하기")
    assert "확인자가 서명하면" in page.flashes[0]
    page = approver.get(page_of(round_))
    page = approver.submit(approver.get(page.link("서명하러 가기")), button="서명하기")
    assert "결과를 공개했습니다" in page.flashes[0]
    assert Person(app).get(page.link("공개한 결과 보기")).h1.startswith("6개 사업 가운데")


def test_a_meeting_that_ended_without_its_quorum_is_said_wherever_the_result_is(app: Flask, clock: Clock) -> None:
    count = counted(clock)
    round_ = count.round
    meeting = committee.find_meeting(round_.id) or factories.meeting(round_, state="ended")
    meeting.enrolled_at_close, meeting.present_at_close = 9, 2
    db.session.commit()
    staff, _ = people(app, round_)
    words = "총회를 마칠 때 재적 9명 가운데 2명만 있어 의사정족수 5명에 모자랐습니다."
    page = staff.get(page_of(round_))
    assert page.has(words) and staff.get(page.link("서명하러 가기")).has(words)
    publish(count)
    assert Person(app).get(f"/results/{round_.id}").has(words)


def test_only_staff_and_approver_of_the_programme_see_the_page(app: Flask, round_: Round) -> None:
    elsewhere = factories.programme("city")
    strangers = [
        factories.account(STAFF_ROLE, of=elsewhere),
        factories.account(APPROVER_ROLE, of=elsewhere),
        factories.account(DEPARTMENT_ROLE, of=round_.programme),
        factories.account(COMMITTEE_ROLE, of=round_.programme),
    ]
    for account in strangers:
        person = Person(app, account)
        assert person.status(page_of(round_)) == 404
        assert {person.status(f"{page_of(round_)}/{step}") for step in STEPS} == {404}
    assert Person(app).status(page_of(round_)) == 302


def test_the_approver_neither_closes_nor_counts_nor_withdraws(app: Flask, round_: Round) -> None:
    _, approver = people(app, round_)
    for step in ("close", "start", "1/withdraw"):
        assert approver.status(f"{page_of(round_)}/{step}") == 404


def test_before_the_count_no_page_of_the_console_shows_a_choice(app: Flask, clock: Clock) -> None:
    """The same page, whatever was voted for: two rounds that differ in nothing but their ballots."""
    seen = []
    for year, votes in enumerate(([["1", "4"]] * 4, [["2", "5"], ["3", "6"], ["1", "5"], ["2", "6"]]), start=2040):
        round_ = published(clock, running=None, fiscal_year=year)  # a year that is in no title
        seated(round_, 3, 3)
        pour(round_, rounds.RESIDENTS, votes)
        move_into(clock, round_, rounds.VOTING)
        staff, _ = people(app, round_)
        pages = [staff.get(path).text for path in (page_of(round_), f"/office/rounds/{round_.id}")]
        titled = [title for page in pages for title in titles(round_).values() if title in page]
        assert titled == []
        seen.append([page.replace(str(round_.fiscal_year), "") for page in pages])
    assert seen[0][0] == seen[1][0]


def test_a_closed_round_shows_numbers_of_people_only(app: Flask, clock: Clock) -> None:
    round_ = closed(clock)
    page = people(app, round_)[0].get(page_of(round_))
    assert not any(title in page.text for title in titles(round_).values())


def test_while_there_is_voting_it_cannot_be_closed_and_says_what_runs_on(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    seated(round_, 3, 3)
    staff, _ = people(app, round_)
    assert staff.get(page_of(round_)).has("투표가 끝나기를 기다립니다")
    page = staff.submit(staff.get(f"{page_of(round_)}/close"), button="마감하기")
    assert page.status == 422
    assert page.errors == ["아직 끝나지 않은 것이 있어 마감할 수 없습니다: 주민 투표, 총회 위원 투표, 총회"]


def test_sums_that_do_not_add_up_are_shown_with_their_numbers(app: Flask, clock: Clock) -> None:
    round_ = opened(clock)
    db.session.execute(text("DELETE FROM participation WHERE chamber = 'committee'"))
    db.session.commit()
    staff, _ = people(app, round_)
    page = staff.get(page_of(round_))
    assert page.has("남음 위원회: 투표함의 표 3장, 참여한 사람 0명")
    page = staff.submit(staff.get(page.link("개표하러 가기")), button="개표하기")
    assert page.status == 422
    assert "committee: 함에 든 표 3장, 참여한 사람 0명" in page.errors
    db.session.rollback()
    assert (queries.find_count(round_.id), round_.state) == (None, rounds.CLOSED)


def test_a_step_that_another_person_has_taken_is_said_so(app: Flask, round_: Round) -> None:
    staff, _ = people(app, round_)
    stale = staff.get(f"{page_of(round_)}/close")
    services.close_round(round_, at=now(), by=SYSTEM)
    page = staff.submit(stale, button="마감하기")
    assert page.status == 409
    assert page.has("그 사이에 회차의 단계가 바뀌었습니다")


def test_one_person_with_both_roles_signs_once(app: Flask, clock: Clock) -> None:
    count = counted(clock)
    account = factories.account(STAFF_ROLE, of=count.round.programme)
    account.roles.append(type(account.roles[0])(role=APPROVER_ROLE, programme=count.round.programme))
    db.session.commit()
    person = Person(app, account)
    sign = person.get(page_of(count.round)).link("서명하러 가기")
    page = person.submit(person.get(sign), button="서명하기")
    assert not page.has("서명하러 가기")
    page = person.submit(person.get(sign), button="서명하기")
    assert (page.status, page.has("두 번째 서명은 다른 사람이 해야 합니다.")) == (409, True)


def test_the_approver_waits_for_staff(app: Flask, clock: Clock) -> None:
    count = counted(clock)
    _, approver = people(app, count.round)
    page = approver.get(page_of(count.round))
    assert page.has("담당자가 먼저 서명합니다")
    assert not page.has("서명하러 가기")
    page = approver.submit(approver.get(f"{page_of(count.round)}/{count.id}/sign"), button="서명하기")
    assert (page.status, page.has("담당자가 먼저 서명해야")) == (409, True)


def test_a_server_with_another_signing_key_than_the_rules_name_publishes_nothing(app: Flask, clock: Clock) -> None:
    count = counted(clock)
    staff, approver = people(app, count.round)
    staff.submit(staff.get(f"{page_of(count.round)}/{count.id}/sign"), button="서명하기")
    app.extensions["hanpyo"] = replace(app.extensions["hanpyo"], signing_key="0a" * 32)
    page = approver.submit(approver.get(f"{page_of(count.round)}/{count.id}/sign"), button="서명하기")
    assert (page.status, page.has("공표한 규칙에 적힌 공개키와 달라")) == (409, True)
    assert Person(app).status(f"/results/{count.round_id}") == 404


def test_a_count_is_withdrawn_with_a_reason(app: Flask, clock: Clock) -> None:
    count = counted(clock)
    staff, _ = people(app, count.round)
    confirm = staff.get(staff.get(page_of(count.round)).link("개표 결과 거두기"))
    page = staff.submit(confirm, button="거두기", reason=" ")
    assert (page.status, page.errors) == (422, ["까닭을 입력해 주세요."])
    page = staff.submit(confirm, button="거두기", reason="출석을 다시 확인함")
    assert "거두었습니다" in page.flashes[0]
    assert not page.has("선정된 사업")
    page = staff.submit(confirm, button="거두기", reason="다시")
    assert (page.status, page.has("거두었거나 공개했습니다")) == (409, True)


def test_a_published_result_offers_nothing_but_itself(app: Flask, clock: Clock) -> None:
    count = publish(counted(clock))
    page = people(app, count.round)[0].get(page_of(count.round))
    assert page.link("공개한 결과 보기") == f"/results/{count.round_id}"
    assert not page.has("거두기")


def test_while_the_box_is_sealed_a_count_is_refused_in_words(app: Flask, clock: Clock) -> None:
    round_ = closed(clock)
    staff, _ = people(app, round_)
    page = staff.submit(staff.get(f"{page_of(round_)}/start"), button="개표하기")
    sealed = "투표함이 아직 봉인되어 있습니다. 수탁자들이 투표함을 연 뒤에 개표할 수 있습니다."
    assert (page.status, page.errors) == (422, [sealed])


def test_the_seed_is_typed_by_two_people(app: Flask, clock: Clock) -> None:
    same = [["1", "4"], ["2", "4"]]
    round_ = opened(clock, tie_order=["residents", "lot"], residents=same, committee=same)
    staff, approver = people(app, round_)
    page = staff.submit(staff.get(f"{page_of(round_)}/start"), button="개표하기")
    assert page.status == 422
    assert "공개된 번호를 입력한 뒤에 개표할 수 있습니다" in page.errors[0]
    form = staff.get(staff.get(page_of(round_)).link("추첨 번호 입력하기"))
    page = staff.submit(form, button="입력하기", seed="3 11 15", source="")
    assert (page.status, page.errors) == (422, ["번호가 나온 곳을 입력해 주세요."])
    staff.submit(form, button="입력하기", seed="3 11 15", source="로또 1123회")
    second = approver.get(approver.get(page_of(round_)).link("추첨 번호 입력하기"))
    assert not second.has("3 11 15")
    page = approver.submit(second, button="입력하기", seed="3 11 16")
    assert (page.status, page.errors) == (
        422,
        ["앞사람이 입력한 번호와 다릅니다. 번호가 나온 곳을 두 사람이 함께 확인해 주세요."],
    )
    page = approver.submit(second, button="입력하기", seed="3  11 15")
    assert page.has("두 사람이 같은 번호를 입력했습니다: 3 11 15 (로또 1123회)")
    page = staff.submit(staff.get(f"{page_of(round_)}/start"), button="개표하기")
    assert "개표했습니다" in page.flashes[0]


def test_before_publication_of_the_ballot_there_is_nothing_to_count(app: Flask) -> None:
    round_ = factories.round_(state=rounds.CALLED, running=rounds.INTAKE)
    staff, _ = people(app, round_)
    assert staff.get(page_of(round_)).has("아직 투표 대상을 공표하지 않았습니다")
