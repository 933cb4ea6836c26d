"""Proposals that are merged, split or carried over, with the consent of those who proposed them; what was not funded,
with a department.

Revision: 0028_fates, after 0027_forgotten
"""

import sqlalchemy as sa
from alembic import op

revision = "0028_fates"
down_revision = "0027_forgotten"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
BEFORE = ("draft", "submitted", "withdrawn", "eligible", "ineligible", "visited", "shortlisted", "left_out")
GONE = ("merged", "split", "carried")
AFTER = (*BEFORE, *GONE)
TABLES = ("hand_over_step", "hand_over", "fate_consent", "fate_target", "fate_source", "fate_offer")


def upgrade() -> None:
    _know(BEFORE, AFTER)
    _create_offers()
    _create_consents()
    _create_hand_overs()


def downgrade() -> None:
    """What others stood for is withdrawn: there was no other word for it."""
    for table in TABLES:
        op.drop_table(table)
    op.execute(f"UPDATE proposal SET withdrawn_at = changed_at, state = 'withdrawn' WHERE state IN {GONE}")
    _know(AFTER, BEFORE)


def _know(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Which states a proposal may have. SQLite would have to make the table anew, and with it all that hangs on it; it
    is told the rule's new words instead, as its own manual shows (lang_altertable, section 7)."""
    old, new = (f"state IN ({', '.join(repr(word) for word in words)})" for words in (before, after))
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_proposal_state_known"), "proposal", type_="check")
        op.create_check_constraint(op.f("ck_proposal_state_known"), "proposal", new)
        return
    table = "name = 'proposal' AND type = 'table'"
    asked = sa.text(f"SELECT sql FROM sqlite_master WHERE {table}")
    sql = op.get_bind().execute(asked).scalar_one()
    if sql.count(old) != 1:
        raise RuntimeError("the table of proposals is not as it was made")
    version = op.get_bind().execute(sa.text("PRAGMA schema_version")).scalar_one()
    op.execute("PRAGMA writable_schema = ON")
    op.execute(sa.text(f"UPDATE sqlite_master SET sql = :sql WHERE {table}").bindparams(sql=sql.replace(old, new)))
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = OFF")


def _create_offers() -> None:
    op.create_table(
        "fate_offer",
        sa.Column("id", ID, nullable=False),
        sa.Column("round_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("cost_reason", sa.Text(), nullable=False),
        sa.Column("offered_by", ID, nullable=True),
        sa.Column("offered_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('merge', 'split', 'carry')", name=op.f("ck_fate_offer_kind_known")),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'refused', 'withdrawn', 'lapsed')", name=op.f("ck_fate_offer_state_known")
        ),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_fate_offer_ended_unless_open")),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (ended_reason <> '')", name=op.f("ck_fate_offer_withdrawn_with_reason")
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_fate_offer_reason_said")),
        sa.CheckConstraint("offered_by IS NOT NULL OR kind = 'carry'", name=op.f("ck_fate_offer_offered_by_staff")),
        _key("fate_offer", "round_id", "round"),
        _key("fate_offer", "offered_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fate_offer")),
        sa.UniqueConstraint("id", "state", name=op.f("uq_fate_offer_id_state")),
    )
    op.create_index(op.f("ix_fate_offer_round_id"), "fate_offer", ["round_id"])
    op.create_table(
        "fate_source",
        sa.Column("offer_id", ID, nullable=False),
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("offer_state", sa.String(length=24), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("seen_state", sa.String(length=24), nullable=False),
        sa.Column("seen_version", sa.Integer(), nullable=False),
        sa.Column("supports", sa.Integer(), nullable=False),
        sa.CheckConstraint("position > 0", name=op.f("ck_fate_source_position_positive")),
        sa.CheckConstraint("supports >= 0", name=op.f("ck_fate_source_supports_not_negative")),
        sa.ForeignKeyConstraint(
            ["offer_id", "offer_state"],
            ["fate_offer.id", "fate_offer.state"],
            name=op.f("fk_fate_source_offer_id_fate_offer"),
            onupdate="CASCADE",
        ),
        _key("fate_source", "proposal_id", "proposal"),
        sa.PrimaryKeyConstraint("offer_id", "proposal_id", name=op.f("pk_fate_source")),
        sa.UniqueConstraint("offer_id", "position", name=op.f("uq_fate_source_offer_id_position")),
    )
    for name, rule in (("asked", "offer_state = 'open'"), ("gone", "offer_state = 'done' AND leads IS FALSE")):
        _one_each(f"uq_fate_source_{name}", "fate_source", rule)
    op.create_table(
        "fate_target",
        sa.Column("offer_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("written", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("proposal_id", ID, nullable=True),
        sa.CheckConstraint("position > 0", name=op.f("ck_fate_target_position_positive")),
        _key("fate_target", "offer_id", "fate_offer"),
        _key("fate_target", "proposal_id", "proposal", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("offer_id", "position", name=op.f("pk_fate_target")),
    )
    op.create_index(op.f("ix_fate_target_proposal_id"), "fate_target", ["proposal_id"])
    _one_each("uq_fate_target_new", "fate_target", "is_new IS TRUE")


def _create_consents() -> None:
    op.create_table(
        "fate_consent",
        sa.Column("id", ID, nullable=False),
        sa.Column("offer_id", ID, nullable=False),
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("resident_id", ID, nullable=True),
        sa.Column("agrees", sa.Boolean(), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("recorded_by", ID, nullable=True),
        sa.CheckConstraint(
            "(agrees IS NULL) = (answered_at IS NULL)", name=op.f("ck_fate_consent_answered_with_instant")
        ),
        sa.CheckConstraint("(recorded_by IS NULL) = (remark = '')", name=op.f("ck_fate_consent_recorded_with_remark")),
        sa.CheckConstraint(
            "recorded_by IS NULL OR agrees IS NOT NULL", name=op.f("ck_fate_consent_recorded_is_answered")
        ),
        sa.CheckConstraint(
            "resident_id IS NOT NULL OR agrees IS NULL OR recorded_by IS NOT NULL",
            name=op.f("ck_fate_consent_answered_by_somebody"),
        ),
        _key("fate_consent", "offer_id", "fate_offer"),
        _key("fate_consent", "proposal_id", "proposal"),
        _key("fate_consent", "resident_id", "resident"),
        _key("fate_consent", "recorded_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fate_consent")),
        sa.UniqueConstraint(
            "offer_id", "proposal_id", "resident_id", name=op.f("uq_fate_consent_offer_id_proposal_id_resident_id")
        ),
    )
    op.create_index(op.f("ix_fate_consent_resident_id"), "fate_consent", ["resident_id"])


def _create_hand_overs() -> None:
    op.create_table(
        "hand_over",
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("handed_at", INSTANT, nullable=False),
        _key("hand_over", "proposal_id", "proposal"),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_hand_over")),
    )
    op.create_table(
        "hand_over_step",
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("department_id", ID, nullable=False),
        sa.Column("answer", sa.String(length=24), nullable=False),
        sa.Column("budget_year", sa.Integer(), nullable=True),
        sa.Column("amount_won", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.CheckConstraint(
            "answer IN ('examining', 'taken_up', 'not_taken_up')", name=op.f("ck_hand_over_step_answer_known")
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_hand_over_step_number_positive")),
        sa.CheckConstraint(
            "(answer = 'taken_up') = (budget_year IS NOT NULL)", name=op.f("ck_hand_over_step_taken_up_with_year")
        ),
        sa.CheckConstraint(
            "(answer = 'taken_up') = (amount_won IS NOT NULL)", name=op.f("ck_hand_over_step_taken_up_with_amount")
        ),
        sa.CheckConstraint("amount_won > 0", name=op.f("ck_hand_over_step_amount_positive")),
        sa.CheckConstraint(
            "answer <> 'not_taken_up' OR words <> ''", name=op.f("ck_hand_over_step_not_taken_up_with_reason")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["hand_over.proposal_id"], name=op.f("fk_hand_over_step_proposal_id_hand_over")
        ),
        _key("hand_over_step", "department_id", "department"),
        _key("hand_over_step", "account_id", "account"),
        sa.PrimaryKeyConstraint("proposal_id", "number", name=op.f("pk_hand_over_step")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER hand_over_step_kept BEFORE UPDATE OR DELETE ON hand_over_step "
            "FOR EACH ROW EXECUTE FUNCTION hanpyo_refuse_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER hand_over_step_kept_{verb.lower()} BEFORE {verb} ON hand_over_step "
            "BEGIN SELECT RAISE(ABORT, 'hand_over_step is never changed'); END"
        )


def _one_each(name: str, table: str, rule: str) -> None:
    where = sa.text(rule)
    op.create_index(name, table, ["proposal_id"], unique=True, sqlite_where=where, postgresql_where=where)


def _key(table: str, column: str, to: str, **options: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), **options)
