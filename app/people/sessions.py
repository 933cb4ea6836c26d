"""Sessions of accounts, kept here and not in the cookie: one that has ended is worth nothing to who has its cookie."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, inspect, or_, select
from sqlalchemy.orm import contains_eager

from app.audit import services as audit
from app.audit.models import SYSTEM
from app.database import db, lock, transaction
from app.errors import NotFound
from app.people import factor_rules as rules
from app.people import identity
from app.people.models import Account, AccountSession, PasskeyChallenge
from app.people.rules import WrongPassword

SIGN_IN = audit.declare("account.sign_in", "account", "factor")
PROVE = audit.declare("account.prove", "account", "factor")
SIGN_OUT = audit.declare("account.sign_out", "account", "sessions")
SEEN = audit.declare("account_session.see", "account_session")
FORGET = audit.declare("account_session.forget", "account_session", "sessions", "challenges")


def find(token: str, *, key: str, at: datetime) -> AccountSession | None:
    """With its account; None where it has ended or is over. Half a sign-in is found as well: see `proved_at`."""
    wanted = select(AccountSession).join(AccountSession.account).options(contains_eager(AccountSession.account))
    wanted = wanted.where(AccountSession.key == identity.session_key(key, token), Account.ended_at.is_(None))
    found = db.session.scalar(wanted)
    return None if found is None or rules.is_over(found.begun_at, found.proved_at, at) else found


def list_of(account_id: int, at: datetime) -> Sequence[AccountSession]:
    """Those signed in wholly, the newest first."""
    wanted = select(AccountSession).where(
        AccountSession.account_id == account_id,
        AccountSession.proved_at.is_not(None),
        AccountSession.begun_at > at - rules.SESSION_LIFE,
    )
    return db.session.scalars(wanted.order_by(AccountSession.begun_at.desc(), AccountSession.id.desc())).all()


def begin(account: Account, device: str, *, factor: str | None, key: str, at: datetime) -> str:
    """The token of a new session, for the cookie. `factor`: what was given as the second one; None: nothing yet, it
    is half a sign-in. Raises WrongPassword when the account has ended meanwhile."""
    with transaction():
        if lock(account).ended_at is not None:
            raise WrongPassword
        token = secrets.token_urlsafe(32)
        row = AccountSession(
            account_id=account.id,
            key=identity.session_key(key, token),
            device=device,
            begun_at=at,
            seen_at=rules.hour_of(at),
            proved_at=at if factor else None,
        )
        db.session.add(row)
        if factor:
            audit.record(SIGN_IN, account.id, at=at, by=account.actor, factor=factor)
    return token


def complete(half: AccountSession, *, factor: str, key: str, at: datetime) -> str:
    """Makes half a sign-in whole, under a new token. Raises SignInOver."""
    token = secrets.token_urlsafe(32)
    with transaction():
        _hold(half)
        half.key, half.begun_at, half.proved_at = identity.session_key(key, token), at, at
        half.seen_at = rules.hour_of(at)
        audit.record(SIGN_IN, half.account_id, at=at, by=half.account.actor, factor=factor)
    return token


def renew_proof(session: AccountSession, *, factor: str, at: datetime) -> None:
    """Raises SignInOver."""
    with transaction():
        _hold(session)
        session.proved_at = at
        audit.record(PROVE, session.account_id, at=at, by=session.account.actor, factor=factor)


def renew_token(session: AccountSession, *, key: str) -> str:
    """For the one session that stays when the others end. Inside a transaction of the caller's."""
    token = secrets.token_urlsafe(32)
    session.key = identity.session_key(key, token)
    return token


def note_hour(session: AccountSession, *, at: datetime) -> None:
    """The hour in which it was last used, once in each. Raises SignInOver."""
    hour = rules.hour_of(at)
    if session.seen_at >= hour:
        return
    with transaction():
        _hold(session)
        session.seen_at = hour
        audit.record(SEEN, session.id, at=hour, by=SYSTEM)


def end(account: Account, session_id: int, *, at: datetime) -> None:
    """Raises NotFound where this account has no such session."""
    if _end(account, AccountSession.id == session_id, at=at) == 0:
        raise NotFound


def end_others(account: Account, session_id: int, *, at: datetime) -> int:
    """All but this one. Returns how many."""
    return _end(account, AccountSession.id != session_id, at=at)


def _end(account: Account, which: ColumnElement[bool], *, at: datetime) -> int:
    theirs = select(AccountSession).where(AccountSession.account_id == account.id, which).with_for_update()
    with transaction():
        ended = db.session.scalars(theirs).all()
        for one in ended:
            db.session.delete(one)
        if ended:
            audit.record(SIGN_OUT, account.id, at=at, by=account.actor, sessions=len(ended))
    return len(ended)


def end_all(account_id: int, but: AccountSession | None = None) -> None:
    """Whole and half ones, as a part of what ends them. Inside a transaction of the caller's."""
    theirs = delete(AccountSession).where(AccountSession.account_id == account_id)
    db.session.execute(theirs if but is None else theirs.where(AccountSession.id != but.id))
    db.session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.account_id == account_id))


def forget_over(*, at: datetime) -> int:
    """Removes sessions and challenges that are over. Returns how many of both."""
    half = AccountSession.proved_at.is_(None) & (AccountSession.begun_at <= at - rules.HALF_LIFE)
    over = or_(AccountSession.begun_at <= at - rules.SESSION_LIFE, half)
    old = PasskeyChallenge.expires_at <= at
    if not any(db.session.scalar(select(exists().where(one))) for one in (over, old)):
        return 0
    with transaction():
        sessions = len(db.session.scalars(delete(AccountSession).where(over).returning(AccountSession.id)).all())
        challenges = len(db.session.scalars(delete(PasskeyChallenge).where(old).returning(PasskeyChallenge.key)).all())
        audit.record(FORGET, None, at=at, by=SYSTEM, sessions=sessions, challenges=challenges)
    return sessions + challenges


def _hold(session: AccountSession) -> None:
    """Reads it again. Raises SignInOver where it is gone."""
    held = (
        select(AccountSession)
        .where(AccountSession.id == inspect(session).identity[0])
        .with_for_update(of=AccountSession)
    )
    if db.session.scalar(held.execution_options(populate_existing=True)) is None:
        raise rules.SignInOver
