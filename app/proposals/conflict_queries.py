"""Which proposals are at odds, and what of that is still open."""

from collections.abc import Collection, Iterator, Sequence
from itertools import chain, combinations
from typing import NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.database import db
from app.errors import NotFound
from app.proposals import conflict_rules as rules
from app.proposals.conflict_models import ProposalConflict
from app.proposals.models import Proposal

Found = tuple[int, int, str]  # the lower id, the higher id, the kind


class Compared(NamedTuple):
    """What of a proposal is compared. Without a dong it is for the whole gu: what is written of its place names none of
    its own, a pin on the map does."""

    id: int
    title: str
    area_id: int | None
    place: str
    latitude: float | None
    longitude: float | None

    @property
    def point(self) -> rules.Point | None:
        return None if self.latitude is None or self.longitude is None else (self.latitude, self.longitude)


def get_conflict(conflict_id: int) -> ProposalConflict:
    conflict = db.session.get(ProposalConflict, conflict_id)
    if conflict is None:
        raise NotFound
    return conflict


def list_conflicts(round_id: int) -> Sequence[ProposalConflict]:
    """The open ones first, in the order in which they were found."""
    of_round = _with_both(select(ProposalConflict).join(ProposalConflict.first).where(Proposal.round_id == round_id))
    return db.session.scalars(of_round.order_by(ProposalConflict.state != rules.OPEN, ProposalConflict.id)).all()


def list_conflicts_of(proposal_id: int) -> Sequence[ProposalConflict]:
    either = or_(ProposalConflict.first_id == proposal_id, ProposalConflict.second_id == proposal_id)
    return db.session.scalars(_with_both(select(ProposalConflict).where(either)).order_by(ProposalConflict.id)).all()


def list_exclusive(proposal_ids: Collection[int]) -> set[tuple[int, int]]:
    """The pairs among these of which only one is to be funded."""
    pairs = select(ProposalConflict.first_id, ProposalConflict.second_id).where(
        ProposalConflict.state == rules.ONE_WINS,
        ProposalConflict.first_id.in_(proposal_ids),
        ProposalConflict.second_id.in_(proposal_ids),
    )
    return {(first, second) for first, second in db.session.execute(pairs)}


def list_rivals(proposal_id: int) -> list[Proposal]:
    """Those that go to the ballot beside this one, though only one of the two is to be funded."""
    settled = [one for one in list_conflicts_of(proposal_id) if one.state == rules.ONE_WINS]
    others = {one.id: one for each in settled for one in (each.first, each.second) if one.id != proposal_id}
    return [one for one in others.values() if one.state in rules.ON_THE_WAY]


def count_before_the_ballot(round_id: int) -> int:
    """Open ones between two that may stand on the ballot, and those that nobody has been asked about: while there is
    one, none is published."""
    first, second = aliased(Proposal), aliased(Proposal)
    waiting = (
        select(func.count())
        .select_from(ProposalConflict)
        .join(first, first.id == ProposalConflict.first_id)
        .join(second, second.id == ProposalConflict.second_id)
        .where(ProposalConflict.state == rules.OPEN, first.round_id == round_id)
        .where(first.state.in_(rules.NEAR_THE_BALLOT), second.state.in_(rules.NEAR_THE_BALLOT))
    )
    return (db.session.scalar(waiting) or 0) + count_unasked(round_id)


def count_unasked(round_id: int) -> int:
    """Pairs before the ballot whose pins are near each other and that were never found: what became eligible while
    pins were not compared, or had none, was not compared with them."""
    pinned = [one for one in _list_compared(round_id, rules.NEAR_THE_BALLOT) if one.point is not None]
    near = {(one.id, other.id) for one, other in combinations(pinned, 2) if _is_near(one, other)}
    if not near:
        return 0
    asked = {(first, second) for first, second, kind in known_pairs(round_id) if kind == rules.SAME_PLACE}
    return len(near - asked)


def find_pairs(round_id: int, of: int | None = None) -> set[Found]:
    """Those of the round that are at odds and on their way to the ballot. `of`: with this proposal alone."""
    compared = _list_compared(round_id, rules.ON_THE_WAY)
    pairs = combinations(compared, 2)
    if of is not None:
        pairs = iter([_in_order(one, other) for one in compared if one.id == of for other in compared if other != one])
    return set(chain.from_iterable(_found(*pair) for pair in pairs))


def known_pairs(round_id: int) -> set[Found]:
    known = select(ProposalConflict.first_id, ProposalConflict.second_id, ProposalConflict.kind)
    rows = db.session.execute(known.join(ProposalConflict.first).where(Proposal.round_id == round_id))
    return {(first, second, kind) for first, second, kind in rows}


def _list_compared(round_id: int, states: Collection[str]) -> list[Compared]:
    """By id."""
    rows = db.session.execute(
        select(*(getattr(Proposal, name) for name in Compared._fields))
        .where(Proposal.round_id == round_id, Proposal.state.in_(states))
        .order_by(Proposal.id)
    )
    return [Compared(*row) for row in rows]


def _in_order(one: Compared, other: Compared) -> tuple[Compared, Compared]:
    return (one, other) if one.id < other.id else (other, one)


def _found(one: Compared, other: Compared) -> Iterator[Found]:
    if _is_named_alike(one, other) or _is_near(one, other):
        yield one.id, other.id, rules.SAME_PLACE
    if rules.is_alike(one.title, other.title):
        yield one.id, other.id, rules.SAME_PURPOSE


def _is_named_alike(one: Compared, other: Compared) -> bool:
    place = rules.same_place(one.place)
    return one.area_id is not None and one.area_id == other.area_id and place == rules.same_place(other.place) != ""


def _is_near(one: Compared, other: Compared) -> bool:
    """Across the border of two dong, too."""
    return one.point is not None and other.point is not None and rules.is_near(one.point, other.point)


def _with_both(query: Select[tuple[ProposalConflict]]) -> Select[tuple[ProposalConflict]]:
    return query.options(joinedload(ProposalConflict.first), joinedload(ProposalConflict.second))
