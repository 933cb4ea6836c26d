"""Voting on a shared tablet: a PIN for one who is present, good for once, and a ballot that is nobody's."""

import pytest
from flask import Flask

from app.audit.models import SYSTEM, AuditLine
from app.ballots import meeting_pins, queries, rules, services
from app.clock import Clock, now
from app.committee import agenda, agenda_rules, tablets
from app.committee import rules as committee
from app.committee import services as meetings
from app.committee import tablet_rules as pins
from app.committee.models import CommitteeMember, GeneralMeeting, MeetingPin, MeetingTablet
from app.committee.queries import get_tablet, list_tablets
from app.database import db
from app.results import doctor
from app.results import services as results
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.ballots import elections
from tests.ballots.elections import TOKENS, cast_in, move_past, open_box, picks, published, seated

KEY = "k" * 32


@pytest.fixture
def round_(app: Flask, clock: Clock) -> Round:
    return published(clock, running=rounds.COMMITTEE_VOTE)


def census() -> dict[str, object]:
    pin_rows = db.session.query(MeetingPin).order_by(MeetingPin.id)
    rows = [(row.id, row.member_id, row.right_key) for row in pin_rows]
    return {**elections.census(), "pins": rows}


def tablet_of(meeting: GeneralMeeting, use: str = pins.BOOTH) -> MeetingTablet:
    tablets.make_tablet(meeting, name="1번", use=use, key=KEY, at=now(), by=SYSTEM)
    return list_tablets(meeting)[-1]


def issue(meeting: GeneralMeeting, member: CommitteeMember) -> str:
    return meeting_pins.issue_pin(meeting, member, key=KEY, at=now(), by=SYSTEM)


def redeem(tablet: MeetingTablet, pin: str) -> str:
    return meeting_pins.redeem_pin(tablet, pin, key=KEY, at=now())


def cast(tablet: MeetingTablet, right: str, choices: list[str], token: str = TOKENS[0]) -> str:
    put = meeting_pins.cast_with_right(tablet, right, choices, token=token, key=KEY, at=now())
    return put.receipt


def test_a_member_votes_on_a_tablet_and_nothing_says_who_it_was(round_: Round) -> None:
    meeting, (member, *_) = seated(round_, 3, 2)
    tablet = tablet_of(meeting)
    pin = issue(meeting, member)
    assert len(pin) == pins.PIN_DIGITS and pin.isdecimal()
    right = redeem(tablet, f" {pin[:4]}-{pin[4:]} ")
    assert meeting_pins.find_voter(tablet, right, key=KEY, at=now()) == member.account
    assert rules.is_receipt(cast(tablet, right, picks(round_)))
    assert queries.participations(round_.id) == {rounds.COMMITTEE: {"tablet": 1}}
    assert cast_in(round_.id, rounds.COMMITTEE) == [sorted(picks(round_))]
    kept = db.session.query(MeetingPin).one()
    assert kept.member_id is None
    assert pin not in kept.pin_key and right != kept.right_key
    lines = db.session.query(AuditLine).filter(AuditLine.action.like("meeting_pin.%"))
    assert [line.fields for line in lines] == [{}, {"tablet": tablet.id, "right": True}]
    assert [finding for finding in doctor.examine() if finding.faults] == []


def test_phone_and_tablet_are_one_vote(round_: Round) -> None:
    meeting, (member, *_) = seated(round_, 3, 2)
    tablet = tablet_of(meeting)
    right = redeem(tablet, issue(meeting, member))
    services.cast_as_member(round_.id, member.account, picks(round_), token=TOKENS[1])
    before = census()
    with pytest.raises(rules.AlreadyVoted):
        cast(tablet, right, picks(round_))
    with pytest.raises(rules.AlreadyVoted):
        issue(meeting, member)
    assert census() == before


def test_a_right_is_used_once(round_: Round) -> None:
    meeting, (member, *_) = seated(round_, 3, 2)
    tablet = tablet_of(meeting)
    right = redeem(tablet, issue(meeting, member))
    cast(tablet, right, picks(round_))
    before = census()
    for token in TOKENS[:2]:
        with pytest.raises(pins.RightEnded):
            cast(tablet, right, picks(round_), token)
    assert census() == before


