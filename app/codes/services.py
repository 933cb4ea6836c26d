"""Making, handing out, redeeming and spending printed codes."""

import hashlib
import hmac
import secrets
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.audit import services as audit
from app.audit.models import SYSTEM, Actor
from app.codes import queries, rules
from app.codes.models import VotingCode, VotingCodeBatch, VotingCodeTries
from app.database import db, lock, transaction
from app.programmes.models import Area
from app.roll import rules as roll
from app.roll import services as rolls
from app.roll.models import RollEntry
from app.rounds import rules as rounds
from app.rounds.models import Round

# No line holds a code or an entry, and none of a voter a finer time than the hour.
MAKE = audit.declare("voting_code.make", "voting_code_batch", "round", "selection", "test")
GIVE = audit.declare("voting_code.give", "voting_code_batch", "round", "codes")
ACTIVATE = audit.declare("voting_code.activate", "voting_code_batch", "round")
VOID_BATCH = audit.declare("voting_code.void_batch", "voting_code_batch", "round", "reason")
VOID_CODE = audit.declare("voting_code.void", "voting_code_batch", "round", "number", "reason")
WRONG = audit.declare("voting_code.wrong", "round")
FORGET = audit.declare("voting_code.forget", "round", "tries")

AT_ONCE = 10_000
_COPY = "COPY voting_code (batch_id, number, entry_id, code_key, state) FROM STDIN"
_NULL = "\\N"
_COUNT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True)
class Given:
    """What one download holds, and nothing else ever again. `values`: eight bytes a code. `areas` and `entries`: of
    the list's people, number by number; empty for bearers."""

    batch_id: int
    values: "array[int]"
    areas: list[int | None]
    entries: list[int]

    def lines(self) -> Iterator[tuple[int, str, int | None]]:
        """(number, code, dong), one after the other."""
        for place, value in enumerate(self.values):
            yield place + 1, rules.write(value), self.areas[place] if self.areas else None


@dataclass(frozen=True)
class Source:
    """Where a code is typed: this browser, and the address it comes from. Neither is kept as it is."""

    browser: str
    address: str


def code_key(round_id: int, code: str, *, key: str) -> str:
    """64 hex digits of HMAC-SHA256. The same code is another key in another round."""
    return hmac.digest(key.encode(), f"voting_code:{round_id}:{code}".encode(), hashlib.sha256).hex()


def make_batch(
    round_: Round, selection: str, *, size: int = 0, area: Area | None = None, is_test: bool, at: datetime, by: Actor
) -> VotingCodeBatch:
    """Of a list its `selection`; of a register `size` bearer codes. The codes come to be with their download.

    Raises VotersOtherwise, TooManyCodes, NobodySelected, WrongState when voting is over.
    """
    roll.ensure_kind(round_.voters, rounds.REGISTER if selection == rules.BEARER else rounds.LIST)
    if selection == rules.BEARER:
        rules.ensure_number(size, rules.MOST_CODES)
    batch = VotingCodeBatch(
        round_id=round_.id,
        selection=selection,
        area_id=area.id if area else None,
        is_test=is_test,
        size=size if selection == rules.BEARER else 0,
        state=rules.MADE,
        made_at=at,
    )
    with transaction():
        _ensure_before_close(lock(round_))
        db.session.add(batch)
        db.session.flush()
        audit.record(MAKE, batch.id, at=at, by=by, round=round_.id, selection=selection, test=is_test)
    return batch


def give_codes(batch: VotingCodeBatch, *, key: str, most: int = rules.MOST_CODES, at: datetime, by: Actor) -> Given:
    """Makes the codes of a batch and stores their keys: once. Nothing of them is good before `activate`.

    Raises WrongBatchState, NobodySelected, TooManyCodes.
    """
    with transaction():
        rules.ensure_may_become(lock(batch).state, rules.GIVEN)
        chosen = [] if batch.selection == rules.BEARER else queries.list_chosen(batch)
        size = batch.size if batch.selection == rules.BEARER else len(chosen)
        rules.ensure_number(size, most)
        given = Given(batch.id, _chance(size), [area for _, area in chosen], [entry for entry, _ in chosen])
        _store(batch, given.values, given.entries, key)
        batch.state, batch.size = rules.GIVEN, size
        audit.record(GIVE, batch.id, at=at, by=by, round=batch.round_id, codes=size)
    return given


def activate(batch: VotingCodeBatch, *, at: datetime, by: Actor) -> None:
    """Whoever downloaded says that all of it has come. Raises WrongBatchState."""
    with transaction():
        _move(batch, rules.ACTIVE)
        audit.record(ACTIVATE, batch.id, at=at, by=by, round=batch.round_id)


def void_batch(batch: VotingCodeBatch, reason: str, *, at: datetime, by: Actor) -> None:
    """None of it can be typed any more; votes that were cast stay cast. Raises WrongBatchState."""
    with transaction():
        rules.ensure_may_become(lock(batch).state, rules.VOID)
        batch.state, batch.void_reason = rules.VOID, reason
        audit.record(VOID_BATCH, batch.id, at=at, by=by, round=batch.round_id, reason=reason)


def void_code(batch: VotingCodeBatch, number: int, reason: str, *, at: datetime, by: Actor) -> None:
    """A sheet that was lost, by the number on it. Raises NoSuchCode."""
    this = (VotingCode.batch_id == batch.id, VotingCode.number == number, VotingCode.state == rules.VALID)
    with transaction():
        gone = update(VotingCode).where(*this).values(state=rules.VOID).returning(VotingCode.number)
        if db.session.scalar(gone) is None:
            raise rules.NoSuchCode
        audit.record(VOID_CODE, batch.id, at=at, by=by, round=batch.round_id, number=number, reason=reason)


