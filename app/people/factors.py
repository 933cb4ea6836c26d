"""Second factors: an app that shows codes (TOTP, RFC 6238), and recovery codes on paper. Passkeys are beside this."""

from contextlib import suppress
from datetime import datetime

import pyotp
from pyotp.utils import strings_equal
from sqlalchemy import delete, update

from app.audit import services as audit
from app.audit.models import SYSTEM, Actor
from app.database import db, lock, transaction
from app.errors import NotFound
from app.people import ciphers, identity, queries, sessions, tries
from app.people import factor_rules as rules
from app.people.models import Account, AccountSession, AuthenticatorApp, Passkey, RecoveryCode
from app.people.rules import FAILS_BEFORE_LOCK, LOCK_TIME, AccountEnded, Locked

TRY = audit.declare("factor.try_code", "account", "attempt", "factor")
ADD_APP = audit.declare("factor.set_app", "account")
RENEW_CODES = audit.declare("factor.renew_codes", "account", "codes")
RESET = audit.declare("factor.reset", "account", "login", "app", "passkeys", "codes")

ISSUER = "Hanpyo"


def offer_app(session: AccountSession, *, key: str) -> tuple[str, str]:
    """The secret that this session may take into an app, in base 32, and the address that a QR code of it holds.
    Nothing is kept until a code of it is typed."""
    now_there = queries.find_app(session.account_id)
    secret = rules.derive_secret(key, session.key, now_there.added_at.isoformat() if now_there else "")
    return secret, pyotp.TOTP(secret).provisioning_uri(name=session.account.login, issuer_name=ISSUER)


def set_app(session: AccountSession, typed: str, *, key: str, at: datetime) -> list[str]:
    """Keeps the app that was offered, in the place of one before. Returns recovery codes to be shown, where there were
    none. Raises WrongSetupCode, AccountEnded."""
    secret, _uri = offer_app(session, key=key)
    step = _match(secret, rules.tidy_code(typed), at)
    if step is None:
        raise rules.WrongSetupCode
    with transaction():
        account = lock(session.account)
        if account.ended_at is not None:
            raise AccountEnded
        app = queries.find_app(account.id) or AuthenticatorApp(account_id=account.id)
        app.secret = ciphers.encipher(key, _whose(account.id), secret)
        app.last_step, app.added_at = step, at
        db.session.add(app)
        audit.record(ADD_APP, account.id, at=at, by=account.actor)
        return ensure_codes(account, key=key, at=at)


def give_code(session: AccountSession, typed: str, *, known_browser: str | None = None, key: str, at: datetime) -> str:
    """Which factor it was: the app, or a recovery code, each code once. Too many wrong ones end the session.

    Raises WrongFactor, FactorLocked.
    """
    account, session_id = session.account, session.id
    tries_key = identity.factor_key(key, account.id, known_browser)
    try:
        return _try(account.id, typed, tries_key, key=key, at=at)
    except Locked as error:
        with suppress(NotFound):  # ended already
            sessions.end(account, session_id, at=at)
        raise rules.FactorLocked(error.until) from error


def _try(account_id: int, typed: str, tries_key: str, *, key: str, at: datetime) -> str:
    """Counted before it is looked at, like a password. Raises WrongFactor, Locked."""
    with transaction():
        number = tries.take(tries_key, at)
        factor = _take(account_id, typed, key=key, at=at)
        if factor is not None:
            tries.forget(tries_key)
        audit.record(TRY, account_id, at=at, by=SYSTEM, attempt=number, factor=factor)
    if factor is None:
        raise Locked(at + LOCK_TIME) if number >= FAILS_BEFORE_LOCK else rules.WrongFactor
    return factor


def _take(account_id: int, typed: str, *, key: str, at: datetime) -> str | None:
    code = rules.tidy_code(typed)
    if rules.is_of_app(code):
        return rules.APP if _take_step(account_id, code, key=key, at=at) else None
    return rules.RECOVERY if _take_recovery_code(account_id, typed, key=key, at=at) else None


def _take_step(account_id: int, code: str, *, key: str, at: datetime) -> bool:
    """In one statement, so that of two browsers with the same code one comes too late."""
    app = queries.find_app(account_id)
    step = app and _match(ciphers.decipher(key, _whose(account_id), app.secret), code, at)
    if step is None:
        return False
    newer = update(AuthenticatorApp).where(AuthenticatorApp.account_id == account_id, AuthenticatorApp.last_step < step)
    taken = db.session.scalars(newer.values(last_step=step).returning(AuthenticatorApp.account_id))
    return taken.one_or_none() is not None


def _take_recovery_code(account_id: int, typed: str, *, key: str, at: datetime) -> bool:
    code_key = identity.recovery_key(key, account_id, rules.read_recovery_code(typed))
    unused = update(RecoveryCode).where(RecoveryCode.code_key == code_key, RecoveryCode.used_at.is_(None))
    taken = db.session.scalars(unused.values(used_at=at).returning(RecoveryCode.id))
    return taken.one_or_none() is not None


def _match(secret: str, code: str, at: datetime) -> int | None:
    """The newest time step around `at` whose code this is."""
    app = pyotp.TOTP(secret, digits=rules.APP_DIGITS, interval=rules.STEP)
    steps = (step for step in reversed(rules.steps_around(at)) if strings_equal(app.generate_otp(step), code))
    return next(steps, None)


def ensure_codes(account: Account, *, key: str, at: datetime) -> list[str]:
    """New codes for who has none that is good; else nothing."""
    return [] if queries.count_recovery_codes(account.id) else renew_codes(account, key=key, at=at)


def renew_codes(account: Account, *, key: str, at: datetime) -> list[str]:
    """Ten new codes, to be shown this once; those before are worth nothing any more. Raises AccountEnded."""
    codes = rules.make_recovery_codes()
    with transaction():
        if lock(account).ended_at is not None:
            raise AccountEnded
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
        for code in codes:
            code_key = identity.recovery_key(key, account.id, rules.read_recovery_code(code))
            db.session.add(RecoveryCode(account_id=account.id, code_key=code_key))
        audit.record(RENEW_CODES, account.id, at=at, by=account.actor, codes=len(codes))
    return codes


def reset(account: Account, *, at: datetime, by: Actor) -> None:
    """For somebody who has lost theirs: all of them go, and every session; the next sign-in sets up new ones."""
    with transaction():
        lock(account)
        counts = {
            kind: len(db.session.scalars(delete(table).where(table.account_id == account.id).returning(column)).all())
            for kind, table, column in (
                ("app", AuthenticatorApp, AuthenticatorApp.account_id),
                ("passkeys", Passkey, Passkey.id),
                ("codes", RecoveryCode, RecoveryCode.id),
            )
        }
        sessions.end_all(account.id)
        audit.record(RESET, account.id, at=at, by=by, login=account.login, **counts)


def _whose(account_id: int) -> str:
    return f"account:{account_id}"
