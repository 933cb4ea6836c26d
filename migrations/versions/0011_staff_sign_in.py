"""Sessions and second factors of accounts. A session was known by a key of its account before: that key goes, and with
it everybody is signed out once.

Revision: 0011_staff_sign_in, after 0010_roll
"""

import sqlalchemy as sa
from alembic import op

revision = "0011_staff_sign_in"
down_revision = "0010_roll"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def instant(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def account(table: str, nullable: bool = False) -> list:
    return [
        sa.Column("account_id", ID, nullable=nullable),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f(f"fk_{table}_account_id_account")),
    ]


def upgrade() -> None:
    op.create_table(
        "account_session",
        sa.Column("id", ID, nullable=False),
        *account("account_session"),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=60), nullable=False),
        instant("begun_at"),
        instant("seen_at"),
        instant("proved_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_session")),
        sa.UniqueConstraint("key", name=op.f("uq_account_session_key")),
    )
    op.create_table(
        "authenticator_app",
        *account("authenticator_app"),
        sa.Column("secret", sa.String(length=200), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        instant("added_at"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_authenticator_app")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", ID, nullable=False),
        *account("passkey"),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        instant("added_at"),
        sa.CheckConstraint("sign_count >= 0", name=op.f("ck_passkey_sign_count_in_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_table(
        "passkey_challenge",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        *account("passkey_challenge", nullable=True),
        instant("expires_at"),
        sa.CheckConstraint("purpose IN ('add', 'enter', 'prove')", name=op.f("ck_passkey_challenge_purpose_known")),
        sa.CheckConstraint(
            "(purpose = 'enter') = (account_id IS NULL)", name=op.f("ck_passkey_challenge_account_unless_enter")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_passkey_challenge")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", ID, nullable=False),
        *account("recovery_code"),
        sa.Column("code_key", sa.String(length=64), nullable=False),
        instant("used_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_key", name=op.f("uq_recovery_code_code_key")),
    )
    for table in ("account_session", "passkey", "passkey_challenge", "recovery_code"):
        op.create_index(op.f(f"ix_{table}_account_id"), table, ["account_id"], unique=False)
    op.execute("ALTER TABLE account DROP COLUMN session_key")


def downgrade() -> None:
    op.execute("ALTER TABLE account ADD COLUMN session_key VARCHAR(43) NOT NULL DEFAULT ''")
    by_chance = "hex(randomblob(20))" if op.get_bind().dialect.name == "sqlite" else "replace(gen_random_uuid()::text, '-', '')"
    op.execute(f"UPDATE account SET session_key = {by_chance}")
    for table in ("recovery_code", "passkey_challenge", "passkey", "authenticator_app", "account_session"):
        op.drop_table(table)
