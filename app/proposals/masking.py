"""개인정보 가리기: personal data that got into a proposal is taken out of what it says, of what it said in any version,
and of its files. It is erased, not hidden: nothing brings it back. The line of the audit tells where, and never what.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.audit import services as audit
from app.database import db, lock, transaction
from app.files.models import StoredFile
from app.people.models import Account
from app.proposals import mask_rules as rules
from app.proposals import queries
from app.proposals.mask_models import Mask, MaskedText
from app.proposals.models import Proposal, ProposalFile
from app.proposals.rules import LETTERS_MAX, SHORTLISTED
from app.rounds.rules import BALLOT_PUBLISHED, FROZEN

MASK = audit.declare("proposal.mask", "proposal", "what", "ground", "reason", "places")
Change = Callable[[str, Any], Any]  # an answer's name and what it says → what is to stand there


def list_masks(proposal_id: int) -> Sequence[Mask]:
    """The first of them first."""
    return db.session.scalars(select(Mask).where(Mask.proposal_id == proposal_id).order_by(Mask.id)).all()


def mask_words(
    proposals: Sequence[Proposal], words: str, *, ground: str, reason: str, at: datetime, by: Account
) -> list[Proposal]:
    """Wherever they stand in one of them: `mask_rules.MARK` stands there from now on.

    Those in which they stood. Raises WordsUnfit, MaskReasonUnfit, NothingFound, and OnTheBallot of what a published
    ballot says.
    """
    rules.ensure_words(words)
    rules.ensure_reason(ground, reason, words)
    with transaction():
        masked = [one for one in _held(proposals) if _mask_words(one, words, ground, reason, at, by)]
        if not masked:
            raise rules.NothingFound
    return masked


def mask_file(item: ProposalFile, *, ground: str, reason: str, at: datetime, by: Account) -> list[Proposal]:
    """It is gone, with what was said of it, and so is every file of any proposal with equal bytes. The bytes themselves
    go with `flask tick`. Those that had it. Raises MaskReasonUnfit."""
    rules.ensure_reason(ground, reason)
    with transaction():
        sha256 = item.file.sha256
        equal = select(ProposalFile).join(ProposalFile.file).where(StoredFile.sha256 == sha256)
        held = {one.proposal_id: one.proposal for one in db.session.scalars(equal)}
        masked = _held(list(held.values()))
        for proposal in masked:
            mask = _begin(proposal, item.kind, ground, reason, at, by)
            places = _rewrite(mask, lambda name, said: rules.mask_file(said, sha256) if name == "files" else said)
            for one in db.session.scalars(equal.where(ProposalFile.proposal_id == proposal.id)):
                db.session.delete(one)
                places += 1
            _end(mask, proposal, places, at, by)
    return masked


def _held(proposals: Sequence[Proposal]) -> list[Proposal]:
    return [lock(one) for one in sorted(proposals, key=lambda one: one.id)]


def _mask_words(proposal: Proposal, words: str, ground: str, reason: str, at: datetime, by: Account) -> int:
    _ensure_off_the_ballot(proposal, words)
    files = db.session.scalars(select(ProposalFile).where(ProposalFile.proposal_id == proposal.id)).all()
    said = [(proposal, LETTERS_MAX), (proposal, ("withdrawal_reason",))]
    said += [(row, ("what",)) for row in proposal.cost_rows] + [(row, ("alt", "caption")) for row in files]
    said += [(row.file, ("name",)) for row in files]
    found = [(row, name) for row, names in said for name in names if words in (getattr(row, name) or "")]
    versions = queries.list_versions(proposal.id)
    answers = [answer for row in versions for answer in row.written.items()]
    if not found and all(rules.mask_answer(name, said, words) == said for name, said in answers):
        return 0
    mask = _begin(proposal, rules.WORDS, ground, reason, at, by)
    places = len(found) + _rewrite(mask, lambda name, said: rules.mask_answer(name, said, words))
    for row, name in found:
        setattr(row, name, rules.mask_in(getattr(row, name), words))
    _end(mask, proposal, places, at, by)
    return places


def _ensure_off_the_ballot(proposal: Proposal, words: str) -> None:
    """Its summary is shown to whoever votes, and no more afterwards."""
    if proposal.state != SHORTLISTED or proposal.round.state not in FROZEN:
        return
    is_open = proposal.round.state == BALLOT_PUBLISHED
    summary = (proposal.need, proposal.content, proposal.effect) if is_open else ()
    if any(words in (text or "") for text in (proposal.title, *summary)):
        raise rules.OnTheBallot


def _begin(proposal: Proposal, what: str, ground: str, reason: str, at: datetime, by: Account) -> Mask:
    mask = Mask(proposal_id=proposal.id, what=what, ground=ground, reason=reason, masked_at=at, masked_by=by.id)
    db.session.add(mask)
    db.session.flush()
    return mask


def _rewrite(mask: Mask, change: Change) -> int:
    """The proposal's versions, one answer at a time, as the trigger asks. How many answers."""
    places = 0
    for version in queries.list_versions(mask.proposal_id):
        for field, said in version.written.items():
            shown = change(field, said)
            if shown != said:
                told = {"proposal_id": version.proposal_id, "number": version.number, "field": field}
                db.session.add(MaskedText(mask_id=mask.id, shown=shown, **told))
                db.session.flush()
                version.written = {**version.written, field: shown}
                db.session.flush()
                places += 1
    return places


def _end(mask: Mask, proposal: Proposal, places: int, at: datetime, by: Account) -> None:
    """A page that was opened before would bring it back: it is refused as stale."""
    proposal.version += 1
    told = {"what": mask.what, "ground": mask.ground, "reason": mask.reason, "places": places}
    audit.record(MASK, proposal.id, at=at, by=by.actor, **told)
