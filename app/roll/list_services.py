"""A list of voters, from the file to the roll. A file is read into staged lines; somebody looks at what was found and
takes it, or drops it. Until then the roll has nothing of it, and nobody's name, birth date or phone is kept at all."""

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import IO, Any

from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError, OperationalError

from app.audit import services as audit
from app.audit.models import SYSTEM, Actor
from app.clock import seoul_day
from app.database import db, lock, transaction
from app.people import identity
from app.roll import list_files, list_queries, queries, staging
from app.roll import list_rules as rules
from app.roll.list_lines import Asked, Line, LineReader, find_columns, squeeze
from app.roll.models import RollEntry, RollUpload
from app.roll.rules import ensure_kind
from app.rounds import rules as rounds
from app.rounds.models import Round

# No line here says who is on a list: only how many.
BEGIN = audit.declare("roll.read_list", "round", "reason")
TAKE = audit.declare("roll.take_list", "round", "lines", "entries", "reason")
DROP = audit.declare("roll.drop_list", "round")
CLEAR = audit.declare("roll.clear", "round", "entries", "reason")

BLOCK = 10_000  # lines that are written together
EVERY = timedelta(seconds=1)
SHOWN = 10


@dataclass(frozen=True)
class Upload:
    """The right to read one file onto the staged lines of a round."""

    round_id: int
    token: str


def begin_upload(round_: Round, reason: str, *, at: datetime, by: Actor) -> Upload:
    """From here on nobody else uploads for this round, until it is decided on. `reason` is asked for once the ballot is
    published.

    Raises VotersOtherwise, ListClosed, ListReasonMissing, ListRunning, ListWaits.
    """
    with transaction():
        lock(round_)
        _ensure_open(round_, at)
        if round_.state != rounds.CALLED and not reason.strip():
            raise rules.ListReasonMissing
        _ensure_nobody_is_at_it(round_.id, at)
        staging.empty([round_.id])
        token = secrets.token_hex(16)
        new = RollUpload(round_id=round_.id, token=token, state=rules.READING, began_at=at, seen_at=at, lines=0)
        new.found, new.shown, new.detail, new.reason = {}, [], "", reason.strip()
        new.expected = new.taken = new.refusal = None
        db.session.merge(new)
        db.session.flush()
        audit.record(BEGIN, round_.id, at=at, by=by, reason=reason.strip())
        return Upload(round_.id, token)


Say = Callable[[int, int | None], None]  # lines read so far, of about so many


def read_upload(
    upload: Upload, file: IO[bytes], *, key: str, at: Callable[[], datetime], say: Say = lambda _lines, _of: None
) -> None:
    """Reads all lines and says what was found. `at` is asked again and again, for this may take a minute. A file that
    is no list is refused as a whole, in `RollUpload`. Raises ListGone when it was dropped meanwhile."""
    try:
        _Reading(upload, key, at, say).run(file)
    except rules.UnfitFile as error:
        _end(upload, rules.REFUSED, at(), refusal=error.code, detail=error.detail)
    except rules.ListGone:
        _forget_lines(upload.round_id)
        raise
    except BaseException:
        give_up_reading(upload, at=at())
        raise


