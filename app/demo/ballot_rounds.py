"""What the finished round and the one that votes now have in common: the way from the call to the ballot."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from app.ballots import ceremony, queries, sign_off
from app.committee import agenda, invitations
from app.committee import services as committee
from app.committee.agenda_rules import BALLOT, DECISION, REPORT, Hands
from app.committee.models import CommitteeMember, GeneralMeeting
from app.committee.queries import list_items, list_members
from app.demo.days import Days, Span
from app.demo.people import Cast
from app.demo.projects import Project
from app.demo.reviews import Review
from app.demo.rounds import Plan, call
from app.people.models import Account
from app.people.rules import APPROVER, STAFF
from app.proposals.models import Proposal
from app.reviews import services as reviews
from app.reviews import sheet_services
from app.reviews.rules import STEPPED_BACK
from app.rounds import rules as rounds
from app.rounds.models import Round

SHEETS = 3  # members who score a project; it takes time, and three tell as much as forty
HALL = "금천구청 대강당"
NOTICE = timedelta(days=10)
AGENDA = (
    (REPORT, "지난해 주민참여예산 추진 결과 보고"),
    (BALLOT, "주민참여예산 사업 우선순위 투표"),
    (DECISION, "주민참여예산위원회 운영 일정"),
)


class Trustees(NamedTuple):
    """Who gets words, and how many of them it takes."""

    names: tuple[str, ...]
    threshold: int


def bring_to_shortlist(
    plan: Plan, projects: Sequence[Project], spans: Mapping[str, Span], cast: Cast, days: Days, *, seed: int
) -> Round:
    """Called, proposed, reviewed, shortlisted."""
    by = cast.staff.actor
    round_ = call(plan, at=days.at(spans[rounds.INTAKE][0], 9), by=by)
    review = Review(round_, cast, days, _step_days(spans), Random(seed))
    proposals = [
        review.propose(project, place, at=_submitted_at(place, len(projects), spans[rounds.INTAKE], days))
        for place, project in enumerate(projects)
    ]
    scored_at = days.at(spans[rounds.WRITTEN_REVIEW][0] + 3)
    for place, (proposal, project) in enumerate(zip(proposals, projects, strict=True)):
        weak = project.fate == "weak"
        review.advance(proposal, project, "visited" if weak else project.fate or "visited")
        if weak or not project.fate:
            for member in _readers(cast, place):
                review.score(proposal, member, weak=weak, at=scored_at)
    sheet_services.decide_shortlist(round_, at=days.at(spans[rounds.WRITTEN_REVIEW][1] + 1), by=by)
    return round_


def share_key(round_: Round, trustees: Trustees, spans: Mapping[str, Span], cast: Cast, days: Days) -> list[str]:
    """The ceremony as it is held: everybody gets words, and types them back. The story keeps them in mind while it is
    told."""
    at, by = days.at(spans[rounds.WRITTEN_REVIEW][1] + 2), cast.staff.actor
    words = ceremony.make_key(round_, trustees.names, trustees.threshold, at=at, by=by)
    for number, theirs in enumerate(words, start=1):
        ceremony.confirm_words(round_, number, theirs, at=at, by=by)
    return words


def step_back(round_: Round, member: Account, reason: str, spans: Mapping[str, Span], days: Days) -> None:
    """The member does not vote on the first of the shortlisted, and says so while there is no ballot yet."""
    at = days.at(spans[rounds.WRITTEN_REVIEW][1] + 2)
    reviews.recuse(queries.list_candidates(round_.id)[0], member, STEPPED_BACK, reason, at=at, by=member.actor)


def publish(round_: Round, projects: Sequence[Project], spans: Mapping[str, Span], cast: Cast, days: Days) -> None:
    """Two people sign it, as every ballot; the titles in English are the story's own."""
    english = {project.title_ko: project.title_en for project in projects}
    day = spans[rounds.WRITTEN_REVIEW][1] + 10  # whoever was left out could object until then
    prepared = sign_off.prepare_ballot(round_, english=english, at=days.at(day, 10), by=cast.staff.actor)
    sign_off.sign_ballot(prepared, cast.staff, STAFF, at=days.at(day, 10, 20))
    sign_off.sign_ballot(prepared, cast.approver, APPROVER, at=days.at(day, 15))


def codes_as_proposed(round_: Round) -> dict[str, str]:
    """Title → code on the ballot, in the order in which they were proposed: numbers change with every lot."""
    items = [item for item in queries.list_items(round_.id) if item.proposal is not None]
    return {item.title_ko: item.code for item in sorted(items, key=lambda item: _number(item.proposal))}


def meet(round_: Round, present: int, *, starts_at: datetime, at: datetime, cast: Cast) -> GeneralMeeting:
    """A meeting planned and its invitation sent ten days ahead, and the first `present` members at the door at `at`."""
    by, planned_at = cast.staff.actor, starts_at - NOTICE
    meeting = committee.plan_meeting(round_, place=HALL, starts_at=starts_at, at=planned_at, by=by)
    for kind, title in AGENDA:
        agenda.add_item(meeting, kind=kind, title=title, at=planned_at, by=by)
    invitations.send_invitation(meeting, at=planned_at, by=by)
    for member in _by_name(list_members(round_.programme_id, starts_at.date()))[:present]:
        committee.record_arrival(meeting, member, at=at, by=by)
    return meeting


def vote_by_hand(meeting: GeneralMeeting, present: int, *, at: datetime, cast: Cast) -> None:
    """The last item of the agenda, and all but one are for it."""
    by, item = cast.staff.actor, list_items(meeting)[-1]
    agenda.begin_item(item, at=at, by=by)
    agenda.decide_item(item, Hands(present - 1, 0, 1), at=at + timedelta(minutes=10), by=by)


def _step_days(spans: Mapping[str, Span]) -> dict[str, int]:
    check, visit = spans[rounds.DEPARTMENT_CHECK][0], spans[rounds.SITE_VISIT][0]
    return {
        "assigned": check + 1,
        "decided": check + 8,
        "eligible": check + 12,
        "planned": check + 14,
        "recorded": visit + 6,
        "answered": visit + 9,
        "visited": visit + 12,
    }


def _submitted_at(place: int, count: int, intake: Span, days: Days) -> datetime:
    first, last = intake
    return days.at(first + 1 + place * (last - first - 2) // count, 9 + place % 9, place * 7 % 60)


def _readers(cast: Cast, place: int) -> list[Account]:
    members = cast.members
    return [members[(place * SHEETS + turn) % len(members)] for turn in range(SHEETS)]


def _number(proposal: Proposal | None) -> int:
    return (proposal.number if proposal else None) or 0


def _by_name(members: Sequence[CommitteeMember]) -> list[CommitteeMember]:
    return sorted(members, key=lambda member: member.account.name)
