"""The committee room: open calls with applications and recommendations, what quotas ask of members, letters of
appointment, grounds of dismissal, rates and budgets of attendance fees.

Revision: 0022_committee_room, after 0021_written_review
"""

import sqlalchemy as sa
from alembic import op

revision = "0022_committee_room"
down_revision = "0021_written_review"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
SEX = "'f', 'm'"
GROUNDS = "'own_wish', 'moved_away', 'absent', 'unable', 'disgrace', 'secrecy', 'interest'"
# By hand, since SQLite takes a new column's check only with the column.
MEMBER_COLUMNS = (
    f"sex VARCHAR(1) CONSTRAINT ck_committee_member_sex_known CHECK (sex IS NULL OR sex IN ({SEX}))",
    "is_vulnerable BOOLEAN NOT NULL DEFAULT {false}",
    "is_youth BOOLEAN NOT NULL DEFAULT {false}",
    "letter_number VARCHAR(24)",
    "dismissal_ground VARCHAR(12) CONSTRAINT ck_committee_member_dismissal_ground_known "
    f"CHECK (dismissal_ground IS NULL OR dismissal_ground IN ({GROUNDS})) "
    "CONSTRAINT ck_committee_member_ground_of_dismissal CHECK (dismissal_ground IS NULL OR dismissed_on IS NOT NULL)",
)
RECRUITMENT_CHECKS = {
    "state_known": "state IN ('draft', 'called', 'fixed', 'drawn')",
    "seats_in_range": "seats BETWEEN 1 AND 20",
    "per_dong_in_range": "per_dong BETWEEN 0 AND 10",
    "sex_tenths_in_range": "sex_tenths BETWEEN 5 AND 10",
    "least_fits": "vulnerable_least BETWEEN 0 AND seats AND youth_least BETWEEN 0 AND seats",
    "youth_until_in_range": "youth_until BETWEEN 19 AND 49",
    "kept_days_in_range": "kept_days BETWEEN 1 AND 730",
    "period_in_order": "opens_at < closes_at",
    "body_when_fixed": "(state IN ('fixed', 'drawn')) = (body IS NOT NULL)",
    "body_with_hash": "(body IS NULL) = (sha256 IS NULL)",
    "result_when_drawn": "(state = 'drawn') = (result IS NOT NULL)",
    "drawn_at_a_time": "(state = 'drawn') = (drawn_at IS NOT NULL)",
    "seed_of_two_people": "seed_confirmed_by <> seed_entered_by",
    "confirmed_is_drawn": "seed_confirmed_by IS NULL OR state = 'drawn'",
}
APPLICATION_CHECKS = {
    "state_known": "state IN ('submitted', 'withdrawn', 'eligible', 'ineligible', 'selected', 'reserve', 'appointed', "
    "'declined')",
    "sex_known": f"sex IS NULL OR sex IN ({SEX})",
    "basis_known": "basis IS NULL OR basis IN ('address', 'workplace', 'school')",
    "whose_until_erased": "(erased_at IS NULL) = (resident_id IS NOT NULL)",
    "name_until_erased": "(erased_at IS NULL) = (name IS NOT NULL)",
    "birth_year_until_erased": "(erased_at IS NULL) = (birth_year IS NOT NULL)",
    "sex_until_erased": "(erased_at IS NULL) = (sex IS NOT NULL)",
    "appointed_is_member": "(state = 'appointed') = (member_id IS NOT NULL)",
    "withdrawn_is_erased": "state <> 'withdrawn' OR erased_at IS NOT NULL",
    "ineligible_with_reason": "state <> 'ineligible' OR reason <> '' OR erased_at IS NOT NULL",
}
RECOMMENDATION_CHECKS = {
    "sex_known": f"sex IS NULL OR sex IN ({SEX})",
    "number_positive": "number > 0",
    "name_until_erased": "(erased_at IS NULL) = (name IS NOT NULL)",
    "sex_until_erased": "(erased_at IS NULL) = (sex IS NOT NULL)",
}
# What has been published stays: trigger → the columns, and the rows of which it is true
FROZEN = {
    "recruitment_list_frozen": (
        "seats, sex_tenths, vulnerable_least, youth_least, body, sha256, draw_on, seed_source_ko, seed_source_en",
        "OLD.body IS NOT NULL",
    ),
    "recruitment_draw_frozen": ("state, seed, result, seed_entered_by, seed_confirmed_by", "OLD.state = 'drawn'"),
}


def upgrade() -> None:
    false = "0" if _dialect() == "sqlite" else "false"
    for column in MEMBER_COLUMNS:
        op.execute(f"ALTER TABLE committee_member ADD COLUMN {column.format(false=false)}")
    op.create_index("uq_committee_member_letter_number", "committee_member", ["letter_number"], unique=True)
    _recruitment()
    _application()
    _recommendation()
    _fees()
    for name, (columns, when) in FROZEN.items():
        op.execute(_trigger(name, columns, when))


def downgrade() -> None:
    for table in ("fee_budget", "fee_rate", "recommendation", "application", "recruitment"):
        op.drop_table(table)
    op.drop_index("uq_committee_member_letter_number", table_name="committee_member")
    for column in reversed(MEMBER_COLUMNS):
        op.execute(f"ALTER TABLE committee_member DROP COLUMN {column.partition(' ')[0]}")


def _dialect() -> str:
    return str(op.get_bind().dialect.name)


