"""On-site reviews at the office: outings and their route, the checklist, the sign-off, and what cannot be visited."""

from datetime import timedelta

import pytest
from flask import Flask

from app.clock import SEOUL, Clock, now
from app.database import db
from app.notices.delivery_rules import Person as Reader
from app.notices.letter_queries import list_notices
from app.people.models import APPROVER_ROLE, COMMITTEE_ROLE, DEPARTMENT_ROLE, STAFF_ROLE
from app.proposals.models import Proposal
from app.reviews import queries, rules, visit_queries, visit_rules
from app.reviews import services as reviewing
from app.reviews.visit_models import Outing, SiteVisit
from app.web.letter_view import read_all
from tests import factories
from tests.actors import Person
from tests.page import Page
from tests.reviews.papers import checklist, members, record, sign


@pytest.fixture
def proposal(app: Flask) -> Proposal:
    resident = factories.resident(name="홍길동", phone="01012345678")
    row = factories.proposal(factories.round_(running="site_visit"), state="eligible", by=resident, place="안양천")
    factories.check(row, state=rules.RELEASED)
    return row


@pytest.fixture
def staff(app: Flask) -> Person:
    return Person(app, factories.account(STAFF_ROLE, name="김담당"))


def at(proposal: Proposal, page: str = "") -> str:
    return f"/office/visits/{proposal.id}{page}"


def visits(proposal: Proposal) -> str:
    return f"/office/rounds/{proposal.round_id}/visits"


def plan(staff: Person, proposal: Proposal, **fields: object) -> Page:
    """An outing this afternoon, with those who are named."""
    form = staff.get(f"/office/rounds/{proposal.round_id}/outings/new")
    when = now().astimezone(SEOUL).strftime("%Y-%m-%dT%H:%M")
    return staff.submit(form, button="저장하기", **{"starts_at": when, "meeting_point": "구청 정문", **fields})


def test_an_outing_is_planned_and_proposals_are_put_on_it_by_dong(
    app: Flask, proposal: Proposal, staff: Person
) -> None:
    one, other = members(proposal.round)
    gasan, doksan = factories.area(), factories.area("doksan", name_ko="독산동", name_en="Doksan-dong")
    far, near = (
        factories.proposal(proposal.round, state="eligible", title=title, area=area)
        for title, area in (("먼 곳", doksan), ("가까운 곳", gasan))
    )
    assert proposal.area == gasan
    page = plan(staff, proposal, companions=[one.id, other.id])
    assert page.has("위원0") and page.has("적격 제안입니다")
    for chosen in (proposal, far, near):
        page = staff.submit(page, button="고른 제안 넣기", proposals=[chosen.id])
    outing = db.session.query(Outing).one()
    assert [stop.proposal for stop in visit_queries.list_stops(outing.id)] == [proposal, near, far]
    assert page.table("가산동")[1]["제안"].endswith("가까운 곳")
    move = {"csrf_token": page.soup.find("input", attrs={"name": "csrf_token"})["value"], "direction": "up"}
    staff.post(f"/office/outings/{outing.id}/stops/{far.id}", move)
    assert [stop.proposal for stop in visit_queries.list_stops(outing.id)] == [proposal, far, near]
    staff.post(f"/office/outings/{outing.id}/stops/{proposal.id}", move)
    assert visit_queries.list_stops(outing.id)[0].proposal == proposal
    assert staff.get(visits(proposal)).table("현장심사 일정")[0]["제안"] == "3건"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"starts_at": ""}, "모이는 날과 시각을 입력해 주세요."),
        ({"starts_at": "2026-02-30T10:00"}, "날짜와 시각을 확인해 주세요."),
        ({"starts_at": "1999-01-01T10:00"}, "현장심사 기간 안의 날을 골라 주세요"),
        ({"meeting_point": ""}, "모이는 곳을 써 주세요."),
        ({"meeting_point": "가" * 121}, "120자까지 쓸 수 있습니다."),
        ({"companions": []}, "함께 가는 사람을 골라 주세요."),
        ({"answer_days": "0"}, "1 이상으로 입력해 주세요."),
        ({"answer_days": "61"}, "60 이하로 입력해 주세요."),
    ],
)
def test_an_outing_that_is_not_in_order_is_answered_at_its_field(
    app: Flask, proposal: Proposal, staff: Person, fields: dict[str, object], words: str
) -> None:
    one, _other = members(proposal.round)
    page = plan(staff, proposal, **{"companions": [one.id], **fields})
    assert (page.status, len(page.errors)) == (422, 1)
    assert page.errors[0].startswith(words)
    assert db.session.query(Outing).count() == 0


