"""On-site reviews: of which record the proposers were told; outings that are cancelled.

Revision ID: 0034_on_site
Revises: 0031_committee_notices
"""

import sqlalchemy as sa
from alembic import op

revision = "0034_on_site"
down_revision = "0031_committee_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("site_visit") as table:
        table.add_column(sa.Column("told_sha256", sa.String(64), nullable=True))
    op.execute("UPDATE site_visit SET told_sha256 = record_sha256")


def downgrade() -> None:
    with op.batch_alter_table("site_visit") as table:
        table.drop_column("told_sha256")
