"""When objections are over it is erased who took part: nobody can tell any more, and all that was published stays."""

import io
import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from app.audit.models import SYSTEM, AuditLine
from app.ballots import queries as ballots
from app.ballots import services as casting
from app.ballots import voter_queries as voters
from app.ballots.models import Erasure, KeptDay, KeptPeople, Participation, RoundSecret, Trustee
from app.ballots.rules import voter_key
from app.clock import SEOUL, Clock, now
from app.database import db
from app.errors import NotFound
from app.notices.letter_models import Notice
from app.proposals.models import Proposal
from app.results import bundle, doctor, erasing, queries, second_counter, services
from app.results import erasing_rules as rules
from app.results.models import Count
from app.roll.models import RollEntry
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.voices.models import Support
from app.voices.queries import count_support
from tests import factories
from tests.actors import Person
from tests.ballots.elections import TOKENS, open_box, picks, seated
from tests.ballots.elections import published as voting
from tests.codes.printed import entry
from tests.page import Page
from tests.results.elections import actions, counted, publish

VOTERS = 7


@pytest.fixture
def cast(app: Flask, clock: Clock) -> Iterator[Count]:
    """Seven residents have cast on the second day of voting; the result is published, objections run."""
    round_ = voting(clock, objection_days=14)
    for token in TOKENS[:VOTERS]:
        casting.cast_as_resident(round_.id, factories.resident(), picks(round_), token=token)
    seated(round_, 3, 3, "ended")
    clock.offset += max(phase.ends_at for phase in round_.phases) - now() + timedelta(minutes=1)
    services.close_round(round_, at=now(), by=SYSTEM)
    open_box(round_)
    yield publish(services.count_round(round_, at=now(), by=SYSTEM))


def over(clock: Clock, count: Count) -> Round:
    """The clock stands at the end of the objection period."""
    clock.offset += erasing.get_afterwards(count.round_id).objections_end - now() + timedelta(seconds=1)
    return count.round


def run(app: Flask, *arguments: object) -> Any:
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["erase", *map(str, arguments)])


def written(count: Count) -> bytes:
    file = io.BytesIO()
    bundle.write(count, file)
    return file.getvalue()


def stored(round_id: int) -> dict[str, int]:
    """Rows of all that erasing touches."""
    db.session.rollback()
    tables = (Participation, RoundSecret, Trustee, Erasure, KeptPeople, KeptDay)
    rows = {one.__tablename__: db.session.query(one).filter_by(round_id=round_id).count() for one in tables}
    hashes = db.session.query(Trustee).filter(Trustee.round_id == round_id, Trustee.words_sha256 != "").count()
    return {**rows, "hashes": hashes, "lines": db.session.query(AuditLine).count()}


def keys_of(round_id: int) -> list[str]:
    """As somebody makes them who knows every identity and has the secret."""
    secret = db.session.get_one(RoundSecret, round_id).secret
    residents = db.session.execute(text("SELECT phone_key FROM resident")).scalars()
    return [voter_key(secret, f"resident:{phone_key}") for phone_key in residents]


def all_that_is_stored() -> bytes:
    """Every byte: of SQLite its files, with free pages and log; of PostgreSQL all tables and statistics, and the files
    behind them."""
    db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        path = Path(str(db.engine.url.database))
        return b"".join(one.read_bytes() for one in sorted(path.parent.glob(f"{path.name}*")))
    with db.engine.connect() as connection:
        names = [*inspect(connection).get_table_names(), "pg_stats"]
        rows = [str(connection.execute(text(f'SELECT t::text FROM "{name}" t')).all()) for name in names]
        oid = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
        folder = Path(str(connection.scalar(text("SHOW data_directory")))) / "base" / str(oid)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
    return "".join(rows).encode() + b"".join(one.read_bytes() for one in folder.iterdir())


def test_whoever_has_all_that_is_stored_and_all_identities_cannot_tell_who_voted(
    app: Flask, clock: Clock, cast: Count
) -> None:
    round_ = over(clock, cast)
    if db.engine.dialect.name == "postgresql":
        with db.engine.begin() as connection:
            connection.execute(text("ANALYZE"))  # samples of columns outlive their rows
    secret = db.session.get_one(RoundSecret, round_.id).secret
    hashes = [one.words_sha256 for one in db.session.query(Trustee)]
    voted = [key for key in keys_of(round_.id) if voters.has_voted(round_.id, rounds.RESIDENTS, key)]
    before = all_that_is_stored()
    assert len(voted) == VOTERS and all(key.encode() in before for key in [*voted, *hashes])  # it can find them
    assert secret in before or secret.hex().encode() in before
    assert run(app, round_.id).exit_code == 0
    after = all_that_is_stored()
    assert [key for key in [*voted, *hashes] if key.encode() in after] == []
    assert secret not in after and secret.hex().encode() not in after


