"""Handing over what was not funded, and what departments answer. Each step stays; the newest is where it stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from app.audit import services as audit
from app.database import db, lock, transaction
from app.notices import kinds
from app.notices.letter_services import settle
from app.people.models import Account, Department
from app.proposals.models import Proposal
from app.proposals.telling import tell_proposer
from app.results import handing_queries as queries
from app.results import handing_rules as rules
from app.results.handing_models import HandOver, HandOverStep
from app.results.handing_rules import Answer
from app.reviews.queries import list_departments_of
from app.reviews.telling import tell_department
from app.rounds.models import Round

HAND = audit.declare("handing.hand_over", "proposal", "department_id")
PASS = audit.declare("handing.pass_on", "proposal", "from_department_id", "department_id")
ANSWER = audit.declare("handing.answer", "proposal", "department_id", "answer", "budget_year", "amount_won")


def hand_over(proposal: Proposal, department: Department, *, words: str = "", at: datetime, by: Account) -> bool:
    """Whether it was handed over now; what is with a department already stays there. Raises NotALoser, NobodyToAnswer,
    StepUnfit."""
    with transaction():
        round_ = lock(proposal.round)  # one after the other: it is handed over once
        if proposal.id not in {one.id for one in queries.list_losers(round_)}:
            raise rules.NotALoser
        _ensure_answers(proposal, department)
        rules.ensure_answer(Answer(rules.EXAMINING, words), round_.fiscal_year)
        return _hand(proposal, department, words, at, by)


def hand_over_all(round_: Round, otherwise: Department | None = None, *, at: datetime, by: Account) -> int:
    """Everything of the round that was not funded, to the department that checked it, or to the one named where none
    did. How many were handed over now: asked again, none. Raises NotALoser where nothing was lost, NobodyToAnswer."""
    with transaction():
        lock(round_)
        losers = queries.list_losers(round_)
        if not losers:
            raise rules.NotALoser
        handed, usual = queries.list_handed(round_.id), queries.list_usual(round_)
        count = 0
        for proposal in losers:
            if proposal.id in handed:
                continue
            department = usual.get(proposal.id) or otherwise
            if department is None:
                raise rules.NobodyToAnswer
            _ensure_answers(proposal, department)
            count += _hand(proposal, department, "", at, by)
        return count


def answer(handed: HandOver, said: Answer, *, seen: int, at: datetime, by: Account) -> None:
    """What the department says, on a page that showed `seen` steps; it may say something else later.
    Raises MovedOn, StepUnfit."""
    with _moving(handed, seen):
        rules.ensure_answer(said, handed.proposal.round.fiscal_year)
        department = handed.now.department
        _add(handed, department, said, at, by)
        what = {"answer": said.answer, "budget_year": said.budget_year, "amount_won": said.amount_won}
        audit.record(ANSWER, handed.proposal_id, at=at, by=by.actor, department_id=department.id, **what)
        tell_proposer(handed.proposal, kinds.HANDING_ANSWERED, at=at, handing=said.answer)


def pass_on(handed: HandOver, department: Department, words: str, *, seen: int, at: datetime, by: Account) -> None:
    """To another department, which begins to examine it. Raises MovedOn, SameDepartment, NobodyToAnswer, StepUnfit."""
    with _moving(handed, seen):
        left = handed.now.department_id
        if department.id == left:
            raise rules.SameDepartment
        _ensure_answers(handed.proposal, department)
        said = Answer(rules.EXAMINING, words)
        rules.ensure_answer(said, handed.proposal.round.fiscal_year)
        _add(handed, department, said, at, by)
        what = {"from_department_id": left, "department_id": department.id}
        audit.record(PASS, handed.proposal_id, at=at, by=by.actor, **what)
        settle(kinds.HANDING_RECEIVED, proposal_id=handed.proposal_id)
        tell_department(handed.proposal, department, kinds.HANDING_RECEIVED, at=at)
        tell_proposer(handed.proposal, kinds.HANDING_PASSED, at=at)


def _hand(proposal: Proposal, department: Department, words: str, at: datetime, by: Account) -> bool:
    if queries.find_hand_over(proposal.id) is not None:
        return False
    handed = HandOver(proposal_id=proposal.id, handed_at=at)
    db.session.add(handed)
    db.session.flush()
    _add(handed, department, Answer(rules.EXAMINING, words), at, by)
    audit.record(HAND, proposal.id, at=at, by=by.actor, department_id=department.id)
    tell_department(proposal, department, kinds.HANDING_RECEIVED, at=at)
    tell_proposer(proposal, kinds.HANDED_OVER, at=at)
    return True


def _add(handed: HandOver, department: Department, said: Answer, at: datetime, by: Account) -> None:
    step = HandOverStep(number=len(handed.steps) + 1, department=department, at=at, account_id=by.id)
    step.answer, step.words = said.answer, said.words
    step.budget_year, step.amount_won = said.budget_year, said.amount_won
    handed.steps.append(step)
    db.session.flush()


@contextmanager
def _moving(handed: HandOver, seen: int) -> Iterator[None]:
    with transaction():
        lock(handed)
        db.session.expire(handed, ["steps"])
        if len(handed.steps) != seen:
            raise rules.MovedOn
        yield


def _ensure_answers(proposal: Proposal, department: Department) -> None:
    if department.id not in {one.id for one in list_departments_of(proposal.round.programme)}:
        raise rules.NobodyToAnswer
