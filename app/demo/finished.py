"""The round that ended a year ago: every step of it, a result that two people signed, and made-up votes."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from app.ballots import bulk, ceremony
from app.ballots.rules import MADE_UP
from app.committee import agenda, minutes, queries
from app.committee import services as committee
from app.demo import made_up
from app.demo.ballot_rounds import (
    Trustees,
    bring_to_shortlist,
    codes_as_proposed,
    meet,
    publish,
    share_key,
    vote_by_hand,
)
from app.demo.days import Days
from app.demo.people import Cast
from app.demo.projects import Project, read
from app.demo.rounds import plan_of
from app.results import rules as signing
from app.results import services as results
from app.rounds import rules as rounds
from app.rounds.models import Round

PROGRAMME = "gu"
SPANS = {
    rounds.INTAKE: (-514, -465),
    rounds.DEPARTMENT_CHECK: (-464, -445),
    rounds.SITE_VISIT: (-444, -425),
    rounds.WRITTEN_REVIEW: (-424, -405),
    rounds.VOTING: (-368, -355),
    rounds.COMMITTEE_VOTE: (-354, -354),
}
VOTERS, PRESENT = 2_871, 38
SEED = 2025
TRUSTEES = Trustees(("참여예산위원장", "감사담당관", "주민 대표"), 2)


def fiscal_year(days: Days) -> int:
    return days.today.year


def tell(cast: Cast, days: Days) -> Round:
    told, projects = read("finished")
    plan = plan_of(PROGRAMME, told, fiscal_year(days), days.phases(SPANS))
    round_ = bring_to_shortlist(plan, projects, SPANS, cast, days, seed=SEED)
    words = share_key(round_, TRUSTEES, SPANS, cast, days)
    publish(round_, projects, SPANS, cast, days)
    hall = SPANS[rounds.COMMITTEE_VOTE][0]
    meeting = meet(round_, PRESENT, starts_at=days.at(hall, 10), at=days.at(hall, 9, 40), cast=cast)
    by = cast.staff.actor
    committee.open_meeting(meeting, at=days.at(hall, 10), by=by)
    report, vote, _last = queries.list_items(meeting)
    agenda.begin_item(report, at=days.at(hall, 10, 5), by=by)
    agenda.close_item(report, at=days.at(hall, 10, 20), by=by)
    agenda.begin_item(vote, at=days.at(hall, 10, 30), by=by)
    codes = codes_as_proposed(round_)
    for chamber, box in _boxes(told, projects, codes).items():
        bulk.pour_ballots(round_, chamber, box, MADE_UP, at=days.at(hall, 11), by=by, allow_made_up=True)
    agenda.close_item(vote, at=days.at(hall, 11, 20), by=by)
    vote_by_hand(meeting, PRESENT, at=days.at(hall, 11, 30), cast=cast)
    committee.end_meeting(meeting, at=days.at(hall, 12), by=by)
    minutes.publish_minutes(meeting, at=days.at(hall, 17), by=by)
    _finish(round_, words[: TRUSTEES.threshold], cast, days, hall + 1)
    return round_


def _finish(round_: Round, words: Sequence[str], cast: Cast, days: Days, day: int) -> None:
    results.close_round(round_, at=days.at(day, 9), by=cast.staff.actor)
    ceremony.open_box(round_, words, at=days.at(day, 9, 20), by=cast.staff.actor)
    count = results.count_round(round_, at=days.at(day, 9, 30), by=cast.staff.actor)
    results.sign_count(count, cast.staff, signing.STAFF, at=days.at(day, 10))
    results.sign_count(count, cast.approver, signing.APPROVER, at=days.at(day, 14))


def _boxes(told: Mapping[str, Any], projects: Sequence[Project], codes: Mapping[str, str]) -> dict[str, made_up.Box]:
    """Among the votes, two projects with exactly as many in both chambers: a tie that the smaller cost settles."""
    rng = Random(SEED)
    pools = _pools(told, projects, codes)
    liking = made_up.popularity(list(codes.values()), rng, 0.4)
    taste = made_up.popularity(list(codes.values()), rng, 0.4)
    members = {code: liking[code] ** 0.5 * taste[code] for code in liking}
    boxes = {
        rounds.RESIDENTS: made_up.ballots(pools, liking, VOTERS, rng),
        rounds.COMMITTEE: made_up.ballots(pools, members, PRESENT, rng),
    }
    one, two = (codes[title] for title in told["tied"])
    others = [code for code in pools[0].codes if code not in (one, two)]
    for box in boxes.values():
        made_up.level(box, one, two, others)
    return boxes


def _pools(told: Mapping[str, Any], projects: Sequence[Project], codes: Mapping[str, str]) -> list[made_up.Pool]:
    """The fields in which a ballot picks freely are one pool, each of the others one of its own."""
    groups: dict[int, list[str]] = {}
    for project in projects:
        if project.title_ko in codes:
            free = told["fields"][project.field]["picks"][0] == 0
            groups.setdefault(-1 if free else project.field, []).append(codes[project.title_ko])
    fixed = sum(told["fields"][place]["picks"][0] for place in groups if place >= 0)
    free_picks = (told["total"] or fixed) - fixed
    return [
        made_up.Pool(group, free_picks if place < 0 else told["fields"][place]["picks"][0])
        for place, group in sorted(groups.items())
    ]
