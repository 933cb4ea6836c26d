"""What staff do for somebody who proposed on paper: put right what they entered, before a department has decided on it;
and note how they heard what they write down. The latter is a part of the step that it is said to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.audit import services as audit
from app.audit.models import Actor
from app.database import db, lock, transaction
from app.proposals import paper
from app.proposals.models import Proposal
from app.proposals.paper import Sheet
from app.reviews import queries, rules
from app.reviews.heard_models import HeardWord
from app.reviews.heard_rules import Heard

HEAR = audit.declare("review.hear", "proposal", "what", "way", "heard_on")


def correct_paper(
    proposal: Proposal,
    sheet: Sheet,
    *,
    changes: Mapping[str, Any],
    reason: str,
    seen: int,
    key: str,
    at: datetime,
    by: Actor,
) -> None:
    """Not under the eyes of a department that has decided on what it read. Raises WrongState (of the check), and what
    `app.proposals.paper.correct_paper` raises."""
    with transaction():
        lock(proposal.round)
        lock(proposal)
        check = queries.find_check(proposal.id)
        if check is not None and lock(check).state != rules.ASSIGNED:
            raise rules.WrongState(check.state, rules.ASSIGNED)
        paper.correct_paper(proposal, sheet, changes=changes, reason=reason, seen=seen, key=key, at=at, by=by)


def note_heard(proposal: Proposal, heard: Heard, what: str, *, at: datetime, by: Actor, **of: int) -> None:
    """Inside the transaction of the step. `of`: the id of what was said, by its column."""
    db.session.add(HeardWord(way=heard.way, heard_on=heard.on, account_id=by.id, written_at=at, **of))
    audit.record(HEAR, proposal.id, at=at, by=by, what=what, way=heard.way, heard_on=heard.on.isoformat())
