"""The on-site review itself: answers saved one by one on the spot, the record, its signatures, the proposer's answer,
the sign-off; or, with a second person, that a visit is impossible."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from app.audit import services as audit
from app.audit.models import Actor
from app.clock import seoul_day, start_of_day
from app.database import db, lock
from app.files import services as files
from app.files.rules import Photo
from app.notices import kinds
from app.notices.letter_services import settle
from app.people.models import Account
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.proposals.queries import list_proposer_ids
from app.proposals.telling import tell_proposer, tell_staff
from app.reviews import queries, recusal_queries, rules, sheet_queries, visit_queries, visit_rules
from app.reviews.heard_rules import Heard, ensure_heard, ensure_may_speak
from app.reviews.outing_services import has_begun, take_off, tell_called_off
from app.reviews.paper_services import note_heard
from app.reviews.services import in_phase, reviewing
from app.reviews.visit_models import SiteVisit, VisitEntry, Visitor, VisitPhoto, VisitSignature
from app.rounds import rules as rounds

SAVE_ENTRY = audit.declare("visit.save", "proposal", "item", "version")
ADD_PHOTO = audit.declare("visit.photo_add", "proposal", "photo_id")
REMOVE_PHOTO = audit.declare("visit.photo_remove", "proposal", "photo_id")
RECORD_VISIT = audit.declare("visit.record", "proposal", "visitors", "record_sha256")
REOPEN_VISIT = audit.declare("visit.reopen", "proposal")
SIGN_RECORD = audit.declare("visit.sign", "proposal", "record_sha256")
ANSWER_VISIT = audit.declare("visit.answer", "proposal")
SIGN_OFF_VISIT = audit.declare("visit.sign_off", "proposal", "answered", "signatures")
ASK_IMPOSSIBLE = audit.declare("visit.impossible", "proposal", "outing_before")
CONFIRM_IMPOSSIBLE = audit.declare("visit.impossible_confirm", "proposal", "asked_by")

WRITING = (rules.PLANNED, rules.RECORDED)  # while answers may still be saved
SIGNING = (rules.RECORDED, rules.ANSWERED)


# On the spot


def save_entry(visit: SiteVisit, entry: visit_rules.Entry, *, at: datetime, by: Actor) -> VisitEntry:
    """Keeps one answer, by itself. Sent again with the same key it is there once; seen by two, the second learns of the
    first. A change to a finished record gives it another hash, so that its signatures count no more, and the proposer
    the whole time for an answer again.

    Raises OutsidePhase, Frozen, WrongState, VisitToCome, Recused, NotOnTheList, TextMissing, TextTooLong,
    SavedByAnother.
    """
    with _on_the_spot(visit, at=at, by=by) as proposal:
        items = {item.name: item for item in visit_queries.list_items(visit)}
        visit_rules.ensure_entry(entry, items)
        sent = visit_queries.find_entry_sent(visit.id, entry.client_key)
        if sent is not None:
            return sent
        item = items[entry.item]
        if item.version != entry.seen:
            raise visit_rules.SavedByAnother(item.name, item.version)
        row = VisitEntry(
            visit_id=visit.id,
            item=item.name,
            version=item.version + 1,
            line_id=item.line.id if item.line is not None else None,
            answer=entry.answer,
            words=entry.words,
            client_key=entry.client_key,
            account_id=by.id,
            saved_at=at,
        )
        db.session.add(row)
        db.session.flush()
        if visit.state == rules.RECORDED:
            _ensure_complete(visit)
            _settle(visit, at)
            _tell_once_signed(visit, at)
        audit.record(SAVE_ENTRY, proposal.id, at=at, by=by, item=item.name, version=row.version)
    return row


def add_photo(visit: SiteVisit, photo: Photo, alt: str, client_key: str, *, at: datetime, by: Actor) -> VisitPhoto:
    """Hangs a photo from the spot on the visit, once however often it is sent. Of a finished record it is a change as
    any other.

    Raises OutsidePhase, Frozen, WrongState, VisitToCome, Recused, TextMissing, TextTooLong, TooManyPhotos, CannotKeep.
    """
    with _on_the_spot(visit, at=at, by=by) as proposal:
        sent = visit_queries.find_photo_sent(visit.id, client_key)
        if sent is not None:
            return sent
        visit_rules.ensure_photo(alt, client_key, len(visit_queries.list_photos(visit.id)))
        file = files.keep_photo(photo, at=at)
        row = VisitPhoto(visit_id=visit.id, file=file, alt=alt, client_key=client_key, account_id=by.id, added_at=at)
        db.session.add(row)
        _note_photos(visit, at)
        audit.record(ADD_PHOTO, proposal.id, at=at, by=by, photo_id=row.id)
    return row


def remove_photo(photo: VisitPhoto, visit: SiteVisit, *, at: datetime, by: Actor) -> None:
    """Raises OutsidePhase, Frozen, WrongState, VisitToCome, Recused."""
    with _on_the_spot(visit, at=at, by=by) as proposal:
        photo_id = lock(photo).id
        db.session.delete(photo)
        _note_photos(visit, at)
        audit.record(REMOVE_PHOTO, proposal.id, at=at, by=by, photo_id=photo_id)


def _note_photos(visit: SiteVisit, at: datetime) -> None:
    db.session.flush()
    if visit.state == rules.RECORDED:
        _settle(visit, at)
        _tell_once_signed(visit, at)


def record_visit(visit: SiteVisit, visitors: frozenset[int], *, at: datetime, by: Actor) -> None:
    """All is answered and it is said who was there (ids of accounts): from now on those can sign, and the proposer can
    answer until the deadline. It can be done anew until the proposer answers; where nothing has changed since they were
    told, it is done already.

    Raises OutsidePhase, Frozen, WrongState, VisitToCome, RecordIncomplete, Recused, NotAVisitor, TooFewVisitors.
    """
    with _on_the_spot(visit, at=at, by=by) as proposal:
        _ensure_complete(visit)
        _ensure_visitors(proposal, visitors)
        stay = {one.account_id: one for one in visit.visitors}
        if visit.state == rules.RECORDED and stay.keys() == visitors and visit.told_sha256 == visit.record_sha256:
            return
        visit.visitors = [stay.get(one) or Visitor(account_id=one) for one in sorted(visitors)]
        db.session.flush()
        _settle(visit, at)
        visit.state = rules.RECORDED
        _tell_findings(visit, at)
        said = {"visitors": len(visitors), "record_sha256": visit.record_sha256}
        audit.record(RECORD_VISIT, proposal.id, at=at, by=by, **said)


def reopen_visit(visit: SiteVisit, *, at: datetime, by: Actor) -> None:
    """What was found can be written anew although the proposer has answered; the proposer then has the whole time
    again, and finds the answer given so far. Raises OutsidePhase, Frozen, WrongState, Recused."""
    with in_phase(visit, rounds.SITE_VISIT, at=at, by=by) as proposal:
        recusal_queries.ensure_not_barred(proposal, by)
        if visit.state != rules.ANSWERED:
            raise rules.WrongState(visit.state, rules.RECORDED)
        visit.state, visit.answered_at = rules.RECORDED, None
        _settle(visit, at)
        tell_proposer(proposal, kinds.VISIT_REOPENED, at=at, answer_until=visit.answer_until)
        audit.record(REOPEN_VISIT, proposal.id, at=at, by=by)


def sign_record(visit: SiteVisit, account: Account, seen: str, *, at: datetime, by: Actor) -> None:
    """One who was there signs what was recorded. `seen`: the hash of the record on their page. Once is enough. When
    enough have signed what was changed after its proposers were told of it, they are told anew and have the whole time.

    Raises Frozen, WrongState, Recused, NotThere, RecordMoved.
    """
    with reviewing(visit.proposal, rounds.SITE_VISIT, at=at, by=by):
        if lock(visit).state not in SIGNING or visit.record_sha256 is None:
            raise rules.WrongState(visit.state, rules.RECORDED)
        if recusal_queries.is_barred(visit.proposal, account.id):
            raise rules.Recused
        if account.id not in {one.account_id for one in visit.visitors}:
            raise visit_rules.NotThere
        if seen != visit.record_sha256:
            raise visit_rules.RecordMoved
        if account.id in visit_queries.signing_of(visit).signed:
            return
        is_member = account in sheet_queries.list_reviewers(visit.proposal.round.programme)
        signature = {"record_sha256": visit.record_sha256, "signed_at": at, "as_member": is_member}
        db.session.add(VisitSignature(visit_id=visit.id, account_id=account.id, **signature))
        db.session.flush()
        _tell_once_signed(visit, at)
        audit.record(SIGN_RECORD, visit.proposal_id, at=at, by=by, record_sha256=visit.record_sha256)


# Who proposed it


def answer_visit(
    visit: SiteVisit, answer: str, *, seen: str | None = None, heard: Heard | None = None, at: datetime, by: Actor
) -> None:
    """The word of those who proposed it on what was found: one for the proposal, which any of them gives. Until the
    deadline, and until the visit is signed off, it can be changed. `seen`: the mark (`visit_queries.mark_of`) of what
    stood on their page; without it nothing is compared. Of what came on paper staff write down what they have `heard`,
    if that was in time.

    Raises NotTheProposer, Frozen, WrongState, AnswerTooLate, FindingsMoved, HeardOutside, TextMissing, TextTooLong.
    """
    proposal = visit.proposal
    with reviewing(proposal, rounds.SITE_VISIT, at=at, by=by):
        lock(visit)
        ensure_may_speak(proposal, list_proposer_ids(proposal), by, heard)
        rules.ensure_may_become(rules.VISIT_TRANSITIONS, visit.state, rules.ANSWERED)
        if heard is not None:
            ensure_heard(heard, visit.visit_on, seoul_day(at))
        visit_rules.ensure_in_time(visit.answer_until, at if heard is None else start_of_day(heard.on))
        if seen is not None and seen != visit_queries.mark_of(visit):
            raise visit_rules.FindingsMoved
        rules.ensure_text("answer", answer)
        visit.state, visit.proposer_answer, visit.answered_at = rules.ANSWERED, answer, at
        settle(kinds.ANSWER_DUE, proposal_id=proposal.id)
        if heard is not None:
            note_heard(proposal, heard, "visit", at=at, by=by, visit_id=visit.id)
        audit.record(ANSWER_VISIT, proposal.id, at=at, by=by)


# The end


def sign_off_visit(visit: SiteVisit, *, at: datetime, by: Actor) -> None:
    """Closes the on-site review: from here on the proposal can be scored, and the visit is public. The time for an
    answer may reach beyond the phase, so it can be done afterwards, too, while no shortlist is decided.

    Raises OutsidePhase (not begun), Frozen, WrongState, AnswerStillOpen, TooFewSignatures, AlreadyDecided, Recused.
    """
    with _closing(visit.proposal, at=at, by=by) as proposal:
        rules.ensure_may_become(rules.VISIT_TRANSITIONS, lock(visit).state, rules.SIGNED_OFF)
        visit_rules.ensure_answered_or_over(visit.state, visit.answer_until, at)
        signed, needed = visit_queries.count_signing_members(visit), proposal.round.visitors_needed
        if signed < needed:
            raise visit_rules.TooFewSignatures(signed, needed)
        answered, signatures = visit.state == rules.ANSWERED, len(visit_queries.signing_of(visit).signed)
        _close(visit, at)
        audit.record(SIGN_OFF_VISIT, proposal.id, at=at, by=by, answered=answered, signatures=signatures)


def ask_impossible(proposal: Proposal, reason: str, *, at: datetime, by: Actor) -> None:
    """Says why this proposal cannot be visited. It leaves its outing, and waits for a second person; put on an outing
    again, the reason is gone.

    Raises OutsidePhase (not begun), Frozen, WrongState (it is recorded), RecordBegun (something is written on the
    spot), TextMissing, TextTooLong, AlreadyDecided, Recused.
    """
    with _closing(proposal, at=at, by=by):
        rules.ensure_text("reason", reason)
        visit = queries.find_visit(proposal.id)
        if visit is None:
            visit = SiteVisit(proposal=proposal, state=rules.PLANNED, kind=visit_rules.guess_kind(proposal.place))
        elif lock(visit).state != rules.PLANNED or visit.is_impossible:
            raise rules.WrongState(visit.state, rules.PLANNED)
        elif has_begun(visit):
            raise visit_rules.RecordBegun
        before = visit.outing_id
        tell_called_off(visit, at)
        visit.impossible_reason, visit.asked_by = reason, by.id
        take_off(visit)
        db.session.add(visit)
        tell_staff(proposal, kinds.IMPOSSIBLE_ASKED, by=by, at=at)
        audit.record(ASK_IMPOSSIBLE, proposal.id, at=at, by=by, outing_before=before)


def confirm_impossible(visit: SiteVisit, seen: str, *, at: datetime, by: Actor) -> None:
    """A second person agrees to the reason `seen`: the proposal goes on to the written review without a visit, and
    everybody reads why.

    Raises OutsidePhase (not begun), Frozen, WrongState, SamePerson, ReasonMoved, AlreadyDecided, Recused.
    """
    with _closing(visit.proposal, at=at, by=by) as proposal:
        _ensure_waits(visit)
        if by.id == visit.asked_by:
            raise visit_rules.SamePerson
        if seen != visit.impossible_reason:
            raise visit_rules.ReasonMoved
        visit.confirmed_by = by.id
        _close(visit, at)
        audit.record(CONFIRM_IMPOSSIBLE, proposal.id, at=at, by=by, asked_by=visit.asked_by)


@contextmanager
def _on_the_spot(visit: SiteVisit, *, at: datetime, by: Actor) -> Iterator[Proposal]:
    """The transaction of a write on the spot: from the day of the visit on, by nobody who is recused."""
    with in_phase(visit, rounds.SITE_VISIT, at=at, by=by) as proposal:
        ensure_may_write(visit, at, by)
        yield proposal


def ensure_may_write(visit: SiteVisit, at: datetime, by: Actor) -> None:
    """Raises WrongState (of the visit, or of a proposal that others stand for), VisitToCome, Recused."""
    if visit.proposal.state in proposals.GONE:
        raise proposals.WrongState(visit.proposal.state, proposals.VISITED)
    if visit.state not in WRITING or visit.visit_on is None:
        raise rules.WrongState(visit.state, rules.RECORDED)
    if seoul_day(at) < visit.visit_on:
        raise rules.VisitToCome(visit.visit_on)
    recusal_queries.ensure_not_barred(visit.proposal, by)


@contextmanager
def _closing(proposal: Proposal, *, at: datetime, by: Actor) -> Iterator[Proposal]:
    """The transaction of a step that opens the written review: once the phase has begun, before the shortlist, and by
    nobody who is barred from the proposal."""
    with reviewing(proposal, rounds.SITE_VISIT, at=at, by=by):
        recusal_queries.ensure_not_barred(proposal, by)
        period = rounds.find_period(proposal.round.phases, rounds.SITE_VISIT)
        if period is None or at < period.starts_at:
            raise rounds.OutsidePhase(rounds.SITE_VISIT, period)
        proposals.ensure_may_become(proposal.state, proposals.VISITED)
        if sheet_queries.is_shortlist_decided(proposal.round_id):
            raise rules.AlreadyDecided
        yield proposal


def _close(visit: SiteVisit, at: datetime) -> None:
    visit.state, visit.signed_off_at = rules.SIGNED_OFF, at
    visit.proposal.state = proposals.VISITED
    tell_proposer(visit.proposal, kinds.VISIT_CLOSED, at=at)


def _settle(visit: SiteVisit, at: datetime) -> None:
    """The record as it is now: its hash, and the time to answer it."""
    visit.record_sha256 = visit_queries.hash_of(visit)
    if visit.outing is not None:
        visit.answer_until = visit_rules.answer_deadline(at, visit.outing.answer_days)


def _tell_once_signed(visit: SiteVisit, at: datetime) -> None:
    """A record that is another than they were told of; also one that is again as it was when it was signed."""
    is_signed = visit_queries.count_signing_members(visit) >= visit.proposal.round.visitors_needed
    if visit.state == rules.RECORDED and visit.told_sha256 != visit.record_sha256 and is_signed:
        _settle(visit, at)
        _tell_findings(visit, at)


def _tell_findings(visit: SiteVisit, at: datetime) -> None:
    """Those who proposed it, of the record as it is now; what they were told of an earlier one goes out no more."""
    settle(kinds.VISIT_RECORDED, kinds.VISIT_REOPENED, kinds.ANSWER_DUE, proposal_id=visit.proposal_id)
    tell_proposer(visit.proposal, kinds.VISIT_RECORDED, at=at, answer_until=visit.answer_until)
    visit.told_sha256 = visit.record_sha256


def _ensure_complete(visit: SiteVisit) -> None:
    items = visit_queries.list_items(visit)
    written = {one.name: (one.entry.answer, one.entry.words) for one in items if one.entry is not None}
    visit_rules.ensure_complete([one.name for one in items], written)


def _ensure_waits(visit: SiteVisit) -> None:
    if lock(visit).state != rules.PLANNED or not visit.is_impossible:
        raise rules.WrongState(visit.state, rules.SIGNED_OFF)


def _ensure_visitors(proposal: Proposal, visitors: frozenset[int]) -> None:
    """Enough members were there, nobody among them is recused, and nobody is a stranger."""
    if visit_queries.find_barred(proposal.round_id, [proposal.id], visitors) is not None:
        raise rules.Recused
    if not visitors <= {account.id for account in visit_queries.list_possible_visitors(proposal)}:
        raise rules.NotAVisitor
    members = {account.id for account in sheet_queries.list_reviewers(proposal.round.programme)}
    rules.ensure_enough_visitors(len(visitors & members), proposal.round.visitors_needed)
