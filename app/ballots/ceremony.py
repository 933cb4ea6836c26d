"""The two ceremonies of a round's key: it is made and given away before the ballot is published, and put together
again when voting is over. In between it is nowhere."""

import hashlib
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from flask import current_app
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError, OperationalError

from app.audit import services as audit
from app.audit.models import Actor
from app.ballots import box, lids, opening, queries, rules
from app.ballots.models import BoxOpening, RoundKey, Trustee
from app.config import Config
from app.crypto import sealing, trustees
from app.database import db, is_in_transaction, lock, transaction
from app.rounds import rules as rounds
from app.rounds.models import Round

MAKE = audit.declare("key.make", "round", "trustees", "threshold", "public_key")
CONFIRM = audit.declare("key.confirm", "round", "trustee")
BEGIN = audit.declare("box.begin_opening", "round", "ballots")
OPEN = audit.declare("box.open", "round", "ballots", "unreadable")

EVERY = timedelta(seconds=1)  # so often an opening says how far it has come
_TEST = b"a ballot on which nothing depends"


def make_key(round_: Round, names: Sequence[str], threshold: int, *, at: datetime, by: Actor) -> list[str]:
    """Every trustee's words, in the order of `names`. They are told here, once; nothing keeps them. Until the ballot is
    published, it can be done anew, and earlier words are worth nothing. Raises WrongState, BadTrustees."""
    config: Config = current_app.extensions["hanpyo"]
    rules.ensure_trustees(names, threshold, alone_too=not config.is_production)
    key = sealing.PrivateKey.generate()
    words = trustees.split(key.raw, threshold, len(names))
    _ensure_every_quorum_opens(key.public_key, words, threshold)
    with transaction():
        lock(round_)
        rounds.ensure_may_become(round_.state, rounds.BALLOT_PUBLISHED)
        earlier = queries.find_round_key(round_.id)
        if earlier is not None:
            db.session.delete(earlier)
            db.session.flush()
        db.session.add(_round_key(round_.id, key.public_key, names, words, threshold, at))
        db.session.flush()
        public = key.public_key.hex()
        audit.record(MAKE, round_.id, at=at, by=by, trustees=len(names), threshold=threshold, public_key=public)
    return words


def _round_key(
    round_id: int, key: sealing.PublicKey, names: Sequence[str], words: Sequence[str], threshold: int, at: datetime
) -> RoundKey:
    return RoundKey(
        round_id=round_id,
        public_key=key.hex(),
        threshold=threshold,
        words_set=trustees.read(words[0]).identifier,
        made_at=at,
        trustees=[
            Trustee(number=number, name=name.strip(), words_sha256=_hash(theirs))
            for number, (name, theirs) in enumerate(zip(names, words, strict=True), start=1)
        ],
    )


def _ensure_every_quorum_opens(key: sealing.PublicKey, words: Sequence[str], threshold: int) -> None:
    """While the words are here for the only time: whoever of the trustees will come, a ballot must open."""
    length = sealing.padded_length(len(_TEST))
    sealed = sealing.seal(key, _TEST, length=length, info=_TEST)
    for quorum in combinations(words, threshold):
        again = sealing.PrivateKey(trustees.combine(quorum))
        if sealing.open_(again, sealed, length=length, info=_TEST) != _TEST:
            raise AssertionError("a quorum's words do not open what was sealed for their key")


def confirm_words(round_: Round, number: int, words: str, *, at: datetime, by: Actor) -> None:
    """A trustee has typed back what they wrote down. Raises WrongState, NotFound, WordsError, OthersWords."""
    with transaction():
        lock(round_)
        rounds.ensure_may_become(round_.state, rounds.BALLOT_PUBLISHED)
        key = queries.get_round_key(round_.id)
        read_words(key, words)
        trustee = queries.get_trustee(key, number)
        if trustee.words_sha256 != _hash(words):
            raise rules.OthersWords
        trustee.confirmed_at = at
        db.session.flush()
        audit.record(CONFIRM, round_.id, at=at, by=by, trustee=number)


def open_box(round_: Round, words: Sequence[str], *, at: datetime, by: Actor) -> int:
    """Begins and finishes. How many ballots. Raises what both of them raise."""
    return finish_opening(begin_opening(round_, words, at=at, by=by), at=lambda: at, by=by)


@dataclass(frozen=True)
class Attempt:
    """The right to open a box. `secret`, the private key's scalar, is in memory and pipes only."""

    round_id: int
    token: str
    ballots: int
    secret: bytes = field(repr=False)


def begin_opening(round_: Round, words: Sequence[str], *, at: datetime, by: Actor) -> Attempt:
    """With the words of as many trustees as it takes. From here on until it is finished, broken off or not heard of
    any more, nobody else begins.

    Raises WrongState before the round is closed, NothingSealed, AlreadyOpened, WordsError, BeingOpened.
    """
    with transaction():
        lock(round_)
        rounds.ensure_state(round_.state, rounds.CLOSED)
        key = _get_shut(round_.id)
        private = put_together(key, words)
        earlier = db.session.get(BoxOpening, round_.id)
        if earlier is not None and earlier.is_running(at):
            raise rules.BeingOpened
        sealed = queries.count_sealed(round_.id)
        token = secrets.token_hex(rules.TOKEN_BYTES)
        db.session.merge(
            BoxOpening(
                round_id=round_.id,
                token=token,
                state=rules.RUNNING,
                begun_at=at,
                seen_at=at,
                sealed=sealed,
                opened=dict.fromkeys(sealed, 0),
                unreadable={},
            )
        )
        db.session.flush()
        audit.record(BEGIN, round_.id, at=at, by=by, ballots=sum(sealed.values()))
    return Attempt(round_.id, token, sum(sealed.values()), private.raw)


