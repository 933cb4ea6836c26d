"""Accounts: passwords and their locks, roles, ends, and who is left to administer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask

from app.audit.models import SYSTEM, AuditLine
from app.clock import Clock
from app.database import db
from app.errors import NotFound
from app.people import passwords, queries, rules, services, sessions
from app.people.factor_rules import PASSWORD as PASSWORD_ALONE
from app.people.models import ADMIN_ROLE, DEPARTMENT_ROLE, STAFF_ROLE, Account, RoleGrant
from tests import factories

KEY = "test-identity-key-of-at-least-32-characters"
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id all the same, with little memory and one pass."""
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobody.cache_clear()


@pytest.fixture
def officer(app: Flask, clock: Clock) -> Account:
    return services.create_account("kim", "김담당", PASSWORD, at=clock.now(), by=SYSTEM)


def check(clock: Clock, login: str = "kim", password: str = PASSWORD) -> Account:
    return services.check_password(login, password, key=KEY, at=clock.now())


def refused(clock: Clock, login: str = "kim", password: str = "wrong") -> Exception:
    with pytest.raises(rules.PeopleError) as error:
        check(clock, login, password)
    return error.value


def begin(account: Account, clock: Clock) -> str:
    return sessions.begin(account, "", factor=PASSWORD_ALONE, key=KEY, at=clock.now())


def lasts(token: str, clock: Clock) -> bool:
    return sessions.find(token, key=KEY, at=clock.now()) is not None


def actions() -> list[str]:
    return [line.action for line in db.session.query(AuditLine).order_by(AuditLine.id)]


def test_the_right_password_lets_in_however_the_login_is_spelt(officer: Account, clock: Clock) -> None:
    assert check(clock, " KIM ").id == officer.id
    assert officer.password_hash.startswith("$argon2id$")
    assert actions() == ["account.create", "account.try_password", "account.give_password"]


@pytest.mark.parametrize("login", ["kim", "nobody"])
def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour_whether_or_not_the_login_exists(
    officer: Account, clock: Clock, login: str
) -> None:
    answers = [type(refused(clock, login)) for _ in range(6)]
    assert answers == [rules.WrongPassword] * 4 + [rules.Locked] * 2
    clock.offset += rules.LOCK_TIME - timedelta(seconds=30)
    assert isinstance(refused(clock, login, PASSWORD), rules.Locked), "even with the right one"
    clock.offset += timedelta(minutes=1)
    assert isinstance(refused(clock, login), rules.WrongPassword)


def test_nobody_is_locked_out_by_others_of_a_browser_that_is_known(officer: Account, clock: Clock) -> None:
    def known(password: str) -> Account:
        return services.check_password("kim", password, known_browser="mine", key=KEY, at=clock.now())

    for _ in range(6):
        refused(clock)
    assert known(PASSWORD).id == officer.id, "its tries are counted apart"
    for _ in range(4):
        with pytest.raises(rules.WrongPassword):
            known("wrong")
    with pytest.raises(rules.Locked):
        known("wrong")
    with pytest.raises(rules.Locked):
        known(PASSWORD)


def test_one_login_locked_is_no_other(officer: Account, clock: Clock) -> None:
    for _ in range(5):
        refused(clock, "nobody")
    assert check(clock).id == officer.id


def test_the_right_password_starts_the_count_afresh(officer: Account, clock: Clock) -> None:
    for _ in range(2):
        for _ in range(4):
            refused(clock)
        check(clock)


def test_many_guesses_at_once_are_five_guesses(app: Flask, officer: Account, clock: Clock) -> None:
    def guess(_: int) -> str:
        with app.app_context():
            try:
                return type(refused(clock)).__name__
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(12)))
    assert answers.count("WrongPassword") == 4
    db.session.rollback()  # look again
    tried = db.session.query(AuditLine).filter_by(action="account.try_password").count()
    assert tried == 5, "the others were refused without looking at the password"


def test_an_ended_account_is_a_login_that_nobody_has(officer: Account, clock: Clock) -> None:
    services.end_account(officer, at=clock.now(), by=SYSTEM)
    assert isinstance(refused(clock, "kim", PASSWORD), rules.WrongPassword)
    with pytest.raises(rules.AccountEnded):
        services.end_account(officer, at=clock.now(), by=SYSTEM)
    with pytest.raises(rules.AccountEnded):
        services.set_password(officer, "another good one", at=clock.now(), by=SYSTEM)


