"""The public seed of the lot: after closing, by two people, both the same."""

import hashlib
import json

import pytest
from flask import Flask

from app.audit.models import SYSTEM, AuditLine
from app.ballots import queries as ballots
from app.clock import Clock, now
from app.database import db
from app.results import queries, rules, services
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests.ballots.elections import open_box
from tests.results.elections import actions, opened, signers, voted

SEED, SOURCE = "3 11 15 29 35 44", "로또 1123회 당첨 번호"


def enter(round_: Round, account: object, seed: str = SEED) -> None:
    services.enter_seed(round_, seed, SOURCE, account, at=now())  # type: ignore[arg-type]


def confirm(round_: Round, account: object, seed: str = SEED) -> None:
    services.confirm_seed(round_, seed, account, at=now())  # type: ignore[arg-type]


@pytest.fixture
def tied(app: Flask, clock: Clock) -> Round:
    """Items 1 and 2 have two votes of each chamber, and only a lot can tell them apart."""
    return opened(
        clock,
        tie_order=["residents", "lot"],
        residents=[["1", "4"], ["2", "4"]],
        committee=[["1", "4"], ["2", "4"]],
    )


def test_a_tie_that_only_the_lot_can_break_waits_for_the_seed(tied: Round) -> None:
    before = actions()
    with pytest.raises(rules.SeedMissing):
        services.count_round(tied, at=now(), by=SYSTEM)
    assert (tied.state, queries.find_count(tied.id), actions()) == (rounds.CLOSED, None, before)


def test_a_seed_that_one_person_typed_is_not_used(tied: Round) -> None:
    staff, _ = signers(tied)
    enter(tied, staff)
    with pytest.raises(rules.SeedMissing):
        services.count_round(tied, at=now(), by=SYSTEM)


def test_the_lot_is_drawn_with_the_seed_that_two_people_typed(tied: Round) -> None:
    staff, approver = signers(tied)
    enter(tied, staff, f"  {SEED.replace(' ', '   ')} ")
    confirm(tied, approver)
    result = json.loads(services.count_round(tied, at=now(), by=SYSTEM).body)
    assert result["seed"] == SEED
    manifest = ballots.get_publication(tied.id).sha256
    drawn = sorted("12", key=lambda item: hashlib.sha256(f"{manifest}{SEED}{item}".encode()).hexdigest())
    assert [row["id"] for row in result["items"] if row["id"] in "12"] == drawn
    assert actions("lot_seed") == ["lot_seed.enter", "lot_seed.confirm"]


def test_another_seed_than_the_first_persons_is_refused_and_changes_nothing(tied: Round) -> None:
    staff, approver = signers(tied)
    enter(tied, staff)
    before = actions()
    with pytest.raises(rules.SeedDiffers):
        confirm(tied, approver, "3 11 15 29 35 45")
    row = queries.find_seed(tied.id)
    assert row is not None
    assert (row.seed, row.confirmed_at, actions()) == (SEED, None, before)


def test_the_second_person_is_another_one(tied: Round) -> None:
    staff, _ = signers(tied)
    enter(tied, staff)
    with pytest.raises(rules.SamePerson):
        confirm(tied, staff)


def test_a_slip_can_be_typed_anew_until_it_is_confirmed(tied: Round) -> None:
    staff, approver = signers(tied)
    enter(tied, staff, "3 11")
    enter(tied, staff)
    confirm(tied, approver)
    with pytest.raises(rules.SeedSettled):
        enter(tied, staff, "another")
    with pytest.raises(rules.SeedSettled):
        confirm(tied, staff)
    line = db.session.query(AuditLine).filter_by(action="lot_seed.enter").order_by(AuditLine.id.desc()).first()
    assert line is not None
    assert line.fields == {"seed": SEED, "source": SOURCE, "before": "3 11"}


def test_there_is_nothing_to_confirm_before_somebody_typed(tied: Round) -> None:
    with pytest.raises(rules.NoSeedYet):
        confirm(tied, signers(tied)[0])


def test_a_withdrawn_count_keeps_the_seed_so_nobody_draws_twice(tied: Round) -> None:
    staff, approver = signers(tied)
    enter(tied, staff)
    confirm(tied, approver)
    count = services.count_round(tied, at=now(), by=SYSTEM)
    services.withdraw_count(count, "다시 셈", at=now(), by=SYSTEM)
    with pytest.raises(rules.SeedSettled):
        enter(tied, staff, "more to my liking")
    assert services.count_round(tied, at=now(), by=SYSTEM).sha256 == count.sha256


def test_no_seed_is_taken_before_closing_or_after_the_count(app: Flask, clock: Clock) -> None:
    round_ = voted(clock)
    staff, approver = signers(round_)
    with pytest.raises(rounds.WrongState):
        enter(round_, staff)
    services.close_round(round_, at=now(), by=SYSTEM)
    open_box(round_)
    services.count_round(round_, at=now(), by=SYSTEM)
    with pytest.raises(rounds.WrongState):
        enter(round_, staff)
    with pytest.raises(rounds.WrongState):
        confirm(round_, approver)
    assert queries.find_seed(round_.id) is None
