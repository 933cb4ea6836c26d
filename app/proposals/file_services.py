"""A resident's photos and documents: add, describe, move, remove. The audit says which kind, never what a file is
called or what is written to it.

All raise WrongState, OutsidePhase, Stale and AgreedText, as an edit of the texts does, and count as one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.audit import services as audit
from app.audit.models import Actor
from app.database import db, lock
from app.files import services as files
from app.files.models import StoredFile
from app.files.rules import DOCUMENT, PHOTO, Document, Photo
from app.proposals import file_queries as queries
from app.proposals import file_rules as rules
from app.proposals.models import Proposal, ProposalFile
from app.proposals.services import editing

ADD_FILE = audit.declare("proposal.file_add", "proposal", "kind")
DESCRIBE_FILE = audit.declare("proposal.file_describe", "proposal", "kind", "changed")
MOVE_FILE = audit.declare("proposal.file_move", "proposal", "kind")
REMOVE_FILE = audit.declare("proposal.file_remove", "proposal", "kind")


def add_photo(
    proposal: Proposal, photo: Photo, *, alt: str, caption: str = "", seen: int, at: datetime, by: Actor
) -> ProposalFile:
    """Behind the others. Raises TooManyFiles, Incomplete without `alt`, TooLong, CannotKeep."""
    with editing(proposal, seen=seen, at=at, by=by):
        _ensure_fit(proposal, PHOTO, {"alt": alt, "caption": caption})
        return _hang(proposal, files.keep_photo(photo, at=at), {"alt": alt, "caption": caption}, at, by)


def add_document(
    proposal: Proposal, document: Document, *, caption: str = "", seen: int, at: datetime, by: Actor
) -> ProposalFile:
    """Behind the others. Raises TooManyFiles, TooLong, CannotKeep."""
    with editing(proposal, seen=seen, at=at, by=by):
        _ensure_fit(proposal, DOCUMENT, {"caption": caption})
        return _hang(proposal, files.keep_document(document, at=at), {"caption": caption}, at, by)


def describe_file(item: ProposalFile, *, alt: str, caption: str, seen: int, at: datetime, by: Actor) -> None:
    """Raises Incomplete for a photo without `alt`, TooLong."""
    with editing(item.proposal, seen=seen, at=at, by=by):
        lock(item)
        words = {"caption": caption} | ({"alt": alt} if item.kind == PHOTO else {})
        rules.ensure_said(item.kind, words)
        changed = [name for name, value in words.items() if getattr(item, name) != value]
        for name in changed:
            setattr(item, name, words[name])
        audit.record(DESCRIBE_FILE, item.proposal_id, at=at, by=by, kind=item.kind, changed=", ".join(changed))


def move_up(item: ProposalFile, *, seen: int, at: datetime, by: Actor) -> None:
    """Before the one that stands before it; the first stays where it is."""
    with editing(item.proposal, seen=seen, at=at, by=by):
        other = queries.find_before(lock(item))
        if other is not None:
            _swap(item, other)
        audit.record(MOVE_FILE, item.proposal_id, at=at, by=by, kind=item.kind)


def remove_file(item: ProposalFile, *, seen: int, at: datetime, by: Actor) -> None:
    """It is no longer seen from now on; its bytes go with `flask tick`. What was submitted keeps its fingerprint."""
    with editing(item.proposal, seen=seen, at=at, by=by):
        audit.record(REMOVE_FILE, item.proposal_id, at=at, by=by, kind=lock(item).kind)
        db.session.delete(item)


def copy_files(target: Proposal, sources: Sequence[Proposal], *, at: datetime) -> int:
    """Behind its own, those of `sources`, each of them once and as many as a proposal may have; within the transaction
    of the use case that records it. How many."""
    has, copied = {one.file.sha256 for kind in queries.list_files(target.id).values() for one in kind}, 0
    for source in sources:
        for kind, items in queries.list_files(source.id).items():
            for item in items:
                if item.file.sha256 not in has and queries.count_files(target, kind) < rules.MOST[kind]:
                    words = {"alt": item.alt, "caption": item.caption}
                    _place(target, files.copy_file(item.file, at=at), words, at)
                    has.add(item.file.sha256)
                    copied += 1
    return copied


def _ensure_fit(proposal: Proposal, kind: str, words: dict[str, str]) -> None:
    rules.ensure_room(kind, queries.count_files(proposal, kind))
    rules.ensure_said(kind, words)


def _hang(proposal: Proposal, file: StoredFile, words: dict[str, str], at: datetime, by: Actor) -> ProposalFile:
    item = _place(proposal, file, words, at)
    audit.record(ADD_FILE, proposal.id, at=at, by=by, kind=file.kind)
    return item


def _place(proposal: Proposal, file: StoredFile, words: Mapping[str, str | None], at: datetime) -> ProposalFile:
    position = queries.last_position(proposal, file.kind) + 1
    item = ProposalFile(proposal=proposal, file=file, kind=file.kind, position=position, added_at=at, **words)
    db.session.add(item)
    db.session.flush()
    return item


def _swap(one: ProposalFile, other: ProposalFile) -> None:
    """By way of a place behind all others: no two ever stand at the same one."""
    last = queries.last_position(one.proposal, one.kind)
    places = one.position, other.position
    one.position = last + 1
    db.session.flush()
    other.position = places[0]
    db.session.flush()
    one.position = places[1]
