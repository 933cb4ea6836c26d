"""Argon2id (RFC 9106). One hash takes some 80 ms and 64 MiB, so only a few are made at a time.

Nobody calls this with a transaction open: the database would wait for the processor.
"""

import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from app.people.rules import TooBusy

AT_ONCE = 2
PATIENCE = 5.0  # seconds; voters share the threads that would wait here
GENERATED_BYTES = 15  # 20 letters, 120 bits

hasher = PasswordHasher()
_turns = BoundedSemaphore(AT_ONCE)


def hash_password(password: str) -> str:
    """Raises TooBusy."""
    with _turn():
        return hasher.hash(_typed(password))


def verify_password(stored: str | None, password: str) -> bool:
    """Takes as long for `stored` None (there is no such account) as for a wrong password. Raises TooBusy."""
    with _turn():
        try:
            return hasher.verify(stored or _nobody(), _typed(password)) and stored is not None
        except (VerifyMismatchError, InvalidHashError):
            return False


def is_outdated(stored: str) -> bool:
    """Whether it was made with other parameters than today's."""
    return hasher.check_needs_rehash(stored)


def generate_password() -> str:
    return secrets.token_urlsafe(GENERATED_BYTES)


def _typed(password: str) -> str:
    """Hangul comes composed from one keyboard and in letters from another."""
    return unicodedata.normalize("NFC", password)


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=PATIENCE):
        raise TooBusy
    try:
        yield
    finally:
        _turns.release()


@cache
def _nobody() -> str:
    """A hash like everybody's, of a password that was never told."""
    return hasher.hash(secrets.token_urlsafe(32))