class _Reading:
    """One pass over a file."""

    def __init__(self, upload: Upload, key: str, at: Callable[[], datetime], say: Say) -> None:
        self.upload, self.key, self.at, self.say = upload, key, at, say
        self.expected: int | None = None
        self.asked = asked_of(db.session.get_one(Round, upload.round_id), at())
        self.shown: list[dict[str, Any]] = []
        self.said_at, self.lines = at(), 0

    def run(self, file: IO[bytes]) -> None:
        table = list_files.open_table(file)
        reader = LineReader(find_columns(table.header), self.asked)
        db.session.rollback()  # nothing is read through it any more: its snapshot need not be kept so long
        self.expected = table.expected
        self._tell(expected=self.expected)
        lines = (reader.read(number, cells) for number, cells in table.rows)
        for block in _blocks(lines):
            self._keep(block)
        if not self.lines:
            raise rules.UnfitFile("empty")
        self._finish()

    def _keep(self, block: Sequence[Line]) -> None:
        for line in block[: SHOWN - len(self.shown)]:
            self._show(line)
        rows = [self._row(line) for line in block]
        with db.engine.begin() as connection:
            staging.write(connection, rows)
        self.lines += len(rows)
        self.say(self.lines, self.expected)
        if (now := self.at()) - self.said_at >= EVERY:
            with suppress(OperationalError):  # somebody else writes for long: no reason to stop
                self._tell()
            self.said_at = now

    def _row(self, line: Line) -> staging.Row:
        here = self.upload.round_id
        if line.fault is not None:
            return (here, line.number, line.fault, 0, None, None, None, None, None, None)
        person = identity.person_key(self.key, f"{here}:{line.name}:{line.born_on.isoformat()}")
        phone = identity.phone_key(self.key, line.phone) if line.phone else None
        kept = (line.area_id, line.age_band, line.basis, line.guardian)
        return (here, line.number, None, line.doubts, person, phone, *kept)

    def _show(self, line: Line) -> None:
        shown: dict[str, Any] = {"line": line.number, "fault": line.fault}
        if line.fault is None:
            shown |= {"name": rules.mask_name(line.name), "age_band": line.age_band, "basis": line.basis}
            shown |= {"area_id": line.area_id, "has_phone": bool(line.phone)}
        self.shown.append(shown)

    def _finish(self) -> None:
        with db.engine.begin() as connection:
            staging.compare(connection, self.upload.round_id)
        found = list_queries.count_found(self.upload.round_id)
        db.session.rollback()
        self._tell(state=rules.READY, found=found, shown=self.shown)

    def _tell(self, **values: Any) -> None:
        _tell(self.upload, rules.READING, seen_at=self.at(), lines=self.lines, **values)


def take_list(round_: Round, token: str, doubts: Collection[str], *, at: datetime, by: Actor) -> int:
    """All lines without a fault, and of the doubtful ones those of which every doubt is in `doubts`, at once; how many.

    Raises VotersOtherwise, ListClosed, ListGone, ListRunning, NothingToTake.
    """
    with transaction():
        lock(round_)
        _ensure_open(round_, at)
        upload = _hold(round_.id, token, rules.READY, rules.TAKING)
        if list_queries.count_lines(round_.id) != upload.lines:  # PostgreSQL was not shut down as it should be
            raise rules.ListGone
        entries = staging.take(round_.id, rules.left_out(doubts), at.replace(minute=0, second=0, microsecond=0))
        if not entries:
            raise rules.NothingToTake
        upload.state, upload.taken, upload.seen_at = rules.TAKEN, entries, at
        _forget(upload)
        db.session.flush()
        audit.record(TAKE, round_.id, at=at, by=by, lines=upload.lines, entries=entries, reason=upload.reason)
    return entries


def claim_taking(round_: Round, token: str, *, at: datetime) -> Upload:
    """For whoever lets another process take it: from here on nobody else does. Raises ListGone."""
    upload = Upload(round_.id, token)
    _tell(upload, rules.READY, state=rules.TAKING, seen_at=at)
    return upload


def give_up_reading(upload: Upload, *, at: datetime) -> None:
    """The next one need not wait."""
    with suppress(DBAPIError, rules.ListGone):
        _end(upload, rules.DROPPED, at)


def give_up_taking(upload: Upload, *, at: datetime) -> None:
    """It waits again as before."""
    with suppress(DBAPIError, rules.ListGone):
        _tell(upload, rules.TAKING, state=rules.READY, seen_at=at)


def drop_list(round_: Round, token: str, *, at: datetime, by: Actor) -> None:
    """Read or being read. Raises ListGone."""
    with transaction():
        lock(round_)
        upload = _hold(round_.id, token, rules.READY, rules.READING)
        upload.state, upload.seen_at = rules.DROPPED, at
        _forget(upload)
        db.session.flush()
        audit.record(DROP, round_.id, at=at, by=by)