def test_a_recused_member_does_not_go_to_the_proposal(app: Flask, proposal: Proposal, staff: Person) -> None:
    one, other = members(proposal.round)
    reviewing.recuse(proposal, one, rules.EXCLUDED, "제안자의 가족", at=now(), by=other.actor)
    page = plan(staff, proposal, companions=[one.id, other.id])
    refused = staff.submit(page, button="고른 제안 넣기", proposals=[proposal.id])
    assert (refused.status, len(refused.errors)) == (422, 1)
    assert refused.errors[0].startswith(f"위원0 위원은 {proposal.number}번 제안의 심사에서")
    assert queries.find_visit(proposal.id) is None
    outing = db.session.query(Outing).one()
    edit = f"/office/outings/{outing.id}/edit"
    staff.submit(staff.get(edit), button="저장하기", companions=[other.id])
    staff.submit(staff.get(f"/office/outings/{outing.id}"), button="고른 제안 넣기", proposals=[proposal.id])
    assert queries.get_visit(proposal.id).outing == outing
    assert staff.submit(staff.get(edit), button="저장하기", companions=[one.id, other.id]).status == 422
    db.session.expire_all()
    assert [row.account for row in outing.companions] == [other]


def test_a_proposal_is_on_one_outing_and_moving_it_leaves_a_trace(
    app: Flask, proposal: Proposal, staff: Person
) -> None:
    one, two = (factories.outing(proposal.round, meeting_point=place) for place in ("구청", "시장"))
    for outing in (one, two):
        page = staff.get(at(proposal, "/plan"))
        staff.submit(page, button="저장하기", outing=str(outing.id), kind="programme", meeting_point="안양천 입구")
    visit = queries.get_visit(proposal.id)
    assert (visit.outing, visit.kind, visit.meeting_point) == (two, "programme", "안양천 입구")
    assert (visit_queries.list_stops(one.id), two.sequence) == ([], 1)
    resident = Person(app, proposal.resident)
    page = resident.get(resident.get(f"/my/proposals/{proposal.id}").link("현장심사 방문 일정 보기"))
    assert page.has("안양천 입구") and page.has("1곳 가운데 1번째")
    with app.test_request_context():
        assert "안양천 입구" in read_all(list_notices(Reader(resident_id=proposal.resident_id)))[0].text


def test_an_outing_is_cancelled_with_a_reason_and_stays_for_those_who_were_to_go(
    app: Flask, proposal: Proposal, staff: Person
) -> None:
    (member,) = members(proposal.round, 1)
    outing = factories.outing(proposal.round, member)
    factories.visit(proposal, state=rules.PLANNED, on=outing)
    page = staff.get(staff.get(f"/office/outings/{outing.id}").link("일정 취소하기"))
    assert staff.submit(page, button="일정 취소하기", reason="").status == 422
    assert staff.submit(page, button="일정 취소하기", reason="비가 옵니다.").flashes
    assert staff.submit(page, button="일정 취소하기", reason="비가 옵니다.").status == 409
    assert staff.get(f"/office/outings/{outing.id}").has("비가 옵니다.")
    goes = Person(app, member)
    assert goes.get("/committee/").soup.select_one("main a[href*='/onsite/outings/']") is None
    page = goes.get(goes.get("/onsite/").soup.select_one("main td a, main th a")["href"])
    assert page.has("비가 옵니다.") and not page.has(proposal.title)
    assert b"STATUS:CANCELLED" in goes.client.get(f"/onsite/outings/{outing.id}/outing.ics").data


def test_the_day_stays_once_something_is_written_on_it(app: Flask, proposal: Proposal, staff: Person) -> None:
    checklist(proposal.round)
    visit = factories.visit(proposal, state=rules.PLANNED)
    record(visit, *members(proposal.round))
    edit = f"/office/outings/{visit.outing_id}/edit"
    another = (now() + timedelta(days=1)).astimezone(SEOUL).strftime("%Y-%m-%dT%H:%M")
    someone = visit.visitors[0].account_id
    page = staff.submit(staff.get(edit), button="저장하기", starts_at=another, companions=[someone])
    assert (page.status, page.errors) == (422, ["이 날 방문한 결과가 이미 있어 날을 바꿀 수 없습니다."])
    db.session.expire_all()
    assert (visit.outing.sequence, visit.outing.companions) == (0, [])


