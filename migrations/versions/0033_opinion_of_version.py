"""The department's opinion is of one version of a proposal.

Revision ID: 0033_opinion_of_version
Revises: 0031_committee_notices
"""

from alembic import op

revision = "0033_opinion_of_version"
down_revision = "0032_on_paper"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE department_check ADD COLUMN proposal_version INTEGER NOT NULL DEFAULT 0"
        " CONSTRAINT ck_department_check_proposal_version_not_negative CHECK (proposal_version >= 0)"
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE department_check ALTER COLUMN proposal_version DROP DEFAULT")
    # Where the proposal has changed since, nobody knows what was read: its department looks at it once more.
    op.execute(
        "UPDATE department_check SET proposal_version ="
        " (SELECT proposal.version FROM proposal WHERE proposal.id = department_check.proposal_id)"
        " WHERE decided_at >="
        " (SELECT proposal.changed_at FROM proposal WHERE proposal.id = department_check.proposal_id)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE department_check DROP COLUMN proposal_version")
