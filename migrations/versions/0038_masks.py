"""Personal data that staff mask, a day to answer an offer by, what is proposed again, and what many have merged into.

Revision ID: 0038_masks
Revises: 0031_committee_notices
"""

import sqlalchemy as sa
from alembic import op

revision = "0038_masks"
down_revision = "0037_called_off"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
# By hand, since SQLite would copy the table for a column with a key.
COLUMNS = {
    "sqlite": (
        "fate_offer ADD COLUMN answer_by DATETIME",
        "proposal ADD COLUMN is_joint BOOLEAN DEFAULT 0 NOT NULL",
        "proposal ADD COLUMN follows_id INTEGER CONSTRAINT fk_proposal_follows_id_proposal REFERENCES proposal (id)",
    ),
    "postgresql": (
        "fate_offer ADD COLUMN answer_by TIMESTAMP WITH TIME ZONE",
        "proposal ADD COLUMN is_joint BOOLEAN DEFAULT FALSE NOT NULL",
        "proposal ADD COLUMN follows_id BIGINT CONSTRAINT fk_proposal_follows_id_proposal REFERENCES proposal (id)",
    ),
}
MERGED_INTO = (
    "SELECT fate_target.proposal_id FROM fate_target JOIN fate_offer ON fate_offer.id = fate_target.offer_id"
    " WHERE fate_offer.kind = 'merge' AND fate_offer.state = 'done'"
)
# One answer of a version may become what the row of its mask says, and nothing else may.
SAME = " AND ".join(f"NEW.{name} = OLD.{name}" for name in ("proposal_id", "number", "kept_at", "by_kind"))
MASKED = (
    "EXISTS (SELECT 1 FROM masked_text m WHERE m.proposal_id = OLD.proposal_id AND m.number = OLD.number"
    f" AND {SAME} AND {{written}})"
)
IN_SQLITE = MASKED.format(written="json(NEW.written) = json_set(OLD.written, '$.' || m.field, json(m.shown))")
IN_POSTGRESQL = MASKED.format(
    written="NEW.written::jsonb = jsonb_set(OLD.written::jsonb, ARRAY[m.field::text], m.shown::jsonb)"
)
# Likewise what a line of a cost is for, of a proposal in which something was masked; never how much it costs.
MOVED_ON = "EXISTS (SELECT 1 FROM proposal WHERE id = {row}.proposal_id AND state NOT IN ('draft', 'submitted'))"
LINE_MASKED = (
    "NEW.proposal_id = OLD.proposal_id AND NEW.position = OLD.position AND NEW.quantity = OLD.quantity"
    " AND NEW.unit_won = OLD.unit_won"
    " AND EXISTS (SELECT 1 FROM mask WHERE mask.proposal_id = OLD.proposal_id AND mask.what = 'words')"
)
MOVED_ON_FUNCTION = (
    "CREATE OR REPLACE FUNCTION hanpyo_refuse_moved_on() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "DECLARE line cost_line := (CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END); BEGIN {unless} "
    f"IF {MOVED_ON.format(row='line')} THEN "
    "RAISE EXCEPTION 'cost_line is frozen' USING ERRCODE = '23001'; END IF; RETURN line; END $$"
)
ON_SQLITE = (
    "CREATE TRIGGER mask_kept_update BEFORE UPDATE ON mask BEGIN SELECT RAISE(ABORT, 'mask is never changed'); END",
    "CREATE TRIGGER masked_text_kept_update BEFORE UPDATE ON masked_text"
    " BEGIN SELECT RAISE(ABORT, 'masked_text is never changed'); END",
    "CREATE TRIGGER masked_text_kept_delete BEFORE DELETE ON masked_text"
    " BEGIN SELECT RAISE(ABORT, 'masked_text is never changed'); END",
    "DROP TRIGGER proposal_version_kept_update",
    f"CREATE TRIGGER proposal_version_kept_update BEFORE UPDATE ON proposal_version WHEN NOT {IN_SQLITE}"
    " BEGIN SELECT RAISE(ABORT, 'proposal_version is never changed'); END",
    "DROP TRIGGER cost_line_moved_on_update",
    f"CREATE TRIGGER cost_line_moved_on_update BEFORE UPDATE ON cost_line WHEN {MOVED_ON.format(row='NEW')}"
    f" AND NOT ({LINE_MASKED}) BEGIN SELECT RAISE(ABORT, 'cost_line is frozen'); END",
)
OFF_SQLITE = (
    "DROP TRIGGER proposal_version_kept_update",
    "CREATE TRIGGER proposal_version_kept_update BEFORE UPDATE ON proposal_version"
    " BEGIN SELECT RAISE(ABORT, 'proposal_version is never changed'); END",
    "DROP TRIGGER cost_line_moved_on_update",
    f"CREATE TRIGGER cost_line_moved_on_update BEFORE UPDATE ON cost_line WHEN {MOVED_ON.format(row='NEW')}"
    " BEGIN SELECT RAISE(ABORT, 'cost_line is frozen'); END",
)
ON_POSTGRESQL = (
    "CREATE TRIGGER mask_kept BEFORE UPDATE ON mask FOR EACH ROW EXECUTE FUNCTION hanpyo_refuse_change()",
    "CREATE TRIGGER masked_text_kept BEFORE UPDATE OR DELETE ON masked_text"
    " FOR EACH ROW EXECUTE FUNCTION hanpyo_refuse_change()",
    "CREATE FUNCTION hanpyo_refuse_unmasked() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF {IN_POSTGRESQL} THEN RETURN NEW; END IF; "
    "RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = '23001'; END $$",
    "DROP TRIGGER proposal_version_kept ON proposal_version",
    "CREATE TRIGGER proposal_version_kept BEFORE DELETE ON proposal_version"
    " FOR EACH ROW EXECUTE FUNCTION hanpyo_refuse_change()",
    "CREATE TRIGGER proposal_version_masked BEFORE UPDATE ON proposal_version"
    " FOR EACH ROW EXECUTE FUNCTION hanpyo_refuse_unmasked()",
    MOVED_ON_FUNCTION.format(unless=f"IF TG_OP = 'UPDATE' THEN IF {LINE_MASKED} THEN RETURN NEW; END IF; END IF;"),
)
OFF_POSTGRESQL = (
    "DROP TRIGGER proposal_version_masked ON proposal_version",
    "DROP FUNCTION hanpyo_refuse_unmasked()",
    "DROP TRIGGER proposal_version_kept ON proposal_version",
    "CREATE TRIGGER proposal_version_kept BEFORE UPDATE OR DELETE ON proposal_version"
    " FOR EACH ROW EXECUTE FUNCTION hanpyo_refuse_change()",
    MOVED_ON_FUNCTION.format(unless=""),
)


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    _create_tables()
    for column in COLUMNS[dialect]:
        op.execute(f"ALTER TABLE {column}")
    op.create_index(op.f("ix_proposal_follows_id"), "proposal", ["follows_id"])
    op.execute(f"UPDATE proposal SET is_joint = TRUE WHERE id IN ({MERGED_INTO})")
    for statement in ON_SQLITE if dialect == "sqlite" else ON_POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """What was masked stays so; that it was, and why, is lost."""
    dialect = op.get_bind().dialect.name
    for statement in OFF_SQLITE if dialect == "sqlite" else OFF_POSTGRESQL:
        op.execute(statement)
    for table in ("masked_text", "mask"):
        op.drop_table(table)
    op.drop_index(op.f("ix_proposal_follows_id"), "proposal")
    for table, name in (("proposal", "follows_id"), ("proposal", "is_joint"), ("fate_offer", "answer_by")):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")


