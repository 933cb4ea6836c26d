"""Interests that are declared, exclusion by rule, and challenges. Lines in the book stand under the proposal's id.

On a challenge the line of a vote says that somebody voted, never how; nor is that kept anywhere.
"""

from collections.abc import Collection
from contextlib import AbstractContextManager
from datetime import datetime

from app.audit import services as audit
from app.audit.models import SYSTEM, Actor
from app.database import db, lock
from app.notices import kinds
from app.notices.delivery_rules import Person
from app.people.models import Account
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.proposals.telling import tell_of, tell_proposer
from app.reviews import queries, recusal_queries
from app.reviews import recusal_rules as rules
from app.reviews.models import Recusal
from app.reviews.recusal_models import Challenge, ChallengeVoter, Interest
from app.reviews.rules import (
    CHALLENGED,
    EXCLUDED,
    AlreadyRecused,
    NotOnTheList,
    ensure_listed,
    ensure_may_become,
    ensure_not_too_long,
    ensure_text,
)
from app.reviews.services import OVER
from app.rounds.models import Round
from app.rounds.services import open_to_change

DECLARE = audit.declare("interest.declare", "round", "departments", "has_phone")
EXCLUDE = audit.declare("recusal.by_rule", "proposal", "account_id", "ground")
FILE = audit.declare("challenge.file", "proposal", "account_id")
VOTE = audit.declare("challenge.vote", "proposal", "challenge")
CLOSE = audit.declare("challenge.close", "proposal", "account_id", "outcome", "for", "against", "abstained", "entitled")


def declare_interests(
    round_: Round,
    account: Account,
    *,
    phone_key: str | None,
    departments: Collection[int],
    bodies: str,
    at: datetime,
    by: Actor,
) -> int:
    """What the member says about themselves for this round; it can be changed, and whom it barred stays barred. Answers
    with how many exclusions of this member came of it.

    Raises Frozen, NotOnTheList, TextTooLong.
    """
    with open_to_change(round_, "interest", at=at, by=by):
        known = {one.id for one in recusal_queries.list_departments()}
        if not set(departments) <= known:
            raise NotOnTheList
        ensure_not_too_long("bodies", bodies)
        row = recusal_queries.find_interest(round_.id, account.id)
        if row is None:
            row = Interest(round_id=round_.id, account_id=account.id)
            db.session.add(row)
        row.phone_key, row.departments = phone_key or row.phone_key, sorted(departments)
        row.bodies, row.declared_at = bodies, at
        what = {"departments": len(row.departments), "has_phone": row.phone_key is not None}
        audit.record(DECLARE, round_.id, at=at, by=by, **what)
        db.session.flush()
        return sum(account_id == account.id for _, account_id in exclude_by_rule(round_, at))


def exclude_by_rule(round_: Round, at: datetime) -> list[recusal_queries.Pair]:
    """제척, within the caller's transaction: what the rules find is recorded, so that it bars at the general meeting as
    well. Answers with those that were new."""
    recorded = {(one.proposal_id, one.account_id) for one in queries.list_recusals(round_.id)}
    new = []
    for (proposal_id, account_id), ground in sorted(recusal_queries.list_conflicts(round_.id).items()):
        proposal = db.session.get_one(Proposal, proposal_id)
        if (proposal_id, account_id) in recorded or proposal.state in OVER:
            continue
        row = Recusal(proposal_id=proposal_id, account_id=account_id, kind=EXCLUDED, declared_at=at)
        row.reason = rules.REASONS[ground]
        db.session.add(row)
        audit.record(EXCLUDE, proposal_id, at=at, by=SYSTEM, account_id=account_id, ground=ground)
        new.append((proposal_id, account_id))
    return new


# Challenges


