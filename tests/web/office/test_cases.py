"""People who could not vote, in the console, before both signatures, and on the public page."""

from datetime import timedelta

import pytest
from flask import Flask

from app.clock import Clock, now, seoul_day
from app.results import cases
from app.results.models import Count
from tests.actors import Person
from tests.results.elections import counted, publish, signers

REMARK = "세 번 다시 보냄"


@pytest.fixture
def count(app: Flask, clock: Clock) -> Count:
    return counted(clock, cap_won=160_000_000)


def page_of(count: Count) -> str:
    return f"/office/rounds/{count.round_id}/cases"


def people(app: Flask, count: Count) -> tuple[Person, Person]:
    staff, approver = signers(count.round)
    return Person(app, staff), Person(app, approver)


def note(staff: Person, count: Count, number: int) -> None:
    form = staff.get(staff.get(page_of(count)).link("적기"))
    answers = {"kind": "message", "people": str(number), "on_day": seoul_day(now()).isoformat(), "remark": REMARK}
    page = staff.submit(form, button="저장하기", **answers)
    assert page.flashes == ["적었습니다."]


def test_staff_note_it_and_change_it_and_the_approver_reads_it(app: Flask, count: Count) -> None:
    staff, approver = people(app, count)
    note(staff, count, 3)
    page = staff.get(staff.get(page_of(count)).link("고쳐 적기"))
    assert page.has("이름, 전화번호, 주소는 쓰지 마세요")
    to_come = (seoul_day(now()) + timedelta(days=1)).isoformat()
    refused = staff.submit(page, button="저장하기", on_day=to_come)
    assert (refused.status, refused.errors) == (422, ["아직 오지 않은 날입니다. 일이 있었던 날을 입력해 주세요."])
    assert staff.submit(page, button="저장하기", is_resolved="y").flashes == ["고쳐 적었습니다."]
    page = approver.get(page_of(count))
    assert [(row["무슨 일"], row["사람 수"], row["해결"]) for row in page.table("적은 것")] == [
        ("문자를 받지 못함", "3명", "해결됨")
    ]
    assert page.has(REMARK) and not page.has("고쳐 적기") and approver.status(f"{page_of(count)}/new") == 404


def test_both_signers_see_it_against_the_smallest_margin_and_say_that_they_know(app: Flask, count: Count) -> None:
    staff, approver = people(app, count)
    margin = cases.standing(count).margin
    sign = f"/office/rounds/{count.round_id}/count/{count.id}/sign"
    page = staff.get(sign)
    assert page.has(f"해결되지 않은 0명, 가장 작은 차이 {margin}표.") and not page.has("알고 이 결과에 서명합니다")
    note(staff, count, margin or 0)
    for person in (staff, approver):
        page = person.get(sign)
        assert page.has(f"해결되지 않은 {margin}명, 가장 작은 차이 {margin}표.")
        assert page.has("모두 투표했다면 결과가 달라졌을 수 있습니다")
        refused = person.submit(page, button="서명하기")
        assert refused.status == 422 and "알고 서명한다고 표시해 주세요" in refused.errors[0]
        assert "결과" in person.submit(page, button="서명하기", knows_unserved="y").flashes[0]
    public = Person(app).get(f"/results/{count.round_id}")
    assert [tuple(row.values()) for row in public.table("종류별 사람 수")] == [
        ("문자를 받지 못함", f"{margin}명", f"{margin}명")
    ]
    assert public.has(f"해결되지 않은 {margin}명, 가장 작은 차이 {margin}표.") and not public.has(REMARK)


def test_after_the_signature_it_is_closed_and_says_why(app: Flask, count: Count) -> None:
    staff, _ = people(app, count)
    note(staff, count, 1)
    publish(count)
    page = staff.get(page_of(count))
    assert page.has("결과에 서명하기 전까지 담당 공무원이 적습니다") and not page.has("고쳐 적기")
    page = staff.get(f"{page_of(count)}/new")
    assert (page.status, page.has("두 사람이 같은 수를 보도록 바꾸지 않습니다")) == (409, True)


def test_where_nobody_was_left_out_the_public_page_says_so(app: Flask, count: Count) -> None:
    assert Person(app).get(f"/results/{publish(count).round_id}").has("투표하지 못했다고 적힌 분이 없습니다.")
