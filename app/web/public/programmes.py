"""The programmes told apart (P8), their shared calendar, and the public page of a round."""

from typing import Any

from flask import render_template

from app import clock
from app.ballots.log_queries import has_box
from app.committee import queries as committee
from app.figures.rules import list_calendar
from app.programmes import queries as programmes
from app.programmes.models import Programme
from app.proposals import queries as proposals
from app.recruitment import queries as recruitment
from app.rounds import queries
from app.stations import queries as stations
from app.web.navigation import programme_frame
from app.web.public.audience import wing
from app.web.round_words import rules_in_words


@wing.get("/programmes")
def programme_list() -> str:
    return render_template(
        "public/programme_list.html",
        programmes=programmes.list_programmes(),
        calendar=list_calendar(queries.list_rounds_under_way(), clock.now()),
    )


@wing.get("/programmes/<slug>")
def programme_detail(slug: str) -> str:
    one = programmes.get_programme_by_slug(slug)
    return render_template(
        "public/programme_detail.html",
        rounds=queries.list_public_rounds(one),
        calls=recruitment.list_recruitments(one, with_drafts=False),
        **_frame(one),
    )


@wing.get("/rounds/<int:round_id>")
def round_detail(round_id: int) -> str:
    round_ = queries.get_public_round(round_id)
    return render_template(
        "public/round_detail.html",
        round=round_,
        rules=rules_in_words(round_),
        has_proposals=round_ in proposals.list_public_rounds(),
        has_box=has_box(round_),
        has_minutes=_has_minutes(round_.id),
        has_stations=stations.has_stations(round_.id),
        **_frame(round_.programme),
    )


def _has_minutes(round_id: int) -> bool:
    meeting = committee.find_meeting(round_id)
    return meeting is not None and meeting.minutes_published_at is not None


def _frame(one: Programme) -> dict[str, Any]:
    """The banner of one programme, and the others it must not be taken for."""
    others = [other for other in programmes.list_programmes() if other.id != one.id]
    return {"one": one, "others": others, "programme": programme_frame(one)}