def finish_opening(attempt: Attempt, *, at: Callable[[], datetime], by: Actor) -> int:
    """Opens all, and then keeps all, in random order, in one transaction; how many. The private key is kept where the
    rules say that it will be published, and nowhere else. However it ends before that, the box is shut as before. `at`
    is asked again and again, for this may take minutes.

    Raises Superseded, AlreadyOpened.
    """
    try:
        opened = _open_all(attempt, at)
        return _keep_all(attempt, opened, at=at(), by=by)
    except BaseException:
        db.session.rollback()
        give_up(attempt, at=at())
        raise


def give_up(attempt: Attempt, *, at: datetime) -> None:
    """The next one need not wait."""
    with suppress(DBAPIError, rules.Superseded):  # then it is not heard of any more, which comes to the same
        _tell(attempt, state=rules.BROKEN_OFF, seen_at=at)


@dataclass
class _Opened:
    """Chamber → rows, and chamber → reason → how many cannot be read."""

    rows: dict[str, list[bytes]]
    unreadable: dict[str, Counter[str]]

    def add(self, some: opening.Opened) -> None:
        self.rows[some.chamber] += some.rows
        self.unreadable[some.chamber] += some.unreadable

    @property
    def numbers(self) -> dict[str, int]:
        return {chamber: len(rows) for chamber, rows in self.rows.items()}


def _open_all(attempt: Attempt, at: Callable[[], datetime]) -> _Opened:
    """Into memory: not even the database holds a few of them early, or in the order of the log."""
    chambers = [chamber.id for chamber in queries.get_manifest(attempt.round_id).chambers]
    opened = _Opened({chamber: [] for chamber in chambers}, {chamber: Counter() for chamber in chambers})
    said_at = at()
    helpers = opening.helpers_for(attempt.ballots)
    with closing(box.sealed(attempt.round_id, chambers)) as sealed:
        for some in opening.open_all(attempt.secret, sealed, helpers=helpers):
            opened.add(some)
            if (now := at()) - said_at >= EVERY:
                _tell_progress(attempt, opened.numbers, now)
                said_at = now
    _tell_progress(attempt, opened.numbers, at())
    return opened


def _tell_progress(attempt: Attempt, opened: dict[str, int], at: datetime) -> None:
    if is_in_transaction():  # of a larger act, as in the demo: not even that it began can be seen yet
        return
    with suppress(OperationalError):  # somebody else writes for long: no reason to stop
        _tell(attempt, opened=opened, seen_at=at)


def _tell(attempt: Attempt, **values: Any) -> None:
    """How far it has come, at once and for all to see: beside whatever transaction there is. Raises Superseded."""
    mine = (BoxOpening.round_id == attempt.round_id, BoxOpening.token == attempt.token)
    with db.engine.begin() as connection:
        told = connection.execute(update(BoxOpening.__table__).where(*mine).values(**values))
    if not told.rowcount:
        raise rules.Superseded


def _keep_all(attempt: Attempt, opened: _Opened, *, at: datetime, by: Actor) -> int:
    ballots = sum(opened.numbers.values())
    unreadable = {chamber: dict(reasons) for chamber, reasons in opened.unreadable.items() if reasons}
    with transaction():
        lock(db.session.get_one(Round, attempt.round_id))
        key = _get_shut(attempt.round_id)
        one = lock(db.session.get_one(BoxOpening, attempt.round_id))
        if one.token != attempt.token:
            raise rules.Superseded
        if ballots != attempt.ballots:
            raise AssertionError(f"{attempt.ballots} ballots were sealed, and {ballots} have been opened")
        for chamber, rows in opened.rows.items():
            box.keep_opened(attempt.round_id, chamber, rows)
        one.state, one.seen_at, one.opened, one.unreadable = rules.DONE, at, opened.numbers, unreadable
        key.opened_at = at
        if lids.is_open(queries.get_manifest(attempt.round_id)):
            key.private_key = attempt.secret.hex()
        db.session.flush()
        lost = sum(reasons.total() for reasons in opened.unreadable.values())
        audit.record(OPEN, attempt.round_id, at=at, by=by, ballots=ballots, unreadable=lost)
    return ballots


def _get_shut(round_id: int) -> RoundKey:
    """Raises NothingSealed, AlreadyOpened."""
    key = queries.find_round_key(round_id)
    if key is None:
        raise rules.NothingSealed
    if lock(key).opened_at is not None:
        raise rules.AlreadyOpened
    return key


def put_together(key: RoundKey, words: Sequence[str]) -> sealing.PrivateKey:
    """Raises WordsError."""
    for theirs in words:
        read_words(key, theirs)
    if not words:
        raise trustees.TooFew(0, key.threshold)
    private = sealing.PrivateKey(trustees.combine(words))
    if private.public_key.hex() != key.public_key:
        raise trustees.OtherSet
    return private


def read_words(key: RoundKey, words: str) -> trustees.Share:
    """What a trustee's words say about themselves. Raises WordsError, for words of another key, too."""
    share = trustees.read(words)
    if share.identifier != key.words_set:
        raise trustees.OtherSet
    return share


def _hash(words: str) -> str:
    return hashlib.sha256(" ".join(words.lower().split()).encode()).hexdigest()
