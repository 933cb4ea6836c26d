"""A notice in the reader's words: the text in force when it was made, with the values of what it is about."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _

from app.notices import letter_queries as queries
from app.notices import letter_rules as rules
from app.notices.delivery_queries import list_told
from app.notices.letter_models import Delivery, Notice
from app.proposals.models import Proposal
from app.proposals.queries import list_by_ids
from app.rounds.models import Round
from app.rounds.queries import list_rounds_by_ids
from app.web.filters import closing, day, number
from app.web.words import said, word

# Variable → the fact that the notice holds of it, and how that is said.
FACTS: dict[str, tuple[str, Callable[[str], str]]] = {
    rules.VERDICT: ("verdict", lambda verdict: str(word("verdict", verdict))),
    rules.OBJECTION: ("objection", lambda outcome: str(word("objection", outcome))),
    rules.CHALLENGE: ("challenge", lambda outcome: str(word("challenge", outcome))),
    rules.SETTLEMENT: ("settlement", lambda state: str(word("conflict", state))),
    rules.FATE: ("fate", lambda kind: str(word("offer_kind", kind))),
    rules.FATE_ENDING: ("ending", lambda state: str(word("offer", state))),
    rules.HANDING: ("handing", lambda answer: str(word("handing", answer))),
    rules.VISIT_DAY: ("visit_on", lambda on: day(date.fromisoformat(on))),
    rules.ANSWER_UNTIL: ("answer_until", lambda until: closing(datetime.fromisoformat(until))),
    rules.DUE_DAY: ("due_on", lambda on: day(date.fromisoformat(on))),
    rules.REVIEW_UNTIL: ("until", lambda until: closing(datetime.fromisoformat(until))),
    rules.MISSING: ("missing", lambda missing: number(int(missing))),
}
SAMPLE_FACTS = {
    "verdict": "eligible",
    "visit_on": "2026-06-10",
    "answer_until": "2026-06-20T15:00:00+00:00",
    "objection": "upheld",
    "challenge": "accepted",
    "settlement": "both_stay",
    "fate": "merge",
    "ending": "done",
    "handing": "taken_up",
    "due_on": "2026-06-10",
    "until": "2026-06-20T15:00:00+00:00",
    "missing": "3",
}
# Whom it is told → the page that it leads to.
PAGES: dict[str, Callable[[Notice], str]] = {
    rules.PROPOSERS: lambda one: _to("resident.proposal_detail", proposal_id=one.proposal_id),
    rules.ASKED: lambda one: _to("resident.proposal_list"),
    rules.OFFICERS: lambda one: _to("office.check_detail", proposal_id=one.proposal_id),
    rules.REVIEWERS: lambda one: _to("committee.review_list", round_id=one.round_id),
}


class Told(NamedTuple):
    notice: Notice
    title: str
    text: str
    url: str


class Subjects(NamedTuple):
    """What notices are about, and the words for it."""

    proposals: Mapping[int, Proposal]
    rounds: Mapping[int, Round]
    saved: queries.Saved


class Step(NamedTuple):
    """What was told of a proposal at one instant. `people`: how many; `sent`: (channel, how far) → how many."""

    title: str
    at: datetime
    people: int
    sent: Mapping[tuple[str, str], int]


def steps_told(proposal_id: int) -> list[Step]:
    """The latest first. Of whom: nothing."""
    found: dict[tuple[datetime, str], list[Sequence[Delivery]]] = {}
    for notice, deliveries in list_told(proposal_id):
        found.setdefault((notice.made_at, notice.kind), []).append(deliveries)
    return [
        Step(title_of(kind), at, len(told), Counter((one.channel, one.progress) for many in told for one in many))
        for (at, kind), told in found.items()
    ]


def subjects_of(notices: Collection[Notice]) -> Subjects:
    """Each asked for once, however many notices there are."""
    proposals = {one.id: one for one in list_by_ids({one.proposal_id for one in notices if one.proposal_id})}
    rounds = {one.id: one for one in list_rounds_by_ids({one.round_id for one in notices})}
    programmes = {one.programme_id for one in rounds.values()}
    programmes |= {one.round.programme_id for one in proposals.values()}
    return Subjects(proposals, rounds, queries.map_versions(programmes))


def read_all(notices: Collection[Notice]) -> list[Told]:
    subjects = subjects_of(notices)
    return [Told(one, title_of(one.kind), read(one, subjects), page_of(one)) for one in notices]


def read(notice: Notice, subjects: Subjects) -> str:
    return rules.fill(said(wording_of(notice, subjects), "body"), values_of(notice, subjects))


def wording_of(notice: Notice, subjects: Subjects) -> queries.Wording:
    of_kind = subjects.saved.get((_round(notice, subjects).programme_id, notice.kind), ())
    return queries.pick(notice.kind, of_kind, notice.made_at)


def values_of(notice: Notice, subjects: Subjects) -> dict[str, str]:
    proposal = subjects.proposals.get(notice.proposal_id or 0)
    values = {rules.ROUND: said(_round(notice, subjects), "title")}
    if proposal is not None:
        values |= {rules.TITLE: proposal.title, rules.NUMBER: str(proposal.number or "")}
    return values | _facts(notice.kind, notice.facts)


def title_of(kind: str) -> str:
    return said(rules.KINDS[kind], "title")


def page_of(notice: Notice) -> str:
    return PAGES[rules.KINDS[notice.kind].to](notice)


def sample_values(kind: str) -> dict[str, str]:
    """Of a made-up proposal, for a preview."""
    always = {rules.TITLE: _("골목 쉼터 만들기"), rules.NUMBER: "12", rules.ROUND: _("주민참여예산 제안")}
    return always | _facts(kind, SAMPLE_FACTS)


def _round(notice: Notice, subjects: Subjects) -> Round:
    """The one that the proposal is in now, for it may have moved on."""
    proposal = subjects.proposals.get(notice.proposal_id or 0)
    return proposal.round if proposal is not None else subjects.rounds[notice.round_id]


def _to(endpoint: str, **values: int | None) -> str:
    return url_for(endpoint, **values)


def _facts(kind: str, facts: Mapping[str, str]) -> dict[str, str]:
    asked = ((name, *FACTS[name]) for name in rules.KINDS[kind].further)
    return {name: say(facts[fact]) if facts.get(fact) else "" for name, fact, say in asked}
