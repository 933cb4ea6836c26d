"""The two ceremonies of a round's key: it is made and given away before the ballot is published, and put together
again when voting is over. In between it is nowhere."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from itertools import combinations

from flask import current_app
from sqlalchemy import select

from app.audit import services as audit
from app.audit.models import Actor
from app.ballots import box, lids, queries, rules
from app.ballots.models import BoxBallot, RoundKey, Trustee
from app.config import Config
from app.crypto import sealing, trustees
from app.database import db, lock, transaction
from app.rounds import rules as rounds
from app.rounds.models import Round

MAKE = audit.declare("key.make", "round", "trustees", "threshold", "public_key")
CONFIRM = audit.declare("key.confirm", "round", "trustee")
OPEN = audit.declare("box.open", "round", "ballots", "unreadable")

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
    """With the words of as many trustees as it takes. What was in the ballots is kept in random order; how many. The
    private key is kept where the rules say that it will be published, and nowhere else.

    Raises WrongState before the round is closed, NothingSealed, AlreadyOpened, WordsError.
    """
    with transaction():
        lock(round_)
        rounds.ensure_state(round_.state, rounds.CLOSED)
        key = queries.find_round_key(round_.id)
        if key is None:
            raise rules.NothingSealed
        if key.opened_at is not None:
            raise rules.AlreadyOpened
        private = _put_together(key, words)
        unreadable = 0
        opened = 0
        for chamber in queries.get_manifest(round_.id).chambers:
            bodies = _opened(round_.id, chamber.id, private)
            box.keep_opened(round_.id, chamber.id, bodies)
            opened += len(bodies)
            unreadable += bodies.count(box.UNREADABLE)
        key.opened_at = at
        if lids.is_open(queries.get_manifest(round_.id)):
            key.private_key = private.hex()
        db.session.flush()
        audit.record(OPEN, round_.id, at=at, by=by, ballots=opened, unreadable=unreadable)
    return opened


def _opened(round_id: int, chamber: str, key: sealing.PrivateKey) -> list[bytes]:
    lid = lids.lid_of(queries.get_manifest(round_id), chamber)
    sealed = select(BoxBallot.sealed).where(BoxBallot.round_id == round_id, BoxBallot.chamber == chamber)
    rows = db.session.scalars(sealed.execution_options(yield_per=1000))
    return [_body(lid, key, row) for row in rows]


def _body(lid: lids.Lid, key: sealing.PrivateKey, sealed: bytes) -> bytes:
    try:
        body = lid.open(key, sealed)
    except sealing.NotOpened:
        return box.UNREADABLE
    return body if rules.is_plain(body) else box.UNREADABLE


def _put_together(key: RoundKey, words: Sequence[str]) -> sealing.PrivateKey:
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
