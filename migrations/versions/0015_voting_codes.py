"""Printed one-time codes: batches, the keys of their codes, wrong ones that were typed.

Revision: 0015_voting_codes, after 0014_roll_import
"""

import sqlalchemy as sa
from alembic import op

revision = "0015_voting_codes"
down_revision = "0014_roll_import"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TRIGGER = "voting_code_state_final"


def upgrade() -> None:
    op.create_table(
        "voting_code_batch",
        sa.Column("id", ID, nullable=False),
        sa.Column("round_id", ID, nullable=False),
        sa.Column("selection", sa.String(length=12), nullable=False),
        sa.Column("area_id", ID, nullable=True),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("void_reason", sa.String(length=200), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('made', 'given', 'active', 'void')", name=op.f("ck_voting_code_batch_state_known")
        ),
        sa.CheckConstraint(
            "selection IN ('all', 'area', 'no_phone', 'bearer')", name=op.f("ck_voting_code_batch_selection_known")
        ),
        sa.CheckConstraint(
            "(selection = 'area') = (area_id IS NOT NULL)", name=op.f("ck_voting_code_batch_area_where_selected")
        ),
        sa.CheckConstraint(
            "(state = 'void') = (void_reason IS NOT NULL)", name=op.f("ck_voting_code_batch_void_with_reason")
        ),
        sa.CheckConstraint("size >= 0", name=op.f("ck_voting_code_batch_size_not_negative")),
        sa.CheckConstraint(
            "state NOT IN ('given', 'active') OR size > 0", name=op.f("ck_voting_code_batch_size_when_given")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_voting_code_batch_round_id_round")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_voting_code_batch_area_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voting_code_batch")),
    )
    op.create_index(op.f("ix_voting_code_batch_round_id"), "voting_code_batch", ["round_id"])
    op.create_table(
        "voting_code",
        sa.Column("batch_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entry_id", ID, nullable=True),
        sa.Column("code_key", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.CheckConstraint("state IN ('valid', 'void', 'test', 'spent')", name=op.f("ck_voting_code_state_known")),
        sa.CheckConstraint("number > 0", name=op.f("ck_voting_code_number_positive")),
        sa.CheckConstraint("length(code_key) = 64", name=op.f("ck_voting_code_key_whole")),
        sa.CheckConstraint(
            "state <> 'spent' OR entry_id IS NOT NULL", name=op.f("ck_voting_code_spent_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["voting_code_batch.id"], name=op.f("fk_voting_code_batch_id_voting_code_batch")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["roll_entry.id"], name=op.f("fk_voting_code_entry_id_roll_entry")),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_voting_code")),
        sa.UniqueConstraint("code_key", name=op.f("uq_voting_code_code_key")),
    )
    op.create_index(op.f("ix_voting_code_entry_id"), "voting_code", ["entry_id"])
    op.create_table(
        "voting_code_tries",
        sa.Column("source_key", sa.String(length=64), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.CheckConstraint("tries > 0", name=op.f("ck_voting_code_tries_tries_positive")),
        sa.PrimaryKeyConstraint("source_key", "hour", name=op.f("pk_voting_code_tries")),
    )
    _keep_states_final()


def downgrade() -> None:
    op.drop_table("voting_code_tries")
    op.drop_table("voting_code")
    op.drop_table("voting_code_batch")
    if _is_postgresql():
        op.execute("DROP FUNCTION hanpyo_refuse_used_code()")


def _keep_states_final() -> None:
    """A code that is spent, void or for rehearsals never becomes good again."""
    if not _is_postgresql():
        op.execute(
            f"CREATE TRIGGER {TRIGGER} BEFORE UPDATE OF state ON voting_code WHEN OLD.state <> 'valid' "
            "BEGIN SELECT RAISE(ABORT, 'a used code is never changed'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION hanpyo_refuse_used_code() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'a used code is never changed'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {TRIGGER} BEFORE UPDATE OF state ON voting_code FOR EACH ROW "
        "WHEN (OLD.state <> 'valid') EXECUTE FUNCTION hanpyo_refuse_used_code()"
    )
    for column in ("code_key", "entry_id"):  # samples of these would outlive the rows
        op.execute(f"ALTER TABLE voting_code ALTER COLUMN {column} SET STATISTICS 0")


def _is_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")
