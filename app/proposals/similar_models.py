"""The index of similar titles: kept by the database's session itself, so that no verb can forget it."""

from typing import Any

from sqlalchemy import Connection, ForeignKey, Index, String, delete, event, insert, inspect
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from app.database import Id, db
from app.proposals import rules, similar_rules
from app.proposals.models import Proposal


class TitlePair(db.Model):
    """Two neighbouring letters of the title of a proposal that everybody may see, and that stands for itself."""

    __tablename__ = "title_pair"
    __table_args__ = (Index("ix_title_pair_proposal", "proposal_id"), {"sqlite_with_rowid": False})

    pair: Mapped[str] = mapped_column(String(2), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(Id, ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True)


def index(connection: Connection, proposal_id: int, title: str, is_public: bool) -> None:
    """What was known of the title before is gone."""
    connection.execute(delete(TitlePair.__table__).where(TitlePair.proposal_id == proposal_id))
    rows = [{"pair": pair, "proposal_id": proposal_id} for pair in sorted(similar_rules.pairs(title))]
    if is_public and rows:
        connection.execute(insert(TitlePair.__table__), rows)


def _note(_mapper: Mapper[Any], connection: Connection, proposal: Proposal) -> None:
    index(connection, proposal.id, proposal.title, proposal.state in rules.LISTED)


def _note_change(mapper: Mapper[Any], connection: Connection, proposal: Proposal) -> None:
    changed = inspect(proposal).attrs
    if changed.title.history.has_changes() or changed.state.history.has_changes():
        _note(mapper, connection, proposal)


event.listen(Proposal, "after_insert", _note)
event.listen(Proposal, "after_update", _note_change)
