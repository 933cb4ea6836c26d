"""Who is on a round's roll."""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from app.clock import seoul_day
from app.database import db
from app.errors import NotFound
from app.programmes.models import Area
from app.roll.models import RollClaim, RollEntry
from app.roll.rules import NotOnTheRoll
from app.rounds.models import Round
from app.rounds.rules import LIST, VOTING, find_period

_BALLOT = re.compile(r"/vote/(\d{1,18})(?:[/?#].*)?")


class Group(NamedTuple):
    """Entries that are alike in all that is told of them."""

    area_id: int | None
    age_band: str
    basis: str
    people: int


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


def list_groups(round_id: int) -> Sequence[Group]:
    """The roll in numbers."""
    alike = (RollEntry.area_id, RollEntry.age_band, RollEntry.basis)
    counted = select(*alike, func.count()).where(RollEntry.round_id == round_id).group_by(*alike)
    return [Group(*row) for row in db.session.execute(counted)]


def list_claims(round_id: int, phone_key: str) -> Sequence[str]:
    """Whom this phone has named in vain, as keys."""
    named = select(RollClaim.claim_key).where(RollClaim.round_id == round_id, RollClaim.phone_key == phone_key)
    return db.session.scalars(named).all()


def count_claims(round_id: int, on_day: date) -> int:
    """Of all phones together."""
    counted = select(func.count()).where(RollClaim.round_id == round_id, RollClaim.on_day == on_day)
    return db.session.scalar(counted) or 0


def may_vote_at(target: str, phone_key: str) -> bool:
    """Whether a code to this phone can lead to anything: False only where `target` ("/vote/7", where somebody goes
    after signing in) is the ballot of a round with a list, and the phone is not on it."""
    ballot = _BALLOT.fullmatch(target)
    if ballot is None:
        return True
    round_id = int(ballot[1])
    asked = db.session.scalar(select(Round.voters).where(Round.id == round_id))
    return asked != LIST or find_by_phone(round_id, phone_key) is not None


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