def _recruitment() -> None:
    op.create_table(
        "recruitment",
        sa.Column("id", ID, nullable=False),
        sa.Column("programme_id", ID, nullable=False),
        *(sa.Column(f"title_{lang}", sa.String(length=120), nullable=False) for lang in ("ko", "en")),
        *(sa.Column(f"text_{lang}", sa.Text(), nullable=False) for lang in ("ko", "en")),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("seats", "per_dong", "sex_tenths", "vulnerable_least", "youth_least", "youth_until")
        ),
        sa.Column("opens_at", INSTANT, nullable=False),
        sa.Column("closes_at", INSTANT, nullable=False),
        *(sa.Column(f"seed_source_{lang}", sa.String(length=200), nullable=False) for lang in ("ko", "en")),
        sa.Column("draw_on", sa.Date(), nullable=False),
        sa.Column("term_starts_on", sa.Date(), nullable=False),
        sa.Column("kept_days", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("fixed_at", INSTANT, nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("seed", sa.String(length=120), nullable=False),
        sa.Column("seed_entered_by", ID, nullable=True),
        sa.Column("seed_confirmed_by", ID, nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("drawn_at", INSTANT, nullable=True),
        sa.Column("erased_at", INSTANT, nullable=True),
        *_checks("recruitment", RECRUITMENT_CHECKS),
        _foreign_key("recruitment", "programme_id", "programme"),
        _foreign_key("recruitment", "seed_entered_by", "account"),
        _foreign_key("recruitment", "seed_confirmed_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recruitment")),
    )
    op.create_index(op.f("ix_recruitment_programme_id"), "recruitment", ["programme_id"])


def _application() -> None:
    op.create_table(
        "application",
        sa.Column("id", ID, nullable=False),
        sa.Column("recruitment_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("resident_id", ID, nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("sex", sa.String(length=1), nullable=True),
        sa.Column("basis", sa.String(length=12), nullable=True),
        sa.Column("area_id", ID, nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("motive", sa.Text(), nullable=False),
        sa.Column("is_vulnerable", sa.Boolean(), nullable=False),
        sa.Column("applied_at", INSTANT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("member_id", ID, nullable=True),
        sa.Column("erased_at", INSTANT, nullable=True),
        *_checks("application", APPLICATION_CHECKS),
        _foreign_key("application", "recruitment_id", "recruitment"),
        _foreign_key("application", "resident_id", "resident"),
        _foreign_key("application", "area_id", "area"),
        _foreign_key("application", "member_id", "committee_member"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("recruitment_id", "number", name=op.f("uq_application_recruitment_id_number")),
        sa.UniqueConstraint("member_id", name=op.f("uq_application_member_id")),
    )
    for column in ("recruitment_id", "resident_id"):
        op.create_index(op.f(f"ix_application_{column}"), "application", [column])
    standing = sa.text("state <> 'withdrawn'")
    op.create_index(
        "uq_application_standing",
        "application",
        ["recruitment_id", "resident_id"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )


def _recommendation() -> None:
    op.create_table(
        "recommendation",
        sa.Column("id", ID, nullable=False),
        sa.Column("recruitment_id", ID, nullable=False),
        sa.Column("area_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("recommended_by", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("sex", sa.String(length=1), nullable=True),
        sa.Column("is_vulnerable", sa.Boolean(), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("member_id", ID, nullable=True),
        sa.Column("erased_at", INSTANT, nullable=True),
        *_checks("recommendation", RECOMMENDATION_CHECKS),
        _foreign_key("recommendation", "recruitment_id", "recruitment"),
        _foreign_key("recommendation", "area_id", "area"),
        _foreign_key("recommendation", "member_id", "committee_member"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation")),
        sa.UniqueConstraint(
            "recruitment_id", "area_id", "number", name=op.f("uq_recommendation_recruitment_id_area_id_number")
        ),
        sa.UniqueConstraint("member_id", name=op.f("uq_recommendation_member_id")),
    )


def _fees() -> None:
    op.create_table(
        "fee_rate",
        sa.Column("programme_id", ID, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("rate_won", sa.BigInteger(), nullable=False),
        sa.Column("least_items", sa.Integer(), nullable=False),
        sa.Column("counts_recused", sa.Boolean(), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.CheckConstraint("rate_won BETWEEN 0 AND 10000000", name=op.f("ck_fee_rate_rate_in_range")),
        sa.CheckConstraint("least_items BETWEEN 0 AND 20", name=op.f("ck_fee_rate_least_items_in_range")),
        _foreign_key("fee_rate", "programme_id", "programme"),
        sa.PrimaryKeyConstraint("programme_id", "from_on", name=op.f("pk_fee_rate")),
    )
    op.create_table(
        "fee_budget",
        sa.Column("programme_id", ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("budget_won", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("budget_won >= 0", name=op.f("ck_fee_budget_budget_not_negative")),
        _foreign_key("fee_budget", "programme_id", "programme"),
        sa.PrimaryKeyConstraint("programme_id", "year", name=op.f("pk_fee_budget")),
    )


def _checks(table: str, checks: dict[str, str]) -> list[sa.CheckConstraint]:
    return [sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}")) for name, rule in checks.items()]


def _foreign_key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _trigger(name: str, columns: str, when: str) -> str:
    if _dialect() == "postgresql":
        act = "EXECUTE FUNCTION hanpyo_refuse_frozen()"
        return f"CREATE TRIGGER {name} BEFORE UPDATE OF {columns} ON recruitment FOR EACH ROW WHEN ({when}) {act}"
    act = "BEGIN SELECT RAISE(ABORT, 'recruitment is frozen'); END"
    return f"CREATE TRIGGER {name} BEFORE UPDATE OF {columns} ON recruitment WHEN {when} {act}"
