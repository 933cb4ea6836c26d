"""A department check on its way, at a browser; nothing of it is seen outside before it is released."""

from datetime import timedelta

import pytest
from flask import Flask

from app.clock import now
from app.database import db
from app.people.models import COMMITTEE_ROLE, DEPARTMENT_ROLE, STAFF_ROLE, Resident
from app.proposals.models import Proposal
from app.reviews import check_services, queries, rules
from app.reviews.models import DepartmentCheck
from tests import factories
from tests.actors import Person
from tests.page import Page

SECRETS = ("같은 자리에 있음", "열심히 살펴본 의견", "급하지 않다는 말", "단가가 높다는 말")
NOTE = "과장님께 여쭤 보기로 함"


@pytest.fixture
def proposer(app: Flask) -> Resident:
    return factories.resident()


@pytest.fixture
def proposal(app: Flask, proposer: Resident) -> Proposal:
    return factories.proposal(factories.round_(running="department_check"), by=proposer, cost_won=50_000_000)


@pytest.fixture
def check(proposal: Proposal) -> DepartmentCheck:
    return factories.check(proposal)


@pytest.fixture
def staff(app: Flask) -> Person:
    return Person(app, factories.account(STAFF_ROLE))


@pytest.fixture
def officer(app: Flask) -> Person:
    return Person(app, factories.account(DEPARTMENT_ROLE, name="이주무"))


def at(check: DepartmentCheck, page: str = "") -> str:
    return f"/office/checks/{check.proposal_id}{page}"


def write(officer: Person, check: DepartmentCheck) -> Page:
    words = {"ground_duplicate": SECRETS[0], "reason": SECRETS[1], "urgency": SECRETS[2]}
    cost = {"adjusted_cost_won": "4,000만", "cost_reason": SECRETS[3]}
    page = officer.get(at(check, "/decide"))
    return officer.submit(page, button="저장하기", verdict="ineligible", **words, **cost)


def seen_outside(app: Flask, proposal: Proposal, proposer: Resident) -> dict[str, str]:
    """All that anybody, the proposer and a member of the committee get at every address of a proposal, a round or a
    programme that is not the office's: pages, exports and JSON."""
    things = {"proposal_id": proposal.id, "round_id": proposal.round_id, "slug": proposal.round.programme.slug}
    member = factories.account(COMMITTEE_ROLE)
    who = {"public": Person(app), "resident": Person(app, proposer), "committee": Person(app, member)}
    urls, texts = app.url_map.bind("localhost"), {}
    for rule in app.url_map.iter_rules():
        wing = rule.endpoint.partition(".")[0]
        if wing in who and "GET" in (rule.methods or ()) and rule.arguments <= things.keys():
            path = urls.build(rule.endpoint, {name: things[name] for name in rule.arguments}, method="GET")
            answer = who[wing].client.get(path)
            if answer.status_code == 200:
                texts[path] = answer.text if answer.mimetype.startswith(("text/", "application/json")) else ""
    return texts


def test_nothing_is_seen_outside_before_the_release_and_then_the_proposer_is_told(
    app: Flask, proposal: Proposal, proposer: Resident, check: DepartmentCheck, staff: Person, officer: Person
) -> None:
    officer.submit(officer.get(at(check)), button="메모 남기기", body=NOTE)
    write(officer, check)
    before = seen_outside(app, proposal, proposer)
    assert len(before) > 20 and f"/my/proposals/{proposal.id}" in before and "/committee/" in before
    assert [where for where, text in before.items() if any(one in text for one in (*SECRETS, NOTE, "이주무"))] == []
    staff.submit(staff.get(at(check, "/release")), button="공개하기")
    after = seen_outside(app, proposal, proposer)
    told = Person(app, proposer).get(f"/my/proposals/{proposal.id}")
    assert told.has("소관부서 검토가 끝났습니다. 부적격이어서 더 심사하지 않습니다.")
    shown = Person(app).get(f"/proposals/{proposal.id}")
    for public in (SECRETS[0], SECRETS[1], SECRETS[3], "50,000,000원", "40,000,000원"):
        assert shown.has(public)
    assert [where for where, text in after.items() if NOTE in text or SECRETS[2] in text] == []


def test_staff_name_an_officer_and_a_day_and_see_on_the_list_what_is_late(
    app: Flask, proposal: Proposal, staff: Person, officer: Person
) -> None:
    page = staff.get(f"/office/checks/{proposal.id}/assign")
    officer_id = factories.department().id
    named = next(one["value"] for one in page.soup.select("#officer option") if "이주무" in one.text)
    page = staff.submit(page, button="검토 맡기기", department=officer_id, officer=named)
    assert page.has("담당자: 이주무")
    check = queries.get_check(proposal.id)
    check.due_on -= timedelta(days=17)
    db.session.commit()
    page = staff.get(staff.get(at(check)).link("기한·담당자 바꾸기"))
    page = staff.submit(page, button="바꾸기", officer="")
    assert (page.status, page.errors) == (422, ["검토 기한은 오늘이나 그 뒤의 날로 정해 주세요."])
    for person, caption in ((staff, "검토를 마치지 않은 제안"), (officer, "우리 부서에서 검토할 제안")):
        row = person.get("/office/checks?order=due").table(caption)[0]
        assert "3일 지남" in " ".join(row.values()) and "이주무" in row["담당자"]


