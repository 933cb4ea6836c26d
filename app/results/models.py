"""A count, the two people who sign it, and (for imported elections) what the city itself decided."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Id, Instant, db, one_of
from app.people.models import Account
from app.results import case_rules, rules
from app.rounds.models import Round

_STANDING = text("withdrawn_at IS NULL")


class Count(db.Model):
    """`body` is the result as canonical JSON, exactly what `app.tally` gave. A round has one that stands.

    `rolls`: what the count took beside the ballots, and `certificate`: of a published one, both as canonical JSON.
    NULL in counts from before they were kept; `app.results.certificate` makes them anew.
    """

    __tablename__ = "count"
    __table_args__ = (
        CheckConstraint("published_at IS NULL OR withdrawn_at IS NULL", name="published_stands"),
        Index("uq_count_standing", "round_id", unique=True, sqlite_where=_STANDING, postgresql_where=_STANDING),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    rolls: Mapped[str | None] = mapped_column(Text)
    certificate: Mapped[str | None] = mapped_column(Text)
    counted_at: Mapped[datetime] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)

    round: Mapped[Round] = relationship()
    signatures: Mapped[list["CountSignature"]] = relationship(
        back_populates="count", order_by="CountSignature.signed_at"
    )


class CountSignature(db.Model):
    """Two different people, one of each role: the keys say so."""

    __tablename__ = "count_signature"
    __table_args__ = (one_of("role", rules.SIGNERS), UniqueConstraint("count_id", "account_id"))

    count_id: Mapped[int] = mapped_column(Id, ForeignKey("count.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(12), primary_key=True)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    signed_at: Mapped[datetime] = mapped_column(Instant)

    count: Mapped[Count] = relationship(back_populates="signatures")
    account: Mapped[Account] = relationship()


class LotSeed(db.Model):
    """The public number a lot is drawn with (동점 추첨), announced after closing and typed in by two people."""

    __tablename__ = "lot_seed"
    __table_args__ = (
        CheckConstraint("seed <> ''", name="seed_said"),
        CheckConstraint("source <> ''", name="sourced"),
        CheckConstraint("entered_by <> confirmed_by", name="two_people"),
        CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed_both_or_neither"),
    )

    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"), primary_key=True)
    seed: Mapped[str] = mapped_column(String(120))
    source: Mapped[str] = mapped_column(String(200))
    entered_by: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    entered_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_by: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)

    round: Mapped[Round] = relationship()


class UnservedCase(db.Model):
    """People who could not vote, as staff note it: no names. `remark` is never published."""

    __tablename__ = "unserved_case"
    __table_args__ = (
        one_of("kind", case_rules.KINDS),
        CheckConstraint("people > 0", name="people_positive"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    people: Mapped[int]
    on_day: Mapped[date]
    remark: Mapped[str] = mapped_column(Text)
    is_resolved: Mapped[bool]

    round: Mapped[Round] = relationship()


class OfficialOutcome(db.Model):
    """An imported election's own outcome (`selected` of the file), to stand beside ours."""

    __tablename__ = "official_outcome"
    __table_args__ = (CheckConstraint("rule <> ''", name="rule_named"),)

    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"), primary_key=True)
    selected: Mapped[list[str] | None] = mapped_column(JSON)  # codes; NULL where the file does not say
    by_rule: Mapped[list[str]] = mapped_column(JSON)  # codes by the file's own rule, counted by us
    ours: Mapped[list[str]] = mapped_column(JSON)  # codes funded in our result
    rule: Mapped[str] = mapped_column(String(60))
    file_name: Mapped[str] = mapped_column(String(200))
    file_sha256: Mapped[str] = mapped_column(String(64), unique=True)  # the same file is not imported twice
    meta: Mapped[dict[str, str]] = mapped_column(JSON)
    notes: Mapped[dict[str, int]] = mapped_column(JSON)  # what could not be taken over as it was: code → how many

    round: Mapped[Round] = relationship()


class BundleFile(db.Model):
    """A file that bundles were certified with, under its hash: it stays when a release brings another one."""

    __tablename__ = "bundle_file"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
