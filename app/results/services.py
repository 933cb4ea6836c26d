"""Shutting the box, counting, signing: from the last vote to the published result."""

from datetime import datetime
from typing import Any

from app import clock
from app.audit import services as audit
from app.audit.models import Actor
from app.ballots import batches, box
from app.ballots import queries as ballots
from app.committee import queries as committee
from app.database import db, lock, transaction
from app.notices import kinds
from app.papers import queries as papers
from app.people.models import Account
from app.proposals.telling import tell_proposer
from app.results import bundle_files, case_rules, cases, certificate, queries, rules, second_counter
from app.results.models import Count, CountSignature, LotSeed
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.rounds.services import move_round
from app.tally import canonical, counting
from app.tally.gates import BrokenGates

CLOSE = audit.declare("round.close", "round", "ballots", "people")
COUNT = audit.declare("count.make", "round", "count_id", "result", "manifest", "seed")
REFUSED = audit.declare("count.refused", "round", "gates")
SIGN = audit.declare("count.sign", "count", "round_id", "role", "result", "unserved", "margin")
WITHDRAW = audit.declare("count.withdraw", "count", "round_id", "reason", "result")
PUBLISH = audit.declare("result.publish", "round", "count_id", "result")
ENTER_SEED = audit.declare("lot_seed.enter", "round", "seed", "source", "before")
CONFIRM_SEED = audit.declare("lot_seed.confirm", "round", "seed")


def close_round(round_: Round, *, at: datetime, by: Actor) -> None:
    """Shuts the box. Time is the database's; who is casting at this instant is waited for.

    Raises WrongState, VotingStillOpen; DaysUnfinished while papers are out or not in the box.
    """
    with transaction():
        lock(round_)
        # A round that is counted goes back to closed in another way.
        rounds.ensure_state(round_.state, rounds.BALLOT_PUBLISHED)
        waits_for = rules.list_open(
            round_.source,
            round_.chambers,
            round_.phases,
            committee.find_meeting(round_.id),
            clock.database_now(db.session),
        )
        if waits_for:
            raise rules.VotingStillOpen(tuple(waits_for))
        papers.ensure_finished(round_.id)
        batches.carry(round_.id, 0, at=at)
        move_round(round_, rounds.CLOSED)
        boxes = queries.list_boxes(round_)
        people = sum(one.people for one in boxes)
        audit.record(CLOSE, round_.id, at=at, by=by, ballots=sum(one.ballots for one in boxes), people=people)


def count_round(round_: Round, *, at: datetime, by: Actor) -> Count:
    """Counts and keeps the result for two signatures. One that breaks a gate is kept nowhere; the attempt is.

    Raises WrongState, StillSealed, SeedMissing, GatesBroken.
    """
    try:
        with transaction():
            lock(round_)
            rounds.ensure_may_become(round_.state, rounds.COUNTED)
            ballots.ensure_opened(round_.id)
            rolls = queries.get_rolls(round_.id)
            result = _tally(round_, rolls)
            result.ensure_publishable()
            return _keep(round_, result, rolls, at=at, by=by)
    except BrokenGates as error:
        broken = rules.GatesBroken(error.gates)
    with transaction():
        audit.record(REFUSED, round_.id, at=at, by=by, gates=", ".join(broken.codes))
    raise broken


def enter_seed(round_: Round, seed: str, source: str, account: Account, *, at: datetime) -> None:
    """The first of two people types the public seed and where it comes from; until the second has confirmed it, it
    can be typed anew. Raises WrongState before closing and after the count, SeedSettled."""
    with transaction():
        lock(round_)
        rounds.ensure_state(round_.state, rounds.CLOSED)
        before = queries.find_seed(round_.id)
        if before is not None and before.confirmed_at is not None:
            raise rules.SeedSettled
        said = {"seed": rules.plain_seed(seed), "source": source.strip()}
        row = before or LotSeed(round_id=round_.id)
        old = row.seed if before else None
        row.seed, row.source, row.entered_by, row.entered_at = said["seed"], said["source"], account.id, at
        db.session.add(row)
        db.session.flush()
        audit.record(ENTER_SEED, round_.id, at=at, by=account.actor, before=old, **said)


def confirm_seed(round_: Round, seed: str, account: Account, *, at: datetime) -> None:
    """The second types the same. Raises WrongState, NoSeedYet, SeedSettled, SamePerson, SeedDiffers."""
    with transaction():
        lock(round_)
        rounds.ensure_state(round_.state, rounds.CLOSED)
        row = queries.find_seed(round_.id)
        if row is None:
            raise rules.NoSeedYet
        if row.confirmed_at is not None:
            raise rules.SeedSettled
        if row.entered_by == account.id:
            raise rules.SamePerson
        if row.seed != rules.plain_seed(seed):
            raise rules.SeedDiffers
        row.confirmed_by, row.confirmed_at = account.id, at
        audit.record(CONFIRM_SEED, round_.id, at=at, by=account.actor, seed=row.seed)


