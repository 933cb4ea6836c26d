"""Proposals as everybody may see them: a list to search, and one of them."""

from flask import Response, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from app import clock
from app.proposals import queries, rules
from app.proposals.conflict_queries import list_rivals
from app.reviews import queries as reviews
from app.reviews import visit_queries
from app.rounds.models import Round
from app.web import guard
from app.web.fate_view import handed_steps, ways_of
from app.web.file_answers import hand_out
from app.web.navigation import programme_frame
from app.web.paging import page_number
from app.web.proposal_files import hand_out_document, hand_out_photo
from app.web.proposal_filters import read_round_filters
from app.web.proposal_story import tell_story
from app.web.proposal_view import co_proposer_names, history_view, proposer_name
from app.web.public.audience import wing
from app.web.public.needed import own_address, what_is_needed
from app.web.shortlist_view import objection_frame
from app.web.timeline import phase_lines
from app.web.voices_view import hear


@wing.get("/proposals")
def proposal_list() -> str:
    rounds = queries.list_public_rounds()
    if not rounds:
        return render_template("public/proposal_none.html")
    at, round_ = clock.now(), _chosen(rounds)
    form = read_round_filters(rounds, round_, rules.PUBLIC)
    found = queries.search_public(round_, form.filters(), page_number())
    return render_template(
        "public/proposal_list.html",
        filters=form,
        round=round_,
        programme=programme_frame(round_.programme),
        found=found,
        is_taking=rules.is_taking(round_, at),
        ahead=queries.list_ahead(at, round_.programme_id),
    )


@wing.get("/proposals/<int:proposal_id>")
def proposal_detail(proposal_id: int) -> str:
    proposal = queries.get_public(proposal_id)
    findings = reviews.public_findings(proposal_id)
    return render_template(
        "public/proposal_detail.html",
        proposal=proposal,
        proposer=proposer_name(proposal) or _("비공개"),
        together=co_proposer_names(proposal),
        programme=programme_frame(proposal.round.programme),
        phases=phase_lines(proposal.round.phases, clock.now()),
        findings=findings,
        story=tell_story(proposal, findings),
        ways=ways_of(proposal),
        rivals=list_rivals(proposal.id),
        handed_steps=handed_steps(proposal),
        **objection_frame(proposal),
        needed=what_is_needed(proposal.round) if proposal.state == rules.SHORTLISTED else "",
        address=own_address(),
        heard=hear(proposal, guard.find_resident(), page_number()),
    )


@wing.get("/proposals/<int:proposal_id>/visit/<int:photo_id>-<any(small, large):size>.jpg")
def visit_photo(proposal_id: int, photo_id: int, size: str) -> Response:
    """From the on-site review, once it is public."""
    visit = reviews.public_findings(queries.get_public(proposal_id).id).visit
    if visit is None:
        raise NotFound
    return hand_out(visit_queries.get_photo(visit, photo_id).file, small=size == "small")


@wing.get("/proposals/<int:proposal_id>/photos/<int:item_id>-<any(small, large):size>.jpg")
def proposal_photo(proposal_id: int, item_id: int, size: str) -> Response:
    return hand_out_photo(queries.get_public(proposal_id), item_id, size)


@wing.get("/proposals/<int:proposal_id>/documents/<int:item_id>.pdf")
def proposal_document(proposal_id: int, item_id: int) -> Response:
    return hand_out_document(queries.get_public(proposal_id), item_id)


@wing.get("/proposals/<int:proposal_id>/history")
def proposal_history(proposal_id: int) -> str:
    proposal = queries.get_public(proposal_id)
    return render_template("public/proposal_history.html", **history_view(proposal, "public.proposal_detail"))


def _chosen(rounds: list[Round]) -> Round:
    """The round asked for, or the newest. 404 where the one asked for is not to be seen."""
    asked = request.args.get("round_id")
    if not asked:
        return rounds[0]
    chosen = next((round_ for round_ in rounds if str(round_.id) == asked), None)
    if chosen is None:
        raise NotFound
    return chosen
