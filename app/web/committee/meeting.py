"""A member's own side of a meeting: the invitation, signing in at the door with their own phone, and for whoever
presides the minutes to approve."""

from datetime import date

from flask import Response, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug import Response as Redirect

from app import clock
from app.committee import agenda_rules, minutes, queries, rules, services, subcommittee_queries
from app.committee import tablet_rules as tablets
from app.committee.models import CommitteeMeeting, CommitteeMember, GeneralMeeting, Meeting
from app.errors import NotFound
from app.people.models import COMMITTEE_ROLE
from app.rounds import queries as rounds
from app.web import guard
from app.web.calendar_file import Event, calendar_response
from app.web.committee.audience import wing
from app.web.fields import Form, SeenField
from app.web.filters import moment
from app.web.meeting_pages import Addresses, url_of
from app.web.meeting_view import body_name, full_name, minutes_facts
from app.web.navigation import programme_frame
from app.web.refusals import shown_in

Answer = Response | Redirect | str | tuple[str, int]
LOOK_AGAIN = 60  # seconds after which the page with the numbers is loaded anew


def _get_general(round_id: int) -> GeneralMeeting:
    round_ = rounds.get_public_round(round_id)
    guard.ensure_role(round_.programme, COMMITTEE_ROLE)
    return queries.get_meeting(round_id)


def _get_other(meeting_id: int) -> CommitteeMeeting:
    """For the members of its body, and whoever is to approve its minutes: those of another sub-committee find
    nothing."""
    one = queries.get_committee_meeting(meeting_id)
    guard.ensure_role(one.programme, COMMITTEE_ROLE)
    member = _find_member(one)
    if member is None or not may_see(one, member):
        raise NotFound(f"meeting {meeting_id}")
    return one


def may_see(one: Meeting, member: CommitteeMember) -> bool:
    return subcommittee_queries.may_read(one, member, _today()) or minutes.may_approve(one, member.account, clock.now())


meetings = Addresses(wing, _get_general, _get_other)


class ApproveForm(Form):
    read = SeenField()


@meetings.at("")
def meeting(one: Meeting) -> Response:
    here = queries.is_present(one, member) if (member := _find_member(one)) else False
    page = make_response(
        render_template(
            "committee/meeting.html",
            meeting=one,
            body=body_name(one),
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


@meetings.at(".ics")
def meeting_calendar(one: Meeting) -> Response:
    if one.invitation is None:
        raise NotFound(f"invitation of meeting {one.id}")
    words = [f"{n}. {item.title}" for n, item in enumerate(queries.list_items(one), start=1)]
    event = Event(
        uid=f"{one.kind}-meeting-{one.id}@{request.host}",
        sequence=2 * (one.invitation.number - 1) + (one.state == rules.CANCELLED),
        sent_at=one.cancelled_at or one.invitation.sent_at,
        starts_at=one.invitation.starts_at,
        summary=full_name(one),
        location=one.invitation.place,
        description="\n".join([_("여는 때: %(when)s", when=moment(one.invitation.starts_at)), *words]),
        is_cancelled=one.state == rules.CANCELLED,
    )
    return calendar_response(event)


@meetings.at("/door/<code>", "GET", "POST", of_round="")
def door(one: Meeting, code: str) -> Answer:
    """Where the code at the door leads: whoever can read it stands before it, and says on their own phone that they
    come or go. An old code does neither."""
    tablets.ensure_door_code(guard.identity_key(), one.id, code, clock.now())
    member = _find_member(one)
    if member is None:
        raise rules.NotSummoned
    form = Form()
    if form.validate_on_submit():
        _come_or_go(one, member, goes=request.form.get("act") == "leave")
        return redirect(url_of(one, "committee.meeting"))
    page = render_template(
        "committee/door.html",
        form=form,
        meeting=one,
        body=body_name(one),
        is_here=queries.is_present(one, member),
        presence=queries.presence(one, clock.now()),
        **_frame(one),
    )
    return page, 422 if form.errors else 200


def _come_or_go(one: Meeting, member: CommitteeMember, *, goes: bool) -> None:
    by, at = guard.get_account().actor, clock.now()
    if goes:
        services.record_leaving(one, member, at=at, by=by)
        flash(_("나간 것으로 기록했습니다. 다시 들어오실 때 QR 코드를 찍어 주세요."), "good")
    else:
        services.record_arrival(one, member, at=at, by=by)
        flash(_("참석이 확인되었습니다."), "good")


@wing.route("/meetings/<int:meeting_id>/minutes", methods=["GET", "POST"])
def committee_meeting_minutes(meeting_id: int) -> Answer:
    """The draft, for all who belong to the body; whoever presides approves the words that they have before them."""
    one, account, form = _get_other(meeting_id), guard.get_account(), ApproveForm()
    if one.state != rules.ENDED:
        raise agenda_rules.MinutesTooEarly
    if form.validate_on_submit():
        with shown_in(form, {agenda_rules.MinutesChanged: None}):
            minutes.approve_minutes(one, account, read=form.read.data or "", at=clock.now())
            flash(_("회의록을 확인했습니다. 담당자가 공개합니다."), "good")
            return redirect(url_of(one, "committee.meeting"))
    form.read.data = minutes.digest(one.minutes)
    page = render_template(
        "committee/minutes.html",
        form=form,
        meeting=one,
        body=body_name(one),
        facts=minutes_facts(one),
        may_approve=minutes.may_approve(one, account, clock.now()),
        **_frame(one),
    )
    return page, 422 if form.errors else 200


def _find_member(one: Meeting) -> CommitteeMember | None:
    return queries.find_member(one.programme_id, guard.get_account().id, _today())


def _today() -> date:
    return clock.seoul_day(clock.now())


def _frame(one: Meeting) -> dict[str, object]:
    return {"programme": programme_frame(one.programme)}
