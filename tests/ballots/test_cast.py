"""A resident's cast: one transaction or nothing."""

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.audit.models import AuditLine
from app.ballots import box, queries, rules, services
from app.ballots.models import IntakeBallot, Participation
from app.clock import Clock, database_now
from app.database import db
from app.people.models import Resident
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.ballots.elections import TOKENS, cast_in, census, items, move_past, picks, published

FIRST, SECOND = TOKENS[:2]


def cast(round_: Round, voter: Resident, choices: list[str], token: str = FIRST) -> str:
    return services.cast_as_resident(round_.id, voter, choices, token=token).receipt


def test_a_cast_leaves_one_participation_one_ballot_and_one_line(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    before = census()
    receipt = cast(round_, factories.resident(), picks(round_))
    assert rules.is_receipt(receipt)
    grown = {name for name, rows in census().items() if rows == before[name] + 1}
    assert grown == {"participation", "intake_ballot", "audit_line"}
    assert cast_in(round_.id, rounds.RESIDENTS) == [sorted(picks(round_))]
    assert queries.participations(round_.id) == {rounds.RESIDENTS: {"mobile": 1}}


def test_neither_row_says_when_who_or_in_which_order_of_ticks(app: Flask, clock: Clock) -> None:
    round_ = published(clock, picks=(1, 3))
    voter = factories.resident()
    chosen = picks(round_, each=3)
    cast(round_, voter, list(reversed(chosen)))
    ballot, taken = db.session.query(IntakeBallot).one(), db.session.query(Participation).one()
    assert {column.name for column in IntakeBallot.__table__.columns} == {
        "id",
        "round_id",
        "chamber",
        "receipt",
        "sealed",
    }
    assert cast_in(round_.id, rounds.RESIDENTS) == [sorted(chosen)]
    assert (taken.cast_hour.minute, taken.cast_hour.second, taken.cast_hour.microsecond) == (0, 0, 0)
    assert voter.phone_key not in taken.voter_key
    assert taken.voter_key != ballot.id


def test_the_audit_line_of_a_cast_names_nobody_and_only_the_hour(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    cast(round_, factories.resident(), picks(round_))
    line = db.session.query(AuditLine).filter_by(action="ballot.cast").one()
    assert (line.actor_kind, line.actor_id) == ("voter", None)
    assert line.fields == {"chamber": "residents", "channel": "mobile"}
    assert (line.at.minute, line.at.second, line.at.microsecond) == (0, 0, 0)


def test_the_same_request_again_gets_the_same_receipt(app: Flask, clock: Clock) -> None:
    round_, voter = published(clock), factories.resident()
    first = cast(round_, voter, picks(round_))
    after = census()
    assert cast(round_, voter, picks(round_)) == first
    assert census() == after


def test_a_repeat_after_closing_still_gets_its_receipt(app: Flask, clock: Clock) -> None:
    round_, voter = published(clock), factories.resident()
    first = cast(round_, voter, picks(round_))
    move_past(clock, round_, rounds.VOTING)
    assert cast(round_, voter, picks(round_)) == first


def test_a_second_vote_from_another_device_is_refused(app: Flask, clock: Clock) -> None:
    round_, voter = published(clock), factories.resident()
    cast(round_, voter, picks(round_))
    after = census()
    with pytest.raises(rules.AlreadyVoted):
        cast(round_, voter, picks(round_), SECOND)
    assert census() == after


def test_another_voters_token_makes_a_ballot_of_ones_own(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    receipts = {cast(round_, factories.resident(), picks(round_)) for _ in range(3)}
    assert len(receipts) == 3
    assert box.size(round_.id, rounds.RESIDENTS) == 3


def test_one_person_votes_once_in_each_round(app: Flask, clock: Clock) -> None:
    voter = factories.resident()
    first, second = published(clock), None
    cast(first, voter, picks(first))
    clock.offset = timedelta(0)
    second = published(clock)
    cast(second, voter, picks(second))
    assert [box.size(one.id, rounds.RESIDENTS) for one in (first, second)] == [1, 1]


def too_few(round_: Round) -> list[str]:
    return picks(round_)[:1]


def too_many(round_: Round) -> list[str]:
    return picks(round_, each=2)


def nothing(round_: Round) -> list[str]:
    return []


def unknown(round_: Round) -> list[str]:
    return [*picks(round_), "no-such-item"]


def another_sections(round_: Round) -> list[str]:
    return [item.code for item in items(round_, "s1")[:2]]


@pytest.mark.parametrize("choose", [too_few, too_many, nothing, unknown, another_sections])
def test_choices_against_the_rules_leave_nothing(
    app: Flask, clock: Clock, choose: Callable[[Round], list[str]]
) -> None:
    round_ = published(clock)
    before = census()
    with pytest.raises(rules.NotValid):
        cast(round_, factories.resident(), choose(round_))
    assert census() == before


def test_an_item_of_another_round_is_unknown_here(app: Flask, clock: Clock) -> None:
    """Two rounds may well have an item "7": what counts is the ballot that it is written on."""
    other = published(clock, running=None, per_section=9)
    round_ = published(clock, per_section=3)
    foreign = items(other, "s2")[-1].code
    before = census()
    with pytest.raises(rules.NotValid) as refusal:
        cast(round_, factories.resident(), [picks(round_)[0], foreign])
    assert {fault.code for fault in refusal.value.faults} == {"unknown_item", "too_few_in_section"}
    assert census() == before


def test_an_item_named_twice_counts_once(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    first, second = picks(round_)
    cast(round_, factories.resident(), [first, first, second])
    assert cast_in(round_.id, rounds.RESIDENTS) == [sorted([first, second])]


def test_no_vote_before_opening_and_none_from_the_instant_of_closing(app: Flask, clock: Clock) -> None:
    round_, voter = published(clock, running=None), factories.resident()
    voting = next(phase for phase in round_.phases if phase.kind == rounds.VOTING)
    before = census()
    for instant in (voting.starts_at - timedelta(seconds=30), voting.ends_at):
        clock.offset += instant - database_now(db.session)
        with pytest.raises(rounds.OutsidePhase):
            cast(round_, voter, picks(round_))
        assert census() == before
    clock.offset += voting.ends_at - timedelta(seconds=30) - database_now(db.session)
    cast(round_, voter, picks(round_))
    assert census() != before


def test_the_databases_clock_decides_not_the_workers(app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker whose own clock runs an hour late cannot let anybody in after closing."""
    round_ = published(clock)
    move_past(clock, round_, rounds.VOTING)
    late = clock.now() - timedelta(hours=1)
    monkeypatch.setattr(Clock, "now", lambda self: late)
    before = census()
    with pytest.raises(rounds.OutsidePhase):
        cast(round_, factories.resident(), picks(round_))
    assert census() == before


def test_a_round_closed_by_hand_takes_no_ballot(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    round_.state = rounds.CLOSED
    db.session.commit()
    before = census()
    with pytest.raises(rounds.OutsidePhase):
        cast(round_, factories.resident(), picks(round_))
    assert census() == before


def test_there_is_no_vote_before_publication(app: Flask) -> None:
    round_ = factories.round_(running=rounds.VOTING)
    before = census()
    with pytest.raises(rules.NotPublished):
        cast(round_, factories.resident(), [])
    assert census() == before


@pytest.mark.parametrize("token", ["", "abc", "g" * 32, "A" * 32, "0" * 33])
def test_a_token_that_no_check_page_gave_out_is_refused(app: Flask, clock: Clock, token: str) -> None:
    round_ = published(clock)
    before = census()
    with pytest.raises(rules.BadToken):
        cast(round_, factories.resident(), picks(round_), token)
    assert census() == before


def test_a_crash_between_tick_and_ballot_leaves_neither(
    app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_, voter = published(clock), factories.resident()
    before = census()

    def crash(*_args: object) -> None:
        assert db.session.query(Participation).count() == 1
        raise SystemExit("killed")

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(box, "put", crash)
        cast(round_, voter, picks(round_))
    assert census() == before
    cast(round_, voter, picks(round_))  # and they can still vote


def test_a_crash_after_the_ballot_leaves_neither(app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    round_, voter = published(clock), factories.resident()
    before = census()

    def crash(*_args: object, **_fields: object) -> None:
        assert db.session.query(IntakeBallot).count() == 1
        raise SystemExit("killed")

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(services.audit, "record", crash)
        cast(round_, voter, picks(round_))
    assert census() == before


def test_casting_logs_nothing(app: Flask, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    round_ = published(clock)
    with caplog.at_level(logging.DEBUG):
        cast(round_, factories.resident(), picks(round_))
    said = caplog.text
    assert not any(word in said for word in ("cast_ballot", "participation", str(sorted(picks(round_)))))


def test_turnout_says_people_by_channel_against_the_target(app: Flask, clock: Clock) -> None:
    round_ = published(clock, turnout_target=3000)
    for token in TOKENS[:3]:
        cast(round_, factories.resident(), picks(round_), token)
    residents, committee = queries.turnout(round_)
    assert (residents.chamber, residents.people, residents.channels, residents.target) == (
        "residents", 3, {"mobile": 3}, 3000,
    )  # fmt: skip
    assert (committee.people, committee.channels, committee.target) == (0, {}, None)
