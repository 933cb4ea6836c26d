"""The calendar file of an invitation, against RFC 5545."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import SEOUL
from app.web.calendar_file import LONGEST_LINE, Event, escaped, folded, write

AT = datetime(2026, 9, 19, 14, 30, tzinfo=SEOUL)
LONG = "총회; 금천구청, 12층 대강당\n" * 6


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_an_event_says_when_where_and_what() -> None:
    event = Event("meeting-1@example.kr", 1, AT, AT, "총회", "금천구청; 대강당", LONG)
    lines = unfolded(write(event))
    assert (lines[0], lines[-2:]) == ("BEGIN:VCALENDAR", ["END:VCALENDAR", ""])
    assert {"DTSTART:20260919T053000Z", "DTEND:20260919T073000Z", "STATUS:CONFIRMED"} <= set(lines)
    assert "STATUS:CANCELLED" in write(event._replace(is_cancelled=True))
    assert "SEQUENCE:1" in lines
    assert "LOCATION:금천구청\\; 대강당" in lines
    assert f"DESCRIPTION:{escaped(LONG)}" in lines


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("a,b;c", "a\\,b\\;c"),
        ("C:\\n", "C:\\\\n"),
        ("one\r\ntwo\nthree", "one\\ntwo\\nthree"),
        ("END:VEVENT\nBEGIN:VALARM", "END:VEVENT\\nBEGIN:VALARM"),
    ],
)
def test_what_is_typed_cannot_leave_its_line(typed: str, said: str) -> None:
    assert escaped(typed) == said


@given(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=300))
def test_no_line_is_longer_than_75_octets_and_no_letter_is_cut(text: str) -> None:
    lines = folded(text).split("\r\n")
    assert all(len(line.encode()) <= LONGEST_LINE for line in lines)
    assert all(line.startswith(" ") for line in lines[1:])
    assert lines[0] + "".join(line[1:] for line in lines[1:]) == text
