"""Why a resident was barred from comments is kept nowhere but with the comment; further steps that people are told.

Revision: 0027_forgotten, after 0025_notices
"""

import sqlalchemy as sa
from alembic import op

revision = "0027_forgotten"
down_revision = "0025_notices"
branch_labels = None
depends_on = None

KINDS = (
    "proposal_submitted",
    "proposal_withdrawn",
    "check_released",
    "visit_planned",
    "visit_recorded",
    "visit_closed",
    "shortlisted",
    "left_out",
)
FURTHER = ("proposal_returned", "objection_decided", "challenge_closed")
TOLD = ("letter_template", "notice")
REASON_SAID = "ck_comment_bar_reason_said"


def upgrade() -> None:
    with op.batch_alter_table("comment_bar") as table:
        table.drop_constraint(op.f(REASON_SAID), type_="check")
        table.drop_column("reason")
    _know(KINDS + FURTHER)


def downgrade() -> None:
    for name in TOLD:
        told = sa.table(name, sa.column("kind"))
        op.execute(sa.delete(told).where(told.c.kind.in_(FURTHER)))
    _know(KINDS)
    with op.batch_alter_table("comment_bar") as table:
        table.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default="-"))
        table.create_check_constraint(op.f(REASON_SAID), "reason <> ''")
    with op.batch_alter_table("comment_bar") as table:
        table.alter_column("reason", server_default=None)


def _know(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    for name in TOLD:
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(f"ck_{name}_kind_known"), type_="check")
            table.create_check_constraint(op.f(f"ck_{name}_kind_known"), f"kind IN ({listed})")