def test_an_officer_who_is_not_the_departments_is_refused_at_the_field(
    app: Flask, proposal: Proposal, staff: Person, officer: Person
) -> None:
    other = factories.account(DEPARTMENT_ROLE, name="남주무")
    other.roles[0].department = factories.department("도로과")
    db.session.commit()
    page = staff.get(f"/office/checks/{proposal.id}/assign")
    department_id = factories.department().id
    page = staff.submit(page, button="검토 맡기기", department=department_id, officer=other.id)
    assert (page.status, page.errors) == (422, ["이 부서의 담당자 가운데에서 골라 주세요."])
    assert queries.find_check(proposal.id) is None


def test_an_officer_takes_it_on_and_gives_it_back(check: DepartmentCheck, staff: Person, officer: Person) -> None:
    page = officer.submit(officer.get(at(check)), button="내가 맡기")
    assert page.has("담당자: 이주무")
    page = officer.submit(officer.get(at(check, "/return")), button="돌려보내기", reason="")
    assert (page.status, page.errors) == (422, ["까닭을 써 주세요."])
    officer.submit(page, button="돌려보내기", reason="구의 일이 아닙니다.")
    assert officer.status(at(check)) == 404
    page = staff.get(at(check))
    assert page.has("돌려보냈습니다. 소관부서를 다시 정해 주세요.") and page.has("구의 일이 아닙니다.")


def test_the_sheet_has_all_but_the_notes(check: DepartmentCheck, officer: Person) -> None:
    officer.submit(officer.get(at(check)), button="메모 남기기", body=NOTE)
    write(officer, check)
    sheet = officer.get(at(check, "/sheet"))
    assert all(sheet.has(one) for one in (*SECRETS, "이주무", check.proposal.title)) and not sheet.has(NOTE)


def test_the_second_of_two_officers_sees_what_happened_and_keeps_what_was_typed(
    app: Flask, check: DepartmentCheck, officer: Person
) -> None:
    second = Person(app, factories.account(DEPARTMENT_ROLE, name="박주무"))
    old = second.get(at(check, "/decide"))
    write(officer, check)
    page = second.submit(old, button="저장하기", verdict="eligible", reason="나중에 쓴 의견")
    assert page.status == 422
    assert all(page.has(one) for one in (SECRETS[1], "이주무", "나중에 쓴 의견"))
    db.session.expire_all()
    assert (check.verdict, check.reason) == (rules.INELIGIBLE, SECRETS[1])
    second.submit(page, button="저장하기", verdict="eligible", ground_duplicate="", reason="다시 쓴 의견")
    db.session.expire_all()
    assert (check.verdict, check.reason) == (rules.ELIGIBLE, "다시 쓴 의견")


@pytest.mark.parametrize("moved", ["forwarded", "returned", "withdrawn"])
def test_who_writes_while_a_check_moves_on_learns_of_it_and_keeps_what_was_typed(
    app: Flask, check: DepartmentCheck, officer: Person, moved: str
) -> None:
    other = factories.account(DEPARTMENT_ROLE)
    other.roles[0].department = factories.department("도로과")
    db.session.commit()
    pages = {name: officer.get(at(check, f"/{name}")) for name in ("decide", "forward", "return")}
    if moved == "forwarded":
        check_services.forward_check(check, other.roles[0].department, "도로", seen=1, at=now(), by=other.actor)
    elif moved == "returned":
        check_services.return_check(check, "구의 일이 아님", seen=1, at=now(), by=other.actor)
    else:
        check.proposal.state, check.proposal.withdrawn_at = "withdrawn", now()
        db.session.commit()
    before = check.version
    for name, page in pages.items():
        fields = {"verdict": "eligible"} if name == "decide" else {}
        answer = officer.post(at(check, f"/{name}"), {**page.form().data, **fields, "reason": f"{name}에 쓴 까닭"})
        assert answer.status == 409 and answer.has("그 사이에") and answer.has(f"{name}에 쓴 까닭")
    stranger = factories.account(DEPARTMENT_ROLE)
    stranger.roles[0].department = factories.department("복지과")
    db.session.commit()
    outside = Person(app, stranger)
    token = outside.get("/office/checks").soup.select_one("[name=csrf_token]")["value"]
    assert outside.post(at(check, "/return"), {"csrf_token": token, "reason": "남의 것"}).status == 404
    assert officer.status(at(check, "/decide")) == 404
    db.session.expire_all()
    assert (check.version, check.state) == (before, rules.ASSIGNED)
