"""The round's key and its trustees; sealed ballots in their intake and in the box, with the signed states of its log.
Triggers keep the box and the log from being changed.

Revision: 0004_sealed_box, after 0003_what_is_published_stays
"""

import sqlalchemy as sa
from alembic import op

revision = "0004_sealed_box"
down_revision = "0003_what_is_published_stays"
branch_labels = None
depends_on = None

KEPT = ("box_ballot", "checkpoint")


def upgrade() -> None:
    op.create_table('box_ballot',
    sa.Column('round_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('chamber', sa.String(length=40), nullable=False),
    sa.Column('receipt', sa.String(length=16), nullable=False),
    sa.Column('leaf', sa.String(length=64), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_box_ballot_round_id_round')),
    sa.PrimaryKeyConstraint('round_id', 'position', name=op.f('pk_box_ballot')),
    sa.UniqueConstraint('id', name=op.f('uq_box_ballot_id')),
    sa.UniqueConstraint('round_id', 'receipt', name=op.f('uq_box_ballot_round_id_receipt')),
    sqlite_with_rowid=False
    )
    op.create_table('checkpoint',
    sa.Column('round_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('size', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('digests', sa.JSON(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_checkpoint_round_id_round')),
    sa.PrimaryKeyConstraint('round_id', 'number', name=op.f('pk_checkpoint'))
    )
    op.create_table('intake_ballot',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('round_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('chamber', sa.String(length=40), nullable=False),
    sa.Column('receipt', sa.String(length=16), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_intake_ballot_round_id_round')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_intake_ballot')),
    sa.UniqueConstraint('round_id', 'receipt', name=op.f('uq_intake_ballot_round_id_receipt')),
    sqlite_with_rowid=False
    )
    op.create_table('round_key',
    sa.Column('round_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_key', sa.String(length=130), nullable=False),
    sa.Column('threshold', sa.Integer(), nullable=False),
    sa.Column('words_set', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('threshold > 0', name=op.f('ck_round_key_threshold_positive')),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_round_key_round_id_round')),
    sa.PrimaryKeyConstraint('round_id', name=op.f('pk_round_key'))
    )
    op.create_table('trustee',
    sa.Column('round_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('words_sha256', sa.String(length=64), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['round_id'], ['round_key.round_id'], name=op.f('fk_trustee_round_id_round_key')),
    sa.PrimaryKeyConstraint('round_id', 'number', name=op.f('pk_trustee'))
    )
    for table in KEPT:
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


def downgrade() -> None:
    op.drop_table('trustee')
    op.drop_table('round_key')
    op.drop_table('intake_ballot')
    op.drop_table('checkpoint')
    op.drop_table('box_ballot')
