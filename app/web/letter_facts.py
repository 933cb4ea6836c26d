"""The facts that a notice holds, in the reader's words."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from flask_babel import gettext as _

from app.notices import kinds
from app.notices import letter_rules as rules
from app.recruitment.rules import RESERVE
from app.web.filters import closing, day, moment, number, period, term
from app.web.words import word

# Variable → the fact that the notice holds of it, and how that is said.
FACTS: dict[str, tuple[str, Callable[[str], str]]] = {
    kinds.VERDICT: ("verdict", lambda verdict: str(word("verdict", verdict))),
    kinds.OBJECTION: ("objection", lambda outcome: str(word("objection", outcome))),
    kinds.CHALLENGE: ("challenge", lambda outcome: str(word("challenge", outcome))),
    kinds.SETTLEMENT: ("settlement", lambda state: str(word("conflict", state))),
    kinds.FATE: ("fate", lambda kind: str(word("offer_kind", kind))),
    kinds.FATE_ENDING: ("ending", lambda state: str(word("offer", state))),
    kinds.HANDING: ("handing", lambda answer: str(word("handing", answer))),
    kinds.JOINING: ("joining", lambda state: str(word("co_proposer", state))),
    kinds.HIDDEN_FOR: ("hidden_for", lambda ground: str(word("comment_ground", ground))),
    kinds.BARRED: ("barred_until", lambda until: _barred(datetime.fromisoformat(until))),
    kinds.ITEM: ("item", lambda item: number(int(item))),
    kinds.VOTING: ("voting", lambda voting: period(*map(datetime.fromisoformat, voting.split("/")))),
    kinds.OUTCOME: ("outcome", lambda outcome: str(word("result", outcome))),
    kinds.VISIT_DAY: ("visit_on", lambda on: _visit_day(on)),
    kinds.OUTING_TIME: ("starts_at", lambda starts_at: moment(datetime.fromisoformat(starts_at))),
    kinds.ANSWER_UNTIL: ("answer_until", lambda until: closing(datetime.fromisoformat(until))),
    kinds.DUE_DAY: ("due_on", lambda on: day(date.fromisoformat(on))),
    kinds.REVIEW_UNTIL: ("until", lambda until: closing(datetime.fromisoformat(until))),
    kinds.MAY_OBJECT: ("objection_until", lambda until: _may_object(datetime.fromisoformat(until))),
    kinds.OBJECT_UNTIL: ("objection_until", lambda until: closing(datetime.fromisoformat(until))),
    kinds.VOTE_UNTIL: ("vote_until", lambda until: closing(datetime.fromisoformat(until))),
    kinds.MISSING: ("missing", lambda missing: number(int(missing))),
    kinds.MEETING_TIME: ("starts_at", lambda starts_at: moment(datetime.fromisoformat(starts_at))),
    kinds.FROM_DAY: ("on", lambda on: day(date.fromisoformat(on))),
    kinds.DISMISSED_ON: ("dismissed_on", lambda on: day(date.fromisoformat(on))),
    kinds.GROUND: ("ground", lambda ground: str(word("dismissal_ground", ground))),
    kinds.TERM: ("term", lambda days: term(*map(date.fromisoformat, days.split("/")))),
    kinds.LAST_DAY: ("due_on", lambda on: day(date.fromisoformat(on))),
    kinds.ELIGIBILITY: ("eligibility", lambda state: str(word("application", state))),
    kinds.DRAWN: ("drawn", lambda drawn: _drawn(*drawn.split("/"))),
    kinds.CLOSES: ("closes_at", lambda until: closing(datetime.fromisoformat(until))),
    kinds.DRAW_DAY: ("draw_on", lambda on: day(date.fromisoformat(on))),
    kinds.ERASED_ON: ("erased_on", lambda on: day(date.fromisoformat(on))),
}
SAMPLE_FACTS = {
    "verdict": "ineligible",
    "objection_until": "2026-06-20T15:00:00+00:00",
    "visit_on": "2026-06-10T01:00:00+00:00",
    "answer_until": "2026-06-20T15:00:00+00:00",
    "objection": "upheld",
    "challenge": "accepted",
    "settlement": "both_stay",
    "fate": "merge",
    "ending": "done",
    "handing": "taken_up",
    "joining": "accepted",
    "hidden_for": "insult",
    "barred_until": "2026-07-10T15:00:00+00:00",
    "item": "7",
    "voting": "2026-06-10T00:00:00+00:00/2026-06-20T15:00:00+00:00",
    "outcome": "not_funded",
    "due_on": "2026-06-10",
    "until": "2026-06-20T15:00:00+00:00",
    "missing": "3",
    "vote_until": "2026-06-20T15:00:00+00:00",
    "starts_at": "2026-07-08T06:00:00+00:00",
    "on": "2026-06-10",
    "dismissed_on": "2026-06-10",
    "ground": "own_wish",
    "term": "2026-07-01/2028-07-01",
    "eligibility": "eligible",
    "drawn": "reserve/3",
    "outing": "1",
    "closes_at": "2026-06-20T09:00:00+00:00",
    "draw_on": "2026-06-27",
    "erased_on": "2026-07-04",
}


def say_facts(kind: str, facts: Mapping[str, str]) -> dict[str, str]:
    """Variable → its words; empty where the notice has no such fact. `kind` of KINDS."""
    asked = ((name, *FACTS[name]) for name in rules.KINDS[kind].further if name in FACTS)
    return {name: say(facts[fact]) if facts.get(fact) else "" for name, fact, say in asked}


def _visit_day(on: str) -> str:
    """With the hour at which the visitors set out, where the notice has it."""
    return moment(datetime.fromisoformat(on)) if "T" in on else day(date.fromisoformat(on))


def _barred(until: datetime) -> str:
    return _("%(until)s까지는 의견을 쓰실 수 없습니다.", until=moment(until))


def _may_object(until: datetime) -> str:
    """With the blank before it, for it follows a sentence; short, for it is in an SMS as well."""
    return " " + _("이의신청: %(until)s까지", until=closing(until))


def _drawn(outcome: str, place: str) -> str:
    said_ = str(word("application", outcome))
    return _("%(outcome)s %(place)s번", outcome=said_, place=place) if outcome == RESERVE else said_
