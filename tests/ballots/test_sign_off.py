"""A ballot is prepared once and signed by two people: what the second one signs is what is published."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.audit.models import SYSTEM, AuditLine
from app.ballots import draft_queries as drafts
from app.ballots import queries, rules, services, sign_off
from app.ballots.models import BallotItem, BallotManifest, BallotSignature, PreparedBallot, RoundSecret
from app.clock import Clock, now
from app.database import db, transaction
from app.errors import NotFound
from app.people import rules as people
from app.people.models import Account
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.reviews import rules as reviews
from app.rounds import rules as rounds
from app.rounds.models import PickRule, Round
from tests import factories
from tests.ballots.elections import give_key, move_into, prepared, publish_ballot, published, shortlisted, signers


def ready(per_section: int = 2) -> PreparedBallot:
    round_ = shortlisted(per_section=per_section)
    give_key(round_)
    return prepared(round_)


def half_signed() -> tuple[PreparedBallot, Account]:
    """The officer in charge has signed; the approver, who has not."""
    one = ready()
    staff, approver = signers(one.round)
    sign(one, staff, "staff")
    return one, approver


def sign(one: PreparedBallot, account: Account, role: str) -> None:
    sign_off.sign_ballot(one, account, role, at=now())


def withdraw(one: PreparedBallot, reason: str = "제목을 고칩니다") -> None:
    sign_off.withdraw_ballot(one, reason, at=now(), by=SYSTEM)


def census() -> dict[str, int]:
    """Rows of all that a sign-off writes: equal before and after a refusal."""
    db.session.rollback()
    tables = (PreparedBallot, BallotSignature, BallotManifest, BallotItem, RoundSecret, AuditLine)
    return {table.__tablename__: db.session.query(table).count() for table in tables}


def actions(of: str = "") -> list[str]:
    lines = db.session.query(AuditLine).order_by(AuditLine.id)
    return [line.action for line in lines if line.action.startswith(of)]


def test_the_second_signature_publishes_what_was_prepared(app: Flask) -> None:
    one, approver = half_signed()
    assert (queries.find_publication(one.round_id), one.round.state) == (None, rounds.CALLED)
    assert db.session.query(BallotItem).count() == 0
    sign(one, approver, "approver")
    publication = queries.get_publication(one.round_id)
    assert (publication.body, publication.sha256) == (one.body, one.sha256)
    assert (publication.number_seed, one.round.state) == (one.number_seed, rounds.BALLOT_PUBLISHED)
    assert [item.number for item in queries.list_items(one.round_id)] == [1, 2, 3, 4]
    assert actions("ballot.") == ["ballot.prepare", "ballot.sign", "ballot.sign", "ballot.publish"]
    assert drafts.find_prepared(one.round_id) == one


def test_titles_in_english_that_were_prepared_are_published(app: Flask) -> None:
    round_ = shortlisted(per_section=1)
    give_key(round_)
    titles = {proposal.title: f"Shade {proposal.number}" for proposal in queries.list_candidates(round_.id)}
    one = sign_off.prepare_ballot(round_, english=titles, at=now(), by=SYSTEM)
    for role, account in zip(people.SIGNERS, signers(round_), strict=True):
        sign(one, account, role)
    assert {item.title_ko: item.title_en for item in queries.list_items(round_.id)} == titles


def test_two_different_people_sign_each_once_and_in_their_order(app: Flask) -> None:
    one = ready()
    staff, approver = signers(one.round)
    before = census()
    with pytest.raises(people.StaffSignsFirst):
        sign(one, approver, "approver")
    assert census() == before
    sign(one, staff, "staff")
    before = census()
    for account, role, error in ((staff, "approver", people.SamePerson), (approver, "staff", people.AlreadySigned)):
        with pytest.raises(error):
            sign(one, account, role)
        assert census() == before


def cap(round_: Round) -> None:
    round_.pots[0].cap_won += 1


def picks(round_: Round) -> None:
    rule = db.session.query(PickRule).filter_by(chamber_id=round_.chambers[0].id).first()
    assert rule is not None
    rule.pick_max = 2


def phase(round_: Round) -> None:
    committee_vote = next(one for one in round_.phases if one.kind == rounds.COMMITTEE_VOTE)
    committee_vote.ends_at += timedelta(hours=1)


def title(round_: Round) -> None:
    round_.title_ko += " (수정)"


def one_fewer(round_: Round) -> None:
    db.session.query(Proposal).filter_by(round_id=round_.id).order_by(Proposal.id.desc()).limit(
        1
    ).one().state = proposals.LEFT_OUT


def cost(round_: Round) -> None:
    check = factories.check(queries.list_candidates(round_.id)[0], state=reviews.RELEASED)
    check.adjusted_cost_won, check.cost_reason = 40_000_000, "단가를 맞춤"


def other_key(round_: Round) -> None:
    give_key(round_)


def unsound(round_: Round) -> None:
    round_.chambers[0].weight = "1/3"


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (cap, "pots"),
        (picks, "chambers"),
        (phase, "closes_at"),
        (title, "title"),
        (one_fewer, "items"),
        (cost, "items"),
        (other_key, "keys"),
        (unsound, "unsound"),
    ],
)
def test_what_changed_after_the_draw_is_refused_by_name(app: Flask, change: Callable[[Round], None], part: str) -> None:
    one, approver = half_signed()
    change(one.round)
    db.session.commit()
    before = census()
    with pytest.raises(rules.Moved) as refusal:
        sign(one, approver, "approver")
    assert refusal.value.parts == (part,)
    assert census() == before and one.round.state == rounds.CALLED


def test_the_first_signature_is_refused_as_well(app: Flask) -> None:
    one = ready()
    cap(one.round)
    title(one.round)
    db.session.commit()
    before = census()
    with pytest.raises(rules.Moved) as refusal:
        sign(one, factories.account(), "staff")
    assert refusal.value.parts == ("pots", "title")
    assert census() == before


def test_a_change_that_was_taken_back_is_none(app: Flask) -> None:
    one, approver = half_signed()
    cap(one.round)
    db.session.commit()
    one.round.pots[0].cap_won -= 1
    db.session.commit()
    sign(one, approver, "approver")
    assert queries.get_publication(one.round_id).sha256 == one.sha256


def test_numbers_are_drawn_again_only_after_a_withdrawal_with_its_reason(app: Flask) -> None:
    first, approver = half_signed()
    round_ = first.round
    before = census()
    with pytest.raises(rules.AlreadyPrepared):
        prepared(round_)
    assert census() == before
    secret = db.session.get_one(RoundSecret, round_.id).secret
    withdraw(first)
    assert db.session.get(RoundSecret, round_.id) is None
    second = prepared(round_)
    assert (first.draw, second.draw, drafts.count_draws(round_.id)) == (1, 2, 2)
    assert first.number_seed != second.number_seed
    assert db.session.get_one(RoundSecret, round_.id).secret != secret
    assert [one.reason for one in drafts.list_withdrawn(round_.id)] == ["제목을 고칩니다"]
    lines = db.session.query(AuditLine).filter(AuditLine.action.in_(("ballot.prepare", "ballot.withdraw")))
    told = [(line.fields["draw"], line.fields["manifest"]) for line in lines.order_by(AuditLine.id)]
    assert told == [(1, first.sha256), (1, first.sha256), (2, second.sha256)]
    before = census()
    for act in (lambda: sign(first, approver, "approver"), lambda: withdraw(first)):
        with pytest.raises(rules.NotPrepared):
            act()
    with pytest.raises(rules.NotPrepared):
        drafts.get_waiting(round_.id, 1)
    assert census() == before
    assert second.signatures == []


def test_a_withdrawal_needs_a_reason(app: Flask) -> None:
    one = ready(per_section=1)
    before = census()
    with pytest.raises(IntegrityError):
        withdraw(one, "  ")
    assert census() == before


def test_after_publication_a_change_is_refused_and_the_attempt_is_kept(app: Flask) -> None:
    round_ = shortlisted(per_section=1)
    give_key(round_)
    publish_ballot(round_)
    one = drafts.get_draw(round_.id, 1)
    before = census()
    for act in (lambda: prepared(round_), lambda: withdraw(one)):
        with pytest.raises(rounds.Frozen):
            act()
    with pytest.raises(rules.NotPrepared):
        sign(one, factories.account(), "approver")
    assert census() == before | {"audit_line": before["audit_line"] + 2}
    refused = db.session.query(AuditLine).filter_by(action="round.change_refused")
    assert [line.fields["what"] for line in refused] == ["ballot", "ballot"]


def test_it_is_too_late_once_voting_has_begun(app: Flask, clock: Clock) -> None:
    one, approver = half_signed()
    move_into(clock, one.round, rounds.VOTING, timedelta(0))
    before = census()
    with pytest.raises(rules.VotingBegun):
        sign(one, approver, "approver")
    assert census() == before


def test_a_draw_that_never_was_is_not_found(app: Flask) -> None:
    one = ready(per_section=1)
    with pytest.raises(NotFound):
        drafts.get_draw(one.round_id, 2)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE prepared_ballot SET number_seed = 'other'",
        "UPDATE prepared_ballot SET body = 'other', sha256 = 'other'",
        "DELETE FROM prepared_ballot",
        "UPDATE ballot_signature SET account_id = account_id + 1",
        "DELETE FROM ballot_signature",
    ],
)
def test_the_database_keeps_every_draw_and_signature(app: Flask, change: str) -> None:
    half_signed()
    with pytest.raises(DBAPIError, match="never changed"):
        db.session.execute(text(change))
    db.session.rollback()


def test_the_database_takes_back_no_withdrawal_and_nothing_of_what_is_published(app: Flask, clock: Clock) -> None:
    round_ = published(clock, running=None)
    waiting = ready(per_section=1)
    withdraw(waiting)
    for change in (
        f"UPDATE prepared_ballot SET withdrawn_at = '2026-01-01', reason = 'x' WHERE round_id = {round_.id}",
        f"UPDATE prepared_ballot SET withdrawn_at = NULL, reason = NULL WHERE round_id = {waiting.round_id}",
    ):
        with pytest.raises(DBAPIError):
            db.session.execute(text(change))
        db.session.rollback()


def test_the_database_has_one_that_stands_and_two_people(app: Flask) -> None:
    one, _ = half_signed()
    number, seed = one.round_id, one.number_seed
    (staff,) = (signature.account_id for signature in one.signatures)
    again = PreparedBallot(round_id=number, draw=2, body="{}", sha256="0" * 64, number_seed=seed, prepared_at=now())
    twice = BallotSignature(round_id=number, draw=1, role="approver", account_id=staff, signed_at=now())
    for row in (again, twice):
        db.session.add(row)
        with pytest.raises(IntegrityError):
            db.session.commit()
        db.session.rollback()


def test_the_database_takes_no_manifest_of_a_round_held_here_that_two_have_not_signed(app: Flask) -> None:
    one, _ = half_signed()
    before = census()
    with pytest.raises(DBAPIError, match="not signed"), transaction():
        services.freeze(one.round, drafts.draw_again(one), one.number_seed, at=now(), by=SYSTEM)
    assert census() == before
