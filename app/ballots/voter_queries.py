"""What a voter's request asks, in as few questions as can be: on the last evening everybody is here at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from app import clock
from app.ballots import rules
from app.ballots.models import BallotManifest, Participation, RoundSecret
from app.database import db
from app.errors import NotFound
from app.people.models import Account, Resident
from app.programmes.models import Programme
from app.roll.models import RollEntry
from app.rounds import rules as rounds
from app.rounds.models import Phase, Round

_ROUND, _PHASE, _PROGRAMME = Round.__table__.c, Phase.__table__.c, Programme.__table__.c
_MANIFEST, _SECRET, _ROLL = BallotManifest.__table__.c, RoundSecret.__table__.c, Participation.__table__.c
_STANDING = (
    select(
        clock.database_clock().label("stamp"),
        _ROUND.state,
        _ROUND.voters,
        _MANIFEST.sha256,
        _SECRET.secret,
        _PHASE.kind,
        _PHASE.starts_at,
        _PHASE.ends_at,
        _ROUND.title_ko,
        _ROUND.title_en,
        _PROGRAMME.name_ko,
        _PROGRAMME.name_en,
        _PROGRAMME.owner_name_ko,
        _PROGRAMME.owner_name_en,
        _PROGRAMME.colour,
    )
    .select_from(Round.__table__)
    .join(Programme.__table__, _PROGRAMME.id == _ROUND.programme_id)
    .outerjoin(BallotManifest.__table__, _MANIFEST.round_id == _ROUND.id)
    .outerjoin(RoundSecret.__table__, _SECRET.round_id == _ROUND.id)
    .outerjoin(Phase.__table__, _PHASE.round_id == _ROUND.id)
    .where(_ROUND.id == bindparam("round_id"), _ROUND.state != rounds.DRAFT)
)
_HELD_STANDING = _STANDING.with_for_update(read=True, of=Round.__table__)
_PARTICIPATION = select(_ROLL.channel).where(
    _ROLL.round_id == bindparam("round_id"),
    _ROLL.chamber == bindparam("chamber"),
    _ROLL.voter_key == bindparam("voter_key"),
)


class Span(NamedTuple):
    """A phase, as a `rounds.Period`."""

    kind: str
    starts_at: datetime
    ends_at: datetime


class Heading(NamedTuple):
    """What stands at the top of a voter's pages: the round's title, and of its programme what the banner says."""

    title_ko: str
    title_en: str
    name_ko: str
    name_en: str
    owner_name_ko: str
    owner_name_en: str
    colour: str


@dataclass(frozen=True)
class Standing:
    """A round as its voters meet it, `at` an instant of the database's clock. `sha256` is that of the manifest, None
    before it is published; `secret` is None then, too, and after it was erased. `voters`: how it asks who may vote
    (`rounds.VOTERS`)."""

    round_id: int
    heading: Heading
    at: datetime
    state: str
    voters: str
    sha256: str | None
    secret: bytes | None
    spans: Sequence[Span]

    def ensure_open(self, chamber: str) -> None:
        """Raises OutsidePhase, NotPublished."""
        rules.ensure_open(self.state, self.spans, chamber, self.at)

    def voter_key(self, identity: str) -> str:
        """Raises NotFound before the ballot is published, and after the round's secret was erased."""
        if self.secret is None:
            raise NotFound(f"secret of round {self.round_id}")
        return rules.voter_key(self.secret, identity)


def get_standing(round_id: int, *, hold: bool = False) -> Standing:
    """With `hold` the round is held until the commit: others may hold it as well, but nobody can close it between
    this look at the clock and the commit. Raises NotFound for a round that has not been called."""
    asked = _HELD_STANDING if hold else _STANDING
    rows = db.session.connection().execute(asked, {"round_id": round_id}).all()
    if not rows:
        raise NotFound(f"round {round_id}")
    return Standing(
        round_id=round_id,
        heading=Heading(*rows[0][-len(Heading._fields) :]),
        at=clock.of_database(rows[0].stamp),
        state=rows[0].state,
        voters=rows[0].voters,
        sha256=rows[0].sha256,
        secret=rows[0].secret,
        spans=[Span(row.kind, row.starts_at, row.ends_at) for row in rows if row.kind is not None],
    )


def identity_of(person: Resident | Account | RollEntry) -> str:
    """A resident stands for themselves only where a round asks for nothing but a phone; else for their entry."""
    if isinstance(person, RollEntry):
        return f"roll:{person.id}"
    return f"resident:{person.phone_key}" if isinstance(person, Resident) else f"account:{person.id}"


def has_voted(round_id: int, chamber: str, key: str) -> bool:
    who = {"round_id": round_id, "chamber": chamber, "voter_key": key}
    return db.session.connection().execute(_PARTICIPATION, who).first() is not None
