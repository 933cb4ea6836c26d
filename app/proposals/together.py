"""Proposing together: the proposer asks by phone number, and whoever has that phone accepts, declines or leaves.

Nothing is sent: who was asked finds it among their own proposals once they sign in. The number itself is not kept.
"""

from datetime import datetime

from app.audit import services as audit
from app.audit.models import Actor
from app.database import db, lock, transaction
from app.notices.letter_services import take_away
from app.people import identity
from app.people.models import Resident
from app.proposals import queries, rules
from app.proposals.models import CoProposer, Proposal

INVITE = audit.declare("proposal.invite", "proposal", "seat")
TAKE_BACK = audit.declare("proposal.take_back_invitation", "proposal", "seat")
ACCEPT = audit.declare("proposal.accept_invitation", "proposal", "seat")
DECLINE = audit.declare("proposal.decline_invitation", "proposal", "seat")
LEAVE = audit.declare("proposal.leave", "proposal", "seat")


def invite(proposal: Proposal, phone: str, *, key: str, at: datetime, by: Actor) -> None:
    """`phone` as it was typed. Raises WrongState, NotAMobileNumber, OwnPhone, AskedBefore, SeatsTaken."""
    phone = identity.normalise_phone(phone)
    phone_key = identity.phone_key(key, phone)
    with transaction():
        _open(proposal)
        if proposal.resident is not None and proposal.resident.phone_key == phone_key:
            raise rules.OwnPhone
        if any(one.phone_key == phone_key for one in proposal.co_proposers):
            raise rules.AskedBefore
        free = set(range(1, rules.SEATS + 1)) - {one.seat for one in proposal.co_proposers}
        if not free:
            raise rules.SeatsTaken
        asked = CoProposer(phone_key=phone_key, ending=phone[-4:], seat=min(free), invited_at=at)
        proposal.co_proposers.append(asked)
        audit.record(INVITE, proposal.id, at=at, by=by, seat=asked.seat)


def take_back(proposal: Proposal, invitation_id: int, *, at: datetime, by: Actor) -> None:
    """As if never asked. Raises NotFound, WrongState once it was answered."""
    with transaction():
        _open(proposal)
        asked = queries.get_seat(proposal, invitation_id)
        if asked.state != rules.INVITED:
            raise rules.WrongState(asked.state, "taken back")
        audit.record(TAKE_BACK, proposal.id, at=at, by=by, seat=asked.seat)
        proposal.co_proposers.remove(asked)


def accept(asked: CoProposer, resident: Resident, *, name: str, at: datetime, by: Actor) -> None:
    """With consent to the keeping of their name. Raises NotFound where it was taken back, WrongState, and Incomplete or
    TooLong of the name."""
    proposal, invitation_id = asked.proposal, asked.id
    with transaction():
        rules.ensure_name(name)
        asked = _hold(proposal, invitation_id, rules.ACCEPTED)
        asked.resident_id, asked.consented_at = resident.id, at
        asked.state, asked.answered_at = rules.ACCEPTED, at
        resident.name = name
        audit.record(ACCEPT, asked.proposal_id, at=at, by=by, seat=asked.seat)


def decline(asked: CoProposer, *, at: datetime, by: Actor) -> None:
    """Raises NotFound where it was taken back, WrongState."""
    _give_up(asked, rules.DECLINED, DECLINE, at, by)


def leave(asked: CoProposer, *, at: datetime, by: Actor) -> None:
    """Raises WrongState; what is under review keeps its proposers, for they are barred from that review."""
    _give_up(asked, rules.LEFT, LEAVE, at, by)


def _give_up(asked: CoProposer, wanted: str, action: audit.Action, at: datetime, by: Actor) -> None:
    proposal, invitation_id = asked.proposal, asked.id
    with transaction():
        asked = _hold(proposal, invitation_id, wanted)
        audit.record(action, asked.proposal_id, at=at, by=by, seat=asked.seat)
        if asked.resident_id is not None:
            take_away(asked.proposal_id, asked.resident_id)
        asked.state, asked.answered_at = wanted, at
        asked.seat = asked.resident_id = asked.consented_at = None


def _open(proposal: Proposal) -> None:
    lock(proposal)
    db.session.expire(proposal, ["co_proposers"])
    rules.ensure_editable(proposal.state)


def _hold(proposal: Proposal, invitation_id: int, wanted: str) -> CoProposer:
    """The proposal is held by everybody who changes who proposes it: only then is it sure whether the seat is still
    there. Raises NotFound, WrongState."""
    _open(proposal)
    asked = queries.get_seat(proposal, invitation_id)
    rules.ensure_may_answer(asked.state, wanted)
    return asked
