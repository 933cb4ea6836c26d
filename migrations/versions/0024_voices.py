"""The index of similar titles; what residents say to proposals.

Revision: 0024_voices, after 0023_department
"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0024_voices"
down_revision = "0023_department"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PUBLIC = ("submitted", "eligible", "ineligible", "visited", "shortlisted", "left_out")
NO_LETTER = re.compile(r"[\W_]+")
GROUNDS = "'insult', 'personal_data', 'advertising', 'off_topic', 'repeated', 'unlawful'"


def upgrade() -> None:
    _index_titles()
    op.create_table(
        "proposal_support",
        sa.Column("proposal_id", Id, nullable=False),
        sa.Column("resident_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_support_proposal_id_proposal")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_proposal_support_resident_id_resident")
        ),
        sa.PrimaryKeyConstraint("proposal_id", "resident_id", name=op.f("pk_proposal_support")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_proposal_support_resident", "proposal_support", ["resident_id"])
    op.create_table(
        "kept_support",
        sa.Column("proposal_id", Id, nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint("people > 0", name=op.f("ck_kept_support_people_positive")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_kept_support_proposal_id_proposal")),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_kept_support")),
    )
    op.create_table(
        "comment",
        sa.Column("id", Id, nullable=False),
        sa.Column("proposal_id", Id, nullable=False),
        sa.Column("resident_id", Id, nullable=True),
        sa.Column("voice", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("ground", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", Id, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('shown', 'hidden', 'withdrawn')", name=op.f("ck_comment_state_known")),
        sa.CheckConstraint(f"ground IS NULL OR ground IN ({GROUNDS})", name=op.f("ck_comment_ground_known")),
        sa.CheckConstraint("(state = 'withdrawn') = (body = '')", name=op.f("ck_comment_empty_when_withdrawn")),
        sa.CheckConstraint(
            "state <> 'hidden' OR (ground IS NOT NULL AND reason <> '')", name=op.f("ck_comment_hidden_with_reason")
        ),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL)", name=op.f("ck_comment_decided_by_somebody")
        ),
        sa.CheckConstraint("voice >= 0", name=op.f("ck_comment_voice_not_negative")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_comment_proposal_id_proposal")),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_comment_resident_id_resident")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_comment_decided_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index("ix_comment_proposal", "comment", ["proposal_id", "id"])
    op.create_index(op.f("ix_comment_resident_id"), "comment", ["resident_id"])
    op.create_table(
        "comment_report",
        sa.Column("comment_id", Id, nullable=False),
        sa.Column("resident_id", Id, nullable=False),
        sa.Column("ground", sa.String(length=16), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"ground IN ({GROUNDS})", name=op.f("ck_comment_report_ground_known")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_comment_report_comment_id_comment")),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_comment_report_resident_id_resident")
        ),
        sa.PrimaryKeyConstraint("comment_id", "resident_id", name=op.f("pk_comment_report")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "comment_bar",
        sa.Column("resident_id", Id, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_comment_bar_reason_said")),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_comment_bar_resident_id_resident")),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_comment_bar")),
    )


def downgrade() -> None:
    for table in ("comment_bar", "comment_report", "comment", "kept_support", "proposal_support", "title_pair"):
        op.drop_table(table)


def _index_titles() -> None:
    table = op.create_table(
        "title_pair",
        sa.Column("pair", sa.String(length=2), nullable=False),
        sa.Column("proposal_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_title_pair_proposal_id_proposal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pair", "proposal_id", name=op.f("pk_title_pair")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_title_pair_proposal", "title_pair", ["proposal_id"])
    proposal = sa.table("proposal", sa.column("id"), sa.column("title"), sa.column("state"))
    known = op.get_bind().execute(sa.select(proposal.c.id, proposal.c.title).where(proposal.c.state.in_(PUBLIC)))
    rows = [{"pair": pair, "proposal_id": row.id} for row in known for pair in sorted(pairs(row.title))]
    if rows:
        op.bulk_insert(table, rows)


def pairs(title: str) -> frozenset[str]:
    """As titles were indexed when this revision was made, whatever the application does by now."""
    letters = NO_LETTER.sub("", unicodedata.normalize("NFKC", title).casefold())
    return frozenset(letters[at : at + 2] for at in range(max(1, len(letters) - 1)) if letters)
