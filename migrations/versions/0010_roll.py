"""Who may vote: how a round asks, its roll, the dong's own sections, polling stations; how and where people took part.

Revision: 0010_roll, after 0009_audit_chain
"""

from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op

revision = "0010_roll"
down_revision = "0009_audit_chain"
branch_labels = None
depends_on = None

FROZEN_STATES = "('ballot_published', 'closed', 'counted', 'results_published')"
ASKED = "voters, age_min, bases"
BEFORE = ("mobile", "meeting", "made_up", "imported")
NEW = ("tablet", "kiosk", "assisted", "paper")
KEPT = ("kept_people", "kept_day")
ROLES = ("committee", "department", "staff", "approver", "admin")
BANDS = "'0-13', '14-18', '19-29', '30-39', '40-49', '50-59', '60-69', '70-'"
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # By hand, since SQLite takes a new column's check only with the column.
    op.execute(
        "ALTER TABLE round ADD COLUMN voters VARCHAR(12) NOT NULL DEFAULT 'open' "
        "CONSTRAINT ck_round_voters_known CHECK (voters IN ('open', 'register', 'list'))"
    )
    op.execute(
        "ALTER TABLE round ADD COLUMN age_min INTEGER "
        "CONSTRAINT ck_round_age_min_in_range CHECK (age_min BETWEEN 0 AND 130)"
    )
    op.execute("ALTER TABLE round ADD COLUMN bases JSON NOT NULL DEFAULT '[\"address\"]'")
    op.execute(
        f"ALTER TABLE section ADD COLUMN area_id {_id_type()} CONSTRAINT fk_section_area_id_area REFERENCES area (id)"
    )
    op.execute(_trigger("round_voters_frozen_update", "round", f"UPDATE OF {ASKED}"))
    _create_tables()
    _change_channels((*BEFORE[:2], *NEW, *BEFORE[2:]), with_place=True)
    _change_roles((*ROLES[:4], "desk", *ROLES[4:]))


def downgrade() -> None:
    """Votes that were cast in the new ways have no word before: while there are any, going down is refused."""
    listed = ", ".join(f"'{channel}'" for channel in NEW)
    for table in ("participation", *KEPT):
        if op.get_bind().scalar(sa.text(f"SELECT count(*) FROM {table} WHERE channel IN ({listed})")):
            raise RuntimeError(f"{table} has votes cast by {listed}")
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM role_grant WHERE role = 'desk'")):
        raise RuntimeError("role_grant has desk officers")
    _change_channels(BEFORE, with_place=False)
    _change_roles(ROLES)
    op.drop_table("roll_entry")
    op.drop_index(op.f("ix_station_shift_account_id"), table_name="station_shift")
    op.drop_table("station_shift")
    op.drop_table("polling_station")
    op.execute("DROP TRIGGER round_voters_frozen_update" + (" ON round" if _is_postgresql() else ""))
    op.execute("ALTER TABLE section DROP COLUMN area_id")
    for column in ("bases", "age_min", "voters"):
        op.execute(f"ALTER TABLE round DROP COLUMN {column}")


