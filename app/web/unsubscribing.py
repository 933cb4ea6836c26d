"""Addresses that end somebody's mails: they name the person, enciphered, so that nobody makes one for somebody else, or
reads from one who it is."""

from cryptography.exceptions import InvalidTag
from flask import url_for

from app.notices.delivery_rules import Person
from app.people import ciphers
from app.web import guard

WHOSE = "unsubscribe"


def address_for(person: Person) -> str:
    return url_for("public.unsubscribe", token=token_of(person), _external=True)


def token_of(person: Person) -> str:
    """Another one each time; all of them are good."""
    return ciphers.encipher(guard.identity_key(), WHOSE, f"{person.resident_id or ''}:{person.account_id or ''}")


def read_token(token: str) -> Person | None:
    """None for one that we have not made."""
    try:
        resident_id, _colon, account_id = ciphers.decipher(guard.identity_key(), WHOSE, token).partition(":")
    except (InvalidTag, ValueError):
        return None
    return Person(int(resident_id) if resident_id else None, int(account_id) if account_id else None)
