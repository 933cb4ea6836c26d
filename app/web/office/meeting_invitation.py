"""Inviting the committee to its general meeting."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.committee import agenda_rules, invitations, queries, rules
from app.committee.rules import NotAMember
from app.web import guard
from app.web.fields import Form
from app.web.office.audience import wing
from app.web.office.meeting_frame import get_meeting, meeting_frame
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]


@wing.route("/rounds/<int:round_id>/meeting/invite", methods=["GET", "POST"])
def meeting_invite(round_id: int) -> Answer:
    meeting = get_meeting(round_id)
    form = Form()
    if form.validate_on_submit():
        with shown_in(form, {NotAMember: None}):
            sent = invitations.send_invitation(meeting, at=clock.now(), by=guard.get_account().actor)
            flash(_("위원 %(n)s명에게 소집 통지를 보냈습니다.", n=sent.members), "good")
            return redirect(url_for(".meeting_detail", round_id=round_id))
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
