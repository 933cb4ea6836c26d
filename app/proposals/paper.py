"""서면 접수: staff enter what came on a sheet of paper, at the counter or by phone, by the rules for all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.audit import services as audit
from app.audit.models import Actor
from app.clock import seoul_day
from app.database import db, lock, lock_name, transaction
from app.people import identity
from app.people.models import Resident
from app.people.rules import NotAMobileNumber
from app.proposals import rules, services
from app.proposals.models import PaperFiling, Proposal
from app.rounds.models import Round

FILE = audit.declare("proposal.file_on_paper", "proposal", "number", "cost_won", "way")


@dataclass(frozen=True)
class Sheet:
    """Who proposed on paper. `way`: one of rules.WAYS. `consent_kept`: where the sheet that they signed is."""

    way: str
    received_on: date
    name: str
    phone: str
    consent_kept: str


def file_on_paper(
    round_: Round, sheet: Sheet, *, changes: Mapping[str, Any], key: str, at: datetime, by: Actor
) -> Proposal:
    """Submitted at once, with the round's next number. Who has the mobile phone named finds it when they sign in.

    Raises OutsidePhase, ReceivedOutside, NotAPhoneNumber, Incomplete, TooLong, and what `edit_proposal` raises of
    its fields.
    """
    phone = rules.tidy_phone(sheet.phone)
    rules.ensure_name(sheet.name)
    if not sheet.consent_kept:
        raise rules.Incomplete(("consent_kept",))
    if len(sheet.consent_kept) > rules.PLACE_MAX:
        raise rules.TooLong("consent_kept", rules.PLACE_MAX)
    with transaction():
        lock(round_)
        rules.ensure_taking(round_, at)
        rules.ensure_received(round_, sheet.received_on, seoul_day(at))
        proposal = services.write_new(round_, changes, _find_or_keep(phone, key, at), at)
        proposal.consented_at = at
        proposal.filing = PaperFiling(
            way=sheet.way,
            received_on=sheet.received_on,
            name=sheet.name,
            phone=phone or None,
            consent_kept=sheet.consent_kept,
            account_id=by.id,
        )
        number = services.enter(proposal, at=at, by=by)
        audit.record(FILE, proposal.id, at=at, by=by, number=number, cost_won=proposal.cost_won, way=sheet.way)
    return proposal


def _find_or_keep(phone: str, key: str, at: datetime) -> Resident | None:
    """Whoever will sign in with this phone: known by its key alone, as everybody is. None where nobody can."""
    try:
        phone_key = identity.phone_key(key, identity.normalise_phone(phone))
    except NotAMobileNumber:
        return None
    lock_name(phone_key)
    found = db.session.scalar(select(Resident).where(Resident.phone_key == phone_key))
    return found or Resident(phone_key=phone_key, created_at=at)
