"""A notice in the reader's words: the text in force when it was made, with the values of what it is about."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _

from app.committee.models import Meeting, Subcommittee
from app.committee.queries import list_meetings_by_ids
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
from app.reviews.visit_models import Outing, SiteVisit
from app.reviews.visit_queries import list_outings_by_ids, list_visits_of
from app.rounds.models import Round
from app.rounds.queries import list_rounds_by_ids
from app.web.letter_facts import SAMPLE_FACTS, say_facts
from app.web.letter_pages import page_of
from app.web.meeting_view import full_name
from app.web.words import said


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
    return about(notice, subjects) | say_facts(notice.kind, notice.facts)


def _of_round(notice: Notice, subjects: Subjects) -> dict[str, str]:
    proposal = subjects.proposals.get(notice.proposal_id or 0)
    values = {kinds.ROUND: said(_round(notice, subjects), "title")}
    if proposal is not None:
        visit = subjects.visits.get(proposal.id)
        values |= {kinds.TITLE: proposal.title, kinds.NUMBER: str(proposal.number or "")}
        values[kinds.VISIT_PLACE] = (visit.meeting_point if visit is not None else "") or _("정하지 않음")
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
    return always | say_facts(kind, SAMPLE_FACTS)


def _round(notice: Notice, subjects: Subjects) -> Round:
    """The one that the proposal is in now, for it may have moved on."""
    proposal = subjects.proposals.get(notice.proposal_id or 0)
    return proposal.round if proposal is not None else subjects.rounds[notice.round_id or 0]
