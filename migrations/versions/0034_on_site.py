"""On-site reviews: of which record the proposers were told; outings that are cancelled.

Revision ID: 0034_on_site
Revises: 0031_committee_notices
"""

import sqlalchemy as sa
from alembic import op

revision = "0034_on_site"
down_revision = "0033_opinion_of_version"
branch_labels = None
depends_on = None

RULE = "(cancelled_at IS NULL) = (cancel_reason = '')"


def upgrade() -> None:
    with op.batch_alter_table("site_visit") as table:
        table.add_column(sa.Column("told_sha256", sa.String(64), nullable=True))
    with op.batch_alter_table("outing") as table:
        table.add_column(sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("cancel_reason", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("outing") as table:
        table.alter_column("cancel_reason", existing_type=sa.Text(), existing_nullable=False, server_default=None)
        table.create_check_constraint(op.f("ck_outing_cancelled_with_reason"), RULE)
    op.execute("UPDATE site_visit SET told_sha256 = record_sha256")


def downgrade() -> None:
    with op.batch_alter_table("outing") as table:
        table.drop_constraint(op.f("ck_outing_cancelled_with_reason"), type_="check")
        table.drop_column("cancel_reason")
        table.drop_column("cancelled_at")
    with op.batch_alter_table("site_visit") as table:
        table.drop_column("told_sha256")
