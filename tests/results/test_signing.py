"""Two different people sign; the second signature publishes. Until then a count can be withdrawn and made again."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.audit.models import SYSTEM, AuditLine
from app.ballots.queries import list_items
from app.clock import Clock, now
from app.database import db
from app.errors import NotFound
from app.notices import kinds
from app.notices.delivery_rules import Person
from app.notices.letter_models import Notice
from app.notices.letter_queries import list_notices
from app.people.models import Account
from app.proposals.models import Proposal
from app.results import queries, rules, services
from app.results.models import Count, CountSignature
from app.rounds import rules as rounds
from app.tally.canonical import loads
from tests import factories
from tests.results.elections import actions, counted, publish, signers


def sign(count: Count, account: Account, role: str) -> None:
    services.sign_count(count, account, role, at=now())


def withdraw(count: Count, reason: str = "위원 출석을 다시 확인함") -> None:
    services.withdraw_count(count, reason, at=now(), by=SYSTEM)


def test_the_second_signature_publishes(app: Flask, clock: Clock) -> None:
    count = counted(clock)
    staff, approver = signers(count.round)
    sign(count, staff, "staff")
    assert (count.published_at, count.round.state) == (None, rounds.COUNTED)
    with pytest.raises(NotFound):
        queries.get_published(count.round_id)
    sign(count, approver, "approver")
    assert count.round.state == rounds.RESULTS_PUBLISHED
    assert queries.get_published(count.round_id) == count
    assert actions()[-3:] == ["count.sign", "count.sign", "result.publish"]


def test_each_proposer_hears_of_the_ballot_and_of_the_outcome_when_all_may_know_it(app: Flask, clock: Clock) -> None:
    count = counted(clock, cap_won=100_000_000)  # for two of six
    items = list_items(count.round_id)
    staff, approver = signers(count.round)
    sign(count, staff, "staff")
    voting = [notice.facts["voting"] for item in items for notice in told(item.proposal)]
    assert [[one.kind for one in told(item.proposal)] for item in items] == [[kinds.BALLOT_PUBLISHED]] * len(items)
    assert {datetime.fromisoformat(one.split("/")[0]) for one in voting} == {
        phase.starts_at for phase in count.round.phases if phase.kind == rounds.VOTING
    }
    assert queries.find_outcome(items[0].proposal_id) is None
    sign(count, approver, "approver")
    rows = {row["id"]: row["outcome"] for row in loads(count.body.encode())["items"]}
    for item in items:
        latest = told(item.proposal)[0]
        assert (latest.kind, latest.facts) == (kinds.RESULT_PUBLISHED, {"outcome": rows[item.code]})
        assert queries.find_outcome(item.proposal_id) == (rows[item.code], count.published_at)
    assert set(rows.values()) == {"funded", "not_funded"}


def told(proposal: Proposal | None) -> Sequence[Notice]:
    """The latest first."""
    assert proposal is not None
    return list_notices(Person(proposal.resident_id))


def test_one_person_cannot_sign_twice(app: Flask, clock: Clock) -> None:
    count = counted(clock)
    staff, _ = signers(count.round)
    sign(count, staff, "staff")
    before = actions()
    with pytest.raises(rules.SamePerson):
        sign(count, staff, "approver")
    assert (count.published_at, actions()) == (None, before)


def test_a_role_signs_once(app: Flask, clock: Clock) -> None:
    count = counted(clock)
    staff, approver = signers(count.round)
    sign(count, staff, "staff")
    with pytest.raises(rules.AlreadySigned):
        sign(count, approver, "staff")
    assert [(one.role, one.account_id) for one in count.signatures] == [("staff", staff.id)]


def test_the_approver_signs_what_staff_have_signed(app: Flask, clock: Clock) -> None:
    count = counted(clock)
    _, approver = signers(count.round)
    with pytest.raises(rules.StaffSignsFirst):
        sign(count, approver, "approver")
    assert count.signatures == []


def test_the_database_itself_refuses_a_second_signature_of_one_person(app: Flask, clock: Clock) -> None:
    count = counted(clock)
    staff, _ = signers(count.round)
    sign(count, staff, "staff")
    db.session.add(CountSignature(count_id=count.id, role="approver", account_id=staff.id, signed_at=now()))
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def test_a_withdrawn_count_is_kept_and_another_is_made(app: Flask, clock: Clock) -> None:
    first = counted(clock)
    staff, _ = signers(first.round)
    sign(first, staff, "staff")
    withdraw(first)
    assert (first.round.state, queries.find_count(first.round_id)) == (rounds.CLOSED, None)
    line = db.session.query(AuditLine).filter_by(action="count.withdraw").one()
    assert line.fields["reason"] == "위원 출석을 다시 확인함"
    second = services.count_round(first.round, at=now(), by=SYSTEM)
    assert (second.sha256, second.signatures) == (first.sha256, [])
    assert second.id != first.id
    assert queries.find_count(first.round_id) == second
    publish(second)


def test_a_withdrawn_count_cannot_be_signed_or_withdrawn_again(app: Flask, clock: Clock) -> None:
    count = counted(clock)
    staff, _ = signers(count.round)
    withdraw(count)
    before = actions()
    with pytest.raises(rules.NotStanding):
        sign(count, staff, "staff")
    with pytest.raises(rules.NotStanding):
        withdraw(count)
    assert actions() == before


def test_a_published_count_cannot_be_withdrawn(app: Flask, clock: Clock) -> None:
    count = publish(counted(clock))
    with pytest.raises(rules.NotStanding):
        withdraw(count)
    assert (count.withdrawn_at, count.round.state) == (None, rounds.RESULTS_PUBLISHED)


def test_a_round_has_one_count_that_stands(app: Flask, clock: Clock) -> None:
    count = counted(clock)
    db.session.add(Count(round_id=count.round_id, body="{}", sha256="0" * 64, counted_at=now()))
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def test_a_round_held_here_is_published_by_signatures_only(app: Flask, clock: Clock) -> None:
    count = counted(clock)
    with pytest.raises(rules.HeldHere):
        services.publish_record(count, at=now(), by=SYSTEM)
    assert (count.published_at, count.round.state) == (None, rounds.COUNTED)


def test_a_record_of_another_source_is_published_without(app: Flask, clock: Clock) -> None:
    count = counted(clock, source="history")
    services.publish_record(count, at=now(), by=factories.account().actor)
    assert (count.signatures, count.round.state) == ([], rounds.RESULTS_PUBLISHED)
