"""Codes to phones: one browser, five minutes, five tries, once; five an hour and ten a day."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from app.audit.models import AuditLine
from app.clock import Clock
from app.config import CodeLimits
from app.database import db
from app.notices.models import Message
from app.people import codes, identity, queries, rules
from app.people.models import PasswordTries, Resident, SignInCode
from tests.factories import keep

KEY = "test-identity-key-of-at-least-32-characters"
PHONE = "+821012345678"
AT = datetime(2026, 5, 1, tzinfo=UTC)


def send(clock: Clock, phone: str = PHONE, browser: str = "mine") -> str:
    """The code that was sent."""
    message_id = codes.send_code(phone, browser, key=KEY, say=str, at=clock.now())
    assert message_id is not None
    return db.session.get_one(Message, message_id).body


def check(clock: Clock, typed: str, phone: str = PHONE, browser: str = "mine") -> Resident:
    return codes.check_code(phone, browser, typed, key=KEY, at=clock.now())


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_first_sign_in_makes_the_resident_and_the_next_finds_them(app: Flask, clock: Clock) -> None:
    first = check(clock, send(clock))
    assert first.phone_key == identity.phone_key(KEY, PHONE)
    assert (first.phone, first.name) == (None, None), "nothing is kept that was not agreed to"
    assert check(clock, send(clock, browser="another"), browser="another").id == first.id
    assert check(clock, send(clock, "+821087654321"), "+821087654321").id != first.id


def test_neither_code_nor_phone_is_stored_readable(app: Flask, clock: Clock) -> None:
    code = send(clock)
    row = db.session.query(SignInCode).one()
    stored = [str(getattr(row, column.name)) for column in SignInCode.__table__.columns if column.name != "id"]
    assert len(code) == 6 and not any(code in value or "12345678" in value for value in stored)


def test_a_code_is_used_once(app: Flask, clock: Clock) -> None:
    code = send(clock)
    check(clock, code)
    with pytest.raises(rules.CodeExpired):
        check(clock, code)


def test_a_code_lives_five_minutes(app: Flask, clock: Clock) -> None:
    code = send(clock)
    clock.offset += rules.CODE_LIFE
    with pytest.raises(rules.CodeExpired):
        check(clock, code)
    assert db.session.query(Resident).count() == 0


def test_a_code_is_good_in_the_browser_and_for_the_phone_that_asked(app: Flask, clock: Clock) -> None:
    code = send(clock)
    for phone, browser in ((PHONE, "theirs"), ("+821087654321", "mine")):
        with pytest.raises(rules.CodeExpired):
            check(clock, code, phone, browser)
    check(clock, code)


def test_a_new_code_takes_the_place_of_the_old(app: Flask, clock: Clock) -> None:
    old, new = send(clock), send(clock)
    if old != new:
        with pytest.raises(rules.WrongCode):
            check(clock, old)
    check(clock, new)


def test_after_five_wrong_tries_the_right_code_is_of_no_use(app: Flask, clock: Clock) -> None:
    code = send(clock)
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(rules.WrongCode) as error:
            check(clock, wrong(code))
        assert error.value.tries_left == left
    with pytest.raises(rules.CodeExpired):
        check(clock, code)
    assert db.session.query(Resident).count() == 0


def test_many_guesses_at_once_are_five_guesses(app: Flask, clock: Clock) -> None:
    code = send(clock)

    def guess(_: int) -> str:
        with app.app_context():
            try:
                check(clock, wrong(code))
            except rules.PeopleError as error:
                return type(error).__name__
            finally:
                db.session.remove()
        return "in"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(16)))
    assert sorted(answers) == ["CodeExpired"] * 11 + ["WrongCode"] * 5


def test_two_devices_with_their_own_codes_become_one_resident(app: Flask, clock: Clock) -> None:
    sent = {browser: send(clock, browser=browser) for browser in ("phone", "tablet")}

    def enter(browser: str) -> int:
        with app.app_context():
            found = check(clock, sent[browser], browser=browser).id
            db.session.remove()
            return found

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(enter, sent))) == 1
    db.session.rollback()  # look again
    assert db.session.query(Resident).count() == 1


def test_a_phone_gets_five_codes_an_hour_and_ten_a_day(app: Flask, clock: Clock) -> None:
    began = clock.now()
    for _ in range(5):
        send(clock)
    with pytest.raises(rules.TooManyCodes) as error:
        send(clock)
    assert timedelta(minutes=59) < error.value.again_at - began < timedelta(minutes=61)
    send(clock, "+821087654321")
    clock.offset += timedelta(hours=1)
    for _ in range(5):
        send(clock)
    clock.offset += timedelta(hours=1)
    with pytest.raises(rules.TooManyCodes) as error:
        send(clock)
    assert timedelta(hours=23) < error.value.again_at - began < timedelta(hours=25)
    assert db.session.query(Message).filter_by(recipient=PHONE).count() == 10
    clock.offset = timedelta(days=1, minutes=1)
    send(clock)


def test_asking_many_times_at_once_sends_five(app: Flask, clock: Clock) -> None:
    def ask(_: int) -> bool:
        with app.app_context():
            try:
                send(clock)
            except rules.TooManyCodes:
                return False
            finally:
                db.session.remove()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(12))) == 5


def statements(app: Flask, clock: Clock, phone: str, send: bool) -> list[str]:
    """What the database is asked to do for a code: text, not values, nor names of savepoints."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(re.sub(r"sa_savepoint_\d+", "", statement))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        codes.send_code(phone, "mine", key=KEY, say=str, at=clock.now(), send=send)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return asked