def file_challenge(proposal: Proposal, account: Account, reason: str, *, at: datetime, by: Actor) -> Challenge:
    """기피신청, by the proposer, once for each member, until `recusal_queries.find_challenge_end`.

    Raises NotTheProposer, Frozen, ChallengeTooLate, NotAReviewer, AlreadyChallenged, AlreadyRecused, TextMissing,
    TextTooLong.
    """
    with _open(proposal, at, by):
        if by.kind != "resident" or by.id != proposal.resident_id:
            raise proposals.NotTheProposer
        until = recusal_queries.find_challenge_end(proposal)
        if until is None or at >= until:
            raise rules.ChallengeTooLate(until)
        ensure_text("reason", reason)
        if any(one.account_id == account.id for one in recusal_queries.list_challenges_of(proposal.id)):
            raise rules.AlreadyChallenged
        if recusal_queries.is_barred(proposal, account.id):
            raise AlreadyRecused
        if account.id not in {one.id for one in recusal_queries.list_challengeable(proposal)}:
            raise rules.NotAReviewer
        row = Challenge(proposal=proposal, account=account, reason=reason, state=rules.OPEN, filed_at=at)
        db.session.add(row)
        db.session.flush()
        tell_of(proposal, kinds.CHALLENGE_NAMED, Person(account_id=account.id), at=at, vote_until=row.vote_until)
        for one in recusal_queries.list_entitled(row):
            tell_of(proposal, kinds.CHALLENGE_FILED, Person(account_id=one.id), at=at, vote_until=row.vote_until)
        audit.record(FILE, proposal.id, at=at, by=by, account_id=account.id)
    return row


def vote_on_challenge(challenge: Challenge, account: Account, vote: str, *, at: datetime, by: Actor) -> None:
    """Raises Frozen, NotOnTheList, WrongState, VotingOver, NotEntitled, VotedAlready."""
    proposal, account_id = challenge.proposal, account.id
    with _open(proposal, at, by):
        ensure_listed([vote], tuple(rules.VOTES))
        lock(challenge)
        ensure_may_become(rules.CHALLENGE_TRANSITIONS, challenge.state, rules.ACCEPTED)
        if at >= challenge.vote_until:
            raise rules.VotingOver
        if account_id not in {one.id for one in recusal_queries.list_entitled(challenge)}:
            raise rules.NotEntitled
        if recusal_queries.has_voted(challenge.id, account_id):
            raise rules.VotedAlready
        db.session.add(ChallengeVoter(challenge_id=challenge.id, account_id=account_id))
        counted = rules.VOTES[vote]
        setattr(challenge, counted, getattr(challenge, counted) + 1)
        audit.record(VOTE, proposal.id, at=at, by=by, challenge=challenge.id)


def close_challenge(challenge: Challenge, answer: str, *, at: datetime, by: Actor) -> None:
    """The vote is counted, and what comes of it is told to both with its reason. A member who is barred meanwhile needs
    no vote; where too few voted in time, the member stays. Raises Frozen, OwnChallenge, Recused, WrongState,
    TextMissing, TextTooLong, TooFewVotes."""
    proposal = challenge.proposal
    with _open(proposal, at, by):
        lock(challenge)
        ensure_may_close(challenge, by)
        ensure_may_become(rules.CHALLENGE_TRANSITIONS, challenge.state, rules.ACCEPTED)
        ensure_text("answer", answer)
        entitled = recusal_queries.count_entitled(challenge)
        is_moot = recusal_queries.is_barred(proposal, challenge.account_id)
        votes = {"votes_for": challenge.votes_for, "cast": challenge.cast, "entitled": entitled}
        outcome = rules.MOOT if is_moot else rules.outcome(**votes, is_over=at >= challenge.vote_until)
        challenge.state, challenge.answer = outcome, answer
        challenge.closed_at, challenge.entitled = at, entitled
        if outcome == rules.ACCEPTED:
            who = {"proposal_id": proposal.id, "account_id": challenge.account_id}
            db.session.add(Recusal(kind=CHALLENGED, reason=answer, declared_at=at, **who))
        counted = {"for": challenge.votes_for, "against": challenge.votes_against, "abstained": challenge.abstained}
        facts = {"account_id": challenge.account_id, "outcome": outcome, "entitled": entitled}
        tell_proposer(proposal, kinds.CHALLENGE_CLOSED, at=at, challenge=outcome)
        challenged = Person(account_id=challenge.account_id)
        tell_of(proposal, kinds.CHALLENGE_DECIDED, challenged, at=at, challenge=outcome)
        audit.record(CLOSE, proposal.id, at=at, by=by, **counted, **facts)


def ensure_may_close(challenge: Challenge, by: Actor) -> None:
    """Staff who review as well close neither what names them nor what they are barred from. Raises OwnChallenge,
    Recused."""
    if by.kind == "account" and by.id == challenge.account_id:
        raise rules.OwnChallenge
    recusal_queries.ensure_not_barred(challenge.proposal, by)


def _open(proposal: Proposal, at: datetime, by: Actor) -> AbstractContextManager[None]:
    """The round is held: whoever decides the shortlist waits, or has been first."""
    return open_to_change(proposal.round, "challenge", at=at, by=by)