def test_what_is_refused_leaves_the_right_as_it_was(round_: Round) -> None:
    meeting, (member, other, _) = seated(round_, 3, 2)
    tablet = tablet_of(meeting)
    right = redeem(tablet, issue(meeting, member))
    before = census()
    with pytest.raises(rules.NotValid):
        cast(tablet, right, [])
    meetings.record_leaving(meeting, other, at=now(), by=SYSTEM)
    with pytest.raises(committee.NoQuorum):
        cast(tablet, right, picks(round_))
    meetings.record_arrival(meeting, other, at=now(), by=SYSTEM)
    assert census()["pins"] == before["pins"]
    cast(tablet, right, picks(round_))


def test_a_pin_is_good_for_once(round_: Round) -> None:
    meeting, (member, *_) = seated(round_, 3, 2)
    tablet, pin = tablet_of(meeting), issue(meeting, member)
    redeem(tablet, pin)
    before = census()
    with pytest.raises(pins.PinUsed):
        redeem(tablet, pin)
    assert census() == before


def test_a_pin_is_good_for_ten_minutes(round_: Round, clock: Clock) -> None:
    meeting, (member, *_) = seated(round_, 3, 2)
    tablet, pin = tablet_of(meeting), issue(meeting, member)
    clock.offset += pins.PIN_LIFE
    before = census()
    with pytest.raises(pins.PinExpired):
        redeem(tablet, pin)
    assert census() == before


def test_a_right_ends_after_ten_minutes_and_a_new_pin_gives_another(round_: Round, clock: Clock) -> None:
    meeting, (member, *_) = seated(round_, 3, 2)
    tablet = tablet_of(meeting)
    right = redeem(tablet, issue(meeting, member))
    clock.offset += pins.RIGHT_LIFE
    before = census()
    with pytest.raises(pins.RightEnded):
        cast(tablet, right, picks(round_))
    assert census() == before
    cast(tablet, redeem(tablet, issue(meeting, member)), picks(round_))


def test_a_newer_pin_takes_the_earlier_one_and_its_right(round_: Round) -> None:
    meeting, (member, *_) = seated(round_, 3, 2)
    tablet = tablet_of(meeting)
    first = issue(meeting, member)
    right = redeem(tablet, issue(meeting, member))
    with pytest.raises(pins.PinWrong):
        redeem(tablet, first)
    issue(meeting, member)
    before = census()
    with pytest.raises(pins.RightEnded):
        cast(tablet, right, picks(round_))
    assert census() == before


def test_a_pin_and_a_right_are_of_their_own_meeting_and_tablet(round_: Round, clock: Clock) -> None:
    meeting, (member, *_) = seated(round_, 3, 2)
    pin, tablet, other = issue(meeting, member), tablet_of(meeting), tablet_of(meeting)
    elsewhere = tablet_of(factories.meeting(factories.round_(running=rounds.COMMITTEE_VOTE)))
    with pytest.raises(pins.PinWrong):
        redeem(elsewhere, pin)
    right = redeem(tablet, pin)
    before = census()
    with pytest.raises(pins.RightEnded):
        cast(other, right, picks(round_))
    assert census() == before


def test_five_wrong_pins_lock_a_tablet_for_ten_minutes_and_the_right_one_does_not_open_it(
    round_: Round, clock: Clock
) -> None:
    meeting, (member, *_) = seated(round_, 3, 2)
    tablet, pin = tablet_of(meeting), issue(meeting, member)
    wrong = "0" * 8 if pin != "0" * 8 else "1" * 8
    left = []
    for _ in range(pins.TRIES):
        with pytest.raises(pins.PinWrong) as refusal:
            redeem(tablet, wrong)
        left.append(refusal.value.left)
    assert left == [4, 3, 2, 1, 0]
    before = census()
    with pytest.raises(pins.TabletLocked):
        redeem(tablet, pin)
    assert census() == before
    redeem(tablet_of(meeting), pin)  # another tablet is not locked
    clock.offset += pins.LOCKED_FOR
    redeem(tablet, issue(meeting, member))
    assert get_tablet(tablet.id).wrong_tries == 0


