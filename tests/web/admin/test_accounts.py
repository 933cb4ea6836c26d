"""Administrators at the accounts: make, give roles, take them, end; and nobody else."""

import re

import pytest
from argon2 import PasswordHasher
from flask import Flask

from app.clock import Clock
from app.database import db
from app.people import passwords
from app.people.models import (
    ADMIN_ROLE,
    DEPARTMENT_ROLE,
    ROLES,
    STAFF_ROLE,
    Account,
    AccountSession,
    Department,
    RoleGrant,
)
from tests import factories
from tests.actors import Person

PASSWORD = "correct horse battery"
PAGES = ("/admin/accounts", "/admin/accounts/new", "/admin/departments", "/admin/audit", "/admin/audit.csv")


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id all the same, with little memory and one pass."""
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
def admin(app: Flask) -> Person:
    return Person(app, factories.account(ADMIN_ROLE, name="이관리"))


def test_only_administrators_find_these_pages(app: Flask) -> None:
    one = factories.account(ADMIN_ROLE)
    own = [f"/admin/accounts/{one.id}{tail}" for tail in ("", "/end", "/password")]
    for role in ROLES:
        person = Person(app, factories.account(role))
        wanted = 200 if role == ADMIN_ROLE else 404
        assert {path: person.status(path) for path in (*PAGES, *own)} == dict.fromkeys((*PAGES, *own), wanted)
    for stranger in (Person(app), Person(app, factories.resident())):
        assert stranger.get("/admin/accounts").h1 == "직원·위원 로그인"


def test_nobody_but_an_administrator_can_send_them_anything(app: Flask) -> None:
    staff, one = factories.account(STAFF_ROLE), factories.account()
    person = Person(app, staff)
    page = person.get("/staff/password")
    token = page.form(button="비밀번호 바꾸기").data["csrf_token"][0]
    before = db.session.query(AccountSession).count()
    for path in ("/admin/accounts/new", "/admin/departments", f"/admin/accounts/{one.id}/roles",
                 f"/admin/accounts/{one.id}/second-factor",
                 f"/admin/accounts/{one.id}/end", f"/admin/accounts/{one.id}/password",
                 f"/admin/accounts/{staff.id}/roles/{staff.roles[0].id}/revoke"):  # fmt: skip
        data = {"csrf_token": token, "login": "new", "name": "새", "role": "admin", "name_ko": "부서", "name_en": "D"}
        assert person.post(path, data).status == 404, path
    db.session.expire_all()
    assert (db.session.query(Account).count(), db.session.query(RoleGrant).count()) == (2, 1)
    kept = db.session.query(AccountSession).count()
    assert (kept, one.ended_at, db.session.query(Department).count()) == (before, None, 0)


def test_an_account_is_made_with_a_password_shown_once(app: Flask, admin: Person) -> None:
    page = admin.submit(admin.get("/admin/accounts/new"), button="만들기", login="Park", name="박주임")
    password = page.summary()["비밀번호"]
    assert page.has("한 번만 보입니다") and len(password) >= 16
    page = admin.get(page.link("계정으로 가기"))
    assert page.h1 == "박주임" and password not in page.text
    person = Person(app)
    page = person.submit(person.get("/staff/sign-in"), button="로그인하기", login="park", password=password)
    assert page.h1 == "두 번째 인증 수단 정하기"


def test_a_password_that_was_typed_is_not_shown(admin: Person) -> None:
    page = admin.submit(
        admin.get("/admin/accounts/new"), button="만들기", login="park", name="박주임", password=PASSWORD
    )
    assert page.status == 200 and not page.has(PASSWORD) and "비밀번호" not in page.summary()


def test_an_account_not_rightly_filled_in_is_not_made(admin: Person) -> None:
    factories.account(login="taken")
    before = db.session.query(Account).count()
    for values, said in (
        ({"login": ""}, "아이디를 입력해 주세요."),
        ({"login": "ㄱㄴㄷ"}, "아이디는 영문 소문자"),
        ({"login": "taken"}, "다른 계정이 쓰고 있는 아이디입니다."),
        ({"name": ""}, "이름을 입력해 주세요."),
        ({"name": "가" * 61}, "60자까지 쓸 수 있습니다."),
        ({"password": "short"}, "비밀번호는 12자 이상"),
    ):
        filled = {"login": "park", "name": "박주임", "password": PASSWORD, **values}
        page = admin.submit(admin.get("/admin/accounts/new"), button="만들기", **filled)
        assert page.status == 422 and len(page.errors) == 1 and page.errors[0].startswith(said)
        assert page.form(button="만들기").data["name"] == [filled["name"]]
    assert db.session.query(Account).count() == before


def test_a_role_is_given_and_taken(app: Flask, admin: Person) -> None:
    programme, department, one = factories.programme(), factories.department(), factories.account()
    page = admin.get(f"/admin/accounts/{one.id}")
    page = admin.submit(page, "grant", role=DEPARTMENT_ROLE, programme=programme.id, department=department.id)
    assert page.status == 200 and page.flashes[0].startswith("역할을 맡겼습니다.")
    assert [(row["역할"], row["부서"]) for row in page.table("맡은 역할")] == [("소관부서 담당", "공원녹지과")]
    page = admin.get(page.link("소관부서 담당 역할 거두기"))
    assert page.h1 == "소관부서 담당 역할을 거둘까요?" and len(one.roles) == 1
    page = admin.submit(page, button="역할 거두기")
    assert page.flashes[0].startswith("역할을 거두었습니다.") and page.has("맡은 역할이 없습니다.")


def test_a_role_not_rightly_chosen_is_not_given(admin: Person) -> None:
    one = factories.account("committee", name="박위원")
    programme, department = factories.programme().id, factories.department().id
    for role, values, said in (
        (None, {"programme": programme}, "역할을 하나 골라 주세요."),
        ("staff", {}, "이 역할을 맡을 사업을 골라 주세요."),
        ("department", {"programme": programme}, "소관부서 담당의 부서를 골라 주세요."),
        ("staff", {"programme": programme, "department": department}, "부서는 소관부서 담당일 때만 고릅니다."),
        ("admin", {"programme": programme}, "시스템 관리자는 사업을 고르지 않습니다."),
        ("committee", {"programme": programme}, "이 사업에서 이미 맡고 있는 역할입니다."),
    ):
        chosen = {**({"role": role} if role else {}), **values}
        page = admin.submit(admin.get(f"/admin/accounts/{one.id}"), "grant", **chosen)
        assert page.status == 422 and page.errors == [said] and page.h1 == "박위원"
    db.session.expire_all()
    assert [grant.role for grant in one.roles] == ["committee"]


def test_the_last_administrator_cannot_be_taken_away(app: Flask) -> None:
    last = factories.account(ADMIN_ROLE, name="이관리")
    person = Person(app, last)
    page = person.get(person.get(f"/admin/accounts/{last.id}").link("시스템 관리자 역할 거두기"))
    page = person.submit(page, button="역할 거두기")
    assert page.status == 422 and page.has("마지막 시스템 관리자는 없앨 수 없습니다.")
    page = person.submit(person.get(f"/admin/accounts/{last.id}/end"), button="계정 종료하기")
    assert page.status == 422 and page.errors[0].startswith("마지막 시스템 관리자는")
    assert person.get("/admin/accounts").status == 200


def test_an_ended_account_ends_at_once(app: Flask, admin: Person) -> None:
    one = factories.account(STAFF_ROLE, name="박주임")
    theirs = Person(app, one)
    assert theirs.get("/staff/password").h1 == "비밀번호 바꾸기"
    page = admin.get(admin.get(f"/admin/accounts/{one.id}").link("계정 종료하기"))
    page = admin.submit(page, button="계정 종료하기")
    assert page.flashes == ["박주임 님의 계정을 종료했습니다."]
    assert [row["상태"] for row in page.table() if row["이름"] == "박주임"] == ["종료됨"]
    assert theirs.get("/staff/password").h1 == "직원·위원 로그인"
    page = admin.get(f"/admin/accounts/{one.id}")
    assert page.has("종료된 계정입니다.") and not page.has("역할 맡기기")
    stale = admin.submit(admin.get(f"/admin/accounts/{one.id}/end"), button="계정 종료하기")
    assert stale.status == 422 and stale.errors == ["이미 종료된 계정입니다."]


def test_a_new_password_ends_sessions_and_is_shown_once(app: Flask, admin: Person) -> None:
    one = factories.account(STAFF_ROLE, login="park", name="박주임")
    theirs = Person(app, one)
    page = admin.get(f"/admin/accounts/{one.id}")
    page = admin.submit(admin.get(page.link("새 비밀번호 주기")), button="새 비밀번호 주기")
    assert re.fullmatch(r"[\w-]{20}", page.summary()["비밀번호"])
    assert theirs.get("/staff/password").h1 == "직원·위원 로그인"
    weak = admin.submit(admin.get(f"/admin/accounts/{one.id}/password"), button="새 비밀번호 주기", password="park")
    assert weak.status == 422 and weak.errors[0].startswith("비밀번호는 12자 이상")


def test_the_list_is_filtered_and_paged(app: Flask, admin: Person) -> None:
    gu, dong = factories.programme("gu"), factories.programme("dong")
    for n in range(51):
        factories.account(STAFF_ROLE, of=dong, name=f"직원{n:02}")
    factories.account(STAFF_ROLE, of=gu, name="구담당")
    page = admin.get("/admin/accounts")
    assert page.soup.caption and "53" in page.soup.caption.text and page.link("다음").endswith("page=2")
    for query in (f"role=staff&programme={gu.id}", f"programme={gu.id}"):
        assert [row["이름"] for row in admin.get(f"/admin/accounts?{query}").table()] == ["구담당"]
    assert len(admin.get(f"/admin/accounts?role=staff&programme={dong.id}&page=2").table()) == 1
    assert [admin.get(f"/admin/accounts?{wrong}").status for wrong in ("role=king", "programme=x")] == [422, 422]
    for nonsense in ("page=-1", "page=x", "page=" + "9" * 30, "endpoint=x&_scheme=y"):
        assert admin.get(f"/admin/accounts?{nonsense}").status == 200, nonsense


def test_a_row_that_is_not_there_is_not_found(admin: Person) -> None:
    assert [admin.status(f"/admin/accounts/999{tail}") for tail in ("", "/end", "/password")] == [404] * 3


def test_departments_are_added_once(admin: Person) -> None:
    page = admin.submit(admin.get("/admin/departments"), button="추가하기", name_ko="환경과", name_en="Environment")
    assert [row["부서"] for row in page.table()] == ["환경과"] and page.flashes == ["부서를 추가했습니다."]
    page = admin.submit(page, button="추가하기", name_ko="환경과", name_en="Another")
    assert page.status == 422 and page.errors == ["이미 있는 부서 이름입니다."]
    page = admin.submit(page, button="추가하기", name_ko="", name_en="")
    assert page.errors == ["부서 이름을 입력해 주세요.", "영문 이름을 입력해 주세요."]
    assert db.session.query(Department).count() == 1


def test_a_form_without_its_token_changes_nothing(admin: Person, clock: Clock) -> None:
    page = admin.post("/admin/departments", {"name_ko": "환경과", "name_en": "Environment"})
    assert page.status == 400 and page.has("페이지가 오래되어") and db.session.query(Department).count() == 0
