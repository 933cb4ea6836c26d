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


def upgrade() -> None:
    op.add_column("site_visit", sa.Column("told_sha256", sa.String(64), nullable=True))
    op.execute("UPDATE site_visit SET told_sha256 = record_sha256")
    op.add_column("outing", sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
    # By hand, since SQLite takes a new column's check only with the column.
    op.execute(
        "ALTER TABLE outing ADD COLUMN cancel_reason TEXT NOT NULL DEFAULT '' "
        "CONSTRAINT ck_outing_cancelled_with_reason CHECK ((cancelled_at IS NULL) = (cancel_reason = ''))"
    )


def downgrade() -> None:
    for table, column in (("outing", "cancel_reason"), ("outing", "cancelled_at"), ("site_visit", "told_sha256")):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