def _create_tables() -> None:
    op.create_table(
        "polling_station",
        sa.Column("id", ID, nullable=False),
        sa.Column("round_id", ID, nullable=False),
        sa.Column("area_id", ID, nullable=True),
        sa.Column("name_ko", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("latitude", sa.Numeric(9, 6), nullable=True),
        sa.Column("longitude", sa.Numeric(9, 6), nullable=True),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_polling_station_point_both_or_neither")
        ),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_polling_station_latitude_in_range")),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name=op.f("ck_polling_station_longitude_in_range")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_polling_station_round_id_round")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_polling_station_area_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_polling_station")),
        sa.UniqueConstraint("round_id", "name_ko", name=op.f("uq_polling_station_round_id_name_ko")),
    )
    op.create_table(
        "station_shift",
        sa.Column("id", ID, nullable=False),
        sa.Column("station_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_station_shift_shift_in_order")),
        sa.ForeignKeyConstraint(
            ["station_id"], ["polling_station.id"], name=op.f("fk_station_shift_station_id_polling_station")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_station_shift_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_shift")),
        sa.UniqueConstraint(
            "station_id", "account_id", "starts_at", name=op.f("uq_station_shift_station_id_account_id_starts_at")
        ),
    )
    op.create_index(op.f("ix_station_shift_account_id"), "station_shift", ["account_id"])
    op.create_table(
        "roll_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("round_id", ID, nullable=False),
        sa.Column("person_key", sa.String(length=64), nullable=False),
        sa.Column("twin", sa.Integer(), nullable=False),
        sa.Column("phone_key", sa.String(length=64), nullable=True),
        sa.Column("area_id", ID, nullable=True),
        sa.Column("age_band", sa.String(length=8), nullable=False),
        sa.Column("basis", sa.String(length=12), nullable=False),
        sa.Column("guardian", sa.String(length=8), nullable=True),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("twin >= 0", name=op.f("ck_roll_entry_twin_not_negative")),
        sa.CheckConstraint(
            "source IN ('phone', 'code', 'desk', 'oidc', 'list')", name=op.f("ck_roll_entry_source_known")
        ),
        sa.CheckConstraint("basis IN ('address', 'workplace', 'school')", name=op.f("ck_roll_entry_basis_known")),
        sa.CheckConstraint(f"age_band IN ({BANDS})", name=op.f("ck_roll_entry_age_band_known")),
        sa.CheckConstraint(
            "guardian IS NULL OR guardian IN ('phone', 'desk', 'list')", name=op.f("ck_roll_entry_guardian_known")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_roll_entry_round_id_round")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_roll_entry_area_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_entry")),
        sa.UniqueConstraint("round_id", "person_key", "twin", name=op.f("uq_roll_entry_round_id_person_key_twin")),
        sa.UniqueConstraint("round_id", "phone_key", name=op.f("uq_roll_entry_round_id_phone_key")),
    )
    if _is_postgresql():  # samples of these would outlive the rows
        for column in ("person_key", "phone_key"):
            op.execute(f"ALTER TABLE roll_entry ALTER COLUMN {column} SET STATISTICS 0")


def _change_channels(channels: Sequence[str], *, with_place: bool) -> None:
    """`with_place`: whether a participation says its station, dong and age band."""
    known = f"channel IN ({', '.join(repr(channel) for channel in channels)})"
    if _is_postgresql():
        for table in ("participation", *KEPT):
            op.drop_constraint(op.f(f"ck_{table}_channel_known"), table, type_="check")
            op.create_check_constraint(op.f(f"ck_{table}_channel_known"), table, known)
        _place_on_postgresql(with_place)
    else:
        _make_anew("participation", lambda name: _participation(name, known, with_place), 5)
        _make_anew("kept_people", lambda name: _kept_people(name, known), 4)
        _make_anew("kept_day", lambda name: _kept_day(name, known), 5)
        for table in KEPT:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_kept_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"
                )


def _place_on_postgresql(with_place: bool) -> None:
    if not with_place:
        for column in ("station_id", "area_id", "age_band"):
            op.drop_column("participation", column)
        return
    for column in _place():
        op.add_column("participation", column)
    for column, table in (("station_id", "polling_station"), ("area_id", "area")):
        op.create_foreign_key(op.f(f"fk_participation_{column}_{table}"), "participation", table, [column], ["id"])
    op.create_check_constraint(op.f("ck_participation_age_band_known"), "participation", _band_known())


def _make_anew(table: str, create: Callable[[str], None], columns: int) -> None:
    """SQLite changes no constraint of a table. The first `columns` are those that both have."""
    names = [row.name for row in op.get_bind().execute(sa.text(f"PRAGMA table_info({table})"))][:columns]
    create(f"{table}_anew")
    op.execute(f"INSERT INTO {table}_anew ({', '.join(names)}) SELECT {', '.join(names)} FROM {table}")
    op.drop_table(table)
    op.rename_table(f"{table}_anew", table)


