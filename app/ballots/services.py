"""Publishing a ballot (which takes two people: `sign_off`), and casting one: the acts that cannot be taken back."""

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.dialects import postgresql, sqlite

from app.audit import services as audit
from app.audit.models import VOTER, Actor
from app.ballots import box, manifest, queries, rules
from app.ballots import draft_queries as drafts
from app.ballots import voter_queries as voters
from app.ballots.box import Put
from app.ballots.models import BallotItem, BallotManifest, Participation, RoundSecret
from app.ballots.voter_queries import Standing
from app.committee import queries as committee
from app.database import db, hold, transaction
from app.notices import kinds
from app.people.models import Account, Resident
from app.proposals.telling import tell_proposer
from app.roll import queries as roll
from app.roll.models import RollEntry
from app.roll.rules import ensure_kind
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.rounds.services import move_round
from app.tally import canonical
from app.tally.paper import Paper

PUBLISH = audit.declare("ballot.publish", "round", "items", "manifest", "number_seed")
CAST = audit.declare("ballot.cast", "round", "chamber", "channel")

SECRET_BYTES = 32
_TICK = {
    dialect: insert(Participation.__table__).on_conflict_do_nothing().returning(Participation.voter_key)
    for dialect, insert in {"sqlite": sqlite.insert, "postgresql": postgresql.insert}.items()
}


def freeze(
    round_: Round,
    items: Sequence[BallotItem],
    number_seed: str | None,
    *,
    at: datetime,
    by: Actor,
) -> BallotManifest:
    """The step itself, within the caller's transaction: the only way in which a ballot comes to be.

    `number_seed` is None for items that brought their numbers with them. Raises WrongState, NotPublishable.
    """
    read = manifest.read(round_, items, secret_of(round_), drafts.keys_of(round_))
    publication = BallotManifest(
        round_id=round_.id,
        body=canonical.dumps(read.to_json()).decode(),
        sha256=read.sha256,
        number_seed=number_seed,
        published_at=at,
    )
    db.session.add_all([*items, publication])
    db.session.flush()  # before the state moves: from then on the database refuses items
    move_round(round_, rounds.BALLOT_PUBLISHED)
    audit.record(PUBLISH, round_.id, at=at, by=by, items=len(items), manifest=read.sha256, number_seed=number_seed)
    _tell(round_, items, at)
    return publication


def _tell(round_: Round, items: Sequence[BallotItem], at: datetime) -> None:
    """Whose proposal is on it, under which number, and when people vote: of several chambers the first."""
    phase = manifest.list_phases(round_)[0]
    voting = f"{phase.starts_at.isoformat()}/{phase.ends_at.isoformat()}"
    for item in items:
        if item.proposal is not None:
            tell_proposer(item.proposal, kinds.BALLOT_PUBLISHED, at=at, item=str(item.number), voting=voting)


def secret_of(round_: Round) -> bytes:
    """The round's own, made when it is first asked for, within the caller's transaction."""
    row = db.session.get(RoundSecret, round_.id)
    if row is None:
        row = RoundSecret(round_id=round_.id, secret=secrets.token_bytes(SECRET_BYTES))
        db.session.add(row)
    return row.secret


Admit = Callable[[datetime], frozenset[str]]


class Kept(NamedTuple):
    """What the roll of who took part keeps besides: the station, and the dong and age band of the entry."""

    station_id: int | None = None
    area_id: int | None = None
    age_band: str | None = None


NOTHING = Kept()


@dataclass(frozen=True)
class _Voter:
    """Who comes, how, and with which token. `identity` was read before the transaction, which reads rows again."""

    chamber: str
    channel: str
    identity: str
    token: str
    kept: Kept = NOTHING


@dataclass(frozen=True)
class _Vote:
    """Who (as a key), where, and under which id. Made for the length of one request, and kept nowhere."""

    round_id: int
    paper: Paper
    channel: str
    key: str
    ballot_id: str
    kept: Kept

    @property
    def chamber(self) -> str:
        return self.paper.chamber.id


def cast_as_resident(round_id: int, resident: Resident, choices: Sequence[str], *, token: str) -> Put:
    """In a round that asks for nothing but a phone. Casts and answers with the receipt; the same request again gets
    the same receipt.

    Time is the database's. Raises BadToken, NotFound, NotPublished, AlreadyVoted, OutsidePhase, NotValid;
    VotersOtherwise where voters are asked for more.
    """
    voter = _Voter(rounds.RESIDENTS, rules.MOBILE, voters.identity_of(resident), token)
    return _cast(round_id, voter, choices, lambda _at: frozenset(), (rounds.ANYBODY,))


