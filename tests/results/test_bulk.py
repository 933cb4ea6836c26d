"""Ballots that nobody cast here: into the same box, and never into that of a round that is held."""

import pytest
from flask import Flask

from app.audit.models import SYSTEM, AuditLine
from app.ballots import box, bulk, queries, rules
from app.ballots.models import CastBallot, Participation
from app.clock import Clock, now
from app.database import db
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.ballots.elections import published

BALLOTS = [["1", "4"], ["2", "4"], ["2", "5"]]


def pour(round_: Round, channel: str, ballots: object = BALLOTS, **options: object) -> int:
    return bulk.pour_ballots(
        round_,
        rounds.RESIDENTS,
        ballots,
        channel,
        at=now(),
        by=SYSTEM,
        **options,  # type: ignore[arg-type]
    )


def nothing_poured() -> bool:
    db.session.rollback()
    lines = db.session.query(AuditLine).filter_by(action="ballots.pour").count()
    return [db.session.query(table).count() for table in (CastBallot, Participation)] == [0, 0] and lines == 0


@pytest.mark.parametrize(("source", "channel"), [(rounds.HISTORY, "made_up"), (rounds.PABULIB, "imported")])
def test_as_many_ballots_as_people_and_one_audit_line(app: Flask, clock: Clock, source: str, channel: str) -> None:
    round_ = published(clock, running=None, source=source)
    assert pour(round_, channel) == 3
    assert sorted(box.read(round_.id, rounds.RESIDENTS)) == BALLOTS
    assert queries.participations(round_.id) == {rounds.RESIDENTS: {channel: 3}}
    line = db.session.query(AuditLine).filter_by(action="ballots.pour").one()
    assert line.fields == {"chamber": "residents", "channel": channel, "ballots": 3}


@pytest.mark.parametrize(
    ("source", "channel", "allow_made_up"),
    [
        (rounds.HELD, "made_up", False),
        (rounds.HELD, "imported", False),
        (rounds.HELD, "imported", True),
        (rounds.HELD, "mobile", True),
        (rounds.HELD, "meeting", True),
        (rounds.HISTORY, "mobile", False),
        (rounds.HISTORY, "imported", False),
        (rounds.PABULIB, "mobile", True),
    ],
)
def test_no_other_box_can_be_stuffed(app: Flask, clock: Clock, source: str, channel: str, allow_made_up: bool) -> None:
    round_ = published(clock, running=None, source=source)
    with pytest.raises(rules.NotPourable):
        pour(round_, channel, allow_made_up=allow_made_up)
    assert nothing_poured()


@pytest.mark.parametrize("state", [state for state in rounds.STATES if state != rounds.BALLOT_PUBLISHED])
def test_the_box_takes_ballots_only_while_it_is_open(app: Flask, state: str) -> None:
    round_ = factories.round_(state=state, source=rounds.HISTORY)
    with pytest.raises(rules.BoxShut):
        pour(round_, "made_up")
    assert nothing_poured()


def test_a_ranking_keeps_its_order_and_points_their_numbers(app: Flask, clock: Clock) -> None:
    round_ = published(clock, running=None, source=rounds.HISTORY)
    assert box.pour(round_.id, "ranked", [["3", "1", "2"]], ordered=True) == 1
    assert box.pour(round_.id, "ticked", [["3", "1", "2"]]) == 1
    assert box.pour(round_.id, "pointed", [{"3": 2, "1": 5}]) == 1
    read = [list(box.read(round_.id, chamber)) for chamber in ("ranked", "ticked", "pointed")]
    assert read == [[["3", "1", "2"]], [["1", "2", "3"]], [{"3": 2, "1": 5}]]
    db.session.rollback()


def test_nothing_leads_from_the_order_of_the_file_to_a_ballot(app: Flask, clock: Clock) -> None:
    round_ = published(clock, running=None, source=rounds.HISTORY)
    pour(round_, "made_up", [[str(n)] for n in range(200)])
    read = [int(choices[0]) for choices in box.read(round_.id, rounds.RESIDENTS)]
    assert sorted(read) == list(range(200))
    assert read != sorted(read)


def plans(*codes: str, cost_won: int = 1000) -> list[bulk.ItemPlan]:
    return [
        bulk.ItemPlan(code, n, "s1", f"사업 {code}", f"Project {code}", cost_won) for n, code in enumerate(codes, 1)
    ]


def test_items_can_be_published_without_proposals(app: Flask) -> None:
    round_ = factories.round_(sections=1, source=rounds.HISTORY)
    publication = bulk.publish_items(round_, plans("x", "y"), at=now(), by=SYSTEM)
    assert (round_.state, publication.number_seed) == (rounds.BALLOT_PUBLISHED, None)
    assert [(item.code, item.number) for item in queries.list_items(round_.id)] == [("x", 1), ("y", 2)]
    assert queries.get_manifest(round_.id).sha256 == publication.sha256


def test_a_held_round_gets_its_items_from_its_shortlist_only(app: Flask) -> None:
    round_ = factories.round_(sections=1)
    with pytest.raises(rules.NotPourable):
        bulk.publish_items(round_, plans("x"), at=now(), by=SYSTEM)
    assert queries.find_publication(round_.id) is None


def test_an_item_dearer_than_its_pot_is_not_published(app: Flask) -> None:
    round_ = factories.round_(sections=1, source=rounds.HISTORY, cap_won=999)
    with pytest.raises(rules.NotPublishable):
        bulk.publish_items(round_, plans("x"), at=now(), by=SYSTEM)
    db.session.rollback()
    assert (queries.list_items(round_.id), round_.state) == ([], rounds.CALLED)