def test_the_checklist_is_data_until_the_first_answer(app: Flask, proposal: Proposal, staff: Person) -> None:
    path = f"/office/rounds/{proposal.round_id}/checklist"
    page = staff.submit(
        staff.get(path),
        button="저장하기",
        **{"facility-0-text_ko": "그늘이 있다", "facility-0-text_en": "There is shade"},
    )
    assert page.flashes == ["현장에서 확인할 것을 저장했습니다."]
    lines = visit_queries.list_lines(proposal.round_id, "facility")
    assert (lines[0].text_ko, len(lines)) == ("그늘이 있다", 7)
    half = staff.submit(staff.get(path), button="저장하기", **{"other-0-text_en": ""})
    assert (half.status, len(half.errors)) == (422, 1)
    empty = {f"other-{n}-text_{language}": "" for n in range(5) for language in ("ko", "en")}
    assert staff.submit(staff.get(path), button="저장하기", **empty).status == 422
    old = staff.get(path)
    record(factories.visit(proposal, state=rules.PLANNED), *members(proposal.round))
    assert staff.submit(old, button="저장하기", **{"facility-0-text_ko": "다른 것"}).status == 409
    assert staff.get(path).has("바꿀 수 없습니다")
    assert visit_queries.list_lines(proposal.round_id, "facility")[0].text_ko == "그늘이 있다"


def test_the_kind_of_project_stays_once_something_is_written(app: Flask, proposal: Proposal, staff: Person) -> None:
    checklist(proposal.round)
    visit = factories.visit(proposal, state=rules.PLANNED)
    one, other = members(proposal.round)
    page = staff.get(at(proposal, "/plan"))
    record(visit, one, other)
    visit.state, visit.record_sha256, visit.answer_until = rules.PLANNED, None, None
    db.session.commit()
    page = staff.submit(page, button="저장하기", kind="other")
    assert (page.status, page.errors) == (422, ["현장에서 쓴 답이나 사진이 이미 있어 바꿀 수 없습니다."])
    db.session.expire_all()
    assert visit.kind == "facility"


def test_the_sign_off_says_what_it_waits_for(app: Flask, proposal: Proposal, staff: Person, clock: Clock) -> None:
    checklist(proposal.round)
    visit = factories.visit(proposal, state=rules.PLANNED)
    present = members(proposal.round)
    record(visit, *present)
    page = staff.get(staff.get(at(proposal)).link("현장심사 확정하기"))
    refused = staff.submit(page, button="확정하기")
    assert refused.status == 422 and refused.errors[0].startswith("제안자가 아직 답변하지 않았습니다.")
    resident = Person(app, proposal.resident)
    form = resident.get(f"/my/proposals/{proposal.id}/visit")
    assert form.has("확인됨") and form.has("답변 기한") and not form.has("위원0")
    resident.submit(form, button="보내기", answer="의자를 줄이겠습니다.")
    refused = staff.submit(page, button="확정하기")
    assert refused.errors == ["함께 간 위원 2명 이상이 서명해야 하는데 지금 0명이 서명했습니다."]
    sign(visit, *present)
    page = staff.submit(page, button="확정하기")
    assert page.has("의자를 줄이겠습니다.") and page.has("현장심사 마침")
    assert resident.get(f"/my/proposals/{proposal.id}/visit").has("답변을 더 고칠 수 없습니다.")
    public = Person(app).get(f"/proposals/{proposal.id}")
    assert public.has("2명 가운데 2명 서명") and not public.has("위원0")


def test_after_the_deadline_an_answer_is_refused_in_words(
    app: Flask, proposal: Proposal, staff: Person, clock: Clock
) -> None:
    visit = factories.visit(proposal, state=rules.RECORDED)
    resident = Person(app, proposal.resident)
    form = resident.get(f"/my/proposals/{proposal.id}/visit")
    clock.offset += timedelta(days=7)
    late = resident.submit(form, button="보내기", answer="늦었습니다.")
    assert late.status == 422 and late.errors[0].startswith("답변할 수 있는 기한이")
    assert resident.get(f"/my/proposals/{proposal.id}/visit").has("답변할 수 있는 기한이 지났습니다.")
    db.session.expire_all()
    assert (visit.state, visit.proposer_answer) == (rules.RECORDED, "")


