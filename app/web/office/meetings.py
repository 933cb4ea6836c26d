"""The general meeting at the office's table: notice, the door, opening and end. The quorum is always in view."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.ballots import queries as ballots
from app.committee import agenda_rules, queries, rules, services
from app.committee.models import GeneralMeeting
from app.people.models import APPROVER_ROLE, STAFF_ROLE
from app.rounds.models import Round
from app.rounds.rules import BALLOT_PUBLISHED, COMMITTEE, COMMITTEE_VOTE, OutsidePhase, find_period, is_running
from app.web import guard
from app.web.fields import Form
from app.web.office.audience import wing
from app.web.office.meeting_forms import MeetingForm, ShortNoticeForm
from app.web.office.meeting_frame import meeting_frame
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
            lacks_notice=_lacks_notice(meeting),
            item=queries.find_item_up(meeting),
            has_tablets=bool(queries.list_tablets(meeting)),
            form=Form(),
            **meeting_frame(meeting),
        )
    )
    if meeting.state in (rules.PLANNED, rules.OPEN):
        page.headers["Refresh"] = str(LOOK_AGAIN)
    return page


def _lacks_notice(meeting: GeneralMeeting) -> bool:
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
        with shown_in(form, {OutsidePhase: form.starts_at}):
            _plan(round_, meeting, form)
            flash(_("총회 일정을 저장했습니다."), "good")
            return _back(round_id)
    page = render_template(
        "office/meeting_plan.html", form=form, meeting=meeting, period=_period(round_), **round_frame(round_)
    )
    return page, 422 if form.errors else 200


def _get_round(round_id: int, *roles: str) -> Round:
    """Where the committee leaves the vote to the residents there is no meeting."""
    round_ = get_round(round_id, *roles)
    return round_ if has_committee(round_) else abort(404)


def _plan(round_: Round, meeting: GeneralMeeting | None, form: MeetingForm) -> None:
    given = {"place": form.place.data, "starts_at": form.starts_at.data, "notice_days": form.notice_days.data}
    if meeting is None:
        services.plan_meeting(round_, **given, at=clock.now(), by=guard.get_account().actor)
    else:
        services.move_meeting(meeting, **given, at=clock.now(), by=guard.get_account().actor)


@wing.post("/rounds/<int:round_id>/meeting/members/<int:member_id>/arrive")
def meeting_arrive(round_id: int, member_id: int) -> Response:
    return _at_the_door(services.record_arrival, round_id, member_id)


@wing.post("/rounds/<int:round_id>/meeting/members/<int:member_id>/leave")
def meeting_leave(round_id: int, member_id: int) -> Response:
    return _at_the_door(services.record_leaving, round_id, member_id)


def _at_the_door(record: Callable[..., None], round_id: int, member_id: int) -> Response:
    meeting = _meeting(round_id)
    record(meeting, queries.get_member(member_id), at=clock.now(), by=guard.get_account().actor)
    return redirect(url_for(".meeting_detail", round_id=round_id, _anchor=f"member-{member_id}"))


@wing.route("/rounds/<int:round_id>/meeting/open", methods=["GET", "POST"])
def meeting_open(round_id: int) -> Answer:
    """The page is for a meeting whose notice was too short: there the reason is said."""
    meeting = _meeting(round_id)
    form = ShortNoticeForm()
    if form.validate_on_submit():
        with shown_in(form, {agenda_rules.NoticeTooShort: form.reason}):
            reason = form.reason.data or ""
            services.open_meeting(meeting, short_notice=reason, at=clock.now(), by=guard.get_account().actor)
            flash(_("총회를 열었습니다. 참석한 위원은 자기 기기에서 투표할 수 있습니다."), "good")
            return _back(round_id)
    if not form.errors:
        rules.ensure_may_become(meeting.state, rules.OPEN)
    page = render_template(
        "office/meeting_open.html",
        form=form,
        by=agenda_rules.notice_by(meeting.starts_at, meeting.notice_days),
        **meeting_frame(meeting),
    )
    return page, 422 if form.errors else 200


@wing.route("/rounds/<int:round_id>/meeting/end", methods=["GET", "POST"])
def meeting_end(round_id: int) -> Answer:
    meeting = _meeting(round_id)
    form = Form()
    if form.validate_on_submit():
        services.end_meeting(meeting, at=clock.now(), by=guard.get_account().actor)
        flash(_("총회를 마쳤습니다."), "good")
        return _back(round_id)
    rules.ensure_may_become(meeting.state, rules.ENDED)
    page = render_template(
        "office/meeting_end.html",
        form=form,
        meeting=meeting,
        came=len(queries.list_attended(round_id)),
        voted=_voted(round_id),
        **_presence(meeting),
        **round_frame(meeting.round),
    )
    return page, 422 if form.errors else 200


@wing.route("/rounds/<int:round_id>/meeting/not-held", methods=["GET", "POST"])
def meeting_not_held(round_id: int) -> Answer:
    meeting = _meeting(round_id)
    form = Form()
    if form.validate_on_submit():
        services.record_not_held(meeting, at=clock.now(), by=guard.get_account().actor)
        flash(_("총회가 열리지 못했다고 기록했습니다."), "good")
        return _back(round_id)
    rules.ensure_may_become(meeting.state, rules.NOT_HELD)
    page = render_template(
        "office/meeting_not_held.html", form=form, **_presence(meeting), **round_frame(meeting.round)
    )
    return page, 422 if form.errors else 200


def _meeting(round_id: int) -> GeneralMeeting:
    get_round(round_id)
    return queries.get_meeting(round_id)


def _presence(meeting: GeneralMeeting) -> dict[str, Any]:
    return {"presence": queries.presence(meeting, clock.now())}


def _voted(round_id: int) -> int:
    return sum(ballots.participations(round_id).get(COMMITTEE, {}).values())


def _is_running(round_: Round) -> bool:
    """Whether the committee may vote now: only then is a meeting opened."""
    period = _period(round_)
    return round_.state == BALLOT_PUBLISHED and period is not None and is_running(period, clock.now())


def _period(round_: Round) -> Any:
    return find_period(round_.phases, COMMITTEE_VOTE)


def _back(round_id: int) -> Response:
    return redirect(url_for(".meeting_detail", round_id=round_id))
