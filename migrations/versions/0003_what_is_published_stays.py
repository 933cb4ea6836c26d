"""A published round keeps its name and where it comes from, a published count its figures; a meeting may not be held.

Title, slug and source are in the frozen rules or say whose votes these are, and were left out of the first triggers.
A general meeting that never had its quorum (유회) gets a state of its own, so that its round can be closed.

Revision: 0003_what_is_published_stays, after 0002_certificates
"""

import sqlalchemy as sa
from alembic import op

revision = "0003_what_is_published_stays"
down_revision = "0002_certificates"
branch_labels = None
depends_on = None

FROZEN_STATES = "('ballot_published', 'closed', 'counted', 'results_published')"
# trigger → table, verb with its columns, and the rows of which it is true
TRIGGERS = {
    "round_named_frozen_update": (
        "round",
        "UPDATE OF source, slug, title_ko, title_en",
        f"OLD.state IN {FROZEN_STATES}",
    ),
    "count_frozen_update": (
        "count",
        "UPDATE OF round_id, body, sha256, counted_at, published_at, rolls, certificate",
        "OLD.published_at IS NOT NULL",
    ),
    "count_frozen_delete": ("count", "DELETE", "OLD.published_at IS NOT NULL"),
}
MEETING_BEFORE = {
    "ended_with_instant": "(state = 'ended') = (ended_at IS NOT NULL)",
    "opened_unless_planned": "(state = 'planned') = (opened_at IS NULL)",
    "state_known": "state IN ('planned', 'open', 'ended')",
}
MEETING_AFTER = {
    "ended_with_instant": "(state IN ('ended', 'not_held')) = (ended_at IS NOT NULL)",
    "opened_unless_planned": "(state IN ('planned', 'not_held')) = (opened_at IS NULL)",
    "state_known": "state IN ('planned', 'open', 'ended', 'not_held')",
}


def upgrade() -> None:
    _check_meetings(MEETING_AFTER)
    for name, (table, verb, when) in TRIGGERS.items():
        op.execute(_trigger(name, table, verb, when))


def downgrade() -> None:
    """A meeting that was not held is a planned one again: there is no other word for it before."""
    for name, (table, _verb, _when) in TRIGGERS.items():
        on = f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""
        op.execute(f"DROP TRIGGER {name}{on}")
    op.execute(
        "UPDATE general_meeting SET state = 'planned', ended_at = NULL, enrolled_at_close = NULL,"
        " present_at_close = NULL WHERE state = 'not_held'"
    )
    _check_meetings(MEETING_BEFORE)


def _trigger(name: str, table: str, verb: str, when: str) -> str:
    if op.get_bind().dialect.name == "postgresql":
        act = "EXECUTE FUNCTION hanpyo_refuse_frozen()"
        return f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW WHEN ({when}) {act}"
    return f"CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END"


def _check_meetings(checks: dict[str, str]) -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name, rule in checks.items():
            op.drop_constraint(op.f(f"ck_general_meeting_{name}"), "general_meeting", type_="check")
            op.create_check_constraint(op.f(f"ck_general_meeting_{name}"), "general_meeting", rule)
    else:
        _make_meetings_anew(checks)


def _make_meetings_anew(checks: dict[str, str]) -> None:
    """SQLite changes no constraint of a table. The attendances, which name its rows, are asked at the commit, when
    all of them are back."""
    op.execute("PRAGMA defer_foreign_keys=ON")
    op.execute("CREATE TEMPORARY TABLE meeting_kept AS SELECT * FROM general_meeting")
    op.drop_table("general_meeting")
    op.create_table(
        "general_meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("enrolled_at_close", sa.Integer(), nullable=True),
        sa.Column("present_at_close", sa.Integer(), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_general_meeting_{name}")) for name, rule in checks.items()),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_general_meeting_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_general_meeting")),
        sa.UniqueConstraint("round_id", name=op.f("uq_general_meeting_round_id")),
    )
    op.execute("INSERT INTO general_meeting SELECT * FROM meeting_kept")
    op.execute("DROP TABLE meeting_kept")