def test_a_login_that_nobody_has_costs_a_hash_too(app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    verified = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Any:
            verified.append(hash)
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "hasher", Counting(time_cost=1, memory_cost=64, parallelism=1))
    refused(clock, "nobody")
    assert len(verified) == 1 and verified[0].startswith("$argon2id$")


def test_no_connection_is_held_while_a_password_is_hashed(
    app: Flask, officer: Account, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = []

    class Watching(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Any:
            held.append(db.session.registry().in_transaction())
            return super().verify(hash, password)

        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            held.append(db.session.registry().in_transaction())
            return super().hash(password, salt=salt)

    monkeypatch.setattr(passwords, "hasher", Watching(time_cost=1, memory_cost=64, parallelism=1))
    check(clock)
    services.set_password(officer, "another good one", at=clock.now(), by=SYSTEM)
    assert held == [False, False]


def test_an_old_hash_is_renewed_when_its_password_is_known(
    officer: Account, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, token = officer.password_hash, begin(officer, clock)
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=2, memory_cost=64, parallelism=1))
    refused(clock)
    assert officer.password_hash == old
    check(clock)
    assert "t=2" in officer.password_hash and lasts(token, clock)
    check(clock)


def test_only_two_passwords_are_checked_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "PATIENCE", 0.01)
    with passwords._turn(), passwords._turn(), pytest.raises(rules.TooBusy):
        passwords.hash_password(PASSWORD)
    assert passwords.verify_password(passwords.hash_password(PASSWORD), PASSWORD)


@pytest.mark.parametrize("password", ["", "short", "x" * 11, "x" * 201, "my name is Kim!"])
def test_a_password_is_long_enough_and_without_the_login(password: str) -> None:
    with pytest.raises(rules.WeakPassword):
        rules.ensure_password_strong("kim", password)


def test_a_weak_password_changes_nothing(officer: Account, clock: Clock) -> None:
    before = officer.password_hash
    with pytest.raises(rules.WeakPassword):
        services.set_password(officer, "short", at=clock.now(), by=SYSTEM)
    with pytest.raises(rules.WeakPassword):
        services.create_account("kim2", "김", "short", at=clock.now(), by=SYSTEM)
    assert (officer.password_hash, db.session.query(Account).count()) == (before, 1)


def test_changing_ones_password_asks_for_the_old_one_and_ends_all_sessions_but_this_one(
    officer: Account, clock: Clock
) -> None:
    here, there = begin(officer, clock), begin(officer, clock)
    session = sessions.find(here, key=KEY, at=clock.now())
    assert session is not None
    with pytest.raises(rules.WrongPassword):
        services.change_password(session, "wrong", "another good one", key=KEY, at=clock.now())
    assert lasts(here, clock) and lasts(there, clock)
    services.change_password(session, PASSWORD, "another good one", key=KEY, at=clock.now())
    assert lasts(here, clock) and not lasts(there, clock)
    assert isinstance(refused(clock, "kim", PASSWORD), rules.WrongPassword)
    check(clock, "kim", "another good one")


def test_a_login_belongs_to_one_account(officer: Account, clock: Clock) -> None:
    with pytest.raises(rules.LoginTaken):
        services.create_account("Kim", "다른 김", PASSWORD, at=clock.now(), by=SYSTEM)
    assert [(a.login, a.name) for a in db.session.query(Account)] == [("kim", "김담당")]


@pytest.mark.parametrize("login", ["", "ab", "김담당", "a b c", "-abc", "x" * 61])
def test_an_unfit_login_is_refused(login: str) -> None:
    with pytest.raises(rules.LoginUnfit):
        rules.ensure_login_fit(login)


def test_a_role_is_given_and_taken_with_a_line_each_and_ends_sessions(officer: Account, clock: Clock) -> None:
    programme, department = factories.programme(), factories.department()
    token = begin(officer, clock)
    services.grant_role(officer, DEPARTMENT_ROLE, programme=programme, department=department, at=clock.now(), by=SYSTEM)
    assert not lasts(token, clock)
    token = begin(officer, clock)
    grant = officer.roles[0]
    assert (grant.role, grant.programme, grant.department) == (DEPARTMENT_ROLE, programme, department)
    services.revoke_role(officer, grant.id, at=clock.now(), by=SYSTEM)
    assert officer.roles == [] and not lasts(token, clock)
    said = {"role": DEPARTMENT_ROLE, "programme": programme.id, "department": department.id}
    lines = db.session.query(AuditLine).filter(AuditLine.action.like("role.%")).order_by(AuditLine.id)
    assert [(line.action, line.fields) for line in lines] == [("role.grant", said), ("role.revoke", said)]


