"""The tables of a round from a proposal to its result, and the triggers that keep what must not change.

Revision: 0001_first_round, after nothing
"""

import sqlalchemy as sa
from alembic import op

revision = "0001_first_round"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("login", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("session_key", sa.String(length=43), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_table(
        "area",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name_ko", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("kind IN ('city', 'gu', 'dong')", name=op.f("ck_area_kind_known")),
        sa.ForeignKeyConstraint(["parent_id"], ["area.id"], name=op.f("fk_area_parent_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("code", name=op.f("uq_area_code")),
    )
    op.create_table(
        "audit_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=12), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "actor_kind IN ('account', 'resident', 'voter', 'system')", name=op.f("ck_audit_line_actor_kind_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_line")),
    )
    op.create_index(op.f("ix_audit_line_action"), "audit_line", ["action"], unique=False)
    op.create_index("ix_audit_line_subject", "audit_line", ["subject_type", "subject_id"], unique=False)
    op.create_table(
        "department",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name_ko", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("name_ko", name=op.f("uq_department_name_ko")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recipient", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'sent', 'failed')", name=op.f("ck_message_state_known")),
        sa.CheckConstraint("attempts >= 0 AND attempts <= 3", name=op.f("ck_message_attempts_in_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index("ix_message_state", "message", ["state", "id"], unique=False)
    op.create_table(
        "password_tries",
        sa.Column("login_key", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("tries >= 1 AND tries <= 5", name=op.f("ck_password_tries_tries_in_range")),
        sa.PrimaryKeyConstraint("login_key", name=op.f("pk_password_tries")),
    )
    op.create_table(
        "resident",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("phone_key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident")),
        sa.UniqueConstraint("phone_key", name=op.f("uq_resident_phone_key")),
    )
    op.create_table(
        "sign_in_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("phone_key", sa.String(length=64), nullable=False),
        sa.Column("browser_key", sa.String(length=64), nullable=False),
        sa.Column("code_key", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("attempts >= 0 AND attempts <= 5", name=op.f("ck_sign_in_code_attempts_in_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_code")),
    )
    op.create_index(op.f("ix_sign_in_code_phone_key"), "sign_in_code", ["phone_key"], unique=False)
    op.create_table(
        "programme",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name_ko", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("owner_kind", sa.String(length=8), nullable=False),
        sa.Column("owner_name_ko", sa.String(length=60), nullable=False),
        sa.Column("owner_name_en", sa.String(length=60), nullable=False),
        sa.Column("funding", sa.String(length=8), nullable=False),
        sa.Column("initiative", sa.String(length=12), nullable=False),
        sa.Column("area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("area_note_ko", sa.String(length=80), nullable=False),
        sa.Column("area_note_en", sa.String(length=80), nullable=False),
        sa.Column("budget_won", sa.BigInteger(), nullable=False),
        sa.Column("colour", sa.String(length=8), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_imported", sa.Boolean(), nullable=False),
        sa.CheckConstraint("colour IN ('gu', 'dong', 'city', 'joint', 'plan')", name=op.f("ck_programme_colour_known")),
        sa.CheckConstraint("funding IN ('gu', 'city')", name=op.f("ck_programme_funding_known")),
        sa.CheckConstraint("initiative IN ('residents', 'mixed')", name=op.f("ck_programme_initiative_known")),
        sa.CheckConstraint("owner_kind IN ('city', 'gu', 'dong')", name=op.f("ck_programme_owner_kind_known")),
        sa.CheckConstraint("budget_won > 0", name=op.f("ck_programme_budget_positive")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_programme_area_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("slug", name=op.f("uq_programme_slug")),
    )
    op.create_table(
        "committee_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("programme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("route", sa.String(length=16), nullable=False),
        sa.Column("office", sa.String(length=12), nullable=False),
        sa.Column("appointed_on", sa.Date(), nullable=False),
        sa.Column("term_ends_on", sa.Date(), nullable=False),
        sa.Column("dismissed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "office IN ('chair', 'vice_chair', 'secretary', 'member')", name=op.f("ck_committee_member_office_known")
        ),
        sa.CheckConstraint("route IN ('open_call', 'recommended')", name=op.f("ck_committee_member_route_known")),
        sa.CheckConstraint("term_ends_on > appointed_on", name=op.f("ck_committee_member_term_in_order")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_committee_member_account_id_account")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_committee_member_programme_id_programme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_member")),
        sa.UniqueConstraint(
            "programme_id",
            "account_id",
            "appointed_on",
            name=op.f("uq_committee_member_programme_id_account_id_appointed_on"),
        ),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("programme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("department_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(role = 'admin') = (programme_id IS NULL)", name=op.f("ck_role_grant_programme_unless_admin")
        ),
        sa.CheckConstraint(
            "(role = 'department') = (department_id IS NOT NULL)", name=op.f("ck_role_grant_department_of_officer")
        ),
        sa.CheckConstraint(
            "role IN ('committee', 'department', 'staff', 'approver', 'admin')", name=op.f("ck_role_grant_role_known")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_role_grant_account_id_account")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_role_grant_department_id_department")
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_role_grant_programme_id_programme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint(
            "account_id", "role", "programme_id", name=op.f("uq_role_grant_account_id_role_programme_id")
        ),
    )
    op.create_index(op.f("ix_role_grant_account_id"), "role_grant", ["account_id"], unique=False)
    op.create_index(
        "uq_role_grant_admin",
        "role_grant",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("role = 'admin'"),
        postgresql_where=sa.text("role = 'admin'"),
    )
    op.create_table(
        "round",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("programme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("title_ko", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("currency", sa.String(length=12), nullable=False),
        sa.Column("turnout_target", sa.Integer(), nullable=True),
        sa.Column("per_project_limit_won", sa.BigInteger(), nullable=True),
        sa.Column("cap_policy", sa.String(length=8), nullable=False),
        sa.Column("near_cover", sa.String(length=20), nullable=True),
        sa.Column("tie_order", sa.JSON(), nullable=False),
        sa.Column("quotas", sa.JSON(), nullable=False),
        sa.Column("visitors_needed", sa.Integer(), nullable=False),
        sa.Column("drops_extremes", sa.Boolean(), nullable=False),
        sa.Column("shortlist_places", sa.Integer(), nullable=True),
        sa.Column("shortlist_threshold", sa.String(length=20), nullable=True),
        sa.Column("note_ko", sa.Text(), nullable=True),
        sa.Column("note_en", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(cap_policy = 'near') = (near_cover IS NOT NULL)", name=op.f("ck_round_near_has_its_share")
        ),
        sa.CheckConstraint("cap_policy IN ('skip', 'stop', 'part', 'near')", name=op.f("ck_round_cap_policy_known")),
        sa.CheckConstraint("source IN ('held', 'history', 'pabulib')", name=op.f("ck_round_source_known")),
        sa.CheckConstraint(
            "state IN ('draft', 'called', 'ballot_published', 'closed', 'counted', 'results_published')",
            name=op.f("ck_round_state_known"),
        ),
        sa.CheckConstraint("per_project_limit_won > 0", name=op.f("ck_round_per_project_limit_positive")),
        sa.CheckConstraint("turnout_target >= 0", name=op.f("ck_round_turnout_target_not_negative")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_round_programme_id_programme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("programme_id", "fiscal_year", "slug", name=op.f("uq_round_programme_id_fiscal_year_slug")),
    )
    op.create_table(
        "year_figures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("programme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("proposals", sa.Integer(), nullable=True),
        sa.Column("proposed_won", sa.BigInteger(), nullable=True),
        sa.Column("base_won", sa.BigInteger(), nullable=True),
        sa.Column("allocated_won", sa.BigInteger(), nullable=True),
        sa.Column("voters_target", sa.Integer(), nullable=True),
        sa.Column("voters", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.CheckConstraint("source <> ''", name=op.f("ck_year_figures_sourced")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_year_figures_programme_id_programme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_year_figures")),
        sa.UniqueConstraint("programme_id", "fiscal_year", name=op.f("uq_year_figures_programme_id_fiscal_year")),
    )
    op.create_table(
        "ballot_manifest",
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("number_seed", sa.String(length=32), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_ballot_manifest_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_ballot_manifest")),
        sa.UniqueConstraint("sha256", name=op.f("uq_ballot_manifest_sha256")),
    )
    op.create_table(
        "cast_ballot",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chamber", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_cast_ballot_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cast_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_cast_ballot_box", "cast_ballot", ["round_id", "chamber"], unique=False)
    op.create_table(
        "chamber",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_ko", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("weight", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("normalisation", sa.String(length=8), nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("total_min", sa.Integer(), nullable=True),
        sa.Column("total_max", sa.Integer(), nullable=True),
        sa.Column("money_limit_won", sa.BigInteger(), nullable=True),
        sa.Column("points_limit", sa.Integer(), nullable=True),
        sa.Column("score_min", sa.Integer(), nullable=True),
        sa.Column("score_max", sa.Integer(), nullable=True),
        sa.Column("threshold_votes", sa.Integer(), nullable=True),
        sa.Column("threshold_share", sa.String(length=20), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('approval', 'choose-one', 'ranking', 'cumulative', 'scores')", name=op.f("ck_chamber_kind_known")
        ),
        sa.CheckConstraint(
            "normalisation IN ('share', 'turnout', 'top', 'rank', 'raw')", name=op.f("ck_chamber_normalisation_known")
        ),
        sa.CheckConstraint("scope IN ('ballot', 'section')", name=op.f("ck_chamber_scope_known")),
        sa.CheckConstraint("(score_min IS NULL) = (score_max IS NULL)", name=op.f("ck_chamber_scores_both_or_neither")),
        sa.CheckConstraint("(total_min IS NULL) = (total_max IS NULL)", name=op.f("ck_chamber_total_both_or_neither")),
        sa.CheckConstraint("threshold_votes IS NULL OR threshold_share IS NULL", name=op.f("ck_chamber_one_threshold")),
        sa.CheckConstraint("total_min IS NULL OR total_min <= total_max", name=op.f("ck_chamber_total_in_order")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_chamber_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chamber")),
        sa.UniqueConstraint("round_id", "code", name=op.f("uq_chamber_round_id_code")),
    )
    op.create_table(
        "count",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("published_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_count_published_stands")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_count_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count")),
    )
    op.create_index(op.f("ix_count_round_id"), "count", ["round_id"], unique=False)
    op.create_index(
        "uq_count_standing",
        "count",
        ["round_id"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "criterion",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name_ko", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("hint_ko", sa.String(length=200), nullable=False),
        sa.Column("hint_en", sa.String(length=200), nullable=False),
        sa.Column("points_max", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("points_max > 0", name=op.f("ck_criterion_points_positive")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_criterion_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion")),
        sa.UniqueConstraint("round_id", "position", name=op.f("uq_criterion_round_id_position")),
    )
    op.create_table(
        "general_meeting",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("enrolled_at_close", sa.Integer(), nullable=True),
        sa.Column("present_at_close", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_general_meeting_ended_with_instant")
        ),
        sa.CheckConstraint(
            "(state = 'planned') = (opened_at IS NULL)", name=op.f("ck_general_meeting_opened_unless_planned")
        ),
        sa.CheckConstraint("state IN ('planned', 'open', 'ended')", name=op.f("ck_general_meeting_state_known")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_general_meeting_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_general_meeting")),
        sa.UniqueConstraint("round_id", name=op.f("uq_general_meeting_round_id")),
    )
    op.create_table(
        "lot_seed",
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seed", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("entered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("seed <> ''", name=op.f("ck_lot_seed_seed_said")),
        sa.CheckConstraint("source <> ''", name=op.f("ck_lot_seed_sourced")),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_lot_seed_confirmed_both_or_neither")
        ),
        sa.CheckConstraint("entered_by <> confirmed_by", name=op.f("ck_lot_seed_two_people")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["account.id"], name=op.f("fk_lot_seed_confirmed_by_account")),
        sa.ForeignKeyConstraint(["entered_by"], ["account.id"], name=op.f("fk_lot_seed_entered_by_account")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_lot_seed_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_lot_seed")),
    )
    op.create_table(
        "official_outcome",
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("selected", sa.JSON(), nullable=True),
        sa.Column("by_rule", sa.JSON(), nullable=False),
        sa.Column("ours", sa.JSON(), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("meta", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.CheckConstraint("rule <> ''", name=op.f("ck_official_outcome_rule_named")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_official_outcome_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_official_outcome")),
        sa.UniqueConstraint("file_sha256", name=op.f("uq_official_outcome_file_sha256")),
    )
    op.create_table(
        "participation",
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chamber", sa.String(length=40), nullable=False),
        sa.Column("voter_key", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("cast_hour", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "channel IN ('mobile', 'meeting', 'made_up', 'imported')", name=op.f("ck_participation_channel_known")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_participation_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "chamber", "voter_key", name=op.f("pk_participation")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "phase",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('intake', 'department_check', 'site_visit', 'written_review', 'voting', 'committee_vote')",
            name=op.f("ck_phase_kind_known"),
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_phase_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_phase_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phase")),
        sa.UniqueConstraint("round_id", "kind", name=op.f("uq_phase_round_id_kind")),
    )
    op.create_table(
        "pot",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_ko", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("cap_won", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("cap_won > 0", name=op.f("ck_pot_cap_positive")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_pot_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pot")),
        sa.UniqueConstraint("round_id", "code", name=op.f("uq_pot_round_id_code")),
    )
    op.create_table(
        "round_secret",
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("secret", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_secret_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_round_secret")),
    )
    op.create_table(
        "attendance",
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "left_at IS NULL OR left_at >= arrived_at", name=op.f("ck_attendance_leaves_after_arriving")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["general_meeting.id"], name=op.f("fk_attendance_meeting_id_general_meeting")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["committee_member.id"], name=op.f("fk_attendance_member_id_committee_member")
        ),
        sa.PrimaryKeyConstraint("meeting_id", "member_id", name=op.f("pk_attendance")),
    )
    op.create_table(
        "count_signature",
        sa.Column("count_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('staff', 'approver')", name=op.f("ck_count_signature_role_known")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_count_signature_account_id_account")),
        sa.ForeignKeyConstraint(["count_id"], ["count.id"], name=op.f("fk_count_signature_count_id_count")),
        sa.PrimaryKeyConstraint("count_id", "role", name=op.f("pk_count_signature")),
        sa.UniqueConstraint("count_id", "account_id", name=op.f("uq_count_signature_count_id_account_id")),
    )
    op.create_table(
        "section",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_ko", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["pot_id"], ["pot.id"], name=op.f("fk_section_pot_id_pot")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_section_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section")),
        sa.UniqueConstraint("round_id", "code", name=op.f("uq_section_round_id_code")),
    )
    op.create_table(
        "pick_rule",
        sa.Column("chamber_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("section_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pick_min", sa.Integer(), nullable=False),
        sa.Column("pick_max", sa.Integer(), nullable=False),
        sa.CheckConstraint("pick_min <= pick_max", name=op.f("ck_pick_rule_in_order")),
        sa.CheckConstraint("pick_min >= 0", name=op.f("ck_pick_rule_min_not_negative")),
        sa.ForeignKeyConstraint(["chamber_id"], ["chamber.id"], name=op.f("fk_pick_rule_chamber_id_chamber")),
        sa.ForeignKeyConstraint(["section_id"], ["section.id"], name=op.f("fk_pick_rule_section_id_section")),
        sa.PrimaryKeyConstraint("chamber_id", "section_id", name=op.f("pk_pick_rule")),
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("section_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("need", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("beneficiaries", sa.String(length=120), nullable=False),
        sa.Column("cost_won", sa.BigInteger(), nullable=True),
        sa.Column("cost_note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'draft') = (submitted_at IS NULL)", name=op.f("ck_proposal_submitted_unless_draft")
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_proposal_withdrawn_with_instant")
        ),
        sa.CheckConstraint(
            "state = 'draft' OR (title <> '' AND section_id IS NOT NULL AND need <> '' AND content <> '' AND effect <> '' AND cost_won IS NOT NULL)",
            name=op.f("ck_proposal_complete_unless_draft"),
        ),
        sa.CheckConstraint(
            "state = 'draft' OR resident_id IS NULL OR consented_at IS NOT NULL",
            name=op.f("ck_proposal_consented_unless_draft"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'withdrawn', 'eligible', 'ineligible', 'visited', 'shortlisted', 'left_out')",
            name=op.f("ck_proposal_state_known"),
        ),
        sa.CheckConstraint("(submitted_at IS NULL) = (number IS NULL)", name=op.f("ck_proposal_number_when_submitted")),
        sa.CheckConstraint("cost_won IS NULL OR cost_won > 0", name=op.f("ck_proposal_cost_positive")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_proposal_area_id_area")),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_proposal_resident_id_resident")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_proposal_round_id_round")),
        sa.ForeignKeyConstraint(["section_id"], ["section.id"], name=op.f("fk_proposal_section_id_section")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_proposal_round_id_number")),
    )
    op.create_index(op.f("ix_proposal_resident_id"), "proposal", ["resident_id"], unique=False)
    op.create_index("ix_proposal_round_state", "proposal", ["round_id", "state"], unique=False)
    op.create_table(
        "ballot_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("section_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("title_ko", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("cost_won", sa.BigInteger(), nullable=False),
        sa.Column("min_cost_won", sa.BigInteger(), nullable=True),
        sa.Column("excludes", sa.JSON(), nullable=False),
        sa.CheckConstraint("cost_won > 0", name=op.f("ck_ballot_item_cost_positive")),
        sa.CheckConstraint(
            "min_cost_won IS NULL OR (min_cost_won > 0 AND min_cost_won <= cost_won)",
            name=op.f("ck_ballot_item_min_cost_in_range"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_ballot_item_area_id_area")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_ballot_item_proposal_id_proposal")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_ballot_item_round_id_round")),
        sa.ForeignKeyConstraint(["section_id"], ["section.id"], name=op.f("fk_ballot_item_section_id_section")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_item")),
        sa.UniqueConstraint("round_id", "code", name=op.f("uq_ballot_item_round_id_code")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_ballot_item_round_id_number")),
        sa.UniqueConstraint("round_id", "proposal_id", name=op.f("uq_ballot_item_round_id_proposal_id")),
    )
    op.create_table(
        "department_check",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("department_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=True),
        sa.Column("grounds", sa.JSON(), nullable=False),
        sa.Column("opinions", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("adjusted_cost_won", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'released') = (released_at IS NOT NULL)", name=op.f("ck_department_check_released_with_instant")
        ),
        sa.CheckConstraint(
            "state = 'assigned' OR verdict IS NOT NULL", name=op.f("ck_department_check_decided_with_verdict")
        ),
        sa.CheckConstraint(
            "state IN ('assigned', 'decided', 'released')", name=op.f("ck_department_check_state_known")
        ),
        sa.CheckConstraint(
            "verdict IS NULL OR (verdict = 'ineligible') = (CAST(grounds AS TEXT) <> '[]')",
            name=op.f("ck_department_check_grounds_when_ineligible"),
        ),
        sa.CheckConstraint(
            "verdict IS NULL OR verdict IN ('eligible', 'ineligible')", name=op.f("ck_department_check_verdict_known")
        ),
        sa.CheckConstraint(
            "adjusted_cost_won IS NULL OR adjusted_cost_won > 0",
            name=op.f("ck_department_check_adjusted_cost_positive"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_department_check_department_id_department")
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["account.id"], name=op.f("fk_department_check_officer_id_account")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_department_check_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department_check")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_department_check_proposal_id")),
    )
    op.create_table(
        "recusal",
        sa.Column("proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('excluded', 'challenged', 'stepped_back')", name=op.f("ck_recusal_kind_known")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recusal_account_id_account")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_recusal_proposal_id_proposal")),
        sa.PrimaryKeyConstraint("proposal_id", "account_id", name=op.f("pk_recusal")),
    )
    op.create_table(
        "shortlist_decision",
        sa.Column("proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shortlisted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("mean_score", sa.String(length=60), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('chosen', 'below_threshold', 'beyond_places', 'no_sheets')",
            name=op.f("ck_shortlist_decision_reason_known"),
        ),
        sa.CheckConstraint(
            "shortlisted = (reason = 'chosen')", name=op.f("ck_shortlist_decision_shortlisted_with_reason")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_shortlist_decision_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_shortlist_decision")),
    )
    op.create_table(
        "site_visit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("visit_on", sa.Date(), nullable=False),
        sa.Column("meeting_point", sa.String(length=120), nullable=False),
        sa.Column("checklist", sa.JSON(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("proposer_answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'signed_off') = (signed_off_at IS NOT NULL)", name=op.f("ck_site_visit_signed_off_with_instant")
        ),
        sa.CheckConstraint("state = 'planned' OR findings <> ''", name=op.f("ck_site_visit_recorded_with_findings")),
        sa.CheckConstraint(
            "state IN ('planned', 'recorded', 'answered', 'signed_off')", name=op.f("ck_site_visit_state_known")
        ),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_site_visit_proposal_id_proposal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_visit")),
        sa.UniqueConstraint("id", "state", name=op.f("uq_site_visit_id_state")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_site_visit_proposal_id")),
    )
    op.create_table(
        "visitor",
        sa.Column("visit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_visitor_account_id_account")),
        sa.ForeignKeyConstraint(["visit_id"], ["site_visit.id"], name=op.f("fk_visitor_visit_id_site_visit")),
        sa.PrimaryKeyConstraint("visit_id", "account_id", name=op.f("pk_visitor")),
    )
    op.create_table(
        "written_review",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("visit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("visit_state", sa.String(length=24), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'submitted') = (submitted_at IS NOT NULL)", name=op.f("ck_written_review_submitted_with_instant")
        ),
        sa.CheckConstraint("state IN ('begun', 'submitted')", name=op.f("ck_written_review_state_known")),
        sa.CheckConstraint("visit_state = 'signed_off'", name=op.f("ck_written_review_visit_signed_off")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_written_review_account_id_account")),
        sa.ForeignKeyConstraint(
            ["visit_id", "visit_state"],
            ["site_visit.id", "site_visit.state"],
            name=op.f("fk_written_review_visit_id_visit_state_site_visit"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_written_review")),
        sa.UniqueConstraint("visit_id", "account_id", name=op.f("uq_written_review_visit_id_account_id")),
    )
    op.create_index(op.f("ix_written_review_account_id"), "written_review", ["account_id"], unique=False)
    op.create_table(
        "score",
        sa.Column("review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("criterion_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.CheckConstraint("points >= 0", name=op.f("ck_score_points_not_negative")),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name=op.f("fk_score_criterion_id_criterion")),
        sa.ForeignKeyConstraint(["review_id"], ["written_review.id"], name=op.f("fk_score_review_id_written_review")),
        sa.PrimaryKeyConstraint("review_id", "criterion_id", name=op.f("pk_score")),
    )
    for statement in triggers(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for function in FUNCTIONS:
            op.execute(f"DROP FUNCTION {function} CASCADE")
    op.drop_table("score")
    op.drop_index(op.f("ix_written_review_account_id"), table_name="written_review")
    op.drop_table("written_review")
    op.drop_table("visitor")
    op.drop_table("site_visit")
    op.drop_table("shortlist_decision")
    op.drop_table("recusal")
    op.drop_table("department_check")
    op.drop_table("ballot_item")
    op.drop_index("ix_proposal_round_state", table_name="proposal")
    op.drop_index(op.f("ix_proposal_resident_id"), table_name="proposal")
    op.drop_table("proposal")
    op.drop_table("pick_rule")
    op.drop_table("section")
    op.drop_table("count_signature")
    op.drop_table("attendance")
    op.drop_table("round_secret")
    op.drop_table("pot")
    op.drop_table("phase")
    op.drop_table("participation")
    op.drop_table("official_outcome")
    op.drop_table("lot_seed")
    op.drop_table("general_meeting")
    op.drop_table("criterion")
    op.drop_index(
        "uq_count_standing",
        table_name="count",
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.drop_index(op.f("ix_count_round_id"), table_name="count")
    op.drop_table("count")
    op.drop_table("chamber")
    op.drop_index("ix_cast_ballot_box", table_name="cast_ballot")
    op.drop_table("cast_ballot")
    op.drop_table("ballot_manifest")
    op.drop_table("year_figures")
    op.drop_table("round")
    op.drop_index(
        "uq_role_grant_admin",
        table_name="role_grant",
        sqlite_where=sa.text("role = 'admin'"),
        postgresql_where=sa.text("role = 'admin'"),
    )
    op.drop_index(op.f("ix_role_grant_account_id"), table_name="role_grant")
    op.drop_table("role_grant")
    op.drop_table("committee_member")
    op.drop_table("programme")
    op.drop_index(op.f("ix_sign_in_code_phone_key"), table_name="sign_in_code")
    op.drop_table("sign_in_code")
    op.drop_table("resident")
    op.drop_table("password_tries")
    op.drop_index("ix_message_state", table_name="message")
    op.drop_table("message")
    op.drop_table("department")
    op.drop_index("ix_audit_line_subject", table_name="audit_line")
    op.drop_index(op.f("ix_audit_line_action"), table_name="audit_line")
    op.drop_table("audit_line")
    op.drop_table("area")
    op.drop_table("account")


# What must not change, whoever asks: audit lines and manifests for ever; rules and items once the ballot is
# published. The application refuses before this does; this is for the day on which it forgets.

FROZEN_STATES = "('ballot_published', 'closed', 'counted', 'results_published')"
KEPT = ("audit_line", "ballot_manifest", "count_signature")
ROUND_RULES = (
    "programme_id",
    "fiscal_year",
    "currency",
    "per_project_limit_won",
    "cap_policy",
    "near_cover",
    "tie_order",
    "quotas",
)
# table → the round a row belongs to, given the row's alias
FROZEN = {
    "pot": "{row}.round_id",
    "section": "{row}.round_id",
    "chamber": "{row}.round_id",
    "phase": "{row}.round_id",
    "ballot_item": "{row}.round_id",
    "pick_rule": "(SELECT round_id FROM chamber WHERE chamber.id = {row}.chamber_id)",
}
ROWS_OF_VERB = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}  # nor may a row move in
FUNCTIONS = (
    "hanpyo_refuse_change()",
    "hanpyo_refuse_frozen()",
    "hanpyo_round_frozen(bigint)",
    "hanpyo_chamber_frozen(bigint)",
)


def triggers(dialect: str) -> list[str]:
    return _on_postgresql() if dialect == "postgresql" else _on_sqlite()


def _is_frozen(round_id: str) -> str:
    return f"EXISTS (SELECT 1 FROM round WHERE round.id = {round_id} AND round.state IN {FROZEN_STATES})"


def _on_sqlite() -> list[str]:
    statements = []
    for table in KEPT:
        for verb in ("UPDATE", "DELETE"):
            statements.append(
                f"CREATE TRIGGER {table}_kept_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"
            )
    for table, owner in FROZEN.items():
        for verb, rows in ROWS_OF_VERB.items():
            frozen = " OR ".join(_is_frozen(owner.format(row=row)) for row in rows)
            statements.append(
                f"CREATE TRIGGER {table}_frozen_{verb.lower()} BEFORE {verb} ON {table} WHEN {frozen} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END"
            )
    statements.append(
        f"CREATE TRIGGER round_frozen_update BEFORE UPDATE OF {', '.join(ROUND_RULES)} ON round "
        f"WHEN OLD.state IN {FROZEN_STATES} BEGIN SELECT RAISE(ABORT, 'round is frozen'); END"
    )
    return statements


def _on_postgresql() -> list[str]:
    statements = [
        "CREATE FUNCTION hanpyo_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = '23001'; END $$",
        "CREATE FUNCTION hanpyo_refuse_frozen() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is frozen', TG_TABLE_NAME USING ERRCODE = '23001'; END $$",
        *_functions_that_look(),
    ]
    for table in KEPT:
        statements.append(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION hanpyo_refuse_change()"
        )
        statements.append(
            f"CREATE TRIGGER {table}_kept_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION hanpyo_refuse_change()"
        )
    for table in FROZEN:
        column, function = "round_id", "hanpyo_round_frozen"
        if table == "pick_rule":
            column, function = "chamber_id", "hanpyo_chamber_frozen"
        for verb, rows in ROWS_OF_VERB.items():
            frozen = " OR ".join(f"{function}({row}.{column})" for row in rows)
            statements.append(
                f"CREATE TRIGGER {table}_frozen_{verb.lower()} BEFORE {verb} ON {table} FOR EACH ROW "
                f"WHEN ({frozen}) EXECUTE FUNCTION hanpyo_refuse_frozen()"
            )
    statements.append(
        f"CREATE TRIGGER round_frozen_update BEFORE UPDATE OF {', '.join(ROUND_RULES)} ON round FOR EACH ROW "
        f"WHEN (OLD.state IN {FROZEN_STATES}) EXECUTE FUNCTION hanpyo_refuse_frozen()"
    )
    return statements


def _functions_that_look() -> list[str]:
    """PostgreSQL's WHEN may not hold a query, so the two questions are functions."""
    chamber = "(SELECT round_id FROM chamber WHERE chamber.id = which)"
    return [
        "CREATE FUNCTION hanpyo_round_frozen(which bigint) RETURNS boolean LANGUAGE sql STABLE AS "
        f"$$ SELECT {_is_frozen('which')} $$",
        "CREATE FUNCTION hanpyo_chamber_frozen(which bigint) RETURNS boolean LANGUAGE sql STABLE AS "
        f"$$ SELECT {_is_frozen(chamber)} $$",
    ]
