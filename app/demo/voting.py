"""The round that votes now: the ballot is out, residents vote by phone and at polling stations, and the committee's
meeting can be opened."""

import secrets
from collections.abc import Sequence
from itertools import islice
from random import Random

from app.ballots import bulk, queries, services
from app.ballots.rules import MADE_UP, MOBILE, TOKEN_BYTES
from app.demo import made_up, stations, trustee
from app.demo.ballot_rounds import bring_to_shortlist, meet, publish, share_key, step_back
from app.demo.days import Days
from app.demo.people import Cast
from app.demo.projects import read
from app.demo.rounds import plan_of
from app.roll.rules import PHONE
from app.rounds import rules as rounds
from app.rounds.models import Round

PROGRAMME = "gu"
SPANS = {
    rounds.INTAKE: (-150, -101),
    rounds.DEPARTMENT_CHECK: (-100, -81),
    rounds.SITE_VISIT: (-80, -61),
    rounds.WRITTEN_REVIEW: (-60, -41),
    rounds.VOTING: (-4, 10),
    rounds.COMMITTEE_VOTE: (-1, 10),
}
AT_THE_DOOR = 25  # of forty: the meeting can be opened at once
CAST, POURED = 30, 1_214  # by the story's residents on the ordinary way; made up beforehand
NEIGHBOUR = "사업 예정지 바로 옆에 살고 있어 스스로 회피합니다."
SEED = 2026


def fiscal_year(days: Days) -> int:
    return days.today.year + 1


def tell(cast: Cast, days: Days) -> Round:
    told, projects = read("voting")
    plan = plan_of(PROGRAMME, told, fiscal_year(days), days.phases(SPANS))
    round_ = bring_to_shortlist(plan, projects, SPANS, cast, days, seed=SEED)
    step_back(round_, cast.members[AT_THE_DOOR - 1], NEIGHBOUR, SPANS, days)  # the last of those at the door
    (words,) = share_key(round_, trustee.ALONE, SPANS, cast, days)
    trustee.send_words(words, at=days.now)
    publish(round_, projects, SPANS, cast, days)
    meet(round_, AT_THE_DOOR, starts_at=days.at(0, 14), at=days.now, cast=cast)
    _vote(round_, [field["picks"][1] for field in told["fields"]], cast, days)
    return round_


def _vote(round_: Round, picks: Sequence[int], cast: Cast, days: Days) -> None:
    rng, at = Random(SEED), days.now
    items = queries.list_items(round_.id)
    pools = [
        made_up.Pool([item.code for item in items if item.section_id == section.id], most)
        for section, most in zip(round_.sections, picks, strict=True)
    ]
    liking = made_up.popularity([item.code for item in items], rng)
    box = iter(made_up.ballots(pools, liking, CAST + POURED + stations.CHOICES, rng))
    for place in range(len(cast.residents) - CAST, len(cast.residents)):
        entry = stations.enrol(round_, place, cast, source=PHONE, at=at)
        services.cast_as_entry(round_.id, entry, next(box), channel=MOBILE, token=secrets.token_hex(TOKEN_BYTES))
    by = cast.staff.actor
    bulk.pour_ballots(round_, rounds.RESIDENTS, islice(box, POURED), MADE_UP, at=at, by=by, allow_made_up=True)
    stations.enrol(round_, stations.VISITOR, cast, source=PHONE, at=at)
    _first, second, _third = stations.set_up(round_, SPANS[rounds.VOTING][1], cast, days)
    stations.vote(second, list(box), len(cast.residents), cast)
