"""How far an uploaded list has come, and what was found in it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, select

from app.database import db
from app.roll import list_rules as rules
from app.roll.models import RollUpload, StagedLine

CLEAN = "clean"  # the lines with neither fault nor doubt, in `RollUpload.found`
AT_ONCE = 5000


def find_upload(round_id: int) -> RollUpload | None:
    return db.session.get(RollUpload, round_id)


def count_lines(round_id: int) -> int:
    return db.session.scalar(select(func.count()).where(StagedLine.round_id == round_id)) or 0


def count_found(round_id: int) -> dict[str, int]:
    """Fault or doubt → lines; a line may have several doubts. CLEAN → those with nothing."""
    lines = (
        select(StagedLine.fault, StagedLine.doubts, func.count())
        .where(StagedLine.round_id == round_id)
        .group_by(StagedLine.fault, StagedLine.doubts)
    )
    found = dict.fromkeys((CLEAN, *rules.DOUBTS, *rules.FAULTS), 0)
    for fault, doubts, count in db.session.execute(lines):
        for word in (fault,) if fault else rules.doubts_in(doubts) or (CLEAN,):
            found[word] += count
    return {word: count for word, count in found.items() if count or word == CLEAN}


def list_remarks(round_id: int, limit: int) -> Sequence[tuple[int, tuple[str, ...]]]:
    """The first lines with a fault or doubts: row of the file, and its words."""
    return list(_remarks(round_id, 0, limit))


def all_remarks(round_id: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """All of them, some thousand at a time."""
    last = 0
    while True:
        some = list(_remarks(round_id, last, AT_ONCE))
        yield from some
        if len(some) < AT_ONCE:
            return
        last = some[-1][0]


def is_ready(round_id: int, token: str) -> bool:
    """Whether just this file waits for a decision."""
    upload = find_upload(round_id)
    return upload is not None and (upload.token, upload.state) == (token, rules.READY)


def count_fit(round_id: int, doubts: Sequence[str]) -> int:
    """How many lines would go to the roll if these doubts were taken."""
    fit = (StagedLine.fault.is_(None), StagedLine.doubts.op("&")(rules.left_out(doubts)) == 0)
    return db.session.scalar(select(func.count()).where(StagedLine.round_id == round_id, *fit)) or 0


def list_forgotten(at: datetime) -> Sequence[int]:
    """Rounds whose upload nobody will decide on any more."""
    waiting = db.session.scalars(select(RollUpload).where(RollUpload.state.not_in(rules.OVER))).all()
    return [upload.round_id for upload in waiting if is_forgotten(upload, at)]


def is_forgotten(upload: RollUpload, at: datetime) -> bool:
    if upload.state == rules.READING:
        return not upload.is_running(at)
    return upload.state not in rules.OVER and at - upload.seen_at >= rules.WAITS


def _remarks(round_id: int, after: int, limit: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    lines = (
        select(StagedLine.line, StagedLine.fault, StagedLine.doubts)
        .where(StagedLine.round_id == round_id, StagedLine.line > after)
        .where(StagedLine.fault.is_not(None) | (StagedLine.doubts != 0))
        .order_by(StagedLine.line)
        .limit(limit)
    )
    for line, fault, doubts in db.session.execute(lines):
        yield line, (fault,) if fault else rules.doubts_in(doubts)
