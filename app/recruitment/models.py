"""An open call, the applications to it, and whom the residents' councils recommend."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.committee.models import CommitteeMember
from app.database import Id, Instant, db, one_of, state_column
from app.programmes.models import Area, Programme
from app.recruitment import rules

_STANDING = text("state <> 'withdrawn'")


class Recruitment(db.Model):
    """`seed_source`: where the seed will come from, announced with the call; `draw_on`: the day on which it comes out.
    `body`: the list that is drawn from (`app.tally.draw.body_of`), `sha256` its hash, `result` the draw."""

    __tablename__ = "recruitment"
    __table_args__ = (
        one_of("state", rules.STATES),
        CheckConstraint(f"seats BETWEEN 1 AND {rules.SEATS_MOST}", name="seats_in_range"),
        CheckConstraint("per_dong BETWEEN 0 AND 10", name="per_dong_in_range"),
        CheckConstraint("sex_tenths BETWEEN 5 AND 10", name="sex_tenths_in_range"),
        CheckConstraint("vulnerable_least BETWEEN 0 AND seats AND youth_least BETWEEN 0 AND seats", name="least_fits"),
        CheckConstraint("youth_until BETWEEN 19 AND 49", name="youth_until_in_range"),
        CheckConstraint(f"kept_days BETWEEN 1 AND {rules.KEPT_DAYS_MOST}", name="kept_days_in_range"),
        CheckConstraint("opens_at < closes_at", name="period_in_order"),
        CheckConstraint(
            "state = 'cancelled' OR (state IN ('fixed', 'drawn')) = (body IS NOT NULL)", name="body_when_fixed"
        ),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_at_a_time"),
        CheckConstraint("(body IS NULL) = (sha256 IS NULL)", name="body_with_hash"),
        CheckConstraint("(state = 'drawn') = (result IS NOT NULL)", name="result_when_drawn"),
        CheckConstraint("(state = 'drawn') = (drawn_at IS NOT NULL)", name="drawn_at_a_time"),
        CheckConstraint("seed_confirmed_by <> seed_entered_by", name="seed_of_two_people"),
        CheckConstraint("seed_confirmed_by IS NULL OR state = 'drawn'", name="confirmed_is_drawn"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    programme_id: Mapped[int] = mapped_column(Id, ForeignKey("programme.id"), index=True)
    title_ko: Mapped[str] = mapped_column(String(rules.TITLE_MAX))
    title_en: Mapped[str] = mapped_column(String(rules.TITLE_MAX))
    text_ko: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    seats: Mapped[int]
    per_dong: Mapped[int] = mapped_column(default=rules.DEFAULT_PER_DONG)
    sex_tenths: Mapped[int] = mapped_column(default=rules.DEFAULT_SEX_TENTHS)
    vulnerable_least: Mapped[int] = mapped_column(default=rules.DEFAULT_VULNERABLE_LEAST)
    youth_least: Mapped[int] = mapped_column(default=rules.DEFAULT_YOUTH_LEAST)
    youth_until: Mapped[int] = mapped_column(default=rules.DEFAULT_YOUTH_UNTIL)
    opens_at: Mapped[datetime] = mapped_column(Instant)
    closes_at: Mapped[datetime] = mapped_column(Instant)
    seed_source_ko: Mapped[str] = mapped_column(String(rules.SOURCE_MAX))
    seed_source_en: Mapped[str] = mapped_column(String(rules.SOURCE_MAX))
    draw_on: Mapped[date]
    term_starts_on: Mapped[date]
    kept_days: Mapped[int] = mapped_column(default=rules.DEFAULT_KEPT_DAYS)
    state: Mapped[str] = state_column(default=rules.DRAFT)
    fixed_at: Mapped[datetime | None] = mapped_column(Instant)
    body: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(String(64))
    seed: Mapped[str] = mapped_column(String(rules.SEED_MAX), default="")
    seed_entered_by: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    seed_confirmed_by: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    result: Mapped[str | None] = mapped_column(Text)
    drawn_at: Mapped[datetime | None] = mapped_column(Instant)
    erased_at: Mapped[datetime | None] = mapped_column(Instant)
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)

    programme: Mapped[Programme] = relationship()
    changes: Mapped[list["RecruitmentChange"]] = relationship(order_by="RecruitmentChange.number")


class RecruitmentChange(db.Model):
    """That a call was extended or cancelled after it had been announced, and why: for everybody. Never changed.
    `number`: from 1; `closes_at`: until when it was extended."""

    __tablename__ = "recruitment_change"
    __table_args__ = (
        one_of("act", rules.CHANGE_ACTS),
        CheckConstraint("reason <> ''", name="reason_said"),
        CheckConstraint("(act = 'extend') = (closes_at IS NOT NULL)", name="extended_until"),
    )

    recruitment_id: Mapped[int] = mapped_column(Id, ForeignKey("recruitment.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    act: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(Text)
    closes_at: Mapped[datetime | None] = mapped_column(Instant)


class Application(db.Model):
    """What people tell of themselves goes at a withdrawal, and with the call's period; the number stays. `place`: in
    the drawn order, from 1."""

    __tablename__ = "application"
    __table_args__ = (
        one_of("state", rules.APPLICATION_STATES),
        one_of("sex", rules.SEXES, nullable=True),
        one_of("basis", rules.BASES, nullable=True),
        UniqueConstraint("recruitment_id", "number"),
        UniqueConstraint("member_id"),
        Index(
            "uq_application_standing",
            "recruitment_id",
            "resident_id",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
        CheckConstraint("(erased_at IS NULL) = (resident_id IS NOT NULL)", name="whose_until_erased"),
        CheckConstraint("(erased_at IS NULL) = (name IS NOT NULL)", name="name_until_erased"),
        CheckConstraint("(erased_at IS NULL) = (birth_year IS NOT NULL)", name="birth_year_until_erased"),
        CheckConstraint("(erased_at IS NULL) = (sex IS NOT NULL)", name="sex_until_erased"),
        CheckConstraint("(state = 'appointed') = (member_id IS NOT NULL)", name="appointed_is_member"),
        CheckConstraint("state <> 'withdrawn' OR erased_at IS NOT NULL", name="withdrawn_is_erased"),
        CheckConstraint(
            "state <> 'ineligible' OR reason <> '' OR erased_at IS NOT NULL", name="ineligible_with_reason"
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    recruitment_id: Mapped[int] = mapped_column(Id, ForeignKey("recruitment.id"), index=True)
    number: Mapped[int]
    resident_id: Mapped[int | None] = mapped_column(Id, ForeignKey("resident.id"), index=True)
    state: Mapped[str] = state_column(default=rules.SUBMITTED)
    name: Mapped[str | None] = mapped_column(String(rules.NAME_MAX))
    birth_year: Mapped[int | None]
    sex: Mapped[str | None] = mapped_column(String(1))
    basis: Mapped[str | None] = mapped_column(String(12))
    area_id: Mapped[int | None] = mapped_column(Id, ForeignKey("area.id"))
    phone: Mapped[str | None] = mapped_column(String(20))
    motive: Mapped[str] = mapped_column(Text, default="")
    is_vulnerable: Mapped[bool] = mapped_column(default=False)
    applied_at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[int | None]
    member_id: Mapped[int | None] = mapped_column(Id, ForeignKey("committee_member.id"))
    erased_at: Mapped[datetime | None] = mapped_column(Instant)

    recruitment: Mapped[Recruitment] = relationship()
    area: Mapped[Area | None] = relationship()
    member: Mapped[CommitteeMember | None] = relationship()


class Recommendation(db.Model):
    """Of a dong's residents' council (주민자치회). `number`: from 1 in each dong. The name goes with the call's period;
    who was appointed is known by the appointment."""

    __tablename__ = "recommendation"
    __table_args__ = (
        one_of("sex", rules.SEXES, nullable=True),
        UniqueConstraint("recruitment_id", "area_id", "number"),
        UniqueConstraint("member_id"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("(erased_at IS NULL) = (name IS NOT NULL)", name="name_until_erased"),
        CheckConstraint("(erased_at IS NULL) = (sex IS NOT NULL)", name="sex_until_erased"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    recruitment_id: Mapped[int] = mapped_column(Id, ForeignKey("recruitment.id"))
    area_id: Mapped[int] = mapped_column(Id, ForeignKey("area.id"))
    number: Mapped[int]
    recommended_by: Mapped[str] = mapped_column(String(rules.BODY_MAX))
    name: Mapped[str | None] = mapped_column(String(rules.NAME_MAX))
    birth_year: Mapped[int | None]
    sex: Mapped[str | None] = mapped_column(String(1))
    is_vulnerable: Mapped[bool] = mapped_column(default=False)
    entered_at: Mapped[datetime] = mapped_column(Instant)
    member_id: Mapped[int | None] = mapped_column(Id, ForeignKey("committee_member.id"))
    erased_at: Mapped[datetime | None] = mapped_column(Instant)

    recruitment: Mapped[Recruitment] = relationship()
    area: Mapped[Area] = relationship()
    member: Mapped[CommitteeMember | None] = relationship()
