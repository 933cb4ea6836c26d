"""A challenge on which too few voted in time lapses; who recorded a recusal of somebody else; who signed as a member; of
which seat the role has been looked at.

Revision: 0035_lapsed_challenges, after 0034_on_site
"""

import sqlalchemy as sa
from alembic import op

revision = "0035_lapsed_challenges"
down_revision = "0034_on_site"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
CAST = "(votes_for + votes_against + abstained)"
BEFORE = {"state_known": "state IN ('open', 'accepted', 'rejected', 'moot')"}
AFTER = {
    "state_known": "state IN ('open', 'accepted', 'rejected', 'moot', 'lapsed')",
    "lapsed_without_quorum": f"state <> 'lapsed' OR {CAST} * 2 <= entitled",
}
OTHERS = {
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
FROZEN = {"challenge_final_update": ("UPDATE", "OLD.state <> 'open'"), "challenge_final_delete": ("DELETE", "true")}


def upgrade() -> None:
    _check_challenges(BEFORE, AFTER)
    with op.batch_alter_table("recusal") as table:
        table.add_column(sa.Column("recorded_by", ID, nullable=True))
        table.create_foreign_key(op.f("fk_recusal_recorded_by_account"), "account", ["recorded_by"], ["id"])
    op.execute("ALTER TABLE visit_signature ADD COLUMN as_member BOOLEAN NOT NULL DEFAULT false")
    op.add_column("committee_member", sa.Column("role_settled_at", INSTANT, nullable=True))
    # At a dismissal the role was taken already; one given anew since is nobody's to take.
    op.execute("UPDATE committee_member SET role_settled_at = CURRENT_TIMESTAMP WHERE dismissed_on <= CURRENT_DATE")


def downgrade() -> None:
    """A challenge that lapsed is one on which there was nothing to vote: there is no other word for it before."""
    op.drop_column("committee_member", "role_settled_at")
    op.execute("ALTER TABLE visit_signature DROP COLUMN as_member")
    with op.batch_alter_table("recusal") as table:
        table.drop_constraint(op.f("fk_recusal_recorded_by_account"), type_="foreignkey")
        table.drop_column("recorded_by")
    _check_challenges(AFTER, BEFORE)


def _is_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")


def _check_challenges(old: dict[str, str], new: dict[str, str]) -> None:
    for name in FROZEN:
        op.execute(f"DROP TRIGGER {name}" + (" ON challenge" if _is_postgresql() else ""))
    if "lapsed_without_quorum" not in new:
        op.execute("UPDATE challenge SET state = 'moot' WHERE state = 'lapsed'")
    if _is_postgresql():
        for name in old:
            op.drop_constraint(op.f(f"ck_challenge_{name}"), "challenge", type_="check")
        for name, rule in new.items():
            op.create_check_constraint(op.f(f"ck_challenge_{name}"), "challenge", rule)
    else:
        _make_challenges_anew({**OTHERS, **new})
    for name, (verb, when) in FROZEN.items():
        _freeze(name, verb, when)


def _make_challenges_anew(checks: dict[str, str]) -> None:
    """SQLite changes no constraint of a table. Who voted on them, which names its rows, is asked at the commit, when
    all of them are back."""
    op.execute("PRAGMA defer_foreign_keys=ON")
    op.execute("CREATE TEMPORARY TABLE challenge_before AS SELECT * FROM challenge")
    op.drop_table("challenge")
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
        *(sa.CheckConstraint(rule, name=op.f(f"ck_challenge_{name}")) for name, rule in checks.items()),
        *(
            sa.ForeignKeyConstraint([f"{to}_id"], [f"{to}.id"], name=op.f(f"fk_challenge_{to}_id_{to}"))
            for to in ("proposal", "account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge")),
        sa.UniqueConstraint("proposal_id", "account_id", name=op.f("uq_challenge_proposal_id_account_id")),
    )
    op.create_index(op.f("ix_challenge_account_id"), "challenge", ["account_id"])
    op.execute("INSERT INTO challenge SELECT * FROM challenge_before")
    op.execute("DROP TABLE challenge_before")


def _freeze(name: str, verb: str, when: str) -> None:
    if _is_postgresql():
        act = "EXECUTE FUNCTION hanpyo_refuse_frozen()"
        op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON challenge FOR EACH ROW WHEN ({when}) {act}")
    else:
        act = "BEGIN SELECT RAISE(ABORT, 'challenge is frozen'); END"
        op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON challenge WHEN {when} {act}")