def test_an_answered_record_can_be_opened_again(app: Flask, proposal: Proposal, staff: Person) -> None:
    visit = factories.visit(proposal, state=rules.ANSWERED, visitors=tuple(members(proposal.round)))
    page = staff.get(staff.get(at(proposal)).link("방문 결과 다시 열기"))
    assert staff.submit(page, button="다시 열기").flashes[0].startswith("방문 결과를 다시 고칠 수 있습니다.")
    assert staff.submit(page, button="다시 열기").status == 409
    db.session.expire_all()
    assert visit.state == rules.RECORDED


def test_an_answer_of_before_the_reopening_is_shown_as_such_and_never_as_none(
    app: Flask, proposal: Proposal, staff: Person
) -> None:
    visit = factories.visit(proposal, state=rules.ANSWERED)
    visit.proposer_answer = "의자를 줄이겠습니다."
    db.session.commit()
    staff.submit(staff.get(at(proposal, "/reopen")), button="다시 열기")
    assert staff.get(at(proposal)).has("다시 열기 전에 한 답변")
    visit.state, visit.signed_off_at, proposal.state = rules.SIGNED_OFF, now(), "visited"
    db.session.commit()
    public = Person(app).get(f"/proposals/{proposal.id}")
    assert public.has("다시 열기 전에 한 답변") and public.has("의자를 줄이겠습니다.")
    assert not public.has("답변하지 않음")


def test_what_cannot_be_visited_is_confirmed_by_another_and_said_to_everybody(
    app: Flask, proposal: Proposal, staff: Person
) -> None:
    factories.visit(proposal, state=rules.PLANNED)
    page = staff.get(staff.get(at(proposal)).link("현장심사를 할 수 없음"))
    assert staff.submit(page, button="까닭 기록하기", reason="").status == 422
    page = staff.submit(page, button="까닭 기록하기", reason="공사로 들어갈 수 없습니다.")
    confirm = at(proposal, "/impossible/confirm")
    assert staff.get(confirm).has("까닭을 기록한 사람은 확인할 수 없습니다.")
    assert not Person(app).get(f"/proposals/{proposal.id}").has("들어갈 수 없습니다")
    approver = Person(app, factories.account(APPROVER_ROLE))
    form = approver.get(approver.get(visits(proposal)).link("까닭 확인하기"))
    page = approver.submit(form, button="확인하기")
    assert page.flashes == ["현장심사를 하지 못한 것을 확인했습니다. 이제 서면심사를 할 수 있습니다."]
    assert approver.submit(form, button="확인하기").status == 409
    public = Person(app).get(f"/proposals/{proposal.id}")
    assert public.has("현장심사를 하지 못한 것을 확인했습니다.") and not public.has("현장심사를 마쳤습니다.")
    assert public.has("현장심사를 하지 못함") and public.has("공사로 들어갈 수 없습니다.")
    assert Person(app, proposal.resident).get(f"/my/proposals/{proposal.id}/visit").has("들어갈 수 없습니다")
    db.session.expire_all()
    assert (proposal.state, db.session.query(SiteVisit).one().is_impossible) == ("visited", True)


def test_nobody_confirms_their_own_reason_nor_one_that_changed(app: Flask, proposal: Proposal, staff: Person) -> None:
    page = staff.get(at(proposal, "/impossible"))
    staff.submit(page, button="까닭 기록하기", reason="비")
    visit, other = queries.get_visit(proposal.id), Person(app, factories.account(STAFF_ROLE))
    form = other.get(at(proposal, "/impossible/confirm")).form(button="확인하기")
    own = Page(form.submit(staff.client, "확인하기"))  # their own session, with another's page
    assert own.status in (400, 422)
    visit.impossible_reason = "다른 까닭"
    db.session.commit()
    moved = Page(form.submit(other.client, "확인하기"))
    assert (moved.status, moved.errors) == (422, ["보시는 동안 까닭이 바뀌었습니다. 다시 읽고 확인해 주세요."])
    db.session.expire_all()
    assert (visit.state, proposal.state) == (rules.PLANNED, "eligible")
    assert moved.form(button="확인하기").data["seen"] == ["다른 까닭"]
    assert other.submit(moved, button="확인하기").flashes
    db.session.expire_all()
    assert (visit.state, proposal.state) == (rules.SIGNED_OFF, "visited")


