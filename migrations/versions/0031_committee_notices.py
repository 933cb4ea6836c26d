"""What a committee's members and applicants are told belongs to no round.

Revision ID: 0031_committee_notices
Revises: 0030_deliveries
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0031_committee_notices"
down_revision = "0030_deliveries"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SUBJECTS = ("programme", "meeting", "application")
CHECKS = {
    "of_a_round_or_a_committee": "(round_id IS NULL) <> (programme_id IS NULL)",
    "proposal_of_a_round": "proposal_id IS NULL OR round_id IS NOT NULL",
    "meeting_of_a_committee": "(meeting_id IS NULL AND application_id IS NULL) OR programme_id IS NOT NULL",
}


def upgrade() -> None:
    with _deliveries_kept():
        _widen()


def downgrade() -> None:
    op.execute("DELETE FROM delivery WHERE notice_id IN (SELECT id FROM notice WHERE round_id IS NULL)")
    op.execute("DELETE FROM notice WHERE round_id IS NULL")
    with _deliveries_kept():
        _narrow()


@contextmanager
def _deliveries_kept() -> Iterator[None]:
    """SQLite makes the table of notices anew, and what waits to go out would go with the old one."""
    is_made_anew = op.get_bind().dialect.name == "sqlite"
    if is_made_anew:
        op.execute("CREATE TEMPORARY TABLE delivery_kept AS SELECT * FROM delivery")
    yield
    if is_made_anew:
        op.execute("INSERT INTO delivery SELECT * FROM delivery_kept")
        op.execute("DROP TABLE delivery_kept")


def _widen() -> None:
    with op.batch_alter_table("notice") as table:
        table.alter_column("round_id", existing_type=Id, nullable=True)
        for name in SUBJECTS:
            table.add_column(sa.Column(f"{name}_id", Id, nullable=True))
    with op.batch_alter_table("notice") as table:
        for name in SUBJECTS:
            table.create_foreign_key(op.f(f"fk_notice_{name}_id_{name}"), name, [f"{name}_id"], ["id"])
            table.create_index(op.f(f"ix_notice_{name}_id"), [f"{name}_id"])
        for name, rule in CHECKS.items():
            table.create_check_constraint(op.f(f"ck_notice_{name}"), rule)


def _narrow() -> None:
    with op.batch_alter_table("notice") as table:
        for name in CHECKS:
            table.drop_constraint(op.f(f"ck_notice_{name}"), type_="check")
        for name in SUBJECTS:
            table.drop_index(op.f(f"ix_notice_{name}_id"))
            table.drop_constraint(op.f(f"fk_notice_{name}_id_{name}"), type_="foreignkey")
            table.drop_column(f"{name}_id")
        table.alter_column("round_id", existing_type=Id, nullable=False)
