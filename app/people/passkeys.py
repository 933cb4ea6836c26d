"""Passkeys (WebAuthn, level 2): asking for one, adding it, and knowing its owner by it.

A passkey that has recognised its person stands for password and second factor at once, so that it is never locked by
what others type.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.audit import services as audit
from app.audit.models import SYSTEM
from app.database import db, lock, transaction
from app.lazy import Lazy
from app.people import factor_rules as rules
from app.people import factors, identity, queries, sessions
from app.people.models import Account, AccountSession, Passkey, PasskeyChallenge
from app.people.rules import AccountEnded, tidy_name

webauthn, helpers = Lazy("webauthn"), Lazy("webauthn.helpers")

ASK = audit.declare("passkey.ask", "account", "purpose")
ANSWER = audit.declare("passkey.answer", "account", "purpose")
ADD = audit.declare("passkey.add", "account", "name")
REMOVE = audit.declare("passkey.remove", "account", "name")
USE = audit.declare("passkey.use", "passkey")

SITE_NAME = "Hanpyo"
NOT_READ = (ValueError, TypeError, LookupError, AttributeError, EOFError, RecursionError)
T = TypeVar("T")


@dataclass(frozen=True)
class Site:
    """What a passkey is bound to: `origin` "https://hanpyo.example", and its host."""

    origin: str
    host: str


def ask(purpose: str, account: Account | None, site: Site, *, key: str, at: datetime) -> tuple[str, str]:
    """The challenge, which the asking browser keeps, and the options for it as JSON. `account` is None for signing in,
    when the passkey says whose it is."""
    challenge = secrets.token_bytes(32)
    kept = helpers.bytes_to_base64url(challenge)
    with transaction():
        row = PasskeyChallenge(
            key=identity.challenge_key(key, kept),
            purpose=purpose,
            account_id=account.id if account else None,
            expires_at=at + rules.CHALLENGE_LIFE,
        )
        db.session.add(row)
        audit.record(ASK, row.account_id, at=at, by=SYSTEM, purpose=purpose)
    return kept, _options(purpose, account, site, challenge, key)


def _options(purpose: str, account: Account | None, site: Site, challenge: bytes, key: str) -> str:
    theirs = [
        helpers.structs.PublicKeyCredentialDescriptor(id=helpers.base64url_to_bytes(one.credential_id))
        for one in (queries.list_passkeys(account.id) if account else ())
    ]
    required = helpers.structs.UserVerificationRequirement.REQUIRED
    if purpose != rules.ADD or account is None:
        return webauthn.options_to_json(
            webauthn.generate_authentication_options(
                rp_id=site.host, challenge=challenge, allow_credentials=theirs, user_verification=required
            )
        )
    return webauthn.options_to_json(
        webauthn.generate_registration_options(
            rp_id=site.host,
            rp_name=SITE_NAME,
            user_id=identity.passkey_handle(key, account.id),
            user_name=account.login,
            user_display_name=account.name,
            challenge=challenge,
            exclude_credentials=theirs,
            authenticator_selection=helpers.structs.AuthenticatorSelectionCriteria(
                resident_key=helpers.structs.ResidentKeyRequirement.REQUIRED, user_verification=required
            ),
        )
    )


def add(
    account: Account, name: str, credential: str, challenge: str | None, site: Site, *, key: str, at: datetime
) -> list[str]:
    """`credential`: the browser's answer, as JSON. Returns recovery codes to be shown, where there were none.

    Raises PasskeyRefused, ChallengeOver, PasskeyKnown, AccountEnded.
    """
    account_id = account.id
    asked = _take_challenge(rules.ADD, account_id, challenge, key=key, at=at)
    found = _checked(
        lambda: webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=asked,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    )
    if len(found.credential_id) > rules.CREDENTIAL_MAX:
        raise rules.PasskeyRefused
    row = Passkey(
        account_id=account_id,
        name=tidy_name(name),
        credential_id=helpers.bytes_to_base64url(found.credential_id),
        public_key=helpers.bytes_to_base64url(found.credential_public_key),
        sign_count=found.sign_count,
        added_at=at,
    )
    try:
        with transaction():
            if lock(account).ended_at is not None:
                raise AccountEnded
            db.session.add(row)
            db.session.flush()
            audit.record(ADD, account_id, at=at, by=account.actor, name=row.name)
            return factors.ensure_codes(account, key=key, at=at)
    except IntegrityError as error:
        raise rules.PasskeyKnown from error


def sign_in(
    credential: str, challenge: str | None, site: Site, *, device: str, key: str, at: datetime
) -> tuple[Account, str]:
    """Whose passkey it is, and the token of their new session. Raises PasskeyRefused, ChallengeOver, WrongPassword."""
    asked = _take_challenge(rules.ENTER, None, challenge, key=key, at=at)
    with transaction():
        account = _use(credential, asked, site, None, at=at)
        return account, sessions.begin(account, device, factor=rules.PASSKEY, key=key, at=at)


def give(session: AccountSession, credential: str, challenge: str | None, site: Site, *, key: str, at: datetime) -> str:
    """The second factor of a session's account: PASSKEY. Raises PasskeyRefused, ChallengeOver."""
    account_id = session.account_id
    asked = _take_challenge(rules.PROVE, account_id, challenge, key=key, at=at)
    with transaction():
        _use(credential, asked, site, account_id, at=at)
    return rules.PASSKEY


