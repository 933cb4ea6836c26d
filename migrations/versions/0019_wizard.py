"""A proposal's place on the map, the lines of its cost, who proposes together, its versions, sheets of paper, and waiting.

Revision: 0019_wizard, after 0018_files
"""

import sqlalchemy as sa
from alembic import op

revision = "0019_wizard"
down_revision = "0018_files"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
TYPES = {"sqlite": ("DATETIME", "INTEGER"), "postgresql": ("TIMESTAMP WITH TIME ZONE", "BIGINT")}
# By hand, since SQLite takes a new column's check only with the column.
COLUMNS = (
    "latitude NUMERIC(9, 6) CONSTRAINT ck_proposal_latitude_in_range CHECK (latitude BETWEEN -90 AND 90)",
    "longitude NUMERIC(9, 6) CONSTRAINT ck_proposal_longitude_in_range CHECK (longitude BETWEEN -180 AND 180)"
    " CONSTRAINT ck_proposal_point_both_or_neither CHECK ((latitude IS NULL) = (longitude IS NULL))",
    "waiting_since {instant} CONSTRAINT ck_proposal_waits_as_draft CHECK (waiting_since IS NULL OR state = 'draft')",
    "rolled_from_id {id} CONSTRAINT fk_proposal_rolled_from_id_round REFERENCES round (id)",
)
INDEXES = {
    "ix_proposal_by_state": ("state", "number"),
    "ix_proposal_by_number": ("number", "state"),
    "ix_proposal_by_title": ("title", "number", "state"),
    "ix_proposal_by_cost": ("cost_won", "number", "state"),
    "ix_proposal_by_submission": ("submitted_at", "number", "state"),
    "ix_proposal_by_section": ("section_id", "number", "state"),
    "ix_proposal_by_area": ("area_id", "number", "state"),
}
TABLES = ("paper_filing", "co_proposer", "proposal_version", "cost_line")
# Every change of what a proposal says counts its version up: then the lines must add up to the cost.
SUM = (
    "EXISTS (SELECT 1 FROM cost_line WHERE proposal_id = NEW.id)"
    " AND NEW.cost_won IS DISTINCT FROM (SELECT SUM(quantity * unit_won) FROM cost_line WHERE proposal_id = NEW.id)"
)
WATCHED = "UPDATE OF state, version, cost_won"
# Of what has moved on, no line changes any more.
MOVED_ON = "EXISTS (SELECT 1 FROM proposal WHERE id = {row}.proposal_id AND state NOT IN ('draft', 'submitted'))"
ROW = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}


def upgrade() -> None:
    for column in COLUMNS:
        instant, id_ = TYPES[_dialect()]
        op.execute(f"ALTER TABLE proposal ADD COLUMN {column.format(instant=instant, id=id_)}")
    op.drop_index("ix_proposal_round_state", table_name="proposal")
    for name, columns in INDEXES.items():
        op.create_index(name, "proposal", ["round_id", *columns])
    waits = sa.text("waiting_since IS NOT NULL")
    op.create_index("ix_proposal_waiting", "proposal", ["waiting_since"], sqlite_where=waits, postgresql_where=waits)
    _create_tables()
    if _dialect() == "postgresql":
        _guard_on_postgresql()
    else:
        _guard_on_sqlite()


def downgrade() -> None:
    """What was written in lines keeps its sum; versions, co-proposers and where a sheet is kept are lost."""
    is_postgresql = _dialect() == "postgresql"
    op.execute("DROP TRIGGER proposal_adds_up" + (" ON proposal" if is_postgresql else ""))
    for table in TABLES:
        op.drop_table(table)
    if is_postgresql:
        op.execute("DROP FUNCTION hanpyo_ensure_sum()")
        op.execute("DROP FUNCTION hanpyo_refuse_moved_on()")
    for name in (*INDEXES, "ix_proposal_waiting"):
        op.drop_index(name, table_name="proposal")
    op.create_index("ix_proposal_round_state", "proposal", ["round_id", "state"])
    for column in reversed(COLUMNS):
        op.execute(f"ALTER TABLE proposal DROP COLUMN {column.partition(' ')[0]}")


def _dialect() -> str:
    return str(op.get_bind().dialect.name)


