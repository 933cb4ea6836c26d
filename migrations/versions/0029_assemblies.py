"""One table for all meetings of a committee: the general ones and those of the committee and its sub-committees; who
belongs to a sub-committee; changes of an announced agenda; approval of minutes and addenda; what a sub-committee's
meeting is paid.

Revision: 0029_assemblies, after 0028_fates
"""

import sqlalchemy as sa
from alembic import op

revision = "0029_assemblies"
down_revision = "0028_fates"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
CHILDREN = ("attendance", "meeting_invitation", "agenda_item", "meeting_tablet", "meeting_pin")
CHECKS_BEFORE = {
    "state_known": "state IN ('planned', 'open', 'ended', 'not_held')",
    "opened_unless_planned": "(state IN ('planned', 'not_held')) = (opened_at IS NULL)",
    "ended_with_instant": "(state IN ('ended', 'not_held')) = (ended_at IS NOT NULL)",
    "notice_days_in_range": "notice_days BETWEEN 0 AND 90",
    "short_notice_said": "short_notice <> ''",
    "minutes_after_end": "minutes_published_at IS NULL OR ended_at IS NOT NULL",
}
NEW_CHECKS = {
    "kind_known": "kind IN ('general', 'committee')",
    "general_of_a_round": "(kind = 'general') = (round_id IS NOT NULL)",
    "title_unless_general": "(kind = 'general') = (title IS NULL)",
    "general_of_the_whole": "kind = 'committee' OR subcommittee_id IS NULL",
    "approved_by_somebody": "(minutes_approved_at IS NULL) = (minutes_approved_by IS NULL)",
    "published_when_approved": "kind = 'general' OR minutes_published_at IS NULL OR minutes_approved_at IS NOT NULL",
}
COLUMNS_BEFORE = (
    ("id", ID, False),
    ("round_id", ID, False),
    ("place", sa.String(length=120), False),
    ("starts_at", INSTANT, False),
    ("state", sa.String(length=24), False),
    ("opened_at", INSTANT, True),
    ("ended_at", INSTANT, True),
    ("enrolled_at_close", sa.Integer(), True),
    ("present_at_close", sa.Integer(), True),
    ("notice_days", sa.Integer(), False),
    ("short_notice", sa.Text(), True),
    ("enrolled_at_open", sa.Integer(), True),
    ("present_at_open", sa.Integer(), True),
    ("minutes", sa.Text(), False),
    ("minutes_published_at", INSTANT, True),
)
NEW_COLUMNS = (
    ("kind", sa.String(length=12), False),
    ("programme_id", ID, False),
    ("subcommittee_id", ID, True),
    ("title", sa.String(length=120), True),
    ("minutes_approved_at", INSTANT, True),
    ("minutes_approved_by", ID, True),
)
NEW_KEYS = (("programme_id", "programme"), ("subcommittee_id", "subcommittee"), ("minutes_approved_by", "account"))
INDEXED = ("programme_id", "subcommittee_id")
FROZEN_BEFORE = "minutes, minutes_published_at, short_notice"
FROZEN = f"{FROZEN_BEFORE}, minutes_approved_at, minutes_approved_by"
KEPT = ("agenda_change", "minutes_addendum")


def upgrade() -> None:
    _create_subcommittees()
    if _is_postgresql():
        _widen_in_place()
    else:
        _make_meetings_anew("general_meeting", "meeting")
    for column in INDEXED:
        op.create_index(op.f(f"ix_meeting_{column}"), "meeting", [column])
    _freeze("meeting", FROZEN)
    _create_changes()
    for column in RATE_COLUMNS:
        op.execute(f"ALTER TABLE fee_rate ADD COLUMN {column.format(false='false' if _is_postgresql() else '0')}")
    op.execute("UPDATE fee_rate SET subcommittee_won = rate_won")


def downgrade() -> None:
    """The general meetings stay. For others there was no word before."""
    if op.get_bind().execute(sa.text("SELECT 1 FROM meeting WHERE kind <> 'general' LIMIT 1")).scalar():
        raise RuntimeError("there are meetings that are no general meeting")
    for column in reversed(RATE_COLUMNS):
        op.execute(f"ALTER TABLE fee_rate DROP COLUMN {column.partition(' ')[0]}")
    for table in KEPT:
        op.drop_table(table)
    for column in INDEXED:
        op.drop_index(op.f(f"ix_meeting_{column}"), table_name="meeting")
    if _is_postgresql():
        _narrow_in_place()
    else:
        _make_meetings_anew("meeting", "general_meeting")
    _freeze("general_meeting", FROZEN_BEFORE)
    for table in ("committee_settings", "subcommittee_seat", "subcommittee"):
        op.drop_table(table)


