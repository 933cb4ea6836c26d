"""A mixed round adds up: telephones, two kiosks, paper, helped voters and the committee. And what somebody changes
afterwards, who has the whole database, is named."""

import json
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import text

from app.ballots import queries as ballots
from app.ballots import services as casting
from app.clock import Clock, now
from app.database import db
from app.papers import queries
from app.papers.models import DayBook
from app.results import doctor, services
from app.results.models import Count
from app.rounds.models import Round
from tests.ballots.elections import TOKENS, move_into, open_box, picks, seated
from tests.papers import polls
from tests.papers.polls import at_station, batch_of, close_day, enter, hand_out, key_all, keyers, open_day, polling
from tests.results.elections import publish

# The rule is ours, and both databases keep it alike: asked once.
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PEOPLE = {"mobile": 3, "kiosk": 3, "assisted": 1, "paper": 4, "committee": 2}


@dataclass
class Mixed:
    round: Round
    days: list[DayBook]


def mixed(clock: Clock) -> Mixed:
    """Two stations, each with a kiosk; of four papers one is spoiled and exchanged, and one is blank."""
    here = polling(clock)
    there = at_station(here.round, "독산동 주민센터")
    round_ = here.round
    for poll, papers in ((here, 3), (there, 1)):
        kiosk = polls.kiosk_of(poll)
        open_day(poll)
        polls.vote_at(poll, kiosk)
        hand_out(poll, papers)
    polls.vote_at(here, polls.kiosk_of(here, "2번"))
    polls.vote_at(there, polls.kiosk_of(there, "2번"), helped=True)
    polls.days.exchange(here.station, at=now(), by=here.officer)
    for _ in range(PEOPLE["mobile"]):
        polls.vote_on_phone(round_)
    books = [close_day(here, 3, 6), close_day(there, 1, 9)]
    ticked = polls.numbers(round_)
    first, second, third = keyers()
    for book, sheets in zip(books, ([ticked, ticked, []], [ticked]), strict=True):
        batch = batch_of(book, len(sheets))
        key_all(batch, first, sheets)
        key_all(batch, second, [*sheets[:-1], ticked])
        if not queries.progress_of(batch).is_settled:
            polls.key(batch, len(sheets), third, sheets[-1])
        enter(batch)
    move_into(clock, round_, "committee_vote")
    meeting, members = seated(round_, 2, 2)
    for member, token in zip(members, TOKENS, strict=False):
        casting.cast_as_member(round_.id, member.account, picks(round_), token=token)
    meeting.state, meeting.ended_at = "ended", now()
    db.session.commit()
    clock.offset += max(phase.ends_at for phase in round_.phases) - now()
    return Mixed(round_, books)


def result_of(round_: Round) -> Count:
    services.close_round(round_, at=now(), by=polls.SYSTEM)
    open_box(round_)
    return services.count_round(round_, at=now(), by=polls.SYSTEM)


def ill() -> list[str]:
    db.session.rollback()
    return [f"{finding.invariant.split()[0]} {fault}" for finding in doctor.examine() for fault in finding.faults]


