"""Counting tries of passwords and codes, each before it is looked at. Inside a transaction of the caller's."""

from datetime import datetime

from sqlalchemy import delete

from app.database import db, lock_name
from app.people import rules
from app.people.models import PasswordTries


def take(tries_key: str, at: datetime) -> int:
    """Which try in a row this one is. Raises Locked."""
    lock_name(tries_key)
    tries = db.session.get(PasswordTries, tries_key)
    number = rules.count_try(tries.tries, tries.last_at, at) if tries else 1
    tries = tries or PasswordTries(login_key=tries_key)
    tries.tries, tries.last_at = number, at
    db.session.add(tries)
    return number


def forget(tries_key: str) -> None:
    db.session.execute(delete(PasswordTries).where(PasswordTries.login_key == tries_key))
