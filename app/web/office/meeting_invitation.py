"""Inviting a meeting's body: the committee, or the sub-committee."""

from flask import flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.committee import agenda_rules, invitations, queries, rules
from app.committee.models import Meeting
from app.committee.rules import NobodyToInvite
from app.committee.subcommittee_rules import SubcommitteeOver
from app.web import guard
from app.web.fields import Form
from app.web.meeting_pages import url_of
from app.web.office.meeting_frame import meeting_frame, meetings
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]
wing = meetings.wing


@meetings.at("/invite", "GET", "POST")
def meeting_invite(meeting: Meeting) -> Answer:
    form = Form()
    if form.validate_on_submit():
        with shown_in(form, {NobodyToInvite: None, SubcommitteeOver: None}):
            sent = invitations.send_invitation(meeting, at=clock.now(), by=guard.get_account().actor)
            flash(_("위원 %(n)s명에게 소집 통지를 보냈습니다.", n=sent.members), "good")
            return redirect(url_of(meeting, "office.meeting_detail"))
    if meeting.state != rules.PLANNED:
        raise rules.WrongState(meeting.state, rules.PLANNED)
    page = render_template(
        "office/meeting_invite.html",
        form=form,
        by=agenda_rules.notice_by(meeting.starts_at, meeting.notice_days),
        items=queries.list_items(meeting),
        **meeting_frame(meeting),
    )
    return page, 422 if form.errors else 200
