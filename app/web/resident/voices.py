"""A resident's support and comments to proposals of others, and what they report."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.proposals import queries as proposals
from app.proposals.models import Proposal
from app.voices import queries, rules, services
from app.voices.models import Comment
from app.web import guard
from app.web.fields import Form
from app.web.navigation import programme_frame
from app.web.refusals import shown_in
from app.web.resident.audience import wing
from app.web.resident.proposal_forms import PlainForm
from app.web.resident.voice_forms import CommentForm, ReportForm

Answer = Response | str | tuple[str, int]


@wing.route("/proposals/<int:proposal_id>/support", methods=["GET", "POST"])
def proposal_support(proposal_id: int) -> Answer:
    """A page of its own for who had to sign in first; else the button stands on the proposal's."""
    proposal, resident, form = proposals.get_public(proposal_id), guard.get_resident(), PlainForm()
    if not form.validate_on_submit():
        standing = queries.supports(proposal_id, resident)
        return _page("resident/proposal_support.html", form, proposal, standing=standing)
    wanted = request.form.get("wanted") != "no"
    services.set_support(proposal, resident, wanted, at=clock.now())
    flash(_("공감했습니다.") if wanted else _("공감을 거두었습니다."), "good")
    return _back(proposal)


@wing.route("/proposals/<int:proposal_id>/comments/new", methods=["GET", "POST"])
def comment_write(proposal_id: int) -> Answer:
    proposal, resident, form = proposals.get_public(proposal_id), guard.get_resident(), CommentForm()
    rules.ensure_open(proposal.state, proposal.round.state)
    if form.validate_on_submit():
        with shown_in(form, {rules.TooManyComments: None, rules.Barred: None}):
            services.write_comment(proposal, resident, form.body.data, at=clock.now())
            flash(_("의견을 올렸습니다."), "good")
            return _back(proposal)
    return _page("resident/comment_write.html", form, proposal)


@wing.route("/comments/<int:comment_id>/withdraw", methods=["GET", "POST"])
def comment_withdraw(comment_id: int) -> Answer:
    resident, form = guard.get_resident(), PlainForm()
    comment = queries.get_own(comment_id, resident)
    if form.validate_on_submit():
        services.withdraw_comment(comment, at=clock.now())
        flash(_("의견을 지웠습니다."), "good")
        return _back(comment.proposal)
    return _page("resident/comment_withdraw.html", form, comment.proposal, comment)


@wing.route("/comments/<int:comment_id>/report", methods=["GET", "POST"])
def comment_report(comment_id: int) -> Answer:
    resident, form = guard.get_resident(), ReportForm()
    comment = queries.get_shown(comment_id)
    proposals.get_public(comment.proposal_id)  # what is not public any more has no comments either
    if form.validate_on_submit():
        with shown_in(form, {rules.OwnComment: None}):
            services.report_comment(
                comment, resident, ground=form.ground.data, remark=form.remark.data or "", at=clock.now()
            )
            flash(_("알려 주셔서 고맙습니다. 담당 공무원이 살펴봅니다."), "good")
            return _back(comment.proposal)
    return _page("resident/comment_report.html", form, comment.proposal, comment)


def _back(proposal: Proposal) -> Response:
    return redirect(url_for("public.proposal_detail", proposal_id=proposal.id, _anchor="voices"))


def _page(
    template: str, form: Form, proposal: Proposal, comment: Comment | None = None, *, standing: bool = False
) -> Answer:
    page = render_template(
        template,
        form=form,
        proposal=proposal,
        comment=comment,
        standing=standing,
        programme=programme_frame(proposal.round.programme),
    )
    return page, 422 if form.errors else 200
