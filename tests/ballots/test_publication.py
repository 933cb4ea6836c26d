import hashlib
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.audit.models import AuditLine
from app.ballots import manifest, queries, rules
from app.ballots.models import BallotItem, BallotManifest, BallotSignature, PreparedBallot, RoundSecret
from app.clock import Clock
from app.database import db
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.reviews import rules as reviews
from app.rounds import rules as rounds
from app.rounds.models import PickRule, Round
from app.tally.manifest import Manifest
from tests import factories
from tests.ballots.elections import give_key, move_into, publish_ballot, published, shortlisted


def publish(round_: Round) -> BallotManifest:
    give_key(round_)
    return publish_ballot(round_)


def nothing_is_published(round_: Round) -> bool:
    db.session.rollback()
    tables = (BallotItem, RoundSecret, PreparedBallot, BallotSignature)
    rows = [db.session.query(table).filter_by(round_id=round_.id).count() for table in tables]
    return rows == [0] * 4 and queries.find_publication(round_.id) is None and round_.state == rounds.CALLED


def test_publication_freezes_the_shortlist_under_one_hash(app: Flask) -> None:
    round_ = shortlisted(per_section=3)
    factories.proposal(round_, state=proposals.LEFT_OUT)
    publication = publish(round_)
    read = Manifest.from_json(json.loads(publication.body))
    assert round_.state == rounds.BALLOT_PUBLISHED
    assert hashlib.sha256(publication.body.encode()).hexdigest() == publication.sha256 == read.sha256
    assert [item.number for item in read.items] == [1, 2, 3, 4, 5, 6]
    assert [item.section for item in read.items] == ["s1"] * 3 + ["s2"] * 3
    assert read == queries.get_manifest(round_.id)


def test_a_round_held_here_names_the_keys_that_sign_its_result_and_that_ballots_are_sealed_for(
    app: Flask, clock: Clock
) -> None:
    public = Ed25519PrivateKey.from_private_bytes(bytes.fromhex("5e" * 32)).public_key().public_bytes_raw()
    round_ = shortlisted()
    publish(round_)
    sealed_for = queries.get_round_key(round_.id).public_key
    assert queries.get_manifest(round_.id).keys == (f"ed25519:{public.hex()}", f"hpke-p256:{sealed_for}")
    made_up = published(clock, source=rounds.HISTORY)
    assert queries.get_manifest(made_up.id).keys == ()


def test_anybody_can_draw_the_numbers_again_from_the_seed(app: Flask) -> None:
    round_ = shortlisted(per_section=8, sections=1)
    publication = publish(round_)
    items = queries.list_items(round_.id)
    by_lot = sorted(
        (item.proposal.number for item in items if item.proposal),
        key=lambda number: hashlib.sha256(f"{publication.number_seed}:{number}".encode()).digest(),
    )
    assert [item.proposal.number for item in items if item.proposal] == by_lot


def test_another_seed_gives_another_order(app: Flask) -> None:
    round_ = shortlisted(per_section=12, sections=1)
    candidates = queries.list_candidates(round_.id)
    orders = {
        tuple(item.proposal_id or id(item.proposal) for item in manifest.draw(candidates, seed)) for seed in "abc"
    }
    assert len(orders) == 3


def test_the_ballot_has_the_cost_that_the_department_adjusted(app: Flask) -> None:
    round_ = shortlisted(per_section=2, sections=1)
    proposal = queries.list_candidates(round_.id)[0]
    check = factories.check(proposal, state=reviews.RELEASED)
    check.adjusted_cost_won, check.cost_reason = 77_000_000, "단가를 맞춤"
    db.session.commit()
    publish(round_)
    assert {item.proposal_id == proposal.id: item.cost_won for item in queries.list_items(round_.id)} == {
        True: 77_000_000,
        False: 50_000_000,
    }


def test_two_projects_of_one_person_share_an_opaque_proposer(app: Flask) -> None:
    round_ = shortlisted(per_section=1, sections=1)
    person = factories.resident()
    for _ in range(2):
        factories.proposal(round_, state=proposals.SHORTLISTED, by=person)
    publication = publish(round_)
    proposers = [item.proposer for item in queries.get_manifest(round_.id).items]
    assert sorted(proposers.count(one) for one in set(proposers)) == [1, 2]
    assert person.phone_key not in publication.body


