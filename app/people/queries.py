"""Accounts, what they may do, and codes lately sent."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import selectinload

from app.database import db
from app.errors import NotFound
from app.people.models import (
    ADMIN_ROLE,
    Account,
    AuthenticatorApp,
    Department,
    MailCode,
    Passkey,
    RecoveryCode,
    Resident,
    RoleGrant,
    SignInCode,
)

PER_PAGE = 50
T = TypeVar("T")


def get_account(account_id: int) -> Account:
    """Ended or not. Raises NotFound."""
    return _found(db.session.get(Account, account_id))


def find_account(login: str) -> Account | None:
    """The account that can sign in with `login`."""
    return db.session.scalar(select(Account).where(Account.login == login, Account.ended_at.is_(None)))


def list_accounts(page: int, *, role: str | None = None, programme_id: int | None = None) -> Pagination:
    """Those that have not ended first, by name; with `role`, in the programme, where these are given."""
    held = select(RoleGrant.account_id)
    if role is not None:
        held = held.where(RoleGrant.role == role)
    if programme_id is not None:
        held = held.where(RoleGrant.programme_id == programme_id)
    accounts = select(Account).order_by(Account.ended_at.is_not(None), Account.name, Account.id)
    if role is not None or programme_id is not None:
        accounts = accounts.where(Account.id.in_(held))
    accounts = accounts.options(selectinload(Account.roles).joinedload(RoleGrant.programme))
    return db.paginate(accounts, page=page, per_page=PER_PAGE, error_out=False)


def list_holders(programme_id: int, role: str) -> Sequence[int]:
    """Ids of the accounts that hold the role in the programme and have not ended."""
    held = select(RoleGrant.account_id).join(RoleGrant.account)
    held = held.where(RoleGrant.programme_id == programme_id, RoleGrant.role == role, Account.ended_at.is_(None))
    return db.session.scalars(held.order_by(RoleGrant.account_id)).all()


def get_role_grant(account: Account, grant_id: int) -> RoleGrant:
    """One of this account's own. Raises NotFound."""
    return _found(next((grant for grant in account.roles if grant.id == grant_id), None))


def find_app(account_id: int) -> AuthenticatorApp | None:
    return db.session.get(AuthenticatorApp, account_id)


def list_passkeys(account_id: int) -> Sequence[Passkey]:
    """In the order in which they were added."""
    return db.session.scalars(select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.id)).all()


def get_passkey(account_id: int, passkey_id: int) -> Passkey:
    """One of this account's own. Raises NotFound."""
    wanted = select(Passkey).where(Passkey.id == passkey_id, Passkey.account_id == account_id)
    return _found(db.session.scalar(wanted))


def count_recovery_codes(account_id: int) -> int:
    """Those that are still good."""
    good = select(func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(good) or 0


def has_factor(account_id: int) -> bool:
    """Whether it has a second factor; recovery codes alone are none."""
    return find_app(account_id) is not None or bool(list_passkeys(account_id))


def count_administrators() -> int:
    """Those who can still sign in."""
    held = select(RoleGrant).join(RoleGrant.account).where(RoleGrant.role == ADMIN_ROLE, Account.ended_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(held.subquery())) or 0


def get_department(department_id: int) -> Department:
    """Raises NotFound."""
    return _found(db.session.get(Department, department_id))


def list_departments() -> Sequence[Department]:
    return db.session.scalars(select(Department).order_by(Department.name_ko)).all()


def list_code_times(phone_key: str, since: datetime) -> Sequence[datetime]:
    """When codes were sent to a phone after `since`, newest first."""
    sent = select(SignInCode.sent_at).where(SignInCode.phone_key == phone_key, SignInCode.sent_at > since)
    return db.session.scalars(sent.order_by(SignInCode.sent_at.desc())).all()


def find_nth_newest_code(n: int, since: datetime, *among: ColumnElement[bool]) -> datetime | None:
    """When the n-th newest of the codes after `since` was sent; None where there are fewer."""
    sent = select(SignInCode.sent_at).where(SignInCode.sent_at > since, *among)
    return db.session.scalar(sent.order_by(SignInCode.sent_at.desc()).offset(n - 1).limit(1))


def count_codes(since: datetime) -> int:
    return db.session.scalar(select(func.count()).where(SignInCode.sent_at > since)) or 0


def count_wrong_tries(since: datetime) -> int:
    """At codes sent after `since`, to all phones. A code that was used was right once."""
    tries = func.coalesce(func.sum(SignInCode.attempts), 0) - func.count(SignInCode.used_at)
    return db.session.scalar(select(tries).where(SignInCode.sent_at > since)) or 0


def list_mail_codes(whose: ColumnElement[bool], since: datetime) -> Sequence[datetime]:
    """When codes by mail were sent after `since`, newest first."""
    sent = select(MailCode.sent_at).where(whose, MailCode.sent_at > since)
    return db.session.scalars(sent.order_by(MailCode.sent_at.desc())).all()


def find_mail_code(person_key: str) -> MailCode | None:
    """The latest."""
    theirs = select(MailCode).where(MailCode.person_key == person_key).order_by(MailCode.id.desc())
    return db.session.scalar(theirs.limit(1))


def list_residents(resident_ids: Iterable[int]) -> Sequence[Resident]:
    return db.session.scalars(select(Resident).where(Resident.id.in_(set(resident_ids)))).all()


def map_account_names(account_ids: Iterable[int]) -> dict[int, str]:
    """id → name, of those there are."""
    named = select(Account.id, Account.name).where(Account.id.in_(set(account_ids)))
    return {row.id: row.name for row in db.session.execute(named)}


def _found(row: T | None) -> T:
    if row is None:
        raise NotFound
    return row