def _create_tables() -> None:
    op.create_table(
        "cost_line",
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=80), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_won", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("position BETWEEN 1 AND 20", name=op.f("ck_cost_line_position_in_range")),
        sa.CheckConstraint("what <> ''", name=op.f("ck_cost_line_what_said")),
        sa.CheckConstraint("quantity BETWEEN 1 AND 100000", name=op.f("ck_cost_line_quantity_in_range")),
        sa.CheckConstraint("unit_won BETWEEN 1 AND 1000000000000", name=op.f("ck_cost_line_unit_in_range")),
        _key("cost_line", "proposal_id", "proposal", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("proposal_id", "position", name=op.f("pk_cost_line")),
    )
    op.create_table(
        "proposal_version",
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.Column("by_kind", sa.String(length=12), nullable=False),
        sa.Column("written", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "by_kind IN ('resident', 'account', 'system')", name=op.f("ck_proposal_version_by_kind_known")
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_proposal_version_number_positive")),
        _key("proposal_version", "proposal_id", "proposal"),
        sa.PrimaryKeyConstraint("proposal_id", "number", name=op.f("pk_proposal_version")),
    )
    _create_co_proposer()
    op.create_table(
        "paper_filing",
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("consent_kept", sa.String(length=120), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.CheckConstraint("way IN ('paper', 'counter', 'phone')", name=op.f("ck_paper_filing_way_known")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_paper_filing_name_said")),
        sa.CheckConstraint("consent_kept <> ''", name=op.f("ck_paper_filing_consent_kept_somewhere")),
        _key("paper_filing", "proposal_id", "proposal"),
        _key("paper_filing", "account_id", "account"),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_paper_filing")),
    )


def _create_co_proposer() -> None:
    op.create_table(
        "co_proposer",
        sa.Column("id", ID, nullable=False),
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("phone_key", sa.String(length=64), nullable=False),
        sa.Column("ending", sa.String(length=4), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("invited_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("resident_id", ID, nullable=True),
        sa.Column("consented_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "state IN ('invited', 'accepted', 'declined', 'left')", name=op.f("ck_co_proposer_state_known")
        ),
        sa.CheckConstraint("seat BETWEEN 1 AND 5", name=op.f("ck_co_proposer_seat_in_range")),
        sa.CheckConstraint(
            "(state IN ('invited', 'accepted')) = (seat IS NOT NULL)",
            name=op.f("ck_co_proposer_seat_while_asked_or_in"),
        ),
        sa.CheckConstraint(
            "state <> 'accepted' OR (resident_id IS NOT NULL AND consented_at IS NOT NULL)",
            name=op.f("ck_co_proposer_accepted_with_consent"),
        ),
        _key("co_proposer", "proposal_id", "proposal", ondelete="CASCADE"),
        _key("co_proposer", "resident_id", "resident"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_proposer")),
        sa.UniqueConstraint("proposal_id", "phone_key", name=op.f("uq_co_proposer_proposal_id_phone_key")),
        sa.UniqueConstraint("proposal_id", "seat", name=op.f("uq_co_proposer_proposal_id_seat")),
    )
    op.create_index(op.f("ix_co_proposer_phone_key"), "co_proposer", ["phone_key"])
    op.create_index(op.f("ix_co_proposer_resident_id"), "co_proposer", ["resident_id"])


def _key(table: str, column: str, to: str, **options: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), **options)


def _guard_on_sqlite() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER proposal_version_kept_{verb.lower()} BEFORE {verb} ON proposal_version "
            "BEGIN SELECT RAISE(ABORT, 'proposal_version is never changed'); END"
        )
    op.execute(
        f"CREATE TRIGGER proposal_adds_up BEFORE {WATCHED} ON proposal WHEN {SUM} "
        "BEGIN SELECT RAISE(ABORT, 'the cost is not the sum of its lines'); END"
    )
    for verb, row in ROW.items():
        op.execute(
            f"CREATE TRIGGER cost_line_moved_on_{verb.lower()} BEFORE {verb} ON cost_line "
            f"WHEN {MOVED_ON.format(row=row)} BEGIN SELECT RAISE(ABORT, 'cost_line is frozen'); END"
        )


def _guard_on_postgresql() -> None:
    op.execute(
        "CREATE TRIGGER proposal_version_kept BEFORE UPDATE OR DELETE ON proposal_version "
        "FOR EACH ROW EXECUTE FUNCTION hanpyo_refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER proposal_version_kept_truncate BEFORE TRUNCATE ON proposal_version "
        "FOR EACH STATEMENT EXECUTE FUNCTION hanpyo_refuse_change()"
    )
    op.execute(
        f"CREATE FUNCTION hanpyo_ensure_sum() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {SUM} THEN "
        "RAISE EXCEPTION 'the cost is not the sum of its lines' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER proposal_adds_up BEFORE {WATCHED} ON proposal FOR EACH ROW EXECUTE FUNCTION hanpyo_ensure_sum()"
    )
    row = "(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END)"
    op.execute(
        "CREATE FUNCTION hanpyo_refuse_moved_on() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"DECLARE line cost_line := {row}; BEGIN IF {MOVED_ON.format(row='line')} THEN "
        "RAISE EXCEPTION 'cost_line is frozen' USING ERRCODE = '23001'; END IF; RETURN line; END $$"
    )
    op.execute(
        "CREATE TRIGGER cost_line_moved_on BEFORE INSERT OR UPDATE OR DELETE ON cost_line "
        "FOR EACH ROW EXECUTE FUNCTION hanpyo_refuse_moved_on()"
    )
