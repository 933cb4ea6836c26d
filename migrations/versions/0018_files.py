"""Photos and documents: what is known of a kept file, and those that hang on proposals.

Revision: 0018_files, after 0017_paper
"""

import sqlalchemy as sa
from alembic import op

revision = "0018_files"
down_revision = "0017_paper"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SIDES = ("width", "height", "small_sha256", "small_size", "small_width", "small_height")
ALL_SIDES = " AND ".join(f"{name} IS NOT NULL" for name in SIDES)
NO_SIDES = " AND ".join(f"{name} IS NULL" for name in SIDES)


def upgrade() -> None:
    _stored_file()
    _proposal_file()


def downgrade() -> None:
    """The bytes stay in their folder until somebody removes it."""
    op.drop_table("proposal_file")
    op.drop_table("stored_file")


def _stored_file() -> None:
    op.create_table(
        "stored_file",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("media_type", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("small_sha256", sa.String(length=64), nullable=True),
        sa.Column("small_size", sa.Integer(), nullable=True),
        sa.Column("small_width", sa.Integer(), nullable=True),
        sa.Column("small_height", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('photo', 'document')", name=op.f("ck_stored_file_kind_known")),
        sa.CheckConstraint(
            f"(kind = 'photo' AND media_type = 'image/jpeg' AND name IS NULL AND {ALL_SIDES})"
            f" OR (kind = 'document' AND media_type = 'application/pdf' AND name IS NOT NULL AND {NO_SIDES})",
            name=op.f("ck_stored_file_photo_or_document"),
        ),
        sa.CheckConstraint(
            "size > 0 AND (small_size IS NULL OR small_size > 0)", name=op.f("ck_stored_file_size_positive")
        ),
        sa.CheckConstraint(
            "width > 0 AND height > 0 AND small_width > 0 AND small_height > 0",
            name=op.f("ck_stored_file_sides_positive"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("id", "kind", name=op.f("uq_stored_file_id_kind")),
    )
    for column in ("sha256", "small_sha256"):
        op.create_index(op.f(f"ix_stored_file_{column}"), "stored_file", [column])


def _proposal_file() -> None:
    op.create_table(
        "proposal_file",
        sa.Column("id", ID, nullable=False),
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("file_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("alt", sa.String(length=150), nullable=True),
        sa.Column("caption", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('photo', 'document')", name=op.f("ck_proposal_file_kind_known")),
        sa.CheckConstraint("(kind = 'photo') = (alt IS NOT NULL)", name=op.f("ck_proposal_file_photo_described")),
        sa.CheckConstraint("alt <> ''", name=op.f("ck_proposal_file_alt_says_something")),
        sa.CheckConstraint("position > 0", name=op.f("ck_proposal_file_position_positive")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_file_proposal_id_proposal"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["file_id", "kind"],
            ["stored_file.id", "stored_file.kind"],
            name=op.f("fk_proposal_file_file_id_kind_stored_file"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_file")),
        sa.UniqueConstraint("file_id", name=op.f("uq_proposal_file_file_id")),
        sa.UniqueConstraint("proposal_id", "kind", "position", name=op.f("uq_proposal_file_proposal_id_kind_position")),
    )
