"""People who could not vote: noted until somebody signs, seen by both who sign, published in numbers only."""

import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.audit.models import SYSTEM, AuditLine
from app.clock import Clock, now, seoul_day
from app.database import db
from app.results import case_rules as rules
from app.results import case_services, cases, services
from app.results.case_services import Case
from app.results.models import UnservedCase
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests.ballots.elections import published, shortlisted
from tests.results.elections import actions, counted, publish, signers

TIGHT = {"cap_won": 160_000_000}  # not all can be funded, so that votes decide


def note(round_: Round, people: int = 1, kind: str = rules.MESSAGE, *, is_resolved: bool = False) -> UnservedCase:
    case = Case(kind, people, seoul_day(now()), "세 번 다시 보냄", is_resolved)
    return case_services.record_case(round_, case, at=now(), by=SYSTEM)


def rows() -> list[tuple[str, int, bool, str]]:
    db.session.rollback()
    return [(one.kind, one.people, one.is_resolved, one.remark) for one in db.session.query(UnservedCase)]


def test_cases_are_counted_by_kind_and_set_against_the_smallest_margin(app: Flask, clock: Clock) -> None:
    count = counted(clock, **TIGHT)
    note(count.round, 2)
    note(count.round, 5, is_resolved=True)
    case = note(count.round, 4, rules.DEVICE)
    case_services.change_case(case, Case(rules.DEVICE, 1, seoul_day(now()) - timedelta(days=1)), at=now(), by=SYSTEM)
    assert cases.by_kind(count.round_id) == [(rules.DEVICE, 1, 1), (rules.MESSAGE, 7, 2)]
    margins = [item["margin"] for item in json.loads(count.body)["items"]]
    margin = min(one["votes"] for one in margins if one)
    assert cases.unresolved(count) == {"cases": 3, "margin": margin}
    assert actions("case.") == ["case.record"] * 3 + ["case.change"]
    assert not any("다시 보냄" in str(line.fields) for line in db.session.query(AuditLine))


@pytest.mark.parametrize(
    ("items", "margin"),
    [
        ([], None),
        ([{"margin": None}], None),
        ([{"margin": {"kind": "short", "votes": 9}}, {"margin": {"kind": "spare", "votes": 2}}, {"margin": None}], 2),
    ],
)
def test_the_smallest_margin_is_that_of_the_item_that_was_nearest(items: list[dict[str, object]], margin: int) -> None:
    assert rules.smallest_margin(items) == margin


@pytest.mark.parametrize(
    ("unresolved", "margin", "could"), [(0, 0, False), (0, 1, False), (1, 2, False), (2, 2, True), (9, None, False)]
)
def test_as_many_as_the_margin_could_change_the_outcome(unresolved: int, margin: int | None, could: bool) -> None:
    assert rules.Standing(unresolved, margin).could_change_it is could


def test_without_saying_so_nobody_signs_a_count_that_they_could_have_changed(app: Flask, clock: Clock) -> None:
    count = counted(clock, **TIGHT)
    margin = cases.standing(count).margin
    assert margin is not None
    case = note(count.round, margin)
    staff, approver = signers(count.round)
    before = actions()
    with pytest.raises(rules.UnservedToConfirm):
        services.sign_count(count, staff, "staff", at=now())
    assert (actions(), list(count.signatures)) == (before, [])
    services.sign_count(count, staff, "staff", at=now(), knows_unserved=True)
    with pytest.raises(rules.UnservedToConfirm):
        services.sign_count(count, approver, "approver", at=now())
    assert (count.published_at, len(count.signatures)) == (None, 1)
    services.sign_count(count, approver, "approver", at=now(), knows_unserved=True)
    assert count.published_at is not None
    signed = [line.fields for line in db.session.query(AuditLine).filter_by(action="count.sign")]
    assert [(one["unserved"], one["margin"]) for one in signed] == [(margin, margin)] * 2
    assert case.people == margin


def test_once_somebody_has_signed_it_stays_as_both_see_it_until_the_count_is_withdrawn(
    app: Flask, clock: Clock
) -> None:
    count = counted(clock)
    case = note(count.round)
    staff, _ = signers(count.round)
    services.sign_count(count, staff, "staff", at=now())
    before = rows(), actions()
    with pytest.raises(rules.CasesClosed):
        note(count.round, 9)
    with pytest.raises(rules.CasesClosed):
        case_services.change_case(case, Case(rules.OTHER, 9, seoul_day(now())), at=now(), by=SYSTEM)
    assert (rows(), actions()) == before
    services.withdraw_count(count, "다시 확인함", at=now(), by=SYSTEM)
    note(count.round, 9)
    assert len(rows()) == 2


@pytest.mark.parametrize(
    "make",
    [lambda clock: shortlisted(), lambda clock: published(clock, source=rounds.HISTORY)],
    ids=["before the ballot is published", "in a round that was not held here"],
)
def test_where_nobody_can_vote_there_are_no_cases(app: Flask, clock: Clock, make: Callable[[Clock], Round]) -> None:
    round_ = make(clock)
    before = actions()
    with pytest.raises(rules.CasesClosed):
        note(round_)
    assert (rows(), actions()) == ([], before)


UNFIT = {
    Case("weather", 1, date(2026, 1, 1)): rules.UnfitCase,
    Case("other", 0, date(2026, 1, 1)): rules.UnfitCase,
    Case("other", 1, date(2026, 1, 1), "가" * 1001): rules.UnfitCase,
    Case("other", 1, date(2126, 1, 1)): rules.DayToCome,
}


def test_a_case_that_cannot_be_is_refused_and_nothing_is_kept(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    before = actions()
    for case, error in UNFIT.items():
        with pytest.raises(error):
            case_services.record_case(round_, case, at=now(), by=SYSTEM)
        assert (rows(), actions()) == ([], before)


def test_the_database_keeps_the_cases_of_a_published_result(app: Flask, clock: Clock) -> None:
    count = counted(clock)
    note(count.round)
    before = cases.unresolved(publish(count))
    for statement in (
        "UPDATE unserved_case SET people = 2",
        "DELETE FROM unserved_case",
        "INSERT INTO unserved_case (round_id, kind, people, on_day, remark, is_resolved) "
        "SELECT round_id, kind, people, on_day, remark, is_resolved FROM unserved_case",
    ):
        with pytest.raises(DatabaseError, match="is frozen"), db.engine.begin() as connection:
            connection.execute(text(statement))
    assert cases.unresolved(count) == before
