"""The committee's ballot: only members present at an open, quorate meeting, and not on what they are recused from."""

from datetime import timedelta

import pytest
from flask import Flask

from app.audit.models import SYSTEM
from app.ballots import queries, rules, services
from app.clock import Clock, now
from app.committee import queries as committee_queries
from app.committee import rules as committee
from app.committee import services as meetings
from app.committee.models import CommitteeMember
from app.database import db
from app.people.models import COMMITTEE_ROLE, Account
from app.reviews import rules as reviews
from app.reviews import services as reviewing
from app.reviews.models import Recusal
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.tally import counting
from app.tally.paper import WHOLE
from tests import factories
from tests.ballots.elections import (
    TOKENS,
    cast_in,
    census,
    give_key,
    items,
    move_into,
    picks,
    publish_ballot,
    published,
    seated,
    shortlisted,
)


def cast(round_: Round, voter: Account, choices: list[str], token: str = TOKENS[0]) -> str:
    return services.cast_as_member(round_.id, voter, choices, token=token).receipt


def recuse(round_: Round, member: CommitteeMember, *codes: str) -> None:
    for item in queries.list_items(round_.id):
        if item.code in codes and item.proposal_id is not None:
            factories.keep(
                Recusal(
                    proposal_id=item.proposal_id,
                    account_id=member.account_id,
                    kind="stepped_back",
                    reason="제안자의 가족",
                    declared_at=now(),
                )
            )


@pytest.fixture
def round_(app: Flask, clock: Clock) -> Round:
    return published(clock, running=rounds.COMMITTEE_VOTE)


def test_a_member_present_at_a_quorate_meeting_votes_once(round_: Round) -> None:
    _, (member, *_) = seated(round_, 3, 2)
    receipt = cast(round_, member.account, picks(round_))
    after = census()
    assert cast(round_, member.account, picks(round_)) == receipt
    with pytest.raises(rules.AlreadyVoted):
        cast(round_, member.account, picks(round_), TOKENS[1])
    assert census() == after
    assert cast_in(round_.id, rounds.COMMITTEE) == [sorted(picks(round_))]
    assert queries.participations(round_.id) == {rounds.COMMITTEE: {"meeting": 1}}


def test_geumcheon_2013_with_18_of_40_present_no_ballot_is_cast(round_: Round) -> None:
    _, (member, *_) = seated(round_, 40, 18)
    before = census()
    with pytest.raises(committee.NoQuorum) as refusal:
        cast(round_, member.account, picks(round_))
    assert (refusal.value.present, refusal.value.needed, refusal.value.enrolled) == (18, 21, 40)
    assert census() == before


def test_the_quorum_is_asked_again_at_every_vote(round_: Round) -> None:
    meeting, (first, second, _) = seated(round_, 3, 2)
    cast(round_, first.account, picks(round_))
    meetings.record_leaving(meeting, first, at=now(), by=SYSTEM)
    before = census()
    with pytest.raises(committee.NoQuorum):
        cast(round_, second.account, picks(round_))
    assert census() == before


def test_a_member_who_is_not_there_cannot_vote(round_: Round) -> None:
    meeting, (first, _, _, absent) = seated(round_, 4, 3)
    before = census()
    with pytest.raises(committee.NotPresent):
        cast(round_, absent.account, picks(round_))
    assert census() == before
    factories.attendance(meeting, absent)
    meetings.record_leaving(meeting, first, at=now(), by=SYSTEM)
    before = census()
    with pytest.raises(committee.NotPresent):
        cast(round_, first.account, picks(round_))
    assert census() == before


def test_an_account_that_is_not_enrolled_cannot_vote(round_: Round) -> None:
    seated(round_, 3, 2)
    stranger = factories.account(COMMITTEE_ROLE)
    before = census()
    with pytest.raises(committee.NotAMember):
        cast(round_, stranger, picks(round_))
    assert census() == before


@pytest.mark.parametrize("state", [committee.PLANNED, committee.ENDED])
def test_there_is_no_vote_outside_the_meeting(round_: Round, state: str) -> None:
    _, (member, *_) = seated(round_, 3, 3, state)
    before = census()
    with pytest.raises(committee.MeetingNotOpen):
        cast(round_, member.account, picks(round_))
    assert census() == before


def test_there_is_no_vote_outside_the_committees_phase(round_: Round, clock: Clock) -> None:
    _, (member, *_) = seated(round_, 3, 3)
    for kind, after in ((rounds.VOTING, timedelta(days=1)), (rounds.COMMITTEE_VOTE, timedelta(days=11))):
        move_into(clock, round_, kind, after)
        before = census()
        with pytest.raises(rounds.OutsidePhase):
            cast(round_, member.account, picks(round_))
        assert census() == before


