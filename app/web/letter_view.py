"""A notice in the reader's words: the text in force when it was made, with the values of its proposal."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import NamedTuple

from flask_babel import gettext as _

from app.notices import letter_queries as queries
from app.notices import letter_rules as rules
from app.notices.letter_models import Notice
from app.proposals.models import Proposal
from app.web.filters import day, moment
from app.web.words import said, word

# Variable → the fact that the notice holds of it, and how that is said.
FACTS: dict[str, tuple[str, Callable[[str], str]]] = {
    rules.VERDICT: ("verdict", lambda verdict: str(word("verdict", verdict))),
    rules.OBJECTION: ("objection", lambda outcome: str(word("objection", outcome))),
    rules.CHALLENGE: ("challenge", lambda outcome: str(word("challenge", outcome))),
    rules.VISIT_DAY: ("visit_on", lambda on: day(date.fromisoformat(on))),
    rules.ANSWER_UNTIL: ("answer_until", lambda until: moment(datetime.fromisoformat(until))),
}
SAMPLE_FACTS = {
    "verdict": "eligible",
    "visit_on": "2026-06-10",
    "answer_until": "2026-06-20T14:59:00+00:00",
    "objection": "upheld",
    "challenge": "accepted",
}


class Told(NamedTuple):
    notice: Notice
    text: str


def read_all(notices: Iterable[Notice], proposals: Iterable[Proposal]) -> list[Told]:
    """`proposals`: at least those that the notices are about."""
    known = {proposal.id: proposal for proposal in proposals}
    saved = queries.map_versions({proposal.round.programme_id for proposal in known.values()})
    told = []
    for notice in notices:
        proposal = known[notice.proposal_id]
        of_kind = saved.get((proposal.round.programme_id, notice.kind), ())
        told.append(Told(notice, _read(notice, proposal, queries.pick(notice.kind, of_kind, notice.made_at))))
    return told


def _read(notice: Notice, proposal: Proposal, wording: queries.Wording) -> str:
    values = {
        rules.TITLE: proposal.title,
        rules.NUMBER: str(proposal.number or ""),
        rules.ROUND: said(proposal.round, "title"),
    }
    return rules.fill(said(wording, "body"), values | _facts(notice.kind, notice.facts))


def sample_values(kind: str) -> dict[str, str]:
    """Of a made-up proposal, for a preview."""
    always = {rules.TITLE: _("골목 쉼터 만들기"), rules.NUMBER: "12", rules.ROUND: _("주민참여예산 제안")}
    return always | _facts(kind, SAMPLE_FACTS)


def _facts(kind: str, facts: dict[str, str]) -> dict[str, str]:
    asked = ((name, *FACTS[name]) for name in rules.KINDS[kind].further)
    return {name: say(facts[fact]) if facts.get(fact) else "" for name, fact, say in asked}
