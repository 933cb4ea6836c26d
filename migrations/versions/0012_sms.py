"""Whether messages go (one row that all processes look at), who was not served, by the hour; and of which seven digits
a number is that asked for a code.

Revision: 0012_sms, after 0011_staff_sign_in
"""

import sqlalchemy as sa
from alembic import op

revision = "0012_sms"
down_revision = "0011_staff_sign_in"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sms_breaker",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("shut_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=12), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_sms_breaker_one_row")),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_sms_breaker_failures_counted")),
        sa.CheckConstraint("(shut_until IS NULL) = (reason IS NULL)", name=op.f("ck_sms_breaker_shut_for_a_reason")),
        sa.CheckConstraint("reason IS NULL OR reason IN ('away', 'account')", name=op.f("ck_sms_breaker_reason_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_breaker")),
    )
    op.execute("INSERT INTO sms_breaker (id, failures) VALUES (1, 0)")
    op.create_table(
        "sms_outage",
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint("reason IN ('shut', 'crowded', 'spent')", name=op.f("ck_sms_outage_reason_known")),
        sa.CheckConstraint("people > 0", name=op.f("ck_sms_outage_people_positive")),
        sa.PrimaryKeyConstraint("hour", "reason", name=op.f("pk_sms_outage")),
    )
    # Codes from before have no prefix, and are of no use after five minutes.
    op.execute("DELETE FROM sign_in_code")
    with op.batch_alter_table("sign_in_code") as table:
        table.add_column(sa.Column("prefix_key", sa.String(length=64), nullable=False))
        table.create_index(op.f("ix_sign_in_code_sent_at"), ["sent_at"])
        table.create_index(op.f("ix_sign_in_code_browser_key"), ["browser_key"])
        table.create_index(op.f("ix_sign_in_code_prefix_key"), ["prefix_key"])


def downgrade() -> None:
    with op.batch_alter_table("sign_in_code") as table:
        table.drop_index(op.f("ix_sign_in_code_prefix_key"))
        table.drop_index(op.f("ix_sign_in_code_browser_key"))
        table.drop_index(op.f("ix_sign_in_code_sent_at"))
        table.drop_column("prefix_key")
    op.drop_table("sms_outage")
    op.drop_table("sms_breaker")
