"""Lists of voters that are uploaded: how far one has come, its lines until they are decided on; claims that did not
lead onto a roll.

Revision: 0014_roll_import, after 0013_general_meeting
"""

import sqlalchemy as sa
from alembic import op

revision = "0014_roll_import"
down_revision = "0013_general_meeting"
branch_labels = None
depends_on = None

STATES = "'reading', 'ready', 'taking', 'taken', 'dropped', 'refused'"
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "roll_claim",
        sa.Column("round_id", ID, nullable=False),
        sa.Column("phone_key", sa.String(length=64), nullable=False),
        sa.Column("claim_key", sa.String(length=64), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_roll_claim_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "phone_key", "claim_key", name=op.f("pk_roll_claim")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_roll_claim_day", "roll_claim", ["round_id", "on_day"])
    op.create_table(
        "roll_upload",
        sa.Column("round_id", ID, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=True),
        sa.Column("refusal", sa.String(length=20), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_roll_upload_state_known")),
        sa.CheckConstraint("lines >= 0", name=op.f("ck_roll_upload_lines_not_negative")),
        sa.CheckConstraint(
            "(state = 'refused') = (refusal IS NOT NULL)", name=op.f("ck_roll_upload_refused_has_its_reason")
        ),
        sa.CheckConstraint("(state = 'taken') = (taken IS NOT NULL)", name=op.f("ck_roll_upload_taken_has_its_number")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_roll_upload_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_roll_upload")),
    )
    op.create_table(
        "roll_staged",
        sa.Column("round_id", ID, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(length=20), nullable=True),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.Column("person_key", sa.String(length=64), nullable=True),
        sa.Column("phone_key", sa.String(length=64), nullable=True),
        sa.Column("area_id", ID, nullable=True),
        sa.Column("age_band", sa.String(length=8), nullable=True),
        sa.Column("basis", sa.String(length=12), nullable=True),
        sa.Column("guardian", sa.String(length=8), nullable=True),
        sa.PrimaryKeyConstraint("round_id", "line", name=op.f("pk_roll_staged")),
        sqlite_with_rowid=False,
        # Keys of people who are not on a roll yet: no log keeps them, and no sample of them outlives the rows.
        prefixes=["UNLOGGED"] if _is_postgresql() else [],
    )
    if _is_postgresql():
        for table, columns in (
            ("roll_claim", ("phone_key", "claim_key")),
            ("roll_staged", ("person_key", "phone_key")),
        ):
            for column in columns:
                op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")


def downgrade() -> None:
    op.drop_table("roll_staged")
    op.drop_table("roll_upload")
    op.drop_index("ix_roll_claim_day", table_name="roll_claim")
    op.drop_table("roll_claim")


def _is_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")