def sign_count(count: Count, account: Account, role: str, *, at: datetime, knows_unserved: bool = False) -> None:
    """The person in charge signs, then the second approver: with that the result is published. One that the second
    counter does not come to is not; the attempt is kept. `knows_unserved`: who signs has said that they know how many
    could not vote.

    Raises NotStanding, AlreadySigned, SamePerson, StaffSignsFirst, UnservedToConfirm, OtherSigningKey,
    OtherPrivateKey, SecondCounterDiffers.
    """
    try:
        _sign(count, account, role, at, knows_unserved)
    except rules.SecondCounterDiffers:
        with transaction():
            audit.record(REFUSED, count.round_id, at=at, by=account.actor, gates="second_counter")
        raise


def _sign(count: Count, account: Account, role: str, at: datetime, knows_unserved: bool) -> None:
    with transaction():
        _ensure_standing(count)
        signed = {signature.role: signature.account_id for signature in count.signatures}
        rules.ensure_may_sign(signed, role, account.id)
        standing = cases.standing(count)
        if standing.could_change_it and not knows_unserved:
            raise case_rules.UnservedToConfirm(standing)
        count.signatures.append(CountSignature(role=role, account_id=account.id, signed_at=at))
        db.session.flush()
        audit.record(
            SIGN,
            count.id,
            at=at,
            by=account.actor,
            round_id=count.round_id,
            role=role,
            result=count.sha256,
            unserved=standing.unresolved,
            margin=standing.margin,
        )
        if rules.is_complete({*signed, role}):
            _publish(count, at=at, by=account.actor)


def withdraw_count(count: Count, reason: str, *, at: datetime, by: Actor) -> None:
    """An unpublished count is put aside with its reason, and the box can be counted again. Raises NotStanding."""
    with transaction():
        _ensure_standing(count)
        count.withdrawn_at = at
        move_round(count.round, rounds.CLOSED)
        audit.record(
            WITHDRAW, count.id, at=at, by=by, round_id=count.round_id, reason=reason.strip(), result=count.sha256
        )


def publish_record(count: Count, *, at: datetime, by: Actor) -> None:
    """Publishes the count of a round that was not held here: there is nobody to sign another city's election, or made-
    up votes. Raises HeldHere, NotStanding, SecondCounterDiffers."""
    with transaction():
        _ensure_standing(count)
        if count.round.source == rounds.HELD:
            raise rules.HeldHere
        _publish(count, at=at, by=by)


def _tally(round_: Round, rolls: dict[str, Any]) -> counting.Result:
    manifest = ballots.get_manifest(round_.id)
    boxes = {chamber.id: box.read(round_.id, chamber.id) for chamber in manifest.chambers}
    try:
        return counting.count(manifest, boxes, **rolls)
    except counting.SeedNeeded as error:
        raise rules.SeedMissing(len(error.items)) from error


def _keep(round_: Round, result: counting.Result, rolls: dict[str, Any], *, at: datetime, by: Actor) -> Count:
    count = Count(
        round_id=round_.id,
        body=canonical.dumps(result.to_json()).decode(),
        sha256=result.sha256,
        rolls=canonical.dumps(rolls).decode(),
        counted_at=at,
    )
    db.session.add(count)
    db.session.flush()
    move_round(round_, rounds.COUNTED)
    audit.record(
        COUNT,
        round_.id,
        at=at,
        by=by,
        count_id=count.id,
        result=result.sha256,
        manifest=result.manifest,
        seed=result.seed,
    )
    return count


def _publish(count: Count, *, at: datetime, by: Actor) -> None:
    count.published_at, count.certificate = at, certificate.certify(count, bundle_files.keep(), at=at)
    second_counter.ensure_agrees(count)
    move_round(count.round, rounds.RESULTS_PUBLISHED)
    audit.record(PUBLISH, count.round_id, at=at, by=by, count_id=count.id, result=count.sha256)
    for proposal, outcome in queries.list_outcomes(count):
        tell_proposer(proposal, kinds.RESULT_PUBLISHED, at=at, outcome=outcome)


def _ensure_standing(count: Count) -> None:
    """The round's row is what two signers, or a signer and a withdrawal, wait for one another at."""
    lock(count.round)
    db.session.refresh(count)
    db.session.expire(count, ["signatures"])
    if count.published_at is not None or count.withdrawn_at is not None:
        raise rules.NotStanding