def test_how_many_were_on_the_list_is_told_as_before(app: Flask, clock: Clock) -> None:
    """The share of those who might vote stays what it was when nobody on the list is known any more."""
    counted_ = counted(clock, voters=rounds.LIST, objection_days=14)
    for name in ("가", "나", "다", "라", "마", "바", "사", "아"):
        entry(counted_.round, name)
    publish(counted_)
    round_ = over(clock, counted_)
    assert Person(app).get(f"/results/{round_.id}").has("투표할 수 있는 8명의 62.50%")
    assert run(app, round_.id).exit_code == 0
    assert (queries.count_entitled(round_), db.session.query(RollEntry).count()) == (8, 0)
    assert Person(app).get(f"/results/{round_.id}").has("투표할 수 있는 8명의 62.50%")


def test_all_that_was_published_stays_as_it_was(app: Flask, clock: Clock, cast: Count) -> None:
    round_, person = over(clock, cast), Person(app)
    receipt = str(db.session.execute(text("SELECT receipt FROM box_ballot ORDER BY position")).scalars().first())
    paths = [f"/results/{round_.id}/{what}" for what in ("recount", "result.csv", "result.json")]
    before = written(cast), [person.client.get(path).data for path in paths], ballots.turnout(round_)
    assert look_up(person, round_, receipt).has("함 안 1번째에 있습니다")
    page = person.get(f"/results/{round_.id}")
    assert page.has("이의신청") and not page.has("지웠습니다")
    assert run(app, round_.id).exit_code == 0
    assert (written(cast), [person.client.get(path).data for path in paths], ballots.turnout(round_)) == before
    assert look_up(person, round_, receipt).has("함 안 1번째에 있습니다")
    second_counter.ensure_agrees(cast)
    page = person.get(f"/results/{round_.id}")
    assert page.has("누가 투표했는지의 기록은") and page.has("지웠습니다")


def look_up(person: Person, round_: Round, receipt: str) -> Page:
    return person.submit(person.get(f"/rounds/{round_.id}/box"), receipt=receipt)


def test_the_voters_pages_say_that_voting_is_over(app: Flask, clock: Clock, cast: Count) -> None:
    round_ = over(clock, cast)
    voter = Person(app, db.session.query(factories.Resident).first())
    assert run(app, round_.id).exit_code == 0
    pages = [voter.client.get(f"/vote/{round_.id}{page}") for page in ("", "/check", "/receipt")]
    assert [page.status_code for page in pages] == [409] * 3
    assert all("지금은 주민 투표 기간이 아닙니다" in page.text for page in pages)
    with pytest.raises(NotFound):
        casting.cast_as_resident(round_.id, factories.resident(), ["1", "4"], token=TOKENS[-1])


def test_the_doctor_asks_the_numbers_that_were_kept_and_names_those_that_do_not_fit_the_ballots(
    app: Flask, clock: Clock, cast: Count
) -> None:
    round_ = over(clock, cast)
    assert run(app, round_.id).exit_code == 0
    told = app.test_cli_runner().invoke(args=["doctor"])
    assert told.exit_code == 0, told.output
    erased = [line.split()[1] for line in told.output.splitlines() if f"erased: {round_.id}" in line]
    assert erased == ["I1", "I2", "I4", "I4", "I6"]
    for statement, invariant in TAMPERED.items():
        db.session.rollback()
        let_change("kept_people", "kept_day")
        assert db.session.execute(text(statement)).rowcount > 0
        assert invariant in [one.invariant.split()[0] for one in doctor.examine() if one.faults], statement


TAMPERED = {
    "UPDATE kept_people SET people = people + 1 WHERE chamber = 'residents'": "I4",
    "DELETE FROM kept_people WHERE chamber = 'residents'": "I4",
    "INSERT INTO participation (round_id, chamber, voter_key, channel, cast_hour) "
    "SELECT round_id, chamber, 'nobody', channel, '2026-01-01 00:00:00' FROM kept_people": "I4",
    "UPDATE kept_day SET on_day = '2020-01-01'": "I6",
}


