"""The comments of a round, those that residents have reported first, and what staff decide on them."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.people.models import STAFF_ROLE
from app.voices import queries, rules, services
from app.voices.models import Comment
from app.web import guard
from app.web.fields import VersionForm
from app.web.office.audience import wing
from app.web.office.comment_forms import HideForm
from app.web.office.round_frame import get_round, round_frame
from app.web.paging import page_number
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]


@wing.get("/rounds/<int:round_id>/comments")
def comment_list(round_id: int) -> str:
    round_ = get_round(round_id)
    return render_template(
        "office/comment_list.html",
        reported=queries.list_reported(round_id),
        hidden=queries.list_hidden(round_id),
        all=queries.read_comments_of_round(round_id, page_number()),
        **round_frame(round_),
    )


@wing.route("/comments/<int:comment_id>/hide", methods=["GET", "POST"])
def comment_hide(comment_id: int) -> Answer:
    comment, form = _staffs(comment_id), HideForm()
    if not form.is_submitted():
        rules.ensure_may_become(comment.state, rules.HIDDEN)
    if form.validate_on_submit():
        with shown_in(form, {rules.ReasonMissing: form.reason, rules.CommentMoved: None}):
            services.hide_comment(
                comment,
                ground=form.ground.data,
                reason=form.reason.data,
                bar=form.bar.data,
                seen=form.seen,
                at=clock.now(),
                by=guard.get_account(),
            )
            return _done(comment, _("의견을 가렸습니다."))
    return _page("office/comment_hide.html", comment, form)


@wing.route("/comments/<int:comment_id>/keep", methods=["GET", "POST"])
def comment_keep(comment_id: int) -> Answer:
    comment, form = _staffs(comment_id), VersionForm()
    if form.validate_on_submit():
        services.keep_comment(comment, seen=form.seen, at=clock.now(), by=guard.get_account())
        return _done(comment, _("의견을 그대로 두었습니다."))
    return _page("office/comment_keep.html", comment, form)


def _staffs(comment_id: int) -> Comment:
    comment = queries.get_comment(comment_id)
    guard.ensure_role(comment.proposal.round.programme, STAFF_ROLE)
    return comment


def _done(comment: Comment, words: str) -> Response:
    flash(words, "good")
    return redirect(url_for("office.comment_list", round_id=comment.proposal.round_id))


def _page(template: str, comment: Comment, form: VersionForm) -> Answer:
    if not form.is_submitted():
        form.version.data = str(comment.version)
    page = render_template(template, comment=comment, form=form, **round_frame(comment.proposal.round))
    return page, 422 if form.errors else 200
