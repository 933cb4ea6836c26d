"""What people are told of the steps of their proposals, and the words of staff for it.

Revision: 0025_notices, after 0024_voices
"""

import sqlalchemy as sa
from alembic import op

revision = "0025_notices"
down_revision = "0024_voices"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = (
    "kind IN ('proposal_submitted', 'proposal_withdrawn', 'check_released', 'visit_planned', 'visit_recorded',"
    " 'visit_closed', 'shortlisted', 'left_out')"
)


def upgrade() -> None:
    op.create_table(
        "letter_template",
        sa.Column("id", Id, nullable=False),
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body_ko", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", Id, nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_letter_template_kind_known")),
        sa.CheckConstraint("version > 0", name=op.f("ck_letter_template_version_positive")),
        sa.CheckConstraint("(body_ko = '') = (body_en = '')", name=op.f("ck_letter_template_both_languages")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_letter_template_programme_id_programme")
        ),
        sa.ForeignKeyConstraint(["saved_by"], ["account.id"], name=op.f("fk_letter_template_saved_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_template")),
        sa.UniqueConstraint(
            "programme_id", "kind", "version", name=op.f("uq_letter_template_programme_id_kind_version")
        ),
    )
    op.create_table(
        "notice",
        sa.Column("id", Id, nullable=False),
        sa.Column("resident_id", Id, nullable=False),
        sa.Column("proposal_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_notice_kind_known")),
        sa.CheckConstraint("seen_at IS NULL OR seen_at >= made_at", name=op.f("ck_notice_seen_when_made")),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_notice_resident_id_resident")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_notice_proposal_id_proposal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_resident", "notice", ["resident_id", "id"])
    op.create_index(op.f("ix_notice_proposal_id"), "notice", ["proposal_id"])


def downgrade() -> None:
    op.drop_table("notice")
    op.drop_table("letter_template")
