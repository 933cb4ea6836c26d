"""A polling station's day in numbers, and the papers of its ballot box while they are keyed."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Id, Instant, db, one_of, state_column
from app.papers import rules
from app.people.models import Account
from app.stations.models import PollingStation

EVEN = (
    "began_with = 0 AND papers_received = people_paper + spoiled + papers_unused AND in_box = people_paper"
    " AND kiosk_spent = people_kiosk AND people_kiosk <= kiosk_pins"
    " AND assisted_spent = people_assisted AND people_assisted <= assisted_pins"
)
COUNTED = ("papers_unused", "in_box", "people_paper", "people_kiosk", "people_assisted")
PINS = ("kiosk_pins", "kiosk_spent", "assisted_pins", "assisted_spent")
ALL_COUNTED = " AND ".join(f"{name} IS NOT NULL" for name in (*COUNTED, *PINS, "counted_by"))


class DayBook(db.Model):
    """A station's day: what it began with, and what it ended with (NULL until it is counted), as in `rules.Figures`.
    Numbers only, so that they stay when it is erased who took part. Never changed once it is closed."""

    __tablename__ = "day_book"
    __table_args__ = (
        UniqueConstraint("station_id", "on_day"),
        one_of("state", rules.DAY_STATES),
        CheckConstraint("papers_received >= 0 AND first_number > 0 AND spoiled >= 0", name="papers_not_negative"),
        CheckConstraint("papers_unused >= 0 AND in_box >= 0", name="counted_not_negative"),
        CheckConstraint("(state = 'open') = (counted_at IS NULL)", name="counted_unless_open"),
        CheckConstraint(f"state = 'open' OR ({ALL_COUNTED})", name="all_counted"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at_a_time"),
        CheckConstraint(f"state <> 'closed' OR confirmed_by IS NOT NULL OR ({EVEN})", name="even_or_confirmed"),
        CheckConstraint("confirmed_by IS NULL OR explanation <> ''", name="explained"),
        CheckConstraint("confirmed_by <> counted_by", name="two_people"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    station_id: Mapped[int] = mapped_column(Id, ForeignKey("polling_station.id"))
    on_day: Mapped[date]
    state: Mapped[str] = state_column()
    began_with: Mapped[int]
    papers_received: Mapped[int]
    first_number: Mapped[int]
    spoiled: Mapped[int] = mapped_column(default=0)
    opened_by: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    papers_unused: Mapped[int | None]
    in_box: Mapped[int | None]
    people_paper: Mapped[int | None]
    people_kiosk: Mapped[int | None]
    people_assisted: Mapped[int | None]
    kiosk_pins: Mapped[int | None]
    kiosk_spent: Mapped[int | None]
    assisted_pins: Mapped[int | None]
    assisted_spent: Mapped[int | None]
    counted_by: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    counted_at: Mapped[datetime | None] = mapped_column(Instant)
    explanation: Mapped[str] = mapped_column(Text, default="")
    confirmed_by: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    closed_at: Mapped[datetime | None] = mapped_column(Instant)

    station: Mapped[PollingStation] = relationship()
    opener: Mapped[Account] = relationship(foreign_keys=[opened_by])
    counter: Mapped[Account | None] = relationship(foreign_keys=[counted_by])
    confirmer: Mapped[Account | None] = relationship(foreign_keys=[confirmed_by])
    batch: Mapped["PaperBatch | None"] = relationship(back_populates="book")

    @property
    def figures(self) -> rules.Figures:
        """Of a day that was counted."""
        return rules.Figures(*(getattr(self, name) for name in rules.Figures._fields))

    @property
    def faults(self) -> tuple[str, ...]:
        return rules.list_faults(self.figures) if self.counted_at else ()


class PaperBatch(db.Model):
    """The pile out of a station's ballot box, on its way into the box. `papers`: how many lie in it. `handed`: people
    who were handed one, and `valid` + `void` of them; `reasons`: reason → papers; all three NULL until it is entered.
    Papers that are not official stand in `reasons` only: they are nobody's."""

    __tablename__ = "paper_batch"
    __table_args__ = (
        one_of("state", rules.BATCH_STATES),
        CheckConstraint("papers >= 0", name="papers_not_negative"),
        CheckConstraint("(state = 'entered') = (entered_at IS NOT NULL)", name="entered_at_a_time"),
        CheckConstraint("(state = 'entered') = (handed IS NOT NULL)", name="counted_when_entered"),
        CheckConstraint("valid + void = handed", name="one_for_each"),
        CheckConstraint("first_keyer <> second_keyer", name="two_keyers"),
        CheckConstraint("settler <> first_keyer AND settler <> second_keyer", name="third_settles"),
    )

    book_id: Mapped[int] = mapped_column(Id, ForeignKey("day_book.id"), primary_key=True)
    papers: Mapped[int]
    remark: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = state_column()
    opened_at: Mapped[datetime] = mapped_column(Instant)
    first_keyer: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    second_keyer: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    settler: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    entered_at: Mapped[datetime | None] = mapped_column(Instant)
    handed: Mapped[int | None]
    valid: Mapped[int | None]
    void: Mapped[int | None]
    reasons: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)

    book: Mapped[DayBook] = relationship(back_populates="batch")


class KeyedSheet(db.Model):
    """A paper as one of the keyers has keyed it: sealed like every ballot, so that nobody reads it before the box is
    opened. `tag`: HMAC of batch, sheet and what was keyed, by which two keyings are compared. `reason`: why it does
    not count. Wiped when the pile is entered."""

    __tablename__ = "keyed_sheet"
    __table_args__ = (
        one_of("reason", rules.REASONS, nullable=True),
        CheckConstraint("keying BETWEEN 1 AND 3", name="keying_known"),
        CheckConstraint("sheet > 0", name="sheet_positive"),
        {"sqlite_with_rowid": False},
    )

    book_id: Mapped[int] = mapped_column(Id, ForeignKey("paper_batch.book_id"), primary_key=True)
    keying: Mapped[int] = mapped_column(primary_key=True)
    sheet: Mapped[int] = mapped_column(primary_key=True)
    tag: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    reason: Mapped[str | None] = mapped_column(String(16))
