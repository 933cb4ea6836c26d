"""A notice in the reader's words: the text in force when it was made, with the values of what it is about."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _

from app.committee.models import Meeting, Subcommittee
from app.committee.queries import get_any_meeting, list_meetings_by_ids
from app.committee.subcommittee_queries import list_subcommittees_by_ids
from app.notices import kinds
from app.notices import letter_queries as queries
from app.notices import letter_rules as rules
from app.notices.delivery_queries import list_told
from app.notices.delivery_rules import Person
from app.notices.letter_models import About, Delivery, Notice
from app.programmes.models import Programme
from app.programmes.queries import list_programmes_by_ids
from app.proposals.models import Proposal
from app.proposals.queries import list_by_ids
from app.recruitment.models import Application
from app.recruitment.queries import list_applications_by_ids
from app.recruitment.rules import RESERVE
from app.reviews.visit_models import Outing, SiteVisit
from app.reviews.visit_queries import list_outings_by_ids, list_visits_of
from app.rounds.models import Round
from app.rounds.queries import list_rounds_by_ids
from app.web.filters import closing, day, moment, number, period, term
from app.web.meeting_pages import url_of
from app.web.meeting_view import full_name
from app.web.words import said, word

# Variable → the fact that the notice holds of it, and how that is said.
FACTS: dict[str, tuple[str, Callable[[str], str]]] = {
    kinds.VERDICT: ("verdict", lambda verdict: str(word("verdict", verdict))),
    kinds.OBJECTION: ("objection", lambda outcome: str(word("objection", outcome))),
    kinds.CHALLENGE: ("challenge", lambda outcome: str(word("challenge", outcome))),
    kinds.SETTLEMENT: ("settlement", lambda state: str(word("conflict", state))),
    kinds.FATE: ("fate", lambda kind: str(word("offer_kind", kind))),
    kinds.FATE_ENDING: ("ending", lambda state: str(word("offer", state))),
    kinds.HANDING: ("handing", lambda answer: str(word("handing", answer))),
    kinds.JOINING: ("joining", lambda state: str(word("co_proposer", state))),
    kinds.HIDDEN_FOR: ("hidden_for", lambda ground: str(word("comment_ground", ground))),
    kinds.BARRED: ("barred_until", lambda until: _barred(datetime.fromisoformat(until))),
    kinds.ITEM: ("item", lambda item: number(int(item))),
    kinds.VOTING: ("voting", lambda voting: period(*map(datetime.fromisoformat, voting.split("/")))),
    kinds.OUTCOME: ("outcome", lambda outcome: str(word("result", outcome))),
    kinds.VISIT_DAY: ("visit_on", lambda on: _visit_day(on)),
    kinds.OUTING_TIME: ("starts_at", lambda starts_at: moment(datetime.fromisoformat(starts_at))),
    kinds.ANSWER_UNTIL: ("answer_until", lambda until: closing(datetime.fromisoformat(until))),
    kinds.DUE_DAY: ("due_on", lambda on: day(date.fromisoformat(on))),
    kinds.REVIEW_UNTIL: ("until", lambda until: closing(datetime.fromisoformat(until))),
    kinds.MAY_OBJECT: ("objection_until", lambda until: _may_object(datetime.fromisoformat(until))),
    kinds.OBJECT_UNTIL: ("objection_until", lambda until: closing(datetime.fromisoformat(until))),
    kinds.VOTE_UNTIL: ("vote_until", lambda until: closing(datetime.fromisoformat(until))),
    kinds.REASON: ("reason", str),
    kinds.MISSING: ("missing", lambda missing: number(int(missing))),
    kinds.MEETING_TIME: ("starts_at", lambda starts_at: moment(datetime.fromisoformat(starts_at))),
    kinds.FROM_DAY: ("on", lambda on: day(date.fromisoformat(on))),
    kinds.DISMISSED_ON: ("dismissed_on", lambda on: day(date.fromisoformat(on))),
    kinds.GROUND: ("ground", lambda ground: str(word("dismissal_ground", ground))),
    kinds.TERM: ("term", lambda days: term(*map(date.fromisoformat, days.split("/")))),
    kinds.LAST_DAY: ("due_on", lambda on: day(date.fromisoformat(on))),
    kinds.ELIGIBILITY: ("eligibility", lambda state: str(word("application", state))),
    kinds.DRAWN: ("drawn", lambda drawn: _drawn(*drawn.split("/"))),
    kinds.CLOSES: ("closes_at", lambda until: closing(datetime.fromisoformat(until))),
    kinds.DRAW_DAY: ("draw_on", lambda on: day(date.fromisoformat(on))),
    kinds.ERASED_ON: ("erased_on", lambda on: day(date.fromisoformat(on))),
}
SAMPLE_FACTS = {
    "verdict": "ineligible",
    "objection_until": "2026-06-20T15:00:00+00:00",
    "visit_on": "2026-06-10T01:00:00+00:00",
    "answer_until": "2026-06-20T15:00:00+00:00",
    "objection": "upheld",
    "challenge": "accepted",
    "settlement": "both_stay",
    "fate": "merge",
    "ending": "done",
    "handing": "taken_up",
    "joining": "accepted",
    "hidden_for": "insult",
    "barred_until": "2026-07-10T15:00:00+00:00",
    "item": "7",
    "voting": "2026-06-10T00:00:00+00:00/2026-06-20T15:00:00+00:00",
    "outcome": "not_funded",
    "due_on": "2026-06-10",
    "until": "2026-06-20T15:00:00+00:00",
    "missing": "3",
    "vote_until": "2026-06-20T15:00:00+00:00",
    "reason": "가족의 제안",
    "starts_at": "2026-07-08T06:00:00+00:00",
    "on": "2026-06-10",
    "dismissed_on": "2026-06-10",
    "ground": "own_wish",
    "term": "2026-07-01/2028-07-01",
    "eligibility": "eligible",
    "drawn": "reserve/3",
    "outing": "1",
    "closes_at": "2026-06-20T09:00:00+00:00",
    "draw_on": "2026-06-27",
    "erased_on": "2026-07-04",
}
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


class Told(NamedTuple):
    notice: Notice
    title: str
    text: str
    url: str


class Subjects(NamedTuple):
    """What notices are about, and the words for it."""

    proposals: Mapping[int, Proposal]
    rounds: Mapping[int, Round]
    programmes: Mapping[int, Programme]
    meetings: Mapping[int, Meeting]
    subcommittees: Mapping[int, Subcommittee]
    applications: Mapping[int, Application]
    visits: Mapping[int, SiteVisit]
    outings: Mapping[int, Outing]
    saved: queries.Saved


class Step(NamedTuple):
    """What was told of a proposal at one instant. `people`: how many; `sent`: (channel, how far) → how many."""

    title: str
    at: datetime
    people: int
    sent: Mapping[tuple[str, str], int]


def steps_told(proposal_id: int) -> list[Step]:
    """The latest first. Of whom: nothing."""
    found: dict[tuple[datetime, str], list[Sequence[Delivery]]] = {}
    for notice, deliveries in list_told(proposal_id):
        found.setdefault((notice.made_at, notice.kind), []).append(deliveries)
    return [
        Step(title_of(kind), at, len(told), Counter((one.channel, one.progress) for many in told for one in many))
        for (at, kind), told in found.items()
    ]


def subjects_of(notices: Collection[Notice]) -> Subjects:
    """Each asked for once, however many notices there are."""
    about = [one.about for one in notices]
    proposals = {one.id: one for one in list_by_ids(_ids(about, "proposal_id"))}
    rounds = {one.id: one for one in list_rounds_by_ids(_ids(about, "round_id"))}
    programmes = {one.id: one for one in list_programmes_by_ids(_ids(about, "programme_id"))}
    ids = {*programmes, *(one.programme_id for one in rounds.values())}
    return Subjects(
        proposals,
        rounds,
        programmes,
        {one.id: one for one in list_meetings_by_ids(_ids(about, "meeting_id"))},
        {one.id: one for one in list_subcommittees_by_ids(_fact_ids(notices, "subcommittee"))},
        {one.id: one for one in list_applications_by_ids(_ids(about, "application_id"))},
        {one.proposal_id: one for one in list_visits_of(_told_where(notices, kinds.VISIT_PLACE))},
        {one.id: one for one in list_outings_by_ids(_fact_ids(notices, "outing"))},
        queries.map_versions(ids | {one.round.programme_id for one in proposals.values()}),
    )


def _ids(about: Iterable[About], name: str) -> set[int]:
    return {one for each in about if (one := getattr(each, name)) is not None}


def _fact_ids(notices: Iterable[Notice], name: str) -> set[int]:
    return {int(one.facts[name]) for one in notices if name in one.facts}


def _told_where(notices: Iterable[Notice], variable: str) -> set[int]:
    """Proposals of which a notice says where."""
    return {one.proposal_id or 0 for one in notices if variable in rules.KINDS[one.kind].variables}


def read_all(notices: Collection[Notice]) -> list[Told]:
    subjects = subjects_of(notices)
    return [Told(one, title_of(one.kind), read(one, subjects), page_of(one)) for one in notices]


def told_page(person: Person, page: int) -> dict[str, Any]:
    """For `render_template`: a page of what a person was told. `page` from 1; beyond the last it is that."""
    pages = max(1, queries.count_pages(person))
    page = min(page, pages)
    return {"told": read_all(queries.list_notices(person, page)), "page": page, "pages": pages}


def read(notice: Notice, subjects: Subjects) -> str:
    return rules.fill(said(wording_of(notice, subjects), "body"), values_of(notice, subjects))


def wording_of(notice: Notice, subjects: Subjects) -> queries.Wording:
    programme_id = notice.programme_id or _round(notice, subjects).programme_id
    return queries.pick(notice.kind, subjects.saved.get((programme_id, notice.kind), ()), notice.made_at)


def values_of(notice: Notice, subjects: Subjects) -> dict[str, str]:
    about = _of_committee if notice.programme_id is not None else _of_round
    return about(notice, subjects) | _facts(notice.kind, notice.facts)


def _of_round(notice: Notice, subjects: Subjects) -> dict[str, str]:
    proposal = subjects.proposals.get(notice.proposal_id or 0)
    values = {kinds.ROUND: said(_round(notice, subjects), "title")}
    if proposal is not None:
        visit = subjects.visits.get(proposal.id)
        values |= {kinds.TITLE: proposal.title, kinds.NUMBER: str(proposal.number or "")}
        values[kinds.VISIT_PLACE] = (visit.meeting_point if visit is not None else "") or _("없음")
    outing = subjects.outings.get(int(notice.facts.get("outing", 0)))
    if outing is not None:
        values[kinds.OUTING_PLACE] = outing.meeting_point
    return values


def _of_committee(notice: Notice, subjects: Subjects) -> dict[str, str]:
    values = {kinds.COMMITTEE: said(subjects.programmes[notice.programme_id or 0], "name")}
    meeting = subjects.meetings.get(notice.meeting_id or 0)
    if meeting is not None:
        values |= {kinds.MEETING: full_name(meeting), kinds.MEETING_PLACE: _place(meeting, notice.facts)}
    application = subjects.applications.get(notice.application_id or 0)
    if application is not None:
        values |= {
            kinds.CALL: said(application.recruitment, "title"),
            kinds.APPLICATION_NUMBER: str(application.number),
        }
    subcommittee = subjects.subcommittees.get(int(notice.facts.get("subcommittee", 0)))
    if subcommittee is not None:
        values[kinds.SUBCOMMITTEE] = said(subcommittee, "name")
    return values


def _place(meeting: Meeting, facts: Mapping[str, str]) -> str:
    """That of the invitation of which the notice tells, for the meeting may have moved on."""
    number = int(facts.get("invitation", 0))
    return next((one.place for one in meeting.invitations if one.number == number), meeting.place)


def title_of(kind: str) -> str:
    return said(rules.KINDS[kind], "title")


def page_of(notice: Notice) -> str:
    return PAGES[rules.KINDS[notice.kind].to](notice)


def sample_values(kind: str) -> dict[str, str]:
    """Of a made-up proposal, for a preview."""
    always = {
        kinds.TITLE: _("골목 쉼터 만들기"),
        kinds.NUMBER: "12",
        kinds.ROUND: _("주민참여예산 제안"),
        kinds.COMMITTEE: _("우리 구 주민참여예산"),
        kinds.MEETING: _("위원회 정기회의"),
        kinds.MEETING_PLACE: _("구청 대강당"),
        kinds.VISIT_PLACE: _("안양천 금천교 아래"),
        kinds.OUTING_PLACE: _("구청 정문 앞"),
        kinds.SUBCOMMITTEE: _("마을안전 분과위원회"),
        kinds.CALL: _("주민참여예산위원 공개모집"),
        kinds.APPLICATION_NUMBER: "7",
    }
    return always | _facts(kind, SAMPLE_FACTS)


def _round(notice: Notice, subjects: Subjects) -> Round:
    """The one that the proposal is in now, for it may have moved on."""
    proposal = subjects.proposals.get(notice.proposal_id or 0)
    return proposal.round if proposal is not None else subjects.rounds[notice.round_id or 0]


def _to(endpoint: str, **values: int | None) -> str:
    return url_for(endpoint, **values)


def _facts(kind: str, facts: Mapping[str, str]) -> dict[str, str]:
    asked = ((name, *FACTS[name]) for name in rules.KINDS[kind].further if name in FACTS)
    return {name: say(facts[fact]) if facts.get(fact) else "" for name, fact, say in asked}


def _page_of_proposer(one: Notice) -> str:
    """What others say to it stands where everybody reads it."""
    return "public.proposal_detail" if one.kind == kinds.COMMENTED else "resident.proposal_detail"


def _visit_day(on: str) -> str:
    """With the hour at which the visitors set out, where the notice has it."""
    return moment(datetime.fromisoformat(on)) if "T" in on else day(date.fromisoformat(on))


def _of_reviewer(one: Notice) -> str:
    """Whoever goes no longer does not find the outing any more."""
    if one.kind == kinds.OUTING_CANCELLED:
        return _to("onsite.home")
    if "outing" in one.facts:
        return _to("onsite.outing", outing_id=int(one.facts["outing"]))
    return _to("committee.review_list", round_id=one.round_id)


def _of_member(one: Notice) -> str:
    """Whoever is dismissed has no committee's pages any more."""
    if one.kind == kinds.DISMISSED:
        return _to("public.account_notices")
    if one.meeting_id is None:
        return _to("committee.home")
    return url_of(get_any_meeting(one.meeting_id), "committee.meeting")


def _barred(until: datetime) -> str:
    return _("%(until)s까지는 의견을 쓰실 수 없습니다.", until=moment(until))


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


def _may_object(until: datetime) -> str:
    """With the blank before it, for it follows a sentence; short, for it is in an SMS as well."""
    return " " + _("이의신청: %(until)s까지", until=closing(until))


def _drawn(outcome: str, place: str) -> str:
    said_ = str(word("application", outcome))
    return _("%(outcome)s %(place)s번", outcome=said_, place=place) if outcome == RESERVE else said_
