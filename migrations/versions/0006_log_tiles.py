"""Roots of the log's full subtrees, so that a proof needs few leaves; how far the opening of a box has come.

Tiles of boxes that are there already are made of their leaves. A trigger keeps tiles from being changed.

Revision: 0006_log_tiles, after 0005_open_box
"""

import hashlib
from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from alembic import op

revision = "0006_log_tiles"
down_revision = "0005_open_box"
branch_labels = None
depends_on = None

SMALLEST = 8  # a tile of level 0 has 2^8 leaves
AT_ONCE = 5000
Tile = tuple[int, int, str]


def upgrade() -> None:
    tile = op.create_table(
        "log_tile",
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_log_tile_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "level", "number", name=op.f("pk_log_tile")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "box_opening",
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.JSON(), nullable=False),
        sa.Column("opened", sa.JSON(), nullable=False),
        sa.Column("unreadable", sa.JSON(), nullable=False),
        sa.CheckConstraint("state IN ('running', 'broken_off', 'done')", name=op.f("ck_box_opening_state_known")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_box_opening_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_box_opening")),
    )
    connection = op.get_bind()
    for round_id in connection.execute(sa.text("SELECT DISTINCT round_id FROM box_ballot")).scalars().all():
        _fill(connection, tile, round_id)
    _keep("log_tile")


def downgrade() -> None:
    op.drop_table("box_opening")
    op.drop_table("log_tile")


def _fill(connection: sa.Connection, tile: sa.Table, round_id: int) -> None:
    leaves = sa.text("SELECT leaf FROM box_ballot WHERE round_id = :round_id ORDER BY position")
    rows = [
        {"round_id": round_id, "level": level, "number": number, "root": root}
        for level, number, root in _tiles(connection.execute(leaves, {"round_id": round_id}).scalars())
    ]
    for start in range(0, len(rows), AT_ONCE):
        connection.execute(tile.insert(), rows[start : start + AT_ONCE])


def _tiles(leaves: Iterable[str]) -> Iterator[Tile]:
    """Every full subtree of 2^8 leaves and more (RFC 9162 §2.1.1), as it is filled."""
    peaks: list[bytes] = []
    for place, leaf in enumerate(leaves):
        node, full, height = bytes.fromhex(leaf), place, 0
        while full & 1:
            node, full, height = hashlib.sha256(b"\x01" + peaks.pop() + node).digest(), full >> 1, height + 1
            if height >= SMALLEST:
                yield height - SMALLEST, place >> height, node.hex()
        peaks.append(node)


def _keep(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_kept_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"
            )
    else:
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION hanpyo_refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_kept_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION hanpyo_refuse_change()"
        )