def remove(account: Account, passkey_id: int, *, at: datetime) -> None:
    """Raises NotFound, LastFactor."""
    with transaction():
        lock(account)
        one = queries.get_passkey(account.id, passkey_id)
        others = [other for other in queries.list_passkeys(account.id) if other.id != passkey_id]
        rules.ensure_factor_left([*others, *filter(None, [queries.find_app(account.id)])])
        audit.record(REMOVE, account.id, at=at, by=account.actor, name=one.name)
        db.session.delete(one)


def _take_challenge(purpose: str, account_id: int | None, challenge: str | None, *, key: str, at: datetime) -> bytes:
    """The challenge that this browser was asked with; it is answered once, rightly or wrongly. Raises ChallengeOver."""
    if challenge is None:
        raise rules.ChallengeOver
    whose = PasskeyChallenge.account_id.is_(None) if account_id is None else PasskeyChallenge.account_id == account_id
    asked = delete(PasskeyChallenge).where(
        PasskeyChallenge.key == identity.challenge_key(key, challenge), PasskeyChallenge.purpose == purpose, whose
    )
    with transaction():
        expires_at = db.session.scalars(asked.returning(PasskeyChallenge.expires_at)).one_or_none()
        audit.record(ANSWER, account_id, at=at, by=SYSTEM, purpose=purpose)
    if expires_at is None or expires_at <= at:
        raise rules.ChallengeOver
    return helpers.base64url_to_bytes(challenge)


def _use(credential: str, challenge: bytes, site: Site, account_id: int | None, *, at: datetime) -> Account:
    """Checks the signature of a passkey, held so that its count goes up once for each. Raises PasskeyRefused."""
    named = _checked(lambda: helpers.parse_authentication_credential_json(credential).id)
    wanted = select(Passkey).where(Passkey.credential_id == named).with_for_update()
    one = db.session.scalar(wanted)
    if one is None or (account_id is not None and one.account_id != account_id):
        raise rules.PasskeyRefused
    found = _checked(
        lambda: webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=helpers.base64url_to_bytes(one.public_key),
            credential_current_sign_count=one.sign_count,
            require_user_verification=True,
        )
    )
    one.sign_count = found.new_sign_count
    audit.record(USE, one.id, at=at, by=SYSTEM)
    return queries.get_account(one.account_id)


def _checked(check: Callable[[], T]) -> T:
    """What a browser sends may be anything: where the library finds no words for it, it is refused all the same."""
    try:
        return check()
    except (helpers.exceptions.WebAuthnException, *NOT_READ) as error:
        raise rules.PasskeyRefused from error
