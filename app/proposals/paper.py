"""서면 접수: staff enter what came on a sheet of paper, at the counter or by phone, by the rules for all."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.audit import services as audit
from app.audit.models import Actor
from app.clock import seoul_day
from app.database import db, lock, lock_name, transaction
from app.notices.letter_services import take_away
from app.people import identity
from app.people.models import Resident
from app.people.rules import NotAMobileNumber
from app.proposals import queries, rules, services
from app.proposals.models import PaperFiling, PaperNotice, Proposal
from app.rounds.models import Round

FILE = audit.declare("proposal.file_on_paper", "proposal", "number", "cost_won", "way")
CORRECT = audit.declare("proposal.correct_paper", "proposal", "changed", "reason")
TOLD = audit.declare("proposal.told_in_person", "proposal", "kind")


@dataclass(frozen=True)
class Sheet:
    """Who proposed on paper. `way`: one of rules.WAYS. `consent_kept`: where the sheet that they signed is."""

    way: str
    received_on: date
    name: str
    phone: str
    consent_kept: str


def file_on_paper(
    round_: Round,
    sheet: Sheet,
    *,
    changes: Mapping[str, Any],
    client_key: str | None = None,
    key: str,
    at: datetime,
    by: Actor,
) -> Proposal:
    """Submitted at once, with the round's next number; what is sent again with the same `client_key` is there once. Who
    has the mobile phone named finds it when they sign in. `key`: of identities.

    Raises KeyedTooLate, ReceivedOutside, NotAPhoneNumber, Incomplete, TooLong, and what `edit_proposal` raises of
    its fields.
    """
    if client_key is not None and len(client_key) > rules.CLIENT_KEY_MAX:
        raise rules.TooLong("client_key", rules.CLIENT_KEY_MAX)
    facts = _facts(sheet)
    with transaction():
        lock(round_)
        sent = queries.find_filed(client_key)
        if sent is not None:
            return sent
        rules.ensure_keying(round_, at)
        rules.ensure_received(round_, sheet.received_on, seoul_day(at))
        proposal = services.write_new(round_, changes, _find_or_keep(facts["phone"], key, at), at)
        proposal.consented_at = at
        proposal.filing = PaperFiling(**facts, account_id=by.id, client_key=client_key)
        number = services.enter(proposal, at=at, by=by)
        audit.record(FILE, proposal.id, at=at, by=by, number=number, cost_won=proposal.cost_won, way=sheet.way)
    return proposal


def correct_paper(
    proposal: Proposal,
    sheet: Sheet,
    *,
    changes: Mapping[str, Any],
    reason: str,
    seen: int,
    key: str,
    at: datetime,
    by: Actor,
) -> None:
    """What was entered otherwise than the sheet says is put right, who proposed it likewise; of what waits for the next
    call, what does not fit there is mended. Another phone makes it the proposal of whoever has that one.

    Raises NotOnPaper, WrongState, KeyedTooLate, Stale, ReasonMissing, ReceivedOutside, NotAPhoneNumber, OwnPhone
    (somebody proposes it together who has that phone), Incomplete, TooLong, and what `edit_proposal` raises of its
    fields.
    """
    facts = _facts(sheet)
    rules.ensure_reason(reason)
    with transaction():
        lock(proposal.round)
        lock(proposal)
        rules.ensure_correctable(proposal, at)
        if proposal.version != seen:
            raise rules.Stale
        changed = services.rewrite(proposal, changes, at=at, by=by)
        if changed:
            rules.ensure_not_joint(proposal)
        of_sheet = services.apply(proposal.filing, facts)
        if "received_on" in of_sheet:
            rules.ensure_received(proposal.round, sheet.received_on, seoul_day(at))
        if "phone" in of_sheet:
            _give(proposal, _find_or_keep(facts["phone"], key, at))
        if of_sheet:
            services.touch(proposal, at)
        if changed or of_sheet:
            names = ", ".join((*changed, *of_sheet))
            audit.record(CORRECT, proposal.id, at=at, by=by, changed=names, reason=reason)


def note_told(told: PaperNotice, *, at: datetime, by: Actor) -> None:
    """Staff have told them, by whatever way there is. Doing it again does nothing."""
    with transaction():
        if lock(told).told_at is None:
            told.told_at, told.told_by = at, by.id
            audit.record(TOLD, told.proposal_id, at=at, by=by, kind=told.kind)


def _facts(sheet: Sheet) -> dict[str, Any]:
    """As a filing keeps them. Raises NotAPhoneNumber, Incomplete, TooLong."""
    rules.ensure_name(sheet.name)
    if not sheet.consent_kept:
        raise rules.Incomplete(("consent_kept",))
    if len(sheet.consent_kept) > rules.PLACE_MAX:
        raise rules.TooLong("consent_kept", rules.PLACE_MAX)
    return {**asdict(sheet), "phone": rules.tidy_phone(sheet.phone) or None}


def _give(proposal: Proposal, resident: Resident | None) -> None:
    """To whoever has the phone that the sheet names; who has the one that was typed loses sight of it."""
    if resident is not None and any(one.phone_key == resident.phone_key for one in proposal.co_proposers):
        raise rules.OwnPhone
    if proposal.resident_id is not None:
        take_away(proposal.id, proposal.resident_id)
    proposal.resident = resident


def _find_or_keep(phone: str | None, key: str, at: datetime) -> Resident | None:
    """Whoever will sign in with this phone: known by its key alone, as everybody is. None where nobody can."""
    try:
        phone_key = identity.phone_key(key, identity.normalise_phone(phone or ""))
    except NotAMobileNumber:
        return None
    lock_name(phone_key)
    found = db.session.scalar(select(Resident).where(Resident.phone_key == phone_key))
    return found or Resident(phone_key=phone_key, created_at=at)