def test_publication_leaves_one_line_with_seed_and_hash(app: Flask) -> None:
    round_ = shortlisted()
    publication = publish(round_)
    line = db.session.query(AuditLine).filter_by(action="ballot.publish").one()
    assert line.fields == {"items": 6, "manifest": publication.sha256, "number_seed": publication.number_seed}


def test_it_cannot_be_published_twice(app: Flask) -> None:
    round_ = shortlisted()
    first = publish(round_).sha256
    with pytest.raises(rounds.WrongState):  # which the key says first
        publish(round_)
    assert queries.get_publication(round_.id).sha256 == first


def test_it_cannot_be_published_once_voting_has_begun(app: Flask, clock: Clock) -> None:
    round_ = shortlisted()
    move_into(clock, round_, rounds.VOTING, timedelta(0))
    with pytest.raises(rules.VotingBegun):
        publish(round_)
    assert nothing_is_published(round_)


def weights(round_: Round) -> None:
    round_.chambers[0].weight = "1/3"


def too_dear(round_: Round) -> None:
    round_.pots[0].cap_won = 49_999_999


def too_many_picks(round_: Round) -> None:
    rule = db.session.query(PickRule).filter_by(chamber_id=round_.chambers[0].id).first()
    assert rule is not None
    rule.pick_min = rule.pick_max = 4


def nothing_shortlisted(round_: Round) -> None:
    db.session.query(Proposal).delete()


def no_voting(round_: Round) -> None:
    db.session.delete(next(phase for phase in round_.phases if phase.kind == rounds.VOTING))


def ranked(round_: Round) -> None:
    round_.chambers[0].kind = "ranking"


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (weights, "weights_not_one"),
        (too_dear, "cost_above_cap"),
        (too_many_picks, "section_fewer_items_than_picks"),
        (nothing_shortlisted, "no_items"),
        (no_voting, "phase_missing"),
        (ranked, "kind_not_offered"),
    ],
)
def test_rules_that_make_no_ballot_are_refused_by_name(app: Flask, spoil: Callable[[Round], None], code: str) -> None:
    round_ = shortlisted(per_section=3)
    spoil(round_)
    db.session.commit()
    assert code in {fault.code for fault in queries.preview(round_).faults}
    with pytest.raises(rules.NotPublishable) as refusal:
        publish(round_)
    assert code in {fault.code for fault in refusal.value.faults}
    assert nothing_is_published(round_)


def test_a_preview_changes_nothing(app: Flask) -> None:
    round_ = shortlisted()
    assert not queries.preview(round_).faults
    assert not db.session.new
    assert nothing_is_published(round_)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ballot_item SET cost_won = 1",
        "DELETE FROM ballot_item",
        "UPDATE ballot_manifest SET body = 'other'",
        "UPDATE pot SET cap_won = 1",
        "UPDATE pick_rule SET pick_max = 9",
    ],
)
def test_after_publication_the_database_itself_refuses_changes(app: Flask, clock: Clock, change: str) -> None:
    published(clock, running=None)
    with pytest.raises(DBAPIError):
        db.session.execute(text(change))
    db.session.rollback()


def test_the_four_historical_pick_rules_can_be_published(app: Flask) -> None:
    """2015: 10 of 50 over 8 fields; 2016: 1 in each of 5; 2017: 2 in each of 5; 2018: 2 in each of 4."""
    for sections, each, pick, total in (
        (8, 7, (0, 10), 10),
        (5, 4, (1, 1), None),
        (5, 4, (2, 2), None),
        (4, 14, (2, 2), None),
    ):
        round_ = shortlisted(per_section=each, sections=sections, picks=pick, cap_won=10_000_000_000)
        for chamber in round_.chambers:
            chamber.total_min = chamber.total_max = total
        db.session.commit()
        publish(round_)
        assert round_.state == rounds.BALLOT_PUBLISHED