def let_change(*tables: str) -> None:
    """Within the session's transaction, which is rolled back."""
    for table in tables:
        if db.engine.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                db.session.execute(text(f"DROP TRIGGER {table}_kept_{verb}"))
        else:
            db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


def test_the_database_keeps_what_was_kept_and_how_long_objections_run(app: Flask, clock: Clock, cast: Count) -> None:
    assert run(app, over(clock, cast).id).exit_code == 0
    for statement in KEPT:
        with pytest.raises(DatabaseError, match="never changed|is frozen"), db.engine.begin() as connection:
            connection.execute(text(statement))


KEPT = (
    "UPDATE kept_people SET people = 1",
    "DELETE FROM kept_people",
    "UPDATE kept_day SET people = 1",
    "DELETE FROM kept_day",
    "UPDATE erasure SET erased_at = '2020-01-01 00:00:00'",
    "DELETE FROM erasure",
    "UPDATE round SET objection_days = 1",
)


def test_an_unpublished_result_is_refused_and_nothing_changes(app: Flask, clock: Clock) -> None:
    round_id = counted(clock).round_id
    before = stored(round_id)
    clock.offset += timedelta(days=400)
    assert refused(app, round_id, "결과를 공개하지 않은 회차", "The result is not published")
    assert stored(round_id) == before


def test_it_is_refused_while_objections_run_and_a_second_time_and_then_nothing_changes(
    app: Flask, clock: Clock, cast: Count
) -> None:
    """To the last minute of the period."""
    before, end = stored(cast.round_id), erasing.get_afterwards(cast.round_id).objections_end
    clock.offset += end - now() - timedelta(minutes=1)
    said = f"이의신청 기간이 {end.astimezone(SEOUL):%Y-%m-%d} 00:00에", "nothing was erased"
    assert refused(app, cast.round_id, *said) and stored(cast.round_id) == before
    clock.offset += timedelta(minutes=2)
    assert run(app, cast.round_id).exit_code == 0
    before = stored(cast.round_id)
    assert refused(app, cast.round_id, "이미 지웠습니다", "It was all erased") and stored(cast.round_id) == before


def refused(app: Flask, round_id: int, *said: str) -> bool:
    """With these words, and a dry run, too."""
    told = [run(app, round_id, *arguments) for arguments in ([], ["--dry-run"])]
    return all(one.exit_code == 1 and all(words in one.output for words in said) for one in told)


def test_a_round_that_is_not_there_is_said(app: Flask) -> None:
    told = run(app, 999)
    assert (told.exit_code, "There is no round 999." in told.output) == (1, True)


def told_of_proposals(round_id: int) -> int:
    return (
        db.session.query(Notice).join(Proposal, Proposal.id == Notice.proposal_id).filter_by(round_id=round_id).count()
    )


def test_the_report_has_a_line_for_each_table_and_for_all_that_stays(app: Flask, clock: Clock, cast: Count) -> None:
    """A dry run tells the same and changes nothing; another round keeps its voters."""
    round_ = over(clock, cast)
    proposal = db.session.query(Proposal).filter_by(round_id=round_.id).first()
    for _ in range(2):
        factories.keep(Support(proposal_id=proposal.id, resident_id=factories.resident().id))
    told_of = {"round_id": round_.id, "proposal_id": proposal.id, "kind": "shortlisted", "facts": {}, "made_at": now()}
    factories.keep(Notice(resident_id=factories.resident().id, **told_of))
    other = voting(clock)
    elsewhere = factories.proposal(other, state="withdrawn")
    factories.keep(Notice(resident_id=factories.resident().id, **told_of | {"proposal_id": elsewhere.id}))
    casting.cast_as_resident(other.id, factories.resident(), picks(other), token=TOKENS[0])
    before, others = stored(round_.id), stored(other.id)
    notices = told_of_proposals(round_.id)
    assert notices > 1, "of the ballot and of the result besides"
    told = run(app, round_.id, "--dry-run")
    assert (told.exit_code, "VACUUM" in told.output, stored(round_.id)) == (0, False, before)
    assert "지울 것 · would be erased" in told.output
    report = run(app, round_.id).output
    assert lines(told.output)[2:] == lines(report)[2 : len(lines(told.output))]
    assert {
        "participation 7",
        "round_secret 1",
        "trustee 1",
        "proposal_support 2",
        f"notice {notices}",
        "residents mobile:",
    } <= set(lines(report))
    assert "residents mobile: 7명 · people" in report
    assert all(words in report for words in ("still to destroy", "backups", "WAL"))
    assert told_of_proposals(round_.id) == 0
    assert db.session.query(Notice).filter_by(proposal_id=elsewhere.id).count() == 1
    found = stored(round_.id)
    assert (found["participation"], found["round_secret"], found["hashes"], found["erasure"]) == (0, 0, 0, 1)
    line = db.session.query(AuditLine).filter_by(action="round.erase").one()
    assert line.fields == {
        "participations": 7,
        "secrets": 1,
        "word_hashes": 1,
        "roll_entries": 0,
        "voting_codes": 0,
        "claims": 0,
        "staged": 0,
        "supports": 2,
        "comments": 0,
        "notices": notices,
    }
    assert count_support(proposal.id) == 2
    assert actions("round.")[-2:] == ["round.erase", "round.scrub"]
    assert {**stored(other.id), "lines": 0} == {**others, "lines": 0}


