"""Merging, splitting, carrying over: staff offer it, those who proposed answer, and the last consent makes it so.

Whoever acts holds the round first, then the offer, then the proposals by their ids, so that no two wait for each other.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from app.audit import services as audit
from app.audit.models import SYSTEM, Actor
from app.database import db, lock, transaction
from app.errors import NotFound
from app.fates import making, queries, rules
from app.fates.models import Offer, OfferConsent, OfferSource, OfferTarget
from app.notices import kinds
from app.notices.delivery_rules import Person
from app.notices.letter_services import settle
from app.people.models import Account, Resident
from app.proposals import rules as proposals
from app.proposals import services as writing
from app.proposals.models import Proposal
from app.proposals.telling import tell_of, tell_on_paper
from app.rounds.models import Round
from app.rounds.services import open_to_change

OFFER = audit.declare("fate.offer", "round", "offer_id", "kind", "proposals", "reason")
ANSWER = audit.declare("fate.answer", "proposal", "offer_id", "agrees", "on_paper")
WITHDRAW = audit.declare("fate.withdraw", "round", "offer_id", "kind", "reason")
LAPSE = audit.declare("fate.lapse", "round", "offer_id", "kind")


def offer_merge(
    round_: Round,
    merged: Sequence[Proposal],
    *,
    lead: Proposal | None = None,
    text: Mapping[str, Any] | None = None,
    reason: str,
    at: datetime,
    by: Account,
) -> Offer:
    """Either one of them leads and stays as it is, or a new `text` (of proposals.rules.FIELDS) stands for all of them.

    Raises Frozen, NotNow, ReasonUnfit, TooFew, TooMany, AnotherRound, NotOnItsWay, OfferOpen, ChallengeOpen,
    NotTheLeast, PaperLost, TooLateToCheck, SeatsTaken, Incomplete, and what `edit_proposal` raises of the text.
    """
    if (lead is None) == (text is None) or (lead is not None and lead not in merged):
        raise ValueError("one of them leads, or there is a new text")
    unique = list(dict.fromkeys(merged))
    with _opening(round_, rules.MERGE, unique, at, by.actor):
        rules.ensure_reason(reason)
        rules.ensure_number(unique)
        _ensure_on_their_way(round_, unique, at)
        making.ensure_all_named(lead, unique)
        if lead is not None and not rules.may_lead(lead.state, [one.state for one in unique]):
            raise rules.NotTheLeast(lead.number)
        making.ensure_seats(lead, unique)
        texts = [_ensure_text(round_, text, at)] if text is not None else [None]
        return _put(round_, rules.MERGE, unique, texts, reason, at, by.actor, lead=lead)


def offer_split(
    proposal: Proposal,
    parts: Sequence[Mapping[str, Any]],
    *,
    reason: str,
    cost_reason: str = "",
    at: datetime,
    by: Account,
) -> Offer:
    """Each of `parts` is a text (of proposals.rules.FIELDS); together they cost what the whole did, or `cost_reason`
    says why not.

    Raises Frozen, NotNow, ReasonUnfit, TooFew, TooMany, NotOnItsWay, OfferOpen, ChallengeOpen, SumDiffers,
    TooLateToCheck, Incomplete, and what `edit_proposal` raises of a text.
    """
    round_ = proposal.round
    with _opening(round_, rules.SPLIT, [proposal], at, by.actor):
        rules.ensure_reason(reason)
        rules.ensure_number(parts)
        _ensure_on_their_way(round_, [proposal], at)
        if cost_reason:
            rules.ensure_reason(cost_reason)
        texts = [_ensure_text(round_, part, at) for part in parts]
        rules.ensure_adds_up(proposal.cost_won, [text["cost_won"] for text in texts], cost_reason)
        return _put(round_, rules.SPLIT, [proposal], texts, reason, at, by.actor, cost_reason=cost_reason)


def offer_carry(proposal: Proposal, *, reason: str, at: datetime, by: Account) -> Offer:
    """What its round left undecided goes up with the next call. Raises ReasonUnfit, NotUndecided, OfferOpen,
    ChallengeOpen."""
    with _opening(proposal.round, rules.CARRY, [proposal], at, by.actor):
        rules.ensure_reason(reason)
        return _put_carry(proposal, reason, at, by.actor)


def carry_over(proposal: Proposal, resident: Resident, *, reason: str, at: datetime) -> Offer:
    """Likewise by one of those who proposed it, who agrees therewith; others who propose it together are asked.
    Raises NotTheProposer, ReasonUnfit, NotUndecided, OfferOpen, ChallengeOpen."""
    actor, resident_id = resident.actor, resident.id
    with _opening(proposal.round, rules.CARRY, [proposal], at, actor):
        if (proposal.id, resident_id) not in queries.list_concerned(proposal):
            raise proposals.NotTheProposer
        rules.ensure_reason(reason)
        offer = _put_carry(proposal, reason, at, actor)
        if offer.state == rules.OPEN:
            _say(offer, [one for one in offer.consents if one.resident_id == resident_id], True, at, actor)
        return offer


def answer_offer(offer: Offer, resident: Resident, agrees: bool, *, at: datetime) -> None:
    """By one of those asked, for all that they proposed of it. One no ends it; with the last yes it happens.

    Raises NotFound, OfferOver, OfferStale, AnsweredAlready, SeatsTaken, OverTheLimit.
    """
    actor, resident_id = resident.actor, resident.id
    with _held(offer, at, actor):
        own = [one for one in offer.consents if one.resident_id == resident_id]
        if not own:
            raise NotFound("offer")
        if all(one.answered_at is not None for one in own):
            raise rules.AnsweredAlready
        _say(offer, [one for one in own if one.answered_at is None], agrees, at, actor)


def record_answer(consent: OfferConsent, agrees: bool, note: str, *, at: datetime, by: Account) -> None:
    """What somebody who proposed on paper has said; `note`: how, and where that is kept.

    Raises NotOnPaper, ReasonUnfit, OfferOver, OfferStale, AnsweredAlready, SeatsTaken, OverTheLimit.
    """
    offer, actor, account_id = consent.offer, by.actor, by.id
    with _held(offer, at, actor):
        lock(consent)
        if consent.answered_at is not None:
            raise rules.AnsweredAlready
        if not is_on_paper(consent):
            raise rules.NotOnPaper
        rules.ensure_reason(note, rules.NOTE_MAX)
        consent.remark, consent.recorded_by = note, account_id
        _say(offer, [consent], agrees, at, actor)


def is_on_paper(consent: OfferConsent) -> bool:
    """Whether staff may write down the answer: of the one who handed in a sheet, not of who joined them by phone."""
    return consent.proposal.filing is not None and consent.resident_id == consent.proposal.resident_id


def withdraw_offer(offer: Offer, reason: str, *, at: datetime, by: Account) -> None:
    """By staff, one that has gone stale, too. Raises OfferOver, ReasonUnfit."""
    _withdraw(offer, reason, at, by.actor)


def withdraw_own(offer: Offer, resident: Resident, reason: str, *, at: datetime) -> None:
    """By whoever has begun to carry over their own proposal. Raises NotTheProposer, OfferOver, ReasonUnfit."""
    if not queries.has_begun(offer, resident):
        raise proposals.NotTheProposer
    _withdraw(offer, reason, at, resident.actor)


def _withdraw(offer: Offer, reason: str, at: datetime, actor: Actor) -> None:
    with transaction():
        lock(offer.round)
        rules.ensure_open(lock(offer).state)
        rules.ensure_reason(reason)
        offer.state, offer.ended_at, offer.ended_reason = rules.WITHDRAWN, at, reason
        making.tell_ending(offer, at=at)
        audit.record(WITHDRAW, offer.round_id, at=at, by=actor, offer_id=offer.id, kind=offer.kind, reason=reason)


def lapse_over(*, at: datetime) -> int:
    """Offers that nobody will be able to agree to any more end, and all who were asked are told. How many. Doing it
    again does nothing."""
    return sum(_ended_over(offer, at) for offer in queries.list_over(at))


def _ended_over(offer: Offer, at: datetime) -> bool:
    with transaction():
        lock(offer.round)
        if lock(offer).state != rules.OPEN or queries.find_staleness(offer, at) not in rules.FOR_GOOD:
            return False
        _lapse(offer, at, SYSTEM)
        return True


def _lapse(offer: Offer, at: datetime, by: Actor) -> None:
    offer.state, offer.ended_at = rules.LAPSED, at
    db.session.flush()
    making.tell_ending(offer, at=at)
    audit.record(LAPSE, offer.round_id, at=at, by=by, offer_id=offer.id, kind=offer.kind)


def withdraw_proposal(proposal: Proposal, *, reason: str, at: datetime, by: Actor) -> None:
    """Nobody withdraws alone what others have merged theirs into, while these propose it together. Raises
    OthersRemain, and what `app.proposals.services.withdraw_proposal` raises."""
    with transaction():
        lock(proposal)
        db.session.expire(proposal, ["co_proposers"])
        if queries.is_of_many(proposal):
            raise rules.OthersRemain
        writing.withdraw_proposal(proposal, reason=reason, at=at, by=by)


def withdraw_on_paper(proposal: Proposal, *, reason: str, at: datetime, by: Actor) -> None:
    """By staff, at the wish of whoever handed in the sheet. Raises NotOnPaper, ReasonMissing (of proposals), and what
    `withdraw_proposal` raises."""
    if proposal.filing is None:
        raise proposals.NotOnPaper
    proposals.ensure_reason(reason)
    withdraw_proposal(proposal, reason=reason, at=at, by=by)


@contextmanager
def _changing(round_: Round, kind: str, at: datetime, by: Actor) -> Iterator[None]:
    """What is carried over has a round that is through; the others have one whose ballot is still to come."""
    if kind != rules.CARRY:
        with open_to_change(round_, kind, at=at, by=by):
            yield
        return
    with transaction():
        lock(round_)
        yield


@contextmanager
def _opening(round_: Round, kind: str, about: Sequence[Proposal], at: datetime, by: Actor) -> Iterator[None]:
    """The transaction of an offer: what stands open about one of them must be stale, and lapses."""
    with _changing(round_, kind, at, by):
        _hold(about)
        for proposal in about:
            open_ = queries.find_open(proposal.id)
            if open_ is not None:
                if queries.find_staleness(open_, at) is None:
                    raise rules.OfferOpen(proposal.number)
                _lapse(open_, at, by)
        yield


@contextmanager
def _held(offer: Offer, at: datetime, by: Actor) -> Iterator[None]:
    """The transaction of an answer. Raises Frozen, OfferOver, OfferStale."""
    with _changing(offer.round, offer.kind, at, by):
        rules.ensure_open(lock(offer).state)
        db.session.expire(offer, ["consents"])
        _hold(offer.proposals)
        why = queries.find_staleness(offer, at)
        if why is not None:
            raise rules.OfferStale(why)
        yield


def _hold(about: Sequence[Proposal]) -> None:
    for proposal in sorted(about, key=lambda one: one.id):
        lock(proposal)
        db.session.expire(proposal, ["co_proposers", "filing"])


def _ensure_on_their_way(round_: Round, about: Sequence[Proposal], at: datetime) -> None:
    why = queries.find_hindrance(round_, at)
    if why is not None:
        raise rules.NotNow(why)
    for proposal in about:
        if proposal.round_id != round_.id:
            raise rules.AnotherRound
        if proposal.state not in rules.STAGES:
            raise rules.NotOnItsWay(proposal.number)
    _ensure_no_challenge(about)


def _ensure_no_challenge(about: Sequence[Proposal]) -> None:
    challenged = queries.list_challenged([proposal.id for proposal in about])
    for proposal in about:
        if proposal.id in challenged:
            raise rules.ChallengeOpen(proposal.number)


def _ensure_text(round_: Round, text: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """A new text, complete and by the rules of all others; a department can still check it."""
    writing.ensure_acceptable(round_, text)
    written = making.to_written(dict(text))
    missing = tuple(name for name in proposals.REQUIRED if name in written and written[name] in (None, ""))
    if missing:
        raise proposals.Incomplete(missing)
    if not queries.can_be_checked(round_, at):
        raise rules.TooLateToCheck
    return written


def _put_carry(proposal: Proposal, reason: str, at: datetime, by: Actor) -> Offer:
    if not queries.is_undecided(proposal, at):
        raise rules.NotUndecided
    _ensure_no_challenge([proposal])
    return _put(proposal.round, rules.CARRY, [proposal], [None], reason, at, by)


def _put(
    round_: Round,
    kind: str,
    about: Sequence[Proposal],
    texts: Sequence[dict[str, Any] | None],
    reason: str,
    at: datetime,
    by: Actor,
    *,
    lead: Proposal | None = None,
    cost_reason: str = "",
) -> Offer:
    """To all who proposed one of them. Where nobody is to be asked, it happens at once."""
    offer = Offer(round_id=round_.id, kind=kind, reason=reason, cost_reason=cost_reason, offered_at=at)
    offer.offered_by, offer.answer_by = by.id if by.kind == "account" else None, rules.answer_by(at)
    db.session.add(offer)
    db.session.flush()
    for place, proposal in enumerate(about, start=1):
        seen = {"seen_state": proposal.state, "seen_version": proposal.version}
        row = OfferSource(offer_id=offer.id, proposal_id=proposal.id, position=place, leads=proposal is lead, **seen)
        db.session.add(row)
        for proposal_id, resident_id in queries.list_concerned(proposal):
            db.session.add(OfferConsent(offer_id=offer.id, proposal_id=proposal_id, resident_id=resident_id))
            if resident_id is not None and by != Actor("resident", resident_id):
                tell_of(proposal, kinds.FATE_ASKED, Person(resident_id), at=at, fate=kind)
            elif resident_id is None:
                tell_on_paper(proposal, kinds.FATE_ASKED, at=at, fate=kind)
    for place, text in enumerate(texts, start=1):
        db.session.add(OfferTarget(offer_id=offer.id, position=place, is_new=lead is None, written=text))
    db.session.flush()
    numbers = " ".join(str(proposal.number) for proposal in about)
    audit.record(OFFER, round_.id, at=at, by=by, offer_id=offer.id, kind=kind, proposals=numbers, reason=reason)
    db.session.refresh(offer)
    if not offer.consents:
        making.take_effect(offer, at=at, by=by)
    return offer


def _say(offer: Offer, own: Sequence[OfferConsent], agrees: bool, at: datetime, by: Actor) -> None:
    for one in own:
        one.agrees, one.answered_at = agrees, at
        on_paper = one.recorded_by is not None
        settle(kinds.FATE_DUE, proposal_id=one.proposal_id, resident_id=one.resident_id)
        audit.record(ANSWER, one.proposal_id, at=at, by=by, offer_id=offer.id, agrees=agrees, on_paper=on_paper)
    db.session.flush()
    if not agrees:
        offer.state, offer.ended_at = rules.REFUSED, at
        making.tell_ending(offer, at=at)
    elif all(one.agrees for one in offer.consents):
        making.take_effect(offer, at=at, by=by)
