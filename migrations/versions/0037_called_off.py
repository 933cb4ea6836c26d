"""Meetings and open calls that are called off, calls that are extended, and appointments that are undone before they
begin.

Revision: 0037_called_off, after 0036_one_wins
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0037_called_off"
down_revision = "0036_one_wins"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
# Table, check → the rule before and the rule from now on.
RULES = {
    ("meeting", "state_known"): (
        "state IN ('planned', 'open', 'ended', 'not_held')",
        "state IN ('planned', 'open', 'ended', 'not_held', 'cancelled')",
    ),
    ("meeting", "opened_unless_planned"): (
        "(state IN ('planned', 'not_held')) = (opened_at IS NULL)",
        "(state IN ('planned', 'not_held', 'cancelled')) = (opened_at IS NULL)",
    ),
    ("recruitment", "state_known"): (
        "state IN ('draft', 'called', 'fixed', 'drawn')",
        "state IN ('draft', 'called', 'fixed', 'drawn', 'cancelled')",
    ),
    ("recruitment", "body_when_fixed"): (
        "(state IN ('fixed', 'drawn')) = (body IS NOT NULL)",
        "state = 'cancelled' OR (state IN ('fixed', 'drawn')) = (body IS NOT NULL)",
    ),
}
# By hand, since SQLite takes a new column's check only with the column.
COLUMNS = (
    (
        "meeting",
        "cancelled_at {instant} CONSTRAINT ck_meeting_cancelled_at_a_time "
        "CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL))",
    ),
    (
        "meeting",
        "cancel_reason TEXT CONSTRAINT ck_meeting_cancelled_with_reason "
        "CHECK ((cancelled_at IS NULL) = (cancel_reason IS NULL)) "
        "CONSTRAINT ck_meeting_cancel_reason_said CHECK (cancel_reason <> '')",
    ),
    (
        "recruitment",
        "cancelled_at {instant} CONSTRAINT ck_recruitment_cancelled_at_a_time "
        "CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL))",
    ),
)
ONCE = "uq_committee_member_programme_id_account_id_appointed_on"
APPOINTMENT = ["programme_id", "account_id", "appointed_on"]
BEGAN = sa.text("dismissed_on IS NULL OR dismissed_on > appointed_on")


def upgrade() -> None:
    _rule(0, 1)
    instant = "TIMESTAMP WITH TIME ZONE" if _is_postgresql() else "DATETIME"
    for table, column in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column.format(instant=instant)}")
    _create_changes()
    if _is_postgresql():
        op.drop_constraint(op.f(ONCE), "committee_member", type_="unique")
    else:
        _make_members_anew(rf",\s*CONSTRAINT {ONCE} UNIQUE \([^)]*\)", "")
    op.create_index(
        "uq_committee_member_appointment",
        "committee_member",
        APPOINTMENT,
        unique=True,
        sqlite_where=BEGAN,
        postgresql_where=BEGAN,
    )


def downgrade() -> None:
    """For what was called off there was no word before, nor for an appointment made again."""
    for table in ("meeting", "recruitment"):
        if _found(f"SELECT 1 FROM {table} WHERE state = 'cancelled' LIMIT 1"):
            raise RuntimeError(f"there is a {table} that was called off")
    columns = ", ".join(APPOINTMENT)
    if _found(f"SELECT 1 FROM committee_member GROUP BY {columns} HAVING COUNT(*) > 1 LIMIT 1"):
        raise RuntimeError("somebody was appointed twice for one day")
    op.drop_index("uq_committee_member_appointment", table_name="committee_member")
    if _is_postgresql():
        op.create_unique_constraint(op.f(ONCE), "committee_member", APPOINTMENT)
    else:
        _make_members_anew(r"\)\s*$", f", CONSTRAINT {ONCE} UNIQUE ({columns}))")
    op.drop_table("recruitment_change")
    for table, column in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column.partition(' ')[0]}")
    _rule(1, 0)


def _is_postgresql() -> bool:
    return str(op.get_bind().dialect.name) == "postgresql"


def _found(question: str) -> bool:
    return op.get_bind().execute(sa.text(question)).scalar() is not None


def _rule(before: int, after: int) -> None:
    if _is_postgresql():
        for (table, name), rules in RULES.items():
            op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
            op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rules[after])
        return
    for table in dict.fromkeys(table for table, _ in RULES):
        sql = _sql_of(table)
        for (of, name), rules in RULES.items():
            old, new = (f"CONSTRAINT ck_{of}_{name} CHECK ({rules[which]})" for which in (before, after))
            if of == table and sql.count(old) != 1:
                raise RuntimeError(f"the table {table} is not as it was made")
            sql = sql.replace(old, new) if of == table else sql
        _make_anew(table, sql)


def _make_members_anew(pattern: str, words: str) -> None:
    """SQLite takes no key away from a table."""
    sql, found = re.subn(pattern, words, _sql_of("committee_member"))
    if found != 1:
        raise RuntimeError("the table of members is not as it was made")
    _make_anew("committee_member", sql)


def _make_anew(table: str, sql: str) -> None:
    """With its rows, indexes and triggers. What names its rows is asked at the commit, when all of them are back."""
    asked = "SELECT sql FROM sqlite_master WHERE tbl_name = :name AND type IN ('index', 'trigger') AND sql IS NOT NULL"
    hanging = op.get_bind().execute(sa.text(asked), {"name": table}).scalars().all()
    op.execute("PRAGMA defer_foreign_keys=ON")
    op.execute(f"CREATE TEMPORARY TABLE kept AS SELECT * FROM {table}")
    op.drop_table(table)
    for statement in (sql, f"INSERT INTO {table} SELECT * FROM kept", *hanging):
        op.get_bind().exec_driver_sql(statement)
    op.execute("DROP TABLE kept")


def _sql_of(table: str) -> str:
    asked = sa.text("SELECT sql FROM sqlite_master WHERE name = :name AND type = 'table'")
    return str(op.get_bind().execute(asked, {"name": table}).scalar_one())


def _create_changes() -> None:
    table = "recruitment_change"
    op.create_table(
        table,
        sa.Column("recruitment_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("act", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("closes_at", INSTANT, nullable=True),
        sa.CheckConstraint("act IN ('extend', 'cancel')", name=op.f("ck_recruitment_change_act_known")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_recruitment_change_reason_said")),
        sa.CheckConstraint(
            "(act = 'extend') = (closes_at IS NOT NULL)", name=op.f("ck_recruitment_change_extended_until")
        ),
        sa.ForeignKeyConstraint(
            ["recruitment_id"], ["recruitment.id"], name=op.f("fk_recruitment_change_recruitment_id_recruitment")
        ),
        sa.PrimaryKeyConstraint("recruitment_id", "number", name=op.f("pk_recruitment_change")),
    )
    if _is_postgresql():
        act = "EXECUTE FUNCTION hanpyo_refuse_change()"
        op.execute(f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {act}")
        op.execute(f"CREATE TRIGGER {table}_kept_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {act}")
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_kept_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"
        )
