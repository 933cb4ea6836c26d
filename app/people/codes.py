"""How a resident signs in: a code to the phone, bound to the browser that asked for it."""

import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from app.audit import services as audit
from app.audit.models import SYSTEM
from app.config import CodeLimits
from app.database import db, lock_name, transaction
from app.notices import queries as messages
from app.notices import services as notices
from app.notices.rules import SPENT, NoMessages
from app.people import identity, queries, rules
from app.people.models import PasswordTries, Resident, SignInCode

# No line here names a resident or a phone: beside the hour of a vote it would tell who voted.
SEND_CODE = audit.declare("sign_in_code.send", "sign_in_code")
TRY_CODE = audit.declare("sign_in_code.try", "sign_in_code", "right", "first")
FORGET = audit.declare("sign_in_code.forget", "sign_in_code", "codes", "tries")

LIMITS = CodeLimits()  # where the configuration gives no others


def send_code(
    phone: str,
    browser: str,
    *,
    key: str,
    say: Callable[[str], str],
    at: datetime,
    send: bool = True,
    limits: CodeLimits = LIMITS,
) -> int | None:
    """Queues a code and returns the id of its message. `say` turns the code into the message's words.

    The same for every phone, known or not. With `send` false no message goes, and None is returned: for a number that
    is not on the roll. All limits, all that is written and so the time that it takes are the same then; the message's
    row is made as well, and taken back in the same transaction. So codes that never went count towards a limit, and a
    limit says nothing about whom messages go to. Raises NoMessages, TooManyCodes.
    """
    code = f"{secrets.randbelow(10**rules.CODE_DIGITS):0{rules.CODE_DIGITS}d}"
    row = SignInCode(
        phone_key=identity.phone_key(key, phone),
        prefix_key=identity.prefix_key(key, phone),
        browser_key=identity.browser_key(key, browser),
        code_key=identity.code_key(key, phone, browser, code),
        sent_at=at,
        expires_at=at + rules.CODE_LIFE,
    )
    with transaction():
        lock_name(row.phone_key)
        lock_name(row.browser_key)
        _ensure_allowed(row, limits, at)
        db.session.add(row)
        message_id = _queue(phone, say(code), row.expires_at, at, send)
        audit.record(SEND_CODE, row.id, at=at, by=SYSTEM)
        return message_id


def _ensure_allowed(row: SignInCode, limits: CodeLimits, at: datetime) -> None:
    """What all share first, and of that the most general: a person is told what they can do the least about. Raises
    NoMessages, TooManyCodes."""
    messages.ensure_taking(at)
    windows = (
        (limits.per_minute, timedelta(minutes=1), ()),
        (limits.per_hour, timedelta(hours=1), ()),
        (limits.per_day, timedelta(days=1), ()),
        (limits.per_prefix, timedelta(days=1), (SignInCode.prefix_key == row.prefix_key,)),
    )
    for limit, window, among in windows:
        nth = queries.find_nth_newest_code(limit, at - window, *among)
        if nth is not None:
            raise NoMessages(SPENT, nth + window)
    rules.ensure_code_allowed(queries.list_code_times(row.phone_key, at - rules.KEPT_FOR), at)
    of_browser = SignInCode.browser_key == row.browser_key
    rules.ensure_browser_allowed(
        queries.find_nth_newest_code(rules.CODES_PER_BROWSER, at - rules.BROWSER_WINDOW, of_browser)
    )


def _queue(phone: str, words: str, ends_at: datetime, at: datetime, send: bool) -> int | None:
    """The same statements whether the message is kept or taken back, but for the last one's word."""
    with db.session.begin_nested() as kept:
        message_id = notices.queue_message(phone, words, at=at, expires_at=ends_at).id
        if not send:
            kept.rollback()
    return message_id if send else None


def count_left(limits: CodeLimits, *, at: datetime) -> int:
    """Codes that may still be sent within these 24 hours."""
    return max(limits.per_day - queries.count_codes(at - timedelta(days=1)), 0)


def check_code(
    phone: str, browser: str, typed: str, *, key: str, at: datetime, limits: CodeLimits = LIMITS
) -> Resident:
    """Whose phone it is; a resident seen for the first time is kept. Raises WrongCode, CodeExpired."""
    phone_key = identity.phone_key(key, phone)
    with transaction():
        lock_name(phone_key)
        wrong = queries.count_wrong_tries(at - rules.WRONG_WINDOW)
        allowed = rules.tries_allowed(wrong, limits.wrong_per_hour)
        code_id, stored, attempts = _take_try(phone_key, identity.browser_key(key, browser), allowed, at)
        right = hmac.compare_digest(stored, identity.code_key(key, phone, browser, typed))
        resident = db.session.scalar(select(Resident).where(Resident.phone_key == phone_key))
        first = right and resident is None
        if right:
            db.session.execute(update(SignInCode).where(SignInCode.id == code_id).values(used_at=at))
            resident = resident or Resident(phone_key=phone_key, created_at=at)
            db.session.add(resident)
        audit.record(TRY_CODE, code_id, at=at, by=SYSTEM, right=right, first=first)
    if resident is None or not right:
        raise rules.WrongCode(allowed - attempts, allowed)
    return resident


def check_phone(phone: str, browser: str, typed: str, *, key: str, at: datetime, limits: CodeLimits = LIMITS) -> None:
    """Somebody has this phone who does not sign in, and of whom nothing is kept. Raises WrongCode, CodeExpired."""
    phone_key = identity.phone_key(key, phone)
    with transaction():
        lock_name(phone_key)
        allowed = rules.tries_allowed(queries.count_wrong_tries(at - rules.WRONG_WINDOW), limits.wrong_per_hour)
        code_id, stored, attempts = _take_try(phone_key, identity.browser_key(key, browser), allowed, at)
        right = hmac.compare_digest(stored, identity.code_key(key, phone, browser, typed))
        if right:
            db.session.execute(update(SignInCode).where(SignInCode.id == code_id).values(used_at=at))
        audit.record(TRY_CODE, code_id, at=at, by=SYSTEM, right=right, first=False)
    if not right:
        raise rules.WrongCode(allowed - attempts, allowed)


def _take_try(phone_key: str, browser_key: str, allowed: int, at: datetime) -> tuple[int, str, int]:
    """Counts a try at the newest code of this phone in this browser: its id, key and tries. Raises CodeExpired."""
    newest = select(func.max(SignInCode.id)).where(
        SignInCode.phone_key == phone_key, SignInCode.browser_key == browser_key
    )
    counted = (
        update(SignInCode)
        .where(
            SignInCode.id == newest.scalar_subquery(),
            SignInCode.attempts < allowed,
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
