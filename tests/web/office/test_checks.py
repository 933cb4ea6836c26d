"""Department checks at a browser: staff hand out and release, officers of the department decide."""

import pytest
from flask import Flask

from app.clock import Clock
from app.database import db
from app.people.models import APPROVER_ROLE, COMMITTEE_ROLE, DEPARTMENT_ROLE, STAFF_ROLE
from app.proposals.models import Proposal
from app.reviews import queries, rules
from app.reviews.models import DepartmentCheck
from tests import factories
from tests.actors import Person
from tests.page import Page

UNREADABLE = "금액을 읽을 수 없습니다. ‘1억 2,000만원’이나 ‘120,000,000’처럼 입력해 주세요."


@pytest.fixture
def proposal(app: Flask) -> Proposal:
    round_ = factories.round_(running="department_check", per_project_limit_won=300_000_000)
    resident = factories.resident(name="홍길동", phone="01012345678")
    return factories.proposal(round_, by=resident, cost_won=50_000_000)


@pytest.fixture
def staff(app: Flask) -> Person:
    return Person(app, factories.account(STAFF_ROLE))


@pytest.fixture
def officer(app: Flask) -> Person:
    return Person(app, factories.account(DEPARTMENT_ROLE, name="이주무"))


def at(check: DepartmentCheck, page: str = "") -> str:
    return f"/office/checks/{check.proposal_id}{page}"


def decide(officer: Person, check: DepartmentCheck, **fields: object) -> Page:
    values = {"verdict": "eligible", "reason": "할 수 있는 사업입니다."}
    return officer.submit(officer.get(at(check, "/decide")), button="저장하기", **{**values, **fields})


def test_from_hand_out_to_release(app: Flask, proposal: Proposal, staff: Person, officer: Person) -> None:
    page = staff.get(f"/office/checks/{proposal.id}")
    assert page.has("아직 소관부서를 정하지 않았습니다.")
    assert officer.status(f"/office/checks/{proposal.id}") == 404
    form = staff.get(page.link("소관부서 정하기"))
    page = staff.submit(form, button="검토 맡기기", department=factories.department().id)
    assert page.flashes == ["소관부서에 검토를 맡겼습니다."]

    assert officer.get("/office/checks").table("우리 부서")[0]["상태"] == "배정됨"
    check = queries.get_check(proposal.id)
    page = decide(officer, check, verdict="ineligible", ground_duplicate="같은 것이 있음", urgency="급하지 않음")
    assert page.has("이미 하고 있거나 중복되는 사업") and page.has("급하지 않음") and page.has("이주무")
    page = decide(officer, check, ground_duplicate="", adjusted_cost_won="4,500만", cost_reason="단가를 맞춤")
    assert page.has("4,500만원")

    assert not staff.get(at(check)).has("공개한 때")
    page = staff.submit(staff.get(staff.get(at(check)).link("검토 결과 공개하기")), button="공개하기")
    assert page.flashes == ["검토 결과를 공개했습니다."]
    db.session.expire_all()
    assert (proposal.state, queries.ballot_cost(proposal)) == ("eligible", 45_000_000)


def test_the_pages_say_whose_programme_it_is_and_never_who_proposed(
    app: Flask, proposal: Proposal, staff: Person, officer: Person
) -> None:
    check = factories.check(proposal)
    seen = [officer.get(at(check)), officer.get(at(check, "/decide")), staff.get(at(check, "/assign"))]
    for page in seen:
        assert page.soup.select_one(".programme").get_text().find("금천구") >= 0
    for page in [*seen, officer.get("/office/checks"), staff.get("/office/checks")]:
        assert "홍길동" not in page.soup.get_text() and "12345678" not in page.soup.get_text()


def test_an_officer_sees_only_checks_of_the_own_department_in_the_own_programme(
    app: Flask, proposal: Proposal, officer: Person
) -> None:
    check = factories.check(proposal)
    assert officer.status(at(check)) == 200
    elsewhere = Person(app, factories.account(DEPARTMENT_ROLE, of=factories.programme("dong")))
    assert (elsewhere.status(at(check)), elsewhere.status(at(check, "/decide"))) == (404, 404)
    check.department = factories.department("도로과")
    db.session.commit()
    for page in ("", "/decide", "/release", "/assign"):
        assert officer.status(at(check, page)) == 404
    assert not officer.get("/office/checks").has(proposal.title)