def _participation(name: str, known: str, with_place: bool) -> None:
    placed = [
        *_place(),
        sa.CheckConstraint(_band_known(), name=op.f("ck_participation_age_band_known")),
        sa.ForeignKeyConstraint(
            ["station_id"], ["polling_station.id"], name=op.f("fk_participation_station_id_polling_station")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_participation_area_id_area")),
    ]
    op.create_table(
        name,
        sa.Column("round_id", ID, nullable=False),
        sa.Column("chamber", sa.String(length=40), nullable=False),
        sa.Column("voter_key", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("cast_hour", sa.DateTime(timezone=True), nullable=False),
        *(placed if with_place else ()),
        sa.CheckConstraint(known, name=op.f("ck_participation_channel_known")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_participation_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "chamber", "voter_key", name=op.f("pk_participation")),
        sqlite_with_rowid=False,
    )


def _kept_people(name: str, known: str) -> None:
    op.create_table(
        name,
        sa.Column("round_id", ID, nullable=False),
        sa.Column("chamber", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint(known, name=op.f("ck_kept_people_channel_known")),
        sa.CheckConstraint("people > 0", name=op.f("ck_kept_people_people_positive")),
        sa.ForeignKeyConstraint(["round_id"], ["erasure.round_id"], name=op.f("fk_kept_people_round_id_erasure")),
        sa.PrimaryKeyConstraint("round_id", "chamber", "channel", name=op.f("pk_kept_people")),
    )


def _kept_day(name: str, known: str) -> None:
    op.create_table(
        name,
        sa.Column("round_id", ID, nullable=False),
        sa.Column("chamber", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.CheckConstraint(known, name=op.f("ck_kept_day_channel_known")),
        sa.CheckConstraint("people > 0", name=op.f("ck_kept_day_people_positive")),
        sa.ForeignKeyConstraint(["round_id"], ["erasure.round_id"], name=op.f("fk_kept_day_round_id_erasure")),
        sa.PrimaryKeyConstraint("round_id", "chamber", "channel", "on_day", name=op.f("pk_kept_day")),
    )


def _change_roles(roles: Sequence[str]) -> None:
    known = f"role IN ({', '.join(repr(role) for role in roles)})"
    if _is_postgresql():
        op.drop_constraint(op.f("ck_role_grant_role_known"), "role_grant", type_="check")
        op.create_check_constraint(op.f("ck_role_grant_role_known"), "role_grant", known)
        return
    _make_anew("role_grant", lambda name: _role_grant(name, known), 5)
    op.create_index(op.f("ix_role_grant_account_id"), "role_grant", ["account_id"])
    only_admin = sa.text("role = 'admin'")
    op.create_index("uq_role_grant_admin", "role_grant", ["account_id"], unique=True, sqlite_where=only_admin)


def _role_grant(name: str, known: str) -> None:
    op.create_table(
        name,
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("programme_id", ID, nullable=True),
        sa.Column("department_id", ID, nullable=True),
        sa.CheckConstraint(
            "(role = 'admin') = (programme_id IS NULL)", name=op.f("ck_role_grant_programme_unless_admin")
        ),
        sa.CheckConstraint(
            "(role = 'department') = (department_id IS NOT NULL)", name=op.f("ck_role_grant_department_of_officer")
        ),
        sa.CheckConstraint(known, name=op.f("ck_role_grant_role_known")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_role_grant_account_id_account")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_role_grant_department_id_department")
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_role_grant_programme_id_programme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint(
            "account_id", "role", "programme_id", name=op.f("uq_role_grant_account_id_role_programme_id")
        ),
    )


def _place() -> list[sa.Column]:
    return [
        sa.Column("station_id", ID, nullable=True),
        sa.Column("area_id", ID, nullable=True),
        sa.Column("age_band", sa.String(length=8), nullable=True),
    ]


def _band_known() -> str:
    return f"age_band IS NULL OR age_band IN ({BANDS})"


def _id_type() -> str:
    return "BIGINT" if _is_postgresql() else "INTEGER"


def _trigger(name: str, table: str, verb: str) -> str:
    when = f"OLD.state IN {FROZEN_STATES}"
    if _is_postgresql():
        act = "EXECUTE FUNCTION hanpyo_refuse_frozen()"
        return f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW WHEN ({when}) {act}"
    refuse = f"SELECT RAISE(ABORT, '{table} is frozen')"
    return f"CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when} BEGIN {refuse}; END"


def _is_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")
