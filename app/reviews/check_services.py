"""The department check, step by step. Its lines in the book stand under the proposal's id.

Every step makes the check's `version` one more: whoever acts on a page that was opened before learns what happened.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from app.audit import services as audit
from app.audit.models import Actor
from app.clock import seoul_day
from app.database import db, lock, transaction
from app.notices import kinds
from app.notices.letter_services import settle, take_away_done
from app.people.models import Account, Department
from app.proposals import conflict_services as conflicts
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.proposals.telling import tell_proposer, tell_staff
from app.reviews import check_queries, check_rules, queries, rules
from app.reviews.check_models import CheckMove, CheckNote
from app.reviews.models import DepartmentCheck
from app.reviews.objection_rules import find_end
from app.reviews.services import in_phase, reviewing
from app.reviews.telling import tell_department
from app.rounds import rules as rounds

ASSIGN = audit.declare("check.assign", "proposal", "department_id", "officer_id", "due_on")
FORWARD = audit.declare("check.forward", "proposal", "from_department_id", "department_id", "reason", "due_on")
RETURN = audit.declare("check.return", "proposal", "from_department_id", "reason")
CHANGE = audit.declare("check.change", "proposal", "officer_id", "due_on")
TAKE = audit.declare("check.take", "proposal", "officer_id")
NOTE = audit.declare("check.note", "proposal", "note_id")
DECIDE = audit.declare("check.decide", "proposal", "verdict", "grounds", "adjusted_cost_won")
RELEASE = audit.declare("check.release", "proposal", "verdict")

# What asks a department for its opinion: not once it has moved on, or is there.
ASKING = (
    kinds.CHECK_ASSIGNED,
    kinds.CHECK_DUE_SOON,
    kinds.CHECK_DUE_TODAY,
    kinds.CHECK_LATE,
    kinds.CHECKS_OVERDUE,
)


def assign_check(
    proposal: Proposal,
    department: Department,
    *,
    officer: Account | None = None,
    due_on: date | None = None,
    at: datetime,
    by: Actor,
) -> None:
    """Gives the proposal to a department: to one of its officers, or to all of them. `due_on`: the day by which an
    opinion is wanted, CHECK_DAYS from now unless said.

    Raises Frozen, WrongState (of the proposal or of the check), NotAnOfficer, DuePast.
    """
    today = seoul_day(at)
    due = due_on or check_rules.due_on(today)
    with reviewing(proposal, rounds.DEPARTMENT_CHECK, at=at, by=by):
        proposals.ensure_state(proposal.state, proposals.SUBMITTED)
        check_rules.ensure_due(due, today)
        if officer is not None:
            _ensure_officer(proposal, department, officer)
        check = queries.find_check(proposal.id)
        if check is None:
            check = DepartmentCheck(proposal=proposal, department=department, state=rules.ASSIGNED, due_on=due)
            db.session.add(check)
        elif not lock(check).is_returned:
            raise rules.WrongState(check.state, rules.ASSIGNED)
        else:
            check.version += 1
        check.department, check.officer, check.due_on, check.returned_at = department, officer, due, None
        db.session.flush()
        _note_move(check, None, department, "", at=at, by=by)
        settle(kinds.CHECK_RETURNED, proposal_id=proposal.id)
        tell_department(proposal, department, kinds.CHECK_ASSIGNED, officer=officer, at=at, due_on=due)
        officer_id = None if officer is None else officer.id
        what = {"department_id": department.id, "officer_id": officer_id, "due_on": due.isoformat()}
        audit.record(ASSIGN, proposal.id, at=at, by=by, **what)


def forward_check(
    check: DepartmentCheck, department: Department, reason: str, *, seen: int, at: datetime, by: Actor
) -> None:
    """Hands it on to another department, before anything is decided; the day stays, or begins anew if it is gone.

    Raises Frozen, CheckMoved, WrongState, SameDepartment, TextMissing, TextTooLong.
    """
    with _moving(check, reason, seen=seen, at=at, by=by):
        if department.id == check.department_id:
            raise check_rules.SameDepartment
        left = check.department
        settle(*ASKING, proposal_id=check.proposal_id)
        _note_move(check, left, department, reason, at=at, by=by)
        check.department, check.officer = department, None
        check.due_on = check_rules.due_after(check.due_on, seoul_day(at))
        tell_department(check.proposal, department, kinds.CHECK_ASSIGNED, at=at, due_on=check.due_on)
        what = {"from_department_id": left.id, "department_id": department.id, "reason": reason}
        what |= {"due_on": check.due_on.isoformat()}
        audit.record(FORWARD, check.proposal_id, at=at, by=by, **what)


def change_check(
    check: DepartmentCheck, *, officer: Account | None, due_on: date, seen: int, at: datetime, by: Actor
) -> None:
    """Another day, or another officer of the department (None: all of them), before anything is decided. Who is asked
    now is told.

    Raises Frozen, CheckMoved, WrongState, NotAnOfficer, DuePast.
    """
    with reviewing(check.proposal, rounds.DEPARTMENT_CHECK, at=at, by=by):
        _step(check, seen)
        proposals.ensure_may_become(check.proposal.state, proposals.ELIGIBLE)
        check_rules.ensure_undecided(check.state, check.is_returned)
        check_rules.ensure_due(due_on, seoul_day(at))
        if officer is not None:
            _ensure_officer(check.proposal, check.department, officer)
        settle(*ASKING, proposal_id=check.proposal_id)
        check.officer, check.due_on = officer, due_on
        tell_department(
            check.proposal, check.department, kinds.CHECK_ASSIGNED, officer=officer, at=at, due_on=check.due_on
        )
        what = {"officer_id": None if officer is None else officer.id, "due_on": due_on.isoformat()}
        audit.record(CHANGE, check.proposal_id, at=at, by=by, **what)


def return_check(check: DepartmentCheck, reason: str, *, seen: int, at: datetime, by: Actor) -> None:
    """Gives it back to the staff, before anything is decided: they assign it anew.

    Raises Frozen, CheckMoved, WrongState, TextMissing, TextTooLong.
    """
    with _moving(check, reason, seen=seen, at=at, by=by):
        settle(*ASKING, proposal_id=check.proposal_id)
        _note_move(check, check.department, None, reason, at=at, by=by)
        check.officer, check.returned_at = None, at
        tell_staff(check.proposal, kinds.CHECK_RETURNED, by=by, at=at)
        what = {"from_department_id": check.department_id, "reason": reason}
        audit.record(RETURN, check.proposal_id, at=at, by=by, **what)


def take_check(check: DepartmentCheck, officer: Account, *, seen: int, at: datetime) -> None:
    """An officer of the department takes it on, out of the department's inbox or from a colleague.

    Raises Frozen, CheckMoved, WrongState, NotAnOfficer.
    """
    with reviewing(check.proposal, rounds.DEPARTMENT_CHECK, at=at, by=officer.actor):
        _step(check, seen)
        check_rules.ensure_undecided(check.state, check.is_returned)
        _ensure_officer(check.proposal, check.department, officer)
        check.officer = officer
        audit.record(TAKE, check.proposal_id, at=at, by=officer.actor, officer_id=officer.id)


def write_note(check: DepartmentCheck, body: str, account: Account, *, at: datetime) -> CheckNote:
    """For those who work on the check. It may be written at any time. Raises TextMissing, TextTooLong."""
    with transaction():
        rules.ensure_text("body", body)
        note = CheckNote(check_id=check.id, account_id=account.id, body=body, written_at=at)
        db.session.add(note)
        db.session.flush()
        audit.record(NOTE, check.proposal_id, at=at, by=account.actor, note_id=note.id)
    return note


def decide_check(
    check: DepartmentCheck,
    decision: rules.CheckDecision,
    *,
    seen: int | None = None,
    read: int | None = None,
    at: datetime,
    by: Actor,
) -> None:
    """Writes the department's opinion; it can be written anew until it is released. Who writes it is its officer.
    `seen`: the version on the page, `read`: that of the proposal on it; without them nothing is compared.

    Raises OutsidePhase, Frozen, CheckMoved, ProposalMoved, WrongState, GroundsNeeded, CostOutOfRange, CostReasonNeeded,
    TextMissing, TextTooLong, NotOnTheList.
    """
    with in_phase(check, rounds.DEPARTMENT_CHECK, at=at, by=by) as proposal:
        rules.ensure_may_become(rules.CHECK_TRANSITIONS, check.state, rules.DECIDED)
        if check.is_returned:
            raise rules.WrongState(check.state, rules.DECIDED)
        _step(check, seen)
        if read is not None and read != proposal.version:
            raise check_rules.ProposalMoved
        rules.ensure_decision(decision, proposal.round.per_project_limit_won)
        if (decision.adjusted_cost_won is None) != (not decision.cost_reason):
            raise check_rules.CostReasonNeeded
        proposals.ensure_may_become(proposal.state, decision.verdict)
        if check.state == rules.ASSIGNED or check.is_outdated:
            take_away_done(kinds.OPINION_READY, check.proposal_id)
            tell_staff(proposal, kinds.OPINION_READY, by=by, at=at)
        check.state, check.decided_at, check.officer_id = rules.DECIDED, at, by.id
        check.proposal_version = proposal.version
        check.verdict, check.grounds = decision.verdict, list(decision.grounds)
        check.ground_words = dict(decision.grounds)
        check.opinions, check.reason = dict(decision.opinions), decision.reason
        check.adjusted_cost_won, check.cost_reason = decision.adjusted_cost_won, decision.cost_reason
        settle(*ASKING, proposal_id=proposal.id)
        audit.record(
            DECIDE,
            proposal.id,
            at=at,
            by=by,
            verdict=decision.verdict,
            grounds=" ".join(decision.grounds),
            adjusted_cost_won=decision.adjusted_cost_won,
        )


def release_check(check: DepartmentCheck, *, seen: int | None = None, at: datetime, by: Actor) -> None:
    """Makes the opinion final and public: the proposal becomes eligible or ineligible. What an eligible one is at odds
    with is written down with it. `seen`: the version that was read; without it nothing is compared. Where the
    proposal has changed since the opinion, the department says first whether it stands.

    Raises OutsidePhase, Frozen, CheckMoved, ProposalMoved, WrongState.
    """
    with in_phase(check, rounds.DEPARTMENT_CHECK, at=at, by=by) as proposal:
        rules.ensure_may_become(rules.CHECK_TRANSITIONS, check.state, rules.RELEASED)
        _step(check, seen)
        if check.is_outdated:
            raise check_rules.ProposalMoved
        verdict = str(check.verdict)
        proposals.ensure_may_become(proposal.state, verdict)
        check.state, check.released_at = rules.RELEASED, at
        proposal.state = verdict
        take_away_done(kinds.OPINION_READY, proposal.id)
        until = find_end(at, proposal.round.review_objection_days) if verdict == rules.INELIGIBLE else None
        tell_proposer(proposal, kinds.CHECK_RELEASED, at=at, verdict=verdict, objection_until=until)
        audit.record(RELEASE, proposal.id, at=at, by=by, verdict=verdict)
        if verdict == rules.ELIGIBLE:
            db.session.flush()
            conflicts.note_conflicts_of(proposal, at=at, by=by)


@contextmanager
def _moving(check: DepartmentCheck, reason: str, *, seen: int, at: datetime, by: Actor) -> Iterator[None]:
    with reviewing(check.proposal, rounds.DEPARTMENT_CHECK, at=at, by=by):
        _step(check, seen)
        proposals.ensure_may_become(check.proposal.state, proposals.ELIGIBLE)
        check_rules.ensure_undecided(check.state, check.is_returned)
        rules.ensure_text("reason", reason)
        yield


def _step(check: DepartmentCheck, seen: int | None) -> None:
    if seen is not None and lock(check).version != seen:
        raise check_rules.CheckMoved
    check.version += 1


def _ensure_officer(proposal: Proposal, department: Department, officer: Account) -> None:
    officers = check_queries.list_officers(proposal.round.programme, department)
    if officer.id not in [one.id for one in officers]:
        raise check_rules.NotAnOfficer


def _note_move(
    check: DepartmentCheck, left: Department | None, to: Department | None, reason: str, *, at: datetime, by: Actor
) -> None:
    db.session.add(
        CheckMove(
            check_id=check.id,
            number=check_queries.count_moves(check.id) + 1,
            from_department=left,
            to_department=to,
            reason=reason,
            account_id=by.id,
            moved_at=at,
        )
    )