def test_a_reason_of_several_lines_is_confirmed_as_browsers_send_it(
    app: Flask, proposal: Proposal, staff: Person
) -> None:
    """Browsers end the lines of every field, of a hidden one too, with both letters."""
    reason = "공사로 들어갈 수 없습니다.\r\n\r\n다음 달에 끝납니다."
    staff.submit(staff.get(at(proposal, "/impossible")), button="까닭 기록하기", reason=reason)
    other = Person(app, factories.account(STAFF_ROLE))
    form = other.get(at(proposal, "/impossible/confirm")).form(button="확인하기")
    (seen,) = form.data["seen"]
    form.data["seen"] = ["\r\n".join(seen.splitlines())]
    Page(form.submit(other.client, "확인하기"))
    db.session.expire_all()
    assert (proposal.state, queries.get_visit(proposal.id).state) == ("visited", rules.SIGNED_OFF)


def test_nobody_but_staff_of_the_programme_sees_the_visits(app: Flask, proposal: Proposal) -> None:
    visit = factories.visit(proposal, state=rules.RECORDED)
    pages = [at(proposal, page) for page in ("", "/plan", "/sign-off", "/reopen", "/impossible")]
    pages += [visits(proposal), f"/office/outings/{visit.outing_id}", f"/onsite/visits/{proposal.id}"]
    others = [
        factories.account(STAFF_ROLE, of=factories.programme("dong")),
        factories.account(DEPARTMENT_ROLE),
        factories.account(COMMITTEE_ROLE),
    ]
    for person in (Person(app, one) for one in others):
        assert [person.status(page) for page in pages] == [404] * len(pages)


def test_the_proposer_sees_only_the_own_visit(app: Flask, proposal: Proposal) -> None:
    path = f"/my/proposals/{proposal.id}/visit"
    assert Person(app, proposal.resident).status(path) == 404  # no visit yet
    factories.visit(proposal, state=rules.RECORDED)
    assert Person(app, proposal.resident).status(path) == 200
    assert Person(app, factories.resident()).status(path) == 404
    assert Person(app, factories.account(STAFF_ROLE)).status(path) != 200


def test_a_page_left_open_over_the_sign_off_changes_nothing(app: Flask, proposal: Proposal, staff: Person) -> None:
    checklist(proposal.round)
    visit = factories.visit(proposal, state=rules.PLANNED)
    present = members(proposal.round)
    record(visit, *present)
    sign(visit, *present)
    resident = Person(app, proposal.resident)
    old_answer = resident.get(f"/my/proposals/{proposal.id}/visit")
    resident.submit(old_answer, button="보내기", answer="알겠습니다.")
    old_sign_off = staff.get(at(proposal, "/sign-off"))
    staff.submit(old_sign_off, button="확정하기")
    assert resident.submit(old_answer, button="보내기", answer="늦었습니다.").status == 409
    assert staff.submit(old_sign_off, button="확정하기").status == 409
    assert [staff.status(at(proposal, page)) for page in ("/plan", "/sign-off", "/reopen")] == [409, 409, 409]
    db.session.expire_all()
    assert visit.proposer_answer == "알겠습니다."


@pytest.mark.parametrize("answer", ["", "가" * 2001])
def test_an_answer_is_neither_empty_nor_endless(app: Flask, proposal: Proposal, answer: str) -> None:
    visit = factories.visit(proposal, state=rules.RECORDED)
    resident = Person(app, proposal.resident)
    page = resident.submit(resident.get(f"/my/proposals/{proposal.id}/visit"), button="보내기", answer=answer)
    assert (page.status, len(page.errors)) == (422, 1)
    assert page.soup.find("textarea").get_text().strip() == answer
    db.session.expire_all()
    assert visit.state == rules.RECORDED


def test_every_kind_begins_with_lines_in_both_languages() -> None:
    for kind in visit_rules.KINDS:
        lines = [line for line in visit_rules.DEFAULT_LINES if line.kind == kind]
        assert 0 < len(lines) <= visit_rules.LINES_MAX
        assert all(line.text_ko and line.text_en for line in lines)
