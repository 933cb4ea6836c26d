"""The written review: anchors and weights of criteria, sheets that are locked, interests, challenges, objections, and the
file of a shortlist.

Revision: 0021_written_review, after 0020_site_visits
"""

import sqlalchemy as sa
from alembic import op

revision = "0021_written_review"
down_revision = "0020_site_visits"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
# By hand, since SQLite takes a new column's check only with the column.
COLUMNS = {
    "criterion": (
        "weight INTEGER NOT NULL DEFAULT 1 CONSTRAINT ck_criterion_weight_positive CHECK (weight > 0)",
        "anchors_ko JSON NOT NULL DEFAULT '{}'",
        "anchors_en JSON NOT NULL DEFAULT '{}'",
    ),
    "written_review": ("version INTEGER NOT NULL DEFAULT 0", "page VARCHAR(64) NOT NULL DEFAULT ''"),
    "round": (
        "sheets_needed INTEGER CONSTRAINT ck_round_sheets_needed_positive CHECK (sheets_needed > 0)",
        "hides_proposer BOOLEAN NOT NULL DEFAULT true",
        "review_objection_days INTEGER NOT NULL DEFAULT 7 CONSTRAINT ck_round_review_objection_days_in_range "
        "CHECK (review_objection_days BETWEEN 0 AND 60)",
    ),
}
CAST = "(votes_for + votes_against + abstained)"
CHALLENGE_CHECKS = {
    "state_known": "state IN ('open', 'accepted', 'rejected', 'moot')",
    "reason_said": "reason <> ''",
    "votes_not_negative": "votes_for >= 0 AND votes_against >= 0 AND abstained >= 0",
    "closed_with_instant": "(state = 'open') = (closed_at IS NULL)",
    "closed_with_number": "(state = 'open') = (entitled IS NULL)",
    "closed_with_answer": "state = 'open' OR answer <> ''",
    "accepted_by_majority": f"state <> 'accepted' OR {CAST} * 2 > entitled"
    " AND votes_for * 2 > votes_for + votes_against + abstained",
    "rejected_with_quorum": f"state <> 'rejected' OR {CAST} * 2 > entitled"
    " AND votes_for * 2 <= votes_for + votes_against + abstained",
}
OBJECTION_CHECKS = {
    "against_known": "against IN ('check', 'shortlist')",
    "state_known": "state IN ('open', 'upheld', 'rejected')",
    "reason_said": "reason <> ''",
    "decided_with_instant": "(state = 'open') = (decided_at IS NULL)",
    "decided_by_somebody": "(state = 'open') = (decided_by IS NULL)",
    "decided_with_answer": "state = 'open' OR answer <> ''",
}
KEPT = ("challenge_voter", "shortlist_record")
SUBMITTED = "(SELECT state FROM written_review WHERE id = {row}.review_id) = 'submitted'"
TOO_MANY = "NEW.points > (SELECT points_max FROM criterion WHERE id = NEW.criterion_id)"
# trigger → table, verb, and the rows of which it is true; those that look elsewhere are functions on PostgreSQL
FROZEN = {
    "written_review_locked_update": ("written_review", "UPDATE", "OLD.state = 'submitted'"),
    "written_review_locked_delete": ("written_review", "DELETE", "OLD.state = 'submitted'"),
    "challenge_final_update": ("challenge", "UPDATE", "OLD.state <> 'open'"),
    "challenge_final_delete": ("challenge", "DELETE", "true"),
    "objection_final_update": ("objection", "UPDATE", "OLD.state <> 'open'"),
    "objection_final_delete": ("objection", "DELETE", "true"),
}
SCORES = {
    "score_locked_insert": ("INSERT", f"{SUBMITTED.format(row='NEW')} OR {TOO_MANY}"),
    "score_locked_update": ("UPDATE", f"{SUBMITTED.format(row='OLD')} OR {TOO_MANY}"),
    "score_locked_delete": ("DELETE", SUBMITTED.format(row="OLD")),
}


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
    _create_tables()
    for table in KEPT:
        _keep(table)
    for name, (table, verb, when) in FROZEN.items():
        _freeze(name, table, verb, when)
    _lock_scores()


