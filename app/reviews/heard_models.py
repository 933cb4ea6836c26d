"""That staff wrote down what somebody who proposed on paper said to a review."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Id, Instant, db, one_of
from app.people.models import Account
from app.reviews import heard_rules as rules
from app.reviews.objection_models import Objection
from app.reviews.visit_models import SiteVisit


class HeardWord(db.Model):
    """Of an objection once; of the answer to a visit each time that it was written. What was said stands there."""

    __tablename__ = "heard_word"
    __table_args__ = (
        one_of("way", rules.WAYS),
        CheckConstraint("(objection_id IS NULL) <> (visit_id IS NULL)", name="of_one_thing"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    objection_id: Mapped[int | None] = mapped_column(Id, ForeignKey("objection.id"), unique=True)
    visit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("site_visit.id"), index=True)
    way: Mapped[str] = mapped_column(String(12))
    heard_on: Mapped[date]
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    written_at: Mapped[datetime] = mapped_column(Instant)

    objection: Mapped[Objection | None] = relationship()
    visit: Mapped[SiteVisit | None] = relationship()
    account: Mapped[Account] = relationship()
