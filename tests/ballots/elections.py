"""A round that can be voted in, made the way staff make it: shortlisted proposals, then publication."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from app.audit.models import SYSTEM, AuditLine
from app.ballots import ceremony, lids, manifest, queries, services, sign_off
from app.ballots.models import (
    BallotItem,
    BallotManifest,
    BoxBallot,
    CastBallot,
    IntakeBallot,
    Participation,
    PreparedBallot,
)
from app.clock import Clock, now
from app.committee.models import Attendance, CommitteeMember, GeneralMeeting
from app.crypto import trustees
from app.crypto.sealing import PrivateKey
from app.database import db, transaction
from app.people.models import APPROVER_ROLE, STAFF_ROLE, Account
from app.people.rules import SIGNERS
from app.proposals import rules as proposals
from app.rounds import rules
from app.rounds.models import Round
from app.tally import canonical
from tests import factories

KEYS: dict[str, str] = {}  # public key → words
TOKENS = tuple(f"{n:032x}" for n in range(1, 60))


def shortlisted(per_section: int = 3, **settings: Any) -> Round:
    """Called, reviewed, voting to begin tomorrow: the moment of publication."""
    round_ = factories.round_(running=rules.WRITTEN_REVIEW, **settings)
    for section in round_.sections:
        for _ in range(per_section):
            factories.proposal(round_, state=proposals.SHORTLISTED, section_id=section.id)
    return round_


def published(
    clock: Clock, running: str | None = rules.VOTING, key: Callable[[Round], object] | None = None, **settings: Any
) -> Round:
    """The ballot is out, and the clock stands one day into the phase `running`. `key`: who makes it, and for whom."""
    round_ = shortlisted(**settings)
    if round_.source == rules.HELD:
        (key or give_key)(round_)
        publish_ballot(round_)
    else:  # seals nothing
        with transaction():
            drawn = manifest.draw(queries.list_candidates(round_.id), "0" * 32)
            services.freeze(round_, drawn, None, at=now(), by=SYSTEM)
    if running is not None:
        move_into(clock, round_, running)
    return round_


def publish_ballot(round_: Round, *, at: datetime | None = None) -> BallotManifest:
    """Prepared, and signed by two people, in one transaction: the way of the console in the time of one test."""
    when = at or now()
    with transaction():
        people = [_signer(role, round_.id) for role in SIGNERS]
        db.session.add_all(people)
        db.session.flush()
        prepared = sign_off.prepare_ballot(round_, at=when, by=people[0].actor)
        for role, account in zip(SIGNERS, people, strict=True):
            sign_off.sign_ballot(prepared, account, role, at=when)
    return queries.get_publication(round_.id)


def _signer(role: str, round_id: int) -> Account:
    login = f"{role}-of-{round_id}"
    return Account(login=login, name=login, password_hash="!", created_at=factories.LONG_AGO)


def prepared(round_: Round) -> PreparedBallot:
    """Waits for both signatures."""
    return sign_off.prepare_ballot(round_, at=now(), by=SYSTEM)


def signers(round_: Round) -> tuple[Account, Account]:
    """The person in charge, and the second approver."""
    staff = factories.account(STAFF_ROLE, of=round_.programme, name="김담당")
    return staff, factories.account(APPROVER_ROLE, of=round_.programme, name="이확인")


def give_key(round_: Round) -> str:
    """To one trustee; the words, which open the box."""
    (words,) = ceremony.make_key(round_, ["시험 수탁자"], 1, at=now(), by=SYSTEM)
    ceremony.confirm_words(round_, 1, words, at=now(), by=SYSTEM)
    KEYS[queries.get_round_key(round_.id).public_key] = words
    return words


def open_box(round_: Round) -> int:
    return ceremony.open_box(round_, [_words_of(round_.id)], at=now(), by=SYSTEM)


def cast_in(round_id: int, chamber: str) -> list[list[str]]:
    """What is in the sealed ballots, seen with the trustee's words while nobody else can: sorted."""
    db.session.rollback()
    key = PrivateKey(trustees.combine([_words_of(round_id)]))
    lid = lids.lid_of(queries.get_manifest(round_id), chamber)
    rows = [
        row
        for table in (IntakeBallot, BoxBallot)
        for row in db.session.query(table).filter_by(round_id=round_id, chamber=chamber)
    ]
    return sorted(canonical.loads(lid.open(key, row.sealed)) for row in rows)


def _words_of(round_id: int) -> str:
    return KEYS[queries.get_round_key(round_id).public_key]


def move_into(clock: Clock, round_: Round, kind: str, after: timedelta = timedelta(days=1)) -> None:
    phase = next(phase for phase in round_.phases if phase.kind == kind)
    clock.offset += phase.starts_at + after - now()


def move_past(clock: Clock, round_: Round, kind: str) -> None:
    phase = next(phase for phase in round_.phases if phase.kind == kind)
    clock.offset += phase.ends_at - now()


def picks(round_: Round, each: int = 1) -> list[str]:
    """The first `each` items of every section."""
    return [item.code for section in round_.sections for item in items(round_, section.code)[:each]]


def items(round_: Round, section: str) -> list[BallotItem]:
    found = db.session.query(BallotItem).filter_by(round_id=round_.id).order_by(BallotItem.number)
    return [item for item in found if item.section.code == section]


def seated(
    round_: Round, enrolled: int, present: int, state: str = "open"
) -> tuple[GeneralMeeting, list[CommitteeMember]]:
    """A meeting with so many of a committee at the door; the first ones are present."""
    members = [factories.member(round_.programme) for _ in range(enrolled)]
    meeting = factories.meeting(round_, state=state)
    db.session.add_all(
        Attendance(meeting_id=meeting.id, member_id=member.id, arrived_at=now()) for member in members[:present]
    )
    db.session.commit()
    return meeting, members


def census() -> dict[str, int]:
    """How many rows there are of all that a vote writes: equal before and after a refusal."""
    db.session.rollback()
    tables = (Participation, IntakeBallot, BoxBallot, CastBallot, AuditLine)
    return {table.__tablename__: db.session.query(table).count() for table in tables}
