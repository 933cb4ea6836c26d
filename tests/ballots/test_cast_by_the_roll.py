"""Casting by somebody on a round's roll: one entry, one vote, whichever way the person comes."""

from typing import Any

import pytest
from flask import Flask

from app.audit.models import AuditLine
from app.ballots import box, queries, rules, services
from app.ballots.models import BallotItem, Participation
from app.clock import Clock
from app.database import db
from app.errors import NotFound
from app.roll.models import RollEntry
from app.roll.rules import NotOnTheRoll, VotersOtherwise
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.stations.models import PollingStation
from tests import factories
from tests.ballots.elections import TOKENS, give_key, move_into, picks, publish_ballot, published, shortlisted


def entry(round_: Round, **settings: Any) -> RollEntry:
    number = db.session.query(RollEntry).count()
    usual = {"person_key": f"{number:064x}", "age_band": "40-49", "basis": "address", "source": "desk"}
    return factories.keep(RollEntry(round_id=round_.id, entered_at=factories.LONG_AGO, **{**usual, **settings}))


def station(round_: Round) -> PollingStation:
    return factories.keep(
        PollingStation(round_id=round_.id, name_ko="가산동 주민센터", name_en="Gasan-dong", address="금천구 가산동")
    )


def kept(round_id: int) -> tuple[int, int, int]:
    """People, ballots, audit lines."""
    db.session.rollback()
    people = sum(queries.participations(round_id).get(rounds.RESIDENTS, {}).values())
    return people, box.size(round_id, rounds.RESIDENTS), db.session.query(AuditLine).count()


@pytest.fixture
def round_(app: Flask, clock: Clock) -> Round:
    return published(clock, voters=rounds.REGISTER)


@pytest.mark.parametrize("second", rules.AT_A_STATION + (rules.MOBILE,))
@pytest.mark.parametrize("first", [rules.MOBILE, rules.KIOSK, rules.ASSISTED])
def test_an_entry_votes_once_over_all_ways(round_: Round, first: str, second: str) -> None:
    voter, where = entry(round_), station(round_).id
    services.cast_as_entry(round_.id, voter, picks(round_), channel=first, token=TOKENS[0], station_id=where)
    before = kept(round_.id)
    with pytest.raises(rules.AlreadyVoted):
        services.cast_as_entry(round_.id, voter, picks(round_), channel=second, token=TOKENS[1], station_id=where)
    assert kept(round_.id) == before
    assert before[:2] == (1, 1)


def test_the_same_request_again_gets_the_same_receipt(round_: Round) -> None:
    voter = entry(round_)
    first, again = (
        services.cast_as_entry(round_.id, voter, picks(round_), channel=rules.KIOSK, token=TOKENS[0]) for _ in "ab"
    )
    assert first == again
    assert kept(round_.id)[:2] == (1, 1)


def test_a_participation_says_where_somebody_voted_their_dong_and_how_old_they_about_are(round_: Round) -> None:
    where = station(round_)
    voter = entry(round_, area_id=factories.area().id, age_band="70-")
    services.cast_as_entry(round_.id, voter, picks(round_), channel=rules.KIOSK, token=TOKENS[0], station_id=where.id)
    (row,) = db.session.query(Participation)
    assert (row.channel, row.station_id, row.area_id, row.age_band) == ("kiosk", where.id, voter.area_id, "70-")


@pytest.mark.parametrize("way_of_asking", [rounds.REGISTER, rounds.LIST])
def test_where_there_is_a_roll_a_phone_alone_is_not_enough(app: Flask, clock: Clock, way_of_asking: str) -> None:
    round_ = published(clock, voters=way_of_asking)
    before = kept(round_.id)
    with pytest.raises(VotersOtherwise):
        services.cast_as_resident(round_.id, factories.resident(), picks(round_), token=TOKENS[0])
    assert kept(round_.id) == before


def test_where_there_is_no_roll_nobody_votes_by_an_entry(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    voter = entry(round_)
    before = kept(round_.id)
    with pytest.raises(VotersOtherwise):
        services.cast_as_entry(round_.id, voter, picks(round_), channel=rules.MOBILE, token=TOKENS[0])
    assert kept(round_.id) == before


def test_an_entry_of_another_round_is_nobody_here(round_: Round) -> None:
    stranger = entry(factories.round_(voters=rounds.REGISTER))
    before = kept(round_.id)
    with pytest.raises(NotOnTheRoll):
        services.cast_as_entry(round_.id, stranger, picks(round_), channel=rules.MOBILE, token=TOKENS[0])
    assert kept(round_.id) == before


def test_what_the_way_itself_refuses_takes_the_tick_back_with_it(round_: Round) -> None:
    """A PIN that is spent, say: the entry can still vote."""
    voter = entry(round_)
    before = kept(round_.id)

    def refuse(_at: object) -> None:
        raise NotFound("PIN")

    with pytest.raises(NotFound):
        services.cast_as_entry(round_.id, voter, picks(round_), channel=rules.KIOSK, token=TOKENS[0], admit=refuse)
    assert kept(round_.id) == before
    services.cast_as_entry(round_.id, voter, picks(round_), channel=rules.KIOSK, token=TOKENS[0])
    assert kept(round_.id)[:2] == (1, 1)


def with_a_dongs_own_section(clock: Clock) -> tuple[Round, str, str]:
    """The second section stands on Gasan-dong's ballot alone: the round, and an item of each section."""
    round_ = shortlisted(voters=rounds.REGISTER)
    round_.sections[1].area_id = factories.area().id
    db.session.commit()
    give_key(round_)
    publish_ballot(round_)
    move_into(clock, round_, rounds.VOTING)
    first, second = (
        db.session.query(BallotItem).filter_by(section_id=section.id).order_by(BallotItem.number).first()
        for section in round_.sections
    )
    assert first is not None and second is not None
    return round_, first.code, second.code


def test_a_dongs_own_section_is_for_its_people_alone_and_asks_nothing_of_others(app: Flask, clock: Clock) -> None:
    round_, everybodys, gasans = with_a_dongs_own_section(clock)
    here = entry(round_, area_id=factories.area().id)
    elsewhere = entry(round_, area_id=factories.area("doksan1", name_ko="독산1동", name_en="Doksan 1-dong").id)
    before = kept(round_.id)
    with pytest.raises(rules.NotValid) as refused:
        services.cast_as_entry(round_.id, elsewhere, [everybodys, gasans], channel=rules.MOBILE, token=TOKENS[0])
    assert [fault.code for fault in refused.value.faults][0] == "barred_item"
    assert kept(round_.id) == before
    services.cast_as_entry(round_.id, elsewhere, [everybodys], channel=rules.MOBILE, token=TOKENS[1])
    services.cast_as_entry(round_.id, here, [everybodys, gasans], channel=rules.MOBILE, token=TOKENS[2])
    assert kept(round_.id)[:2] == (2, 2)
    assert queries.lowered_minimum(round_.id) == {rounds.RESIDENTS: {round_.sections[1].code: 0}}
