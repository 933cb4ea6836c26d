"""Offers as tests make them: in one line where they are not about how."""

from collections.abc import Sequence
from typing import Any

from app.clock import now
from app.database import db
from app.fates import queries, rules, services
from app.fates.models import Offer
from app.people.models import Account, Resident
from app.proposals.models import Proposal
from app.proposals.rules import FIELDS
from app.rounds.models import Round
from app.rounds.rules import DEPARTMENT_CHECK
from tests import factories

REASON = "같은 곳에 같은 것을 하자는 제안입니다."


def called(running: str = DEPARTMENT_CHECK, **settings: Any) -> Round:
    return factories.round_(running=running, **settings)


def text_of(proposal: Proposal, **changes: Any) -> dict[str, Any]:
    return {**{name: getattr(proposal, name) for name in FIELDS}, **changes}


def staff() -> Account:
    return factories.account("staff")


def merge(*merged: Proposal, lead: Proposal | None = None, text: dict[str, Any] | None = None, **said: Any) -> Offer:
    """The first leads, unless there is a text."""
    leads = None if text is not None else lead or merged[0]
    settings = {"reason": REASON, "at": now(), "by": staff(), **said}
    return services.offer_merge(merged[0].round, merged, lead=leads, text=text, **settings)


def parts_of(proposal: Proposal, *costs: int) -> list[dict[str, Any]]:
    return [
        text_of(proposal, title=f"{proposal.title} {n}", cost_won=cost, cost_lines=())
        for n, cost in enumerate(costs, start=1)
    ]


def split(proposal: Proposal, *costs: int, **said: Any) -> Offer:
    """Into halves, unless it is said what the parts cost."""
    whole = proposal.cost_won or 0
    shares = costs or (whole // 2, whole - whole // 2)
    settings = {"reason": "두 곳의 일입니다.", "at": now(), "by": staff(), **said}
    return services.offer_split(proposal, parts_of(proposal, *shares), **settings)


def carry(proposal: Proposal, **said: Any) -> Offer:
    return services.offer_carry(proposal, **{"reason": "심사를 마치지 못했습니다.", "at": now(), "by": staff(), **said})


def agree(offer: Offer, *people: Resident | None) -> Offer:
    """All who are asked, unless it is said who."""
    asked = people or tuple(dict.fromkeys(one.resident for one in offer.consents))
    for person in asked:
        if person is not None:
            services.answer_offer(offer, person, True, at=now())
    return offer


def states(proposals: Sequence[Proposal]) -> list[str]:
    db.session.expire_all()
    return [one.state for one in proposals]


def is_sound() -> bool:
    """Nothing is lost and nothing counted twice, anywhere."""
    db.session.expire_all()
    ledgers = queries.list_ledgers().values()
    courses = queries.list_courses()
    return not list(rules.list_faults(queries.list_states(), courses)) and all(one.adds_up for one in ledgers)


def follow(proposal_id: int, courses: Sequence[rules.Course]) -> frozenset[int]:
    """Which proposals stand for this one now: itself, the one that it was merged into, the parts that it was split
    into, the one that it was carried over to; nobody where the writer discarded that. Of courses without a fault: in a
    circle it would go round for ever."""
    ways = [course.targets for course in courses if proposal_id in course.gone]
    if not ways:
        return frozenset([proposal_id])
    return frozenset().union(*(follow(one, courses) for way in ways for one in way if one is not None))
