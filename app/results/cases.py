"""People who could not vote: the cases of a round, and how they stand against its count."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select

from app.database import db
from app.errors import NotFound
from app.results import case_rules as rules
from app.results.models import Count, UnservedCase
from app.tally import canonical


class KindLine(NamedTuple):
    """People of a kind, and of how many of them it is not resolved."""

    kind: str
    people: int
    unresolved: int


def get_case(round_id: int, case_id: int) -> UnservedCase:
    found = db.session.get(UnservedCase, case_id)
    if found is None or found.round_id != round_id:
        raise NotFound(f"case {case_id} of round {round_id}")
    return found


def list_cases(round_id: int) -> Sequence[UnservedCase]:
    """The latest day first."""
    return db.session.scalars(
        select(UnservedCase)
        .where(UnservedCase.round_id == round_id)
        .order_by(UnservedCase.on_day.desc(), UnservedCase.id.desc())
    ).all()


def by_kind(round_id: int) -> list[KindLine]:
    """Kinds that there are cases of, in their order. No remarks: this is what the public gets."""
    rows = db.session.execute(
        select(UnservedCase.kind, UnservedCase.is_resolved, func.sum(UnservedCase.people))
        .where(UnservedCase.round_id == round_id)
        .group_by(UnservedCase.kind, UnservedCase.is_resolved)
    )
    counted = {(kind, is_resolved): int(people) for kind, is_resolved, people in rows}
    lines = [
        KindLine(kind, counted.get((kind, True), 0) + counted.get((kind, False), 0), counted.get((kind, False), 0))
        for kind in rules.KINDS
    ]
    return [line for line in lines if line.people]


def standing(count: Count) -> rules.Standing:
    unresolved = sum(line.unresolved for line in by_kind(count.round_id))
    return rules.Standing(unresolved, rules.smallest_margin(canonical.loads(count.body.encode())["items"]))


def unresolved(count: Count) -> dict[str, int | None]:
    """As a certificate tells it: `cases`, the people who could not vote and were not helped, and `margin`, the smallest
    of the count. The same whenever it is asked for a published count: its cases are frozen with it."""
    now = standing(count)
    return {"cases": now.unresolved, "margin": now.margin}
