"""Who proposes on paper is filed once, told by word of mouth, and heard through staff.

Revision ID: 0032_on_paper
Revises: 0031_committee_notices
"""

import sqlalchemy as sa
from alembic import op

revision = "0032_on_paper"
down_revision = "0031_committee_notices"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Instant = sa.DateTime(timezone=True)
ONCE = "ix_paper_filing_client_key"


def upgrade() -> None:
    op.add_column("paper_filing", sa.Column("client_key", sa.String(length=36), nullable=True))
    op.create_index(op.f(ONCE), "paper_filing", ["client_key"], unique=True)
    op.create_table(
        "paper_notice",
        sa.Column("id", Id, nullable=False),
        sa.Column("proposal_id", Id, nullable=False),
        sa.Column("round_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("told_at", Instant, nullable=True),
        sa.Column("told_by", Id, nullable=True),
        sa.CheckConstraint("(told_at IS NULL) = (told_by IS NULL)", name=op.f("ck_paper_notice_told_by_somebody")),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["paper_filing.proposal_id"],
            name=op.f("fk_paper_notice_proposal_id_paper_filing"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_paper_notice_round_id_round")),
        sa.ForeignKeyConstraint(["told_by"], ["account.id"], name=op.f("fk_paper_notice_told_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_notice")),
    )
    op.create_index(op.f("ix_paper_notice_proposal_id"), "paper_notice", ["proposal_id"])
    op.create_table(
        "heard_word",
        sa.Column("id", Id, nullable=False),
        sa.Column("objection_id", Id, nullable=True),
        sa.Column("visit_id", Id, nullable=True),
        sa.Column("way", sa.String(length=12), nullable=False),
        sa.Column("heard_on", sa.Date(), nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("written_at", Instant, nullable=False),
        sa.CheckConstraint("(objection_id IS NULL) <> (visit_id IS NULL)", name=op.f("ck_heard_word_of_one_thing")),
        sa.CheckConstraint("way IN ('phone', 'letter', 'in_person')", name=op.f("ck_heard_word_way_known")),
        sa.ForeignKeyConstraint(["objection_id"], ["objection.id"], name=op.f("fk_heard_word_objection_id_objection")),
        sa.ForeignKeyConstraint(["visit_id"], ["site_visit.id"], name=op.f("fk_heard_word_visit_id_site_visit")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_heard_word_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heard_word")),
        sa.UniqueConstraint("objection_id", name=op.f("uq_heard_word_objection_id")),
    )
    op.create_index(op.f("ix_heard_word_visit_id"), "heard_word", ["visit_id"])


def downgrade() -> None:
    op.drop_table("heard_word")
    op.drop_table("paper_notice")
    op.drop_index(op.f(ONCE), table_name="paper_filing")
    op.drop_column("paper_filing", "client_key")
