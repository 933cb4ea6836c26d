"""The general meeting at the office's table: notice, the door, opening and end. The quorum is always in view."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, make_response, redirect, render_template
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.ballots import queries as ballots
from app.committee import agenda_rules, queries, rules, services
from app.committee.models import GeneralMeeting, Meeting
from app.people.models import APPROVER_ROLE, STAFF_ROLE
from app.rounds.models import Round
from app.rounds.rules import BALLOT_PUBLISHED, COMMITTEE, COMMITTEE_VOTE, OutsidePhase, find_period, is_running
from app.web import guard
from app.web.fields import Form
from app.web.meeting_pages import noun_of, url_of
from app.web.office.audience import wing
from app.web.office.meeting_forms import CancelForm, MeetingForm, ShortNoticeForm
from app.web.office.meeting_frame import meeting_frame, meetings
from app.web.office.round_frame import get_round, has_committee, round_frame
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]
LOOK_AGAIN = 60  # seconds after which the page with the numbers is loaded anew


@wing.get("/rounds/<int:round_id>/meeting")
def meeting_detail(round_id: int) -> Answer:
    round_ = _get_round(round_id, STAFF_ROLE, APPROVER_ROLE)
    meeting = queries.find_meeting(round_id)
    if meeting is None:
        return render_template("office/meeting_none.html", period=_period(round_), **round_frame(round_))
    page = make_response(
        render_template(
            "office/meeting_detail.html",
            door=queries.list_at_the_door(meeting, clock.now()),
            voted=_voted(round_id),
            period=_period(round_),
            is_running=_is_running(round_),
            lacks_notice=lacks_notice(meeting),
            item=queries.find_item_up(meeting),
            has_tablets=bool(queries.list_tablets(meeting)),
            form=Form(),
            **meeting_frame(meeting),
        )
    )
    if meeting.state in (rules.PLANNED, rules.OPEN):
        page.headers["Refresh"] = str(LOOK_AGAIN)
    return page


def lacks_notice(meeting: Meeting) -> bool:
    """Whether a reason must be said to open it now."""
    try:
        queries.ensure_notice(meeting, clock.now())
    except agenda_rules.NoticeTooShort:
        return True
    return False


@wing.route("/rounds/<int:round_id>/meeting/plan", methods=["GET", "POST"])
def meeting_plan(round_id: int) -> Answer:
    round_ = _get_round(round_id)
    meeting = queries.find_meeting(round_id)
    form = MeetingForm(obj=meeting)
    if form.validate_on_submit():
        with shown_in(form, {OutsidePhase: form.starts_at, agenda_rules.NoticeLowered: form.notice_days}):
            saved = _plan(round_, meeting, form)
            flash(_("총회 일정을 저장했습니다."), "good")
            return _back(saved)
    page = render_template(
        "office/meeting_plan.html", form=form, meeting=meeting, period=_period(round_), **round_frame(round_)
    )
    return page, 422 if form.errors else 200


def _get_round(round_id: int, *roles: str) -> Round:
    """Where the committee leaves the vote to the residents there is no meeting."""
    round_ = get_round(round_id, *roles)
    return round_ if has_committee(round_) else abort(404)


def _plan(round_: Round, meeting: GeneralMeeting | None, form: MeetingForm) -> GeneralMeeting:
    given = {"place": form.place.data, "starts_at": form.starts_at.data, "notice_days": form.notice_days.data}
    if meeting is None:
        return services.plan_meeting(round_, **given, at=clock.now(), by=guard.get_account().actor)
    services.move_meeting(meeting, **given, at=clock.now(), by=guard.get_account().actor)
    return meeting


@meetings.at("/members/<int:member_id>/arrive", "POST")
def meeting_arrive(meeting: Meeting, member_id: int) -> Response:
    return _at_the_door(services.record_arrival, meeting, member_id)


@meetings.at("/members/<int:member_id>/leave", "POST")
def meeting_leave(meeting: Meeting, member_id: int) -> Response:
    return _at_the_door(services.record_leaving, meeting, member_id)


def _at_the_door(record: Callable[..., None], meeting: Meeting, member_id: int) -> Response:
    record(meeting, queries.get_member(member_id), at=clock.now(), by=guard.get_account().actor)
    return redirect(url_of(meeting, "office.meeting_detail", _anchor=f"member-{member_id}"))


@meetings.at("/open", "GET", "POST")
def meeting_open(meeting: Meeting) -> Answer:
    """Where the notice was too short, the reason is said here."""
    form = ShortNoticeForm()
    if form.validate_on_submit():
        with shown_in(form, {agenda_rules.NoticeTooShort: form.reason}):
            reason = form.reason.data or ""
            services.open_meeting(meeting, short_notice=reason, at=clock.now(), by=guard.get_account().actor)
            flash(_said_when_open(meeting), "good")
            return _back(meeting)
    if not form.errors:
        rules.ensure_may_become(meeting.state, rules.OPEN)
    page = render_template(
        "office/meeting_open.html",
        form=form,
        lacks_notice=lacks_notice(meeting),
        by=agenda_rules.notice_by(meeting.starts_at, meeting.notice_days),
        **meeting_frame(meeting),
    )
    return page, 422 if form.errors else 200


def _said_when_open(meeting: Meeting) -> str:
    if isinstance(meeting, GeneralMeeting):
        return _("총회를 열었습니다. 참석한 위원은 자기 기기에서 투표할 수 있습니다.")
    return _("회의를 열었습니다. 안건을 하나씩 시작해 주세요.")


@meetings.at("/end", "GET", "POST")
def meeting_end(meeting: Meeting) -> Answer:
    form = Form()
    if form.validate_on_submit():
        services.end_meeting(meeting, at=clock.now(), by=guard.get_account().actor)
        flash(_("%(meeting)s를 마쳤습니다.", meeting=noun_of(meeting)), "good")
        return _back(meeting)
    rules.ensure_may_become(meeting.state, rules.ENDED)
    page = render_template(
        "office/meeting_end.html",
        form=form,
        came=queries.count_came(meeting),
        voted=_voted(meeting.round_id) if isinstance(meeting, GeneralMeeting) else None,
        **meeting_frame(meeting),
    )
    return page, 422 if form.errors else 200


@meetings.at("/cancel", "GET", "POST")
def meeting_cancel(meeting: Meeting) -> Answer:
    form = CancelForm()
    if form.validate_on_submit():
        services.cancel_meeting(meeting, reason=form.reason.data, at=clock.now(), by=guard.get_account().actor)
        flash(_("%(meeting)s를 열지 않기로 했다고 기록했습니다.", meeting=noun_of(meeting)), "good")
        return _back(meeting)
    rules.ensure_may_become(meeting.state, rules.CANCELLED)
    page = render_template("office/meeting_cancel.html", form=form, **meeting_frame(meeting))
    return page, 422 if form.errors else 200


@meetings.at("/not-held", "GET", "POST")
def meeting_not_held(meeting: Meeting) -> Answer:
    form = Form()
    if form.validate_on_submit():
        services.record_not_held(meeting, at=clock.now(), by=guard.get_account().actor)
        flash(_("%(meeting)s가 열리지 못했다고 기록했습니다.", meeting=noun_of(meeting)), "good")
        return _back(meeting)
    rules.ensure_may_become(meeting.state, rules.NOT_HELD)
    page = render_template("office/meeting_not_held.html", form=form, **meeting_frame(meeting))
    return page, 422 if form.errors else 200


def _voted(round_id: int) -> int:
    return sum(ballots.participations(round_id).get(COMMITTEE, {}).values())


def _is_running(round_: Round) -> bool:
    """Whether the committee may vote now: only then is a meeting opened."""
    period = _period(round_)
    return round_.state == BALLOT_PUBLISHED and period is not None and is_running(period, clock.now())


def _period(round_: Round) -> Any:
    return find_period(round_.phases, COMMITTEE_VOTE)


def _back(meeting: Meeting) -> Response:
    return redirect(url_of(meeting, "office.meeting_detail"))
