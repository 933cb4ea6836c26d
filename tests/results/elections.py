"""Rounds whose vote is over, made the way they come about: published, poured, and the clock moved past it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from app.audit.models import SYSTEM, AuditLine
from app.ballots import bulk
from app.clock import Clock, now
from app.database import db
from app.results import services
from app.results.models import Count
from app.rounds import rules
from app.rounds.models import Round
from tests.ballots.elections import items, open_box, published, seated
from tests.ballots.elections import signers as signers

MEMBERS = 3


def voted(
    clock: Clock,
    residents: Sequence[Sequence[str]] | None = None,
    committee: Sequence[Sequence[str]] | None = None,
    **settings: Any,
) -> Round:
    """Two sections of three items, one pick in each; all votes are in, and all phases over. Ballots name items by
    number; the meeting had three members and has ended."""
    round_ = published(clock, running=None, **settings)
    seated(round_, MEMBERS, MEMBERS, "ended")
    pour(round_, rules.RESIDENTS, residents if residents is not None else [["1", "4"]] * 3 + [["2", "4"]] * 2)
    pour(round_, rules.COMMITTEE, committee if committee is not None else [["2", "5"]] * 2 + [["1", "4"]])
    clock.offset += max(phase.ends_at for phase in round_.phases) - now() + timedelta(minutes=1)
    return round_


def pour(round_: Round, chamber: str, ballots: Sequence[Sequence[str]]) -> int:
    return bulk.pour_ballots(round_, chamber, ballots, "made_up", at=now(), by=SYSTEM, allow_made_up=True)


def closed(clock: Clock, **settings: Any) -> Round:
    round_ = voted(clock, **settings)
    services.close_round(round_, at=now(), by=SYSTEM)
    return round_


def opened(clock: Clock, **settings: Any) -> Round:
    round_ = closed(clock, **settings)
    if round_.source == rules.HELD:
        open_box(round_)
    return round_


def counted(clock: Clock, **settings: Any) -> Count:
    return services.count_round(opened(clock, **settings), at=now(), by=SYSTEM)


def publish(count: Count) -> Count:
    staff, approver = signers(count.round)
    services.sign_count(count, staff, "staff", at=now())
    services.sign_count(count, approver, "approver", at=now())
    return count


def actions(of: str = "") -> list[str]:
    db.session.rollback()
    lines = db.session.query(AuditLine).order_by(AuditLine.id)
    return [line.action for line in lines if line.action.startswith(of)]


def titles(round_: Round) -> dict[str, str]:
    return {item.code: item.title_ko for section in round_.sections for item in items(round_, section.code)}
