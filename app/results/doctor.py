"""The invariants of a live database, asked one by one: what must hold whatever has happened to it. Nothing is written.

They are I1 to I10 of the vote, and that no proposal is lost or counted twice. What a key or a trigger keeps is asked
all the same, since whoever has the database can take keys and triggers away.
"""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from app import clock
from app.audit import chain
from app.ballots import batches, box, lids, log_queries, rules
from app.ballots import queries as ballots
from app.ballots import voter_queries as voters
from app.ballots.models import BoxBallot, IntakeBallot, Participation
from app.codes import queries as codes
from app.crypto import checkpoint, merkle, sealing
from app.crypto.keys import BadKey
from app.crypto.signing import VerifyKey
from app.database import db
from app.fates import queries as fates
from app.fates import rules as fate_rules
from app.papers import queries as papers
from app.papers.rules import OPEN
from app.results import certificate, queries, second_counter
from app.results.rules import ResultError
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.tally import canonical

Faults = Iterator[str]


class Finding(NamedTuple):
    """`faults`: what does not hold, and where; none where the invariant holds. `erased`: rounds of which it was erased
    who took part, so that this was asked of the numbers that were kept."""

    invariant: str
    faults: list[str]
    erased: list[int]


def examine() -> Iterator[Finding]:
    """Every invariant in its turn, over all rounds whose ballot has been published. Where the rules themselves are not
    those of their hash, nothing further is asked."""
    published = [round_ for round_ in db.session.scalars(select(Round).order_by(Round.id)) if _is_published(round_)]
    false_rules = [round_ for round_ in published if list(_manifest(round_))]
    yield Finding(RULES, [str(round_.id) for round_ in false_rules], [])
    sound = [round_ for round_ in published if round_ not in false_rules]
    erased = [round_.id for round_ in sound if ballots.find_erasure(round_.id) is not None]
    for invariant, faults_of in INVARIANTS.items():
        faults = [f"{round_.id}: {fault}" for round_ in sound for fault in faults_of(round_)]
        yield Finding(invariant, faults, erased if faults_of in ASK_WHO_VOTED else [])
    yield Finding(BOOK, list(_chain(sound)), [])
    yield Finding(FATES, list(_fates()), [])


def _is_published(round_: Round) -> bool:
    return ballots.find_publication(round_.id) is not None


def _manifest(round_: Round) -> Faults:
    """The frozen rules are those that the hash names (asked of the row, and not of what a process remembers)."""
    publication = ballots.get_publication(round_.id)
    if hashlib.sha256(publication.body.encode()).hexdigest() != publication.sha256:
        yield "manifest ≠ SHA-256"


def _counted_within_cast(round_: Round) -> Faults:
    for one in queries.list_boxes(round_):
        opened = box.count_opened(round_.id, one.chamber)
        if opened > one.ballots:
            yield f"{one.chamber}: {opened} > {one.ballots}"


def _one_each(round_: Round) -> Faults:
    keys = select(Participation.chamber, Participation.voter_key).where(Participation.round_id == round_.id)
    twice = select(func.count()).select_from(
        keys.group_by(Participation.chamber, Participation.voter_key).having(func.count() > 1).subquery()
    )
    if several := db.session.scalar(twice):
        yield f"{several} × 2"


def _spent_codes_have_voted(round_: Round) -> Faults:
    """A printed code is spent by the vote of its own entry, and by one vote only."""
    spent = codes.list_spent(round_.id)
    if not spent:
        return
    if len(set(spent)) < len(spent):
        yield f"{len(spent) - len(set(spent))} × 2"
    keys = select(Participation.voter_key).where(
        Participation.round_id == round_.id, Participation.chamber == rounds.RESIDENTS
    )
    voted, standing = set(db.session.scalars(keys)), voters.get_standing(round_.id)
    owed = sum(standing.voter_key(voters.identity_of(entry)) not in voted for entry in spent)
    if owed:
        yield f"{owed} ∉ {len(voted)}"


def _receipts_in_the_tree(round_: Round) -> Faults:
    """What a voter was told can be found: the receipt is that of the sealed ballot, and after the close all are in the
    box."""
    sha256 = ballots.get_publication(round_.id).sha256
    for row in _sealed(round_.id):
        leaf = merkle.leaf_hash(row.sealed).hex()
        if (leaf, rules.receipt_of(leaf, sha256)) != (row.leaf, row.receipt):
            yield f"box {row.position}"
    if round_.state != rounds.BALLOT_PUBLISHED and (waiting := _rows(IntakeBallot, round_.id)):
        yield f"intake {waiting}"


def _as_many_ballots_as_people(round_: Round) -> Faults:
    """Papers that are handed out, and not in the box yet, stand apart."""
    for one in queries.list_boxes(round_):
        if not one.is_even:
            yield f"{one.chamber}: {one.ballots} ≠ {one.people} - {one.awaited}"


def _gates(round_: Round) -> Faults:
    count = queries.find_count(round_.id)
    if count is not None and not canonical.loads(count.body.encode())["publishable"]:
        yield "gates"


