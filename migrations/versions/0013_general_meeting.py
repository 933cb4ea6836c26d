"""The general meeting: its invitations, its agenda with who was there at each item, its minutes, tablets and PINs.

Revision: 0013_general_meeting, after 0012_sms
"""

import sqlalchemy as sa
from alembic import op

revision = "0013_general_meeting"
down_revision = "0012_sms"
branch_labels = None
depends_on = None

# By hand, since SQLite takes a new column's check only with the column.
COLUMNS = (
    "notice_days INTEGER NOT NULL DEFAULT 7 CONSTRAINT ck_general_meeting_notice_days_in_range "
    "CHECK (notice_days BETWEEN 0 AND 90)",
    "short_notice TEXT CONSTRAINT ck_general_meeting_short_notice_said CHECK (short_notice <> '')",
    "enrolled_at_open INTEGER",
    "present_at_open INTEGER",
    "minutes TEXT NOT NULL DEFAULT ''",
    "minutes_published_at {instant} CONSTRAINT ck_general_meeting_minutes_after_end "
    "CHECK (minutes_published_at IS NULL OR ended_at IS NOT NULL)",
)
INSTANT = {"sqlite": "DATETIME", "postgresql": "TIMESTAMP WITH TIME ZONE"}
KEPT = ("meeting_invitation", "item_attendance")
# trigger → table, verb with its columns, and the rows of which it is true
FROZEN = {
    "agenda_item_frozen_update": ("agenda_item", "UPDATE", "OLD.state = 'closed'"),
    "agenda_item_frozen_delete": ("agenda_item", "DELETE", "OLD.state <> 'to_come'"),
    "general_meeting_minutes_frozen_update": (
        "general_meeting",
        "UPDATE OF minutes, minutes_published_at, short_notice",
        "OLD.minutes_published_at IS NOT NULL",
    ),
}


def upgrade() -> None:
    for column in COLUMNS:
        op.execute(f"ALTER TABLE general_meeting ADD COLUMN {column.format(instant=INSTANT[_dialect()])}")
    _create_tables()
    for table in KEPT:
        _keep(table)
    for name, (table, verb, when) in FROZEN.items():
        _freeze(name, table, verb, when)


def downgrade() -> None:
    on = " ON general_meeting" if _dialect() == "postgresql" else ""
    op.execute(f"DROP TRIGGER general_meeting_minutes_frozen_update{on}")
    for table in ("meeting_pin", "meeting_tablet", "item_attendance", "agenda_item", "meeting_invitation"):
        op.drop_table(table)
    for column in reversed(COLUMNS):
        op.execute(f"ALTER TABLE general_meeting DROP COLUMN {column.partition(' ')[0]}")


def _dialect() -> str:
    return str(op.get_bind().dialect.name)


