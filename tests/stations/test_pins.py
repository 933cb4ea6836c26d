"""One-time PINs: issued by an officer on duty, good once, at one station, on one kiosk, for a while."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete

from app.audit.models import AuditLine
from app.ballots import rules as ballots
from app.ballots import services as casting
from app.clock import Clock
from app.database import db
from app.people.models import DESK_ROLE
from app.roll.models import RollEntry
from app.stations import pins, rules
from app.stations.models import DeskPin, Kiosk
from app.stations.pins import Helped, Taken
from tests import factories
from tests.ballots.elections import TOKENS, census, picks
from tests.stations.posts import Post, entry, issue, numbers, post, second_officer, take

MINUTE = timedelta(minutes=1)


def cast(at: Post, of: RollEntry, taken: Taken, *, token: str = TOKENS[0], kiosk: Kiosk | None = None) -> str:
    kiosk_id = (kiosk or at.kiosk).id
    return casting.cast_as_entry(
        at.round.id,
        of,
        picks(at.round),
        channel=ballots.KIOSK,
        token=token,
        station_id=at.station.id,
        admit=lambda when: pins.spend_pin(taken.pin_id, kiosk_id, when),
    ).receipt


def rows() -> tuple[int, dict[str, int]]:
    db.session.rollback()
    return db.session.query(DeskPin).count(), census()


def test_the_vote_spends_the_pin_and_nothing_beside_a_person_is_left_of_it(app: Flask, clock: Clock) -> None:
    at = post(clock)
    voter = entry(at.round)
    taken = take(at.kiosk, issue(at, voter))
    receipt = cast(at, voter, taken)
    assert db.session.query(DeskPin).count() == 0
    assert numbers(at.station) == {"alone": (1, 1)}
    assert cast(at, voter, taken) == receipt, "the same request again"
    lines = db.session.query(AuditLine).filter(AuditLine.action.in_(["pin.issue", "pin.try"]))
    assert [(line.action, line.fields) for line in lines] == [("pin.issue", {}), ("pin.try", {"taken": True})]
    assert all(line.at.minute == line.at.second == 0 for line in lines)


def test_a_spent_pin_reads_like_one_that_was_never_issued_and_changes_nothing(app: Flask, clock: Clock) -> None:
    at = post(clock)
    voter = entry(at.round)
    digits = issue(at, voter)
    cast(at, voter, take(at.kiosk, digits))
    with pytest.raises(rules.WrongPin):
        take(at.kiosk, digits)
    assert numbers(at.station) == {"alone": (1, 1)}


def test_a_newer_pin_voids_the_older_one_and_what_was_begun_with_it(app: Flask, clock: Clock) -> None:
    at = post(clock)
    voter = entry(at.round)
    begun = take(at.kiosk, issue(at, voter))
    issue(at, voter)
    before = rows()
    with pytest.raises(rules.WrongPin):
        cast(at, voter, begun)
    assert (rows(), numbers(at.station)) == (before, {"alone": (2, 0)})


def test_a_pin_is_typed_within_ten_minutes_and_then_there_is_time_to_vote(app: Flask, clock: Clock) -> None:
    at = post(clock)
    late, in_time = entry(at.round), entry(at.round, "이어른")
    digits, others = issue(at, late), issue(at, in_time)
    clock.offset += 9 * MINUTE
    taken = take(at.kiosk, others)
    clock.offset += MINUTE
    with pytest.raises(rules.PinOverdue):
        take(at.kiosk, digits)
    clock.offset += 28 * MINUTE
    cast(at, in_time, taken)
    assert numbers(at.station) == {"alone": (2, 1)}


def test_whoever_takes_too_long_casts_nothing(app: Flask, clock: Clock) -> None:
    at = post(clock)
    voter = entry(at.round)
    taken = take(at.kiosk, issue(at, voter))
    clock.offset += rules.TURN_LASTS
    before = rows()
    with pytest.raises(rules.PinOverdue):
        cast(at, voter, taken)
    assert rows() == before


def test_a_pin_is_good_at_its_own_station_only(app: Flask, clock: Clock) -> None:
    at = post(clock)
    elsewhere = factories.kiosk(factories.station(at.round, name="시흥1동 주민센터"), "another token")
    digits = issue(at, entry(at.round))
    with pytest.raises(rules.PinOfAnotherStation):
        take(elsewhere, digits)
    take(at.kiosk, digits)


def test_the_kiosk_that_took_a_pin_may_take_it_again_and_no_other_can(app: Flask, clock: Clock) -> None:
    at = post(clock)
    other = factories.kiosk(at.station, "another token", name="2번 단말기")
    voter = entry(at.round)
    digits = issue(at, voter)
    taken = take(at.kiosk, digits)
    assert take(at.kiosk, digits) == taken, "after a power cut"
    with pytest.raises(rules.PinTakenElsewhere):
        take(other, digits)
    before = rows()
    with pytest.raises(rules.WrongPin):
        cast(at, voter, taken, kiosk=other)
    assert rows() == before


def test_after_five_wrong_pins_a_kiosk_pauses_and_even_a_right_one_waits(app: Flask, clock: Clock) -> None:
    at = post(clock)
    digits = issue(at, entry(at.round))
    wrong = f"{(int(digits) + 1) % 10**6:06}"
    for _ in range(rules.WRONG_PINS):
        with pytest.raises(rules.WrongPin):
            take(at.kiosk, wrong)
    with pytest.raises(rules.KioskPaused):
        take(at.kiosk, digits)
    clock.offset += rules.PAUSE
    take(at.kiosk, digits)
    assert at.kiosk.wrong_pins == 0


def test_only_an_officer_on_duty_there_issues(app: Flask, clock: Clock) -> None:
    at = post(clock)
    elsewhere = factories.station(at.round, name="시흥1동 주민센터")
    voter, before = entry(at.round), rows()
    for station, officer in ((elsewhere, at.officer), (at.station, factories.account(DESK_ROLE))):
        with pytest.raises(rules.NotOnDuty):
            issue(Post(at.round, station, officer, at.kiosk), voter)
    assert rows()[0] == before[0]


def test_help_takes_two_different_officers_on_duty_and_is_counted_by_its_reason(app: Flask, clock: Clock) -> None:
    at = post(clock)
    voter, away = entry(at.round), factories.account(DESK_ROLE)
    before = rows()
    for second, refusal in ((at.officer, rules.SameOfficer), (away, rules.NotOnDuty)):
        with pytest.raises(refusal):
            issue(at, voter, Helped(rules.SIGHT, second))
    with pytest.raises(rules.StationError):
        issue(at, voter, Helped(rules.ALONE, second_officer(at.station)))
    assert rows()[0] == before[0]
    second = second_officer(at.station)
    cast(at, voter, take(at.kiosk, issue(at, voter, Helped(rules.SIGHT, second))))
    assert numbers(at.station) == {"sight": (1, 1)}
    (line,) = db.session.query(AuditLine).filter_by(action="pin.issue_helped")
    assert (line.actor_id, line.fields) == (at.officer.id, {"reason": "sight", "second": second.id})


def test_a_pin_that_was_never_used_is_erased_with_its_entry(app: Flask, clock: Clock) -> None:
    at = post(clock)
    issue(at, entry(at.round))
    db.session.execute(delete(RollEntry))
    assert db.session.query(DeskPin).count() == 0
