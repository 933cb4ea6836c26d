"""The department check from desk to desk; proposals that are at odds.

Revision: 0023_department, after 0022_committee_room
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0023_department"
down_revision = "0022_committee_room"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
SQL_INSTANT = {"sqlite": "DATETIME", "postgresql": "TIMESTAMP WITH TIME ZONE"}
DAYS = 14  # for checks that lie with a department when this comes


def upgrade() -> None:
    due = (datetime.now(UTC) + timedelta(hours=9, days=DAYS)).date().isoformat()
    instant = SQL_INSTANT[op.get_bind().dialect.name]
    _add("ground_words JSON NOT NULL DEFAULT '{}'")
    _add("cost_reason TEXT NOT NULL DEFAULT ''")
    op.execute(
        "UPDATE department_check SET cost_reason = CASE WHEN reason = '' THEN '-' ELSE reason END"
        " WHERE adjusted_cost_won IS NOT NULL"
    )
    _add(f"due_on DATE NOT NULL DEFAULT '{due}'")
    _add(
        f"returned_at {instant} CONSTRAINT ck_department_check_returned_undecided"
        " CHECK (returned_at IS NULL OR state = 'assigned')"
    )
    # SQLite asks a column's rule of the rows that are there: that of the reason comes once the reasons do.
    _add(
        "version INTEGER NOT NULL DEFAULT 1 CONSTRAINT ck_department_check_version_positive CHECK (version > 0)"
        " CONSTRAINT ck_department_check_adjusted_with_reason"
        " CHECK ((adjusted_cost_won IS NULL) = (cost_reason = ''))"
    )
    if op.get_bind().dialect.name == "postgresql":
        for column in ("ground_words", "cost_reason", "due_on", "version"):
            op.execute(f"ALTER TABLE department_check ALTER COLUMN {column} DROP DEFAULT")
    _create_moves()
    _create_notes()
    _create_conflicts()


def downgrade() -> None:
    for table in ("proposal_conflict", "check_note", "check_move"):
        op.drop_table(table)
    for column in ("version", "returned_at", "due_on", "cost_reason", "ground_words"):
        op.execute(f"ALTER TABLE department_check DROP COLUMN {column}")


def _add(column: str) -> None:
    op.execute(f"ALTER TABLE department_check ADD COLUMN {column}")


def _create_moves() -> None:
    checks = {
        "number_positive": "number > 0",
        "from_or_to_a_department": "from_department_id IS NOT NULL OR to_department_id IS NOT NULL",
        "to_another": "from_department_id IS NULL OR to_department_id IS NULL"
        " OR from_department_id <> to_department_id",
        "away_with_reason": "from_department_id IS NULL OR reason <> ''",
    }
    op.create_table(
        "check_move",
        sa.Column("check_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_department_id", Id, nullable=True),
        sa.Column("to_department_id", Id, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("moved_at", INSTANT, nullable=False),
        *_rules("check_move", checks),
        _key("check_move", "check_id", "department_check"),
        _key("check_move", "from_department_id", "department"),
        _key("check_move", "to_department_id", "department"),
        _key("check_move", "account_id", "account"),
        sa.PrimaryKeyConstraint("check_id", "number", name=op.f("pk_check_move")),
    )


def _create_notes() -> None:
    op.create_table(
        "check_note",
        sa.Column("id", Id, nullable=False),
        sa.Column("check_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        *_rules("check_note", {"body_there": "body <> ''"}),
        _key("check_note", "check_id", "department_check"),
        _key("check_note", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_note")),
    )
    op.create_index(op.f("ix_check_note_check_id"), "check_note", ["check_id"])


def _create_conflicts() -> None:
    checks = {
        "kind_known": "kind IN ('same_place', 'same_purpose')",
        "state_known": "state IN ('open', 'both_stay', 'merged', 'one_leaves')",
        "pair_in_order": "first_id < second_id",
        "settled_with_reason": "(state = 'open') = (settled_at IS NULL)"
        " AND (settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (reason = '')",
    }
    op.create_table(
        "proposal_conflict",
        sa.Column("id", Id, nullable=False),
        sa.Column("first_id", Id, nullable=False),
        sa.Column("second_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("settled_by", Id, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        *_rules("proposal_conflict", checks),
        _key("proposal_conflict", "first_id", "proposal"),
        _key("proposal_conflict", "second_id", "proposal"),
        _key("proposal_conflict", "settled_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_conflict")),
        sa.UniqueConstraint("first_id", "second_id", "kind", name=op.f("uq_proposal_conflict_first_id_second_id_kind")),
    )
    op.create_index(op.f("ix_proposal_conflict_second_id"), "proposal_conflict", ["second_id"])


def _rules(table: str, checks: dict[str, str]) -> list[sa.CheckConstraint]:
    return [sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}")) for name, rule in checks.items()]


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))
