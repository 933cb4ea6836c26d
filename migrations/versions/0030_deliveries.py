"""What people are told goes out by SMS and by mail: deliveries, wishes, mail addresses.

Revision: 0030_deliveries, after 0029_assemblies
"""

import sqlalchemy as sa
from alembic import op

revision = "0030_deliveries"
down_revision = "0029_assemblies"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Instant = sa.DateTime(timezone=True)
KINDS = (
    *("proposal_submitted", "proposal_withdrawn", "check_released", "visit_planned", "visit_recorded", "visit_closed"),
    *("shortlisted", "left_out", "proposal_returned", "objection_decided", "challenge_closed"),
)
TEXTS = ("subject_ko", "subject_en", "sms_ko", "sms_en")
ONE_PERSON = "(resident_id IS NULL) <> (account_id IS NULL)"
CHANNELS = "channel IN ('sms', 'mail')"


def upgrade() -> None:
    _letters()
    _messages()
    _deliveries()
    _people()


def _letters() -> None:
    """Kinds are the application's own words, as the book's actions are: a further one needs no revision."""
    with op.batch_alter_table("letter_template") as table:
        table.drop_constraint(op.f("ck_letter_template_kind_known"), type_="check")
        for name in TEXTS:
            table.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        for name in ("subject", "sms"):
            table.create_check_constraint(
                op.f(f"ck_letter_template_{name}_both_languages"), f"({name}_ko = '') = ({name}_en = '')"
            )
    with op.batch_alter_table("letter_template") as table:
        for name in TEXTS:
            table.alter_column(name, server_default=None)
    with op.batch_alter_table("notice") as table:
        table.drop_constraint(op.f("ck_notice_kind_known"), type_="check")
        table.add_column(sa.Column("account_id", Id, nullable=True))
        table.add_column(sa.Column("round_id", Id, nullable=True))
        table.add_column(sa.Column("once", sa.String(length=80), nullable=True))
        table.alter_column("resident_id", existing_type=Id, nullable=True)
        table.alter_column("proposal_id", existing_type=Id, nullable=True)
    op.execute(
        "UPDATE notice SET round_id = (SELECT proposal.round_id FROM proposal WHERE proposal.id = notice.proposal_id)"
    )
    with op.batch_alter_table("notice") as table:
        table.alter_column("round_id", existing_type=Id, nullable=False)
        table.create_foreign_key(op.f("fk_notice_account_id_account"), "account", ["account_id"], ["id"])
        table.create_foreign_key(op.f("fk_notice_round_id_round"), "round", ["round_id"], ["id"])
        table.create_unique_constraint(op.f("uq_notice_once"), ["once"])
        table.create_check_constraint(op.f("ck_notice_one_person"), ONE_PERSON)
        table.create_index("ix_notice_account", ["account_id", "id"])
        table.create_index(op.f("ix_notice_round_id"), ["round_id"])


