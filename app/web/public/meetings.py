"""The published minutes of a general meeting."""

from flask import abort, render_template

from app.committee import queries
from app.rounds import queries as rounds
from app.web.meeting_view import minutes_facts
from app.web.navigation import programme_frame
from app.web.public.audience import wing


@wing.get("/rounds/<int:round_id>/meeting")
def meeting_minutes(round_id: int) -> str:
    round_ = rounds.get_public_round(round_id)
    meeting = queries.get_meeting(round_id)
    if meeting.minutes_published_at is None:
        abort(404)
    return render_template(
        "public/meeting_minutes.html",
        round=round_,
        facts=minutes_facts(meeting),
        programme=programme_frame(round_.programme),
    )
