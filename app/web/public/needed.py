"""What is needed to vote, in one sentence: for whoever arrives by a link that somebody shared."""

from flask import request
from flask_babel import gettext as _

from app.adapters import oidc
from app.clock import now
from app.codes import queries as codes
from app.rounds.models import Round
from app.rounds.rules import ANYBODY, BALLOT_PUBLISHED, LIST, VOTING, find_period
from app.stations import queries as stations
from app.web.filters import closing, period
from app.web.words import said


def what_is_needed(round_: Round) -> str:
    """Who may vote, until when and how; empty where the ballot is not out, or no longer."""
    span = find_period(round_.phases, VOTING)
    if round_.state != BALLOT_PUBLISHED or span is None:
        return ""
    if span.ends_at <= now():
        return _("이 투표는 %(when)s에 끝났습니다.", when=closing(span.ends_at))
    when, ways = period(span.starts_at, span.ends_at), ", ".join(_ways(round_))
    return _("%(who)s 투표할 수 있습니다(%(when)s). 방법: %(ways)s", who=_who(round_), when=when, ways=ways)


def own_address() -> str:
    """Of this page, without what a link may have carried behind it."""
    return request.base_url


def _who(round_: Round) -> str:
    if round_.voters == ANYBODY:
        return _("휴대전화가 있으면 누구나")
    if round_.voters == LIST:
        if round_.age_min is None:
            return _("선거인 명부에 있으면 누구나")
        return _("선거인 명부에 있고 만 %(age)s세 이상이면 누구나", age=round_.age_min)
    area = said(round_.programme.area, "name")
    ties = {
        "address": _("사는 사람"),
        "workplace": _("직장이 있는 사람"),
        "school": _("학교에 다니는 사람"),
    }
    who = ", ".join(ties[basis] for basis in ties if basis in round_.bases)
    if round_.age_min is None:
        return _("%(area)s에 %(who)s이면 누구나", area=area, who=who)
    return _("%(area)s에 %(who)s 가운데 만 %(age)s세 이상이면 누구나", area=area, who=who, age=round_.age_min)


def _ways(round_: Round) -> list[str]:
    """In which one can come to vote in this round as it is now."""
    ways = [_("휴대전화 인증번호")]
    if round_.voters != ANYBODY:
        ways += [_("인쇄된 번호")] if codes.has_codes(round_.id) else []
        ways += [_("다른 기관 계정")] if oidc.is_configured() else []
        ways += [_("현장투표소 방문")] if stations.has_stations(round_.id) else []
    return ways
