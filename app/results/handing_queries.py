"""What was not funded, and what became of it."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from app.ballots import queries as ballots
from app.database import db
from app.errors import NotFound
from app.people.models import Department
from app.proposals.models import Proposal
from app.results import handing_rules as rules
from app.results import queries
from app.results.handing_models import HandOver, HandOverStep
from app.reviews import queries as reviews
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
    rows = db.session.scalars(_told().order_by(HandOver.handed_at.desc(), HandOver.proposal_id)).all()
    own = [one for one in rows if (one.now.department_id, one.proposal.round.programme_id) in posts]
    return sorted(own, key=lambda one: one.now.answer != rules.EXAMINING)


def find_usual(proposal: Proposal) -> Department | None:
    """The department that checked it, if it still works in the programme."""
    check = reviews.find_check(proposal.id)
    if check is None:
        return None
    known = {one.id for one in reviews.list_departments_of(proposal.round.programme)}
    return check.department if check.department_id in known else None


def _told() -> Select[tuple[HandOver]]:
    steps = selectinload(HandOver.steps).joinedload(HandOverStep.department)
    return select(HandOver).join(HandOver.proposal).options(steps, joinedload(HandOver.proposal))
