"""The meetings of a committee and of its sub-committees, other than general ones: the list, calling for one, and the
day of one. What happens on it is the same for all meetings: see `meetings`, `meeting_agenda`, `meeting_minutes`."""

from flask import flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug import Response
from wtforms import BooleanField

from app import clock
from app.committee import (
    agenda_rules,
    convening,
    queries,
    rules,
    subcommittee_queries,
    subcommittee_rules,
    subcommittees,
)
from app.committee.models import CommitteeMeeting
from app.programmes.models import Programme
from app.web import guard
from app.web.fields import Between, Form, Required, WholeNumberField
from app.web.meeting_pages import url_of
from app.web.office.audience import wing
from app.web.office.committee_frame import committee_frame, get_programme
from app.web.office.meeting_forms import ChangeMeetingForm, ConveneForm
from app.web.office.meeting_frame import get_committee_meeting, meeting_frame
from app.web.office.meetings import LOOK_AGAIN, lacks_notice
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]
BAD_TIMES = (rules.MeetingInThePast, subcommittee_rules.SubcommitteeOver)


class SettingsForm(Form):
    notice_days = WholeNumberField(
        _l("회의를 알리는 기간"),
        [Required(_l("며칠 전에 알려야 하는지 입력해 주세요.")), Between(0, agenda_rules.LONGEST_NOTICE_DAYS)],
    )
    one_subcommittee = BooleanField(_l("위원은 한 분과위원회에만 속합니다"))


@wing.get("/programmes/<slug>/meetings")
def committee_meeting_list(slug: str) -> str:
    one = get_programme(slug)
    return render_template(
        "office/committee_meeting_list.html",
        meetings=queries.list_committee_meetings(one.id),
        settings=subcommittee_queries.get_settings(one.id),
        **committee_frame(one),
    )


@wing.route("/programmes/<slug>/meetings/settings", methods=["GET", "POST"])
def committee_settings(slug: str) -> Answer:
    one = get_programme(slug)
    form = SettingsForm(obj=subcommittee_queries.get_settings(one.id))
    if form.validate_on_submit():
        given = {"notice_days": form.notice_days.data, "one_subcommittee": form.one_subcommittee.data}
        subcommittees.set_settings(one, **given, at=clock.now(), by=guard.get_account().actor)
        flash(_("위원회의 규칙을 저장했습니다."), "good")
        return redirect(url_for(".committee_meeting_list", slug=slug))
    page = render_template("office/committee_settings.html", form=form, **committee_frame(one))
    return page, 422 if form.errors else 200


@wing.route("/programmes/<slug>/meetings/new", methods=["GET", "POST"])
def committee_meeting_convene(slug: str) -> Answer:
    one = get_programme(slug)
    form = ConveneForm(data={"notice_days": subcommittee_queries.get_settings(one.id).notice_days})
    standing = subcommittee_queries.list_standing(one.id, clock.seoul_day(clock.now()))
    form.offer(standing)
    if form.validate_on_submit():
        with shown_in(
            form, {rules.MeetingInThePast: form.starts_at, subcommittee_rules.SubcommitteeOver: form.starts_at}
        ):
            meeting = _convene(one, form)
            flash(_("회의를 잡았습니다. 안건을 넣고 소집 통지를 보내 주세요."), "good")
            return redirect(url_of(meeting, "office.meeting_agenda"))
    page = render_template(
        "office/committee_meeting_plan.html", form=form, meeting=None, cancel=_list_url(one), **committee_frame(one)
    )
    return page, 422 if form.errors else 200


def _convene(one: Programme, form: ConveneForm) -> CommitteeMeeting:
    body = form.subcommittee_id
    return convening.convene_meeting(
        one,
        subcommittee=subcommittee_queries.get_subcommittee(body) if body else None,
        title=form.title.data,
        place=form.place.data,
        starts_at=form.starts_at.data,
        notice_days=form.notice_days.data,
        at=clock.now(),
        by=guard.get_account().actor,
    )


@wing.get("/meetings/<int:meeting_id>")
def committee_meeting_detail(meeting_id: int) -> Response:
    meeting = get_committee_meeting(meeting_id)
    page = make_response(
        render_template(
            "office/committee_meeting_detail.html",
            door=queries.list_at_the_door(meeting, clock.now()),
            lacks_notice=lacks_notice(meeting),
            item=queries.find_item_up(meeting),
            **meeting_frame(meeting),
        )
    )
    if meeting.state in (rules.PLANNED, rules.OPEN):
        page.headers["Refresh"] = str(LOOK_AGAIN)
    return page


@wing.route("/meetings/<int:meeting_id>/plan", methods=["GET", "POST"])
def committee_meeting_plan(meeting_id: int) -> Answer:
    meeting = get_committee_meeting(meeting_id)
    form = ChangeMeetingForm(obj=meeting)
    if form.validate_on_submit():
        places = {agenda_rules.NoticeLowered: form.notice_days, rules.NobodyToInvite: None}
        with shown_in(form, {**dict.fromkeys(BAD_TIMES, form.starts_at), **places}):
            names = ("title", "place", "starts_at", "notice_days")
            given = {name: form[name].data for name in names}
            convening.change_meeting(meeting, **given, at=clock.now(), by=guard.get_account().actor)
            flash(_("회의 일정을 저장했습니다."), "good")
            return redirect(url_of(meeting, "office.meeting_detail"))
    if meeting.state != rules.PLANNED:
        raise rules.WrongState(meeting.state, rules.PLANNED)
    cancel = url_of(meeting, "office.meeting_detail")
    page = render_template("office/committee_meeting_plan.html", form=form, cancel=cancel, **meeting_frame(meeting))
    return page, 422 if form.errors else 200


def _list_url(one: Programme) -> str:
    return url_for(".committee_meeting_list", slug=one.slug)
