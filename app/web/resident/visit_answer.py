"""Those who proposed it read what was found on the spot, and one of them answers until it is signed off."""

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug import Response
from wtforms import HiddenField

from app import clock
from app.errors import NotFound
from app.proposals import queries as proposals
from app.proposals.rules import ELIGIBLE
from app.reviews import queries, rules, visit_queries, visit_rules, visit_services
from app.reviews.visit_models import SiteVisit
from app.web import guard
from app.web.fields import Form, Length, Required, TrimmedText
from app.web.file_answers import hand_out
from app.web.navigation import programme_frame
from app.web.refusals import shown_in
from app.web.resident.audience import wing

Answer = Response | str | tuple[str, int]
OPEN = (rules.RECORDED, rules.ANSWERED)


class AnswerForm(Form):
    """To the findings, and after the answer, that stood on the page."""

    seen = HiddenField()
    answer = TrimmedText(
        _l("답변"),
        [Required(_l("답변을 써 주세요.")), Length(most=rules.TEXT_MAX)],
        description=_l("심사하는 위원이 읽고, 확정되면 누구나 볼 수 있습니다. 이름이나 전화번호는 쓰지 마세요."),
    )


@wing.route("/proposals/<int:proposal_id>/visit", methods=["GET", "POST"])
def visit_answer(proposal_id: int) -> Answer:
    resident = guard.get_resident()
    proposal = proposals.get_readable(proposal_id, resident)
    visit = queries.get_visit(proposal.id)
    form = AnswerForm(answer=visit.proposer_answer, seen=visit_queries.mark_of(visit))
    if form.validate_on_submit():
        seen = form.seen.data or ""
        with shown_in(form, {visit_rules.AnswerTooLate: None, visit_rules.FindingsMoved: None}):
            visit_services.answer_visit(visit, form.answer.data, seen=seen, at=clock.now(), by=resident.actor)
            flash(_("답변을 보냈습니다. 답변 기한까지, 현장심사가 확정되기 전이면 고칠 수 있습니다."), "good")
            return redirect(url_for(".visit_answer", proposal_id=proposal_id))
        form.seen.data = visit_queries.mark_of(visit)  # what the page now shows
    page = render_template(
        "resident/visit_answer.html",
        form=form,
        proposal=proposal,
        visit=visit,
        is_to_come=is_to_come(visit),
        may_answer=visit.state in OPEN and visit.answer_until is not None and clock.now() < visit.answer_until,
        programme=programme_frame(proposal.round.programme),
    )
    return page, 422 if form.errors else 200


def is_to_come(visit: SiteVisit) -> bool:
    """Whether it is planned and the proposal is still to be visited."""
    return visit.state == rules.PLANNED and not visit.is_impossible and visit.proposal.state == ELIGIBLE


@wing.get("/proposals/<int:proposal_id>/visit/<int:photo_id>-<any(small, large):size>.jpg")
def visit_photo(proposal_id: int, photo_id: int, size: str) -> FlaskResponse:
    """From the spot, for those who proposed it, once the record is whole."""
    visit = queries.get_visit(proposals.get_readable(proposal_id, guard.get_resident()).id)
    if visit.state == rules.PLANNED:
        raise NotFound(f"photo {photo_id}")
    return hand_out(visit_queries.get_photo(visit, photo_id).file, small=size == "small")
