"""Reads of offers: what is open, what one is asked, and which way proposals have gone."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from app.database import db
from app.errors import NotFound
from app.fates import rules
from app.fates.models import Offer, OfferConsent, OfferSource, OfferTarget
from app.people.models import Resident
from app.proposals.models import Proposal
from app.proposals.queries import list_proposer_ids
from app.rounds import rules as rounds
from app.rounds.models import Round


def get_offer(offer_id: int) -> Offer:
    offer = db.session.get(Offer, offer_id)
    if offer is None:
        raise NotFound("offer")
    return offer


def get_asked(offer_id: int, resident: Resident) -> Offer:
    """One that is put to the resident. NotFound where it is put to others only."""
    offer = get_offer(offer_id)
    if all(one.resident_id != resident.id for one in offer.consents):
        raise NotFound("offer")
    return offer


def get_consent(offer: Offer, consent_id: int) -> OfferConsent:
    found = next((one for one in offer.consents if one.id == consent_id), None)
    if found is None:
        raise NotFound("consent")
    return found


def list_offers(round_id: int) -> Sequence[Offer]:
    """The open ones first, then those that ended last."""
    query = select(Offer).where(Offer.round_id == round_id).options(selectinload(Offer.sources))
    order = (Offer.state != rules.OPEN, Offer.ended_at.desc(), Offer.id.desc())
    return db.session.scalars(query.order_by(*order)).all()


def list_asked(resident: Resident) -> Sequence[Offer]:
    """Open, and not answered by the resident yet; some may have gone stale."""
    asked = select(OfferConsent.offer_id).where(
        OfferConsent.resident_id == resident.id, OfferConsent.answered_at.is_(None)
    )
    return db.session.scalars(
        select(Offer).where(Offer.state == rules.OPEN, Offer.id.in_(asked)).order_by(Offer.id)
    ).all()


def find_asked(proposal_id: int, resident: Resident) -> Offer | None:
    """The open one about the proposal, if it is put to the resident."""
    offer = find_open(proposal_id)
    return offer if offer is not None and any(one.resident_id == resident.id for one in offer.consents) else None


def find_open(proposal_id: int) -> Offer | None:
    source = OfferSource.proposal_id == proposal_id
    return db.session.scalar(select(Offer).join(Offer.sources).where(source, Offer.state == rules.OPEN))


def find_staleness(offer: Offer, at: datetime) -> str | None:
    """Why what was offered cannot be agreed to any more: one of rules.MOVED, EDITED, PEOPLE, FROZEN, LATE."""
    if offer.kind != rules.CARRY and offer.round.state in rounds.FROZEN:
        return rules.FROZEN
    if any(source.proposal.state != source.seen_state for source in offer.sources):
        return rules.MOVED
    if any(source.proposal.version != source.seen_version for source in offer.sources):
        return rules.EDITED
    asked = {(one.proposal_id, one.resident_id) for one in offer.consents}
    if asked != {pair for source in offer.sources for pair in list_concerned(source.proposal)}:
        return rules.PEOPLE
    return rules.LATE if offer.is_new_text and not can_be_checked(offer.round, at) else None


def list_concerned(proposal: Proposal) -> list[tuple[int, int | None]]:
    """(its id, a resident's id) of all whose consent it needs; None for somebody on paper who has no phone. Nobody of a
    proposal from history."""
    people: list[int | None] = [*list_proposer_ids(proposal)]
    if proposal.resident_id is None and proposal.filing is not None:
        people.append(None)
    return [(proposal.id, one) for one in people]


def can_be_checked(round_: Round, at: datetime) -> bool:
    """Whether a department still has time for a text that nobody has checked."""
    period = rounds.find_period(round_.phases, rounds.DEPARTMENT_CHECK)
    return period is not None and at < period.ends_at


def is_undecided(proposal: Proposal, at: datetime) -> bool:
    """Whether its round is through without having decided on it, and it was not carried over yet."""
    return proposal.state in rules.STAGES and proposal in list_undecided(proposal.round, at)


def list_undecided(round_: Round, at: datetime) -> Sequence[Proposal]:
    """None before the round is through: its ballot is out, or all its phases are over."""
    is_over = bool(round_.phases) and all(one.ends_at <= at for one in round_.phases)
    is_through = round_.state in rounds.FROZEN or (round_.state == rounds.CALLED and is_over)
    if round_.source != rounds.HELD or not is_through:
        return []
    carried = select(OfferSource.proposal_id).join(Offer, OfferSource.offer)
    carried = carried.where(Offer.kind == rules.CARRY, Offer.state == rules.DONE)
    left = select(Proposal).where(Proposal.round_id == round_.id, Proposal.state.in_(rules.STAGES))
    return db.session.scalars(left.where(Proposal.id.not_in(carried)).order_by(Proposal.number)).all()


class Trace(NamedTuple):
    """Which way a proposal has gone: the offers that it went by, and those that it came by, in this order of time."""

    went: Sequence[Offer]
    came: Sequence[Offer]


def find_trace(proposal_id: int) -> Trace:
    came = (
        select(Offer)
        .join(OfferTarget, OfferTarget.offer_id == Offer.id)
        .where(OfferTarget.proposal_id == proposal_id, Offer.state == rules.DONE)
    )
    return Trace(_list_done_of(proposal_id), db.session.scalars(_told(came)).unique().all())


def list_carried(round_id: int) -> Sequence[Offer]:
    """From the round into a later one."""
    done = select(Offer).where(Offer.round_id == round_id, Offer.kind == rules.CARRY, Offer.state == rules.DONE)
    return db.session.scalars(_told(done)).unique().all()


def list_courses(proposal_ids: Iterable[int] | None = None) -> list[rules.Course]:
    """All that has happened, or what concerns these."""
    done = select(Offer).where(Offer.state == rules.DONE)
    if proposal_ids is not None:
        ids = list(proposal_ids)
        here = select(OfferSource.offer_id).where(OfferSource.proposal_id.in_(ids))
        there = select(OfferTarget.offer_id).where(OfferTarget.proposal_id.in_(ids))
        done = done.where(Offer.id.in_(here.union(there)))
    query = done.options(selectinload(Offer.sources), selectinload(Offer.targets)).order_by(Offer.id)
    return [_course(offer) for offer in db.session.scalars(query)]


def list_states() -> dict[int, str]:
    """Of all proposals, those that were imported among them."""
    return dict(db.session.execute(select(Proposal.id, Proposal.state)).all())


def keep_ledger(round_id: int) -> rules.Ledger:
    """What became of all that the round has received."""
    numbered = select(Proposal.id, Proposal.state).where(Proposal.round_id == round_id, Proposal.number.is_not(None))
    states = dict(db.session.execute(numbered).all())
    return rules.keep_ledger(states, list_courses(states))


def list_ledgers() -> dict[int, rules.Ledger]:
    """Of every round that has received anything."""
    with_any = select(Proposal.round_id).where(Proposal.number.is_not(None)).distinct()
    return {one: keep_ledger(one) for one in db.session.scalars(with_any.order_by(Proposal.round_id))}


def list_unequal_splits() -> Sequence[int]:
    """Ids of splits whose parts, as they were written, cost something else than the whole did, and nothing says why."""
    done = select(Offer).where(Offer.state == rules.DONE, Offer.kind == rules.SPLIT, Offer.cost_reason == "")
    return [
        offer.id
        for offer in db.session.scalars(done.order_by(Offer.id))
        if sum((target.written or {}).get("cost_won") or 0 for target in offer.targets) != offer.proposals[0].cost_won
    ]


def _course(offer: Offer) -> rules.Course:
    gone = tuple(source.proposal_id for source in offer.sources if not source.leads)
    lead = offer.lead
    return rules.Course(offer.kind, gone, lead and lead.id, tuple(target.proposal_id for target in offer.targets))


def _list_done_of(proposal_id: int) -> Sequence[Offer]:
    went = (
        select(Offer)
        .join(Offer.sources)
        .where(OfferSource.proposal_id == proposal_id, OfferSource.leads.is_(False), Offer.state == rules.DONE)
    )
    return db.session.scalars(_told(went)).unique().all()


def _told(query: Select[tuple[Offer]]) -> Select[tuple[Offer]]:
    with_targets = selectinload(Offer.targets).joinedload(OfferTarget.proposal).joinedload(Proposal.round)
    return query.options(with_targets, selectinload(Offer.sources)).order_by(Offer.ended_at, Offer.id)
