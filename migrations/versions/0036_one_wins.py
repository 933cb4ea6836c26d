"""Of two proposals at odds that both go to the ballot, only one may win.

Revision ID: 0036_one_wins
Revises: 0031_committee_notices
"""

from alembic import op

revision = "0036_one_wins"
down_revision = "0035_lapsed_challenges"
branch_labels = None
depends_on = None

STATES = ("open", "both_stay", "merged", "one_leaves")
KNOWN = "ck_proposal_conflict_state_known"


def upgrade() -> None:
    _know((*STATES, "one_wins"))


def downgrade() -> None:
    op.execute("UPDATE proposal_conflict SET state = 'both_stay' WHERE state = 'one_wins'")
    _know(STATES)


def _know(states: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{state}'" for state in states)
    with op.batch_alter_table("proposal_conflict") as table:
        table.drop_constraint(op.f(KNOWN), type_="check")
        table.create_check_constraint(op.f(KNOWN), f"state IN ({listed})")
