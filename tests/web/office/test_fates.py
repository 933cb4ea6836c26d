"""Merging, splitting, carrying over and handing over at a browser: staff ask, proposers answer, everybody sees."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.clock import Clock, now
from app.database import db
from app.fates import queries
from app.fates.services import carry_over
from app.people.models import APPROVER_ROLE, DEPARTMENT_ROLE, STAFF_ROLE
from app.proposals import conflict_services
from app.proposals.models import Proposal
from app.proposals.rules import ACCEPTED, Line
from app.results import handing_queries as handing
from app.results.handing_services import hand_over, pass_on
from app.rounds import rules as rounds
from app.rounds.rules import INTAKE, SITE_VISIT
from app.voices import services as speaking
from tests import factories
from tests.actors import Person
from tests.fates.offers import agree, called, merge, states
from tests.questions import questions
from tests.results.test_handing import decided
from tests.reviews.papers import lines

LINES = (Line("의자", 10, 3_000_000), Line("그늘막", 2, 10_000_000))


@pytest.fixture
def staff(app: Flask) -> Person:
    return Person(app, factories.account(STAFF_ROLE))


def two(**settings: Any) -> tuple[Proposal, Proposal]:
    round_ = called()
    return factories.proposal(round_, **settings), factories.proposal(round_)


def form_of(staff: Person, *merged: Proposal) -> Any:
    numbers = ",".join(str(one.number) for one in merged)
    return staff.get(f"/office/rounds/{merged[0].round_id}/merges/new?numbers={numbers}")


def test_what_is_wrong_with_a_merge_is_said_where_it_was_typed(app: Flask, staff: Person) -> None:
    ahead, behind = two(state="eligible")
    page = staff.submit(form_of(staff, ahead, behind), button="묻기")
    assert (page.status, len(page.errors)) == (422, 2)
    page = staff.submit(page, button="묻기", lead=str(ahead.id), reason="같은 일입니다.")
    assert page.status == 422 and "심사가 앞서 있습니다" in page.errors[0] and page.has("같은 일입니다.")
    page = staff.submit(page, button="묻기", lead="new", title="", need="")
    assert page.status == 422 and len(page.errors) == 2
    assert (lines("fate.offer"), states([ahead, behind])) == (0, ["eligible", "submitted"])


def test_a_new_text_is_read_by_those_who_are_asked(app: Flask, staff: Person) -> None:
    one, other = two(cost_lines=LINES)
    page = staff.submit(
        form_of(staff, one, other), button="묻기", lead="new", title="함께 쓴 글", reason="같은 일입니다."
    )
    assert page.has("2명 가운데 0명") and page.has("함께 쓴 글") and page.has("그늘막")
    for proposal in (one, other):
        person = Person(app, proposal.resident)
        asked = person.get(person.get("/my/proposals").link("읽고 답하기"))
        assert asked.has("함께 쓴 글") and asked.has("그늘막")
        assert asked.has("사진과 자료를 합친 제안에도 둡니다.")
        assert person.submit(asked, button="답하기").status == 422
        done = person.submit(asked, button="답하기", agrees="yes")
        assert person.submit(asked, button="답하기", agrees="no").status == 409
    assert done.flashes == ["모두 동의하여 이루어졌습니다."]
    assert states([one, other]) == ["merged", "merged"]


def test_fewer_than_two_of_the_round_are_no_merge(app: Flask, staff: Person) -> None:
    one, _other = two()
    n, elsewhere = one.number, factories.proposal(factories.round_(running=INTAKE)).number
    for asked in ("", "abc", "0", "9" * 19, f"{n}", f"{n},{n}", f"{n} {elsewhere}", f"{n},-1"):
        page = staff.get(f"/office/rounds/{one.round_id}/merges/new?numbers={asked}")
        assert page.status == 200 and not page.soup.select("main form[method=post]"), asked


def test_an_offer_is_nobody_elses_and_staff_of_others_see_none(app: Flask) -> None:
    offer = merge(*two())
    assert Person(app, factories.resident()).status(f"/my/offers/{offer.id}") == 404
    foreign = factories.account(STAFF_ROLE, of=factories.programme("other"))
    assert Person(app, foreign).status(f"/office/offers/{offer.id}") == 404
    approver = Person(app, factories.account(APPROVER_ROLE))
    assert approver.status(f"/office/offers/{offer.id}") == 200
    assert approver.status(f"/office/offers/{offer.id}/withdraw") == 404


def test_who_answers_late_reads_why_they_cannot(app: Flask, staff: Person) -> None:
    one, other = two()
    offer = merge(one, other)
    person = Person(app, one.resident)
    asked = person.get(f"/my/offers/{offer.id}")
    other.version += 1
    db.session.commit()
    assert person.submit(asked, button="답하기", agrees="yes").status == 409
    assert person.get(f"/my/offers/{offer.id}").has("그 사이에 제안 하나의 내용이 바뀌었습니다.")
    listed = staff.get(f"/office/rounds/{one.round_id}/fates")
    assert listed.table("물은 것")[0]["상태"] == "답할 수 없음"
    page = staff.submit(staff.get(f"/office/offers/{offer.id}/withdraw"), button="거두기", reason="다시 묻습니다.")
    assert page.has("다시 묻습니다.") and states([one, other]) == ["submitted", "submitted"]
    assert staff.get(f"/office/offers/{offer.id}/withdraw").status == 409


def test_what_was_said_on_paper_is_written_down(app: Flask, staff: Person) -> None:
    one, other = two()
    factories.filing(other)
    offer = agree(merge(one, other), one.resident)
    page = staff.get(staff.get(f"/office/offers/{offer.id}").link("종이로 받은 답 적기"))
    assert len(staff.submit(page, button="답 적기").errors) == 2
    done = staff.submit(page, button="답 적기", agrees="yes", note="창구에서 서명, 서류철 3번")
    assert done.has("창구에서 서명, 서류철 3번") and states([other]) == ["merged"]
    by_phone = next(row.id for row in offer.consents if row.proposal_id == one.id)
    assert staff.status(f"/office/offers/{offer.id}/consents/{by_phone}") == 409


def test_a_conflict_leads_to_a_merge_and_is_settled_by_it(app: Flask, staff: Person) -> None:
    round_ = called(SITE_VISIT)
    one, other = (factories.proposal(round_, state="eligible", title="골목길 긴 의자") for _ in range(2))
    conflict_services.find_conflicts(round_, at=now(), by=factories.account(STAFF_ROLE).actor)
    (address,) = {staff.get(f"/office/proposals/{one.id}").link("골목길 긴 의자")}
    page = staff.get(staff.get(address).link("두 제안을 합치자고"))
    staff.submit(page, button="묻기", lead=str(one.id), reason="같은 의자입니다.")
    (offer,) = queries.list_offers(round_.id)
    agree(offer)
    assert staff.get(address).has("같은 의자입니다.")


def test_a_split_shares_out_the_lines_of_the_cost(app: Flask, staff: Person) -> None:
    whole = factories.proposal(called(), cost_won=50_000_000, cost_lines=LINES)
    page = staff.get(f"/office/proposals/{whole.id}/split")
    page = staff.submit(page, button="묻기", reason="따로 할 일입니다.")
    assert page.status == 422 and page.has("따로 할 일입니다."), "a part without a line costs nothing"
    chosen = {"lines-1": "2", "parts-0-title": "의자 놓기", "parts-1-title": "그늘막 놓기"}
    page = staff.submit(page, button="묻기", reason="따로 할 일입니다.", **chosen)
    assert page.has("의자 놓기") and page.has("그늘막 놓기")
    person = Person(app, whole.resident)
    asked = person.get(person.get(f"/my/proposals/{whole.id}").link("물어보는 것이 있습니다"))
    person.submit(asked, button="답하기", agrees="yes")
    shown = Person(app).get(f"/proposals/{whole.id}")
    parts = [Person(app).get(shown.link(title)) for title in ("의자 놓기", "그늘막 놓기")]
    assert [page.has("3,000만원") for page in parts] == [True, False]
    assert all(page.link(whole.title) == f"/proposals/{whole.id}" for page in parts)


def test_sums_that_do_not_add_up_are_refused_until_they_are_explained(app: Flask, staff: Person) -> None:
    whole = factories.proposal(called())
    costs = {"parts-0-cost_won": "2,000만", "parts-1-cost_won": "4,000만"}
    page = staff.get(f"/office/proposals/{whole.id}/split")
    page = staff.submit(page, button="묻기", reason="두 곳입니다.", **costs)
    assert page.status == 422 and "6,000만원인데 처음은 5,000만원" in page.errors[0]
    assert lines("fate.offer") == 0
    page = staff.submit(page, button="묻기", cost_reason="설계를 두 번 합니다.")
    assert page.has("설계를 두 번 합니다.") and lines("fate.offer") == 1


def test_a_part_more_or_less_keeps_what_was_typed_and_so_does_a_refusal(app: Flask, staff: Person) -> None:
    whole = factories.proposal(called(), cost_lines=LINES, cost_won=50_000_000)
    page = staff.get(f"/office/proposals/{whole.id}/split")
    typed = {"reason": "세 곳의 일입니다.", "parts-1-title": "그늘막 놓기"}
    for button, parts in (("하나 더", 3), ("하나 더", 4), ("빼기", 3), ("빼기", 2)):
        page = staff.submit(page, button=button, **typed)
        assert len(page.soup.select("fieldset")) == parts + 1 and page.status == 200
        assert page.has("세 곳의 일입니다.") and page.soup.select_one("[name=parts-1-title]")["value"] == "그늘막 놓기"
    whole.round.state = rounds.BALLOT_PUBLISHED
    db.session.commit()
    page = staff.submit(page, button="묻기", **{"lines-1": "2"})
    assert page.status == 422 and page.has("세 곳의 일입니다.") and lines("fate.offer") == 0


def test_what_its_round_left_undecided_is_put_up_again_by_its_proposer(app: Flask, staff: Person) -> None:
    left = factories.proposal(factories.round_(state=rounds.BALLOT_PUBLISHED), state="visited")
    assert staff.get(f"/office/proposals/{left.id}").link("다음 공모로 넘기기")
    person = Person(app, left.resident)
    page = person.get(person.get(f"/my/proposals/{left.id}").link("다음 공모에 다시 올리기"))
    assert person.submit(page, button="다시 올리기").status == 422
    done = person.submit(page, button="다시 올리기", reason="끝까지 심사받고 싶습니다.")
    assert done.flashes == ["다음 공모로 넘겼습니다."] and done.has("다음 공모에 올라감")
    assert person.submit(page, button="다시 올리기", reason="또").status == 409
    shown = Person(app).get(f"/proposals/{left.id}")
    assert shown.has("다음 공모를 기다립니다") and shown.has("끝까지 심사받고 싶습니다.")
    assert Person(app).get(f"/rounds/{left.round_id}/fates").link(left.title) == f"/proposals/{left.id}"


def test_a_merged_one_says_where_its_supporters_are(app: Flask) -> None:
    one, other = two()
    for _ in range(2):
        speaking.set_support(other, factories.resident(), True, at=now())
    speaking.write_comment(other, factories.resident(), "꼭 해 주세요.", at=now())
    agree(merge(one, other))
    gone, stands = Person(app).get(f"/proposals/{other.id}"), Person(app).get(f"/proposals/{one.id}")
    assert gone.has("2명의 공감은 이어 가는 제안에서 셉니다.") and gone.has("꼭 해 주세요.")
    assert stands.has("주민 2명이 공감했습니다.") and stands.link(other.title) == f"/proposals/{other.id}"


def test_what_was_not_funded_is_handed_over_answered_and_seen_by_everybody(
    app: Flask, clock: Clock, staff: Person
) -> None:
    round_, _department = decided(clock)
    listed = f"/office/rounds/{round_.id}/hand-overs"
    page = staff.get(listed)
    assert staff.submit(page, button="모두 넘기기").status == 422
    to = str(factories.department().id)
    assert staff.submit(page, button="모두 넘기기", department=to).flashes == ["제안 4개를 넘겼습니다."]
    assert staff.submit(page, button="모두 넘기기", department=to).flashes == ["이미 모두 넘겼습니다."]
    lost = handing.list_losers(round_)[0]
    officer = Person(app, factories.account(DEPARTMENT_ROLE))
    assert len(officer.get("/office/hand-overs").table()) == 4
    page = officer.get(f"/office/hand-overs/{lost.id}")
    page = officer.submit(page, button="답 적기", answer="taken_up")
    assert page.status == 422 and "그 해를 쓰고" in page.errors[0]
    said = {"answer": "taken_up", "budget_year": str(round_.fiscal_year + 1), "amount_won": "4,000만"}
    why = "올해는 예산이 모자랍니다."
    page = officer.submit(page, button="답 적기", answer="not_taken_up", budget_year="", amount_won="", words=why)
    page = officer.submit(page, button="답 적기", words="본예산에 넣었습니다.", **said)
    assert page.has("본예산에 넣었습니다.")
    lost.resident = factories.resident()
    db.session.commit()
    for path in (f"/rounds/{round_.id}/fates", f"/proposals/{lost.id}", f"/my/proposals/{lost.id}"):
        shown = Person(app, lost.resident).get(path)
        assert shown.has(f"{round_.fiscal_year + 1}년 예산에 4,000만원을 반영했습니다.") and shown.has("본예산에 넣")
        assert shown.has(why) or path.endswith("fates"), "the notice leads here"


def test_nothing_is_handed_over_that_was_funded_and_nobody_elses_department_answers(
    app: Flask, clock: Clock, staff: Person
) -> None:
    round_, department = decided(clock)
    lost = {one.id for one in handing.list_losers(round_)}
    won = next(one for one in db.session.query(Proposal).filter_by(round_id=round_.id) if one.id not in lost)
    assert staff.status(f"/office/proposals/{won.id}/hand-over") == 409
    one = min(lost)
    page = staff.get(f"/office/proposals/{one}/hand-over")
    assert staff.submit(page, button="넘기기", department=str(department.id)).flashes == ["공원녹지과에 넘겼습니다."]
    assert staff.submit(page, button="넘기기", department=str(department.id)).status == 200
    other = factories.account(DEPARTMENT_ROLE)
    other.roles[0].department = factories.department("도로과")
    db.session.commit()
    assert Person(app, other).status(f"/office/hand-overs/{one}") == 404
    first = Person(app, factories.account(DEPARTMENT_ROLE))
    old = first.get(f"/office/hand-overs/{one}")
    page = staff.submit(
        staff.get(f"/office/hand-overs/{one}/pass-on"), button="옮기기", department=str(other.roles[0].department_id)
    )
    assert page.has("부서를 옮겼습니다: 도로과")
    assert Person(app, other).status(f"/office/hand-overs/{one}") == 200
    page = first.submit(old, button="답 적기", answer="not_taken_up", words="예산이 모자랍니다.")
    assert page.status == 409 and page.has("다른 사람이 답하거나 옮겼습니다.") and page.has("예산이 모자랍니다.")
    assert first.status(f"/office/hand-overs/{one}") == 404
    assert lines("handing.hand_over") == lines("handing.pass_on") == 1 and lines("handing.answer") == 0


def test_the_public_page_asks_as_many_questions_of_many_as_of_few(app: Flask, clock: Clock) -> None:
    round_, department = decided(clock)
    reader, path = Person(app), f"/rounds/{round_.id}/fates"
    reader.get(path)
    with questions() as few:
        reader.get(path)
    by = Person(app, factories.account(STAFF_ROLE))
    by.submit(by.get(f"/office/rounds/{round_.id}/hand-overs"), button="모두 넘기기", department=str(department.id))
    with questions() as many:
        reader.get(path)
    assert len(many) <= len(few) + 1


def test_during_the_intake_the_pages_say_that_nothing_is_merged_yet(app: Flask, staff: Person) -> None:
    one = factories.proposal(called(INTAKE))
    page = staff.get(f"/office/rounds/{one.round_id}/fates")
    assert page.has("접수가 끝난 뒤에 할 수 있습니다.") and not page.soup.select("main form")
    for path in (f"rounds/{one.round_id}/merges/new", f"proposals/{one.id}/split"):
        assert staff.status(f"/office/{path}") == 409


def test_what_many_merged_into_says_why_one_alone_cannot_withdraw_it(app: Flask) -> None:
    one, other = two()
    person = Person(app, one.resident)
    page = person.get(f"/my/proposals/{one.id}/withdraw")
    agree(merge(one, other))
    assert person.submit(page, button="철회하기").has("함께 제안하는 분들이 먼저")
    assert person.get(f"/my/proposals/{one.id}/withdraw").status == 409
    assert states([one]) == ["submitted"]


def test_a_stale_question_does_not_hide_that_one_may_carry_over(app: Flask, staff: Person) -> None:
    one, other = two()
    merge(one, other)
    person = Person(app, one.resident)
    assert person.get("/my/proposals").has("읽고 답하기")
    one.round.state = rounds.BALLOT_PUBLISHED
    db.session.commit()
    assert not person.get("/my/proposals").has("읽고 답하기")
    assert person.get(f"/my/proposals/{one.id}").link("다음 공모에 다시 올리기")
    assert staff.get(f"/office/proposals/{one.id}").link("다음 공모로 넘기기")


def test_who_began_to_carry_over_takes_it_back_and_nobody_else_can(app: Flask) -> None:
    left, third = factories.proposal(factories.round_(state=rounds.BALLOT_PUBLISHED)), factories.resident()
    factories.co_proposer(left, third, state=ACCEPTED)
    offer = carry_over(left, left.resident, reason="다시 올립니다.", at=now())
    assert Person(app, third).status(f"/my/offers/{offer.id}/withdraw") == 404
    person = Person(app, left.resident)
    page = person.get(person.get(f"/my/offers/{offer.id}").link("그만두기"))
    assert person.submit(page, button="그만두기").status == 422
    done = person.submit(page, button="그만두기", reason="새로 쓰겠습니다.")
    assert done.flashes == ["그만두었습니다. 제안은 처음 그대로입니다."]
    assert (states([left]), Person(app, third).get(f"/my/offers/{offer.id}").has("새로 쓰겠습니다.")) == (
        ["submitted"],
        True,
    )


def test_what_was_withdrawn_is_not_called_by_its_title_any_more(app: Flask, staff: Person) -> None:
    one, other = two(title="길가의 의자")
    agree(merge(one, other))
    asked = merge(one, factories.proposal(one.round))
    one.state, one.withdrawn_at = "withdrawn", now()
    db.session.commit()
    gone = Person(app).get(f"/proposals/{other.id}")
    assert gone.has("철회된 제안") and not gone.has("길가의 의자")
    page = Person(app, other.resident).get(f"/my/offers/{asked.id}")
    assert page.has("철회된 제안") and not page.has("길가의 의자")


def test_parts_have_the_pin_of_the_whole_only_where_they_are_at_its_place(app: Flask, staff: Person) -> None:
    whole = factories.proposal(called(), place="둔치", latitude=37.5, longitude=126.9)
    page = staff.get(f"/office/proposals/{whole.id}/split")
    costs = {"parts-0-cost_won": "2,000만", "parts-1-cost_won": "3,000만", "parts-1-place": "놀이터"}
    staff.submit(page, button="묻기", reason="두 곳입니다.", **costs)
    (offer,) = queries.list_offers(whole.round_id)
    assert [target.written["latitude"] for target in offer.targets if target.written] == [37.5, None]


def test_the_lists_ask_as_many_questions_of_many_as_of_few(app: Flask, staff: Person) -> None:
    round_ = called()
    ask = [merge(*(factories.proposal(round_) for _ in range(2))) for _ in range(2)]
    agree(ask[0])
    paths = [f"/office/rounds/{round_.id}/fates", f"/rounds/{round_.id}/fates"]
    few = [asked(reader, path) for reader, path in zip((staff, Person(app)), paths, strict=True)]
    ask += [merge(*(factories.proposal(round_) for _ in range(2))) for _ in range(3)]
    agree(ask[-1])
    assert [asked(reader, path) for reader, path in zip((staff, Person(app)), paths, strict=True)] == few


def asked(reader: Person, path: str) -> int:
    """How many questions a page asks, once everything else is warm."""
    db.session.rollback()
    reader.get(path)
    with questions() as found:
        reader.get(path)
    return len(found)


def test_a_department_need_only_be_chosen_for_what_none_has_checked(app: Flask, clock: Clock, staff: Person) -> None:
    round_, _department = decided(clock)
    for one in handing.list_losers(round_):
        factories.check(one)
    page = staff.get(f"/office/rounds/{round_.id}/hand-overs")
    assert staff.submit(page, button="모두 넘기기").flashes == ["제안 4개를 넘겼습니다."]


def test_the_inbox_says_when_it_came_to_this_department(app: Flask, clock: Clock, staff: Person) -> None:
    round_, department = decided(clock)
    lost, by = handing.list_losers(round_)[0], factories.account(STAFF_ROLE)
    hand_over(lost, department, at=now(), by=by)
    other = factories.account(DEPARTMENT_ROLE)
    other.roles[0].department = factories.department("도로과")
    db.session.commit()
    clock.offset += timedelta(days=3)
    handed = handing.get_hand_over(lost.id)
    pass_on(handed, other.roles[0].department, "길의 일입니다.", seen=1, at=now(), by=by)
    assert handed.came_at == handed.steps[1].at
    assert handing.list_with([(department.id, round_.programme_id)]) == []
    assert len(Person(app, other).get("/office/hand-overs").table()) == 1
