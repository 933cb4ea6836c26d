"""A notice in the reader's words: the text in force when it was made, with the values of what it is about."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _

from app.committee.models import Meeting, Subcommittee
from app.committee.queries import get_any_meeting, list_meetings_by_ids
from app.committee.subcommittee_queries import list_subcommittees_by_ids
from app.notices import kinds
from app.notices import letter_queries as queries
from app.notices import letter_rules as rules
from app.notices.delivery_queries import list_told
from app.notices.letter_models import About, Delivery, Notice
from app.programmes.models import Programme
from app.programmes.queries import list_programmes_by_ids
from app.proposals.models import Proposal
from app.proposals.queries import list_by_ids
from app.recruitment.models import Application
from app.recruitment.queries import list_applications_by_ids
from app.recruitment.rules import RESERVE
from app.rounds.models import Round
from app.rounds.queries import list_rounds_by_ids
from app.web.filters import closing, day, moment, number
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
    kinds.VISIT_DAY: ("visit_on", lambda on: day(date.fromisoformat(on))),
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
    kinds.TERM: ("term", lambda term: _term(*term.split("/"))),
    kinds.ELIGIBILITY: ("eligibility", lambda state: str(word("application", state))),
    kinds.DRAWN: ("drawn", lambda drawn: _drawn(*drawn.split("/"))),
}
SAMPLE_FACTS = {
    "verdict": "ineligible",
    "objection_until": "2026-06-20T15:00:00+00:00",
    "visit_on": "2026-06-10",
    "answer_until": "2026-06-20T15:00:00+00:00",
    "objection": "upheld",
    "challenge": "accepted",
    "settlement": "both_stay",
    "fate": "merge",
    "ending": "done",
    "handing": "taken_up",
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
}
# Whom it is told → the page that it leads to.
PAGES: dict[str, Callable[[Notice], str]] = {
    kinds.PROPOSERS: lambda one: _to("resident.proposal_detail", proposal_id=one.proposal_id),
    kinds.ASKED: lambda one: _to("resident.proposal_list"),
    kinds.OFFICERS: lambda one: _to("office.check_detail", proposal_id=one.proposal_id),
    kinds.REVIEWERS: lambda one: _to("committee.review_list", round_id=one.round_id),
    kinds.MEMBERS: lambda one: _of_member(one),
    kinds.APPLICANTS: lambda one: _to("resident.application_detail", application_id=one.application_id),
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
        {one.id: one for one in list_subcommittees_by_ids(_subcommittee_ids(notices))},
        {one.id: one for one in list_applications_by_ids(_ids(about, "application_id"))},
        queries.map_versions(ids | {one.round.programme_id for one in proposals.values()}),
    )


def _ids(about: Iterable[About], name: str) -> set[int]:
    return {one for each in about if (one := getattr(each, name)) is not None}


def _subcommittee_ids(notices: Iterable[Notice]) -> set[int]:
    return {int(one.facts["subcommittee"]) for one in notices if "subcommittee" in one.facts}


def read_all(notices: Collection[Notice]) -> list[Told]:
    subjects = subjects_of(notices)
    return [Told(one, title_of(one.kind), read(one, subjects), page_of(one)) for one in notices]


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
        values |= {kinds.TITLE: proposal.title, kinds.NUMBER: str(proposal.number or "")}
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


def _of_member(one: Notice) -> str:
    """Whoever is dismissed has no committee's pages any more."""
    if one.kind == kinds.DISMISSED:
        return _to("public.account_notices")
    if one.meeting_id is None:
        return _to("committee.home")
    return url_of(get_any_meeting(one.meeting_id), "committee.meeting")


def _may_object(until: datetime) -> str:
    """With the blank before it, for it follows a sentence; short, for it is in an SMS as well."""
    return " " + _("이의신청: %(until)s까지", until=closing(until))


def _term(first: str, end: str) -> str:
    """`end`: the first day after it."""
    last = date.fromisoformat(end) - timedelta(days=1)
    return f"{day(date.fromisoformat(first))} ~ {day(last)}"


def _drawn(outcome: str, place: str) -> str:
    said_ = str(word("application", outcome))
    return _("%(outcome)s %(place)s번", outcome=said_, place=place) if outcome == RESERVE else said_
