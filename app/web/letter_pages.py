"""Where a notice leads."""

from collections.abc import Callable

from flask import url_for

from app.committee.queries import get_any_meeting
from app.notices import kinds
from app.notices import letter_rules as rules
from app.notices.letter_models import Notice
from app.web.meeting_pages import url_of

# Whom it is told → the page that it leads to.
PAGES: dict[str, Callable[[Notice], str]] = {
    kinds.PROPOSERS: lambda one: _to(_page_of_proposer(one), proposal_id=one.proposal_id),
    kinds.WRITERS: lambda one: _to("public.proposal_detail", proposal_id=one.proposal_id),
    kinds.ASKED: lambda one: _to("resident.proposal_list"),
    kinds.OFFICERS: lambda one: _of_officer(one),
    kinds.REVIEWERS: lambda one: _of_reviewer(one),
    kinds.MEMBERS: lambda one: _of_member(one),
    kinds.APPLICANTS: lambda one: _to("resident.application_detail", application_id=one.application_id),
    kinds.STAFF: lambda one: _of_staff(one),
}


def page_of(notice: Notice) -> str:
    return PAGES[rules.KINDS[notice.kind].to](notice)


def _to(endpoint: str, **values: int | None) -> str:
    return url_for(endpoint, **values)


def _page_of_proposer(one: Notice) -> str:
    """What others say to it stands where everybody reads it."""
    return "public.proposal_detail" if one.kind == kinds.COMMENTED else "resident.proposal_detail"


def _of_reviewer(one: Notice) -> str:
    """Of an outing to the list of all: whoever goes no longer does not find its own page any more."""
    if "outing" in one.facts:
        return _to("onsite.home")
    return _to("committee.review_list", round_id=one.round_id)


def _of_member(one: Notice) -> str:
    """Whoever is dismissed has no committee's pages any more."""
    if one.kind == kinds.DISMISSED:
        return _to("public.account_notices")
    if one.meeting_id is None:
        return _to("committee.home")
    return url_of(get_any_meeting(one.meeting_id), "committee.meeting")


def _of_officer(one: Notice) -> str:
    where = "office.hand_over_detail" if one.kind == kinds.HANDING_RECEIVED else "office.check_detail"
    return _to(where, proposal_id=one.proposal_id)


def _of_staff(one: Notice) -> str:
    """The list of a round in which it waits, or the proposal's own page of that step."""
    lists = {
        kinds.OBJECTION_FILED: "office.objection_list",
        kinds.CHALLENGE_FILED: "office.review_progress",
        kinds.COMMENT_REPORTED: "office.comment_list",
    }
    if one.kind in lists:
        return _to(lists[one.kind], round_id=one.round_id)
    where = "office.visit_detail" if one.kind == kinds.IMPOSSIBLE_ASKED else "office.check_detail"
    return _to(where, proposal_id=one.proposal_id)
