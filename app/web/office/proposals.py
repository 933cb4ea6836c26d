"""Proposals as staff of the round see them: a list to sort and export, and one of them with its proposer."""

from collections.abc import Callable
from typing import Any

from flask import Response, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app import clock
from app.clock import SEOUL
from app.fates.queries import find_hindrance, find_open, find_staleness, is_undecided
from app.fates.rules import STAGES
from app.people.models import APPROVER_ROLE, STAFF_ROLE
from app.proposals import queries, rules
from app.proposals.conflict_queries import list_conflicts_of
from app.proposals.models import Proposal
from app.proposals.similar_queries import find_similar
from app.reviews import queries as reviews
from app.web.csv_export import csv_response
from app.web.fate_view import ways_of
from app.web.guard import ensure_role
from app.web.letter_view import steps_told
from app.web.office.audience import wing
from app.web.office.heard import may_write_objection
from app.web.office.paper_proposals import WAYS
from app.web.office.round_frame import get_round, round_frame
from app.web.paging import page_number
from app.web.proposal_filters import read_filters, sort_columns
from app.web.proposal_view import co_proposer_names
from app.web.shortlist_view import objection_frame
from app.web.words import said, word

READERS = (STAFF_ROLE, APPROVER_ROLE)
STATES = tuple(state for state in rules.STATES if state != rules.DRAFT)
# Sort key (or none) and heading
COLUMNS = (
    ("title", _l("제목")),
    ("number", _l("접수번호")),
    ("", _l("분야")),
    ("", _l("동")),
    ("cost", _l("예상 사업비")),
    ("submitted", _l("접수한 때")),
    ("state", _l("상태")),
)
# No name and no phone: an export travels further than the page.
EXPORTED: tuple[tuple[LazyString, Callable[[Proposal], Any]], ...] = (
    (_l("접수번호"), lambda row: row.number),
    (_l("제목"), lambda row: row.title),
    (_l("분야"), lambda row: said(row.section, "name")),
    (_l("동"), lambda row: said(row.area, "name") if row.area else _("구 전체")),
    (_l("주소나 장소"), lambda row: row.place),
    (_l("위도"), lambda row: row.latitude),
    (_l("경도"), lambda row: row.longitude),
    (_l("예상 사업비(원)"), lambda row: row.cost_won),
    (_l("사업비 내역"), lambda row: "; ".join(f"{one.what} {one.quantity} × {one.unit_won}" for one in row.cost_lines)),
    (_l("상태"), lambda row: word("proposal", row.state)),
    (_l("접수한 때"), lambda row: row.submitted_at.astimezone(SEOUL).strftime("%Y-%m-%d %H:%M")),
    (_l("왜 필요한가요?"), lambda row: row.need),
    (_l("무엇을 하나요?"), lambda row: row.content),
    (_l("무엇이 좋아지나요?"), lambda row: row.effect),
    (_l("누가 도움을 받나요?"), lambda row: row.beneficiaries),
    (_l("사업비를 어떻게 셈했나요?"), lambda row: row.cost_note),
)


@wing.get("/rounds/<int:round_id>/proposals")
def proposal_list(round_id: int) -> str:
    round_ = get_round(round_id, *READERS)
    form = read_filters(round_, STATES)
    filters = form.filters()
    return render_template(
        "office/proposal_list.html",
        filters=form,
        found=queries.search_submitted(round_, filters, page_number()),
        on_paper=queries.count_to_tell(round_id),
        columns=sort_columns(COLUMNS, filters),
        export_url=url_for(".proposal_export", round_id=round_id, **form.asked()),
        **round_frame(round_),
    )


@wing.get("/rounds/<int:round_id>/proposals.csv")
def proposal_export(round_id: int) -> Response:
    round_ = get_round(round_id, *READERS)
    found = queries.list_submitted(round_, read_filters(round_, STATES).filters())
    name = _("제안 %(year)s.csv", year=round_.fiscal_year)
    return csv_response(name, [label for label, _value in EXPORTED], [_exported(row) for row in found])


@wing.get("/proposals/<int:proposal_id>")
def proposal_detail(proposal_id: int) -> str:
    proposal = queries.get_submitted(proposal_id)
    ensure_role(proposal.round.programme, *READERS)
    at, offer = clock.now(), find_open(proposal_id)
    return render_template(
        "office/proposal_detail.html",
        proposal=proposal,
        together=co_proposer_names(proposal),
        way=dict(WAYS)[proposal.filing.way] if proposal.filing else "",
        findings=reviews.public_findings(proposal_id),
        conflicts=list_conflicts_of(proposal_id),
        ways=ways_of(proposal),
        offer=offer,
        is_asked=offer is not None and find_staleness(offer, at) is None,
        is_undecided=is_undecided(proposal, at),
        may_change=proposal.state in STAGES and find_hindrance(proposal.round, at) is None,
        may_correct=rules.is_correctable(proposal, at),
        may_object=may_write_objection(proposal),
        similar=find_similar(proposal.title, but=proposal_id),
        told=steps_told(proposal_id),
        **objection_frame(proposal),
        **round_frame(proposal.round),
    )


def _exported(proposal: Proposal) -> list[Any]:
    return [value(proposal) for _label, value in EXPORTED]