def cast_as_entry(
    round_id: int,
    entry: RollEntry,
    choices: Sequence[str],
    *,
    channel: str,
    token: str,
    station_id: int | None = None,
    admit: Callable[[datetime], None] = lambda _at: None,
) -> Put:
    """By somebody on the round's roll, whichever way they came: the roll stops a second vote over all of them.

    `admit` asks, within the transaction, what the way itself asks (a one-time PIN that is spent by this). Items on
    other dong's own ballots cannot be picked. Raises what `cast_as_resident` raises, and NotOnTheRoll.
    """
    entry_id, identity = entry.id, voters.identity_of(entry)
    voter = _Voter(rounds.RESIDENTS, channel, identity, token, kept_of(entry, station_id))

    def barred(at: datetime) -> frozenset[str]:
        admit(at)
        return queries.list_foreign_codes(round_id, roll.get_entry(round_id, entry_id).area_id)

    return _cast(round_id, voter, choices, barred, (rounds.REGISTER, rounds.LIST))


def tick_for_paper(round_id: int, entry: RollEntry, *, station_id: int, admit: Callable[[datetime], None]) -> None:
    """Ticks somebody who is about to be handed a paper, within the caller's transaction: from then on they vote in no
    other way. `admit` asks at the database's instant what the station asks.

    Raises what `cast_as_entry` raises of the voter and the window.
    """
    entry_id, identity = entry.id, voters.identity_of(entry)
    standing = voters.get_standing(round_id, hold=True)
    ensure_kind(standing.voters, rounds.REGISTER, rounds.LIST)
    standing.ensure_open(rounds.RESIDENTS)
    admit(standing.at)
    entry = roll.get_entry(round_id, entry_id)
    token = secrets.token_hex(rules.TOKEN_BYTES)
    voter = _Voter(rounds.RESIDENTS, rules.PAPER, identity, token, kept_of(entry, station_id))
    _tick(_vote(standing, voter), standing.at)


def kept_of(entry: RollEntry, station_id: int | None) -> Kept:
    return Kept(station_id, entry.area_id, entry.age_band)


def cast_as_member(
    round_id: int, account: Account, choices: Sequence[str], *, token: str, channel: str = rules.MEETING
) -> Put:
    """At the general meeting, on the member's own device (or, by `channel`, on a shared tablet); meeting, presence and
    quorum are held until the commit.

    Raises what `cast_as_resident` raises, and MeetingNotOpen, BallotNotUp, NotAMember, NotPresent, NoQuorum.
    NotValid also for an item from which the member is recused.
    """
    account_id = account.id

    def admit(at: datetime) -> frozenset[str]:
        committee.ensure_may_vote(hold(committee.get_meeting(round_id)), account_id, at)
        return queries.list_barred_codes(round_id, account_id)

    voter = _Voter(rounds.COMMITTEE, channel, voters.identity_of(account), token)
    return _cast(round_id, voter, choices, admit, rounds.VOTERS)


def _cast(round_id: int, voter: _Voter, choices: Sequence[str], admit: Admit, asked: Collection[str]) -> Put:
    """`admit` asks what the chamber itself asks at the instant of the cast, and says which items are barred. `asked`:
    the ways of asking for residents under which this one may vote.

    The line that a cast leaves says that somebody voted, in which chamber and by which channel, and the hour: a
    finer time would stand beside the voter's requests in any log.
    """
    rules.ensure_token(voter.token)
    try:
        with transaction():
            standing = voters.get_standing(round_id, hold=True)
            ensure_kind(standing.voters, *asked)
            vote, at = _vote(standing, voter), standing.at
            _tick(vote, at)
            standing.ensure_open(vote.chamber)
            reading = queries.read_paper(vote.paper, choices, admit(at))
            if reading.faults:
                raise rules.NotValid(reading.faults)
            put = box.put(vote.ballot_id, round_id, vote.paper, list(reading.choices))
            audit.record(CAST, round_id, at=_hour(at), by=VOTER, chamber=vote.chamber, channel=vote.channel)
    except rules.AlreadyVoted:
        earlier = box.find(vote.ballot_id, round_id, vote.chamber)
        if earlier is None:
            raise
        return earlier
    return put


def _vote(standing: Standing, voter: _Voter) -> _Vote:
    if standing.sha256 is None:
        raise rules.NotPublished
    key = standing.voter_key(voter.identity)
    return _Vote(
        round_id=standing.round_id,
        paper=queries.paper_of(standing.sha256, voter.chamber),
        channel=voter.channel,
        key=key,
        ballot_id=rules.ballot_id(voter.token, voter.chamber, key),
        kept=voter.kept,
    )


def _tick(vote: _Vote, at: datetime) -> None:
    """Raises AlreadyVoted. The primary key decides between two requests, whatever they have read before; what comes
    after may still refuse, and takes the tick back with it. Asks with RETURNING: psycopg's rowcount after
    ON CONFLICT DO NOTHING is -1."""
    row = {
        "round_id": vote.round_id,
        "chamber": vote.chamber,
        "voter_key": vote.key,
        "channel": vote.channel,
        "cast_hour": _hour(at),
        **vote.kept._asdict(),
    }
    if db.session.scalar(_TICK[db.session.get_bind().dialect.name], row) is None:
        raise rules.AlreadyVoted


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
