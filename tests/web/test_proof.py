"""Dangerous steps ask again who is there, unless it was proved within ten minutes; nothing typed is lost to it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask

from app.audit.models import SYSTEM, AuditLine
from app.clock import Clock
from app.database import db
from app.factory import create_app
from app.people import factor_rules as rules
from app.people import passwords, queries, services
from app.people.models import ADMIN_ROLE, COMMITTEE_ROLE, STAFF_ROLE, Account
from tests import factories
from tests.actors import Person
from tests.authenticators import give_app, give_code
from tests.conftest import Browser
from tests.databases import config_for
from tests.page import Page

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # both: tests/people/test_factors.py
PASSWORD = "correct horse battery"
ASKED = "본인인지 다시 확인해 주세요"
# What cannot be taken back, what others depend on, and what would let a stolen session stay.
DANGEROUS = {
    "office.key_ceremony",
    "office.visit_impossible",
    "office.visit_impossible_confirm",
    "office.recusal_create",
    "office.shortlist_decide",
    "office.ballot_sign",
    "office.recruitment_fix",
    "office.recruitment_seed",
    "office.count_close",
    "office.box_open",
    "office.count_start",
    "office.count_sign",
    "admin.account_reset",
    "admin.account_factor_reset",
    "admin.account_end",
    "admin.role_grant",
    "admin.role_revoke",
    "public.account_app",
    "public.account_passkey_add",
    "public.account_passkey_remove",
    "public.account_codes",
}


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id all the same, with little memory and one pass."""
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
def admin(app: Flask, clock: Clock) -> Account:
    account = services.create_account("admin", "이관리", PASSWORD, at=clock.now(), by=SYSTEM)
    services.grant_role(account, ADMIN_ROLE, at=clock.now(), by=SYSTEM)
    return account


def give_password(person: Person, login: str = "admin") -> Page:
    return person.submit(person.get("/staff/sign-in"), button="로그인하기", login=login, password=PASSWORD)


@pytest.fixture
def person(app: Flask, admin: Account) -> Person:
    """Signed in with both factors."""
    give_app(admin)
    person = Person(app)
    give_code(person, give_password(person))
    return person


def test_these_steps_and_no_others_ask_for_proof(database_url: str) -> None:
    views = create_app(config_for(database_url)).view_functions
    assert {name for name, view in views.items() if getattr(view, "needs_proof", False)} == DANGEROUS


def test_a_page_asks_before_it_is_shown_and_not_again_for_ten_minutes(
    person: Person, admin: Account, clock: Clock
) -> None:
    one = factories.account(STAFF_ROLE, name="박주임")
    path = f"/admin/accounts/{one.id}/end"
    assert person.get(path).h1 == "박주임 님의 계정을 종료할까요?", "just signed in"
    clock.offset += rules.PROOF_LIFE
    page = person.get(path)
    assert page.h1 == ASKED
    page = person.submit(page, button="확인하고 계속하기", proof="000-000x")
    assert page.status == 422 and person.get(path).h1 == ASKED
    assert give_code(person, page, "확인하고 계속하기").h1 == "박주임 님의 계정을 종료할까요?"
    clock.offset += rules.PROOF_LIFE - timedelta(minutes=1)
    assert person.get(path).h1 == "박주임 님의 계정을 종료할까요?"
    line = db.session.query(AuditLine).filter_by(action="account.prove").one()
    assert (line.actor_id, line.fields) == (admin.id, {"factor": "app"})


def test_a_form_that_was_open_for_longer_asks_when_it_is_sent_and_goes_on_with_what_was_typed(
    person: Person, clock: Clock
) -> None:
    programme, department, one = factories.programme(), factories.department(), factories.account(name="박주임")
    page = person.get(f"/admin/accounts/{one.id}")
    clock.offset += rules.PROOF_LIFE
    page = person.submit(page, "grant", role="department", programme=programme.id, department=department.id)
    assert page.h1 == ASKED and page.has("입력하신 내용은 그대로 있습니다.") and one.roles == []
    page = person.submit(page, button="확인하고 계속하기", proof="wrong")
    assert (page.status, page.h1, one.roles) == (422, ASKED, [])
    page = give_code(person, page, "확인하고 계속하기")
    assert page.flashes[0].startswith("역할을 맡겼습니다.")
    db.session.rollback()
    assert [(grant.role, grant.department) for grant in one.roles] == [("department", department)]


def test_without_proof_a_form_changes_nothing(person: Person, clock: Clock) -> None:
    one = factories.account(STAFF_ROLE)
    before = one.password_hash
    forms = {
        f"/admin/accounts/{one.id}/{what}": person.get(f"/admin/accounts/{one.id}/{what}")
        for what in ("password", "second-factor", "end", f"roles/{one.roles[0].id}/revoke")
    }
    give_app(one)
    clock.offset += rules.PROOF_LIFE
    for path, page in forms.items():
        assert page.form(action="").submit(person.client).status_code == 200, path
    db.session.rollback()
    assert (one.password_hash, one.ended_at, len(one.roles)) == (before, None, 1) and queries.has_factor(one.id)


def test_five_wrong_codes_end_the_session(person: Person, clock: Clock) -> None:
    clock.offset += rules.PROOF_LIFE
    page = person.get("/staff/security/codes")
    for _ in range(5):
        page = person.submit(page, button="확인하고 계속하기", proof="wrong")
    assert page.h1 == "직원·위원 로그인" and "다섯 번 잘못 입력하여" in page.flashes[0]
    assert person.get("/admin/accounts").h1 == "직원·위원 로그인"


def test_the_demo_signs_in_by_password_offers_a_second_factor_and_asks_for_the_password_again(
    database_url: str, clock: Clock
) -> None:
    app = create_app(replace(config_for(database_url), mode="demo"), clock)
    app.test_client_class = Browser
    with app.app_context():
        account = services.create_account("member", "박위원", PASSWORD, at=clock.now(), by=SYSTEM)
        services.grant_role(account, COMMITTEE_ROLE, programme=factories.programme(), at=clock.now(), by=SYSTEM)
        person = Person(app)
        assert person.get("/staff/sign-in").has("시연용 계정은 비밀번호만으로 로그인합니다.")
        assert give_password(person, "member").status == 200
        page = person.get("/staff/security")
        assert page.has("두 번째 인증 수단을 정하지 않아도 로그인할 수 있습니다")
        clock.offset += rules.PROOF_LIFE
        page = person.get(page.link("인증 앱 등록하기"))
        page = person.submit(page, button="확인하고 계속하기", proof="wrong")
        assert page.status == 422 and page.errors[0].startswith("아이디나 비밀번호가 맞지 않습니다.")
        assert person.submit(page, button="확인하고 계속하기", proof=PASSWORD).h1 == "인증 앱 등록"
        give_app(account)
        other = Person(app)
        assert give_password(other, "member").h1 == "두 번째 인증", "who has one is asked for it in the demo, too"
        db.session.remove()
        db.engine.dispose()
