"""Polling stations at work: their days, kiosks, one-time PINs, and how many of these were used.

Revision: 0016_kiosks, after 0015_voting_codes
"""

import sqlalchemy as sa
from alembic import op

revision = "0016_kiosks"
down_revision = "0015_voting_codes"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
HELP = "help IN ('alone', 'sight', 'hands', 'reading', 'other')"


def upgrade() -> None:
    op.create_table(
        "station_day",
        sa.Column("station_id", ID, nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_station_day_hours_in_order")),
        _station("station_day"),
        sa.PrimaryKeyConstraint("station_id", "on_day", name=op.f("pk_station_day")),
    )
    op.create_table(
        "kiosk",
        sa.Column("id", ID, nullable=False),
        sa.Column("station_id", ID, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wrong_pins", sa.Integer(), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("wrong_pins BETWEEN 0 AND 5", name=op.f("ck_kiosk_wrong_pins_in_range")),
        _station("kiosk"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_kiosk_token_hash")),
    )
    op.create_index(op.f("ix_kiosk_station_id"), "kiosk", ["station_id"])
    op.create_table(
        "desk_pin",
        sa.Column("id", ID, nullable=False),
        sa.Column("station_id", ID, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("kiosk_id", ID, nullable=True),
        sa.Column("pin_hash", sa.String(length=64), nullable=False),
        sa.Column("help", sa.String(length=8), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(HELP, name=op.f("ck_desk_pin_help_known")),
        _station("desk_pin"),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["roll_entry.id"], name=op.f("fk_desk_pin_entry_id_roll_entry"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["kiosk_id"], ["kiosk.id"], name=op.f("fk_desk_pin_kiosk_id_kiosk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_pin")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_desk_pin_entry_id")),
        sa.UniqueConstraint("pin_hash", name=op.f("uq_desk_pin_pin_hash")),
    )
    op.create_index(op.f("ix_desk_pin_station_id"), "desk_pin", ["station_id"])
    op.create_table(
        "pin_count",
        sa.Column("station_id", ID, nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("help", sa.String(length=8), nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.CheckConstraint(HELP, name=op.f("ck_pin_count_help_known")),
        sa.CheckConstraint("issued >= 0", name=op.f("ck_pin_count_issued_not_negative")),
        sa.CheckConstraint("spent >= 0", name=op.f("ck_pin_count_spent_not_negative")),
        _station("pin_count"),
        sa.PrimaryKeyConstraint("station_id", "on_day", "help", name=op.f("pk_pin_count")),
    )


def downgrade() -> None:
    for table in ("pin_count", "desk_pin", "kiosk", "station_day"):
        op.drop_table(table)


def _station(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_station_id_polling_station")
    return sa.ForeignKeyConstraint(["station_id"], ["polling_station.id"], name=name)
