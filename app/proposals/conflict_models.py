"""Two proposals of a round that are at odds with one another."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Id, Instant, db, one_of, state_column
from app.people.models import Account
from app.proposals import conflict_rules as rules
from app.proposals.models import Proposal


class ProposalConflict(db.Model):
    """Found by the system, settled by staff, once. A pair in order (`first_id` < `second_id`) is there once."""

    __tablename__ = "proposal_conflict"
    __table_args__ = (
        one_of("kind", rules.KINDS),
        one_of("state", rules.STATES),
        UniqueConstraint("first_id", "second_id", "kind"),
        CheckConstraint("first_id < second_id", name="pair_in_order"),
        CheckConstraint(
            "(state = 'open') = (settled_at IS NULL) AND (settled_at IS NULL) = (settled_by IS NULL)"
            " AND (settled_at IS NULL) = (reason = '')",
            name="settled_with_reason",
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    first_id: Mapped[int] = mapped_column(Id, ForeignKey("proposal.id"))
    second_id: Mapped[int] = mapped_column(Id, ForeignKey("proposal.id"), index=True)
    kind: Mapped[str] = state_column()
    found_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = state_column(default=rules.OPEN)
    reason: Mapped[str] = mapped_column(Text, default="")
    settled_by: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    settled_at: Mapped[datetime | None] = mapped_column(Instant)

    first: Mapped[Proposal] = relationship(foreign_keys=[first_id])
    second: Mapped[Proposal] = relationship(foreign_keys=[second_id])
    settler: Mapped[Account | None] = relationship()

    @property
    def metres(self) -> int | None:
        """Between the two pins on the map, where both have one."""
        one, other = self.first, self.second
        if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
            return None
        return round(rules.metres_between((one.latitude, one.longitude), (other.latitude, other.longitude)))
