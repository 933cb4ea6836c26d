"""A ballot is published by two people: one prepares and signs it, the other signs the same. The numbers are drawn when
it is prepared, so that what is signed is all of what is published."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from app.audit import services as audit
from app.audit.models import Actor
from app.ballots import draft_queries as drafts
from app.ballots import manifest, preflight, queries, rules, services
from app.ballots.models import BallotSignature, PreparedBallot, RoundSecret
from app.database import db, lock, transaction
from app.people import rules as people
from app.people.models import Account
from app.proposals import conflict_queries as conflicts
from app.reviews import objection_queries as objections
from app.reviews.recusal_services import exclude_by_rule
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.rounds.services import open_to_change
from app.tally import canonical

PREPARE = audit.declare("ballot.prepare", "round", "draw", "items", "manifest", "number_seed")
SIGN = audit.declare("ballot.sign", "round", "draw", "role", "manifest")
WITHDRAW = audit.declare("ballot.withdraw", "round", "draw", "manifest", "reason")

SEED_BYTES = 16
NO_TITLES: Mapping[str, str] = MappingProxyType({})


def prepare_ballot(round_: Round, *, english: Mapping[str, str] = NO_TITLES, at: datetime, by: Actor) -> PreparedBallot:
    """Draws the numbers and makes the manifest that two people will sign. `english`: as `manifest.draw` takes it.

    Raises Frozen once the ballot is published, WrongState, VotingBegun, ObjectionsOpen, ConflictsOpen, KeyNotReady,
    AlreadyPrepared,
    NotPublishable.
    """
    with open_to_change(round_, "ballot", at=at, by=by):
        _ensure_time(round_, at)
        if drafts.find_prepared(round_.id) is not None:
            raise rules.AlreadyPrepared
        seed = secrets.token_hex(SEED_BYTES)
        items = manifest.draw(queries.list_candidates(round_.id), seed, english)
        read = manifest.read(round_, items, services.secret_of(round_), drafts.keys_of(round_))
        prepared = PreparedBallot(
            round_id=round_.id,
            draw=drafts.count_draws(round_.id) + 1,
            body=canonical.dumps(read.to_json()).decode(),
            sha256=read.sha256,
            number_seed=seed,
            prepared_at=at,
        )
        db.session.add(prepared)
        db.session.flush()
        drawn = {"draw": prepared.draw, "manifest": read.sha256, "number_seed": seed}
        audit.record(PREPARE, round_.id, at=at, by=by, items=len(items), **drawn)
    return prepared


def sign_ballot(prepared: PreparedBallot, account: Account, role: str, *, at: datetime) -> None:
    """The person in charge signs, then the second approver: with that the ballot is published, if everything is ready
    for the vote and nothing has moved since.

    Raises NotReady, NotPrepared, AlreadySigned, SamePerson, StaffSignsFirst, VotingBegun, ObjectionsOpen,
    ConflictsOpen, KeyNotReady, Moved.
    """
    if role == people.APPROVER:
        preflight.ensure_green(prepared.round)  # asks others, and waits for them: nobody is held up meanwhile
    with transaction():
        _ensure_waiting(prepared)
        round_, signed = prepared.round, {one.role: one.account_id for one in prepared.signatures}
        people.ensure_may_sign(signed, role, account.id)
        _ensure_time(round_, at)
        items = drafts.draw_again(prepared)
        moved = drafts.list_moved(prepared, items)
        if moved:
            raise rules.Moved(moved)
        prepared.signatures.append(BallotSignature(role=role, account_id=account.id, signed_at=at))
        db.session.flush()
        what = {"draw": prepared.draw, "manifest": prepared.sha256}
        audit.record(SIGN, round_.id, at=at, by=account.actor, role=role, **what)
        if people.is_complete({*signed, role}):
            exclude_by_rule(round_, at)  # what was found since the shortlist: from here on it bars at the meeting
            services.freeze(round_, items, prepared.number_seed, at=at, by=account.actor)


def withdraw_ballot(prepared: PreparedBallot, reason: str, *, at: datetime, by: Actor) -> None:
    """What was prepared is put aside with its reason and its signatures; numbers can be drawn anew.

    Raises Frozen once it is published, NotPrepared.
    """
    with open_to_change(prepared.round, "ballot", at=at, by=by):
        _ensure_waiting(prepared)
        prepared.withdrawn_at, prepared.reason = at, reason.strip()
        db.session.delete(db.session.get_one(RoundSecret, prepared.round_id))
        what = {"draw": prepared.draw, "manifest": prepared.sha256, "reason": prepared.reason}
        audit.record(WITHDRAW, prepared.round_id, at=at, by=by, **what)


def _ensure_time(round_: Round, at: datetime) -> None:
    rounds.ensure_may_become(round_.state, rounds.BALLOT_PUBLISHED)  # said before what is wrong with the items
    rules.ensure_not_begun(round_.phases, at)
    objections.ensure_none_waits(round_, at)
    if not queries.is_key_ready(round_.id):
        raise rules.KeyNotReady
    open_conflicts = conflicts.count_before_the_ballot(round_.id)
    if open_conflicts:
        raise rules.ConflictsOpen(open_conflicts)


def _ensure_waiting(prepared: PreparedBallot) -> None:
    """The round's row is what two signers, or a signer and a withdrawal, wait for one another at."""
    lock(prepared.round)
    db.session.refresh(prepared)
    db.session.expire(prepared, ["signatures"])
    if prepared.withdrawn_at is not None or prepared.round.state != rounds.CALLED:
        raise rules.NotPrepared