@pytest.mark.parametrize("use", [pins.BOOTH, pins.DOOR])
def test_a_device_that_was_given_up_and_the_door_take_no_pin(round_: Round, use: str) -> None:
    meeting, (member, *_) = seated(round_, 3, 2)
    tablet, pin = tablet_of(meeting, use), issue(meeting, member)
    if use == pins.BOOTH:
        tablets.end_tablet(tablet, at=now(), by=SYSTEM)
    before = census()
    with pytest.raises(pins.TabletUnknown):
        redeem(tablet, pin)
    assert census() == before


def test_only_one_who_is_present_at_the_vote_gets_a_pin(round_: Round) -> None:
    meeting, (member, other, absent) = seated(round_, 3, 2)
    before = census()
    with pytest.raises(committee.NotPresent):
        issue(meeting, absent)
    assert census() == before
    item = factories.item(meeting, kind=agenda_rules.BALLOT)
    before = census()
    with pytest.raises(agenda_rules.BallotNotUp):
        issue(meeting, member)
    assert census() == before
    agenda.begin_item(item, at=now(), by=SYSTEM)
    meetings.record_leaving(meeting, other, at=now(), by=SYSTEM)
    before = census()
    with pytest.raises(committee.NoQuorum):
        issue(meeting, member)
    assert census() == before


def test_pins_go_with_the_end_of_the_meeting(round_: Round) -> None:
    meeting, (member, *_) = seated(round_, 3, 2)
    issue(meeting, member)
    meetings.end_meeting(meeting, at=now(), by=SYSTEM)
    assert db.session.query(MeetingPin).count() == 0
    before = census()
    with pytest.raises(committee.MeetingNotOpen):
        issue(meeting, member)
    with pytest.raises(committee.WrongState):
        tablet_of(meeting)
    assert census() == before


@pytest.mark.parametrize("state", [agenda_rules.TO_COME, agenda_rules.CLOSED])
def test_where_there_is_an_agenda_the_committee_votes_only_at_its_turn(round_: Round, state: str) -> None:
    meeting, (member, *_) = seated(round_, 3, 2)
    item = factories.item(meeting, kind=agenda_rules.BALLOT, state=state)
    before = census()
    with pytest.raises(agenda_rules.BallotNotUp) as refusal:
        services.cast_as_member(round_.id, member.account, picks(round_), token=TOKENS[0])
    assert refusal.value.state == item.state
    assert census() == before


def test_geumcheon_2013_a_decision_after_the_ballot_does_not_touch_the_ranking(round_: Round, clock: Clock) -> None:
    """In 2013, after the members had voted, four projects were struck out by show of hands. Here such a decision stands
    in the minutes, and what is counted is the same with it and without."""
    meeting, members = seated(round_, 3, 3)
    vote = factories.item(meeting, kind=agenda_rules.BALLOT)
    strike = factories.item(meeting, kind=agenda_rules.DECISION)
    agenda.begin_item(vote, at=now(), by=SYSTEM)
    for n, member in enumerate(members):
        services.cast_as_member(round_.id, member.account, picks(round_), token=TOKENS[n])
    agenda.close_item(vote, at=now(), by=SYSTEM)
    before = standing(round_)
    agenda.begin_item(strike, at=now(), by=SYSTEM)
    agenda.decide_item(strike, agenda_rules.Hands(3, 0, 0), at=now(), by=SYSTEM)
    assert strike.outcome == agenda_rules.ADOPTED
    assert standing(round_) == before
    meetings.end_meeting(meeting, at=now(), by=SYSTEM)
    move_past(clock, round_, rounds.COMMITTEE_VOTE)
    results.close_round(round_, at=now(), by=SYSTEM)
    open_box(round_)
    count = results.count_round(round_, at=now(), by=SYSTEM)
    assert all(code in count.body for code in picks(round_))
    assert standing(round_)[:2] == before[:2]


def standing(round_: Round) -> tuple[object, ...]:
    """All that a count is made of: the frozen rules, the projects on the ballot, the sealed ballots, the recusals."""
    db.session.rollback()
    items = [(item.code, item.cost_won) for item in queries.list_items(round_.id)]
    manifest = queries.get_publication(round_.id).body
    lowered = queries.lowered_minimum(round_.id)
    return manifest, items, cast_in(round_.id, rounds.COMMITTEE), queries.present_by_item(round_.id), lowered
