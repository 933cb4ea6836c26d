"""Proposing together: the proposer asks by phone number, and whoever has that phone accepts, declines or leaves.

Who was asked finds it among their own proposals once they sign in, and is told by SMS that there is something to find:
once a day at most, whoever asks them, and nobody has more than a few people told in a day. The message says nothing
that the proposer wrote. The number itself is not kept.
"""

from datetime import datetime, timedelta

from app.audit import services as audit
from app.audit.models import Actor
from app.database import db, lock, lock_name, transaction
from app.notices import kinds
from app.notices import queries as messages
from app.notices import services as notices
from app.notices.delivery_queries import find_wish
from app.notices.delivery_rules import Person
from app.notices.letter_services import take_away
from app.people import addresses, identity
from app.people.models import Resident
from app.proposals import queries, rules
from app.proposals.models import CoProposer, Proposal
from app.proposals.telling import tell_of

INVITE = audit.declare("proposal.invite", "proposal", "seat")
TAKE_BACK = audit.declare("proposal.take_back_invitation", "proposal", "seat")
ACCEPT = audit.declare("proposal.accept_invitation", "proposal", "seat")
DECLINE = audit.declare("proposal.decline_invitation", "proposal", "seat")
LEAVE = audit.declare("proposal.leave", "proposal", "seat")


def invite(proposal: Proposal, phone: str, *, key: str, sms: str = "", at: datetime, by: Actor) -> None:
    """`phone` as it was typed; `sms`: what is sent there, if anything. Raises WrongState, NotAMobileNumber, OwnPhone,
    AskedBefore, SeatsTaken, OutsidePhase."""
    phone = identity.normalise_phone(phone)
    phone_key = identity.phone_key(key, phone)
    with transaction():
        _open(proposal)
        _ensure_changeable(proposal, at)
        if proposal.resident is not None and proposal.resident.phone_key == phone_key:
            raise rules.OwnPhone
        if any(one.phone_key == phone_key for one in proposal.co_proposers):
            raise rules.AskedBefore
        free = set(range(1, rules.SEATS + 1)) - {one.seat for one in proposal.co_proposers}
        if not free:
            raise rules.SeatsTaken
        asked = CoProposer(phone_key=phone_key, ending=phone[-4:], seat=min(free), invited_at=at)
        proposal.co_proposers.append(asked)
        wants_sms = _tell(proposal, phone_key, key, at)
        tag = identity.asked_key(key, phone_key)
        if sms and wants_sms and _may_text(by, tag, at):
            notices.queue_message(phone, sms, at=at, is_patient=True, tag=tag)  # not by night: it can wait
        audit.record(INVITE, proposal.id, at=at, by=by, seat=asked.seat)


def take_back(proposal: Proposal, invitation_id: int, *, key: str, at: datetime, by: Actor) -> None:
    """As if never asked: an SMS that has not gone does not go, unless somebody else has asked them too.
    Raises NotFound, WrongState once it was answered."""
    with transaction():
        _open(proposal)
        asked = queries.get_seat(proposal, invitation_id)
        if asked.state != rules.INVITED:
            raise rules.WrongState(asked.state, "taken back")
        audit.record(TAKE_BACK, proposal.id, at=at, by=by, seat=asked.seat)
        _untell(proposal, asked.phone_key)
        tag = identity.asked_key(key, asked.phone_key)
        lock_name(tag)
        if not queries.is_asked_elsewhere(asked):
            notices.end_tagged(tag)
        proposal.co_proposers.remove(asked)


def accept(asked: CoProposer, resident: Resident, *, name: str, at: datetime, by: Actor) -> None:
    """With consent to the keeping of their name. Raises NotFound where it was taken back, WrongState, OutsidePhase, and
    Incomplete or TooLong of the name."""
    proposal, invitation_id = asked.proposal, asked.id
    with transaction():
        rules.ensure_name(name)
        asked = _hold(proposal, invitation_id, rules.ACCEPTED)
        _ensure_changeable(proposal, at)
        asked.resident_id, asked.consented_at = resident.id, at
        asked.state, asked.answered_at = rules.ACCEPTED, at
        resident.name = name
        audit.record(ACCEPT, asked.proposal_id, at=at, by=by, seat=asked.seat)
        _tell_proposer(asked, at)


def decline(asked: CoProposer, *, at: datetime, by: Actor) -> None:
    """Raises NotFound where it was taken back, WrongState."""
    _give_up(asked, rules.DECLINED, DECLINE, at, by)


def leave(asked: CoProposer, *, at: datetime, by: Actor) -> None:
    """Raises WrongState, OutsidePhase: what is under review keeps its proposers, for they are barred from that review.
    Whoever has left before stays barred, too: the key of their phone is kept for that."""
    _give_up(asked, rules.LEFT, LEAVE, at, by)


def _give_up(asked: CoProposer, wanted: str, action: audit.Action, at: datetime, by: Actor) -> None:
    proposal, invitation_id = asked.proposal, asked.id
    with transaction():
        asked = _hold(proposal, invitation_id, wanted)
        if wanted == rules.LEFT:
            _ensure_changeable(proposal, at)
        audit.record(action, asked.proposal_id, at=at, by=by, seat=asked.seat)
        _untell(proposal, asked.phone_key)
        asked.state, asked.answered_at = wanted, at
        asked.seat = asked.resident_id = asked.consented_at = None
        _tell_proposer(asked, at)


def _tell(proposal: Proposal, phone_key: str, key: str, at: datetime) -> bool:
    """On the site, and as they want it besides, if the phone is known here. Whether an SMS is welcome: for all that we
    know, unless they have chosen another way, or have given an address for mails."""
    resident = queries.find_resident(phone_key)
    if resident is None:
        return True
    person = Person(resident.id)
    tell_of(proposal, kinds.CO_PROPOSER_ASKED, person, at=at)
    wish = find_wish(person)
    has_chosen = wish is not None and kinds.CO_PROPOSER_ASKED in wish.ways
    return not has_chosen and addresses.find(person, key=key) is None


def _tell_proposer(asked: CoProposer, at: datetime) -> None:
    """Who asked hears what came of it; whom it is about their own page says."""
    asker = asked.proposal.resident_id
    if asker is not None:
        tell_of(asked.proposal, kinds.CO_PROPOSER_MOVED, Person(asker), at=at, joining=asked.state)


def _untell(proposal: Proposal, phone_key: str) -> None:
    resident = queries.find_resident(phone_key)
    if resident is not None:
        take_away(proposal.id, resident.id)


def _may_text(by: Actor, tag: str, at: datetime) -> bool:
    """Neither does anybody get two in a day, nor have more than a few people told."""
    since = at - timedelta(days=1)
    lock_name(tag)
    return not messages.has_tag(tag, since) and queries.count_asked(by, since, INVITE.name) < rules.ASKED_PER_DAY


def _open(proposal: Proposal) -> None:
    lock(proposal)
    db.session.expire(proposal, ["co_proposers"])
    rules.ensure_editable(proposal.state)


def _ensure_changeable(proposal: Proposal, at: datetime) -> None:
    """Who proposes what was submitted changes as its text does: while the intake runs, before a department reads it."""
    if proposal.state != rules.DRAFT:
        rules.ensure_taking(proposal.round, at)


def _hold(proposal: Proposal, invitation_id: int, wanted: str) -> CoProposer:
    """The proposal is held by everybody who changes who proposes it: only then is it sure whether the seat is still
    there. Raises NotFound, WrongState."""
    _open(proposal)
    asked = queries.get_seat(proposal, invitation_id)
    rules.ensure_may_answer(asked.state, wanted)
    return asked
