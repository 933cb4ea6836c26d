"""How a resident signs in: a code to the phone, bound to the browser that asked for it."""

import hmac
import secrets
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, func, select, update

from app.audit import services as audit
from app.audit.models import SYSTEM
from app.database import db, lock_name, transaction
from app.notices import services as notices
from app.people import identity, queries, rules
from app.people.models import PasswordTries, Resident, SignInCode

# No line here names a resident or a phone: beside the hour of a vote it would tell who voted.
SEND_CODE = audit.declare("sign_in_code.send", "sign_in_code")
TRY_CODE = audit.declare("sign_in_code.try", "sign_in_code", "right", "first")
FORGET = audit.declare("sign_in_code.forget", "sign_in_code", "codes", "tries")


def send_code(phone: str, browser: str, *, key: str, say: Callable[[str], str], at: datetime) -> int:
    """Queues a code and returns the id of its message. `say` turns the code into the message's words.

    The same for every phone, known or not. Raises TooManyCodes.
    """
    code = f"{secrets.randbelow(10**rules.CODE_DIGITS):0{rules.CODE_DIGITS}d}"
    phone_key, ends_at = identity.phone_key(key, phone), at + rules.CODE_LIFE
    with transaction():
        lock_name(phone_key)
        rules.ensure_code_allowed(queries.list_code_times(phone_key, at - rules.KEPT_FOR), at)
        row = SignInCode(
            phone_key=phone_key,
            browser_key=identity.browser_key(key, browser),
            code_key=identity.code_key(key, phone, browser, code),
            sent_at=at,
            expires_at=ends_at,
        )
        db.session.add(row)
        message = notices.queue_message(phone, say(code), at=at, expires_at=ends_at)
        audit.record(SEND_CODE, row.id, at=at, by=SYSTEM)
        return message.id


def check_code(phone: str, browser: str, typed: str, *, key: str, at: datetime) -> Resident:
    """Whose phone it is; a resident seen for the first time is kept. Raises WrongCode, CodeExpired."""
    phone_key = identity.phone_key(key, phone)
    with transaction():
        lock_name(phone_key)
        code_id, stored, attempts = _take_try(phone_key, identity.browser_key(key, browser), at)
        right = hmac.compare_digest(stored, identity.code_key(key, phone, browser, typed))
        resident = db.session.scalar(select(Resident).where(Resident.phone_key == phone_key))
        first = right and resident is None
        if right:
            db.session.execute(update(SignInCode).where(SignInCode.id == code_id).values(used_at=at))
            resident = resident or Resident(phone_key=phone_key, created_at=at)
            db.session.add(resident)
        audit.record(TRY_CODE, code_id, at=at, by=SYSTEM, right=right, first=first)
    if resident is None or not right:
        raise rules.WrongCode(rules.TRIES_PER_CODE - attempts)
    return resident


def check_phone(phone: str, browser: str, typed: str, *, key: str, at: datetime) -> None:
    """Somebody has this phone who does not sign in, and of whom nothing is kept. Raises WrongCode, CodeExpired."""
    phone_key = identity.phone_key(key, phone)
    with transaction():
        lock_name(phone_key)
        code_id, stored, attempts = _take_try(phone_key, identity.browser_key(key, browser), at)
        right = hmac.compare_digest(stored, identity.code_key(key, phone, browser, typed))
        if right:
            db.session.execute(update(SignInCode).where(SignInCode.id == code_id).values(used_at=at))
        audit.record(TRY_CODE, code_id, at=at, by=SYSTEM, right=right, first=False)
    if not right:
        raise rules.WrongCode(rules.TRIES_PER_CODE - attempts)


def _take_try(phone_key: str, browser_key: str, at: datetime) -> tuple[int, str, int]:
    """Counts a try at the newest code of this phone in this browser: its id, key and tries. Raises CodeExpired."""
    newest = select(func.max(SignInCode.id)).where(
        SignInCode.phone_key == phone_key, SignInCode.browser_key == browser_key
    )
    counted = (
        update(SignInCode)
        .where(
            SignInCode.id == newest.scalar_subquery(),
            SignInCode.attempts < rules.TRIES_PER_CODE,
            SignInCode.used_at.is_(None),
            SignInCode.expires_at > at,
        )
        .values(attempts=SignInCode.attempts + 1)
        .returning(SignInCode.id, SignInCode.code_key, SignInCode.attempts)
    )
    row = db.session.execute(counted).one_or_none()
    if row is None:
        raise rules.CodeExpired
    return row.id, row.code_key, row.attempts


def forget_old(*, at: datetime) -> int:
    """Removes codes, and tries of passwords, that no limit counts any more. Returns how many of both."""
    old_codes = delete(SignInCode).where(SignInCode.sent_at <= at - rules.KEPT_FOR)
    old_tries = delete(PasswordTries).where(PasswordTries.last_at <= at - rules.KEPT_FOR)
    with transaction():
        codes = len(db.session.scalars(old_codes.returning(SignInCode.id)).all())
        tries = len(db.session.scalars(old_tries.returning(PasswordTries.login_key)).all())
        audit.record(FORGET, None, at=at, by=SYSTEM, codes=codes, tries=tries)
    return codes + tries
