"""Reads of support and comments."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.database import db
from app.errors import NotFound
from app.people.models import Resident
from app.proposals.models import CoProposer, Proposal
from app.proposals.queries import list_proposer_ids
from app.proposals.rules import ACCEPTED
from app.voices import rules
from app.voices.models import Comment, CommentBar, CommentReport, KeptSupport, Support

PAGE_LENGTH = 20


class Page(NamedTuple):
    """Comments of a proposal or a round, the newest at the head. `page` and `pages` count from 1; `total` is of
    what is shown."""

    comments: Sequence[Comment]
    total: int
    page: int
    pages: int


def count_support(proposal_id: int) -> int:
    """Those who propose it together, and supported it before, are not among them."""
    of_it = select(func.count()).where(Support.proposal_id == proposal_id, is_of_another())
    standing = db.session.scalar(of_it) or 0
    kept = db.session.get(KeptSupport, proposal_id)
    return standing + (kept.people if kept else 0)


def is_of_another() -> ColumnElement[bool]:
    """Of a support: not of somebody who proposes that together."""
    together = select(CoProposer.id).where(
        CoProposer.proposal_id == Support.proposal_id,
        CoProposer.resident_id == Support.resident_id,
        CoProposer.state == ACCEPTED,
    )
    return ~together.exists()


def supports(proposal_id: int, resident: Resident | None) -> bool:
    return resident is not None and db.session.get(Support, (proposal_id, resident.id)) is not None


def read_comments(proposal_id: int, page: int = 1) -> Page:
    """Withdrawn ones are left out: nothing of them is left to read."""
    return _page(select(Comment).where(Comment.proposal_id == proposal_id), page)


def read_comments_of_round(round_id: int, page: int = 1) -> Page:
    """Of all its proposals, likewise."""
    return _page(_of_round(round_id), page)


def _page(of_it: Select[tuple[Comment]], page: int) -> Page:
    of_it = of_it.where(Comment.state != rules.WITHDRAWN)
    total = db.session.scalar(of_it.with_only_columns(func.count(), maintain_column_froms=True)) or 0
    pages = max(1, -(-total // PAGE_LENGTH))
    page = min(max(page, 1), pages)
    newest = of_it.order_by(Comment.id.desc()).limit(PAGE_LENGTH).offset((page - 1) * PAGE_LENGTH)
    return Page(db.session.scalars(newest).all(), total, page, pages)


def get_comment(comment_id: int) -> Comment:
    return db.session.get(Comment, comment_id) or _none()


def get_shown(comment_id: int) -> Comment:
    comment = get_comment(comment_id)
    return comment if comment.state == rules.SHOWN else _none()


def get_own(comment_id: int, resident: Resident) -> Comment:
    """NotFound where it is somebody else's, or gone."""
    comment = get_comment(comment_id)
    return comment if comment.resident_id == resident.id and comment.state != rules.WITHDRAWN else _none()


def list_reported(round_id: int) -> Sequence[Comment]:
    """Those that wait for staff, the most reported at the head."""
    reports = select(func.count()).where(CommentReport.comment_id == Comment.id).scalar_subquery()
    query = _of_round(round_id).where(reports > 0).order_by(reports.desc(), Comment.id)
    return db.session.scalars(query).all()


def count_reported(round_id: int) -> int:
    reported = select(func.count(CommentReport.comment_id.distinct())).join(CommentReport.comment)
    return db.session.scalar(reported.join(Comment.proposal).where(Proposal.round_id == round_id)) or 0


def list_hidden(round_id: int) -> Sequence[Comment]:
    query = _of_round(round_id).where(Comment.state == rules.HIDDEN).order_by(Comment.decided_at.desc(), Comment.id)
    return db.session.scalars(query).all()


def find_bar(resident: Resident, at: datetime) -> CommentBar | None:
    bar = db.session.get(CommentBar, resident.id)
    return bar if bar is not None and bar.until > at else None


def list_written_since(resident: Resident, since: datetime) -> Sequence[datetime]:
    """When, the earliest first; withdrawn ones count."""
    query = select(Comment.written_at).where(Comment.resident_id == resident.id, Comment.written_at > since)
    return db.session.scalars(query.order_by(Comment.written_at)).all()


def voice_of(proposal: Proposal, resident: Resident) -> int:
    """As which voice the resident writes to it now. Who proposes it together is a proposer; before, and after, they are
    a voice as others are."""
    if resident.id in list_proposer_ids(proposal):
        return 0
    of_it = Comment.proposal_id == proposal.id
    earlier = select(Comment.voice).where(of_it, Comment.resident_id == resident.id, Comment.voice > 0)
    own = db.session.scalar(earlier.limit(1))
    return own or (db.session.scalar(select(func.max(Comment.voice)).where(of_it)) or 0) + 1


def _of_round(round_id: int) -> Select[tuple[Comment]]:
    return (
        select(Comment)
        .join(Comment.proposal)
        .options(joinedload(Comment.proposal), selectinload(Comment.reports))
        .where(Proposal.round_id == round_id)
    )


def _none() -> Comment:
    raise NotFound("comment")
