"""What a page shows of support and comments to the one who reads it."""

from collections.abc import Collection
from typing import NamedTuple

from app.people.models import Resident
from app.proposals.models import Proposal
from app.proposals.queries import list_proposer_ids
from app.voices import queries, rules


class Heard(NamedTuple):
    """`own`: ids of the reader's comments on this page."""

    supports: int
    is_open: bool
    is_signed_in: bool
    is_own: bool
    is_supporter: bool
    page: queries.Page
    own: Collection[int]


def hear(proposal: Proposal, reader: Resident | None, page: int) -> Heard:
    comments = queries.read_comments(proposal.id, page)
    reader_id = reader.id if reader else None
    return Heard(
        supports=queries.count_support(proposal.id),
        is_open=rules.is_open(proposal.state, proposal.round.state),
        is_signed_in=reader is not None,
        is_own=reader_id in list_proposer_ids(proposal),
        is_supporter=queries.supports(proposal.id, reader),
        page=comments,
        own={one.id for one in comments.comments if reader_id is not None and one.resident_id == reader_id},
    )
