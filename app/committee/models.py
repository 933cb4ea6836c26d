"""The committee (위원회), its sub-committees (분과위원회), its general meeting (총회) and its other meetings."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.committee import agenda_rules, rules, subcommittee_rules, tablet_rules
from app.database import Id, Instant, db, one_of, state_column
from app.people.models import Account
from app.programmes.models import Programme
from app.rounds.models import Round

_UP, _BALLOT = text("state = 'under_discussion'"), text("kind = 'ballot'")
_STAYS, _CHAIR = text("left_on IS NULL"), text("is_chair AND left_on IS NULL")


class CommitteeMember(db.Model):
    """An appointment (위촉). Those enrolled on a day are the base of the quorum. `sex` and the two groups are what the
    quotas ask; `sex` is None of whom it was never recorded. `letter_number`: of the letter of appointment.
    `role_settled_at`: when the account lost the committee's role since this seat was over, or kept it for another."""

    __tablename__ = "committee_member"
    __table_args__ = (
        UniqueConstraint("programme_id", "account_id", "appointed_on"),
        CheckConstraint("term_ends_on > appointed_on", name="term_in_order"),
        one_of("route", rules.ROUTES),
        one_of("office", rules.OFFICES),
        one_of("sex", rules.SEXES, nullable=True),
        one_of("dismissal_ground", rules.DISMISSAL_GROUNDS, nullable=True),
        CheckConstraint("dismissal_ground IS NULL OR dismissed_on IS NOT NULL", name="ground_of_dismissal"),
        Index("uq_committee_member_letter_number", "letter_number", unique=True),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    programme_id: Mapped[int] = mapped_column(Id, ForeignKey("programme.id"))
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    route: Mapped[str] = mapped_column(String(16))
    office: Mapped[str] = mapped_column(String(12), default="member")
    appointed_on: Mapped[date]
    term_ends_on: Mapped[date]
    dismissed_on: Mapped[date | None]
    sex: Mapped[str | None] = mapped_column(String(1))
    is_vulnerable: Mapped[bool] = mapped_column(default=False)
    is_youth: Mapped[bool] = mapped_column(default=False)
    letter_number: Mapped[str | None] = mapped_column(String(rules.LETTER_NUMBER_MAX))
    dismissal_ground: Mapped[str | None] = mapped_column(String(12))
    role_settled_at: Mapped[datetime | None] = mapped_column(Instant)

    programme: Mapped[Programme] = relationship()
    account: Mapped[Account] = relationship()


class Subcommittee(db.Model):
    """A sub-committee (분과위원회), for as long as it is set up: `ends_on` is the first day on which it is over."""

    __tablename__ = "subcommittee"
    __table_args__ = (
        CheckConstraint("ends_on > starts_on", name="days_in_order"),
        UniqueConstraint("programme_id", "name_ko", "starts_on"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    programme_id: Mapped[int] = mapped_column(Id, ForeignKey("programme.id"))
    name_ko: Mapped[str] = mapped_column(String(subcommittee_rules.NAME_MAX))
    name_en: Mapped[str] = mapped_column(String(subcommittee_rules.NAME_MAX))
    starts_on: Mapped[date]
    ends_on: Mapped[date]

    programme: Mapped[Programme] = relationship()
    seats: Mapped[list["SubcommitteeSeat"]] = relationship(
        back_populates="subcommittee", order_by="SubcommitteeSeat.joined_on, SubcommitteeSeat.id"
    )


class SubcommitteeSeat(db.Model):
    """That a member belongs to a sub-committee, from `joined_on` on and before `left_on`. It holds only while the
    member is in office. Among those who have not left, one is the chair."""

    __tablename__ = "subcommittee_seat"
    __table_args__ = (
        one_of("joined_ground", subcommittee_rules.JOINING_GROUNDS),
        one_of("left_ground", subcommittee_rules.LEAVING_GROUNDS, nullable=True),
        CheckConstraint("left_on >= joined_on", name="leaves_after_joining"),
        CheckConstraint("(left_on IS NULL) = (left_ground IS NULL)", name="ground_of_leaving"),
        Index(
            "uq_subcommittee_seat_member",
            "subcommittee_id",
            "member_id",
            unique=True,
            sqlite_where=_STAYS,
            postgresql_where=_STAYS,
        ),
        Index(
            "uq_subcommittee_seat_chair", "subcommittee_id", unique=True, sqlite_where=_CHAIR, postgresql_where=_CHAIR
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    subcommittee_id: Mapped[int] = mapped_column(Id, ForeignKey("subcommittee.id"))
    member_id: Mapped[int] = mapped_column(Id, ForeignKey("committee_member.id"), index=True)
    is_chair: Mapped[bool] = mapped_column(default=False)
    joined_on: Mapped[date]
    joined_ground: Mapped[str] = mapped_column(String(20))
    left_on: Mapped[date | None]
    left_ground: Mapped[str | None] = mapped_column(String(20))

    subcommittee: Mapped[Subcommittee] = relationship(back_populates="seats")
    member: Mapped[CommitteeMember] = relationship()


class CommitteeSettings(db.Model):
    """What a programme's committee has laid down for itself; where there is no row, the defaults hold."""

    __tablename__ = "committee_settings"
    __table_args__ = (CheckConstraint("notice_days BETWEEN 0 AND 90", name="notice_days_in_range"),)

    programme_id: Mapped[int] = mapped_column(Id, ForeignKey("programme.id"), primary_key=True)
    notice_days: Mapped[int] = mapped_column(default=agenda_rules.USUAL_NOTICE_DAYS)
    one_subcommittee: Mapped[bool] = mapped_column(default=False)


class Meeting(db.Model):
    """A meeting of the committee or of one of its sub-committees. `notice_days`: whole days between the invitation and
    the meeting's day. `short_notice`: why it was opened although they were fewer. `minutes`: what staff write beside
    the facts."""

    __tablename__ = "meeting"
    __table_args__ = (
        one_of("kind", rules.MEETING_KINDS),
        one_of("state", rules.MEETING_STATES),
        CheckConstraint("(kind = 'general') = (round_id IS NOT NULL)", name="general_of_a_round"),
        CheckConstraint("(kind = 'general') = (title IS NULL)", name="title_unless_general"),
        CheckConstraint("kind = 'committee' OR subcommittee_id IS NULL", name="general_of_the_whole"),
        CheckConstraint("(state IN ('planned', 'not_held')) = (opened_at IS NULL)", name="opened_unless_planned"),
        CheckConstraint("(state IN ('ended', 'not_held')) = (ended_at IS NOT NULL)", name="ended_with_instant"),
        CheckConstraint("notice_days BETWEEN 0 AND 90", name="notice_days_in_range"),
        CheckConstraint("short_notice <> ''", name="short_notice_said"),
        CheckConstraint("minutes_published_at IS NULL OR ended_at IS NOT NULL", name="minutes_after_end"),
        CheckConstraint("(minutes_approved_at IS NULL) = (minutes_approved_by IS NULL)", name="approved_by_somebody"),
        CheckConstraint(
            "kind = 'general' OR minutes_published_at IS NULL OR minutes_approved_at IS NOT NULL",
            name="published_when_approved",
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    programme_id: Mapped[int] = mapped_column(Id, ForeignKey("programme.id"), index=True)
    subcommittee_id: Mapped[int | None] = mapped_column(Id, ForeignKey("subcommittee.id"), index=True)
    title: Mapped[str | None] = mapped_column(String(rules.MEETING_TITLE_MAX))
    place: Mapped[str] = mapped_column(String(120))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = state_column(default=rules.PLANNED)
    opened_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    enrolled_at_close: Mapped[int | None]
    present_at_close: Mapped[int | None]
    notice_days: Mapped[int] = mapped_column(default=agenda_rules.USUAL_NOTICE_DAYS)
    short_notice: Mapped[str | None] = mapped_column(Text)
    enrolled_at_open: Mapped[int | None]
    present_at_open: Mapped[int | None]
    minutes: Mapped[str] = mapped_column(Text, default="")
    minutes_approved_at: Mapped[datetime | None] = mapped_column(Instant)
    minutes_approved_by: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    minutes_published_at: Mapped[datetime | None] = mapped_column(Instant)

    programme: Mapped[Programme] = relationship()
    subcommittee: Mapped[Subcommittee | None] = relationship()
    attendances: Mapped[list["Attendance"]] = relationship(back_populates="meeting")
    invitations: Mapped[list["Invitation"]] = relationship(back_populates="meeting", order_by="Invitation.number")
    items: Mapped[list["AgendaItem"]] = relationship(back_populates="meeting", order_by="AgendaItem.position")
    agenda_changes: Mapped[list["AgendaChange"]] = relationship(order_by="AgendaChange.number")
    addenda: Mapped[list["MinutesAddendum"]] = relationship(order_by="MinutesAddendum.number")

    __mapper_args__ = {"polymorphic_on": "kind"}

    @property
    def invitation(self) -> "Invitation | None":
        """The one that stands: the latest."""
        return self.invitations[-1] if self.invitations else None


class GeneralMeeting(Meeting):
    """The meeting (총회) at which the committee votes on one round."""

    __mapper_args__ = {"polymorphic_identity": rules.GENERAL}

    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"), unique=True, nullable=True)

    round: Mapped[Round] = relationship()


class CommitteeMeeting(Meeting):
    """Any other meeting: of the whole committee, or of a sub-committee."""

    __mapper_args__ = {"polymorphic_identity": rules.COMMITTEE}


class Attendance(db.Model):
    """A member signed in at the door; `left_at` is set when they go."""

    __tablename__ = "attendance"
    __table_args__ = (CheckConstraint("left_at IS NULL OR left_at >= arrived_at", name="leaves_after_arriving"),)

    meeting_id: Mapped[int] = mapped_column(Id, ForeignKey("meeting.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(Id, ForeignKey("committee_member.id"), primary_key=True)
    arrived_at: Mapped[datetime] = mapped_column(Instant)
    left_at: Mapped[datetime | None] = mapped_column(Instant)

    meeting: Mapped[Meeting] = relationship(back_populates="attendances")
    member: Mapped[CommitteeMember] = relationship()


class Invitation(db.Model):
    """That all who were enrolled were invited, how many they were, and where and when to. Never changed: a meeting that
    moves sends another. `number`: from 1."""

    __tablename__ = "meeting_invitation"
    __table_args__ = (CheckConstraint("members > 0", name="members_positive"),)

    meeting_id: Mapped[int] = mapped_column(Id, ForeignKey("meeting.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime] = mapped_column(Instant)
    members: Mapped[int]
    place: Mapped[str] = mapped_column(String(120))
    starts_at: Mapped[datetime] = mapped_column(Instant)

    meeting: Mapped[Meeting] = relationship(back_populates="invitations")


class AgendaItem(db.Model):
    """An item of the agenda (안건). The numbers are those of the instant at which it began and closed; `may_vote`: of
    the present at the closing, those not recused from it. At most one is under discussion, one is the ballot."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        one_of("kind", agenda_rules.ITEM_KINDS),
        one_of("state", agenda_rules.ITEM_STATES),
        one_of("outcome", agenda_rules.OUTCOMES, nullable=True),
        CheckConstraint("(state = 'to_come') = (begun_at IS NULL)", name="begun_with_instant"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_with_instant"),
        CheckConstraint("(closed_at IS NULL) = (may_vote IS NULL)", name="closed_with_numbers"),
        CheckConstraint("outcome IS NULL OR (kind = 'decision' AND state = 'closed')", name="outcome_of_decision"),
        CheckConstraint(
            "(outcome IS NULL) = (votes_for IS NULL) AND (outcome IS NULL) = (votes_against IS NULL) "
            "AND (outcome IS NULL) = (abstained IS NULL)",
            name="outcome_with_hands",
        ),
        CheckConstraint("votes_for >= 0 AND votes_against >= 0 AND abstained >= 0", name="hands_not_negative"),
        CheckConstraint("votes_for + votes_against + abstained <= may_vote", name="hands_within_present"),
        CheckConstraint("may_vote <= present AND present <= enrolled", name="numbers_in_order"),
        Index("uq_agenda_item_up", "meeting_id", unique=True, sqlite_where=_UP, postgresql_where=_UP),
        Index("uq_agenda_item_ballot", "meeting_id", unique=True, sqlite_where=_BALLOT, postgresql_where=_BALLOT),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(Id, ForeignKey("meeting.id"), index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(200))
    added_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = state_column(default=agenda_rules.TO_COME)
    begun_at: Mapped[datetime | None] = mapped_column(Instant)
    present_at_begin: Mapped[int | None]
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    enrolled: Mapped[int | None]
    present: Mapped[int | None]
    may_vote: Mapped[int | None]
    votes_for: Mapped[int | None]
    votes_against: Mapped[int | None]
    abstained: Mapped[int | None]
    outcome: Mapped[str | None] = mapped_column(String(12))

    meeting: Mapped[Meeting] = relationship(back_populates="items")
    attendances: Mapped[list["ItemAttendance"]] = relationship()


class ItemAttendance(db.Model):
    """Who was present when an item was closed, and who of them was recused from it. Never changed."""

    __tablename__ = "item_attendance"

    item_id: Mapped[int] = mapped_column(Id, ForeignKey("agenda_item.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(Id, ForeignKey("committee_member.id"), primary_key=True)
    is_recused: Mapped[bool]

    member: Mapped[CommitteeMember] = relationship()


class AgendaChange(db.Model):
    """That the agenda was changed after the invitation had told of it, and why. Never changed. `number`: from 1."""

    __tablename__ = "agenda_change"
    __table_args__ = (
        one_of("act", agenda_rules.AGENDA_ACTS),
        CheckConstraint("reason <> ''", name="reason_said"),
    )

    meeting_id: Mapped[int] = mapped_column(Id, ForeignKey("meeting.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    act: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)


class MinutesAddendum(db.Model):
    """What corrects published minutes: it stands below them, and neither is changed. `number`: from 1."""

    __tablename__ = "minutes_addendum"
    __table_args__ = (CheckConstraint("words <> ''", name="words_said"),)

    meeting_id: Mapped[int] = mapped_column(Id, ForeignKey("meeting.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    added_at: Mapped[datetime] = mapped_column(Instant)
    words: Mapped[str] = mapped_column(Text)


class MeetingTablet(db.Model):
    """A device in the hall that is nobody's. It carries a token of which a keyed hash is kept."""

    __tablename__ = "meeting_tablet"
    __table_args__ = (
        one_of("use", tablet_rules.TABLET_USES),
        CheckConstraint("wrong_tries BETWEEN 0 AND 5", name="wrong_tries_in_range"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(Id, ForeignKey("meeting.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    use: Mapped[str] = mapped_column(String(8))
    token_key: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    wrong_tries: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(Instant)

    meeting: Mapped[Meeting] = relationship()


class MeetingPin(db.Model):
    """A one-time PIN, and then the right to one ballot on one tablet; of both a keyed hash is kept. Whose it is goes
    with the cast, so that no list is left of who voted where; all of them go when the meeting is over."""

    __tablename__ = "meeting_pin"
    __table_args__ = (
        UniqueConstraint("meeting_id", "pin_key"),
        UniqueConstraint("meeting_id", "member_id"),
        CheckConstraint(
            "(right_key IS NULL) = (right_ends_at IS NULL) AND (right_key IS NULL) = (tablet_id IS NULL)",
            name="right_on_a_tablet",
        ),
        CheckConstraint("member_id IS NOT NULL OR right_key IS NOT NULL", name="nobodys_when_used"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(Id, ForeignKey("meeting.id"))
    member_id: Mapped[int | None] = mapped_column(Id, ForeignKey("committee_member.id"))
    pin_key: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(Instant)
    tablet_id: Mapped[int | None] = mapped_column(Id, ForeignKey("meeting_tablet.id"))
    right_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    right_ends_at: Mapped[datetime | None] = mapped_column(Instant)

    member: Mapped[CommitteeMember | None] = relationship()
