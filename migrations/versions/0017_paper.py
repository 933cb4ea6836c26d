"""Paper ballots: the day of a polling station in numbers, the pile of its ballot box, and sheets while they are keyed.

Revision: 0017_paper, after 0016_kiosks
"""

import sqlalchemy as sa
from alembic import op

revision = "0017_paper"
down_revision = "0016_kiosks"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EVEN = (
    "began_with = 0 AND papers_received = people_paper + spoiled + papers_unused AND in_box = people_paper"
    " AND kiosk_spent = people_kiosk AND people_kiosk <= kiosk_pins"
    " AND assisted_spent = people_assisted AND people_assisted <= assisted_pins"
)
COUNTED = (
    *("papers_unused", "in_box", "people_paper", "people_kiosk", "people_assisted"),
    *("kiosk_pins", "kiosk_spent", "assisted_pins", "assisted_spent"),
)
ALL_COUNTED = " AND ".join(f"{name} IS NOT NULL" for name in (*COUNTED, "counted_by"))
REASONS = "'blank', 'too_few', 'too_many', 'unreadable', 'identified', 'not_official', 'not_returned'"
FINAL = {"day_book": "OLD.state = 'closed'", "paper_batch": "OLD.state = 'entered'"}


def upgrade() -> None:
    _day_book()
    _paper_batch()
    _keyed_sheet()
    for table, when in FINAL.items():
        for verb in ("UPDATE", "DELETE"):
            op.execute(_trigger(f"{table}_final_{verb.lower()}", table, verb, when))


def downgrade() -> None:
    """Papers that are in the box have lost their numbers then; their ballots stay."""
    for table in ("keyed_sheet", "paper_batch", "day_book"):
        op.drop_table(table)


def _day_book() -> None:
    op.create_table(
        "day_book",
        sa.Column("id", ID, nullable=False),
        sa.Column("station_id", ID, nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("began_with", sa.Integer(), nullable=False),
        sa.Column("papers_received", sa.Integer(), nullable=False),
        sa.Column("first_number", sa.Integer(), nullable=False),
        sa.Column("spoiled", sa.Integer(), nullable=False),
        sa.Column("opened_by", ID, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in COUNTED),
        sa.Column("counted_by", ID, nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("confirmed_by", ID, nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'counted', 'closed')", name=op.f("ck_day_book_state_known")),
        sa.CheckConstraint(
            "papers_received >= 0 AND first_number > 0 AND spoiled >= 0", name=op.f("ck_day_book_papers_not_negative")
        ),
        sa.CheckConstraint("papers_unused >= 0 AND in_box >= 0", name=op.f("ck_day_book_counted_not_negative")),
        sa.CheckConstraint("(state = 'open') = (counted_at IS NULL)", name=op.f("ck_day_book_counted_unless_open")),
        sa.CheckConstraint(f"state = 'open' OR ({ALL_COUNTED})", name=op.f("ck_day_book_all_counted")),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_day_book_closed_at_a_time")),
        sa.CheckConstraint(
            f"state <> 'closed' OR confirmed_by IS NOT NULL OR ({EVEN})", name=op.f("ck_day_book_even_or_confirmed")
        ),
        sa.CheckConstraint("confirmed_by IS NULL OR explanation <> ''", name=op.f("ck_day_book_explained")),
        sa.CheckConstraint("confirmed_by <> counted_by", name=op.f("ck_day_book_two_people")),
        sa.ForeignKeyConstraint(
            ["station_id"], ["polling_station.id"], name=op.f("fk_day_book_station_id_polling_station")
        ),
        *(_account("day_book", column) for column in ("opened_by", "counted_by", "confirmed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_book")),
        sa.UniqueConstraint("station_id", "on_day", name=op.f("uq_day_book_station_id_on_day")),
    )


def _paper_batch() -> None:
    op.create_table(
        "paper_batch",
        sa.Column("book_id", ID, nullable=False),
        sa.Column("papers", sa.Integer(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_keyer", ID, nullable=True),
        sa.Column("second_keyer", ID, nullable=True),
        sa.Column("settler", ID, nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed", sa.Integer(), nullable=True),
        sa.Column("valid", sa.Integer(), nullable=True),
        sa.Column("void", sa.Integer(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.CheckConstraint("state IN ('keying', 'entered')", name=op.f("ck_paper_batch_state_known")),
        sa.CheckConstraint("papers >= 0", name=op.f("ck_paper_batch_papers_not_negative")),
        sa.CheckConstraint(
            "(state = 'entered') = (entered_at IS NOT NULL)", name=op.f("ck_paper_batch_entered_at_a_time")
        ),
        sa.CheckConstraint(
            "(state = 'entered') = (handed IS NOT NULL)", name=op.f("ck_paper_batch_counted_when_entered")
        ),
        sa.CheckConstraint("valid + void = handed", name=op.f("ck_paper_batch_one_for_each")),
        sa.CheckConstraint("first_keyer <> second_keyer", name=op.f("ck_paper_batch_two_keyers")),
        sa.CheckConstraint(
            "settler <> first_keyer AND settler <> second_keyer", name=op.f("ck_paper_batch_third_settles")
        ),
        sa.ForeignKeyConstraint(["book_id"], ["day_book.id"], name=op.f("fk_paper_batch_book_id_day_book")),
        *(_account("paper_batch", column) for column in ("first_keyer", "second_keyer", "settler")),
        sa.PrimaryKeyConstraint("book_id", name=op.f("pk_paper_batch")),
    )


def _keyed_sheet() -> None:
    op.create_table(
        "keyed_sheet",
        sa.Column("book_id", ID, nullable=False),
        sa.Column("keying", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=True),
        sa.CheckConstraint(f"reason IS NULL OR reason IN ({REASONS})", name=op.f("ck_keyed_sheet_reason_known")),
        sa.CheckConstraint("keying BETWEEN 1 AND 3", name=op.f("ck_keyed_sheet_keying_known")),
        sa.CheckConstraint("sheet > 0", name=op.f("ck_keyed_sheet_sheet_positive")),
        sa.ForeignKeyConstraint(["book_id"], ["paper_batch.book_id"], name=op.f("fk_keyed_sheet_book_id_paper_batch")),
        sa.PrimaryKeyConstraint("book_id", "keying", "sheet", name=op.f("pk_keyed_sheet")),
        sqlite_with_rowid=False,
    )


def _account(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["account.id"], name=op.f(f"fk_{table}_{column}_account"))


def _trigger(name: str, table: str, verb: str, when: str) -> str:
    if op.get_bind().dialect.name == "postgresql":
        act = "EXECUTE FUNCTION hanpyo_refuse_frozen()"
        return f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW WHEN ({when}) {act}"
    return f"CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END"
