"""On-site reviews: outings with a route, checklists as data, answers saved one by one, photos, signatures, a deadline for the
proposer's answer, and visits that are impossible.

Revision: 0020_site_visits, after 0019_wizard
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0020_site_visits"
down_revision = "0019_wizard"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
KINDS = "'facility', 'programme', 'other'"
STATES = "'planned', 'recorded', 'answered', 'signed_off'"
CLAIMS = "'need', 'content', 'effect', 'beneficiaries', 'cost', 'place'"
ENTRY = (
    "(line_id IS NOT NULL AND substr(item, 1, 5) = 'line-' AND answer IN ('yes', 'no', 'unclear'))"
    f" OR (line_id IS NULL AND item IN ({CLAIMS}) AND answer IN ('confirmed', 'partly', 'not_confirmed', 'cannot_tell'))"
    " OR (line_id IS NULL AND item = 'summary' AND answer = '')"
)
# What was asked of every project before, and is asked of all kinds of those rounds from now on.
LINES = {
    "place_matches": ("제안서의 장소와 현장이 같다", "The place is the one in the proposal"),
    "need_seen": ("제안서에 적힌 필요를 현장에서 볼 수 있다", "The need in the proposal can be seen on the spot"),
    "no_duplicate_nearby": ("가까이에 같은 구실을 하는 것이 없다", "Nothing nearby serves the same purpose"),
    "ownership_clear": (
        "땅이나 시설의 소유와 관리가 분명하다",
        "It is clear who owns and looks after the land or facility",
    ),
    "safe_and_accessible": ("안전하고 누구나 이용할 수 있다", "It is safe and everybody can use it"),
    "cost_plausible": ("현장을 보니 사업비가 알맞다", "Seen on the spot, the cost is plausible"),
}
BEFORE = sa.table(
    "site_visit",
    *(sa.column(name, ID) for name in ("id", "proposal_id")),
    *(sa.column(name, sa.String()) for name in ("state", "meeting_point", "findings", "proposer_answer")),
    *(sa.column("visit_on", sa.Date()), sa.column("checklist", sa.JSON())),
    *(sa.column(name, INSTANT) for name in ("answered_at", "signed_off_at")),
)
AFTER = sa.table(
    "site_visit",
    *(sa.column(name, ID) for name in ("id", "proposal_id", "outing_id", "asked_by", "confirmed_by")),
    *(sa.column(name, sa.String()) for name in ("state", "kind", "meeting_point", "record_sha256", "proposer_answer")),
    *(sa.column("stop", sa.Integer()), sa.column("impossible_reason", sa.String())),
    *(sa.column(name, INSTANT) for name in ("answer_until", "answered_at", "signed_off_at")),
)
OUTING = sa.table(
    "outing",
    *(sa.column(name, ID) for name in ("id", "round_id")),
    *(sa.column("starts_at", INSTANT), sa.column("changed_at", INSTANT), sa.column("meeting_point", sa.String())),
    *(sa.column(name, sa.Integer()) for name in ("answer_days", "sequence")),
)
LINE = sa.table(
    "checklist_line",
    *(sa.column(name, ID) for name in ("id", "round_id")),
    *(sa.column(name, sa.String()) for name in ("kind", "text_ko", "text_en")),
    sa.column("position", sa.Integer()),
)
VISIT_ENTRY = sa.table(
    "visit_entry",
    *(sa.column(name, ID) for name in ("visit_id", "line_id", "account_id")),
    *(sa.column(name, sa.String()) for name in ("item", "answer", "words", "client_key")),
    *(sa.column("version", sa.Integer()), sa.column("saved_at", INSTANT)),
)
PROPOSAL = sa.table("proposal", sa.column("id", ID), sa.column("round_id", ID))
KEYS_TO_IT = (
    ("visitor", ["visit_id"], ["id"], "fk_visitor_visit_id_site_visit"),
    (
        "written_review",
        ["visit_id", "visit_state"],
        ["id", "state"],
        "fk_written_review_visit_id_visit_state_site_visit",
    ),
)


def upgrade() -> None:
    """Those who went out on one day in one round were on one outing; what they found is the summary."""
    rows = _read(
        sa.select(BEFORE, PROPOSAL.c.round_id).join_from(BEFORE, PROPOSAL, PROPOSAL.c.id == BEFORE.c.proposal_id)
    )
    _create_outings()
    _create_lines()
    outings = {key: _insert_outing(*key) for key in sorted({(row["round_id"], row["visit_on"]) for row in rows})}
    lines = {round_id: _insert_lines(round_id) for round_id in sorted({row["round_id"] for row in rows})}
    stops: dict[int, int] = {}
    moved = []
    for row in rows:
        outing_id = outings[row["round_id"], row["visit_on"]]
        stops[outing_id] = stops.get(outing_id, 0) + 1
        moved.append(_after(row, outing_id, stops[outing_id]))
    _make_visits_anew(_visit_columns_after(), AFTER, moved)
    _create_entries()
    for row in rows:
        _insert_entries(row, lines[row["round_id"]])
    _create_signatures()
    _create_photos()


def downgrade() -> None:
    """Refused while there is a visit that was impossible: there is no word for it before."""
    rows = _read(sa.select(AFTER, OUTING.c.starts_at).outerjoin_from(AFTER, OUTING, OUTING.c.id == AFTER.c.outing_id))
    if any(row["outing_id"] is None for row in rows):
        raise RuntimeError("there are visits that were impossible")
    entries = _read(
        sa.select(VISIT_ENTRY, LINE.c.text_ko)
        .outerjoin_from(VISIT_ENTRY, LINE, LINE.c.id == VISIT_ENTRY.c.line_id)
        .order_by(VISIT_ENTRY.c.version)
    )
    keys = {text_ko: key for key, (text_ko, _text_en) in LINES.items()}
    back = [_before(row, [one for one in entries if one["visit_id"] == row["id"]], keys) for row in rows]
    for table in ("visit_photo", "visit_signature", "visit_entry"):
        op.drop_table(table)
    _make_visits_anew(_visit_columns_before(), BEFORE, back)
    for table in ("checklist_line", "companion", "outing"):
        op.drop_table(table)


def _read(statement: Any) -> list[Any]:
    return list(op.get_bind().execute(statement).mappings())


def _insert_outing(round_id: int, day: date) -> int:
    """At ten in the morning, in Seoul; where they met stands with each visit."""
    at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    values = {"round_id": round_id, "starts_at": at, "changed_at": at, "meeting_point": "-"}
    row = op.get_bind().execute(sa.insert(OUTING).values(**values, answer_days=7, sequence=0).returning(OUTING.c.id))
    return int(row.scalar_one())


def _insert_lines(round_id: int) -> dict[str, int]:
    """Key of before → line of the kind that all visits of before are of."""
    ids: dict[str, int] = {}
    for kind in ("other", "programme", "facility"):
        for position, (key, (text_ko, text_en)) in enumerate(LINES.items(), start=1):
            values = {"round_id": round_id, "kind": kind, "position": position}
            statement = sa.insert(LINE).values(**values, text_ko=text_ko, text_en=text_en).returning(LINE.c.id)
            ids[key] = int(op.get_bind().execute(statement).scalar_one())
    return ids


def _after(row: Any, outing_id: int, stop: int) -> dict[str, Any]:
    is_recorded = row["state"] != "planned"
    day = row["visit_on"]
    record = json.dumps([row["id"], day.isoformat(), row["checklist"], row["findings"]], ensure_ascii=False)
    until = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=8, hours=-9)
    kept = ("id", "proposal_id", "state", "meeting_point", "proposer_answer", "answered_at", "signed_off_at")
    return {name: row[name] for name in kept} | {
        "outing_id": outing_id,
        "stop": stop,
        "kind": "facility",
        "record_sha256": hashlib.sha256(record.encode()).hexdigest() if is_recorded else None,
        "answer_until": until if is_recorded else None,
        "impossible_reason": "",
    }


def _insert_entries(row: Any, lines: dict[str, int]) -> None:
    if row["state"] == "planned":
        return
    day = row["visit_on"]
    same = {"visit_id": row["id"], "version": 1, "saved_at": datetime(day.year, day.month, day.day, 1, tzinfo=UTC)}
    for key, answer in (row["checklist"] or {}).items():
        item = f"line-{lines[key]}"
        values = {"item": item, "line_id": lines[key], "answer": answer, "words": "", "client_key": item}
        op.get_bind().execute(sa.insert(VISIT_ENTRY).values(**same, **values))
    summary = {"item": "summary", "answer": "", "words": row["findings"], "client_key": "summary"}
    op.get_bind().execute(sa.insert(VISIT_ENTRY).values(**same, **summary))


def _before(row: Any, entries: Iterable[Any], keys: dict[str, str]) -> dict[str, Any]:
    kept = ("id", "proposal_id", "state", "meeting_point", "proposer_answer", "answered_at", "signed_off_at")
    newest = {entry["item"]: entry for entry in entries}
    summary = newest.get("summary")
    starts_at = row["starts_at"].replace(tzinfo=UTC) if row["starts_at"].tzinfo is None else row["starts_at"]
    return {name: row[name] for name in kept} | {
        "visit_on": (starts_at.astimezone(UTC) + timedelta(hours=9)).date(),
        "findings": summary["words"] if summary is not None else "" if row["state"] == "planned" else "-",
        "checklist": {keys[one["text_ko"]]: one["answer"] for one in newest.values() if one["text_ko"] in keys},
    }


def _make_visits_anew(columns: list[Any], table: Any, rows: list[dict[str, Any]]) -> None:
    """The table with its rows in another shape; what names them is asked when all of them are back."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    if is_postgresql:
        for child, _here, _there, name in KEYS_TO_IT:
            op.drop_constraint(op.f(name), child, type_="foreignkey")
    else:
        op.execute("PRAGMA defer_foreign_keys=ON")
    op.drop_table("site_visit")
    op.create_table("site_visit", *columns)
    for row in rows:
        op.get_bind().execute(sa.insert(table).values(**row))
    if is_postgresql:
        op.execute(
            "SELECT setval(pg_get_serial_sequence('site_visit', 'id'), (SELECT max(id) + 1 FROM site_visit), false)"
        )
        for child, here, there, name in KEYS_TO_IT:
            op.create_foreign_key(op.f(name), child, "site_visit", here, there)


