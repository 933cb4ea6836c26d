"""The chain of the audit's lines and its signed heads. Triggers keep both from being changed.

Revision: 0009_audit_chain, after 0008_erasing_and_cases
"""

import sqlalchemy as sa
from alembic import op

revision = "0009_audit_chain"
down_revision = "0008_erasing_and_cases"
branch_labels = None
depends_on = None

KEPT = ("audit_link", "audit_head")


def upgrade() -> None:
    op.create_table('audit_head',
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('size', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('newest', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('horizon', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_audit_head'))
    )
    op.create_table('audit_link',
    sa.Column('position', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('line_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('position', name=op.f('pk_audit_link')),
    sa.UniqueConstraint('line_id', name=op.f('uq_audit_link_line_id'))
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
    op.drop_table('audit_link')
    op.drop_table('audit_head')
