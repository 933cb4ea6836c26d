"""Counts, their evidence, and what was published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload

from app.audit.models import AuditLine
from app.ballots import box
from app.ballots import queries as ballots
from app.ballots.models import BallotItem
from app.database import db
from app.errors import NotFound
from app.papers import queries as papers
from app.proposals.models import Proposal
from app.results.models import Count, LotSeed, OfficialOutcome
from app.roll import queries as roll
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.tally import canonical


@dataclass(frozen=True)
class Box:
    """How many lie in it and how many people took part: numbers of people, never of choices. `awaited`: of them those
    who were handed a paper that is not in the box yet."""

    chamber: str
    ballots: int
    people: int
    awaited: int = 0

    @property
    def is_even(self) -> bool:
        return self.ballots == self.people - self.awaited


def find_count(round_id: int) -> Count | None:
    """The count that stands, published or not."""
    return db.session.scalar(select(Count).where(Count.round_id == round_id, Count.withdrawn_at.is_(None)))


def get_published(round_id: int) -> Count:
    """NotFound until it is published: nobody learns whether there is one. The body is fetched when it is asked for."""
    count = db.session.scalar(
        select(Count)
        .where(Count.round_id == round_id, Count.published_at.is_not(None))
        .options(joinedload(Count.round).joinedload(Round.programme), defer(Count.body))
    )
    if count is None:
        raise NotFound(f"result of round {round_id}")
    return count


def count_entitled(round_: Round) -> int | None:
    """How many residents may vote: those on the list of a round that has one. None where that cannot be known. When it
    is erased who they were, the book keeps how many."""
    if round_.voters != rounds.LIST:
        return None
    if ballots.find_erasure(round_.id) is None:
        return roll.count_entries(round_.id)
    erased = select(AuditLine).filter_by(action="round.erase", subject_type="round", subject_id=round_.id)
    return int(db.session.scalars(erased).one().fields["roll_entries"])


def find_published_at(round_id: int) -> datetime | None:
    """When the result was published; None as long as nobody may know of it."""
    return db.session.scalar(
        select(Count.published_at).where(Count.round_id == round_id, Count.published_at.is_not(None))
    )


def list_outcomes(count: Count) -> list[tuple[Proposal, str]]:
    """What came of each proposal, in the order of the ballot's numbers: `outcome` of app.tally.result.ItemRow."""
    outcomes, items = _outcomes_of(count.sha256), ballots.list_items(count.round_id)
    return [(item.proposal, outcomes[item.code]) for item in items if item.proposal is not None]


def find_outcome(proposal_id: int) -> tuple[str, datetime] | None:
    """Of a proposal likewise, and since when everybody may know; None until then, and of what was on no ballot."""
    of_it = (
        select(Count.sha256, BallotItem.code, Count.published_at)
        .join(BallotItem, BallotItem.round_id == Count.round_id)
        .where(BallotItem.proposal_id == proposal_id, Count.published_at.is_not(None))
    )
    row = db.session.execute(of_it).first()
    return (_outcomes_of(row.sha256)[row.code], row.published_at) if row is not None else None


@lru_cache(maxsize=16)
def _outcomes_of(sha256: str) -> dict[str, str]:
    """By code; read once in a process, since a result is under its hash."""
    body = db.session.scalars(select(Count.body).where(Count.sha256 == sha256)).first()
    return {row["id"]: row["outcome"] for row in canonical.loads((body or "").encode())["items"]}


def list_published() -> Sequence[Count]:
    """The latest fiscal year first."""
    return db.session.scalars(
        select(Count)
        .join(Round)
        .where(Count.published_at.is_not(None), Round.state == rounds.RESULTS_PUBLISHED)
        .order_by(Round.fiscal_year.desc(), Round.id.desc())
        .options(joinedload(Count.round).joinedload(Round.programme), defer(Count.body))
    ).all()


def get_rolls(round_id: int) -> dict[str, Any]:
    """What a count takes beside manifest and ballots, under the names that `app.tally.counting.count` has for it."""
    seed = find_seed(round_id)
    return {
        "participations": ballots.participations(round_id),
        "present": ballots.present_for_count(round_id),
        "present_by_item": ballots.present_by_item(round_id),
        "lowered": ballots.lowered_minimum(round_id),
        "seed": seed.seed if seed and seed.confirmed_at else None,
    }


def find_seed(round_id: int) -> LotSeed | None:
    return db.session.get(LotSeed, round_id)


def find_official(round_id: int) -> OfficialOutcome | None:
    return db.session.get(OfficialOutcome, round_id)


def find_import(file_sha256: str) -> OfficialOutcome | None:
    return db.session.scalar(select(OfficialOutcome).where(OfficialOutcome.file_sha256 == file_sha256))


def list_boxes(round_: Round) -> list[Box]:
    """One a chamber, in the round's order."""
    people, awaited = ballots.participations(round_.id), {rounds.RESIDENTS: papers.count_awaited(round_.id)}
    return [
        Box(code, box.size(round_.id, code), sum(people.get(code, {}).values()), awaited.get(code, 0))
        for code in (chamber.code for chamber in round_.chambers)
    ]
