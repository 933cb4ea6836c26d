"""Reads of a proposal's photos and documents. Whether they may be seen is the proposal's, and asked there first."""

from sqlalchemy import func, select

from app.database import db
from app.errors import NotFound
from app.files.rules import DOCUMENT, PHOTO
from app.proposals.models import Proposal, ProposalFile


def get_file(proposal: Proposal, item_id: int) -> ProposalFile:
    """NotFound where it is another proposal's."""
    item = db.session.get(ProposalFile, item_id)
    if item is None or item.proposal_id != proposal.id:
        raise NotFound("proposal_file")
    return item


def get_photo(proposal: Proposal, item_id: int) -> ProposalFile:
    return _of_kind(get_file(proposal, item_id), PHOTO)


def get_document(proposal: Proposal, item_id: int) -> ProposalFile:
    return _of_kind(get_file(proposal, item_id), DOCUMENT)


def list_files(proposal_id: int) -> dict[str, list[ProposalFile]]:
    """Kind → in their order."""
    query = select(ProposalFile).where(ProposalFile.proposal_id == proposal_id).order_by(ProposalFile.position)
    found = list(db.session.scalars(query))
    return {kind: [item for item in found if item.kind == kind] for kind in (PHOTO, DOCUMENT)}


def count_files(proposal: Proposal, kind: str) -> int:
    query = select(func.count(ProposalFile.id)).where(
        ProposalFile.proposal_id == proposal.id, ProposalFile.kind == kind
    )
    return db.session.scalar(query) or 0


def last_position(proposal: Proposal, kind: str) -> int:
    """0 where there is none."""
    query = select(func.max(ProposalFile.position)).where(
        ProposalFile.proposal_id == proposal.id, ProposalFile.kind == kind
    )
    return db.session.scalar(query) or 0


def find_before(item: ProposalFile) -> ProposalFile | None:
    """The one that stands just before it."""
    query = select(ProposalFile).where(
        ProposalFile.proposal_id == item.proposal_id,
        ProposalFile.kind == item.kind,
        ProposalFile.position < item.position,
    )
    return db.session.scalar(query.order_by(ProposalFile.position.desc()).limit(1))


def _of_kind(item: ProposalFile, kind: str) -> ProposalFile:
    if item.kind != kind:
        raise NotFound("proposal_file")
    return item