def check_code(round_id: int, typed: str, source: Source, *, key: str, at: datetime) -> VotingCode:
    """The code that was typed, when it is good. A slip is told before anything is counted; wrong ones are counted.

    Raises CodeMistyped, TooManyWrong, CodeWrong, CodeForTest, CodeSpent.
    """
    code = rules.read(typed)
    sources, hour = _keys_of(source, at, key), rules.hour_of(at)
    rules.ensure_heard(queries.count_tries(sources, hour), at)
    found = queries.find_code(round_id, code_key(round_id, code, key=key))
    try:
        rules.ensure_good(found.state if found else None, found.batch.state if found else None)
    except rules.CodeWrong:
        _count_wrong(round_id, sources, hour)
        raise
    assert found is not None
    return found


def claim(round_: Round, batch_id: int, number: int, claim: rolls.Claim, *, key: str, at: datetime) -> RollEntry:
    """Whoever holds a bearer's code says who they are, and comes onto the register; from then on the code is theirs.

    Raises CodeWrong, CodeForTest, CodeSpent, and what `roll.services.register` raises.
    """
    round_id = round_.id
    with transaction():
        code = lock(queries.get_code(round_id, batch_id, number))
        rules.ensure_good(code.state, code.batch.state)
        if code.entry_id is not None:
            raise rules.CodeSpent
        entry = rolls.register(round_, claim, source=roll.CODE, phone_key=None, key=key, at=at)
        code.entry_id = entry.id
        db.session.flush()
    return entry


def spend(round_id: int, batch_id: int, number: int, entry_id: int) -> None:
    """Within the transaction of its vote, whose line says all there is to say. Raises CodeWrong, CodeSpent."""
    active = update(VotingCode).where(
        VotingCode.batch_id == batch_id,
        VotingCode.number == number,
        VotingCode.entry_id == entry_id,
        VotingCode.state == rules.VALID,
    )
    batch = db.session.get(VotingCodeBatch, batch_id, with_for_update={"read": True})
    if batch is None or (batch.round_id, batch.state) != (round_id, rules.ACTIVE):
        raise rules.CodeWrong
    if db.session.scalar(active.values(state=rules.SPENT).returning(VotingCode.number)) is None:
        rules.ensure_good(queries.get_code(round_id, batch_id, number).state, batch.state)
        raise rules.CodeWrong


def forget_tries(*, at: datetime) -> int:
    """Removes tries that no limit counts any more. Returns how many."""
    old = VotingCodeTries.hour <= at - rules.KEPT_FOR
    if not db.session.scalar(select(exists().where(old))):
        return 0
    with transaction():
        tries = len(db.session.scalars(delete(VotingCodeTries).where(old).returning(VotingCodeTries.tries)).all())
        audit.record(FORGET, None, at=at, by=SYSTEM, tries=tries)
    return tries


def _move(batch: VotingCodeBatch, wanted: str) -> None:
    rules.ensure_may_become(lock(batch).state, wanted)
    batch.state = wanted


def _ensure_before_close(round_: Round) -> None:
    if round_.state not in (rounds.CALLED, rounds.BALLOT_PUBLISHED):
        raise rounds.WrongState(round_.state, rounds.BALLOT_PUBLISHED)


def _chance(size: int) -> "array[int]":
    values = array("Q")
    values.frombytes(secrets.token_bytes(8 * size))
    for place, value in enumerate(values):
        values[place] = value >> (64 - rules.BITS)
    return values


def _store(batch: VotingCodeBatch, values: "array[int]", entries: list[int], key: str) -> None:
    state = rules.TEST if batch.is_test else rules.VALID
    rows = (
        (
            batch.id,
            place + 1,
            entries[place] if entries else None,
            code_key(batch.round_id, rules.write(value), key=key),
        )
        for place, value in enumerate(values)
    )
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        columns = ("batch_id", "number", "entry_id", "code_key")
        while some := list(islice(rows, AT_ONCE)):
            lines = [dict(zip(columns, row, strict=True), state=state) for row in some]
            connection.execute(insert(VotingCode.__table__), lines)
        return
    with connection.connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        while some := list(islice(rows, AT_ONCE)):
            copy.write("".join(f"{b}\t{n}\t{_NULL if e is None else e}\t{k}\t{state}\n" for b, n, e, k in some))


def _keys_of(source: Source, at: datetime, key: str) -> Mapping[str, str]:
    """An address has another key each hour: nobody can be followed by it."""
    said = {
        rules.BROWSER: source.browser,
        rules.ADDRESS: f"{source.address}:{rules.hour_of(at).isoformat()}",
        rules.EVERYWHERE: "",
    }
    return {
        where: hmac.digest(key.encode(), f"voting_code_tries:{where}:{text}".encode(), hashlib.sha256).hex()
        for where, text in said.items()
    }


def _count_wrong(round_id: int, sources: Mapping[str, str], hour: datetime) -> None:
    count = _COUNT[db.session.get_bind().dialect.name](VotingCodeTries.__table__)
    one_more = count.on_conflict_do_update(
        index_elements=["source_key", "hour"], set_={"tries": VotingCodeTries.__table__.c.tries + 1}
    )
    with transaction():
        for source_key in sorted(sources.values()):  # in one order: two who are wrong at once wait, and never cross
            db.session.execute(one_more, {"source_key": source_key, "hour": hour, "tries": 1})
        audit.record(WRONG, round_id, at=hour, by=SYSTEM)
