"""Erasing who took part: how long objections run, when it was erased, the counts that stay. People who could not vote.

Triggers keep the counts as they are and the cases as they were when the result was published. PostgreSQL keeps no
samples of voter keys and secrets among its statistics: those would outlive the rows.

Revision: 0008_erasing_and_cases, after 0007_sign_off
"""

import sqlalchemy as sa
from alembic import op

revision = "0008_erasing_and_cases"
down_revision = "0007_sign_off"
branch_labels = None
depends_on = None

FROZEN_STATES = "('ballot_published', 'closed', 'counted', 'results_published')"
CHANNELS = "'mobile', 'meeting', 'made_up', 'imported'"
KINDS = "'sign_in', 'device', 'message', 'said_voted', 'other'"
KEPT = ("kept_people", "kept_day")
UNSAMPLED = (("participation", "voter_key"), ("round_secret", "secret"), ("trustee", "words_sha256"))
OUT = "EXISTS (SELECT 1 FROM round WHERE round.id = {round} AND round.state = 'results_published')"


def upgrade() -> None:
    # By hand, since SQLite takes a new column's check only with the column.
    op.execute(
        "ALTER TABLE round ADD COLUMN objection_days INTEGER NOT NULL DEFAULT 14 "
        "CONSTRAINT ck_round_objection_days_in_range CHECK (objection_days BETWEEN 1 AND 365)"
    )
    _create_tables()
    if op.get_bind().dialect.name == "postgresql":
        _keep_on_postgresql()
        for table, column in UNSAMPLED:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
    else:
        _keep_on_sqlite()


def _create_tables() -> None:
    id_ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "erasure",
        sa.Column("round_id", id_, nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scrubbed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_erasure_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_erasure")),
    )
    op.create_table(
        "kept_people",
        sa.Column("round_id", id_, nullable=False),
        sa.Column("chamber", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"channel IN ({CHANNELS})", name=op.f("ck_kept_people_channel_known")),
        sa.CheckConstraint("people > 0", name=op.f("ck_kept_people_people_positive")),
        sa.ForeignKeyConstraint(["round_id"], ["erasure.round_id"], name=op.f("fk_kept_people_round_id_erasure")),
        sa.PrimaryKeyConstraint("round_id", "chamber", "channel", name=op.f("pk_kept_people")),
    )
    op.create_table(
        "kept_day",
        sa.Column("round_id", id_, nullable=False),
        sa.Column("chamber", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.CheckConstraint(f"channel IN ({CHANNELS})", name=op.f("ck_kept_day_channel_known")),
        sa.CheckConstraint("people > 0", name=op.f("ck_kept_day_people_positive")),
        sa.ForeignKeyConstraint(["round_id"], ["erasure.round_id"], name=op.f("fk_kept_day_round_id_erasure")),
        sa.PrimaryKeyConstraint("round_id", "chamber", "channel", "on_day", name=op.f("pk_kept_day")),
    )
    op.create_table(
        "unserved_case",
        sa.Column("id", id_, nullable=False),
        sa.Column("round_id", id_, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("is_resolved", sa.Boolean(), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_unserved_case_kind_known")),
        sa.CheckConstraint("people > 0", name=op.f("ck_unserved_case_people_positive")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_unserved_case_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unserved_case")),
    )
    op.create_index(op.f("ix_unserved_case_round_id"), "unserved_case", ["round_id"])


def _keep_on_sqlite() -> None:
    for table in KEPT:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_kept_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"
            )
    op.execute(
        "CREATE TRIGGER erasure_kept_update BEFORE UPDATE OF round_id, erased_at ON erasure "
        "BEGIN SELECT RAISE(ABORT, 'erasure is never changed'); END"
    )
    op.execute(
        "CREATE TRIGGER erasure_kept_delete BEFORE DELETE ON erasure "
        "BEGIN SELECT RAISE(ABORT, 'erasure is never changed'); END"
    )
    op.execute(
        f"CREATE TRIGGER round_objections_frozen_update BEFORE UPDATE OF objection_days ON round "
        f"WHEN OLD.state IN {FROZEN_STATES} BEGIN SELECT RAISE(ABORT, 'round is frozen'); END"
    )
    for verb, rows in {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}.items():
        frozen = " OR ".join(OUT.format(round=f"{row}.round_id") for row in rows)
        op.execute(
            f"CREATE TRIGGER unserved_case_frozen_{verb.lower()} BEFORE {verb} ON unserved_case WHEN {frozen} "
            "BEGIN SELECT RAISE(ABORT, 'unserved_case is frozen'); END"
        )


def _keep_on_postgresql() -> None:
    change, frozen = "EXECUTE FUNCTION hanpyo_refuse_change()", "EXECUTE FUNCTION hanpyo_refuse_frozen()"
    for table in (*KEPT, "erasure"):
        verbs = "UPDATE OF round_id, erased_at OR DELETE" if table == "erasure" else "UPDATE OR DELETE"
        op.execute(f"CREATE TRIGGER {table}_kept BEFORE {verbs} ON {table} FOR EACH ROW {change}")
        op.execute(f"CREATE TRIGGER {table}_kept_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {change}")
    op.execute(
        f"CREATE TRIGGER round_objections_frozen_update BEFORE UPDATE OF objection_days ON round "
        f"FOR EACH ROW WHEN (OLD.state IN {FROZEN_STATES}) {frozen}"
    )
    op.execute(
        "CREATE FUNCTION hanpyo_result_is_out(which bigint) RETURNS boolean LANGUAGE sql STABLE AS "
        f"$$ SELECT {OUT.format(round='which')} $$"
    )
    for verb, rows in {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}.items():
        out = " OR ".join(f"hanpyo_result_is_out({row}.round_id)" for row in rows)
        op.execute(
            f"CREATE TRIGGER unserved_case_frozen_{verb.lower()} BEFORE {verb} ON unserved_case "
            f"FOR EACH ROW WHEN ({out}) {frozen}"
        )


def downgrade() -> None:
    """What was erased does not come back: of such a round the counts go as well."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    op.drop_table("unserved_case")
    op.drop_table("kept_day")
    op.drop_table("kept_people")
    op.drop_table("erasure")
    op.execute("DROP TRIGGER round_objections_frozen_update" + (" ON round" if postgresql else ""))
    op.execute("ALTER TABLE round DROP COLUMN objection_days")
    if postgresql:
        op.execute("DROP FUNCTION hanpyo_result_is_out(bigint)")
        for table, column in UNSAMPLED:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS -1")
