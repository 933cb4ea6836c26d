"""What is there before the clock runs: a round open for voting with 54 projects, one with a published result, and
residents who have signed in. Made by the services of the product and the factories of its tests."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

from flask import Flask, url_for
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import insert, select

from app.audit.models import SYSTEM
from app.ballots import queries
from app.clock import Clock, now
from app.database import db
from app.factory import create_app
from app.people.models import Resident
from app.proposals.rules import SHORTLISTED
from app.results import services
from app.rounds import rules
from app.rounds.models import Round
from app.web.guard import SignedIn
from tests import factories
from tests.ballots.elections import give_key, move_past, open_box, publish_ballot, seated
from tests.databases import config_for
from tests.results import elections

SECTIONS, PER_SECTION, PICKS = 9, 6, 2  # 54 projects
WORDS = "안양천 둔치에는 여름에 쉴 그늘이 없어 어르신과 아이들이 오래 머물지 못합니다. " * 2
BALLOTS = 200  # in the finished round: what its page costs does not depend on them


class Prepared(NamedTuple):
    """`paths`: page → where it is. `picks`: a valid ballot. `sessions`: the cookies of residents who have
    signed in, one each."""

    paths: dict[str, str]
    picks: list[str]
    sessions: list[str]


def prepare(url: str, residents: int) -> Prepared:
    """Phases follow one another every ten days, so a clock set back by so many days puts a round where it is wanted."""
    with app_at(url, timedelta(days=-31)) as (app, clock):
        finished_id = _finished(clock)
    with app_at(url, timedelta(days=-10)) as (app, _):
        round_ = _published()
        codes = _codes_by_section(round_.id)
        picks = [code for section in codes.values() for code in section[:PICKS]]
        return Prepared(_paths(app, round_.id, finished_id), picks, _signed_in(app, residents))


@contextmanager
def app_at(url: str, offset: timedelta) -> Iterator[tuple[Flask, Clock]]:
    clock = Clock(offset)
    app = create_app(config_for(url), clock)
    with app.app_context():
        yield app, clock
        db.session.remove()
        db.engine.dispose()


def _published() -> Round:
    """Its voting begins nine days from now, by the clock that made it."""
    round_ = factories.round_(running=rules.WRITTEN_REVIEW, sections=SECTIONS, picks=(0, PICKS))
    words = {"need": WORDS, "content": WORDS, "effect": WORDS}
    for section in round_.sections:
        for _ in range(PER_SECTION):
            factories.proposal(round_, state=SHORTLISTED, section_id=section.id, **words)
    give_key(round_)
    publish_ballot(round_)
    return round_


def _finished(clock: Clock) -> int:
    round_ = closed(clock, BALLOTS)
    open_box(round_)
    elections.publish(services.count_round(round_, at=now(), by=SYSTEM))
    return round_.id


def closed(clock: Clock, residents: int) -> Round:
    """So many ballots of residents are sealed in its box, and three of members."""
    round_, chance = _published(), random.Random(PER_SECTION)
    codes = _codes_by_section(round_.id)
    seated(round_, 3, 3, "ended")
    for chamber, ballots in ((rules.RESIDENTS, residents), (rules.COMMITTEE, 3)):
        cast = [[code for section in codes.values() for code in chance.sample(section, PICKS)] for _ in range(ballots)]
        elections.pour(round_, chamber, cast)
    move_past(clock, round_, rules.COMMITTEE_VOTE)
    services.close_round(round_, at=now(), by=SYSTEM)
    return round_


def _codes_by_section(round_id: int) -> dict[str, list[str]]:
    codes: dict[str, list[str]] = {}
    for item in queries.list_paper_items(queries.get_paper(round_id, rules.RESIDENTS)):
        codes.setdefault(item.section, []).append(item.code)
    return codes


def _paths(app: Flask, voting_id: int, finished_id: int) -> dict[str, str]:
    with app.test_request_context():
        return {
            "ballot": url_for("voting.ballot", round_id=voting_id),
            "check": url_for("voting.check", round_id=voting_id),
            "cast": url_for("voting.cast", round_id=voting_id),
            "results": url_for("public.result_detail", round_id=finished_id),
            "proposals": url_for("public.proposal_list"),
            "home": url_for("public.home"),
        }


def _signed_in(app: Flask, residents: int) -> list[str]:
    """Session cookies as the product signs them after a code was typed."""
    rows = [{"phone_key": f"bench-{n}", "created_at": now()} for n in range(residents)]
    db.session.execute(insert(Resident), rows)
    db.session.commit()
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    people = db.session.scalars(select(Resident).where(Resident.phone_key.startswith("bench-")))
    sessions = ({"_user_id": SignedIn("resident", row).get_id(), "_fresh": True} for row in people)
    return [serializer.dumps(session) for session in sessions]