def lines(report: str) -> list[str]:
    return [" ".join(line.split()[:2]) for line in report.splitlines()]


def test_stopped_between_the_rows_and_the_disk_it_goes_on_when_it_is_run_again(
    app: Flask, clock: Clock, cast: Count
) -> None:
    round_ = over(clock, cast)
    keys = keys_of(round_.id)
    erasing.erase(round_, at=now(), by=SYSTEM)
    assert any(key.encode() in all_that_is_stored() for key in keys) and erasing.is_unfinished(round_.id)
    told = run(app, round_.id)
    assert (told.exit_code, "VACUUM" in told.output) == (0, True)
    assert not any(key.encode() in all_that_is_stored() for key in keys)
    assert not erasing.is_unfinished(round_.id)


def test_while_somebody_holds_an_older_state_the_disk_is_not_clean_and_the_command_says_so(
    app: Flask, clock: Clock, cast: Count, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = over(clock, cast)
    monkeypatch.setattr(erasing, "PATIENCE", 1)
    with db.engine.connect().execution_options(isolation_level=SNAPSHOT[db.engine.dialect.name]) as reader:
        reader.execute(text("SELECT count(*) FROM round")).scalar()
        told = run(app, round_.id)
        assert (told.exit_code, "run the same command again" in told.output) == (1, True)
        assert erasing.is_unfinished(round_.id)
    assert run(app, round_.id).exit_code == 0


SNAPSHOT = {"sqlite": "SERIALIZABLE", "postgresql": "REPEATABLE READ"}


def test_the_period_is_whole_days_after_that_of_the_publication() -> None:
    published = datetime(2026, 4, 1, 23, 30, tzinfo=SEOUL)
    assert rules.objections_end(published, 14) == datetime(2026, 4, 16, tzinfo=SEOUL)
    assert rules.objections_end(published + timedelta(hours=1), 14) == datetime(2026, 4, 17, tzinfo=SEOUL)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ([], []),
        ([5, 9], [5, 9]),
        ([4], []),
        ([4, 9], []),
        ([4, 9, 30], [None, None, 30]),
        ([1, 1, 30], []),  # 2 people in two cells would be told; with the third there is nothing left to tell
        ([1, 1, 9, 30], [None, None, None, 30]),
        ([3, 4, 30], [None, None, 30]),
        ([1] * 10 + [30], []),
    ],
)
def test_small_cells_lose_their_number_and_so_do_enough_others(cells: list[int], told: list[int | None]) -> None:
    assert list(rules.suppress(dict(enumerate(cells))).values()) == told


def test_no_total_tells_what_a_small_cell_held() -> None:
    """Tried out: for each cell that is not told there is another way to fill the hidden cells to the same total."""
    for cells in itertools.product((1, 2, 4, 5, 9), repeat=4):
        told = rules.suppress(dict(enumerate(cells)))
        hidden = [cells[cell] for cell, people in told.items() if people is None]
        assert all(people is None or people >= rules.SMALL for people in told.values())
        assert not hidden or (len(hidden) > 1 and sum(hidden) - len(hidden) >= rules.SMALL)
