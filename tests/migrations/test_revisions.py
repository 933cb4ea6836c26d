"""Migrations: the same revisions on both databases, up and down, and no model without its table."""

from datetime import timedelta
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from app.audit.models import SYSTEM
from app.ballots import batches, bulk, log_queries
from app.ballots.models import Participation
from app.clock import Clock, now
from app.config import ROOT
from app.database import db, transaction
from app.proposals.models import Proposal
from app.proposals.rules import Line
from app.results import certificate
from app.results.models import Count
from app.reviews.models import WrittenReview
from app.reviews.recusal_models import Challenge, ChallengeVoter
from app.reviews.visit_models import SiteVisit
from app.rounds import rules as rounds
from app.schema import metadata
from tests import factories
from tests.ballots.elections import published, seated
from tests.results.elections import counted, publish

VERSIONS = ROOT / "migrations" / "versions"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_commands_that_change_the_database_are_there_when_they_are_asked_for(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert "upgrade" in runner.invoke(args=["db", "--help"]).output
    assert "  db " in runner.invoke(args=["--help"]).output


def test_the_shipped_schema_is_what_the_models_say(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []


def test_going_all_the_way_down_leaves_nothing_and_up_again_everything(app: Flask) -> None:
    before = set(inspect(db.engine).get_table_names())
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
    upgrade()
    assert set(inspect(db.engine).get_table_names()) == before


def test_the_head_file_names_the_newest_revision_so_that_two_branches_collide() -> None:
    names = sorted(path.stem for path in VERSIONS.glob("*.py"))
    assert (VERSIONS / ".head").read_text().strip() == names[-1]


def test_every_revision_is_named_by_its_file() -> None:
    for path in VERSIONS.glob("*.py"):
        assert f'revision = "{path.stem}"' in path.read_text()


@pytest.mark.parametrize("statement", ["UPDATE audit_line SET action = 'x'", "DELETE FROM audit_line"])
def test_the_database_refuses_to_change_an_audit_line(app: Flask, statement: str) -> None:
    columns = "at, actor_kind, action, subject_type, fields"
    line = f"INSERT INTO audit_line ({columns}) VALUES ('2026-01-01', 'system', 'a.b', 'a', '{{}}')"
    with db.engine.begin() as connection:
        connection.execute(text(line))
    with pytest.raises(DatabaseError, match="never changed"), db.engine.begin() as connection:
        connection.execute(text(statement))
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT action FROM audit_line")).scalar_one() == "a.b"


def test_meetings_and_their_attendances_go_through_a_change_of_their_table(app: Flask) -> None:
    """Down, a meeting that was not held is a planned one; up again, nothing is lost."""
    kept, _ = seated(factories.round_(running=rounds.COMMITTEE_VOTE), 3, 2)
    given_up, _ = seated(factories.round_(running=rounds.COMMITTEE_VOTE), 3, 1, "not_held")
    kept_id, given_up_id = kept.id, given_up.id
    before = meetings()
    db.session.remove()
    downgrade(revision="0002_certificates")
    upgrade()
    after = meetings()
    assert after[kept_id] == before[kept_id]
    assert (before[given_up_id], after[given_up_id]) == (("not_held", 1), ("planned", 1))


def test_challenges_and_who_voted_on_them_go_through_a_change_of_their_table(app: Flask) -> None:
    """Down, one that lapsed is one on which there was nothing to vote; decided, it stays as it is."""
    proposal, member = factories.proposal(factories.round_()), factories.account("committee")
    facts = {"reason": "까닭", "filed_at": now(), "closed_at": now(), "answer": "까닭", "entitled": 3, "abstained": 1}
    row = factories.keep(Challenge(proposal=proposal, account=member, state="lapsed", **facts))
    factories.keep(ChallengeVoter(challenge_id=row.id, account_id=factories.account("committee").id))
    db.session.remove()
    downgrade(revision="0031_committee_notices")
    voted = "SELECT c.state FROM challenge c JOIN challenge_voter v ON v.challenge_id = c.id"
    assert stored(voted) == "moot"
    upgrade()
    assert stored(voted) == "moot"
    with pytest.raises(DatabaseError, match="challenge is frozen"):
        stored("UPDATE challenge SET state = 'lapsed' RETURNING id")


def test_certificates_that_name_no_files_are_forgotten_and_made_anew_and_published_counts_are_kept_again(
    app: Flask, clock: Clock
) -> None:
    """Down, and up again, the setting of before is that of an observed box."""
    open_round = factories.round_(opening=rounds.OPEN).id
    count = publish(counted(clock))
    count_id, before = count.id, count.certificate
    db.session.remove()
    downgrade(revision="0004_sealed_box")
    assert stored("SELECT certificate FROM count") is None
    with pytest.raises(DatabaseError, match="count is frozen"):
        stored("UPDATE count SET certificate = 'x' RETURNING id")
    upgrade()
    count = db.session.get_one(Count, count_id)
    assert (count.certificate, certificate.of(count)) == (None, before)
    assert stored(f"SELECT opening FROM round WHERE id = {open_round}") == rounds.OBSERVER
    with pytest.raises(DatabaseError, match="count is frozen"):
        stored("UPDATE count SET certificate = 'x' RETURNING id")


def stored(statement: str) -> Any:
    with db.engine.begin() as connection:
        return connection.execute(text(statement)).scalar_one()


@pytest.mark.parametrize("channel", ["tablet", "kiosk", "assisted", "paper"])
def test_going_down_is_refused_while_there_are_votes_of_ways_that_had_no_word_before(app: Flask, channel: str) -> None:
    key = {"round_id": factories.round_().id, "chamber": "residents", "voter_key": "k" * 64}
    factories.keep(Participation(**key, channel=channel, cast_hour=now()))
    db.session.remove()
    with pytest.raises(SystemExit):
        downgrade(revision="0009_audit_chain")
    assert [row.channel for row in db.session.query(Participation)] == [channel]


def test_who_took_part_goes_through_a_change_of_their_table(app: Flask) -> None:
    """Down and up again, the table of who took part still has no rows' numbers on SQLite."""
    key = {"round_id": factories.round_().id, "chamber": "residents", "voter_key": "k" * 64}
    factories.keep(Participation(**key, channel="mobile", cast_hour=now()))
    db.session.remove()
    downgrade(revision="0009_audit_chain")
    upgrade()
    assert [row.channel for row in db.session.query(Participation)] == ["mobile"]
    if db.engine.dialect.name == "sqlite":
        with pytest.raises(DatabaseError, match="rowid"):
            db.session.execute(text("SELECT rowid FROM participation"))


def meetings() -> dict[int, tuple[str, int]]:
    """id → state and attendances, which still know their meeting."""
    rows = text(
        "SELECT m.id, m.state, COUNT(*) FROM meeting m JOIN attendance a ON a.meeting_id = m.id GROUP BY m.id, m.state"
    )
    with db.engine.connect() as connection:
        return {row[0]: (row[1], row[2]) for row in connection.execute(rows)}


def test_a_box_that_was_there_before_gets_its_tiles(app: Flask, clock: Clock) -> None:
    """The same as if they had been kept from its first batch on."""
    round_ = published(clock, running=None)
    choices = [["1", "4"]] * 520
    bulk.pour_ballots(round_, rounds.RESIDENTS, choices, "made_up", at=now(), by=SYSTEM, allow_made_up=True)
    clock.offset += timedelta(minutes=11)
    assert batches.run_due(now()) == 500
    with transaction():
        batches.carry(round_.id, 0, at=now())
    round_id, kept = round_.id, log_queries.tiles(round_.id)
    assert set(kept) == {(0, 0), (0, 1), (1, 0)}
    db.session.remove()
    downgrade(revision="0004_sealed_box")
    assert "log_tile" not in inspect(db.engine).get_table_names()
    upgrade()
    assert log_queries.tiles(round_id) == kept
    with pytest.raises(DatabaseError, match="never changed"), db.engine.begin() as connection:
        connection.execute(text("DELETE FROM log_tile"))


def test_visits_and_what_hangs_on_them_go_through_a_change_of_their_table(app: Flask) -> None:
    """Down, what was found is one text; up again, it is the summary of a stop on an outing of that day."""
    visit = factories.visit(factories.proposal(factories.round_(), state="visited"), visitors=(factories.account(),))
    factories.keep(WrittenReview(visit=visit, account_id=visit.visitors[0].account_id, declared_at=now()))
    visit_id, day = visit.id, visit.visit_on
    db.session.remove()
    downgrade(revision="0018_files")
    assert stored(f"SELECT findings FROM site_visit WHERE id = {visit_id}") == "그늘이 없음을 확인함"
    upgrade()
    visit = db.session.get_one(SiteVisit, visit_id)
    assert (visit.summary, visit.visit_on, visit.stop, len(visit.visitors)) == ("그늘이 없음을 확인함", day, 1, 1)
    assert db.session.query(WrittenReview).one().visit == visit


def test_proposals_and_what_hangs_on_them_go_through_new_words_for_their_state(app: Flask) -> None:
    """Down, what others stood for is withdrawn; up again, the database still knows which states there are."""
    line = Line("의자", 10, 5_000_000)
    gone, stands, left = (factories.proposal(factories.round_(), cost_lines=(line,)) for _ in range(3))
    gone.state, stands.state, left.state = "merged", "eligible", "carried"
    db.session.commit()
    ids = [gone.id, stands.id, left.id]
    db.session.remove()
    downgrade(revision="0027_forgotten")
    with pytest.raises(DatabaseError), db.engine.begin() as connection:
        connection.execute(text("UPDATE proposal SET state = 'merged'"))
    upgrade()
    rows = [db.session.get_one(Proposal, one) for one in ids]
    assert [one.state for one in rows] == ["withdrawn", "eligible", "withdrawn"]
    assert {one.cost_lines for one in rows} == {(line,)}
    db.session.remove()
    with pytest.raises(DatabaseError), db.engine.begin() as connection:
        connection.execute(text("UPDATE proposal SET state = 'lost'"))
    if db.engine.dialect.name == "sqlite":
        assert stored("PRAGMA integrity_check") == "ok"


def test_notices_know_their_round_again_after_a_change_of_their_table(app: Flask) -> None:
    """Down, what older code could not have told is gone; up again, what it could is of the round of its proposal."""
    proposal = factories.proposal(factories.round_(running=rounds.INTAKE))
    kept = factories.notice("proposal_submitted", proposal.resident, proposal).id
    factories.notice("check_due_soon", factories.account(), proposal, due_on="2026-06-10")
    round_id = proposal.round_id
    db.session.remove()
    downgrade(revision="0027_forgotten")
    upgrade()
    told = db.session.execute(text("SELECT id, round_id, account_id FROM notice")).all()
    assert [tuple(one) for one in told] == [(kept, round_id, None)]
    assert db.session.execute(text("SELECT count(*) FROM delivery")).scalar_one() == 0, "nothing old goes out"