@pytest.mark.parametrize(
    ("role", "in_programme", "in_department"),
    [
        (role, in_programme, in_department)
        for role in ("committee", "department", "staff", "approver", "admin")
        for in_programme in (False, True)
        for in_department in (False, True)
        if (in_programme, in_department) != (role != "admin", role == "department")
    ],
)
def test_a_role_without_its_programme_or_department_or_with_too_much_is_refused(
    role: str, in_programme: bool, in_department: bool
) -> None:
    with pytest.raises(rules.RoleIncomplete):
        rules.ensure_role_complete(role, 1 if in_programme else None, 1 if in_department else None)


def test_a_role_is_held_once_in_a_programme(officer: Account, clock: Clock) -> None:
    programme = factories.programme()
    for role, where in ((STAFF_ROLE, programme), (ADMIN_ROLE, None)):
        services.grant_role(officer, role, programme=where, at=clock.now(), by=SYSTEM)
        with pytest.raises(rules.RoleHeld):
            services.grant_role(officer, role, programme=where, at=clock.now(), by=SYSTEM)
    services.grant_role(officer, STAFF_ROLE, programme=factories.programme("dong"), at=clock.now(), by=SYSTEM)
    assert len(officer.roles) == 3


def test_a_role_of_somebody_else_is_not_found(officer: Account, clock: Clock) -> None:
    other = factories.account(STAFF_ROLE)
    with pytest.raises(NotFound):
        services.revoke_role(officer, other.roles[0].id, at=clock.now(), by=SYSTEM)


def test_the_last_administrator_stays(app: Flask, clock: Clock) -> None:
    last = factories.account(ADMIN_ROLE)
    factories.account(ADMIN_ROLE, ended_at=clock.now())
    with pytest.raises(rules.LastAdministrator):
        services.revoke_role(last, last.roles[0].id, at=clock.now(), by=last.actor)
    with pytest.raises(rules.LastAdministrator):
        services.end_account(last, at=clock.now(), by=last.actor)
    assert queries.count_administrators() == 1 and actions() == []
    factories.account(ADMIN_ROLE)
    services.end_account(last, at=clock.now(), by=last.actor)
    assert queries.count_administrators() == 1


def test_two_administrators_cannot_end_each_other_at_once(app: Flask, clock: Clock) -> None:
    ids = [factories.account(ADMIN_ROLE).id for _ in range(2)]

    def end(account_id: int) -> bool:
        with app.app_context():
            try:
                services.end_account(queries.get_account(account_id), at=clock.now(), by=SYSTEM)
            except rules.LastAdministrator:
                return False
            finally:
                db.session.remove()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(end, ids)) == [False, True]


def test_accounts_are_listed_by_role_and_programme_and_the_ended_last(app: Flask, clock: Clock) -> None:
    gu, dong = factories.programme("gu"), factories.programme("dong")
    factories.account(name="가", ended_at=clock.now())
    staff = factories.account(STAFF_ROLE, of=gu, name="나")
    factories.account(STAFF_ROLE, of=dong, name="다")
    factories.account(ADMIN_ROLE, name="라")
    assert [one.name for one in queries.list_accounts(1)] == ["나", "다", "라", "가"]
    assert [one.name for one in queries.list_accounts(1, role=STAFF_ROLE)] == ["나", "다"]
    assert [one.name for one in queries.list_accounts(1, programme_id=gu.id)] == ["나"]
    assert list(queries.list_accounts(1, role=ADMIN_ROLE, programme_id=gu.id)) == []
    keep = RoleGrant(account=staff, role=ADMIN_ROLE)
    factories.keep(keep)
    assert list(queries.list_accounts(1, role=ADMIN_ROLE, programme_id=gu.id)) == [], "one grant must be both"


def test_departments_are_listed_by_name_and_named_once(app: Flask, clock: Clock) -> None:
    services.create_department("환경과", "Environment Division", at=clock.now(), by=SYSTEM)
    services.create_department("공원녹지과", "Parks Division", at=clock.now(), by=SYSTEM)
    with pytest.raises(rules.NameTaken):
        services.create_department("환경과", "Environment", at=clock.now(), by=SYSTEM)
    assert [one.name_ko for one in queries.list_departments()] == ["공원녹지과", "환경과"]
    assert actions() == ["department.create"] * 2