# By hand, since SQLite takes a new column's check only with the column.
RATE_COLUMNS = (
    "subcommittee_won BIGINT NOT NULL DEFAULT 0 CONSTRAINT ck_fee_rate_subcommittee_won_in_range "
    "CHECK (subcommittee_won BETWEEN 0 AND 10000000)",
    "once_a_day BOOLEAN NOT NULL DEFAULT {false}",
)


def _is_postgresql() -> bool:
    return str(op.get_bind().dialect.name) == "postgresql"


def _create_subcommittees() -> None:
    op.create_table(
        "subcommittee",
        sa.Column("id", ID, nullable=False),
        sa.Column("programme_id", ID, nullable=False),
        sa.Column("name_ko", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_subcommittee_days_in_order")),
        _foreign_key("subcommittee", "programme_id", "programme"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subcommittee")),
        sa.UniqueConstraint(
            "programme_id", "name_ko", "starts_on", name=op.f("uq_subcommittee_programme_id_name_ko_starts_on")
        ),
    )
    op.create_table(
        "subcommittee_seat",
        sa.Column("id", ID, nullable=False),
        sa.Column("subcommittee_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("is_chair", sa.Boolean(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("joined_ground", sa.String(length=20), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("left_ground", sa.String(length=20), nullable=True),
        *_checks("subcommittee_seat", SEAT_CHECKS),
        _foreign_key("subcommittee_seat", "subcommittee_id", "subcommittee"),
        _foreign_key("subcommittee_seat", "member_id", "committee_member"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subcommittee_seat")),
    )
    op.create_index(op.f("ix_subcommittee_seat_member_id"), "subcommittee_seat", ["member_id"])
    for name, columns, where in (
        ("member", ["subcommittee_id", "member_id"], sa.text("left_on IS NULL")),
        ("chair", ["subcommittee_id"], sa.text("is_chair AND left_on IS NULL")),
    ):
        op.create_index(
            f"uq_subcommittee_seat_{name}",
            "subcommittee_seat",
            columns,
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )
    op.create_table(
        "committee_settings",
        sa.Column("programme_id", ID, nullable=False),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        sa.Column("one_subcommittee", sa.Boolean(), nullable=False),
        sa.CheckConstraint("notice_days BETWEEN 0 AND 90", name=op.f("ck_committee_settings_notice_days_in_range")),
        _foreign_key("committee_settings", "programme_id", "programme"),
        sa.PrimaryKeyConstraint("programme_id", name=op.f("pk_committee_settings")),
    )


SEAT_CHECKS = {
    "joined_ground_known": "joined_ground IN ('own_wish', 'decision')",
    "left_ground_known": "left_ground IS NULL OR left_ground IN ('own_wish', 'to_another', 'absent', 'decision')",
    "leaves_after_joining": "left_on >= joined_on",
    "ground_of_leaving": "(left_on IS NULL) = (left_ground IS NULL)",
}


def _create_changes() -> None:
    op.create_table(
        "agenda_change",
        sa.Column("meeting_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("act", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("act IN ('add', 'remove', 'order')", name=op.f("ck_agenda_change_act_known")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_agenda_change_reason_said")),
        _foreign_key("agenda_change", "meeting_id", "meeting"),
        sa.PrimaryKeyConstraint("meeting_id", "number", name=op.f("pk_agenda_change")),
    )
    op.create_table(
        "minutes_addendum",
        sa.Column("meeting_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("words <> ''", name=op.f("ck_minutes_addendum_words_said")),
        _foreign_key("minutes_addendum", "meeting_id", "meeting"),
        sa.PrimaryKeyConstraint("meeting_id", "number", name=op.f("pk_minutes_addendum")),
    )
    for table in KEPT:
        _keep(table)


def _widen_in_place() -> None:
    _drop_freeze("general_meeting")
    _rename_in_place("general_meeting", "meeting")
    for name, type_, _nullable in NEW_COLUMNS:
        op.add_column("meeting", sa.Column(name, type_, nullable=True))
    op.execute("UPDATE meeting SET kind = 'general'")
    op.execute("UPDATE meeting SET programme_id = (SELECT programme_id FROM round WHERE round.id = meeting.round_id)")
    for name, _type, nullable in NEW_COLUMNS:
        op.alter_column("meeting", name, nullable=nullable)
    op.alter_column("meeting", "round_id", nullable=True)
    for name, rule in NEW_CHECKS.items():
        op.create_check_constraint(op.f(f"ck_meeting_{name}"), "meeting", rule)
    for column, to in NEW_KEYS:
        op.create_foreign_key(op.f(f"fk_meeting_{column}_{to}"), "meeting", to, [column], ["id"])


def _narrow_in_place() -> None:
    _drop_freeze("meeting")
    for name, _type, _nullable in reversed(NEW_COLUMNS):
        op.drop_column("meeting", name)  # its checks and keys go with it
    op.execute("ALTER TABLE meeting DROP CONSTRAINT IF EXISTS ck_meeting_general_of_a_round")
    op.alter_column("meeting", "round_id", nullable=False)
    _rename_in_place("meeting", "general_meeting")


def _rename_in_place(old: str, new: str) -> None:
    op.rename_table(old, new)
    op.execute(f"ALTER SEQUENCE {old}_id_seq RENAME TO {new}_id_seq")
    names = [f"ck_{{}}_{name}" for name in CHECKS_BEFORE]
    for name in (*names, "pk_{}", "uq_{}_round_id", "fk_{}_round_id_round"):
        op.execute(f"ALTER TABLE {new} RENAME CONSTRAINT {name.format(old)} TO {name.format(new)}")
    for child in CHILDREN:
        key = f"fk_{child}_meeting_id_"
        op.execute(f"ALTER TABLE {child} RENAME CONSTRAINT {key}{old} TO {key}{new}")


def _make_meetings_anew(old: str, new: str) -> None:
    """SQLite changes no constraint of a table. What names its rows follows the new name, and is asked at the commit,
    when all of them are back."""
    names = ", ".join(name for name, _type, _nullable in COLUMNS_BEFORE)
    op.execute("PRAGMA defer_foreign_keys=ON")
    op.execute(f"CREATE TEMPORARY TABLE meeting_kept AS SELECT {names} FROM {old}")
    op.execute(f"ALTER TABLE {old} RENAME TO {new}")
    op.drop_table(new)
    if new == "meeting":
        columns = (*((name, type_, none or name == "round_id") for name, type_, none in COLUMNS_BEFORE), *NEW_COLUMNS)
        _create_meetings(new, columns, CHECKS_BEFORE | NEW_CHECKS, NEW_KEYS)
        of_round = "(SELECT programme_id FROM round WHERE round.id = meeting_kept.round_id)"
        op.execute(
            f"INSERT INTO meeting ({names}, kind, programme_id) SELECT {names}, 'general', {of_round} FROM meeting_kept"
        )
    else:
        _create_meetings(new, COLUMNS_BEFORE[:FIRST], dict(list(CHECKS_BEFORE.items())[:FIRST_CHECKS]), ())
        for column in LATER_COLUMNS:
            op.execute(f"ALTER TABLE general_meeting ADD COLUMN {column}")
        op.execute(f"INSERT INTO general_meeting ({names}) SELECT {names} FROM meeting_kept")
    op.execute("DROP TABLE meeting_kept")


# How many columns and checks the table was made with; the others came later, their checks with the columns, and can go
# one by one only so.
FIRST, FIRST_CHECKS = 9, 3
LATER_COLUMNS = (
    "notice_days INTEGER NOT NULL DEFAULT 7 CONSTRAINT ck_general_meeting_notice_days_in_range "
    "CHECK (notice_days BETWEEN 0 AND 90)",
    "short_notice TEXT CONSTRAINT ck_general_meeting_short_notice_said CHECK (short_notice <> '')",
    "enrolled_at_open INTEGER",
    "present_at_open INTEGER",
    "minutes TEXT NOT NULL DEFAULT ''",
    "minutes_published_at DATETIME CONSTRAINT ck_general_meeting_minutes_after_end "
    "CHECK (minutes_published_at IS NULL OR ended_at IS NOT NULL)",
)


def _create_meetings(table: str, columns: tuple, checks: dict[str, str], keys: tuple[tuple[str, str], ...]) -> None:
    op.create_table(
        table,
        *(sa.Column(name, type_, nullable=none) for name, type_, none in columns),
        *_checks(table, checks),
        *(_foreign_key(table, column, to) for column, to in (("round_id", "round"), *keys)),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("round_id", name=op.f(f"uq_{table}_round_id")),
    )


def _checks(table: str, checks: dict[str, str]) -> list[sa.CheckConstraint]:
    return [sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}")) for name, rule in checks.items()]


def _foreign_key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _freeze(table: str, columns: str) -> None:
    name, when = f"{table}_minutes_frozen_update", "OLD.minutes_published_at IS NOT NULL"
    if _is_postgresql():
        act = "EXECUTE FUNCTION hanpyo_refuse_frozen()"
        op.execute(f"CREATE TRIGGER {name} BEFORE UPDATE OF {columns} ON {table} FOR EACH ROW WHEN ({when}) {act}")
    else:
        act = f"BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END"
        op.execute(f"CREATE TRIGGER {name} BEFORE UPDATE OF {columns} ON {table} WHEN {when} {act}")


def _drop_freeze(table: str) -> None:
    op.execute(f"DROP TRIGGER {table}_minutes_frozen_update ON {table}")


def _keep(table: str) -> None:
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