def _create_tables() -> None:
    id_, instant = sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.DateTime(timezone=True)
    op.create_table(
        "meeting_invitation",
        sa.Column("meeting_id", id_, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sent_at", instant, nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("starts_at", instant, nullable=False),
        sa.CheckConstraint("members > 0", name=op.f("ck_meeting_invitation_members_positive")),
        _foreign_key("meeting_invitation", "meeting_id", "general_meeting"),
        sa.PrimaryKeyConstraint("meeting_id", "number", name=op.f("pk_meeting_invitation")),
    )
    op.create_table(
        "agenda_item",
        sa.Column("id", id_, nullable=False),
        sa.Column("meeting_id", id_, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("added_at", instant, nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("begun_at", instant, nullable=True),
        sa.Column("present_at_begin", sa.Integer(), nullable=True),
        sa.Column("closed_at", instant, nullable=True),
        sa.Column("enrolled", sa.Integer(), nullable=True),
        sa.Column("present", sa.Integer(), nullable=True),
        sa.Column("may_vote", sa.Integer(), nullable=True),
        sa.Column("votes_for", sa.Integer(), nullable=True),
        sa.Column("votes_against", sa.Integer(), nullable=True),
        sa.Column("abstained", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_agenda_item_{name}")) for name, rule in ITEM_CHECKS.items()),
        _foreign_key("agenda_item", "meeting_id", "general_meeting"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
    )
    op.create_index(op.f("ix_agenda_item_meeting_id"), "agenda_item", ["meeting_id"])
    for name, where in {"up": "state = 'under_discussion'", "ballot": "kind = 'ballot'"}.items():
        rows = sa.text(where)
        op.create_index(
            f"uq_agenda_item_{name}",
            "agenda_item",
            ["meeting_id"],
            unique=True,
            sqlite_where=rows,
            postgresql_where=rows,
        )
    op.create_table(
        "item_attendance",
        sa.Column("item_id", id_, nullable=False),
        sa.Column("member_id", id_, nullable=False),
        sa.Column("is_recused", sa.Boolean(), nullable=False),
        _foreign_key("item_attendance", "item_id", "agenda_item"),
        _foreign_key("item_attendance", "member_id", "committee_member"),
        sa.PrimaryKeyConstraint("item_id", "member_id", name=op.f("pk_item_attendance")),
    )
    op.create_table(
        "meeting_tablet",
        sa.Column("id", id_, nullable=False),
        sa.Column("meeting_id", id_, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("use", sa.String(length=8), nullable=False),
        sa.Column("token_key", sa.String(length=64), nullable=False),
        sa.Column("made_at", instant, nullable=False),
        sa.Column("ended_at", instant, nullable=True),
        sa.Column("wrong_tries", sa.Integer(), nullable=False),
        sa.Column("locked_until", instant, nullable=True),
        sa.CheckConstraint("use IN ('booth', 'door')", name=op.f("ck_meeting_tablet_use_known")),
        sa.CheckConstraint("wrong_tries BETWEEN 0 AND 5", name=op.f("ck_meeting_tablet_wrong_tries_in_range")),
        _foreign_key("meeting_tablet", "meeting_id", "general_meeting"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_tablet")),
        sa.UniqueConstraint("token_key", name=op.f("uq_meeting_tablet_token_key")),
    )
    op.create_index(op.f("ix_meeting_tablet_meeting_id"), "meeting_tablet", ["meeting_id"])
    op.create_table(
        "meeting_pin",
        sa.Column("id", id_, nullable=False),
        sa.Column("meeting_id", id_, nullable=False),
        sa.Column("member_id", id_, nullable=True),
        sa.Column("pin_key", sa.String(length=64), nullable=False),
        sa.Column("expires_at", instant, nullable=False),
        sa.Column("tablet_id", id_, nullable=True),
        sa.Column("right_key", sa.String(length=64), nullable=True),
        sa.Column("right_ends_at", instant, nullable=True),
        sa.CheckConstraint(
            "(right_key IS NULL) = (right_ends_at IS NULL) AND (right_key IS NULL) = (tablet_id IS NULL)",
            name=op.f("ck_meeting_pin_right_on_a_tablet"),
        ),
        sa.CheckConstraint(
            "member_id IS NOT NULL OR right_key IS NOT NULL", name=op.f("ck_meeting_pin_nobodys_when_used")
        ),
        _foreign_key("meeting_pin", "meeting_id", "general_meeting"),
        _foreign_key("meeting_pin", "member_id", "committee_member"),
        _foreign_key("meeting_pin", "tablet_id", "meeting_tablet"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_pin")),
        sa.UniqueConstraint("meeting_id", "pin_key", name=op.f("uq_meeting_pin_meeting_id_pin_key")),
        sa.UniqueConstraint("meeting_id", "member_id", name=op.f("uq_meeting_pin_meeting_id_member_id")),
        sa.UniqueConstraint("right_key", name=op.f("uq_meeting_pin_right_key")),
    )


ITEM_CHECKS = {
    "kind_known": "kind IN ('ballot', 'decision', 'report')",
    "state_known": "state IN ('to_come', 'under_discussion', 'closed')",
    "outcome_known": "outcome IS NULL OR outcome IN ('adopted', 'rejected')",
    "begun_with_instant": "(state = 'to_come') = (begun_at IS NULL)",
    "closed_with_instant": "(state = 'closed') = (closed_at IS NOT NULL)",
    "closed_with_numbers": "(closed_at IS NULL) = (may_vote IS NULL)",
    "outcome_of_decision": "outcome IS NULL OR (kind = 'decision' AND state = 'closed')",
    "outcome_with_hands": "(outcome IS NULL) = (votes_for IS NULL) AND (outcome IS NULL) = (votes_against IS NULL) "
    "AND (outcome IS NULL) = (abstained IS NULL)",
    "hands_not_negative": "votes_for >= 0 AND votes_against >= 0 AND abstained >= 0",
    "hands_within_present": "votes_for + votes_against + abstained <= may_vote",
    "numbers_in_order": "may_vote <= present AND present <= enrolled",
}


def _foreign_key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _keep(table: str) -> None:
    if _dialect() == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_kept_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"
            )
        return
    act = "EXECUTE FUNCTION hanpyo_refuse_change()"
    op.execute(f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {act}")
    op.execute(f"CREATE TRIGGER {table}_kept_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {act}")


def _freeze(name: str, table: str, verb: str, when: str) -> None:
    if _dialect() == "sqlite":
        act = f"BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END"
        op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when} {act}")
    else:
        act = "EXECUTE FUNCTION hanpyo_refuse_frozen()"
        op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW WHEN ({when}) {act}")