def test_only_staff_hand_out_and_release_and_only_officers_decide(
    app: Flask, proposal: Proposal, staff: Person, officer: Person
) -> None:
    check = factories.check(proposal, state=rules.DECIDED)
    assert staff.status(at(check, "/decide")) == 404
    assert officer.status(at(check, "/assign")) == 404
    assert officer.status(at(check, "/release")) == 404
    for role in (APPROVER_ROLE, COMMITTEE_ROLE):
        assert Person(app, factories.account(role)).status(at(check)) == 404
    other = Person(app, factories.account(STAFF_ROLE, of=factories.programme("dong")))
    for page in ("", "/assign", "/release"):
        assert other.status(at(check, page)) == 404
    assert Person(app).get(at(check)).h1 != proposal.title
    assert Person(app, factories.resident()).status(at(check)) in (302, 404)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"verdict": "ineligible"}, "부적격이면 사유를 하나 이상 고르고, 적격이면 사유를 고르지 말아 주세요."),
        ({"ground_duplicate": "같음"}, "부적격이면 사유를 하나 이상 고르고, 적격이면 사유를 고르지 말아 주세요."),
        ({"reason": ""}, "검토 의견을 써 주세요."),
        ({"reason": "가" * 2001}, "2000자까지 쓸 수 있습니다. 지금 2001자이니 1자를 줄여 주세요."),
        ({"effect": "가" * 2001}, "2000자까지 쓸 수 있습니다. 지금 2001자이니 1자를 줄여 주세요."),
        ({"adjusted_cost_won": "사천만"}, UNREADABLE),
        ({"adjusted_cost_won": "0"}, "1원 이상으로 입력해 주세요."),
        ({"adjusted_cost_won": "-5"}, "금액은 0보다 커야 합니다."),
        ({"adjusted_cost_won": "3억 1만"}, "3억원 이하로 입력해 주세요."),
    ],
)
def test_an_opinion_that_cannot_be_kept_is_answered_at_its_field(
    app: Flask, proposal: Proposal, officer: Person, fields: dict[str, object], words: str
) -> None:
    check = factories.check(proposal)
    page = decide(officer, check, **{"soundness": "쓴 것은 남습니다.", **fields})
    assert (page.status, page.errors) == (422, [words])
    assert page.has("쓴 것은 남습니다.")
    if "adjusted_cost_won" in fields:
        assert page.soup.find(id="adjusted_cost_won")["value"] == fields["adjusted_cost_won"]
    db.session.expire_all()
    assert (check.state, check.verdict) == (rules.ASSIGNED, None)


def test_a_verdict_that_is_not_on_the_list_is_refused(app: Flask, proposal: Proposal, officer: Person) -> None:
    check = factories.check(proposal)
    form = officer.get(at(check, "/decide")).form(button="저장하기")
    page = officer.post(at(check, "/decide"), {**form.data, "reason": "의견", "verdict": "perhaps"})
    assert (page.status, page.errors) == (422, ["목록에 있는 것 가운데에서 골라 주세요."])
    db.session.expire_all()
    assert check.state == rules.ASSIGNED


def test_a_page_left_open_over_a_release_changes_nothing(
    app: Flask, proposal: Proposal, staff: Person, officer: Person
) -> None:
    check = factories.check(proposal, state=rules.DECIDED)
    old_decision, old_release = officer.get(at(check, "/decide")), staff.get(at(check, "/release"))
    staff.submit(staff.get(at(check, "/release")), button="공개하기")
    page = officer.submit(
        old_decision, button="저장하기", verdict="ineligible", ground_duplicate="같은 것이 있음", reason="늦음"
    )
    assert page.status == 409
    assert page.has("그 사이에 심사의 상태가 바뀌었습니다.") and page.has("늦음")
    assert staff.submit(old_release, button="공개하기").status == 409
    db.session.expire_all()
    assert (check.verdict, proposal.state) == ("eligible", "eligible")


def test_what_the_proposer_changes_after_the_opinion_is_read_by_the_department_before_it_is_released(
    app: Flask, proposal: Proposal, staff: Person, officer: Person
) -> None:
    check = factories.check(proposal)
    old_decision = officer.get(at(check, "/decide"))
    proposal.version += 1
    db.session.commit()
    page = officer.submit(old_decision, button="저장하기", verdict="eligible", reason="앞선 글을 본 의견")
    assert page.status == 422 and page.has("그 사이에 제안이 바뀌었습니다.") and page.has("앞선 글을 본 의견")
    officer.submit(page, button="저장하기")
    release = staff.get(at(check, "/release"))
    proposal.version += 1
    db.session.commit()
    assert staff.submit(release, button="공개하기").status == 409
    for who, where in ((staff, ""), (staff, "/release"), (officer, ""), (officer, "/decide")):
        assert who.get(at(check, where)).has("의견을 쓴 뒤 제안이 바뀌었습니다.")
    assert "공개하기" not in staff.get(at(check, "/release")).soup.get_text()
    officer.submit(officer.get(at(check, "/decide")), button="저장하기")
    staff.submit(staff.get(at(check, "/release")), button="공개하기")
    db.session.expire_all()
    assert (check.reason, proposal.state) == ("앞선 글을 본 의견", "eligible")


def test_outside_its_phase_the_opinion_is_refused_and_what_was_typed_stays(
    app: Flask, proposal: Proposal, officer: Person, clock: Clock
) -> None:
    check = factories.check(proposal)
    form = officer.get(at(check, "/decide"))
    clock.offset += factories.timedelta(days=10)
    page = officer.submit(form, button="저장하기", verdict="eligible", reason="늦게 쓴 의견")
    assert page.status == 422
    assert page.errors[0].startswith("지금은 소관부서 검토 기간이 아닙니다.")
    assert page.has("늦게 쓴 의견")
    db.session.expire_all()
    assert check.state == rules.ASSIGNED


def test_a_department_must_be_chosen_from_those_with_an_officer(app: Flask, proposal: Proposal, staff: Person) -> None:
    path = f"/office/checks/{proposal.id}/assign"
    assert staff.get(path).has("이 사업에 담당자가 있는 부서가 없습니다.")
    factories.account(DEPARTMENT_ROLE)
    page = staff.submit(staff.get(path), button="검토 맡기기")
    assert (page.status, page.errors) == (422, ["소관부서를 골라 주세요."])
    assert queries.find_check(proposal.id) is None


def test_without_work_the_list_says_so(app: Flask, officer: Person) -> None:
    assert officer.get("/office/checks").has("지금 검토할 제안이 없습니다.")
