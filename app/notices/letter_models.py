"""The words of staff for what people are told, and the notices themselves."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Id, Instant, db, one_of, state_column
from app.notices.delivery_rules import DIGEST, STATES, WAITING, Person
from app.notices.models import Message
from app.notices.rules import CHANNELS

ONE_PERSON = "(resident_id IS NULL) <> (account_id IS NULL)"


class About(NamedTuple):
    """What a notice is about: a round, and a proposal in it; or of a programme's committee a meeting, or an application
    to an open call."""

    round_id: int | None = None
    proposal_id: int | None = None
    programme_id: int | None = None
    meeting_id: int | None = None
    application_id: int | None = None


class LetterTemplate(db.Model):
    """One version of a programme's texts for a kind of notice; none is ever changed. Empty: from here on, the
    product's own words again."""

    __tablename__ = "letter_template"
    __table_args__ = (
        UniqueConstraint("programme_id", "kind", "version"),
        CheckConstraint("version > 0", name="version_positive"),
        CheckConstraint("(body_ko = '') = (body_en = '')", name="both_languages"),
        CheckConstraint("(subject_ko = '') = (subject_en = '')", name="subject_both_languages"),
        CheckConstraint("(sms_ko = '') = (sms_en = '')", name="sms_both_languages"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    programme_id: Mapped[int] = mapped_column(Id, ForeignKey("programme.id"))
    kind: Mapped[str] = mapped_column(String(24))
    version: Mapped[int]
    body_ko: Mapped[str] = mapped_column(Text)
    body_en: Mapped[str] = mapped_column(Text)
    subject_ko: Mapped[str] = mapped_column(Text, default="")
    subject_en: Mapped[str] = mapped_column(Text, default="")
    sms_ko: Mapped[str] = mapped_column(Text, default="")
    sms_en: Mapped[str] = mapped_column(Text, default="")
    saved_at: Mapped[datetime] = mapped_column(Instant)
    saved_by: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))


class Notice(db.Model):
    """A resident, or an account, is told of a step, in the transaction of the step. `facts` holds what its subject
    does not say by itself (a verdict, a day), as the machine writes it; no words of anybody, no name. It reads as the
    text of `made_at` had it. `once`: what may be told a single time, and by whoever comes first."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_resident", "resident_id", "id"),
        Index("ix_notice_account", "account_id", "id"),
        CheckConstraint("seen_at IS NULL OR seen_at >= made_at", name="seen_when_made"),
        CheckConstraint(ONE_PERSON, name="one_person"),
        CheckConstraint("(round_id IS NULL) <> (programme_id IS NULL)", name="of_a_round_or_a_committee"),
        CheckConstraint("proposal_id IS NULL OR round_id IS NOT NULL", name="proposal_of_a_round"),
        CheckConstraint(
            "(meeting_id IS NULL AND application_id IS NULL) OR programme_id IS NOT NULL", name="meeting_of_a_committee"
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    resident_id: Mapped[int | None] = mapped_column(Id, ForeignKey("resident.id"))
    account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    round_id: Mapped[int | None] = mapped_column(Id, ForeignKey("round.id"), index=True)
    proposal_id: Mapped[int | None] = mapped_column(Id, ForeignKey("proposal.id"), index=True)
    programme_id: Mapped[int | None] = mapped_column(Id, ForeignKey("programme.id"), index=True)
    meeting_id: Mapped[int | None] = mapped_column(Id, ForeignKey("meeting.id"), index=True)
    application_id: Mapped[int | None] = mapped_column(Id, ForeignKey("application.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    once: Mapped[str | None] = mapped_column(String(80), unique=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def person(self) -> Person:
        return Person(self.resident_id, self.account_id)

    @property
    def about(self) -> About:
        return About(*(getattr(self, name) for name in About._fields))


class Delivery(db.Model):
    """That a notice is to go out by a channel as well: written with the notice, so that no step is ever told by half.

    Neither words nor a number or an address stand here: they are put together when its message is made, and emptied
    once that has gone. `is_digest`: it goes with the person's other ones of the day. `unwanted`: the person wished it
    otherwise, or has given nowhere to send it."""

    __tablename__ = "delivery"
    __table_args__ = (
        one_of("channel", CHANNELS),
        one_of("state", STATES),
        UniqueConstraint("notice_id", "channel"),
        CheckConstraint("(state = 'packed') = (message_id IS NOT NULL)", name="packed_in_a_message"),
        CheckConstraint("channel = 'mail' OR NOT is_digest", name="digest_by_mail"),
        Index("ix_delivery_state", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    notice_id: Mapped[int] = mapped_column(Id, ForeignKey("notice.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(4))
    state: Mapped[str] = state_column(default=WAITING)
    is_digest: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    message_id: Mapped[int | None] = mapped_column(Id, ForeignKey("message.id"), index=True)

    notice: Mapped[Notice] = relationship()
    message: Mapped[Message | None] = relationship()

    @property
    def progress(self) -> str:
        """How far it is: its own state, or that of its message."""
        if self.message is not None:
            return self.message.state
        return DIGEST if self.is_digest and self.state == WAITING else self.state


class NoticeWish(db.Model):
    """How a person wants to be told besides on the site. `ways`: kind → one of WAYS, where they chose; `language`: of
    what is sent. `mail_stopped_at`: they have unsubscribed, and no mail goes until they choose one again."""

    __tablename__ = "notice_wish"
    __table_args__ = (one_of("language", ("ko", "en")), CheckConstraint(ONE_PERSON, name="one_person"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    resident_id: Mapped[int | None] = mapped_column(Id, ForeignKey("resident.id"), unique=True)
    account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"), unique=True)
    language: Mapped[str] = mapped_column(String(2))
    ways: Mapped[dict[str, str]] = mapped_column(JSON)
    mail_stopped_at: Mapped[datetime | None] = mapped_column(Instant)