def test_a_number_that_gets_no_message_leaves_no_message_and_costs_the_same_work(app: Flask, clock: Clock) -> None:
    send(clock, "+821099999999", browser="warm")
    told = statements(app, clock, PHONE, send=True)
    silent = statements(app, clock, "+821087654321", send=False)
    differing = [pair for pair in zip(told, silent, strict=True) if len(set(pair)) > 1]
    assert differing == [("RELEASE SAVEPOINT ", "ROLLBACK TO SAVEPOINT ")]
    assert db.session.query(Message).filter_by(recipient=PHONE).count() == 1
    assert db.session.query(Message).filter_by(recipient="+821087654321").count() == 0
    assert db.session.query(SignInCode).count() == 3
    lines = db.session.query(AuditLine).filter_by(action="sign_in_code.send").all()
    assert len(lines) == 3 and not any(line.fields for line in lines)


def test_limits_count_what_was_asked_for_whether_or_not_it_went(app: Flask, clock: Clock) -> None:
    for _ in range(5):
        assert codes.send_code(PHONE, "mine", key=KEY, say=str, at=clock.now(), send=False) is None
    with pytest.raises(rules.TooManyCodes):
        send(clock)
    assert db.session.query(Message).count() == 0


def test_many_browsers_spraying_at_once_get_no_more_tries_than_the_budget_and_one_a_code(
    app: Flask, clock: Clock
) -> None:
    limits, phones = CodeLimits(wrong_per_hour=4), [f"+82101234000{n}" for n in range(8)]
    sent = {phone: send(clock, phone, browser=phone) for phone in phones}
    tried = 0
    for phone in phones:
        for _ in range(rules.TRIES_PER_CODE):
            with pytest.raises(rules.PeopleError) as error:
                codes.check_code(phone, phone, wrong(sent[phone]), key=KEY, at=clock.now(), limits=limits)
            tried += isinstance(error.value, rules.WrongCode)
    assert tried == 4 + 7, "the budget at the first phone, then one try at each code"
    clock.offset += rules.WRONG_WINDOW
    code = send(clock, phones[0], browser="new")
    for left in (4, 3):
        with pytest.raises(rules.WrongCode) as again:
            codes.check_code(phones[0], "new", wrong(code), key=KEY, at=clock.now(), limits=limits)
        assert again.value.tries_left == left


def test_right_codes_use_up_no_budget(app: Flask, clock: Clock) -> None:
    for _ in range(3):
        check(clock, send(clock))
    assert queries.count_wrong_tries(clock.now() - rules.WRONG_WINDOW) == 0


def test_the_limit_says_when_the_next_code_may_be_asked_for() -> None:
    def ago(*minutes: int) -> list[datetime]:
        return [AT - timedelta(minutes=m) for m in minutes]

    rules.ensure_code_allowed(ago(1, 2, 3, 4, 60), AT)
    for sent, wait in ((ago(1, 2, 3, 4, 50), 10), (ago(0, 0, 0, 0, 0, 9), 60), (ago(*range(61, 71)), 24 * 60 - 70)):
        with pytest.raises(rules.TooManyCodes) as error:
            rules.ensure_code_allowed(sent, AT)
        assert error.value.again_at == AT + timedelta(minutes=wait)


def test_no_audit_line_of_signing_in_names_a_resident(app: Flask, clock: Clock) -> None:
    """Beside the hour of a vote it would tell who voted."""
    code = send(clock)
    with pytest.raises(rules.WrongCode):
        check(clock, wrong(code))
    check(clock, code)
    lines = db.session.query(AuditLine).order_by(AuditLine.id).all()
    assert [line.action for line in lines] == ["sign_in_code.send", "sign_in_code.try", "sign_in_code.try"]
    assert [line.fields for line in lines[1:]] == [{"right": False, "first": False}, {"right": True, "first": True}]
    assert {line.actor_kind for line in lines} == {"system"}


def test_old_codes_and_tries_are_forgotten_and_recent_ones_still_count(app: Flask, clock: Clock) -> None:
    send(clock)
    keep(PasswordTries(login_key="x" * 64, tries=3, last_at=clock.now()))
    clock.offset += rules.KEPT_FOR
    send(clock)
    assert codes.forget_old(at=clock.now()) == 2
    assert db.session.query(SignInCode).count() == 1
    assert codes.forget_old(at=clock.now()) == 0