def clear_roll(round_: Round, reason: str, *, at: datetime, by: Actor) -> int:
    """Takes everybody off the list, to begin anew; how many. Raises VotersOtherwise, ListClosed, EntriesStay,
    ListReasonMissing, ListRunning, ListWaits."""
    with transaction():
        lock(round_)
        ensure_kind(round_.voters, rounds.LIST)
        if round_.state in rounds.FROZEN:
            raise rules.EntriesStay
        _ensure_open(round_, at)
        if not reason.strip():
            raise rules.ListReasonMissing
        _ensure_nobody_is_at_it(round_.id, at)
        entries = queries.count_entries(round_.id)
        db.session.execute(delete(RollEntry).where(RollEntry.round_id == round_.id))
        audit.record(CLEAR, round_.id, at=at, by=by, entries=entries, reason=reason.strip())
    return entries


def forget_old(*, at: datetime) -> int:
    """Lists that nobody has decided on for a day, and those whose reading has broken off; how many."""
    old = list_queries.list_forgotten(at)
    for round_id in old:
        with transaction():
            upload = lock(db.session.get_one(RollUpload, round_id))
            if not list_queries.is_forgotten(upload, at):
                continue
            upload.state, upload.seen_at = rules.DROPPED, at
            _forget(upload)
            db.session.flush()
            audit.record(DROP, round_id, at=at, by=SYSTEM)
    return len(old)


def asked_of(round_: Round, at: datetime) -> Asked:
    dongs = queries.list_dongs(round_)
    written = {squeeze(name): area.id for area in dongs for name in (area.name_ko, area.name_en, area.code)}
    return Asked(
        age_min=round_.age_min,
        bases=tuple(round_.bases),
        dongs=written,
        stood=queries.age_day(round_),
        today=seoul_day(at),
    )


def _ensure_open(round_: Round, at: datetime) -> None:
    """Raises VotersOtherwise, ListClosed."""
    ensure_kind(round_.voters, rounds.LIST)
    voting = rounds.find_period(round_.phases, rounds.VOTING)
    if round_.state not in (rounds.CALLED, rounds.BALLOT_PUBLISHED) or voting is None or at >= voting.ends_at:
        raise rules.ListClosed


def _ensure_nobody_is_at_it(round_id: int, at: datetime) -> None:
    """Raises ListRunning, ListWaits."""
    upload = list_queries.find_upload(round_id)
    if upload is None:
        return
    if lock(upload).is_running(at):
        raise rules.ListRunning
    if upload.state == rules.READY or upload.state == rules.TAKING:
        raise rules.ListWaits


def _hold(round_id: int, token: str, *states: str) -> RollUpload:
    """Raises ListGone."""
    upload = list_queries.find_upload(round_id)
    if upload is None or lock(upload).token != token or upload.state not in states:
        raise rules.ListGone
    return upload


def _forget(upload: RollUpload) -> None:
    upload.shown = []
    staging.empty([upload.round_id])


def _forget_lines(round_id: int) -> None:
    """Of a file that was dropped while it was being read: unless another has taken its place, which empties them."""
    with suppress(DBAPIError), transaction():
        upload = list_queries.find_upload(round_id)
        if upload is not None and lock(upload).state in rules.OVER:
            staging.empty([round_id])


def _blocks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    rest = iter(lines)
    while block := list(islice(rest, BLOCK)):
        yield block


def _end(upload: Upload, state: str, at: datetime, **values: Any) -> None:
    db.session.rollback()
    _tell(upload, rules.READING, state=state, seen_at=at, **values)
    _forget_lines(upload.round_id)


def _tell(upload: Upload, before: str, **values: Any) -> None:
    """At once and for all to see, beside whatever transaction there is. Raises ListGone when its state is not `before`
    any more."""
    mine = (RollUpload.round_id == upload.round_id, RollUpload.token == upload.token, RollUpload.state == before)
    with db.engine.begin() as connection:
        told = connection.execute(update(RollUpload.__table__).where(*mine).values(**values))
    if not told.rowcount:
        raise rules.ListGone
