"""A count keeps the rolls it was made with and, once it is published, its certificate.

Both may be empty: a count of before has neither, and gets them anew whenever its bundle is made.

Revision: 0002_certificates, after 0001_first_round
"""

import sqlalchemy as sa
from alembic import op

revision = "0002_certificates"
down_revision = "0001_first_round"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("count", sa.Column("rolls", sa.Text(), nullable=True))
    op.add_column("count", sa.Column("certificate", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("count", "certificate")
    op.drop_column("count", "rolls")
