"""이의신청: made once by the proposer, decided by somebody who had no part in what it is against."""

from datetime import datetime

from app.audit import services as audit
from app.audit.models import Actor
from app.database import db, lock
from app.notices import kinds
from app.notices.letter_services import settle
from app.people.models import Account
from app.proposals import conflict_services as conflicts
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.proposals.telling import tell_proposer
from app.reviews import objection_queries as queries
from app.reviews import objection_rules as rules
from app.reviews import sheet_queries
from app.reviews.objection_models import Objection
from app.reviews.rules import AlreadyDecided, ensure_may_become, ensure_text
from app.rounds.services import open_to_change

FILE = audit.declare("objection.file", "proposal", "against")
DECIDE = audit.declare("objection.decide", "proposal", "against", "outcome")

# Where a proposal goes when its objection is upheld. One that was left out joins those on the ballot, in whose place
# it takes nobody's: its sheets are final, and no second review would be the same.
WHEN_UPHELD = {rules.CHECK: proposals.ELIGIBLE, rules.SHORTLIST: proposals.SHORTLISTED}


def file_objection(proposal: Proposal, reason: str, *, at: datetime, by: Actor) -> Objection:
    """Against the department's finding, or against being left out: once each, within the round's days.

    Raises NotTheProposer, Frozen, NothingToObjectTo, ObjectionTooLate, AlreadyObjected, AlreadyDecided (the shortlist
    of which the proposal could have been), TextMissing, TextTooLong.
    """
    with open_to_change(proposal.round, "objection", at=at, by=by):
        lock(proposal)
        if by.kind != "resident" or by.id != proposal.resident_id:
            raise proposals.NotTheProposer
        window = queries.find_window(proposal)
        if window is None:
            raise rules.NothingToObjectTo
        if queries.find_objection(proposal.id, window.against):
            raise rules.AlreadyObjected
        if window.until is None or at >= window.until:
            raise rules.ObjectionTooLate(window.until)
        _ensure_before_the_shortlist(proposal, window.against)
        ensure_text("reason", reason)
        row = Objection(proposal=proposal, against=window.against, state=rules.OPEN, reason=reason, filed_at=at)
        db.session.add(row)
        settle(kinds.OBJECTION_DUE, proposal_id=proposal.id)
        audit.record(FILE, proposal.id, at=at, by=by, against=window.against)
    return row


def decide_objection(objection: Objection, outcome: str, answer: str, account: Account, *, at: datetime) -> None:
    """Final and public at once. Upheld, the proposal is where it would have been without the decision, and
    at odds again with those that it was, or would have been, at odds with.

    Raises Frozen, WrongState (of the objection or of the proposal), NotImpartial, AlreadyDecided, TextMissing,
    TextTooLong.
    """
    proposal, by = objection.proposal, account.actor
    with open_to_change(proposal.round, "objection", at=at, by=by):
        lock(proposal)
        lock(objection)
        ensure_may_become(rules.OBJECTION_TRANSITIONS, objection.state, outcome)
        if not queries.is_impartial(objection, account):
            raise rules.NotImpartial
        ensure_text("answer", answer)
        if outcome == rules.UPHELD:
            _ensure_before_the_shortlist(proposal, objection.against)
            wanted = WHEN_UPHELD[objection.against]
            proposals.ensure_may_become(proposal.state, wanted)
            proposal.state = wanted
            db.session.flush()
            conflicts.reopen_conflicts_of(proposal, at=at, by=by)
            conflicts.note_conflicts_of(proposal, at=at, by=by)
        objection.state, objection.answer = outcome, answer
        objection.decided_at, objection.decided_by = at, account.id
        tell_proposer(proposal, kinds.OBJECTION_DECIDED, at=at, objection=outcome)
        audit.record(DECIDE, proposal.id, at=at, by=by, against=objection.against, outcome=outcome)


def _ensure_before_the_shortlist(proposal: Proposal, against: str) -> None:
    """An ineligible proposal can only become eligible while there is still a review to come."""
    if against == rules.CHECK and sheet_queries.is_shortlist_decided(proposal.round_id):
        raise AlreadyDecided
