"""Supporting, commenting, reporting, and what staff decide.

No line of the audit says who supports, writes or reports, nor more of when than the hour: a line is never removed, and
who it was is forgotten with who voted.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select, update

from app.audit import services as audit
from app.audit.models import SOME_RESIDENT, SYSTEM
from app.database import db, lock, transaction
from app.notices import kinds
from app.notices.delivery_queries import has_unread
from app.notices.delivery_rules import Person
from app.people.models import Account, Resident
from app.proposals.models import Proposal
from app.proposals.queries import list_proposer_ids
from app.proposals.telling import tell_of, tell_staff
from app.voices import queries, rules
from app.voices.models import Comment, CommentBar, CommentReport, KeptSupport, Support

SUPPORT = audit.declare("proposal.support", "proposal", "supports")
WRITE = audit.declare("comment.write", "comment", "proposal")
WITHDRAW = audit.declare("comment.withdraw", "comment")
REPORT = audit.declare("comment.report", "comment", "ground")
HIDE = audit.declare("comment.hide", "comment", "ground", "reports", "barred")
KEEP = audit.declare("comment.keep", "comment", "reports")


def set_support(proposal: Proposal, resident: Resident, wanted: bool, *, at: datetime) -> None:
    """However often it is asked for, a resident supports once or not at all. Who has come to propose it
    themselves may still take it back. Raises VoicesClosed, OwnProposal."""
    with transaction():
        lock(proposal)
        rules.ensure_open(proposal.state, proposal.round.state)
        if wanted and resident.id in list_proposer_ids(proposal):
            raise rules.OwnProposal
        standing = db.session.get(Support, (proposal.id, resident.id))
        if wanted == (standing is not None):
            return
        if standing is None:
            db.session.add(Support(proposal_id=proposal.id, resident_id=resident.id))
        else:
            db.session.delete(standing)
        db.session.flush()
        audit.record(SUPPORT, proposal.id, at=_hour(at), by=SYSTEM, supports=queries.count_support(proposal.id))


def write_comment(proposal: Proposal, resident: Resident, body: str, *, at: datetime) -> Comment:
    """Raises VoicesClosed, CommentUnfit, Barred, TooManyComments."""
    with transaction():
        lock(proposal)  # before the resident, as by who writes their name with a proposal
        lock(resident)  # one after the other, so that the limit holds
        rules.ensure_open(proposal.state, proposal.round.state)
        rules.ensure_comment(body)
        bar = queries.find_bar(resident, at)
        if bar is not None:
            raise rules.Barred(bar.until)
        lately = queries.list_written_since(resident, at - rules.DAY)
        if len(lately) >= rules.COMMENTS_PER_DAY:
            raise rules.TooManyComments(lately[-rules.COMMENTS_PER_DAY] + rules.DAY)
        comment = Comment(
            proposal_id=proposal.id,
            resident_id=resident.id,
            voice=queries.voice_of(proposal, resident),
            body=body,
            written_at=at,
        )
        db.session.add(comment)
        db.session.flush()
        audit.record(WRITE, comment.id, at=_hour(at), by=SOME_RESIDENT, proposal=proposal.id)
        for proposer in map(Person, list_proposer_ids(proposal)):
            if proposer.resident_id != resident.id and not has_unread(proposer, kinds.COMMENTED, proposal.id):
                tell_of(proposal, kinds.COMMENTED, proposer, at=at)
    return comment


def withdraw_comment(comment: Comment, *, at: datetime) -> None:
    """By its writer, at any time: its words are gone for good, and with them what was reported. Raises CommentMoved."""
    with transaction():
        lock(comment)
        rules.ensure_may_become(comment.state, rules.WITHDRAWN)
        _settle(comment)
        comment.state, comment.body, comment.ground, comment.reason = rules.WITHDRAWN, "", None, ""
        comment.version += 1
        audit.record(WITHDRAW, comment.id, at=_hour(at), by=SOME_RESIDENT)


def report_comment(comment: Comment, resident: Resident, *, ground: str, remark: str, at: datetime) -> None:
    """Once; again changes nothing. Raises CommentMoved, OwnComment, GroundUnknown, ReasonMissing (too long)."""
    with transaction():
        lock(comment)
        if comment.state != rules.SHOWN:
            raise rules.CommentMoved
        if comment.resident_id == resident.id:
            raise rules.OwnComment
        rules.ensure_reason(ground, remark or "-")
        if db.session.get(CommentReport, (comment.id, resident.id)) is not None:
            return
        if not comment.reports:  # once, however many report it
            tell_staff(comment.proposal, kinds.COMMENT_REPORTED, at=_hour(at))
        db.session.add(
            CommentReport(comment_id=comment.id, resident_id=resident.id, ground=ground, remark=remark, reported_at=at)
        )
        audit.record(REPORT, comment.id, at=_hour(at), by=SYSTEM, ground=ground)


def hide_comment(
    comment: Comment, *, ground: str, reason: str, bar: bool, seen: int, at: datetime, by: Account
) -> None:
    """`reason` stands in its place. `bar`: its writer writes none for rules.BARRED_FOR. `seen`: the page's version.

    Raises CommentMoved, GroundUnknown, ReasonMissing.
    """
    actor, account_id = by.actor, by.id
    with transaction():
        _open(comment, seen)
        rules.ensure_may_become(comment.state, rules.HIDDEN)
        rules.ensure_reason(ground, reason)
        reports = _settle(comment)
        _decide(comment, rules.HIDDEN, account_id, at)
        comment.ground, comment.reason = ground, reason
        barred = bar and comment.resident_id is not None
        if barred:
            db.session.merge(CommentBar(resident_id=comment.resident_id, until=at + rules.BARRED_FOR))
        if comment.resident_id is not None:
            until = (at + rules.BARRED_FOR).isoformat() if barred else None
            said = {"hidden_for": ground, "barred_until": until}
            tell_of(comment.proposal, kinds.COMMENT_HIDDEN, Person(comment.resident_id), at=at, **said)
        audit.record(HIDE, comment.id, at=at, by=actor, ground=ground, reports=reports, barred=barred)


def keep_comment(comment: Comment, *, seen: int, at: datetime, by: Account) -> None:
    """It stands (again); what was reported is settled. Raises CommentMoved."""
    actor, account_id = by.actor, by.id
    with transaction():
        _open(comment, seen)
        if comment.state == rules.WITHDRAWN:
            raise rules.CommentMoved
        reports = _settle(comment)
        _decide(comment, rules.SHOWN, account_id, at)
        comment.ground, comment.reason = None, ""
        audit.record(KEEP, comment.id, at=at, by=actor, reports=reports)


def join_support(into: Proposal, origins: Collection[int]) -> None:
    """Within the transaction of a merge: whoever supports one of `origins` (ids) supports `into` instead, once; those
    who propose it do not. When somebody did so is kept nowhere, and so stays unknown."""
    theirs = delete(Support).where(Support.proposal_id.in_(origins)).returning(Support.resident_id)
    people = set(db.session.scalars(theirs))
    here = set(db.session.scalars(select(Support.resident_id).where(Support.proposal_id == into.id)))
    new = people - here - set(list_proposer_ids(into))
    db.session.add_all(Support(proposal_id=into.id, resident_id=one) for one in sorted(new))
    db.session.flush()


def forget_people(round_id: int) -> tuple[int, int]:
    """Within the transaction of whoever forgets who took part: supports become a number, comments nobody's, and whose
    comment was hidden is barred no longer, since the bar says when that was. How many supports and comments."""
    proposals = select(Proposal.id).where(Proposal.round_id == round_id)
    of_round = Support.proposal_id.in_(proposals)
    counted = select(Support.proposal_id, func.count()).where(of_round, queries.is_of_another())
    for proposal_id, people in db.session.execute(counted.group_by(Support.proposal_id)).all():
        db.session.add(KeptSupport(proposal_id=proposal_id, people=people))
    db.session.flush()
    comments = select(Comment.id).where(Comment.proposal_id.in_(proposals))
    db.session.execute(delete(CommentReport).where(CommentReport.comment_id.in_(comments)))
    gone = db.session.execute(delete(Support).where(of_round).returning(Support.resident_id)).all()
    decided = select(Comment.resident_id).where(Comment.proposal_id.in_(proposals), Comment.decided_at.is_not(None))
    db.session.execute(delete(CommentBar).where(CommentBar.resident_id.in_(decided)))
    freed = db.session.execute(
        update(Comment)
        .where(Comment.proposal_id.in_(proposals), Comment.resident_id.is_not(None))
        .values(resident_id=None)
        .returning(Comment.id)
    ).all()
    return len(gone), len(freed)


def _open(comment: Comment, seen: int) -> None:
    lock(comment)
    if comment.version != seen:
        raise rules.CommentMoved


def _settle(comment: Comment) -> int:
    """How many had reported it."""
    gone = delete(CommentReport).where(CommentReport.comment_id == comment.id).returning(CommentReport.resident_id)
    reports = len(db.session.execute(gone).all())
    db.session.expire(comment, ["reports"])
    return reports


def _decide(comment: Comment, state: str, account_id: int, at: datetime) -> None:
    comment.state, comment.decided_by, comment.decided_at = state, account_id, at
    comment.version += 1


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
