"""The console's first page: the rounds of my programmes, how each stands, and what to do next."""

from typing import Any

from flask import render_template

from app import clock
from app.people.models import APPROVER_ROLE, STAFF_ROLE
from app.programmes import queries as programmes
from app.rounds import queries
from app.rounds.models import Round
from app.rounds.rules import is_running
from app.web import guard
from app.web.office.audience import wing
from app.web.office.messages import say_trouble
from app.web.office.next_action import find_next_action
from app.web.office.next_action_words import say_action
from app.web.office.round_facts import gather_facts


@wing.get("/")
def home() -> str:
    mine = [one for one in programmes.list_programmes() if guard.has_role(STAFF_ROLE, one) or _approves(one)]
    rounds = queries.list_rounds(mine)
    return render_template("office/home.html", rounds=[_line(round_) for round_ in rounds], trouble=_trouble())


def _trouble() -> str:
    return say_trouble(clock.now()) if guard.roles_held() & {STAFF_ROLE, APPROVER_ROLE} else ""


def _approves(programme: Any) -> bool:
    return guard.has_role(APPROVER_ROLE, programme)


def _line(round_: Round) -> dict[str, Any]:
    at = clock.now()
    return {
        "round": round_,
        "phases": [phase for phase in round_.phases if is_running(phase, at)],
        "action": say_action(find_next_action(gather_facts(round_, at)), round_),
    }
