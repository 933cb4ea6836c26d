"""The round under review: a proposal at every stage, and written reviews that some members have begun."""

from datetime import datetime
from random import Random

from app.demo.days import Days
from app.demo.people import COMMITTEES, Cast
from app.demo.projects import Project, read
from app.demo.reviews import Review
from app.demo.rounds import call, plan_of
from app.fates import services as fates
from app.proposals import services as proposals
from app.proposals.models import Proposal
from app.reviews import services as reviews
from app.reviews.rules import STEPPED_BACK
from app.rounds import rules as rounds
from app.rounds.models import Round

PROGRAMME = "joint"
SPANS = {
    rounds.INTAKE: (-60, -31),
    rounds.DEPARTMENT_CHECK: (-30, 12),
    rounds.SITE_VISIT: (-20, 16),
    rounds.WRITTEN_REVIEW: (-4, 24),
    rounds.VOTING: (35, 49),
    rounds.COMMITTEE_VOTE: (50, 50),
}
STEP_DAYS = {
    "assigned": -29, "decided": -24, "eligible": -19, "planned": -17, "recorded": -9, "answered": -7, "visited": -5,
    "to_come": 2,
}  # fmt: skip
SUBMITTED_SHEETS, BEGUN_SHEETS = 5, 2  # of the members who review here; the others have not begun
# The visitor's own and another's, places among the projects: nobody has answered yet.
TO_MERGE = (0, 11)
MERGE_REASON = "같은 공간을 낮에는 어르신, 저녁에는 아이가 쓰도록 하나로 하면 사람과 사업비를 아낄 수 있습니다."
SEED = 14


def fiscal_year(days: Days) -> int:
    return days.today.year + 1


def tell(cast: Cast, days: Days) -> Round:
    told, projects = read("under_review")
    plan = plan_of(PROGRAMME, told, fiscal_year(days), days.phases(SPANS))
    round_ = call(plan, at=days.at(SPANS[rounds.INTAKE][0], 9), by=cast.staff.actor)
    review = Review(round_, cast, days, STEP_DAYS, Random(SEED))
    proposed = []
    for place, project in enumerate(projects):
        at = days.at(SPANS[rounds.INTAKE][0] + 1 + place, 9 + place % 9, place * 11 % 60)
        proposed.append(review.propose(project, place, at=at))
        _bring_on(review, proposed[place], project)
    evening, daytime = (proposed[place] for place in TO_MERGE)
    fates.offer_merge(round_, (evening, daytime), lead=daytime, reason=MERGE_REASON, at=days.at(-1, 15), by=cast.staff)
    return round_


def _bring_on(review: Review, proposal: Proposal, project: Project) -> None:
    if project.fate == "withdrawn":
        reason = "이웃 주민과 내용을 더 다듬어 다음에 다시 제안하겠습니다."
        at, resident = review.days.at(SPANS[rounds.DEPARTMENT_CHECK][0]), proposal.resident
        assert resident is not None  # everybody in this story proposes by phone
        proposals.withdraw_proposal(proposal, reason=reason, at=at, by=resident.actor)
        return
    review.advance(proposal, project, project.fate)
    if project.fate == "visited":
        _score(review, proposal, at=review.days.at(-2, 11))


def _score(review: Review, proposal: Proposal, *, at: datetime) -> None:
    """The last member steps back from every other proposal."""
    members = review.cast.members[: COMMITTEES[review.round.programme.slug]]
    for place, member in enumerate(members[: SUBMITTED_SHEETS + BEGUN_SHEETS]):
        review.score(proposal, member, submit=place < SUBMITTED_SHEETS, at=at)
    if (proposal.number or 0) % 2:
        reason = "제안 내용을 함께 만든 모임의 회원이라 스스로 회피합니다."
        reviews.recuse(proposal, members[-1], STEPPED_BACK, reason, at=at, by=members[-1].actor)
