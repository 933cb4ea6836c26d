"""Where somebody wants mail: an address that they need not give, proved by a code, enciphered, and gone when they say
so."""

import hmac
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime

from cryptography.exceptions import InvalidTag
from sqlalchemy import ColumnElement, delete, or_, select, update

from app.audit import services as audit
from app.audit.models import SYSTEM, Actor
from app.database import db, lock_name, transaction
from app.notices import delivery_services as deliveries
from app.notices.delivery_rules import WAITING, Person
from app.notices.services import queue_mail
from app.people import ciphers, identity, queries, rules
from app.people.models import Account, MailAddress, MailCode

# As of codes to phones: no line names an address, and none that is about a resident names them.
ASK = audit.declare("mail_code.send", "mail_code")
TRY = audit.declare("mail_code.try", "mail_code", "right")
REMOVE = audit.declare("mail_address.remove", "mail_address")
FORGET = audit.declare("mail_code.forget", "mail_code", "codes")


def ask(person: Person, typed: str, *, key: str, say: Callable[[str], tuple[str, str]], at: datetime) -> int:
    """Queues a code to the address that was `typed`, and returns the id of its message. `say` turns the code into a
    subject and words. Raises NotAMailAddress, TooManyMailCodes."""
    address = identity.normalise_mail(typed)
    code = f"{secrets.randbelow(10**rules.CODE_DIGITS):0{rules.CODE_DIGITS}d}"
    row = MailCode(
        person_key=identity.mail_person_key(key, *person),
        address_key=identity.mail_key(key, address),
        cipher=ciphers.encipher(key, _whose(person), address),
        sent_at=at,
        expires_at=at + rules.MAIL_CODE_LIFE,
    )
    row.code_key = identity.code_key(key, row.person_key, row.address_key, code)
    with transaction():
        lock_name(row.person_key)
        lock_name(row.address_key)
        counted = (MailCode.person_key == row.person_key, MailCode.address_key == row.address_key)
        rules.ensure_mail_code_allowed([queries.list_mail_codes(one, at - rules.KEPT_FOR) for one in counted], at)
        db.session.add(row)
        subject, words = say(code)
        message = queue_mail(address, subject, words, at=at, expires_at=row.expires_at)
        audit.record(ASK, row.id, at=at, by=SYSTEM)
        return message.id


def confirm(person: Person, typed: str, *, key: str, language: str = "ko", at: datetime) -> None:
    """The address that the latest code went to is theirs from now on, for mails in `language` until they choose
    another. Raises MailCodeExpired, WrongCode."""
    person_key = identity.mail_person_key(key, *person)
    with transaction():
        lock_name(person_key)
        row = queries.find_mail_code(person_key)
        if row is None or row.used_at is not None or row.expires_at <= at:
            raise rules.MailCodeExpired
        if row.attempts >= rules.TRIES_PER_CODE:
            raise rules.WrongCode(0)
        row.attempts += 1
        right = hmac.compare_digest(row.code_key, identity.code_key(key, person_key, row.address_key, typed))
        if right:
            row.used_at = at
            deliveries.resume_mails(person, language)  # who confirms an address wants mails there
            _keep(person, row.cipher, key, at)
        left = rules.TRIES_PER_CODE - row.attempts
        audit.record(TRY, row.id, at=at, by=SYSTEM, right=right)
    if not right:
        raise rules.WrongCode(left)


def remove(person: Person, *, key: str, at: datetime, by: Actor) -> None:
    """And no code to one is good any more, nor does a mail go that was made. Nothing to remove is no fault."""
    person_key = identity.mail_person_key(key, *person)
    with transaction():
        lock_name(person_key)
        deliveries.call_back_mails(person)
        db.session.execute(delete(MailAddress).where(is_of(person)))
        open_codes = update(MailCode).where(MailCode.person_key == person_key, MailCode.used_at.is_(None))
        db.session.execute(open_codes.values(used_at=at))
        audit.record(REMOVE, None, at=at, by=by)


def find(person: Person, *, key: str) -> str | None:
    return map_addresses([person], key=key).get(person)


def map_addresses(persons: Iterable[Person], *, key: str) -> dict[Person, str]:
    """Of those who have one, in one question; not of an account that has ended. One that cannot be read, for it was
    enciphered under another key, is none: it keeps nobody else's mails from going, nor its owner from giving it anew.
    """
    wanted = set(persons)
    residents = [one.resident_id for one in wanted if one.resident_id is not None]
    accounts = [one.account_id for one in wanted if one.account_id is not None]
    working = select(Account.id).where(Account.id.in_(accounts), Account.ended_at.is_(None))
    found = select(MailAddress).where(or_(MailAddress.resident_id.in_(residents), MailAddress.account_id.in_(working)))
    rows = {Person(one.resident_id, one.account_id): one.cipher for one in db.session.scalars(found)}
    addresses = {}
    for person, cipher in rows.items():
        with suppress(InvalidTag):
            addresses[person] = ciphers.decipher(key, _whose(person), cipher)
    return addresses


def forget_old(*, at: datetime) -> int:
    """Codes that no limit counts any more."""
    old = MailCode.sent_at <= at - rules.KEPT_FOR
    if db.session.scalar(select(MailCode.id).where(old).limit(1)) is None:
        return 0
    with transaction():
        gone = len(db.session.scalars(delete(MailCode).where(old).returning(MailCode.id)).all())
        audit.record(FORGET, None, at=at, by=SYSTEM, codes=gone)
    return gone


def is_of(person: Person) -> ColumnElement[bool]:
    if person.resident_id is not None:
        return MailAddress.resident_id == person.resident_id
    return MailAddress.account_id == person.account_id


def _keep(person: Person, cipher: str, key: str, at: datetime) -> None:
    """What was made for another one is made anew."""
    if find(person, key=key) != ciphers.decipher(key, _whose(person), cipher):
        deliveries.call_back_mails(person, WAITING)
    kept = update(MailAddress).where(is_of(person)).values(cipher=cipher, confirmed_at=at)
    if not db.session.execute(kept.returning(MailAddress.id)).all():
        db.session.add(MailAddress(**person._asdict(), cipher=cipher, confirmed_at=at))


def _whose(person: Person) -> str:
    return f"mail:{person.resident_id or ''}:{person.account_id or ''}"
