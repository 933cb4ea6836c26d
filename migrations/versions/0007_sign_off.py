"""Two people sign a ballot before it is published; backup drills are recorded. Triggers keep what was drawn and signed.

Revision: 0007_sign_off, after 0006_log_tiles
"""

import sqlalchemy as sa
from alembic import op

revision = "0007_sign_off"
down_revision = "0006_log_tiles"
branch_labels = None
depends_on = None

FROZEN_STATES = "('ballot_published', 'closed', 'counted', 'results_published')"
DRAWN = "round_id, draw, body, sha256, number_seed, prepared_at"
# trigger → table, verb with its columns, and the rows of which it is true (all: "")
KEPT = {
    "prepared_ballot_kept_update": ("prepared_ballot", f"UPDATE OF {DRAWN}", ""),
    "prepared_ballot_kept_withdrawn": (
        "prepared_ballot",
        "UPDATE OF withdrawn_at, reason",
        "OLD.withdrawn_at IS NOT NULL",
    ),
    "prepared_ballot_kept_delete": ("prepared_ballot", "DELETE", ""),
    "ballot_signature_kept_update": ("ballot_signature", "UPDATE", ""),
    "ballot_signature_kept_delete": ("ballot_signature", "DELETE", ""),
}
FROZEN = {
    "prepared_ballot_frozen_insert": ("prepared_ballot", "INSERT", "NEW"),
    "prepared_ballot_frozen_update": ("prepared_ballot", "UPDATE", "OLD"),
    "ballot_signature_frozen_insert": ("ballot_signature", "INSERT", "NEW"),
}
# A round that is held here has no manifest that two people have not signed.
SIGNED = (
    "NOT EXISTS (SELECT 1 FROM round WHERE round.id = NEW.round_id AND round.source = 'held') OR 2 = ("
    "SELECT COUNT(*) FROM ballot_signature AS s JOIN prepared_ballot AS p ON p.round_id = s.round_id AND p.draw = s.draw "
    "WHERE p.round_id = NEW.round_id AND p.sha256 = NEW.sha256 AND p.withdrawn_at IS NULL)"
)


def upgrade() -> None:
    op.create_table('backup_drill',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('held_by', sa.String(length=60), nullable=False),
    sa.Column('checked', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("checked <> ''", name=op.f('ck_backup_drill_checked_said')),
    sa.CheckConstraint("held_by <> ''", name=op.f('ck_backup_drill_held_by_said')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_backup_drill'))
    )
    op.create_table('prepared_ballot',
    sa.Column('round_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('draw', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('number_seed', sa.String(length=32), nullable=False),
    sa.Column('prepared_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.CheckConstraint('draw > 0', name=op.f('ck_prepared_ballot_draw_positive')),
    sa.CheckConstraint('(withdrawn_at IS NULL) = (reason IS NULL)', name=op.f('ck_prepared_ballot_withdrawn_with_reason')),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_prepared_ballot_reason_said')),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_prepared_ballot_round_id_round')),
    sa.PrimaryKeyConstraint('round_id', 'draw', name=op.f('pk_prepared_ballot'))
    )
    op.create_index('uq_prepared_ballot_standing', 'prepared_ballot', ['round_id'], unique=True,
    sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))
    op.create_table('ballot_signature',
    sa.Column('round_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('draw', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=12), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("role IN ('staff', 'approver')", name=op.f('ck_ballot_signature_role_known')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_ballot_signature_account_id_account')),
    sa.ForeignKeyConstraint(['round_id', 'draw'], ['prepared_ballot.round_id', 'prepared_ballot.draw'],
    name=op.f('fk_ballot_signature_round_id_draw_prepared_ballot')),
    sa.PrimaryKeyConstraint('round_id', 'draw', 'role', name=op.f('pk_ballot_signature')),
    sa.UniqueConstraint('round_id', 'draw', 'account_id', name=op.f('uq_ballot_signature_round_id_draw_account_id'))
    )
    for statement in _on_postgresql() if op.get_bind().dialect.name == "postgresql" else _on_sqlite():
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER ballot_manifest_signed ON ballot_manifest")
        op.execute("DROP FUNCTION hanpyo_ensure_signed()")
    else:
        op.execute("DROP TRIGGER ballot_manifest_signed")
    op.drop_table('ballot_signature')
    op.drop_table('prepared_ballot')
    op.drop_table('backup_drill')


def _on_sqlite() -> list[str]:
    statements = []
    for name, (table, verb, when) in KEPT.items():
        which = f" WHEN {when}" if when else ""
        statements.append(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table}{which} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"
        )
    for name, (table, verb, row) in FROZEN.items():
        frozen = f"EXISTS (SELECT 1 FROM round WHERE round.id = {row}.round_id AND round.state IN {FROZEN_STATES})"
        statements.append(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {frozen} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END"
        )
    statements.append(
        f"CREATE TRIGGER ballot_manifest_signed BEFORE INSERT ON ballot_manifest WHEN NOT ({SIGNED}) "
        "BEGIN SELECT RAISE(ABORT, 'ballot_manifest is not signed'); END"
    )
    return statements


def _on_postgresql() -> list[str]:
    statements = []
    for name, (table, verb, when) in KEPT.items():
        which = f"WHEN ({when}) " if when else ""
        statements.append(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW {which}"
            "EXECUTE FUNCTION hanpyo_refuse_change()"
        )
    for table in ("prepared_ballot", "ballot_signature"):
        statements.append(
            f"CREATE TRIGGER {table}_kept_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION hanpyo_refuse_change()"
        )
    for name, (table, verb, row) in FROZEN.items():
        statements.append(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW "
            f"WHEN (hanpyo_round_frozen({row}.round_id)) EXECUTE FUNCTION hanpyo_refuse_frozen()"
        )
    return [
        *statements,
        "CREATE FUNCTION hanpyo_ensure_signed() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF NOT ({SIGNED}) THEN RAISE EXCEPTION 'ballot_manifest is not signed' USING ERRCODE = '23001'; "
        "END IF; RETURN NEW; END $$",
        "CREATE TRIGGER ballot_manifest_signed BEFORE INSERT ON ballot_manifest "
        "FOR EACH ROW EXECUTE FUNCTION hanpyo_ensure_signed()",
    ]
