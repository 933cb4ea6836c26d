"""Text messages as staff must know of them: whether they go, and who got none."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app
from flask_babel import gettext as _

from app import clock
from app.config import Config
from app.notices import queries
from app.notices.rules import ACCOUNT
from app.people import codes
from app.rounds.models import Round
from app.rounds.rules import VOTING, find_period
from app.web.filters import number

NEARLY = 10  # a tenth of the day's codes left is told


@dataclass
class Unserved:
    """A day in Seoul on which people asked for a code and got none."""

    day: date
    people: int = 0
    hours: int = 0


def say_trouble(at: datetime) -> str:
    """One sentence; nothing where messages go as they should."""
    config: Config = current_app.extensions["hanpyo"]
    breaker, limits = queries.get_breaker(), config.code_limits
    if breaker.reason == ACCOUNT:
        return _("문자를 보내는 회사가 거절하여 인증번호가 나가지 않습니다. 운영자에게 바로 알려 주세요.")
    if breaker.reason is not None:
        return _("문자를 보내는 곳에 문제가 있어 인증번호가 나가지 않습니다. 저절로 다시 보내 봅니다.")
    left = codes.count_left(limits, at=at)
    if left * NEARLY > limits.per_day:
        return ""
    if not left:
        return _("24시간에 보낼 수 있는 인증번호를 모두 보내, 더 나가지 않습니다. 운영자에게 바로 알려 주세요.")
    return _("24시간에 보낼 수 있는 인증번호가 %(n)s개 남았습니다. 운영자에게 알려 주세요.", n=number(left))


def list_unserved(round_: Round) -> list[Unserved]:
    """The days of the residents' vote, the latest first. They may have come for something else than to vote."""
    period = find_period(round_.phases, VOTING)
    if period is None:
        return []
    days: dict[date, Unserved] = {}
    hours = set()
    for outage in queries.list_outages(period.starts_at.replace(minute=0, second=0, microsecond=0), period.ends_at):
        found = days.setdefault(clock.seoul_day(outage.hour), Unserved(clock.seoul_day(outage.hour)))
        found.people += outage.people
        found.hours += outage.hour not in hours
        hours.add(outage.hour)
    return list(days.values())
