"""Offers to merge, split or carry over proposals, whom they were put to, and what came of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Id, Instant, db, one_of, state_column
from app.fates import rules
from app.people.models import Account, Resident
from app.proposals.models import Proposal
from app.rounds.models import Round

_ASKED = text("offer_state = 'open'")
_GONE = text("offer_state = 'done' AND leads IS FALSE")
_NEW = text("is_new IS TRUE")


class Offer(db.Model):
    """Many proposals become one (merge), one becomes many (split), or goes up again in a later round (carry): it
    happens once all who proposed them have agreed, and with its last consent. `offered_by`: staff; none: the proposer.
    `cost_reason`: why the parts cost together something else than the whole."""

    __tablename__ = "fate_offer"
    __table_args__ = (
        one_of("kind", rules.KINDS),
        one_of("state", rules.STATES),
        UniqueConstraint("id", "state"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_unless_open"),
        CheckConstraint("(state = 'withdrawn') = (ended_reason <> '')", name="withdrawn_with_reason"),
        CheckConstraint("reason <> ''", name="reason_said"),
        CheckConstraint("offered_by IS NOT NULL OR kind = 'carry'", name="offered_by_staff"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"), index=True)
    kind: Mapped[str] = state_column()
    state: Mapped[str] = state_column(default=rules.OPEN)
    reason: Mapped[str] = mapped_column(Text)
    cost_reason: Mapped[str] = mapped_column(Text, default="")
    offered_by: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    offered_at: Mapped[datetime] = mapped_column(Instant)
    answer_by: Mapped[datetime | None] = mapped_column(Instant)  # of offers from before there was one, none
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_reason: Mapped[str] = mapped_column(Text, default="")

    round: Mapped[Round] = relationship()
    offerer: Mapped[Account | None] = relationship()
    sources: Mapped[list["OfferSource"]] = relationship(
        primaryjoin="Offer.id == foreign(OfferSource.offer_id)",
        order_by="OfferSource.position",
        back_populates="offer",
    )
    targets: Mapped[list["OfferTarget"]] = relationship(order_by="OfferTarget.position", back_populates="offer")
    consents: Mapped[list["OfferConsent"]] = relationship(order_by="OfferConsent.id", back_populates="offer")

    @property
    def proposals(self) -> list[Proposal]:
        return [source.proposal for source in self.sources]

    @property
    def lead(self) -> Proposal | None:
        """The one that the others join as it stands; none where a new text is written."""
        return next((source.proposal for source in self.sources if source.leads), None)

    @property
    def is_new_text(self) -> bool:
        return any(target.written is not None for target in self.targets)


class OfferSource(db.Model):
    """A proposal that it is about, as it was when the offer was made. `offer_state` follows the offer's, so that the
    database itself knows that a proposal is asked about in one offer at a time, and goes only once.

    `supports`: how many supported it when it went; what they said with it went over to the one that stands.
    """

    __tablename__ = "fate_source"
    __table_args__ = (
        ForeignKeyConstraint(["offer_id", "offer_state"], ["fate_offer.id", "fate_offer.state"], onupdate="CASCADE"),
        UniqueConstraint("offer_id", "position"),
        Index("uq_fate_source_asked", "proposal_id", unique=True, sqlite_where=_ASKED, postgresql_where=_ASKED),
        Index("uq_fate_source_gone", "proposal_id", unique=True, sqlite_where=_GONE, postgresql_where=_GONE),
        CheckConstraint("position > 0", name="position_positive"),
        CheckConstraint("supports >= 0", name="supports_not_negative"),
    )

    offer_id: Mapped[int] = mapped_column(Id, primary_key=True)
    proposal_id: Mapped[int] = mapped_column(Id, ForeignKey("proposal.id"), primary_key=True)
    offer_state: Mapped[str] = state_column(default=rules.OPEN)
    position: Mapped[int]
    leads: Mapped[bool] = mapped_column(default=False)
    seen_state: Mapped[str] = state_column()
    seen_version: Mapped[int]
    supports: Mapped[int] = mapped_column(default=0)

    offer: Mapped[Offer] = relationship(
        primaryjoin="Offer.id == foreign(OfferSource.offer_id)", back_populates="sources"
    )
    proposal: Mapped[Proposal] = relationship(lazy="joined")


class OfferTarget(db.Model):
    """What comes of it. `written`: the new text (of app.proposals.rules.FIELDS), for those who are asked to read.
    `proposal_id`: once it is there; none again where a draft that was carried over was discarded by its writer."""

    __tablename__ = "fate_target"
    __table_args__ = (
        Index("uq_fate_target_new", "proposal_id", unique=True, sqlite_where=_NEW, postgresql_where=_NEW),
        CheckConstraint("position > 0", name="position_positive"),
    )

    offer_id: Mapped[int] = mapped_column(Id, ForeignKey("fate_offer.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    is_new: Mapped[bool]
    written: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    proposal_id: Mapped[int | None] = mapped_column(Id, ForeignKey("proposal.id", ondelete="SET NULL"), index=True)

    offer: Mapped[Offer] = relationship(back_populates="targets")
    proposal: Mapped[Proposal | None] = relationship()


class OfferConsent(db.Model):
    """What one of those who proposed one of the proposals said. `resident_id`: none of somebody who proposed on paper
    and has no phone. `remark`, `recorded_by`: staff wrote down what was said on paper, and where that is kept."""

    __tablename__ = "fate_consent"
    __table_args__ = (
        UniqueConstraint("offer_id", "proposal_id", "resident_id"),
        CheckConstraint("(agrees IS NULL) = (answered_at IS NULL)", name="answered_with_instant"),
        CheckConstraint("(recorded_by IS NULL) = (remark = '')", name="recorded_with_remark"),
        CheckConstraint("recorded_by IS NULL OR agrees IS NOT NULL", name="recorded_is_answered"),
        CheckConstraint(
            "resident_id IS NOT NULL OR agrees IS NULL OR recorded_by IS NOT NULL", name="answered_by_somebody"
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    offer_id: Mapped[int] = mapped_column(Id, ForeignKey("fate_offer.id"))
    proposal_id: Mapped[int] = mapped_column(Id, ForeignKey("proposal.id"))
    resident_id: Mapped[int | None] = mapped_column(Id, ForeignKey("resident.id"), index=True)
    agrees: Mapped[bool | None]
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    remark: Mapped[str] = mapped_column(Text, default="")
    recorded_by: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))

    offer: Mapped[Offer] = relationship(back_populates="consents")
    proposal: Mapped[Proposal] = relationship()
    resident: Mapped[Resident | None] = relationship()
