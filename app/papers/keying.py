"""Keying papers: two people one after the other, a third where they differ, and then all at once into the box.

Nothing that can be read stays in between. What was keyed is sealed at once; two keyings are compared by their tags.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.audit import services as audit
from app.audit.models import Actor
from app.ballots import box
from app.ballots import queries as ballots
from app.ballots import rules as ballots_rules
from app.config import Config
from app.database import db, hold, lock, transaction
from app.papers import queries, rules
from app.papers.models import DayBook, KeyedSheet, PaperBatch
from app.people.models import Account
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.tally import canonical
from app.tally.paper import Paper

OPEN = audit.declare("batch.open", "day", "papers")
KEY = audit.declare("batch.key", "day", "keying", "sheet")
DISCARD = audit.declare("batch.discard", "day", "sheets", "reason")
ENTER = audit.declare("batch.enter", "day", "ballots", "papers")

COLUMNS = {rules.FIRST: "first_keyer", rules.SECOND: "second_keyer", rules.SETTLING: "settler"}


def open_batch(book: DayBook, papers: int, remark: str, *, at: datetime, by: Actor) -> PaperBatch:
    """`papers`: counted again at the office. Raises DayUnfinished, BatchOpenAlready; PileDiffers without a remark."""
    book_id = book.id
    try:
        with transaction():
            lock(book)
            if book.state != rules.CLOSED:
                raise rules.DayUnfinished
            if papers != book.in_box and not remark:
                raise rules.PileDiffers
            batch = PaperBatch(
                book_id=book_id, papers=papers, remark=remark, state=rules.KEYING, opened_at=at, reasons={}
            )
            db.session.add(batch)
            db.session.flush()
            audit.record(OPEN, book_id, at=at, by=by, papers=papers)
    except IntegrityError as error:
        raise rules.BatchOpenAlready from error
    return batch


def read_numbers(
    round_id: int, paper: Paper, numbers: Sequence[int], area_id: int | None
) -> tuple[list[str], str | None]:
    """The codes of what is ticked, and why a paper with just these does not count. `area_id`: the dong whose paper it
    is. Raises NumberUnknown."""
    code_of = {item.number: item.code for item in ballots.list_paper_items(paper)}
    barred = ballots.list_foreign_codes(round_id, area_id)
    for number in numbers:
        if code_of.get(number) in (None, *barred) or numbers.count(number) > 1:
            raise rules.NumberUnknown(str(number))
    codes = [code_of[number] for number in numbers]
    reading = ballots.read_paper(paper, codes, barred)
    return codes, rules.reason_of(len(codes), (fault.code for fault in reading.faults))


def key_sheet(
    batch: PaperBatch,
    sheet: int,
    numbers: Sequence[int],
    reason: str | None,
    *,
    area_id: int | None,
    at: datetime,
    by: Account,
) -> None:
    """`numbers`: of the projects that are ticked; `reason`: one of SEEN_BY_HAND, where the paper does not count,
    whatever is ticked. A keyer may key the sheet just before once more.

    Raises AlreadyEntered, NotYourTurn, WrongSheet, NumberUnknown.
    """
    account_id, actor = by.id, by.actor
    round_id = batch.book.station.round_id
    paper = ballots.get_paper(round_id, rounds.RESIDENTS)
    codes, found = read_numbers(round_id, paper, numbers, area_id)
    why = reason or found
    choices = rules.VOID if why else codes
    with transaction():
        _hold_round(round_id)
        lock(batch)
        if batch.state != rules.KEYING:
            raise rules.AlreadyEntered
        keying = queries.keying_of(batch, account_id)
        _ensure_sheet(batch, keying, sheet)
        setattr(batch, COLUMNS[keying], account_id)
        db.session.merge(
            KeyedSheet(
                book_id=batch.book_id,
                keying=keying,
                sheet=sheet,
                tag=_tag(batch.book_id, sheet, why or "", codes if not reason else ()),
                sealed=box.seal(paper, choices),
                reason=why,
            )
        )
        db.session.flush()
        audit.record(KEY, batch.book_id, at=at, by=actor, keying=keying, sheet=sheet)


def discard(batch: PaperBatch, why: str, *, at: datetime, by: Actor) -> None:
    """Everything that was keyed is wiped, and the pile is to be opened anew. Raises AlreadyEntered."""
    book_id = batch.book_id
    with transaction():
        lock(batch)
        if batch.state != rules.KEYING:
            raise rules.AlreadyEntered
        sheets = _wipe(book_id)
        db.session.delete(batch)
        db.session.flush()
        audit.record(DISCARD, book_id, at=at, by=by, sheets=sheets, reason=why)


def enter(batch: PaperBatch, *, at: datetime, by: Actor) -> int:
    """Into the intake, like votes that were just cast: one for each who was handed a paper, in random order. How many.

    Raises AlreadyEntered, NotSettled, TooManyPapers, BoxShut.
    """
    round_id = batch.book.station.round_id
    with transaction():
        _hold_round(round_id)
        lock(batch)
        if batch.state != rules.KEYING:
            raise rules.AlreadyEntered
        if not queries.progress_of(batch).is_settled:
            raise rules.NotSettled
        handed = batch.book.people_paper or 0
        sheets = _final_sheets(batch)
        reasons = Counter(sheet.reason for sheet in sheets if sheet.reason)
        read = [sheet.sealed for sheet in sheets if sheet.reason != rules.NOT_OFFICIAL]
        if len(read) > handed:
            raise rules.TooManyPapers(len(read), handed)
        missing = handed - len(read)
        paper = ballots.get_paper(round_id, rounds.RESIDENTS)
        box.take_in(round_id, paper, [*read, *(box.seal(paper, rules.VOID) for _ in range(missing))])
        valid = sum(sheet.reason is None for sheet in sheets)
        _wipe(batch.book_id)
        batch.reasons = dict(reasons + Counter({rules.NOT_RETURNED: missing}))
        batch.handed, batch.valid, batch.void = handed, valid, handed - valid
        batch.state, batch.entered_at = rules.ENTERED, at
        db.session.flush()
        audit.record(ENTER, batch.book_id, at=at, by=by, ballots=handed, papers=batch.papers)
    return handed


def _final_sheets(batch: PaperBatch) -> list[KeyedSheet]:
    """As the third has settled it, else as both have keyed it."""
    rows = db.session.scalars(
        select(KeyedSheet).where(KeyedSheet.book_id == batch.book_id).order_by(KeyedSheet.sheet, KeyedSheet.keying)
    )
    final: dict[int, KeyedSheet] = {}
    for row in rows:
        if row.keying != rules.SECOND:
            final[row.sheet] = row
    return list(final.values())


def _ensure_sheet(batch: PaperBatch, keying: int, sheet: int) -> None:
    """Raises WrongSheet, NotYourTurn."""
    progress = queries.progress_of(batch)
    if keying == rules.SETTLING:
        if not progress.is_keyed:
            raise rules.NotYourTurn
        if sheet not in progress.differing:
            raise rules.WrongSheet
        return
    done = progress.first if keying == rules.FIRST else progress.second
    if done == batch.papers:
        raise rules.NotYourTurn
    if sheet not in (done, done + 1) or not sheet:
        raise rules.WrongSheet


def _hold_round(round_id: int) -> None:
    """Nobody closes the vote meanwhile. Raises BoxShut."""
    ballots_rules.ensure_box_open(hold(db.session.get_one(Round, round_id)).state)


def _wipe(book_id: int) -> int:
    """How many sheets."""
    wiped = db.session.execute(delete(KeyedSheet).where(KeyedSheet.book_id == book_id).returning(KeyedSheet.sheet))
    return len(wiped.all())


def _tag(book_id: int, sheet: int, reason: str, codes: Sequence[str]) -> str:
    """64 hex digits. Without the server's secret nobody can try out what a tag stands for; with another batch or sheet
    the same ticks have another one."""
    config: Config = current_app.extensions["hanpyo"]
    key = hmac.new(config.secret_key.encode(), b"keyed papers", hashlib.sha256).digest()
    keyed = canonical.dumps([str(book_id), str(sheet), reason, *sorted(codes)])
    return hmac.new(key, keyed, hashlib.sha256).hexdigest()
