"""A resident's writes: draft, edit, submit, withdraw. The audit names the fields that changed, never what they say."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.audit import services as audit
from app.audit.models import Actor
from app.database import db, lock, transaction
from app.notices import kinds
from app.notices.letter_services import take_away
from app.people.models import Resident
from app.proposals import queries, rules
from app.proposals.models import CostLine, Proposal, ProposalVersion
from app.proposals.telling import tell_proposer
from app.rounds import rules as rounds
from app.rounds.models import Round, Section

BEGIN = audit.declare("proposal.begin", "proposal", "round_id")
EDIT = audit.declare("proposal.edit", "proposal", "changed")
CONSENT = audit.declare("proposal.consent", "proposal", "changed")
SUBMIT = audit.declare("proposal.submit", "proposal", "number", "cost_won")
WITHDRAW = audit.declare("proposal.withdraw", "proposal", "number")
DISCARD = audit.declare("proposal.discard", "proposal", "round_id")


def begin_draft(round_: Round, resident: Resident, *, changes: Mapping[str, Any], at: datetime, by: Actor) -> Proposal:
    """A draft with what the first step asks: in the round that takes proposals, or in the newest one where none does.

    Raises OutsidePhase, and what `edit_proposal` raises of its fields.
    """
    with transaction():
        if not queries.may_begin(round_, at):
            raise rounds.OutsidePhase(rounds.INTAKE, rounds.find_period(round_.phases, rounds.INTAKE))
        draft = write_new(round_, changes, resident, at)
        audit.record(BEGIN, draft.id, at=at, by=by, round_id=round_.id)
    return draft


def write_new(round_: Round, changes: Mapping[str, Any], resident: Resident | None, at: datetime) -> Proposal:
    """The step itself, inside the transaction of the use case that takes and records it."""
    ensure_acceptable(round_, changes)
    draft = Proposal(round=round_, resident=resident, created_at=at, changed_at=at)
    db.session.add(draft)
    db.session.flush()
    _write(draft, changes)
    db.session.flush()
    return draft


def edit_proposal(proposal: Proposal, *, changes: Mapping[str, Any], seen: int, at: datetime, by: Actor) -> None:
    """Writes `changes` (of rules.FIELDS) made on a page that showed version `seen`. Changing nothing writes nothing.

    A cost with lines is their sum. What was submitted keeps a version of what it said.
    Raises WrongState, OutsidePhase, Stale, AgreedText, TooLong, UnknownSection, UnknownArea, PointUnfit,
    TooManyLines, LineUnfit, NotTheSum, CostNotPositive, OverTheLimit, and Incomplete where what was handed in would
    lose what it needs.
    """
    with transaction():
        _open(proposal, seen, at)
        rules.ensure_not_joint(proposal)
        changed = rewrite(proposal, changes, at=at, by=by)
        if changed:
            audit.record(EDIT, proposal.id, at=at, by=by, changed=", ".join(changed))


def rewrite(proposal: Proposal, changes: Mapping[str, Any], *, at: datetime, by: Actor) -> list[str]:
    """The step itself, inside the transaction of the use case that asks whether it may be and records it: names of the
    fields that differ from what they were."""
    ensure_acceptable(proposal.round, changes)
    _keep_before(proposal)
    changed = _write(proposal, changes)
    if proposal.state != rules.DRAFT or proposal.waiting_since is not None:
        rules.ensure_complete(proposal)
    if changed:
        touch(proposal, at)
        if proposal.state != rules.DRAFT:
            keep_version(proposal, at=at, by=by)
    return changed


def record_consent(proposal: Proposal, *, name: str, phone: str, seen: int, at: datetime, by: Actor) -> None:
    """The proposer agrees that name and, if given, phone are kept for contact.

    Raises WrongState, OutsidePhase, Stale, NotAPhoneNumber, TooLong, and Incomplete without a name.
    """
    with transaction():
        _open(proposal, seen, at)
        rules.ensure_name(name)
        changed = apply(proposal.proposer, {"name": name, "phone": rules.tidy_phone(phone) or None})
        changed += apply(proposal, {"consented_at": proposal.consented_at or at})
        if changed:
            touch(proposal, at)
            audit.record(CONSENT, proposal.id, at=at, by=by, changed=", ".join(changed))


def submit_proposal(proposal: Proposal, *, seen: int | None = None, at: datetime, by: Actor) -> None:
    """Gives the round's next number: the round's row is held meanwhile, so numbers have no gap and no double.

    `seen` is the version that the proposer was shown; without it nothing is compared.
    Raises OutsidePhase, WrongState, Stale, Incomplete, CostNotPositive, OverTheLimit.
    """
    with transaction():
        round_ = lock(proposal.round)
        lock(proposal)
        rules.ensure_may_become(proposal.state, rules.SUBMITTED)
        rules.ensure_taking(round_, at)
        if seen is not None and seen != proposal.version:
            raise rules.Stale
        number = enter(proposal, at=at, by=by)
        audit.record(SUBMIT, proposal.id, at=at, by=by, number=number, cost_won=proposal.cost_won)


def enter(proposal: Proposal, *, at: datetime, by: Actor) -> int:
    """The step itself, inside a transaction that holds the round: its number, and its first version."""
    rules.ensure_complete(proposal)
    rules.ensure_cost(proposal.cost_won, proposal.round.per_project_limit_won)
    number = _next_number(proposal.round)
    proposal.state, proposal.number, proposal.submitted_at = rules.SUBMITTED, number, at
    proposal.changed_at, proposal.waiting_since = at, None
    keep_version(proposal, at=at, by=by)
    tell_proposer(proposal, kinds.SUBMITTED, at=at)
    return number


def keep_version(proposal: Proposal, *, at: datetime, by: Actor) -> None:
    """What the proposal says and shows now, inside the transaction that changed it."""
    db.session.flush()
    db.session.expire(proposal, ["section", "area", "files"])  # their ids may have changed
    number = len(queries.list_versions(proposal.id)) + 1
    written = rules.snapshot(proposal)
    kept = ProposalVersion(proposal_id=proposal.id, number=number, kept_at=at, by_kind=by.kind, written=written)
    db.session.add(kept)
    db.session.flush()


def withdraw_proposal(proposal: Proposal, *, reason: str, at: datetime, by: Actor) -> None:
    """Raises WrongState once a department has checked it, BallotPublished, TooLong."""
    with transaction():
        lock(proposal)
        rules.ensure_may_become(proposal.state, rules.WITHDRAWN)
        if proposal.round.state in rounds.FROZEN:
            raise rules.BallotPublished
        if len(reason) > rules.REASON_MAX:
            raise rules.TooLong("withdrawal_reason", rules.REASON_MAX)
        proposal.state, proposal.withdrawn_at, proposal.withdrawal_reason = rules.WITHDRAWN, at, reason
        proposal.changed_at = at
        tell_proposer(proposal, kinds.WITHDRAWN, at=at)
        audit.record(WITHDRAW, proposal.id, at=at, by=by, number=proposal.number)


def discard_draft(proposal: Proposal, *, at: datetime, by: Actor) -> None:
    """The draft and what was written in it are gone. Raises WrongState of what was submitted."""
    with transaction():
        lock(proposal)
        rules.ensure_draft(proposal.state)
        audit.record(DISCARD, proposal.id, at=at, by=by, round_id=proposal.round_id)
        take_away(proposal.id)
        if proposal.filing is not None:  # of what came on paper, and was carried over
            db.session.delete(proposal.filing)
            db.session.flush()
            db.session.expire(proposal, ["filing"])
        db.session.delete(proposal)


@contextmanager
def editing(proposal: Proposal, *, seen: int, at: datetime, by: Actor) -> Iterator[None]:
    """A change to what hangs on a proposal, under the guards of an edit of its texts; it counts as one, and what was
    submitted keeps a version.

    Raises WrongState, OutsidePhase, Stale, AgreedText.
    """
    with transaction():
        _open(proposal, seen, at)
        rules.ensure_not_joint(proposal)
        _keep_before(proposal)
        yield
        touch(proposal, at)
        if proposal.state != rules.DRAFT:
            keep_version(proposal, at=at, by=by)


def _open(proposal: Proposal, seen: int, at: datetime) -> None:
    lock(proposal)
    rules.ensure_editable(proposal.state)
    if proposal.state != rules.DRAFT:
        rules.ensure_taking(proposal.round, at)
    if proposal.version != seen:
        raise rules.Stale


def _keep_before(proposal: Proposal) -> None:
    """As it stands before a change, of what comes from before versions, or files in them, were kept."""
    versions = queries.list_versions(proposal.id)
    if proposal.state != rules.DRAFT and not (versions and "files" in versions[-1].written):
        keep_version(proposal, at=proposal.changed_at, by=_writer(proposal))


def touch(proposal: Proposal, at: datetime) -> None:
    """Who has its page open from before learns of a change."""
    proposal.version += 1
    proposal.changed_at = at


def _writer(proposal: Proposal) -> Actor:
    return Actor("account", proposal.filing.account_id) if proposal.filing else Actor("resident", proposal.resident_id)


def ensure_acceptable(round_: Round, changes: Mapping[str, Any]) -> None:
    unknown = changes.keys() - set(rules.FIELDS)
    if unknown:
        raise ValueError(f"not a resident's to write: {sorted(unknown)}")
    rules.ensure_within_length(changes)
    rules.ensure_point(changes.get("latitude"), changes.get("longitude"))
    lines = changes.get("cost_lines") or ()
    rules.ensure_lines(lines)
    cost_won = rules.add_up(lines) if lines else changes.get("cost_won")
    rules.ensure_cost(cost_won, round_.per_project_limit_won)
    section_id, area_id = changes.get("section_id"), changes.get("area_id")
    if section_id is not None and _is_elsewhere(section_id, round_):
        raise rules.UnknownSection
    if area_id is not None and all(dong.id != area_id for dong in queries.list_dongs(round_.programme)):
        raise rules.UnknownArea


def _is_elsewhere(section_id: int, round_: Round) -> bool:
    section = db.session.get(Section, section_id)
    return section is None or section.round_id != round_.id


def _write(proposal: Proposal, changes: Mapping[str, Any]) -> list[str]:
    """Like `apply`; the lines first, for a proposal is not stored with a cost that is not their sum."""
    plain, changed = dict(changes), []
    lines = tuple(plain.pop("cost_lines", proposal.cost_lines))
    if lines:
        if "cost_lines" not in changes and plain.get("cost_won", proposal.cost_won) != rules.add_up(lines):
            raise rules.NotTheSum
        plain["cost_won"] = rules.add_up(lines)
    if lines != proposal.cost_lines:
        proposal.cost_rows = [CostLine(position=place, **line._asdict()) for place, line in enumerate(lines, start=1)]
        db.session.flush()
        changed.append("cost_lines")
    return changed + apply(proposal, plain)


def apply(row: Any, changes: Mapping[str, Any]) -> list[str]:
    """Names of the fields that differ from what the row held; it holds them now."""
    changed = [name for name, value in changes.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, changes[name])
    return changed


def _next_number(round_: Round) -> int:
    latest = select(func.max(Proposal.number)).where(Proposal.round_id == round_.id)
    return (db.session.scalar(latest) or 0) + 1