def downgrade() -> None:
    on_score, on_sheet = (" ON score", " ON written_review") if _is_postgresql() else ("", "")
    for name in SCORES:
        op.execute(f"DROP TRIGGER {name}{on_score}")
    for name in ("written_review_locked_update", "written_review_locked_delete"):
        op.execute(f"DROP TRIGGER {name}{on_sheet}")
    if _is_postgresql():
        op.execute("DROP FUNCTION hanpyo_refuse_score()")
    for table in ("shortlist_record", "objection", "challenge_voter", "challenge", "interest"):
        op.drop_table(table)
    for table, columns in COLUMNS.items():
        for column in reversed(columns):
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column.partition(' ')[0]}")


def _is_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")


def _create_tables() -> None:
    op.create_table(
        "interest",
        sa.Column("round_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("phone_key", sa.String(length=64), nullable=True),
        sa.Column("departments", sa.JSON(), nullable=False),
        sa.Column("bodies", sa.Text(), nullable=False),
        sa.Column("declared_at", INSTANT, nullable=False),
        _foreign_key("interest", "round_id", "round"),
        _foreign_key("interest", "account_id", "account"),
        sa.PrimaryKeyConstraint("round_id", "account_id", name=op.f("pk_interest")),
    )
    for column in ("account_id", "phone_key"):
        op.create_index(op.f(f"ix_interest_{column}"), "interest", [column])
    op.create_table(
        "challenge",
        sa.Column("id", ID, nullable=False),
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("filed_at", INSTANT, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("votes_for", "votes_against", "abstained")),
        sa.Column("entitled", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_challenge_{name}")) for name, rule in CHALLENGE_CHECKS.items()),
        _foreign_key("challenge", "proposal_id", "proposal"),
        _foreign_key("challenge", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge")),
        sa.UniqueConstraint("proposal_id", "account_id", name=op.f("uq_challenge_proposal_id_account_id")),
    )
    op.create_index(op.f("ix_challenge_account_id"), "challenge", ["account_id"])
    op.create_table(
        "challenge_voter",
        sa.Column("challenge_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        _foreign_key("challenge_voter", "challenge_id", "challenge"),
        _foreign_key("challenge_voter", "account_id", "account"),
        sa.PrimaryKeyConstraint("challenge_id", "account_id", name=op.f("pk_challenge_voter")),
    )
    op.create_table(
        "objection",
        sa.Column("id", ID, nullable=False),
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("against", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("filed_at", INSTANT, nullable=False),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_objection_{name}")) for name, rule in OBJECTION_CHECKS.items()),
        _foreign_key("objection", "proposal_id", "proposal"),
        _foreign_key("objection", "decided_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sa.UniqueConstraint("proposal_id", "against", name=op.f("uq_objection_proposal_id_against")),
    )
    op.create_table(
        "shortlist_record",
        sa.Column("round_id", ID, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_at", INSTANT, nullable=False),
        _foreign_key("shortlist_record", "round_id", "round"),
        _foreign_key("shortlist_record", "decided_by", "account"),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_shortlist_record")),
    )


def _foreign_key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _keep(table: str) -> None:
    if not _is_postgresql():
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_kept_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"
            )
        return
    act = "EXECUTE FUNCTION hanpyo_refuse_change()"
    op.execute(f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {act}")
    op.execute(f"CREATE TRIGGER {table}_kept_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {act}")


def _freeze(name: str, table: str, verb: str, when: str) -> None:
    if _is_postgresql():
        act = "EXECUTE FUNCTION hanpyo_refuse_frozen()"
        op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW WHEN ({when}) {act}")
    else:
        act = f"BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END"
        op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when} {act}")


def _lock_scores() -> None:
    """No points on a submitted sheet are changed, and none are above what the criterion has."""
    if not _is_postgresql():
        for name, (verb, when) in SCORES.items():
            _freeze(name, "score", verb, when)
        return
    cases = " ".join(f"IF TG_OP = '{verb}' THEN refused := ({when}); END IF;" for verb, when in SCORES.values())
    op.execute(
        "CREATE FUNCTION hanpyo_refuse_score() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ DECLARE refused boolean := false; BEGIN {cases} "
        "IF refused THEN RAISE EXCEPTION 'score is frozen' USING ERRCODE = '23001'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    for name, (verb, _when) in SCORES.items():
        op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON score FOR EACH ROW EXECUTE FUNCTION hanpyo_refuse_score()")
