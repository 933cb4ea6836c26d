"""A proposal's photos and documents on whichever page shows it, with the addresses at which this reader gets them."""

from collections.abc import Iterator
from typing import NamedTuple

from flask import Flask, Response, request, url_for

from app.files.rules import PHOTO
from app.proposals import file_queries
from app.proposals.masking import list_masks
from app.proposals.models import Proposal, ProposalFile
from app.proposals.rules import PUBLIC
from app.web.committee.blinded import Blinded
from app.web.file_answers import hand_out

SIZES = ("small", "large")


class Shown(NamedTuple):
    item: ProposalFile
    url: str
    small_url: str


def shown_files(proposal: Proposal | Blinded) -> dict[str, list[Shown]]:
    """Kind → in their order; nothing where the proposal is not public, but for its writer on their own pages.
    Of a proposal without its proposers the files are without them, too."""
    wing = "public" if proposal.state in PUBLIC else request.blueprint
    if wing not in ("public", "resident"):
        return {}
    found = file_queries.list_files(proposal.id)
    if isinstance(proposal, Blinded):
        found = proposal.blind(found)
    return {kind: list(_shown(items, wing)) for kind, items in found.items() if items}


def hand_out_photo(proposal: Proposal, item_id: int, size: str) -> Response:
    """The proposal may be seen, as the view has asked. Raises NotFound."""
    return hand_out(file_queries.get_photo(proposal, item_id).file, small=size == "small")


def hand_out_document(proposal: Proposal, item_id: int) -> Response:
    """Likewise."""
    return hand_out(file_queries.get_document(proposal, item_id).file)


def _shown(items: list[ProposalFile], wing: str) -> Iterator[Shown]:
    for item in items:
        at = {"proposal_id": item.proposal_id, "item_id": item.id}
        if item.kind == PHOTO:
            large, small = (url_for(f"{wing}.proposal_photo", size=size, **at) for size in reversed(SIZES))
            yield Shown(item, large, small)
        else:
            yield Shown(item, url_for(f"{wing}.proposal_document", **at), "")


def register(app: Flask) -> None:
    app.jinja_env.globals.update(shown_files=shown_files, masks_of=list_masks)