def _visit_columns_before() -> list[Any]:
    return [
        *_columns_of_both(),
        sa.Column("visit_on", sa.Date(), nullable=False),
        sa.Column("checklist", sa.JSON(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.CheckConstraint("state = 'planned' OR findings <> ''", name=op.f("ck_site_visit_recorded_with_findings")),
    ]


def _visit_columns_after() -> list[Any]:
    checks = {
        "kind_known": f"kind IN ({KINDS})",
        "stop_of_an_outing": "(outing_id IS NULL) = (stop IS NULL)",
        "visited_or_impossible": "(outing_id IS NULL) = (impossible_reason <> '')",
        "impossible_is_not_recorded": "outing_id IS NOT NULL OR state IN ('planned', 'signed_off')",
        "recorded_with_hash_and_deadline": "(state = 'planned' OR outing_id IS NULL) = (record_sha256 IS NULL)"
        " AND (record_sha256 IS NULL) = (answer_until IS NULL)",
        "impossible_asked_by_somebody": "(outing_id IS NULL) = (asked_by IS NOT NULL)",
        "impossible_confirmed": "(outing_id IS NULL AND state = 'signed_off') = (confirmed_by IS NOT NULL)",
        "two_people": "confirmed_by <> asked_by",
    }
    return [
        *_columns_of_both(),
        sa.Column("outing_id", ID, nullable=True),
        sa.Column("stop", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("record_sha256", sa.String(length=64), nullable=True),
        sa.Column("answer_until", INSTANT, nullable=True),
        sa.Column("impossible_reason", sa.Text(), nullable=False),
        sa.Column("asked_by", ID, nullable=True),
        sa.Column("confirmed_by", ID, nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_site_visit_{name}")) for name, rule in checks.items()),
        sa.ForeignKeyConstraint(["outing_id"], ["outing.id"], name=op.f("fk_site_visit_outing_id_outing")),
        *(_account("site_visit", name) for name in ("asked_by", "confirmed_by")),
        sa.UniqueConstraint("outing_id", "stop", name=op.f("uq_site_visit_outing_id_stop")),
    ]


def _columns_of_both() -> list[Any]:
    return [
        sa.Column("id", ID, nullable=False),
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("meeting_point", sa.String(length=120), nullable=False),
        sa.Column("proposer_answer", sa.Text(), nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("signed_off_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "(state = 'signed_off') = (signed_off_at IS NOT NULL)", name=op.f("ck_site_visit_signed_off_with_instant")
        ),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_site_visit_state_known")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_site_visit_proposal_id_proposal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_visit")),
        sa.UniqueConstraint("id", "state", name=op.f("uq_site_visit_id_state")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_site_visit_proposal_id")),
    ]


def _create_outings() -> None:
    op.create_table(
        "outing",
        sa.Column("id", ID, nullable=False),
        sa.Column("round_id", ID, nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("meeting_point", sa.String(length=120), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.CheckConstraint("meeting_point <> ''", name=op.f("ck_outing_somewhere")),
        sa.CheckConstraint("answer_days BETWEEN 1 AND 60", name=op.f("ck_outing_answer_days_in_range")),
        sa.CheckConstraint("sequence >= 0", name=op.f("ck_outing_sequence_not_negative")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_outing_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outing")),
    )
    op.create_index(op.f("ix_outing_round_id"), "outing", ["round_id"])
    op.create_table(
        "companion",
        sa.Column("outing_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["outing_id"], ["outing.id"], name=op.f("fk_companion_outing_id_outing")),
        _account("companion", "account_id"),
        sa.PrimaryKeyConstraint("outing_id", "account_id", name=op.f("pk_companion")),
    )
    op.create_index(op.f("ix_companion_account_id"), "companion", ["account_id"])


def _create_lines() -> None:
    op.create_table(
        "checklist_line",
        sa.Column("id", ID, nullable=False),
        sa.Column("round_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text_ko", sa.String(length=120), nullable=False),
        sa.Column("text_en", sa.String(length=120), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_checklist_line_kind_known")),
        sa.CheckConstraint("text_ko <> '' AND text_en <> ''", name=op.f("ck_checklist_line_in_both_languages")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_checklist_line_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_line")),
        sa.UniqueConstraint("round_id", "kind", "position", name=op.f("uq_checklist_line_round_id_kind_position")),
    )


def _create_entries() -> None:
    op.create_table(
        "visit_entry",
        sa.Column("visit_id", ID, nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("line_id", ID, nullable=True),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("client_key", sa.String(length=36), nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_visit_entry_version_positive")),
        sa.CheckConstraint("client_key <> ''", name=op.f("ck_visit_entry_client_key_there")),
        sa.CheckConstraint(ENTRY, name=op.f("ck_visit_entry_answer_of_its_item")),
        sa.ForeignKeyConstraint(["visit_id"], ["site_visit.id"], name=op.f("fk_visit_entry_visit_id_site_visit")),
        sa.ForeignKeyConstraint(["line_id"], ["checklist_line.id"], name=op.f("fk_visit_entry_line_id_checklist_line")),
        _account("visit_entry", "account_id"),
        sa.PrimaryKeyConstraint("visit_id", "item", "version", name=op.f("pk_visit_entry")),
        sa.UniqueConstraint("visit_id", "client_key", name=op.f("uq_visit_entry_visit_id_client_key")),
    )


def _create_signatures() -> None:
    op.create_table(
        "visit_signature",
        sa.Column("visit_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("record_sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["site_visit.id"], name=op.f("fk_visit_signature_visit_id_site_visit")),
        _account("visit_signature", "account_id"),
        sa.PrimaryKeyConstraint("visit_id", "account_id", "record_sha256", name=op.f("pk_visit_signature")),
    )


def _create_photos() -> None:
    op.create_table(
        "visit_photo",
        sa.Column("id", ID, nullable=False),
        sa.Column("visit_id", ID, nullable=False),
        sa.Column("file_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("alt", sa.String(length=150), nullable=False),
        sa.Column("client_key", sa.String(length=36), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.CheckConstraint("kind = 'photo'", name=op.f("ck_visit_photo_photo")),
        sa.CheckConstraint("alt <> ''", name=op.f("ck_visit_photo_described")),
        sa.CheckConstraint("client_key <> ''", name=op.f("ck_visit_photo_client_key_there")),
        sa.ForeignKeyConstraint(["visit_id"], ["site_visit.id"], name=op.f("fk_visit_photo_visit_id_site_visit")),
        sa.ForeignKeyConstraint(
            ["file_id", "kind"],
            ["stored_file.id", "stored_file.kind"],
            name=op.f("fk_visit_photo_file_id_kind_stored_file"),
        ),
        _account("visit_photo", "account_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_photo")),
        sa.UniqueConstraint("file_id", name=op.f("uq_visit_photo_file_id")),
        sa.UniqueConstraint("visit_id", "client_key", name=op.f("uq_visit_photo_visit_id_client_key")),
    )


def _account(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["account.id"], name=op.f(f"fk_{table}_{column}_account"))