def _create_tables() -> None:
    op.create_table(
        "mask",
        sa.Column("id", ID, nullable=False),
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("ground", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("masked_at", INSTANT, nullable=False),
        sa.Column("masked_by", ID, nullable=False),
        sa.CheckConstraint("what IN ('words', 'photo', 'document')", name=op.f("ck_mask_what_known")),
        sa.CheckConstraint(
            "ground IN ('contact', 'name', 'picture', 'request', 'other')", name=op.f("ck_mask_ground_known")
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_mask_reason_said")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_mask_proposal_id_proposal"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["masked_by"], ["account.id"], name=op.f("fk_mask_masked_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mask")),
    )
    op.create_index(op.f("ix_mask_proposal_id"), "mask", ["proposal_id"])
    op.create_table(
        "masked_text",
        sa.Column("mask_id", ID, nullable=False),
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=16), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["mask_id"], ["mask.id"], name=op.f("fk_masked_text_mask_id_mask")),
        sa.ForeignKeyConstraint(
            ["proposal_id", "number"],
            ["proposal_version.proposal_id", "proposal_version.number"],
            name=op.f("fk_masked_text_proposal_id_number_proposal_version"),
        ),
        sa.PrimaryKeyConstraint("mask_id", "proposal_id", "number", "field", name=op.f("pk_masked_text")),
    )
