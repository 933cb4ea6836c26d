"""Published minutes, and the page of a committee: its sub-committees with who belongs to them, and its meetings."""

from flask import abort, render_template

from app import clock
from app.committee import queries, rules
from app.committee import subcommittee_queries as subcommittees
from app.committee.models import Meeting, Subcommittee
from app.programmes import queries as programmes
from app.proposals.rules import mask_name
from app.rounds import queries as rounds
from app.web.meeting_view import body_name, minutes_facts
from app.web.navigation import programme_frame
from app.web.public.audience import wing


@wing.get("/rounds/<int:round_id>/meeting")
def meeting_minutes(round_id: int) -> str:
    rounds.get_public_round(round_id)
    return _minutes(queries.get_meeting(round_id))


@wing.get("/meetings/<int:meeting_id>")
def committee_meeting_minutes(meeting_id: int) -> str:
    return _minutes(queries.get_committee_meeting(meeting_id))


def _minutes(meeting: Meeting) -> str:
    if meeting.minutes_published_at is None:
        abort(404)
    return render_template(
        "public/meeting_minutes.html",
        body=body_name(meeting),
        facts=minutes_facts(meeting),
        programme=programme_frame(meeting.programme),
    )


@wing.get("/programmes/<slug>/committee")
def committee_detail(slug: str) -> str:
    """Names are masked, as on a letter of appointment; the office is said."""
    one = programmes.get_programme_by_slug(slug)
    today = clock.seoul_day(clock.now())
    return render_template(
        "public/committee_detail.html",
        one=one,
        enrolled=queries.count_enrolled(one.id, today),
        seats=rules.SEATS,
        subcommittees=[(row, _members(row)) for row in subcommittees.list_standing(one.id, today)],
        meetings=[(row, body_name(row)) for row in queries.list_announced(one.id)],
        programme=programme_frame(one),
    )


def _members(row: Subcommittee) -> list[dict[str, object]]:
    held = subcommittees.list_held_seats(row, clock.seoul_day(clock.now()))
    return [
        {"name": mask_name(seat.member.account.name), "office": seat.member.office, "is_chair": seat.is_chair}
        for seat in held
    ]
