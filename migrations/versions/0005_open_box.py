"""How a round's box is opened; the private key of one that is opened for everybody; the files that a bundle was
certified with.

A count is certified together with the files of its bundle. Certificates from before named none: they are forgotten, and
made anew when they are asked for, as those of counts from before there were any.

Revision: 0005_open_box, after 0004_sealed_box
"""

import sqlalchemy as sa
from alembic import op

revision = "0005_open_box"
down_revision = "0004_sealed_box"
branch_labels = None
depends_on = None

FROZEN_STATES = "('ballot_published', 'closed', 'counted', 'results_published')"
OPENINGS = "opening IN ('observer', 'open')"
PRIVATE = "private_key IS NULL OR opened_at IS NOT NULL"
OPEN_BOX = "EXISTS (SELECT 1 FROM round WHERE round.id = {round} AND round.opening = 'open')"


def upgrade() -> None:
    op.add_column(
        "round",
        sa.Column(
            "opening",
            sa.String(length=12),
            sa.CheckConstraint(OPENINGS, name=op.f("ck_round_opening_known")),
            server_default="observer",
            nullable=False,
        ),
    )
    op.add_column(
        "round_key",
        sa.Column(
            "private_key",
            sa.String(length=64),
            sa.CheckConstraint(PRIVATE, name=op.f("ck_round_key_private_until_opened")),
            nullable=True,
        ),
    )
    op.create_table(
        "bundle_file",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_bundle_file")),
    )
    for statement in _guards_on_postgresql() if _is_postgresql() else _guards_on_sqlite():
        op.execute(statement)
    _forget_certificates()


def downgrade() -> None:
    _forget_certificates()
    if _is_postgresql():
        op.execute("DROP TRIGGER round_opening_frozen_update ON round")
        op.execute("DROP TRIGGER round_key_private ON round_key")
        op.execute("DROP FUNCTION hanpyo_box_is_open(bigint)")
    else:
        for trigger in ("round_opening_frozen_update", "round_key_private_insert", "round_key_private_update"):
            op.execute(f"DROP TRIGGER {trigger}")
    op.drop_table("bundle_file")
    op.drop_column("round_key", "private_key")
    op.drop_column("round", "opening")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _guards_on_sqlite() -> list[str]:
    """The setting is frozen with the ballot, no box but one that is opened for everybody has its private key beside it,
    and a file is never another one."""
    return [
        "CREATE TRIGGER round_opening_frozen_update BEFORE UPDATE OF opening ON round "
        f"WHEN OLD.state IN {FROZEN_STATES} BEGIN SELECT RAISE(ABORT, 'round is frozen'); END",
        *(
            f"CREATE TRIGGER round_key_private_{verb.split()[0].lower()} BEFORE {verb} ON round_key "
            f"WHEN NEW.private_key IS NOT NULL AND NOT {OPEN_BOX.format(round='NEW.round_id')} "
            "BEGIN SELECT RAISE(ABORT, 'round_key is frozen'); END"
            for verb in ("INSERT", "UPDATE OF private_key, round_id")
        ),
        *(
            f"CREATE TRIGGER bundle_file_kept_{verb.lower()} BEFORE {verb} ON bundle_file "
            "BEGIN SELECT RAISE(ABORT, 'bundle_file is never changed'); END"
            for verb in ("UPDATE", "DELETE")
        ),
    ]


def _guards_on_postgresql() -> list[str]:
    return [
        "CREATE TRIGGER round_opening_frozen_update BEFORE UPDATE OF opening ON round FOR EACH ROW "
        f"WHEN (OLD.state IN {FROZEN_STATES}) EXECUTE FUNCTION hanpyo_refuse_frozen()",
        "CREATE FUNCTION hanpyo_box_is_open(which bigint) RETURNS boolean LANGUAGE sql STABLE AS "
        f"$$ SELECT {OPEN_BOX.format(round='which')} $$",
        "CREATE TRIGGER round_key_private BEFORE INSERT OR UPDATE OF private_key, round_id ON round_key FOR EACH ROW "
        "WHEN (NEW.private_key IS NOT NULL AND NOT hanpyo_box_is_open(NEW.round_id)) "
        "EXECUTE FUNCTION hanpyo_refuse_frozen()",
        "CREATE TRIGGER bundle_file_kept BEFORE UPDATE OR DELETE ON bundle_file "
        "FOR EACH ROW EXECUTE FUNCTION hanpyo_refuse_change()",
        "CREATE TRIGGER bundle_file_kept_truncate BEFORE TRUNCATE ON bundle_file "
        "FOR EACH STATEMENT EXECUTE FUNCTION hanpyo_refuse_change()",
    ]


def _forget_certificates() -> None:
    """The one change that a published count goes through; its trigger is as 0003 made it, afterwards."""
    row, when = "", "OLD.published_at IS NOT NULL"
    act = "BEGIN SELECT RAISE(ABORT, 'count is frozen'); END"
    op.execute("DROP TRIGGER count_frozen_update" + (" ON count" if _is_postgresql() else ""))
    op.execute("UPDATE count SET certificate = NULL")
    if _is_postgresql():
        row, when, act = "FOR EACH ROW", f"({when})", "EXECUTE FUNCTION hanpyo_refuse_frozen()"
    op.execute(
        "CREATE TRIGGER count_frozen_update BEFORE UPDATE OF round_id, body, sha256, counted_at, published_at, rolls, "
        f"certificate ON count {row} WHEN {when} {act}"
    )
