"""One event as an iCalendar file (RFC 5545): the few lines that a calendar needs to take it in."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from flask import Response

LONGEST_LINE = 75  # octets, without the line end (RFC 5545, 3.1)
STAMP = "%Y%m%dT%H%M%SZ"
A_WHILE = timedelta(hours=2)  # nobody says when a meeting ends, and a calendar shows what has no end as an instant
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


class Event(NamedTuple):
    """`sequence` grows with every change, so that a calendar replaces what it has of the same `uid`. `sent_at`: when
    this was said last; `lasts`: about how long it takes. `is_cancelled`: a calendar that has it takes it out."""

    uid: str
    sequence: int
    sent_at: datetime
    starts_at: datetime
    summary: str
    location: str
    description: str
    lasts: timedelta = A_WHILE
    is_cancelled: bool = False


def write(event: Event) -> str:
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Hanpyo//Calendar//KO",
        "METHOD:CANCEL" if event.is_cancelled else "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{escaped(event.uid)}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTAMP:{_utc(event.sent_at)}",
        f"DTSTART:{_utc(event.starts_at)}",
        f"DTEND:{_utc(event.starts_at + event.lasts)}",
        f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}",
        f"SUMMARY:{escaped(event.summary)}",
        f"LOCATION:{escaped(event.location)}",
        f"DESCRIPTION:{escaped(event.description)}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{folded(line)}\r\n" for line in lines)


def escaped(text: str) -> str:
    """A TEXT value (RFC 5545, 3.3.11)."""
    return text.replace("\r\n", "\n").translate(ESCAPES)


def folded(line: str) -> str:
    """In pieces of at most LONGEST_LINE octets, each after the first begun by a blank; no letter is cut in two."""
    pieces, piece, size = [], "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > LONGEST_LINE:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + letter, size + octets
    return "\r\n".join([*pieces, piece])


def calendar_response(event: Event, name: str = "meeting.ics") -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(write(event), mimetype="text/calendar", headers=headers)


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime(STAMP)