def as_superuser(*statements: str) -> None:
    with db.engine.begin() as connection:
        if db.engine.dialect.name == "sqlite":
            for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in ("day_book", "paper_batch"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        for statement in statements:
            assert connection.exec_driver_sql(statement).rowcount > 0


def test_a_round_of_all_ways_adds_up_station_by_station_and_in_its_result(app: Flask, clock: Clock) -> None:
    one = mixed(clock)
    rolls = ballots.participations(one.round.id)
    assert rolls["residents"] == {way: PEOPLE[way] for way in ("mobile", "kiosk", "assisted", "paper")}
    assert [book.faults for book in one.days] == [(), ()]
    here, there = (book.figures for book in one.days)
    for way in ("kiosk", "assisted", "paper"):
        assert sum(getattr(day, f"people_{way}") for day in (here, there)) == PEOPLE[way]
    assert here.papers_received == here.people_paper + here.spoiled + here.papers_unused == 10
    assert (here.kiosk_pins, here.kiosk_spent, there.assisted_spent) == (2, 2, 1)
    count = publish(result_of(one.round))
    chambers = {one["id"]: one for one in json.loads(count.body)["chambers"]}
    residents = sum(rolls["residents"].values())
    assert (chambers["residents"]["cast"], chambers["residents"]["valid"]) == (residents, residents - 1)
    assert (chambers["committee"]["cast"], chambers["committee"]["valid"]) == (2, 2)
    assert (ill(), queries.total_reasons(one.days)) == ([], {"blank": 1})


ONE_PAPER = "SELECT min(voter_key) FROM participation WHERE channel = 'paper'"
DOCTORED: dict[str, str] = {
    "somebody more on the roll": "INSERT INTO participation"
    " (round_id, chamber, voter_key, channel, cast_hour, station_id)"
    " SELECT round_id, chamber, 'nobody', channel, cast_hour, station_id FROM participation"
    f" WHERE voter_key = ({ONE_PAPER})",
    "somebody less on the roll": f"DELETE FROM participation WHERE voter_key = ({ONE_PAPER})",
    "moved to another way of voting": f"UPDATE participation SET channel = 'kiosk' WHERE voter_key = ({ONE_PAPER})",
    "moved from a station to the telephone": "UPDATE participation SET channel = 'mobile', station_id = NULL"
    f" WHERE voter_key = ({ONE_PAPER})",
    "moved to another station": "UPDATE participation SET station_id = (SELECT max(id) FROM polling_station)"
    " WHERE channel = 'paper'",
    "moved to another day": "UPDATE participation SET cast_hour = (SELECT min(starts_at) FROM phase"
    " WHERE kind = 'voting') WHERE channel = 'assisted'",
    "a day's number changed": "UPDATE day_book SET people_kiosk = people_kiosk + 1, kiosk_spent = kiosk_spent + 1,"
    " kiosk_pins = kiosk_pins + 1",
    "a pile's number changed": "UPDATE paper_batch SET handed = handed + 1, valid = valid + 1",
    "a day taken away with its pile": "UPDATE day_book SET on_day = '2001-01-01'",
    "a paper ballot more in the box": "INSERT INTO intake_ballot (id, round_id, chamber, receipt, sealed)"
    " SELECT 'stuffed', round_id, chamber, '0', sealed FROM intake_ballot LIMIT 1",
    "a paper ballot less in the box": "DELETE FROM intake_ballot WHERE id = (SELECT min(id) FROM intake_ballot)",
}


@SQLITE
def test_whatever_is_changed_of_a_mixed_round_is_named(app: Flask, clock: Clock) -> None:
    """One after the other, each taken back by what was there before."""
    mixed(clock)
    assert ill() == []
    tables = ("participation", "day_book", "paper_batch", "intake_ballot")
    as_superuser()
    with db.engine.begin() as connection:
        for table in tables:
            connection.execute(text(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}"))
    for what, statement in DOCTORED.items():
        as_superuser(statement)
        assert [fault for fault in ill() if fault.startswith("I4")], what
        with db.engine.begin() as connection:
            for table in reversed(tables):
                connection.execute(text(f"DELETE FROM {table}"))
            for table in tables:
                connection.execute(text(f"INSERT INTO {table} SELECT * FROM kept_{table}"))
        assert ill() == [], what


@SQLITE
def test_a_ballot_stuffed_before_the_close_stops_the_count(app: Flask, clock: Clock) -> None:
    round_ = mixed(clock).round
    polls.stuff(round_)
    assert [fault for fault in ill() if fault.startswith("I4")]
    with pytest.raises(services.rules.GatesBroken) as error:
        result_of(round_)
    assert "ballots_equal_participations" in error.value.codes
