"""Ways to vote without a phone, as the sign-in page offers them to whoever is on the way to a round's ballot."""

import re
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _

from app.adapters import oidc
from app.codes import queries as codes
from app.errors import NotFound
from app.rounds.queries import get_public_round
from app.rounds.rules import ANYBODY

BALLOT = re.compile(r"/vote/(\d{1,15})(?:/register)?/?(?:\?.*)?")


class Way(NamedTuple):
    url: str
    words: str


def other_ways(target: str | None) -> list[Way]:
    """None where `target` is no ballot, or its round asks for nothing but a phone."""
    found = BALLOT.fullmatch(target or "")
    if found is None:
        return []
    try:
        round_ = get_public_round(int(found[1]))
    except NotFound:
        return []
    if round_.voters == ANYBODY:
        return []
    ways = []
    if codes.has_codes(round_.id):
        ways.append(Way(url_for("voting.code", round_id=round_.id), _("인쇄된 번호로 투표하기")))
    if oidc.is_configured():
        ways.append(Way(url_for("voting.oidc_begin", round_id=round_.id), _("다른 기관 계정으로 투표하기")))
    return ways
