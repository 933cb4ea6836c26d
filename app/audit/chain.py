"""The chain of the book: each line's SHA-256 over the hash of the line before it and its own canonical content, under
heads that the server signs. Triggers can be taken off by whoever has the database; the chain then says what was done.

Lines are chained a moment after they were written (`flask tick`), so that no write waits for another's line. They are
taken as their ids go; one whose transaction took longer is chained later, out of turn: what counts is its position.
From a head on, ids up to `settled` are all there: nothing comes in between any more.
"""

import base64
import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import MappingResult, RowMapping, String, cast, func, insert, select

from app.audit.models import AuditHead, AuditLine, AuditLink
from app.crypto import checkpoint
from app.crypto.signing import SigningKey, VerifyKey
from app.database import db, lock_name, transaction
from app.tally import canonical

ORIGIN = "hanpyo/audit"
START = bytes(32)
AT_ONCE = 2000  # lines in one transaction: on SQLite everybody waits for it
_LINE = AuditLine.__table__.c
_LINK = AuditLink.__table__.c


def digest(previous: bytes, line: Mapping[str, Any]) -> bytes:
    """Raises CanonicalError for what no line of ours can hold."""
    content = {**line, "at": line["at"].isoformat()}
    return hashlib.sha256(previous + canonical.dumps(content)).digest()


def seal(key: SigningKey, *, at: datetime) -> int:
    """Chains the lines that wait, under a new head; how many. The chain is of the book and not in it: it leaves no
    line, or it would never come to its end."""
    chained = 0
    while _waiting(find_head(), 1) and (some := _seal_some(key, at)):
        chained += some
    return chained


def _seal_some(key: SigningKey, at: datetime) -> int:
    with transaction():
        lock_name("audit chain")
        latest, finished = find_head(), _transactions(func.pg_snapshot_xmin)
        lines = _waiting(latest, AT_ONCE)
        if not lines:  # somebody else's turn has just taken them
            return 0
        size, previous = (latest.size, root_of(latest)) if latest else (0, START)
        links = []
        for line in lines:
            size, previous = size + 1, digest(previous, line)
            links.append({"position": size, "line_id": line["id"], "hash": previous.hex()})
        head = {
            "number": latest.number + 1 if latest else 1,
            "size": size,
            "note": _note(size, previous, _settled(latest, finished), key),
            "newest": lines[-1]["id"],
            "horizon": _transactions(func.pg_snapshot_xmax),
            "made_at": at,
        }
        db.session.connection().execute(insert(AuditLink), links)
        db.session.connection().execute(insert(AuditHead), head)
    return len(lines)


def _waiting(latest: AuditHead | None, most: int) -> Sequence[RowMapping]:
    """By id; looked for above what is settled only, so that it takes no longer as the book grows."""
    lines = (
        select(*_LINE)
        .outerjoin(AuditLink.__table__, _LINK.line_id == _LINE.id)
        .where(_LINK.line_id.is_(None), _LINE.id > (settled_by(latest) if latest else 0))
    )
    return db.session.connection().execute(lines.order_by(_LINE.id).limit(most)).mappings().all()


def _settled(latest: AuditHead | None, finished: int) -> int:
    """An id is taken before its transaction commits. When all transactions that ran as the latest head was made have
    ended, no line is still to come whose id is below that head's newest."""
    if latest is None:
        return 0
    return max(settled_by(latest), latest.newest if latest.horizon <= finished else 0)


def _transactions(bound: Any) -> int:
    """`pg_snapshot_xmin`: all below have ended; `pg_snapshot_xmax`: from here on none has begun. On SQLite, with its
    one writer, none ever runs beside this one."""
    if db.session.get_bind().dialect.name == "sqlite":
        return 0
    return int(db.session.connection().execute(select(cast(bound(func.pg_current_snapshot()), String))).scalar_one())


def _note(size: int, root: bytes, settled: int, key: SigningKey) -> str:
    """A C2SP checkpoint with one line more."""
    text = f"{ORIGIN}\n{size}\n{base64.b64encode(root).decode()}\nsettled {settled}\n"
    return checkpoint.sign_note(text, ORIGIN, key)


def _parse(note: str) -> checkpoint.Checkpoint:
    return checkpoint.parse(note.partition("\n\n")[0] + "\n")


def root_of(head: AuditHead) -> bytes:
    return _parse(head.note).root


def settled_by(head: AuditHead) -> int:
    """Up to this id, no line is still to come."""
    return int(_parse(head.note).extensions[0].removeprefix("settled "))


def find_head() -> AuditHead | None:
    """The latest."""
    return db.session.scalar(select(AuditHead).order_by(AuditHead.number.desc()).limit(1))


def find_fault(keys: Collection[VerifyKey]) -> str | None:
    """The first thing in the book that does not fit; None where all does. `keys`: whose signatures on heads count."""
    heads = list(db.session.scalars(select(AuditHead).order_by(AuditHead.number)))
    with _links() as links:
        fault = _links_fault(links, heads, keys)
    return fault or (_between(settled_by(heads[-1])) if heads else None)


def _links_fault(links: Iterable[RowMapping], heads: Sequence[AuditHead], keys: Collection[VerifyKey]) -> str | None:
    position, previous, waiting = 0, START, iter(heads)
    head = next(waiting, None)
    for link in links:
        position += 1
        fault = "beyond the last head" if head is None else _link_fault(link, position, previous)
        if fault:
            return f"line {link['line_id']}: {fault}"
        previous = bytes.fromhex(link["hash"])
        if head is not None and head.size == position:
            if fault := _head_fault(head, previous, keys):
                return fault
            head = next(waiting, None)
    return f"head {head.number}: {head.size} ≠ {position}" if head else None


def _links() -> MappingResult:
    """With their lines, as far as these are there."""
    columns = [column.label(f"line_{column.name}") for column in _LINE if column.name != "id"]
    rows = (
        select(_LINK.position, _LINK.line_id, _LINK.hash, _LINE.id.label("id"), *columns)
        .outerjoin(AuditLine.__table__, _LINE.id == _LINK.line_id)
        .order_by(_LINK.position)
    )
    return db.session.connection().execute(rows.execution_options(yield_per=1000)).mappings()


def _link_fault(link: RowMapping, position: int, previous: bytes) -> str | None:
    if link["id"] is None:
        return "missing"
    line = {column.name: link["id" if column.name == "id" else f"line_{column.name}"] for column in _LINE}
    try:
        fits = (link["position"], link["hash"]) == (position, digest(previous, line).hex())
    except canonical.CanonicalError:
        fits = False
    return None if fits else "does not fit"


def _head_fault(head: AuditHead, root: bytes, keys: Collection[VerifyKey]) -> str | None:
    for key in keys:
        try:
            read = checkpoint.read(head.note, checkpoint.Verifier(ORIGIN, key))
        except checkpoint.NotSigned:
            continue
        except checkpoint.CheckpointError as error:
            return f"head {head.number}: {error}"
        return None if (read.size, read.root) == (head.size, root) else f"head {head.number}: does not fit"
    return f"head {head.number}: not signed by a key of ours"


def _between(settled: int) -> str | None:
    """A line that came in where nothing can have come any more."""
    chained = select(_LINK.line_id).where(_LINK.line_id == _LINE.id).exists()
    line = db.session.scalar(select(func.min(_LINE.id)).where(_LINE.id <= settled, ~chained))
    return None if line is None else f"line {line}: not in the chain"
