"""Who is on a round's roll."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from app.clock import seoul_day
from app.database import db
from app.errors import NotFound
from app.programmes.models import Area
from app.roll.models import RollEntry
from app.roll.rules import NotOnTheRoll
from app.rounds.models import Round
from app.rounds.rules import VOTING, find_period


def get_entry(round_id: int, entry_id: int) -> RollEntry:
    """Raises NotOnTheRoll."""
    entry = db.session.get(RollEntry, entry_id)
    if entry is None or entry.round_id != round_id:
        raise NotOnTheRoll
    return entry


def find_by_phone(round_id: int, phone_key: str) -> RollEntry | None:
    return db.session.scalar(select(RollEntry).where(RollEntry.round_id == round_id, RollEntry.phone_key == phone_key))


def list_by_person(round_id: int, person_key: str) -> Sequence[RollEntry]:
    """More than one where two people have the same name and birth date."""
    return db.session.scalars(
        select(RollEntry)
        .where(RollEntry.round_id == round_id, RollEntry.person_key == person_key)
        .order_by(RollEntry.twin)
    ).all()


def count_entries(round_id: int) -> int:
    return db.session.scalar(select(func.count()).where(RollEntry.round_id == round_id)) or 0


def count_twins(round_id: int) -> int:
    """How many were added beside somebody of the same name and birth date."""
    return db.session.scalar(select(func.count()).where(RollEntry.round_id == round_id, RollEntry.twin > 0)) or 0


def age_day(round_: Round) -> date:
    """The day on which age is reckoned: that on which residents begin to vote. Raises NotFound without a phase."""
    period = find_period(round_.phases, VOTING)
    if period is None:
        raise NotFound(f"voting of round {round_.id}")
    return seoul_day(period.starts_at)


def list_dongs(round_: Round) -> Sequence[Area]:
    """The dong of the programme's area, in their order; of a dong's programme itself."""
    area = round_.programme.area
    if area.kind == "dong":
        return [area]
    return db.session.scalars(
        select(Area).where(Area.kind == "dong", Area.parent_id == area.id).order_by(Area.position)
    ).all()
