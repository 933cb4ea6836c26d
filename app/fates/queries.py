"""Reads of offers: what is open, what one is asked, and which way proposals have gone."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from app.database import db
from app.errors import NotFound
from app.fates import rules
from app.fates.models import Offer, OfferConsent, OfferSource, OfferTarget
from app.people.models import Resident
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.proposals.queries import list_proposer_ids
from app.reviews import recusal_queries, sheet_queries
from app.reviews import recusal_rules as recusals
from app.reviews.models import Recusal
from app.reviews.recusal_models import Challenge
from app.reviews.rules import CHALLENGED, STEPPED_BACK
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
    query = (
        select(Offer)
        .where(Offer.round_id == round_id)
        .options(
            selectinload(Offer.sources).joinedload(OfferSource.proposal).selectinload(Proposal.co_proposers),
            selectinload(Offer.sources).joinedload(OfferSource.proposal).joinedload(Proposal.filing),
            selectinload(Offer.consents),
            selectinload(Offer.targets),
        )
    )
    order = (Offer.state != rules.OPEN, Offer.ended_at.desc(), Offer.id.desc())
    return db.session.scalars(query.order_by(*order)).all()


def list_stale(offers: Iterable[Offer], at: datetime) -> set[int]:
    """Ids of those that are open and cannot be agreed to any more."""
    open_ = [one for one in offers if one.state == rules.OPEN]
    challenged = list_challenged([source.proposal_id for one in open_ for source in one.sources])
    return {one.id for one in open_ if _find_staleness(one, at, challenged) is not None}


def list_asked(resident: Resident, at: datetime) -> Sequence[Offer]:
    """Open, and not answered by the resident yet; not those that have gone stale."""
    asked = select(OfferConsent.offer_id).where(
        OfferConsent.resident_id == resident.id, OfferConsent.answered_at.is_(None)
    )
    found = db.session.scalars(select(Offer).where(Offer.state == rules.OPEN, Offer.id.in_(asked)).order_by(Offer.id))
    return [offer for offer in found if find_staleness(offer, at) is None]


def find_asked(proposal_id: int, resident: Resident, at: datetime) -> Offer | None:
    """The open one about the proposal, if it is put to the resident, and can still be agreed to."""
    offer = find_open(proposal_id)
    if offer is None or all(one.resident_id != resident.id for one in offer.consents):
        return None
    return offer if find_staleness(offer, at) is None else None


def has_begun(offer: Offer, resident: Resident) -> bool:
    """Whether they carry it over themselves: whoever does says yes in the instant in which the others are asked."""
    own = [one for one in offer.consents if one.resident_id == resident.id]
    return offer.offered_by is None and any(one.answered_at == offer.offered_at for one in own)


def list_over(at: datetime) -> list[Offer]:
    """Open ones to which nobody will be able to agree any more."""
    open_ = db.session.scalars(select(Offer).where(Offer.state == rules.OPEN).order_by(Offer.id))
    return [offer for offer in open_ if find_staleness(offer, at) in rules.FOR_GOOD]


def find_open(proposal_id: int) -> Offer | None:
    source = OfferSource.proposal_id == proposal_id
    return db.session.scalar(select(Offer).join(Offer.sources).where(source, Offer.state == rules.OPEN))


def find_staleness(offer: Offer, at: datetime) -> str | None:
    """Why what was offered cannot be agreed to any more: one of rules.MOVED, EDITED, PEOPLE, FROZEN, LATE, OVER,
    TAKING, CHALLENGED, UNANSWERED."""
    return _find_staleness(offer, at, list_challenged([source.proposal_id for source in offer.sources]))


def _find_staleness(offer: Offer, at: datetime, challenged: set[int]) -> str | None:
    if offer.answer_by is not None and offer.answer_by <= at:
        return rules.UNANSWERED
    if offer.kind != rules.CARRY:
        if offer.round.state in rounds.FROZEN:
            return rules.FROZEN
        if (why := find_hindrance(offer.round, at)) is not None:
            return why
    elif not all(is_undecided(proposal, at) for proposal in offer.proposals):
        return rules.MOVED
    if any(source.proposal.state != source.seen_state for source in offer.sources):
        return rules.MOVED
    if any(source.proposal.version != source.seen_version for source in offer.sources):
        return rules.EDITED
    asked = {(one.proposal_id, one.resident_id) for one in offer.consents}
    if asked != {pair for source in offer.sources for pair in list_concerned(source.proposal)}:
        return rules.PEOPLE
    if any(source.proposal_id in challenged for source in offer.sources):
        return rules.CHALLENGED
    return rules.LATE if offer.is_new_text and not can_be_checked(offer.round, at) else None


def find_hindrance(round_: Round, at: datetime) -> str | None:
    """Why nothing of the round can be merged or split now: rules.TAKING or OVER."""
    if proposals.is_taking(round_, at):
        return rules.TAKING
    return rules.OVER if is_through(round_, at) else None


def list_challenged(proposal_ids: Sequence[int]) -> set[int]:
    """Those of which a challenge is not decided yet."""
    open_ = select(Challenge.proposal_id).where(Challenge.state == recusals.OPEN)
    return set(db.session.scalars(open_.where(Challenge.proposal_id.in_(proposal_ids))))


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
    return proposal.state in rules.STAGES and is_through(proposal.round, at)


def is_through(round_: Round, at: datetime) -> bool:
    """Of a round that is held here: its ballot is out, or all its phases are over."""
    is_over = bool(round_.phases) and all(one.ends_at <= at for one in round_.phases)
    has_ended = round_.state in rounds.FROZEN or (round_.state == rounds.CALLED and is_over)
    return round_.source == rounds.HELD and has_ended


def list_undecided(round_: Round, at: datetime) -> Sequence[Proposal]:
    """None before the round is through."""
    if not is_through(round_, at):
        return []
    left = select(Proposal).where(Proposal.round_id == round_.id, Proposal.state.in_(rules.STAGES))
    return db.session.scalars(left.order_by(Proposal.number)).all()


def is_of_many(proposal: Proposal) -> bool:
    """Whether others have merged theirs into it, and somebody proposes it together still."""
    came = select(OfferTarget.offer_id).join(Offer, OfferTarget.offer)
    came = came.where(OfferTarget.proposal_id == proposal.id, Offer.kind == rules.MERGE, Offer.state == rules.DONE)
    together = any(one.state == proposals.ACCEPTED for one in proposal.co_proposers)
    return together and db.session.scalar(came.limit(1)) is not None


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


def list_courses(round_id: int | None = None) -> list[rules.Course]:
    """All that has happened, or what has to the proposals of one round."""
    done = select(Offer).where(Offer.state == rules.DONE)
    if round_id is not None:
        done = done.where(Offer.round_id == round_id)
    query = done.options(selectinload(Offer.sources), selectinload(Offer.targets)).order_by(Offer.id)
    return [_course(offer) for offer in db.session.scalars(query)]


def list_doubts(round_: Round) -> list[recusal_queries.Doubt]:
    """Of what was carried into the round: who reviews now, and was barred from the same text before by a challenge or
    by their own word. What the rules exclude they find again by themselves."""
    bars = recusal_queries.list_bars(round_.id)
    members = {one.id for one in sheet_queries.list_reviewers(round_.programme)}
    before = (
        select(Proposal, Recusal)
        .join(OfferTarget, OfferTarget.proposal_id == Proposal.id)
        .join(Offer, OfferTarget.offer)
        .join(OfferSource, OfferSource.offer_id == Offer.id)
        .join(Recusal, Recusal.proposal_id == OfferSource.proposal_id)
        .where(Proposal.round_id == round_.id, Proposal.state.in_(recusal_queries.CHALLENGEABLE))
        .where(Offer.kind == rules.CARRY, Offer.state == rules.DONE, Recusal.kind.in_((CHALLENGED, STEPPED_BACK)))
    )
    rows = db.session.execute(before.order_by(Proposal.number, Recusal.account_id).options(joinedload(Recusal.account)))
    return [
        recusal_queries.Doubt(proposal, one.account, "before")
        for proposal, one in rows
        if one.account_id in members and (proposal.id, one.account_id) not in bars
    ]


def list_states() -> dict[int, str]:
    """Of all proposals, those that were imported among them."""
    return dict(db.session.execute(select(Proposal.id, Proposal.state)).all())


def keep_ledger(round_id: int) -> rules.Ledger:
    """What became of all that the round has received."""
    numbered = select(Proposal.id, Proposal.state).where(Proposal.round_id == round_id, Proposal.number.is_not(None))
    states = dict(db.session.execute(numbered).all())
    return rules.keep_ledger(states, list_courses(round_id))


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
