"""A member's own side of the general meeting: the invitation, and signing in at the door with their own phone."""

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response as Redirect

from app import clock
from app.committee import queries, rules, services
from app.committee import tablet_rules as tablets
from app.committee.models import CommitteeMember, GeneralMeeting
from app.errors import NotFound
from app.people.models import COMMITTEE_ROLE
from app.rounds import queries as rounds
from app.web import guard
from app.web.calendar_file import Event, calendar_response
from app.web.committee.audience import wing
from app.web.fields import Form
from app.web.filters import moment
from app.web.navigation import programme_frame
from app.web.words import said

Answer = Response | Redirect | str | tuple[str, int]
LOOK_AGAIN = 60  # seconds after which the page with the numbers is loaded anew


@wing.get("/rounds/<int:round_id>/meeting")
def meeting(round_id: int) -> Response:
    one = _get(round_id)
    here = queries.is_present(one, member) if (member := _find_member(one)) else False
    page = make_response(
        render_template(
            "committee/meeting.html",
            meeting=one,
            invitation=one.invitation,
            items=queries.list_items(one),
            presence=queries.presence(one, clock.now()),
            is_here=here,
            **_frame(one),
        )
    )
    if one.state in (rules.PLANNED, rules.OPEN):
        page.headers["Refresh"] = str(LOOK_AGAIN)
    return page


@wing.get("/rounds/<int:round_id>/meeting.ics")
def meeting_calendar(round_id: int) -> Response:
    one = _get(round_id)
    if one.invitation is None:
        raise NotFound(f"invitation of round {round_id}")
    words = [f"{n}. {item.title}" for n, item in enumerate(queries.list_items(one), start=1)]
    event = Event(
        uid=f"general-meeting-{one.id}@{request.host}",
        sequence=one.invitation.number - 1,
        sent_at=one.invitation.sent_at,
        starts_at=one.invitation.starts_at,
        summary=_("%(round)s 총회", round=said(one.round, "title")),
        location=one.invitation.place,
        description="\n".join([_("여는 때: %(when)s", when=moment(one.invitation.starts_at)), *words]),
    )
    return calendar_response(event)


@wing.route("/rounds/<int:round_id>/door/<code>", methods=["GET", "POST"])
def door(round_id: int, code: str) -> Answer:
    """Where the code at the door leads: whoever can read it stands before it, and says on their own phone that they
    come or go. An old code does neither."""
    one = _get(round_id)
    tablets.ensure_door_code(guard.identity_key(), one.id, code, clock.now())
    member = _find_member(one)
    if member is None:
        raise rules.NotAMember
    form = Form()
    if form.validate_on_submit():
        _come_or_go(one, member, goes=request.form.get("act") == "leave")
        return redirect(url_for(".meeting", round_id=round_id))
    page = render_template(
        "committee/door.html",
        form=form,
        meeting=one,
        is_here=queries.is_present(one, member),
        presence=queries.presence(one, clock.now()),
        **_frame(one),
    )
    return page, 422 if form.errors else 200


def _come_or_go(one: GeneralMeeting, member: CommitteeMember, *, goes: bool) -> None:
    by, at = guard.get_account().actor, clock.now()
    if goes:
        services.record_leaving(one, member, at=at, by=by)
        flash(_("나간 것으로 기록했습니다. 다시 들어오실 때 QR 코드를 찍어 주세요."), "good")
    else:
        services.record_arrival(one, member, at=at, by=by)
        flash(_("참석이 확인되었습니다."), "good")


def _get(round_id: int) -> GeneralMeeting:
    round_ = rounds.get_public_round(round_id)
    guard.ensure_role(round_.programme, COMMITTEE_ROLE)
    return queries.get_meeting(round_id)


def _find_member(one: GeneralMeeting) -> CommitteeMember | None:
    return queries.find_member(one.round.programme_id, guard.get_account().id, clock.seoul_day(clock.now()))


def _frame(one: GeneralMeeting) -> dict[str, object]:
    return {"round": one.round, "programme": programme_frame(one.round.programme)}