def test_a_recused_item_cannot_be_picked(round_: Round) -> None:
    _, (member, other, _) = seated(round_, 3, 2)
    first, second = picks(round_)
    recuse(round_, member, first)
    before = census()
    with pytest.raises(rules.NotValid) as refusal:
        cast(round_, member.account, [first, second])
    assert "barred_item" in {fault.code for fault in refusal.value.faults}
    assert census() == before
    cast(round_, other.account, [first, second])  # the other member is not recused


def test_nobody_is_recused_from_what_they_voted_for_by_a_worker_whose_clock_is_slow(round_: Round) -> None:
    _, (member, *_) = seated(round_, 3, 2)
    cast(round_, member.account, picks(round_))
    vote = rounds.find_period(round_.phases, rounds.COMMITTEE_VOTE)
    proposal = items(round_, "s1")[0].proposal
    assert vote is not None and proposal is not None
    before, slow = census(), vote.starts_at - timedelta(seconds=30)
    with pytest.raises(reviews.RecusalTooLate):
        reviewing.recuse(proposal, member.account, reviews.EXCLUDED, "제안자의 가족", at=slow, by=SYSTEM)
    assert census() == before
    assert committee_queries.list_barred(round_.id, member.account_id) == frozenset()


def test_a_ballot_does_not_say_from_what_its_voter_was_recused(round_: Round) -> None:
    _, (member, *_) = seated(round_, 3, 2)
    barred = [item.code for item in items(round_, "s1")]
    recuse(round_, member, *barred)
    (only,) = picks(round_)[1:]
    cast(round_, member.account, [only])
    assert cast_in(round_.id, rounds.COMMITTEE) == [[only]]


def test_the_fewest_picks_sink_to_what_recusals_leave(round_: Round) -> None:
    _, (member, other, _) = seated(round_, 3, 2)
    assert queries.lowered_minimum(round_.id) == {}
    recuse(round_, other, items(round_, "s2")[0].code)  # two are left of which one is asked
    assert queries.lowered_minimum(round_.id) == {}
    recuse(round_, member, *(item.code for item in items(round_, "s1")))
    assert queries.lowered_minimum(round_.id) == {rounds.COMMITTEE: {"s1": 0}}


def test_the_fewest_in_all_sink_as_well(app: Flask, clock: Clock) -> None:
    """Any three of six are asked; who is recused from four has two left."""
    round_ = shortlisted(picks=(0, 9))
    for chamber in round_.chambers:
        chamber.total_min = chamber.total_max = 3
    db.session.commit()
    give_key(round_)
    publish_ballot(round_)
    move_into(clock, round_, rounds.COMMITTEE_VOTE)
    _, (member, *_) = seated(round_, 3, 2)
    recuse(round_, member, *(item.code for item in [*items(round_, "s1"), items(round_, "s2")[0]]))
    assert queries.lowered_minimum(round_.id) == {rounds.COMMITTEE: {WHOLE: 2}}
    cast(round_, member.account, [item.code for item in items(round_, "s2")[1:]])


def test_the_count_takes_a_recused_members_ballot_as_valid(round_: Round) -> None:
    _, (member, other, _) = seated(round_, 3, 2)
    recuse(round_, member, *(item.code for item in items(round_, "s1")))
    cast(round_, member.account, picks(round_)[1:])
    cast(round_, other.account, picks(round_))
    result = counting.count(
        queries.get_manifest(round_.id),
        {chamber: cast_in(round_.id, chamber) for chamber in (rounds.RESIDENTS, rounds.COMMITTEE)},
        participations=queries.participations(round_.id),
        present=queries.present_for_count(round_.id),
        present_by_item=queries.present_by_item(round_.id),
        lowered=queries.lowered_minimum(round_.id),
    )
    committee_row = next(row for row in result.chambers if row.id == rounds.COMMITTEE)
    assert (committee_row.cast, committee_row.valid) == (2, 2)
    assert [gate.code for gate in result.gates if not gate.holds] == []


def test_who_was_there_is_known_in_all_and_by_item(round_: Round) -> None:
    meeting, (member, *_) = seated(round_, 4, 3)
    first, second = picks(round_)
    recuse(round_, member, first)
    meetings.record_leaving(meeting, member, at=now(), by=SYSTEM)
    assert queries.present_for_count(round_.id) == {rounds.COMMITTEE: 3}
    by_item = queries.present_by_item(round_.id)[rounds.COMMITTEE]
    assert (by_item[first], by_item[second]) == (2, 3)
    assert set(by_item) == {item.code for item in queries.list_items(round_.id)}


def test_a_round_without_a_meeting_says_nothing_of_presence(round_: Round) -> None:
    assert (queries.present_for_count(round_.id), queries.present_by_item(round_.id)) == ({}, {})
    db.session.rollback()
