"""Batches of printed codes, and whose a code is."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select

from app.codes import rules
from app.codes.models import VotingCode, VotingCodeBatch, VotingCodeTries
from app.database import db
from app.errors import NotFound
from app.roll.models import RollEntry


def get_batch(round_id: int, batch_id: int) -> VotingCodeBatch:
    """Raises NotFound."""
    batch = db.session.get(VotingCodeBatch, batch_id)
    if batch is None or batch.round_id != round_id:
        raise NotFound(f"batch {batch_id} of round {round_id}")
    return batch


def list_batches(round_id: int) -> Sequence[VotingCodeBatch]:
    return db.session.scalars(
        select(VotingCodeBatch).where(VotingCodeBatch.round_id == round_id).order_by(VotingCodeBatch.id)
    ).all()


def count_states(batch_id: int) -> dict[str, int]:
    """State → codes."""
    counted = select(VotingCode.state, func.count()).where(VotingCode.batch_id == batch_id).group_by(VotingCode.state)
    return dict(db.session.execute(counted).all())


def has_codes(round_id: int) -> bool:
    """Whether anybody was given a code that can be a vote."""
    there = exists().where(
        VotingCodeBatch.round_id == round_id, VotingCodeBatch.state == rules.ACTIVE, ~VotingCodeBatch.is_test
    )
    return bool(db.session.scalar(select(there)))


def find_code(round_id: int, code_key: str) -> VotingCode | None:
    """Of this round, with its batch."""
    return db.session.scalar(
        select(VotingCode)
        .join(VotingCode.batch)
        .where(VotingCode.code_key == code_key, VotingCodeBatch.round_id == round_id)
    )


def get_code(round_id: int, batch_id: int, number: int) -> VotingCode:
    """Raises CodeWrong."""
    code = db.session.get(VotingCode, (batch_id, number))
    if code is None or code.batch.round_id != round_id:
        raise rules.CodeWrong
    return code


def list_chosen(batch: VotingCodeBatch) -> list[tuple[int, int | None]]:
    """(entry, dong) of a list's selection who have no good code yet, in the order of dong and entry. In a batch for
    rehearsals all of the selection."""
    chosen: list[ColumnElement[bool]] = [RollEntry.round_id == batch.round_id]
    if batch.selection == rules.AREA:
        chosen.append(RollEntry.area_id == batch.area_id)
    if batch.selection == rules.NO_PHONE:
        chosen.append(RollEntry.phone_key.is_(None))
    if not batch.is_test:
        held = select(VotingCode.entry_id).join(VotingCode.batch)
        held = held.where(
            VotingCode.entry_id == RollEntry.id,
            VotingCode.state.in_((rules.VALID, rules.SPENT)),
            VotingCodeBatch.state.in_((rules.GIVEN, rules.ACTIVE)),
        )
        chosen.append(~held.exists())
    found = select(RollEntry.id, RollEntry.area_id).where(*chosen).order_by(RollEntry.area_id, RollEntry.id)
    return [(entry, area) for entry, area in db.session.execute(found)]


def count_tries(sources: Mapping[str, str], hour: datetime) -> dict[str, int]:
    """BROWSER, ADDRESS, EVERYWHERE → wrong codes in this hour; `sources` gives their keys."""
    kept = select(VotingCodeTries.source_key, VotingCodeTries.tries).where(
        VotingCodeTries.hour == hour, VotingCodeTries.source_key.in_(sources.values())
    )
    tries = dict(db.session.execute(kept).all())
    return {where: tries.get(key, 0) for where, key in sources.items()}


def list_spent(round_id: int) -> Sequence[RollEntry]:
    """The entries behind spent codes, as often as they stand there."""
    return db.session.scalars(
        select(RollEntry)
        .join(VotingCode, VotingCode.entry_id == RollEntry.id)
        .join(VotingCode.batch)
        .where(VotingCodeBatch.round_id == round_id, VotingCode.state == rules.SPENT)
    ).all()
