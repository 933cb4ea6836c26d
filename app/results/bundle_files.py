"""The files of a bundle that are not of its count: how to check it, and with what. A certificate names their hashes.

A release brings others. Those that a count was certified with are kept, so that its bundle stays the same to the byte.
"""

import hashlib

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.config import ROOT
from app.database import db
from app.results import rules
from app.results.models import BundleFile

PROGRAM = ROOT / "static" / "recount.py"
README = ROOT / "templates" / "bundle" / "README.txt"
SHIPPED = {"README.txt": README, "recount.py": PROGRAM}
Hashes = dict[str, str]  # file name → SHA-256


def hashes() -> Hashes:
    """Of the files of this release."""
    return {name: _sha256(path.read_bytes()) for name, path in SHIPPED.items()}


def keep() -> Hashes:
    """Those of this release, within the caller's transaction. The primary key keeps each once, whoever else keeps it at
    the same time."""
    insert = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[db.session.get_bind().dialect.name]
    for path in SHIPPED.values():
        body = path.read_bytes()
        row = {"sha256": _sha256(body), "body": body}
        db.session.execute(insert(BundleFile.__table__).values(row).on_conflict_do_nothing())
    return hashes()


def read(named: Hashes) -> dict[str, bytes]:
    """The files that a certificate names. Raises BoxChanged where one is there no more."""
    return {name: _read(name, sha256) for name, sha256 in named.items()}


def _read(name: str, sha256: str) -> bytes:
    """One that was never kept is asked of this release: a certificate made anew names its files."""
    body = _find(sha256) or SHIPPED[name].read_bytes()
    if _sha256(body) != sha256:
        raise rules.BoxChanged(name)
    return body


def _find(sha256: str) -> bytes | None:
    return db.session.scalar(select(BundleFile.body).where(BundleFile.sha256 == sha256))


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