def _messages() -> None:
    with op.batch_alter_table("message") as table:
        table.drop_constraint(op.f("ck_message_attempts_in_range"), type_="check")
        table.alter_column("recipient", existing_type=sa.String(length=20), type_=sa.String(length=254))
        table.add_column(sa.Column("channel", sa.String(length=4), nullable=False, server_default="sms"))
        table.add_column(sa.Column("subject", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("unsubscribe", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("most_attempts", sa.Integer(), nullable=False, server_default="3"))
        table.add_column(sa.Column("fault", sa.String(length=12), nullable=True))
        table.add_column(sa.Column("tag", sa.String(length=64), nullable=True))
        table.create_check_constraint(
            op.f("ck_message_attempts_in_range"), "attempts >= 0 AND attempts <= most_attempts"
        )
        table.create_check_constraint(op.f("ck_message_channel_known"), CHANNELS)
        table.create_check_constraint(
            op.f("ck_message_fault_known"), "fault IS NULL OR fault IN ('away', 'account', 'refused', 'late')"
        )
        table.create_index(op.f("ix_message_tag"), ["tag"])
    with op.batch_alter_table("message") as table:
        for name in ("channel", "subject", "unsubscribe", "most_attempts"):
            table.alter_column(name, server_default=None)
    with op.batch_alter_table("sms_breaker") as table:
        table.drop_constraint(op.f("ck_sms_breaker_one_row"), type_="check")
        table.create_check_constraint(op.f("ck_sms_breaker_one_a_channel"), "id IN (1, 2)")
    op.execute("INSERT INTO sms_breaker (id, failures) VALUES (2, 0)")


def _deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", Id, nullable=False),
        sa.Column("notice_id", Id, nullable=False),
        sa.Column("channel", sa.String(length=4), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("is_digest", sa.Boolean(), nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("message_id", Id, nullable=True),
        sa.CheckConstraint(CHANNELS, name=op.f("ck_delivery_channel_known")),
        sa.CheckConstraint("state IN ('waiting', 'packed', 'unwanted')", name=op.f("ck_delivery_state_known")),
        sa.CheckConstraint(
            "(state = 'packed') = (message_id IS NOT NULL)", name=op.f("ck_delivery_packed_in_a_message")
        ),
        sa.CheckConstraint("channel = 'mail' OR NOT is_digest", name=op.f("ck_delivery_digest_by_mail")),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_delivery_notice_id_notice"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_delivery_message_id_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("notice_id", "channel", name=op.f("uq_delivery_notice_id_channel")),
    )
    op.create_index("ix_delivery_state", "delivery", ["state", "due_at"])
    op.create_index(op.f("ix_delivery_message_id"), "delivery", ["message_id"])


def _people() -> None:
    op.create_table(
        "notice_wish",
        sa.Column("id", Id, nullable=False),
        sa.Column("resident_id", Id, nullable=True),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("ways", sa.JSON(), nullable=False),
        sa.Column("mail_stopped_at", Instant, nullable=True),
        sa.CheckConstraint(ONE_PERSON, name=op.f("ck_notice_wish_one_person")),
        sa.CheckConstraint("language IN ('ko', 'en')", name=op.f("ck_notice_wish_language_known")),
        *_of_one_person("notice_wish"),
    )
    op.create_table(
        "mail_address",
        sa.Column("id", Id, nullable=False),
        sa.Column("resident_id", Id, nullable=True),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("cipher", sa.Text(), nullable=False),
        sa.Column("confirmed_at", Instant, nullable=False),
        sa.CheckConstraint(ONE_PERSON, name=op.f("ck_mail_address_one_person")),
        *_of_one_person("mail_address"),
    )
    op.create_table(
        "mail_code",
        sa.Column("id", Id, nullable=False),
        sa.Column("person_key", sa.String(length=64), nullable=False),
        sa.Column("address_key", sa.String(length=64), nullable=False),
        sa.Column("code_key", sa.String(length=64), nullable=False),
        sa.Column("cipher", sa.Text(), nullable=False),
        sa.Column("sent_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("used_at", Instant, nullable=True),
        sa.CheckConstraint("attempts >= 0 AND attempts <= 5", name=op.f("ck_mail_code_attempts_in_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_code")),
    )
    for column in ("person_key", "address_key", "sent_at"):
        op.create_index(op.f(f"ix_mail_code_{column}"), "mail_code", [column])


def _of_one_person(table: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f(f"fk_{table}_resident_id_resident")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f(f"fk_{table}_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("resident_id", name=op.f(f"uq_{table}_resident_id")),
        sa.UniqueConstraint("account_id", name=op.f(f"uq_{table}_account_id")),
    ]


def downgrade() -> None:
    for name in ("mail_code", "mail_address", "notice_wish", "delivery"):
        op.drop_table(name)
    op.execute("DELETE FROM sms_breaker WHERE id = 2")
    with op.batch_alter_table("sms_breaker") as table:
        table.drop_constraint(op.f("ck_sms_breaker_one_a_channel"), type_="check")
        table.create_check_constraint(op.f("ck_sms_breaker_one_row"), "id = 1")
    op.execute("DELETE FROM message WHERE channel = 'mail'")
    op.execute("UPDATE message SET attempts = 3, state = 'failed', recipient = '', body = '' WHERE attempts > 3")
    with op.batch_alter_table("message") as table:
        table.drop_index(op.f("ix_message_tag"))
        for check in ("attempts_in_range", "channel_known", "fault_known"):
            table.drop_constraint(op.f(f"ck_message_{check}"), type_="check")
        for column in ("channel", "subject", "unsubscribe", "most_attempts", "fault", "tag"):
            table.drop_column(column)
        table.alter_column("recipient", existing_type=sa.String(length=254), type_=sa.String(length=20))
        table.create_check_constraint(op.f("ck_message_attempts_in_range"), "attempts >= 0 AND attempts <= 3")
    _unletter()


def _unletter() -> None:
    known = ", ".join(f"'{kind}'" for kind in KINDS)
    op.execute(f"DELETE FROM notice WHERE kind NOT IN ({known}) OR resident_id IS NULL OR proposal_id IS NULL")
    op.execute(f"DELETE FROM letter_template WHERE kind NOT IN ({known})")
    with op.batch_alter_table("notice") as table:
        table.drop_index("ix_notice_account")
        table.drop_index(op.f("ix_notice_round_id"))
        table.drop_constraint(op.f("ck_notice_one_person"), type_="check")
        table.drop_constraint(op.f("uq_notice_once"), type_="unique")
        table.drop_constraint(op.f("fk_notice_account_id_account"), type_="foreignkey")
        table.drop_constraint(op.f("fk_notice_round_id_round"), type_="foreignkey")
        for column in ("account_id", "round_id", "once"):
            table.drop_column(column)
        table.alter_column("resident_id", existing_type=Id, nullable=False)
        table.alter_column("proposal_id", existing_type=Id, nullable=False)
        table.create_check_constraint(op.f("ck_notice_kind_known"), f"kind IN ({known})")
    with op.batch_alter_table("letter_template") as table:
        for name in ("subject", "sms"):
            table.drop_constraint(op.f(f"ck_letter_template_{name}_both_languages"), type_="check")
        for name in TEXTS:
            table.drop_column(name)
        table.create_check_constraint(op.f("ck_letter_template_kind_known"), f"kind IN ({known})")
