"""A member who presses on their phone and on a tablet at the same moment has voted once. The control looks, then
writes, under the same threads, and makes two ballots."""

from threading import Barrier

from flask import Flask
from sqlalchemy import text

from app.audit.models import SYSTEM, VOTER
from app.ballots import box, meeting_pins, queries, rules, services
from app.clock import Clock, now
from app.committee import tablets
from app.committee.models import CommitteeMember, MeetingTablet
from app.committee.queries import list_tablets
from app.database import db, transaction
from app.people.models import Account
from app.rounds import rules as rounds
from tests.ballots.elections import TOKENS, picks, published, seated
from tests.races.test_cast import at_once

KEY, TURNS = "k" * 32, 3


def counts(round_id: int) -> tuple[int, int]:
    db.session.rollback()
    people = queries.participations(round_id).get(rounds.COMMITTEE, {})
    return sum(people.values()), box.size(round_id, rounds.COMMITTEE)


def test_phone_and_tablet_at_the_same_moment_make_one_ballot(app: Flask, clock: Clock) -> None:
    round_ = published(clock, running=rounds.COMMITTEE_VOTE)
    meeting, members = seated(round_, TURNS, TURNS)
    tablets.make_tablet(meeting, name="1번", use="booth", key=KEY, at=now(), by=SYSTEM)
    (tablet,) = list_tablets(meeting)
    round_id, tablet_id, choices = round_.id, tablet.id, picks(round_)
    for turn, member in enumerate(members, start=1):
        account_id, right = member.account_id, right_of(tablet, member)

        def act(n: int, barrier: Barrier, account_id: int = account_id, right: str = right) -> str:
            mine, device = db.session.get_one(Account, account_id), db.session.get_one(MeetingTablet, tablet_id)
            db.session.rollback()
            barrier.wait(30)
            if n:
                services.cast_as_member(round_id, mine, choices, token=TOKENS[1])
                return "phone"
            given = {"token": TOKENS[0], "key": KEY, "at": now()}
            meeting_pins.cast_with_right(device, right, choices, **given)
            return "tablet"

        outcomes = at_once(app, act, 2)
        assert outcomes.pop("AlreadyVoted") == 1
        assert outcomes in ({"phone": 1}, {"tablet": 1})
        assert counts(round_id) == (turn, turn)


def right_of(tablet: MeetingTablet, member: CommitteeMember) -> str:
    pin = meeting_pins.issue_pin(tablet.meeting, member, key=KEY, at=now(), by=SYSTEM)
    return meeting_pins.redeem_pin(tablet, pin, key=KEY, at=now())


def test_control_without_the_key_phone_and_tablet_make_two(app: Flask, clock: Clock) -> None:
    round_ = published(clock, running=rounds.COMMITTEE_VOTE)
    round_id, choices = round_.id, picks(round_)
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE careless (voter VARCHAR(64))"))

    def careless(n: int, barrier: Barrier) -> str:
        taken = db.session.scalar(text("SELECT count(*) FROM careless"))
        db.session.rollback()
        barrier.wait(30)
        if taken:
            raise rules.AlreadyVoted
        channel = (rules.MEETING, rules.TABLET)[n]
        with transaction():
            db.session.execute(text("INSERT INTO careless VALUES ('one')"))
            paper = queries.get_paper(round_id, rounds.COMMITTEE)
            box.put(rules.ballot_id(TOKENS[n], rounds.COMMITTEE, "key"), round_id, paper, choices)
            services.audit.record(services.CAST, round_id, at=now(), by=VOTER, chamber="committee", channel=channel)
        return "voted"

    assert at_once(app, careless, 2) == {"voted": 2}
    assert counts(round_id)[1] == 2
