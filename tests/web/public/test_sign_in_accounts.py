"""Accounts at the sign-in page: passwords, locks, sessions that end."""

import pytest
from argon2 import PasswordHasher
from flask import Flask

from app.audit.models import SYSTEM
from app.clock import Clock
from app.database import db
from app.people import passwords, services
from app.people.models import ADMIN_ROLE, COMMITTEE_ROLE, STAFF_ROLE, Account
from app.people.rules import LOCK_TIME
from app.web.public import account_sign_in
from tests import factories
from tests.actors import Person
from tests.authenticators import give_app, give_code
from tests.page import Page

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id all the same, with little memory and one pass."""
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobody.cache_clear()


@pytest.fixture
def admin(app: Flask, clock: Clock) -> Account:
    account = services.create_account("admin", "이관리", PASSWORD, at=clock.now(), by=SYSTEM)
    services.grant_role(account, ADMIN_ROLE, at=clock.now(), by=SYSTEM)
    give_app(account)
    return account


def sign_in(person: Person, login: str = "admin", password: str = PASSWORD, path: str = "/staff/sign-in") -> Page:
    page = person.submit(person.get(path), button="로그인하기", login=login, password=password)
    return give_code(person, page) if page.h1 == "두 번째 인증" else page


def test_who_is_signed_in_is_not_offered_to_sign_in(app: Flask) -> None:
    who = {"stranger": None, "resident": factories.resident(), "staff": factories.account(STAFF_ROLE)}
    offered = {
        name: bool(Person(app, row).get("/").soup.select("footer a[href='/staff/sign-in']"))
        for name, row in who.items()
    }
    assert offered == {"stranger": True, "resident": False, "staff": False}


def test_an_administrator_arrives_at_the_accounts(app: Flask, admin: Account) -> None:
    page = sign_in(Person(app))
    assert page.h1 == "계정" and page.has("이관리")


def test_each_role_has_its_desk(app: Flask) -> None:
    """The desks of pages that are there; with none, home."""
    with app.test_request_context():
        assert account_sign_in._desk({ADMIN_ROLE}) == "/admin/accounts"
        assert account_sign_in._desk(set()) == "/"
        for role in (STAFF_ROLE, COMMITTEE_ROLE):
            page = dict(account_sign_in.DESKS)[role]
            path = account_sign_in._desk({role, ADMIN_ROLE})
            assert (path == "/admin/accounts") == (page not in app.view_functions)


def test_a_closed_door_leads_back_after_signing_in(app: Flask, admin: Account) -> None:
    person = Person(app)
    page = person.get("/admin/departments")
    assert page.h1 == "직원·위원 로그인"
    page = person.submit(page, button="로그인하기", login="admin", password="wrong")
    page = person.submit(page, button="로그인하기", login="admin", password=PASSWORD)
    assert give_code(person, page).h1 == "부서 목록"


def test_nobody_is_sent_to_another_site(app: Flask, admin: Account) -> None:
    page = sign_in(Person(app), path="/staff/sign-in?next=https://evil.example/")
    assert page.h1 == "계정"


def test_unknown_login_and_wrong_password_get_the_same_answer_and_the_same_lock(app: Flask, admin: Account) -> None:
    seen: dict[str, list[str]] = {}
    for login in ("admin", "nobody"):
        person = Person(app)
        for _ in range(6):
            page = sign_in(person, login, "wrong")
            assert page.status == 422 and page.form(button="로그인하기").data["login"] == [login]
            seen.setdefault(login, []).extend(page.errors)
    assert seen["admin"] == seen["nobody"]
    assert seen["admin"][3].startswith("아이디나 비밀번호가 맞지 않습니다.")
    assert "로그인이 잠겼습니다" in seen["admin"][4] and "부터 다시" in seen["admin"][5]


def test_a_locked_login_opens_again(app: Flask, admin: Account, clock: Clock) -> None:
    person = Person(app)
    for _ in range(5):
        sign_in(person, password="wrong")
    assert "잠겼습니다" in sign_in(person).errors[0]
    clock.offset += LOCK_TIME
    assert sign_in(person).h1 == "계정"


def test_empty_fields_are_said_at_the_fields(app: Flask) -> None:
    page = sign_in(Person(app), "", "")
    assert page.errors == ["아이디를 입력해 주세요.", "비밀번호를 입력해 주세요."]


def test_a_form_without_its_token_is_refused_in_words(app: Flask, admin: Account) -> None:
    page = Person(app).post("/staff/sign-in", {"login": "admin", "password": PASSWORD})
    assert page.status == 400 and page.has("페이지가 오래되어 보낼 수 없었습니다")


def test_the_session_of_an_ended_account_ends(app: Flask, admin: Account, clock: Clock) -> None:
    person = Person(app)
    sign_in(person)
    factories.account(ADMIN_ROLE)
    services.end_account(admin, at=clock.now(), by=SYSTEM)
    assert person.get("/admin/accounts").h1 == "직원·위원 로그인"
    assert sign_in(person).errors[0].startswith("아이디나 비밀번호가")


def test_a_change_of_roles_ends_the_session(app: Flask, admin: Account, clock: Clock) -> None:
    person = Person(app)
    sign_in(person)
    services.grant_role(admin, STAFF_ROLE, programme=factories.programme(), at=clock.now(), by=SYSTEM)
    assert person.get("/admin/accounts").h1 == "직원·위원 로그인"


def test_changing_ones_password_ends_the_other_sessions_and_keeps_this_one(app: Flask, admin: Account) -> None:
    here, there = Person(app), Person(app)
    sign_in(here)
    sign_in(there)
    new = {"old": PASSWORD, "new": "another good one", "again": "another good one"}
    page = here.get(here.get(here.get("/admin/accounts").link("로그인 보안")).link("비밀번호 바꾸기"))
    page = here.submit(page, button="비밀번호 바꾸기", **new)
    assert page.h1 == "계정" and page.flashes == ["비밀번호를 바꿨습니다. 다른 기기에서는 로그아웃되었습니다."]
    assert there.get("/admin/accounts").h1 == "직원·위원 로그인"
    assert sign_in(there, password="another good one").h1 == "계정"


def test_a_password_not_rightly_changed_stays(app: Flask, admin: Account) -> None:
    person = Person(app)
    sign_in(person)
    before = admin.password_hash
    for values, said in (
        ({"old": "wrong"}, "아이디나 비밀번호가 맞지 않습니다."),
        ({"new": "short", "again": "short"}, "비밀번호는 12자 이상"),
        ({"again": "a different one"}, "새 비밀번호와 다릅니다."),
        ({"old": "", "new": "", "again": ""}, "지금 비밀번호를 입력해 주세요."),
    ):
        filled = {"old": PASSWORD, "new": "another good one", "again": "another good one", **values}
        page = person.submit(person.get("/staff/password"), button="비밀번호 바꾸기", **filled)
        assert page.status == 422 and page.errors[0].startswith(said)
    db.session.expire_all()
    assert admin.password_hash == before


def test_only_those_signed_in_change_a_password(app: Flask) -> None:
    assert Person(app).get("/staff/password").h1 == "직원·위원 로그인"
    assert Person(app, factories.resident()).get("/staff/password").h1 == "직원·위원 로그인"