def _within_the_window(round_: Round) -> Faults:
    """As far as a participation says when it was: to the hour. Where that was erased, the days that were kept."""
    if round_.source != rounds.HELD:
        return
    for chamber in ballots.get_manifest(round_.id).chambers:
        period = rounds.find_period(round_.phases, rounds.CHAMBER_PHASE[chamber.id])
        if period is None:
            continue
        hours = select(func.count()).where(
            Participation.round_id == round_.id,
            Participation.chamber == chamber.id,
            Participation.channel.in_(rules.CAST),
            (Participation.cast_hour < period.starts_at.replace(minute=0, second=0, microsecond=0))
            | (Participation.cast_hour >= period.ends_at),
        )
        if outside := db.session.scalar(hours):
            yield f"{chamber.id}: {outside}"
        first, last = clock.seoul_day(period.starts_at), clock.seoul_day(period.ends_at - timedelta.resolution)
        for kept in ballots.list_kept_days(round_.id):
            is_cast = kept.chamber == chamber.id and kept.channel in rules.CAST
            if is_cast and not first <= kept.on_day <= last:
                yield f"{chamber.id}: {kept.on_day}"


def _receipts_differ(round_: Round) -> Faults:
    numbers = [
        number
        for table in (IntakeBallot, BoxBallot)
        for number in db.session.scalars(select(table.receipt).where(table.round_id == round_.id))
    ]
    if len(numbers) != len(set(numbers)):
        yield f"{len(numbers) - len(set(numbers))}"


def _counted_anew(round_: Round) -> Faults:
    """What was published is what its certificate says, and what the second counter comes to."""
    try:
        count = queries.find_count(round_.id)
        if count is not None and count.published_at is not None:
            if count.certificate is not None:
                files = canonical.loads(count.certificate.encode())["files"]
                if certificate.certify(count, files, at=count.published_at) != count.certificate:
                    yield "certificate"
            second_counter.ensure_agrees(count)
    except ResultError as error:
        yield f"{type(error).__name__} {error}"


def _checkpoints(round_: Round) -> Faults:
    """Each is signed, and the root of the leaves that it had; the last one has all. Tiles are roots of leaves, too."""
    checkpoints = list(log_queries.list_checkpoints(round_.id))
    if not checkpoints and not _rows(BoxBallot, round_.id):
        return
    named = ballots.get_manifest(round_.id).key("ed25519")
    if named is None:
        yield "no key"
        return
    verifier = checkpoint.Verifier(log_queries.origin(round_.id), VerifyKey.from_hex(named))
    tree, waiting, kept = merkle.Frontier(), checkpoints, log_queries.tiles(round_.id)
    for leaf in [*log_queries.leaves(round_.id), None]:
        while waiting and waiting[0].size == tree.size:
            first, *waiting = waiting
            yield from _checkpoint(first.number, first.note, verifier, tree)
        if leaf is not None:
            made = tree.extend(bytes.fromhex(leaf))
            for tile in log_queries.tiles_among(made, tree.size, round_.id):
                if kept.pop((tile["level"], tile["number"]), None) != tile["root"]:
                    yield f"tile {tile['level']}/{tile['number']}"
    yield from (f"tile {level}/{number}" for level, number in kept)
    if waiting or checkpoints[-1:] == [] or checkpoints[-1].size != tree.size:
        yield f"{tree.size} ≠ {checkpoints[-1].size if checkpoints else 0}"


def _checkpoint(number: int, note: str, verifier: checkpoint.Verifier, tree: merkle.Frontier) -> Faults:
    try:
        read = checkpoint.read(note, verifier)
    except checkpoint.CheckpointError as error:
        yield f"checkpoint {number}: {error}"
        return
    if (read.size, read.root) != (tree.size, tree.root):
        yield f"checkpoint {number}: root"


def _nothing_early(round_: Round) -> Faults:
    if ballots.has_private_key(round_.id) and not _may_have_private_key(round_):
        yield "private key"
    if ballots.is_sealed(round_.id):
        for chamber in ballots.get_manifest(round_.id).chambers:
            if early := box.count_opened(round_.id, chamber.id):
                yield f"{chamber.id}: {early}"


def _may_have_private_key(round_: Round) -> bool:
    return lids.is_open(ballots.get_manifest(round_.id)) and not ballots.is_sealed(round_.id)


def _chain(published: list[Round]) -> Faults:
    """Signed by the server's key, or by one that a round's rules have named: keys change over the years."""
    named = {ballots.get_manifest(round_.id).key("ed25519") for round_ in published} - {None}
    keys = [batches.signing_key().verify_key, *(VerifyKey.from_hex(str(key)) for key in sorted(map(str, named)))]
    if fault := chain.find_fault(keys):
        yield fault


FATES = "제안은 사라지거나 두 번 세어지지 않는다 · no proposal is lost or counted twice"


def _fates() -> Faults:
    """Of all rounds, whether published or not."""
    yield from fate_rules.list_faults(fates.list_states(), fates.list_courses())
    for round_id, ledger in fates.list_ledgers().items():
        if not ledger.adds_up:
            yield f"{round_id}: {ledger.received} + {ledger.written} ≠ {sum(ledger[2:])}"
    yield from (f"split {offer_id}: won" for offer_id in fates.list_unequal_splits())


