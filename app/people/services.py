"""Password accounts: signing in, making and ending them, what they may do."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.exc import IntegrityError

from app.audit import services as audit
from app.audit.models import SYSTEM, Actor
from app.database import db, lock, lock_name, transaction
from app.notices.delivery_rules import Person
from app.notices.delivery_services import call_back_mails
from app.people import identity, passwords, queries, rules, sessions, tries
from app.people.factor_rules import PASSWORD
from app.people.models import ADMIN_ROLE, Account, AccountSession, Department, RoleGrant
from app.programmes.models import Programme

TRY = audit.declare("account.try_password", "account", "attempt")
GIVE = audit.declare("account.give_password", "account")
CREATE = audit.declare("account.create", "account", "login", "name")
END = audit.declare("account.end", "account", "login")
SET_PASSWORD = audit.declare("account.set_password", "account", "login")
GRANT = audit.declare("role.grant", "account", "role", "programme", "department")
REVOKE = audit.declare("role.revoke", "account", "role", "programme", "department")
ADD_DEPARTMENT = audit.declare("department.create", "department", "name_ko", "name_en")


class _Try(NamedTuple):
    """What a password is compared with: nothing, where nobody has the login."""

    account_id: int | None
    password_hash: str | None
    number: int


def check_password(login: str, password: str, *, known_browser: str | None = None, key: str, at: datetime) -> Account:
    """Whose password it is. `known_browser`: the one that asks, where it has signed in with this login before.

    Raises WrongPassword, Locked, TooBusy; the same for a login that nobody has.
    """
    with _given(login, password, known_browser=known_browser, key=key, at=at) as account:
        return account


def sign_in(
    login: str,
    password: str,
    *,
    device: str,
    second_factor: bool,
    known_browser: str | None = None,
    key: str,
    at: datetime,
) -> tuple[Account, str]:
    """The account, and the token of its new session: half a one where the account has a second factor, or must have
    (`second_factor`). Raises WrongPassword, Locked, TooBusy."""
    with _given(login, password, known_browser=known_browser, key=key, at=at) as account:
        is_half = second_factor or queries.has_factor(account.id)
        return account, sessions.begin(account, device, factor=None if is_half else PASSWORD, key=key, at=at)


@contextmanager
def _given(login: str, password: str, *, known_browser: str | None, key: str, at: datetime) -> Iterator[Account]:
    """The account, held, whose password was given. What is done within is done only if it still is."""
    login = rules.tidy_login(login)
    tries_key = identity.login_key(key, login, known_browser)
    tried = _take_try(login, tries_key, at)
    if not passwords.verify_password(tried.password_hash, password[: rules.PASSWORD_MAX + 1]):
        raise rules.Locked(at + rules.LOCK_TIME) if tried.number >= rules.FAILS_BEFORE_LOCK else rules.WrongPassword
    assert tried.account_id is not None and tried.password_hash is not None
    renewed = passwords.hash_password(password) if passwords.is_outdated(tried.password_hash) else tried.password_hash
    with transaction():
        lock_name(tries_key)
        account = lock(queries.get_account(tried.account_id))
        if account.ended_at is not None or account.password_hash != tried.password_hash:
            raise rules.WrongPassword  # ended or changed while it was being checked
        account.password_hash = renewed
        tries.forget(tries_key)
        audit.record(GIVE, account.id, at=at, by=account.actor)
        yield account


def _take_try(login: str, tries_key: str, at: datetime) -> _Try:
    """Counts the try before the password is looked at. Raises Locked."""
    with transaction():
        number = tries.take(tries_key, at)
        account = queries.find_account(login)
        taken = _Try(account.id, account.password_hash, number) if account else _Try(None, None, number)
        audit.record(TRY, taken.account_id, at=at, by=SYSTEM, attempt=number)
        return taken


def create_account(login: str, name: str, password: str, *, at: datetime, by: Actor) -> Account:
    """Raises LoginUnfit, LoginTaken, NameUnfit, WeakPassword, TooBusy."""
    login, name = rules.tidy_login(login), rules.tidy_name(name)
    rules.ensure_login_fit(login)
    rules.ensure_name_fit(name)
    account = Account(login=login, name=name, created_at=at)
    account.password_hash = _hash_of(login, password)
    try:
        with transaction():
            db.session.add(account)
            db.session.flush()
            audit.record(CREATE, account.id, at=at, by=by, login=login, name=name)
    except IntegrityError as error:
        raise rules.LoginTaken from error
    return account


def set_password(
    account: Account, password: str, *, but: AccountSession | None = None, at: datetime, by: Actor
) -> None:
    """Ends the account's sessions everywhere, `but` one. Raises WeakPassword, AccountEnded, TooBusy."""
    password_hash = _hash_of(account.login, password)
    with transaction():
        _ensure_not_ended(lock(account))
        account.password_hash = password_hash
        sessions.end_all(account.id, but)
        audit.record(SET_PASSWORD, account.id, at=at, by=by, login=account.login)


