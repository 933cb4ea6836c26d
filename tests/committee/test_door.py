"""The code at the door: made of the time and the meeting, and kept nowhere."""

from datetime import UTC, datetime, timedelta

import pytest

from app.committee import tablet_rules as rules

KEY = "k" * 32
AT = datetime(2026, 9, 19, 5, 0, 0, tzinfo=UTC)


def test_the_code_changes_every_half_minute_and_is_another_for_every_meeting_and_key() -> None:
    code = rules.door_code(KEY, 1, AT)
    assert rules.door_code(KEY, 1, AT + timedelta(seconds=29)) == code
    others = [(KEY, 1, AT + timedelta(seconds=30)), (KEY, 2, AT), ("j" * 32, 1, AT)]
    assert code not in [rules.door_code(*other) for other in others]


@pytest.mark.parametrize("age", [0, 29, 30, 89])
def test_a_code_is_good_while_it_is_shown_and_a_minute_longer(age: int) -> None:
    rules.ensure_door_code(KEY, 1, rules.door_code(KEY, 1, AT), AT + timedelta(seconds=age))


@pytest.mark.parametrize("age", [90, 3600, -1])
def test_an_old_code_and_one_that_is_still_to_come_are_refused(age: int) -> None:
    with pytest.raises(rules.DoorCodeOld):
        rules.ensure_door_code(KEY, 1, rules.door_code(KEY, 1, AT), AT + timedelta(seconds=age))


@pytest.mark.parametrize("code", ["", "0" * 20, "가나다", "x" * 100])
def test_nothing_else_is_a_code(code: str) -> None:
    with pytest.raises(rules.DoorCodeOld):
        rules.ensure_door_code(KEY, 1, code, AT)
