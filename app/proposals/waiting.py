"""Proposals outside the call: handed in while none is out, they go up with the programme's next one."""

from datetime import datetime

from sqlalchemy import select

from app.audit import services as audit
from app.audit.models import SYSTEM, Actor
from app.database import db, lock, transaction
from app.notices import kinds
from app.proposals import queries, rules, services
from app.proposals.models import Proposal
from app.proposals.telling import tell_proposer
from app.rounds.models import Round, Section

WAIT = audit.declare("proposal.wait", "proposal", "round_id")
ROLL = audit.declare("proposal.roll", "proposal", "from_round_id", "to_round_id", "section_kept")
STOP = audit.declare("proposal.stop_waiting", "proposal", "round_id")


def wait_for_call(proposal: Proposal, *, seen: int, at: datetime, by: Actor) -> None:
    """Complete, it goes up with the next call. Raises WrongState, TakenNow, Stale, Incomplete."""
    with transaction():
        lock(proposal)
        rules.ensure_draft(proposal.state)
        rules.ensure_not_taking(proposal.round, at)
        if seen != proposal.version:
            raise rules.Stale
        rules.ensure_complete(proposal)
        if proposal.waiting_since is None:
            proposal.waiting_since = at
            audit.record(WAIT, proposal.id, at=at, by=by, round_id=proposal.round_id)


def roll_on(*, at: datetime) -> tuple[int, int]:
    """What waits goes to the next round that is called, and is submitted there once its intake runs. How many (went,
    were submitted). What lacks a section there, or costs more than that round allows, waits no longer: it is its
    writer's draft again, and they are told; where only staff can mend it, it waits on. Doing it again does nothing."""
    went = submitted = 0
    for proposal_id in queries.list_waiting_ids():
        with transaction():
            proposal = queries.get_proposal(proposal_id)
            round_ = lock(queries.find_next_round(proposal, at) or proposal.round)  # before it, as by who submits
            lock(proposal)
            if proposal.waiting_since is None:
                continue
            has_gone, is_in = _go_on(proposal, round_, at), _submit(proposal, at)
            if has_gone and proposal.waiting_since is not None and fits(proposal):
                tell_proposer(proposal, kinds.ROLLED_ON, at=at)
            went, submitted = went + has_gone, submitted + is_in
    return went, submitted


def fits(proposal: Proposal) -> bool:
    """Whether it could be submitted to its round as it is: it lacks nothing, and costs no more than that one allows."""
    limit = proposal.round.per_project_limit_won
    is_dear = limit is not None and proposal.cost_won is not None and proposal.cost_won > limit
    return not is_dear and not rules.list_missing(proposal)


def _go_on(proposal: Proposal, next_round: Round, at: datetime) -> bool:
    if next_round.id == proposal.round_id:
        return False
    old = proposal.round
    section = find_section(next_round, proposal.section)
    proposal.round, proposal.rolled_from, proposal.section = next_round, old, section
    proposal.version += 1
    proposal.changed_at = at
    audit.record(
        ROLL,
        proposal.id,
        at=at,
        by=SYSTEM,
        from_round_id=old.id,
        to_round_id=next_round.id,
        section_kept=section is not None,
    )
    return True


def _submit(proposal: Proposal, at: datetime) -> bool:
    if not fits(proposal):
        if rules.is_carried_on_paper(proposal):
            return False
        proposal.waiting_since = None
        tell_proposer(proposal, kinds.RETURNED, at=at)
        audit.record(STOP, proposal.id, at=at, by=SYSTEM, round_id=proposal.round_id)
        return False
    if not rules.is_taking(proposal.round, at):
        return False
    services.submit_proposal(proposal, at=at, by=SYSTEM)
    return True


def find_section(round_: Round, old: Section | None) -> Section | None:
    """The one that is called the same."""
    if old is None:
        return None
    named = select(Section).where(Section.round_id == round_.id, Section.name_ko == old.name_ko)
    return db.session.scalar(named.order_by(Section.position))