def change_password(
    session: AccountSession, old: str, new: str, *, known_browser: str | None = None, key: str, at: datetime
) -> None:
    """By its owner, who proves to be that, in the one session that goes on.

    Raises WrongPassword, Locked, WeakPassword, TooBusy.
    """
    account = session.account
    rules.ensure_password_strong(account.login, new)
    check_password(account.login, old, known_browser=known_browser, key=key, at=at)
    set_password(account, new, but=session, at=at, by=account.actor)


def end_account(account: Account, *, at: datetime, by: Actor) -> None:
    """It keeps its roles, as history, but can do nothing more. Raises AccountEnded, LastAdministrator."""
    with transaction():
        _ensure_not_ended(_hold(account))
        if any(grant.role == ADMIN_ROLE for grant in account.roles):
            rules.ensure_administrator_left(queries.count_administrators() - 1)
        account.ended_at = at
        sessions.end_all(account.id)
        call_back_mails(Person(account_id=account.id))
        audit.record(END, account.id, at=at, by=by, login=account.login)


def grant_role(
    account: Account,
    role: str,
    *,
    programme: Programme | None = None,
    department: Department | None = None,
    at: datetime,
    by: Actor,
) -> None:
    """Raises RoleIncomplete, RoleHeld, AccountEnded."""
    grant = RoleGrant(
        role=role,
        programme_id=programme.id if programme else None,
        department_id=department.id if department else None,
    )
    rules.ensure_role_complete(role, grant.programme_id, grant.department_id)
    with transaction():
        _ensure_not_ended(_hold(account))
        if any((held.role, held.programme_id) == (role, grant.programme_id) for held in account.roles):
            raise rules.RoleHeld
        account.roles.append(grant)
        sessions.end_all(account.id)
        audit.record(GRANT, account.id, at=at, by=by, **_said(grant))


def revoke_role(account: Account, grant_id: int, *, at: datetime, by: Actor) -> None:
    """Raises NotFound, LastAdministrator."""
    with transaction():
        grant = queries.get_role_grant(_hold(account), grant_id)
        if grant.role == ADMIN_ROLE and account.ended_at is None:
            rules.ensure_administrator_left(queries.count_administrators() - 1)
        audit.record(REVOKE, account.id, at=at, by=by, **_said(grant))
        account.roles.remove(grant)
        sessions.end_all(account.id)


def create_department(name_ko: str, name_en: str, *, at: datetime, by: Actor) -> Department:
    """Raises NameTaken."""
    department = Department(name_ko=name_ko, name_en=name_en)
    try:
        with transaction():
            db.session.add(department)
            db.session.flush()
            audit.record(ADD_DEPARTMENT, department.id, at=at, by=by, name_ko=name_ko, name_en=name_en)
    except IntegrityError as error:
        raise rules.NameTaken from error
    return department


def _hold(account: Account) -> Account:
    """Holds the account, and who the administrators are: two of them cannot end each other at once."""
    lock_name("administrators")
    return lock(account)


def _ensure_not_ended(account: Account) -> None:
    if account.ended_at is not None:
        raise rules.AccountEnded


def _hash_of(login: str, password: str) -> str:
    """With no transaction open: hashing takes its time, and the database would wait."""
    rules.ensure_password_strong(login, password)
    db.session.rollback()
    return passwords.hash_password(password)


def _said(grant: RoleGrant) -> dict[str, audit.Plain]:
    return {"role": grant.role, "programme": grant.programme_id, "department": grant.department_id}
