"""A round: one fiscal year of one programme, with its rules as data."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Id, Instant, Won, db, one_of, state_column
from app.programmes.models import Area, Programme
from app.rounds import rules

BALLOT_KINDS = ("approval", "choose-one", "ranking", "cumulative", "scores")
NORMALISATIONS = ("share", "turnout", "top", "rank", "raw")
CAP_POLICIES = ("skip", "stop", "part", "near")


class Round(db.Model):
    """`source`: one of `rules.SOURCES`."""

    __tablename__ = "round"
    __table_args__ = (
        UniqueConstraint("programme_id", "fiscal_year", "slug"),
        one_of("state", rules.STATES),
        one_of("cap_policy", CAP_POLICIES),
        one_of("source", rules.SOURCES),
        one_of("opening", rules.OPENINGS),
        CheckConstraint("turnout_target >= 0", name="turnout_target_not_negative"),
        CheckConstraint("per_project_limit_won > 0", name="per_project_limit_positive"),
        CheckConstraint("(cap_policy = 'near') = (near_cover IS NOT NULL)", name="near_has_its_share"),
        one_of("voters", rules.VOTERS),
        CheckConstraint("age_min BETWEEN 0 AND 130", name="age_min_in_range"),
        CheckConstraint("objection_days BETWEEN 1 AND 365", name="objection_days_in_range"),
        CheckConstraint("sheets_needed > 0", name="sheets_needed_positive"),
        CheckConstraint("review_objection_days BETWEEN 0 AND 60", name="review_objection_days_in_range"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    programme_id: Mapped[int] = mapped_column(Id, ForeignKey("programme.id"))
    fiscal_year: Mapped[int]
    slug: Mapped[str] = mapped_column(String(60), default="main")
    title_ko: Mapped[str] = mapped_column(String(120))
    title_en: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = state_column(default=rules.DRAFT)
    source: Mapped[str] = mapped_column(String(12), default=rules.HELD)
    currency: Mapped[str] = mapped_column(String(12), default="KRW")  # "PLN/100": amounts are hundredths
    turnout_target: Mapped[int | None]
    per_project_limit_won: Mapped[int | None] = mapped_column(Won)
    objection_days: Mapped[int] = mapped_column(default=rules.USUAL_OBJECTION_DAYS)  # from the result's publication
    cap_policy: Mapped[str] = mapped_column(String(8), default="skip")
    near_cover: Mapped[str | None] = mapped_column(String(20))  # a fraction "4/5"
    tie_order: Mapped[list[str]] = mapped_column(JSON)
    quotas: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    opening: Mapped[str] = mapped_column(String(12), default=rules.OBSERVER)  # how the box is opened
    voters: Mapped[str] = mapped_column(String(12), default=rules.ANYBODY)  # how it asks who may vote (app.roll)
    age_min: Mapped[int | None]  # in full years, on the day on which residents begin to vote
    bases: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["address"])  # what ties a voter to the area
    visitors_needed: Mapped[int] = mapped_column(default=2)
    drops_extremes: Mapped[bool] = mapped_column(default=False)
    shortlist_places: Mapped[int | None]  # per section; NULL = no limit of places
    shortlist_threshold: Mapped[str | None] = mapped_column(String(20))  # least mean score, a fraction
    sheets_needed: Mapped[int | None]  # fewest sheets on each proposal; NULL = any number
    hides_proposer: Mapped[bool] = mapped_column(default=True)  # from those who score
    review_objection_days: Mapped[int] = mapped_column(default=rules.USUAL_REVIEW_OBJECTION_DAYS)  # 0 = none is taken
    note_ko: Mapped[str | None] = mapped_column(Text)  # shown wherever the round is: e.g. "votes are made up"
    note_en: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)

    programme: Mapped[Programme] = relationship()
    pots: Mapped[list["Pot"]] = relationship(order_by="Pot.position", back_populates="round")
    sections: Mapped[list["Section"]] = relationship(order_by="Section.position", back_populates="round")
    chambers: Mapped[list["Chamber"]] = relationship(order_by="Chamber.position", back_populates="round")
    phases: Mapped[list["Phase"]] = relationship(order_by="Phase.starts_at", back_populates="round")


class Pot(db.Model):
    __tablename__ = "pot"
    __table_args__ = (
        UniqueConstraint("round_id", "code"),
        CheckConstraint("cap_won > 0", name="cap_positive"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"))
    code: Mapped[str] = mapped_column(String(40))
    name_ko: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    cap_won: Mapped[int] = mapped_column(Won)
    position: Mapped[int]

    round: Mapped[Round] = relationship(back_populates="pots")


class Section(db.Model):
    """A field (분야) of the ballot: its own pool of projects, drawing on one pot.

    `area`: the dong on whose own ballot it stands; None where it stands on everybody's.
    """

    __tablename__ = "section"
    __table_args__ = (UniqueConstraint("round_id", "code"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"))
    pot_id: Mapped[int] = mapped_column(Id, ForeignKey("pot.id"))
    code: Mapped[str] = mapped_column(String(40))
    name_ko: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    area_id: Mapped[int | None] = mapped_column(Id, ForeignKey("area.id"))

    round: Mapped[Round] = relationship(back_populates="sections")
    pot: Mapped[Pot] = relationship()
    area: Mapped[Area | None] = relationship()


class Chamber(db.Model):
    """Who votes with which weight. `weight` and the threshold's share are fractions as text, "1/2"."""

    __tablename__ = "chamber"
    __table_args__ = (
        UniqueConstraint("round_id", "code"),
        one_of("kind", BALLOT_KINDS),
        one_of("normalisation", NORMALISATIONS),
        one_of("scope", ("ballot", "section")),
        CheckConstraint("total_min IS NULL OR total_min <= total_max", name="total_in_order"),
        CheckConstraint("(total_min IS NULL) = (total_max IS NULL)", name="total_both_or_neither"),
        CheckConstraint("(score_min IS NULL) = (score_max IS NULL)", name="scores_both_or_neither"),
        CheckConstraint("threshold_votes IS NULL OR threshold_share IS NULL", name="one_threshold"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"))
    code: Mapped[str] = mapped_column(String(40))
    name_ko: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60))
    weight: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(12), default="approval")
    normalisation: Mapped[str] = mapped_column(String(8), default="share")
    scope: Mapped[str] = mapped_column(String(8), default="ballot")
    total_min: Mapped[int | None]
    total_max: Mapped[int | None]
    money_limit_won: Mapped[int | None] = mapped_column(Won)
    points_limit: Mapped[int | None]  # of a cumulative ballot: points to hand out
    score_min: Mapped[int | None]  # of a ballot of scores: what one project may get
    score_max: Mapped[int | None]
    threshold_votes: Mapped[int | None]
    threshold_share: Mapped[str | None] = mapped_column(String(20))
    position: Mapped[int]

    round: Mapped[Round] = relationship(back_populates="chambers")
    picks: Mapped[list["PickRule"]] = relationship(back_populates="chamber", cascade="all, delete-orphan")


class PickRule(db.Model):
    """How many projects of a section one ballot of a chamber may and must pick."""

    __tablename__ = "pick_rule"
    __table_args__ = (
        CheckConstraint("pick_min >= 0", name="min_not_negative"),
        CheckConstraint("pick_min <= pick_max", name="in_order"),
    )

    chamber_id: Mapped[int] = mapped_column(Id, ForeignKey("chamber.id"), primary_key=True)
    section_id: Mapped[int] = mapped_column(Id, ForeignKey("section.id"), primary_key=True)
    pick_min: Mapped[int]
    pick_max: Mapped[int]

    chamber: Mapped[Chamber] = relationship(back_populates="picks")
    section: Mapped[Section] = relationship()


class Phase(db.Model):
    """Half-open `[starts_at, ends_at)`; it opens and closes by the clock."""

    __tablename__ = "phase"
    __table_args__ = (
        UniqueConstraint("round_id", "kind"),
        one_of("kind", rules.PHASES),
        CheckConstraint("starts_at < ends_at", name="ends_after_it_begins"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"))
    kind: Mapped[str] = mapped_column(String(24))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)

    round: Mapped[Round] = relationship(back_populates="phases")
