"""Finding which proposals are at odds, and settling it. The lines in the book stand under the round's id."""

from datetime import datetime

from app.audit import services as audit
from app.audit.models import SYSTEM, Actor
from app.database import db, lock
from app.notices import kinds
from app.people.models import Account
from app.proposals import conflict_queries as queries
from app.proposals import conflict_rules as rules
from app.proposals.conflict_models import ProposalConflict
from app.proposals.models import Proposal
from app.proposals.telling import tell_proposer
from app.rounds.models import Round
from app.rounds.services import open_to_change

FIND = audit.declare("conflict.find", "round", "conflicts")
ADD = audit.declare("conflict.add", "round", "conflict_id", "first_id", "second_id", "kind")
SETTLE = audit.declare("conflict.settle", "round", "conflict_id", "first_id", "second_id", "state", "reason")
REOPEN = audit.declare("conflict.reopen", "round", "conflict_id", "first_id", "second_id", "state", "reason")


def note_conflicts_of(proposal: Proposal, *, at: datetime, by: Actor) -> int:
    """How many were found of this one that were not known. Raises Frozen."""
    return _note(proposal.round, proposal.id, at=at, by=by)


def find_conflicts(round_: Round, *, at: datetime, by: Actor) -> int:
    """How many were found in the round that were not known; asked again, none. Raises Frozen."""
    return _note(round_, None, at=at, by=by)


def add_conflict(
    round_: Round, one: Proposal, other: Proposal, kind: str, *, at: datetime, by: Actor
) -> ProposalConflict:
    """What somebody sees and no comparison finds; settled like the others. Raises Frozen, KindUnknown, NotAPair,
    AlreadyFound."""
    with open_to_change(round_, "conflict", at=at, by=by):
        if kind not in rules.KINDS:
            raise rules.KindUnknown
        first, second = (lock(each) for each in sorted((one, other), key=lambda each: each.id))
        are_there = [each.round_id == round_.id and each.state in rules.ON_THE_WAY for each in (first, second)]
        if first is second or not all(are_there):
            raise rules.NotAPair
        pair = {"first_id": first.id, "second_id": second.id, "kind": kind}
        if (first.id, second.id, kind) in queries.known_pairs(round_.id):
            raise rules.AlreadyFound
        conflict = ProposalConflict(**pair, found_at=at)
        db.session.add(conflict)
        db.session.flush()
        audit.record(ADD, round_.id, at=at, by=by, conflict_id=conflict.id, **pair)
    return conflict


def pass_on(conflict: ProposalConflict, gone: Proposal, target: Proposal, *, at: datetime) -> None:
    """Inside the transaction in which one of two has become `target`: if only one of the two may win, only one of the
    other and of what this one has become may."""
    other = conflict.second if conflict.first_id == gone.id else conflict.first
    first, second = sorted((other, target), key=lambda each: each.id)
    known = {(one, two) for one, two, _kind in queries.known_pairs(target.round_id)}
    if conflict.state != rules.ONE_WINS or first is second or (first.id, second.id) in known:
        return
    settled = {"state": rules.ONE_WINS, "reason": conflict.reason, "settled_by": conflict.settled_by, "settled_at": at}
    pair = {"first_id": first.id, "second_id": second.id}
    passed = ProposalConflict(**pair, kind=conflict.kind, found_at=at, **settled)
    db.session.add(passed)
    db.session.flush()
    said = {"conflict_id": passed.id, **pair, "state": rules.ONE_WINS, "reason": conflict.reason}
    audit.record(SETTLE, target.round_id, at=at, by=SYSTEM, **said)


def settle_conflict(conflict: ProposalConflict, state: str, reason: str, account: Account, *, at: datetime) -> None:
    """Once: it is open again only where one that had left comes back. That one leaves, or that two become one, is
    written down when it has happened: what is still on its way to the ballot has not left.

    Raises Frozen, ConflictSettled, SettlementUnknown, ReasonUnfit, BothStillThere.
    """
    round_ = conflict.first.round
    with open_to_change(round_, "conflict", at=at, by=account.actor):
        if lock(conflict).state != rules.OPEN:
            raise rules.ConflictSettled
        rules.ensure_settlement(state, reason)
        states = [lock(one).state for one in (conflict.first, conflict.second)]
        if state in rules.GONE and all(one in rules.ON_THE_WAY for one in states):
            raise rules.BothStillThere
        settler = account.actor  # read before anything is written: to read may flush
        conflict.state, conflict.reason, conflict.settled_by, conflict.settled_at = state, reason, settler.id, at
        what = {"conflict_id": conflict.id, "first_id": conflict.first_id, "second_id": conflict.second_id}
        for one in (conflict.first, conflict.second):
            if one.state in rules.ON_THE_WAY:  # who has left was told of that
                tell_proposer(one, kinds.CONFLICT_SETTLED, at=at, settlement=state)
        audit.record(SETTLE, round_.id, at=at, by=settler, state=state, reason=reason, **what)


def reopen_conflicts_of(proposal: Proposal, *, at: datetime, by: Actor) -> int:
    """This one is on its way again: that it left, or became one with another, settles nothing any more. How many of
    its conflicts are open again; what was said of them stays in the book. Raises Frozen."""
    round_ = proposal.round
    with open_to_change(round_, "conflict", at=at, by=by):
        moot = [one for one in queries.list_conflicts_of(proposal.id) if _holds_no_more(one)]
        for conflict in moot:
            what = {"conflict_id": conflict.id, "first_id": conflict.first_id, "second_id": conflict.second_id}
            said = {"state": conflict.state, "reason": conflict.reason}
            conflict.state, conflict.reason, conflict.settled_by, conflict.settled_at = rules.OPEN, "", None, None
            audit.record(REOPEN, round_.id, at=at, by=by, **what, **said)
    return len(moot)


def _holds_no_more(conflict: ProposalConflict) -> bool:
    both = (conflict.first.state, conflict.second.state)
    return lock(conflict).state in rules.GONE and all(one in rules.ON_THE_WAY for one in both)


def _note(round_: Round, of: int | None, *, at: datetime, by: Actor) -> int:
    with open_to_change(round_, "conflict", at=at, by=by):
        new = sorted(queries.find_pairs(round_.id, of) - queries.known_pairs(round_.id))
        db.session.add_all(
            ProposalConflict(first_id=first, second_id=second, kind=kind, found_at=at) for first, second, kind in new
        )
        if new:
            db.session.flush()
            audit.record(FIND, round_.id, at=at, by=by, conflicts=len(new))
    return len(new)
