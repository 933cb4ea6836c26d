"""Voting, for everybody: which rounds can be voted in now or soon, how it is done, and where to begin."""

from typing import Any

from flask import render_template
from flask_babel import gettext as _

from app import clock
from app.ballots import queries
from app.ballots import voter_queries as voters
from app.rounds.models import Phase
from app.rounds.rules import ANYBODY, RESIDENTS, is_running
from app.stations import queries as stations
from app.web.navigation import programme_frame
from app.web.public.audience import wing
from app.web.round_words import total_words
from app.web.voting import who


@wing.get("/vote")
def vote() -> str:
    at = clock.now()
    phases = queries.list_votes(at)
    return render_template(
        "public/vote.html",
        running=[_entry(phase) for phase in phases if is_running(phase, at)],
        coming=[_entry(phase) for phase in phases if not is_running(phase, at)],
        steps=[
            _("휴대전화 번호로 본인을 확인합니다. 문자로 받은 인증번호를 입력하면 됩니다. 회원 가입은 없습니다."),
            _("분야마다 마음에 드는 사업을 고릅니다."),
            _("고른 사업을 한 번 더 확인합니다. 이때까지는 아직 투표한 것이 아닙니다."),
            _("‘투표하기’를 누르면 투표가 끝나고 접수번호가 나옵니다."),
        ],
    )


def _entry(phase: Phase) -> dict[str, Any]:
    round_ = phase.round
    standing = voters.get_standing(round_.id)
    voter = who.find_voter(round_.id, standing.voters != ANYBODY)
    published = standing.sha256 is not None
    return {
        "round": round_,
        "phase": phase,
        "programme": programme_frame(round_.programme),
        "picks": next((total_words(chamber) for chamber in round_.chambers if chamber.code == RESIDENTS), ""),
        "has_stations": stations.has_stations(round_.id),
        "published": published,
        "voted": published
        and voter is not None
        and voters.has_voted(round_.id, RESIDENTS, standing.voter_key(voters.identity_of(voter))),
    }
