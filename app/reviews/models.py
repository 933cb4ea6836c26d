"""The three reviews, in the plan's order: department check, on-site review, and only then written review."""

from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Id, Instant, Won, db, one_of, state_column
from app.people.models import Account, Department
from app.proposals.models import Proposal
from app.reviews import rules, scoring
from app.reviews.visit_models import SiteVisit
from app.rounds.models import Round


class DepartmentCheck(db.Model):
    """부서 검토. Nothing of it is public before it is released.

    `officer`: who has taken it on, then who wrote the opinion; none: it lies in the department's inbox. `returned_at`:
    given back to the staff by the department that is named. `ground_words`: of each ground, why.
    """

    __tablename__ = "department_check"
    __table_args__ = (
        one_of("state", rules.CHECK_STATES),
        one_of("verdict", rules.VERDICTS, nullable=True),
        CheckConstraint("state = 'assigned' OR verdict IS NOT NULL", name="decided_with_verdict"),
        CheckConstraint("(state = 'released') = (released_at IS NOT NULL)", name="released_with_instant"),
        CheckConstraint("adjusted_cost_won IS NULL OR adjusted_cost_won > 0", name="adjusted_cost_positive"),
        CheckConstraint(
            "verdict IS NULL OR (verdict = 'ineligible') = (CAST(grounds AS TEXT) <> '[]')",
            name="grounds_when_ineligible",
        ),
        CheckConstraint("returned_at IS NULL OR state = 'assigned'", name="returned_undecided"),
        CheckConstraint("(adjusted_cost_won IS NULL) = (cost_reason = '')", name="adjusted_with_reason"),
        CheckConstraint("version > 0", name="version_positive"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    proposal_id: Mapped[int] = mapped_column(Id, ForeignKey("proposal.id"), unique=True)
    department_id: Mapped[int] = mapped_column(Id, ForeignKey("department.id"))
    officer_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    state: Mapped[str] = state_column(default=rules.ASSIGNED)
    verdict: Mapped[str | None] = mapped_column(String(12))
    grounds: Mapped[list[str]] = mapped_column(JSON, default=list)  # of rules.GROUNDS
    opinions: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # of rules.OPINIONS
    ground_words: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    reason: Mapped[str] = mapped_column(Text, default="")
    adjusted_cost_won: Mapped[int | None] = mapped_column(Won)
    cost_reason: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date]
    returned_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    released_at: Mapped[datetime | None] = mapped_column(Instant)

    proposal: Mapped[Proposal] = relationship()
    department: Mapped[Department] = relationship()
    officer: Mapped[Account | None] = relationship()

    @property
    def is_returned(self) -> bool:
        return self.returned_at is not None


class Criterion(db.Model):
    """One line of the scoring sheet (필요성, 시급성 …): points are a setting of the round, and each counts `weight`
    times. `anchors`: what some of the points mean, in words; the points as text, for that is what JSON has."""

    __tablename__ = "criterion"
    __table_args__ = (
        UniqueConstraint("round_id", "position"),
        CheckConstraint("points_max > 0", name="points_positive"),
        CheckConstraint("weight > 0", name="weight_positive"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"))
    name_ko: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60))
    hint_ko: Mapped[str] = mapped_column(String(200), default="")
    hint_en: Mapped[str] = mapped_column(String(200), default="")
    points_max: Mapped[int]
    weight: Mapped[int] = mapped_column(default=1)
    anchors_ko: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    anchors_en: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    position: Mapped[int]

    round: Mapped[Round] = relationship()

    @property
    def total_max(self) -> int:
        return self.points_max * self.weight


class WrittenReview(db.Model):
    """서면심사: one member's sheet on one proposal, begun by declaring that there is no conflict of interest.

    It hangs on a signed-off visit: the database knows no sheet without one (P7).
    """

    __tablename__ = "written_review"
    __table_args__ = (
        UniqueConstraint("visit_id", "account_id"),
        ForeignKeyConstraint(["visit_id", "visit_state"], ["site_visit.id", "site_visit.state"]),
        CheckConstraint(f"visit_state = '{rules.SIGNED_OFF}'", name="visit_signed_off"),
        one_of("state", rules.SHEET_STATES),
        CheckConstraint("(state = 'submitted') = (submitted_at IS NOT NULL)", name="submitted_with_instant"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    visit_id: Mapped[int] = mapped_column(Id)
    visit_state: Mapped[str] = state_column(default=rules.SIGNED_OFF)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"), index=True)
    state: Mapped[str] = state_column(default=rules.BEGUN)
    declared_at: Mapped[datetime] = mapped_column(Instant)
    comment: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=0)  # counts what was saved, so that two tabs notice one another
    page: Mapped[str] = mapped_column(String(64), default="")  # the one that saved last, by the mark it was given
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)

    visit: Mapped[SiteVisit] = relationship()
    account: Mapped[Account] = relationship()
    scores: Mapped[list["Score"]] = relationship(back_populates="review", cascade="all, delete-orphan")

    @property
    def points(self) -> dict[int, int]:
        """By criterion id; a draft need not have them all."""
        return {score.criterion_id: score.points for score in self.scores}

    @property
    def total(self) -> int:
        return sum(score.points * score.criterion.weight for score in self.scores)


class Score(db.Model):
    __tablename__ = "score"
    __table_args__ = (CheckConstraint("points >= 0", name="points_not_negative"),)

    review_id: Mapped[int] = mapped_column(Id, ForeignKey("written_review.id"), primary_key=True)
    criterion_id: Mapped[int] = mapped_column(Id, ForeignKey("criterion.id"), primary_key=True)
    points: Mapped[int]

    review: Mapped[WrittenReview] = relationship(back_populates="scores")
    criterion: Mapped[Criterion] = relationship()


class Recusal(db.Model):
    """제척·기피·회피 (ordinance 13조의2): a member barred from one proposal's review and vote. `recorded_by`: who
    barred somebody else; without it, it was the member's own word, the rules or the committee's vote."""

    __tablename__ = "recusal"
    __table_args__ = (one_of("kind", rules.RECUSAL_KINDS),)

    proposal_id: Mapped[int] = mapped_column(Id, ForeignKey("proposal.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text)
    declared_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))

    proposal: Mapped[Proposal] = relationship()
    account: Mapped[Account] = relationship(foreign_keys=[account_id])


class ShortlistDecision(db.Model):
    """What the written review came to: mean score (exact fraction) and why it is on the ballot or not."""

    __tablename__ = "shortlist_decision"
    __table_args__ = (
        one_of("reason", scoring.REASONS),
        CheckConstraint("shortlisted = (reason = 'chosen')", name="shortlisted_with_reason"),
    )

    proposal_id: Mapped[int] = mapped_column(Id, ForeignKey("proposal.id"), primary_key=True)
    shortlisted: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(24))
    place: Mapped[int]
    mean_score: Mapped[str] = mapped_column(String(60))
    sheets: Mapped[int]
    decided_at: Mapped[datetime] = mapped_column(Instant)

    proposal: Mapped[Proposal] = relationship()

    @property
    def mean(self) -> Fraction:
        return Fraction(self.mean_score)