BOOK = "I9 기록의 사슬이 이어진다 · the chain of the audit holds"


def _really_sealed(round_: Round) -> Faults:
    """As far as it shows without the key: every ballot has the round's one length, and begins with a point of the
    curve that no other begins with, since a new key is made for each and forgotten."""
    manifest, points = ballots.get_manifest(round_.id), set[bytes]()
    if lids.find_key(manifest) is None:
        return
    length = sealing.sealed_length(lids.length_of(manifest))
    for table in (IntakeBallot, BoxBallot):
        rows = select(table.receipt, table.sealed).where(table.round_id == round_.id)
        for receipt, sealed in db.session.execute(rows.execution_options(yield_per=1000)):
            point = sealed[: sealing.POINT_BYTES]
            if len(sealed) != length or point in points or not _is_point(point):
                yield f"{table.__tablename__} {receipt}"
            points.add(point)


def _is_point(point: bytes) -> bool:
    try:
        sealing.PublicKey(point)
    except BadKey:
        return False
    return True


def _all_opened(round_: Round) -> Faults:
    """What is cast here can be read once the box is open: choices are checked before they are sealed."""
    if ballots.find_round_key(round_.id) is not None and (lost := box.unreadable(round_.id)):
        yield f"{lost}"


def _station_days(round_: Round) -> Faults:
    """What a station's day was closed with is what the roll says, way by way, and every paper is in the box. Where it
    was erased who took part, the numbers that were kept of each way."""
    people, books = papers.people_by_day(round_.id), papers.list_books(round_.id)
    is_erased = ballots.find_erasure(round_.id) is not None
    kept = dict.fromkeys(rules.AT_A_STATION, 0)
    for book in books:
        if book.state == OPEN:
            continue
        where = f"{book.station_id} {book.on_day}"
        told = {rules.KIOSK: book.people_kiosk, rules.ASSISTED: book.people_assisted, rules.PAPER: book.people_paper}
        kept = {channel: kept[channel] + (told[channel] or 0) for channel in kept}
        there = people.get((book.station_id, book.on_day), {})
        for channel in sorted(told.keys() | there.keys()):
            if not is_erased and there.get(channel, 0) != told.get(channel, 0):
                yield f"{where} {channel}: {there.get(channel, 0)} ≠ {told.get(channel, 0)}"
        if book.faults and not book.explanation:
            yield f"{where}: {' '.join(book.faults)}"
        if book.batch is not None and book.batch.handed not in (None, book.people_paper):
            yield f"{where} {rules.PAPER}: {book.batch.handed} ≠ {book.people_paper}"
    if round_.state == rounds.BALLOT_PUBLISHED:
        return
    yield from (f"{station_id} {day}" for station_id, day in papers.list_unfinished(round_.id))
    rolls = ballots.participations(round_.id).get(rounds.RESIDENTS, {})
    for channel, number in kept.items():
        if rolls.get(channel, 0) != number:
            yield f"{channel}: {rolls.get(channel, 0)} ≠ {number}"


RULES = "규칙이 지문과 같다 · the rules are those of their hash"
INVARIANTS: dict[str, Callable[[Round], Faults]] = {
    "I1 센 표 ≤ 받은 표 · counted ≤ cast": _counted_within_cast,
    "I2 한 사람에 하나 · one for each person": _one_each,
    "I2 쓴 번호마다 그 사람의 참여 · a vote for every spent code": _spent_codes_have_voted,
    "I3 접수번호의 표가 함에 있다 · every receipt is in the tree": _receipts_in_the_tree,
    "I3 봉인한 표가 모두 열렸다 · every sealed ballot has opened": _all_opened,
    "I4 표 = 참여 · ballots = participations": _as_many_ballots_as_people,
    "I4 투표소의 하루가 명부와 같다 · days of stations = the roll": _station_days,
    "I5 결과의 관문 · the gates of the result": _gates,
    "I6 기간 밖에 받은 표가 없다 · nothing outside the window": _within_the_window,
    "I7 접수번호가 서로 다르다 · receipts are unique": _receipts_differ,
    "I8 다시 센 결과 = 공개한 결과 · recount = published": _counted_anew,
    "I9 확인점이 서로 맞다 · checkpoints are consistent": _checkpoints,
    "I10 마감 전에는 내용이 없다 · no choices before the close": _nothing_early,
    "I10 표가 봉인답게 봉인되었다 · seals look like seals": _really_sealed,
}
ASK_WHO_VOTED = (_counted_within_cast, _one_each, _as_many_ballots_as_people, _station_days, _within_the_window)


def _sealed(round_id: int) -> Iterator[BoxBallot]:
    rows = select(BoxBallot).where(BoxBallot.round_id == round_id).order_by(BoxBallot.position)
    return iter(db.session.scalars(rows.execution_options(yield_per=1000)))


def _rows(table: type[IntakeBallot | BoxBallot], round_id: int) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(table.round_id == round_id)) or 0
