"""What was not funded, and what became of it."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.ballots import queries as ballots
from app.database import db
from app.errors import NotFound
from app.people.models import Department
from app.proposals.models import Proposal
from app.results import handing_rules as rules
from app.results import queries
from app.results.handing_models import HandOver, HandOverStep
from app.reviews import queries as reviews
from app.reviews.models import DepartmentCheck
from app.rounds.models import Round
from app.rounds.rules import HELD
from app.tally import canonical


def list_losers(round_: Round) -> list[Proposal]:
    """On the ballot and not funded, in the order of the ballot's numbers. Of published results of rounds held here."""
    if round_.source != HELD or queries.find_published_at(round_.id) is None:
        return []
    result = canonical.loads(queries.get_published(round_.id).body.encode())
    lost = {row["id"] for row in result["items"] if row["funded"] == 0}
    items = ballots.list_items(round_.id)
    return [item.proposal for item in items if item.code in lost and item.proposal is not None]


def find_hand_over(proposal_id: int) -> HandOver | None:
    return db.session.get(HandOver, proposal_id)


def get_hand_over(proposal_id: int) -> HandOver:
    found = find_hand_over(proposal_id)
    if found is None:
        raise NotFound("hand_over")
    return found


def list_handed(round_id: int) -> dict[int, HandOver]:
    """Proposal id → its hand-over."""
    rows = db.session.scalars(_told().where(Proposal.round_id == round_id))
    return {row.proposal_id: row for row in rows}


def list_with(posts: Collection[tuple[int, int]]) -> Sequence[HandOver]:
    """Those that lie with one of (department id, programme id), those that wait for an answer first."""
    last, newest = aliased(HandOverStep), aliased(HandOverStep)
    number = select(func.max(newest.number)).where(newest.proposal_id == HandOver.proposal_id).scalar_subquery()
    query = _told().join(last, (last.proposal_id == HandOver.proposal_id) & (last.number == number))
    here = tuple_(last.department_id, Round.programme_id).in_(list(posts))
    order = (last.answer != rules.EXAMINING, HandOver.handed_at.desc(), HandOver.proposal_id)
    return db.session.scalars(query.join(Proposal.round).where(here).order_by(*order)).all()


def list_usual(round_: Round) -> dict[int, Department]:
    """Proposal id → the department that checked it, if it still works in the programme."""
    known = {one.id: one for one in reviews.list_departments_of(round_.programme)}
    checks = select(DepartmentCheck.proposal_id, DepartmentCheck.department_id).join(DepartmentCheck.proposal)
    rows = db.session.execute(checks.where(Proposal.round_id == round_.id))
    return {one: known[department_id] for one, department_id in rows if department_id in known}


def _told() -> Select[tuple[HandOver]]:
    steps = selectinload(HandOver.steps).joinedload(HandOverStep.department)
    return select(HandOver).join(HandOver.proposal).options(steps, joinedload(HandOver.proposal))
