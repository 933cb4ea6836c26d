"""Recusals, and how any review is written. Their lines in the book stand under the proposal's id.

A change is made with the round held first, then the proposal, then the paper, so that no two wait for each other
and nothing moves while the ballot is being published.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from app import clock
from app.audit import services as audit
from app.audit.models import SYSTEM, Actor
from app.database import db, lock, transaction
from app.notices import kinds
from app.notices.delivery_rules import Person
from app.people.models import Account
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.proposals.telling import tell_of
from app.reviews import queries, recusal_queries, rules
from app.reviews.models import DepartmentCheck, Recusal
from app.reviews.visit_models import SiteVisit
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.rounds.services import open_to_change

OVER = (
    proposals.DRAFT,
    proposals.WITHDRAWN,
    proposals.INELIGIBLE,
    proposals.LEFT_OUT,
    *proposals.GONE,
)  # nobody need be barred from it any more

RECUSE = audit.declare("recusal.record", "proposal", "account_id", "kind")


# Recusals


def recuse(proposal: Proposal, account: Account, kind: str, reason: str, *, at: datetime, by: Actor) -> None:
    """제척·기피·회피: bars the member from this proposal's review and vote. A sheet begun or submitted is kept,
    out of the member's sight and out of the mean. Whether the committee may vote yet is asked of the database's clock,
    as every cast is, and only once the round is held.

    Nobody who is barred from the proposal bars somebody else, and nobody says of a challenge that it was accepted: only
    the committee's vote does. The member is told of what another records. Raises AlreadyRecused, NotOnTheList,
    RecusalTooLate, Recused, TextMissing, TextTooLong, WrongState (of the round or of the proposal).
    """
    with transaction():
        round_ = lock(proposal.round)  # whoever casts holds it: one of the two is first
        lock(proposal)
        ensure_before_the_vote(round_)
        if proposal.state in OVER:
            raise proposals.WrongState(proposal.state, proposals.SHORTLISTED)
        rules.ensure_listed([kind], rules.RECUSAL_KINDS if by == SYSTEM else rules.RECORDED_KINDS)
        rules.ensure_text("reason", reason)
        if queries.find_recusal(proposal.id, account.id):
            raise rules.AlreadyRecused
        if by.id != account.id:
            recusal_queries.ensure_not_barred(proposal, by)
        row = Recusal(proposal_id=proposal.id, account_id=account.id, kind=kind, reason=reason, declared_at=at)
        db.session.add(row)
        if by != account.actor:
            row.recorded_by = by.id
            tell_of(proposal, kinds.RECUSED, Person(account_id=account.id), at=at)
        audit.record(RECUSE, proposal.id, at=at, by=by, account_id=account.id, kind=kind)


def ensure_before_the_vote(round_: Round) -> None:
    """Whoever is recused is so before the first vote. Raises RecusalTooLate, WrongState (of the round)."""
    if round_.state not in (rounds.CALLED, rounds.BALLOT_PUBLISHED):
        raise rounds.WrongState(round_.state, rounds.BALLOT_PUBLISHED)
    vote = rounds.find_period(round_.phases, rounds.COMMITTEE_VOTE)
    if round_.state == rounds.CALLED or vote is None:
        return  # without a published ballot nobody votes, whatever the hour
    if vote.starts_at <= clock.database_now(db.session):
        raise rules.RecusalTooLate


@contextmanager
def reviewing(proposal: Proposal, what: str, *, at: datetime, by: Actor) -> Iterator[None]:
    """The transaction of a review. Raises Frozen (and records the attempt) once the ballot is published."""
    with open_to_change(proposal.round, what, at=at, by=by):
        lock(proposal)
        yield


@contextmanager
def in_phase(paper: DepartmentCheck | SiteVisit, phase: str, *, at: datetime, by: Actor) -> Iterator[Proposal]:
    with reviewing(paper.proposal, phase, at=at, by=by):
        rounds.ensure_running(paper.proposal.round.phases, phase, at)
        lock(paper)
        yield paper.proposal
