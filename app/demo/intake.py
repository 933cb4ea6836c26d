"""The round that takes proposals now: a few have come in, and a visitor can add one."""

from random import Random

from app.demo.days import Days
from app.demo.people import Cast
from app.demo.projects import read
from app.demo.reviews import Review
from app.demo.rounds import call, plan_of
from app.rounds import rules as rounds
from app.rounds.models import Round

PROGRAMME = "dong"
SPANS = {
    rounds.INTAKE: (-12, 30),
    rounds.DEPARTMENT_CHECK: (31, 45),
    rounds.SITE_VISIT: (46, 60),
    rounds.WRITTEN_REVIEW: (61, 75),
    rounds.VOTING: (90, 104),
    rounds.COMMITTEE_VOTE: (105, 105),
}
SEED = 7


def fiscal_year(days: Days) -> int:
    return days.today.year + 1


def tell(cast: Cast, days: Days) -> Round:
    told, projects = read("intake")
    plan = plan_of(PROGRAMME, told, fiscal_year(days), days.phases(SPANS))
    round_ = call(plan, at=days.at(SPANS[rounds.INTAKE][0], 9), by=cast.staff.actor)
    review = Review(round_, cast, days, {}, Random(SEED))
    for place, project in enumerate(projects):
        at = days.at(SPANS[rounds.INTAKE][0] + 1 + place, 9 + place, place * 13 % 60)
        if project.fate == "draft":
            review.draft(project, 0, at=at)
        else:
            review.propose(project, place + 1, at=at)
    return round_
