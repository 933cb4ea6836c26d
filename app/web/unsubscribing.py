"""Addresses that end somebody's mails: they name the person, signed, so that nobody makes one for somebody else."""

from flask import current_app, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from app.notices.delivery_rules import Person


def address_for(person: Person) -> str:
    token = _signer().dumps([person.resident_id, person.account_id])
    return url_for("public.unsubscribe", token=token, _external=True)


def read_token(token: str) -> Person | None:
    """None for one that we have not made."""
    try:
        resident_id, account_id = _signer().loads(token)
    except (BadSignature, TypeError, ValueError):
        return None
    return Person(resident_id, account_id)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="unsubscribe")
