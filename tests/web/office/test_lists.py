"""The lists of the office ask the database as often for many proposals as for few."""

import pytest
from flask import Flask

from app.clock import now
from app.people.models import COMMITTEE_ROLE, DEPARTMENT_ROLE, STAFF_ROLE, Account
from app.reviews import queries, rules
from app.reviews.models import Recusal, WrittenReview
from app.rounds.models import Round
from tests import factories
from tests.actors import Person
from tests.questions import questions
from tests.reviews.papers import visited

OF_THE_ROUND = ("proposals", "proposals.csv", "visits", "reviews", "shortlist", "objections")


def grow(round_: Round, member: Account, proposals: int) -> None:
    """So many in each state, with what hangs on them, of different people and dong."""
    for n in range(proposals):
        dong = factories.area(f"dong{proposals}-{n}", name_ko=f"{n}동")
        more = {"area": dong, "section_id": round_.sections[n % 2].id}
        factories.proposal(round_, **more)
        factories.check(factories.proposal(round_, **more), state=(rules.ASSIGNED, rules.DECIDED)[n % 2])
        factories.visit(
            factories.proposal(round_, state="eligible", **more), state=(rules.PLANNED, rules.RECORDED)[n % 2]
        )
        one = visited(round_, **more)
        factories.keep(WrittenReview(visit=queries.get_visit(one.id), account=member, declared_at=now()))
        factories.keep(Recusal(proposal=one, account=member, kind="excluded", reason="이웃", declared_at=now()))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_list_asks_as_little_for_many_as_for_few(app: Flask) -> None:
    round_ = factories.round_(running="written_review")
    factories.criteria(round_)
    member, staff, officer = (factories.account(role) for role in (COMMITTEE_ROLE, STAFF_ROLE, DEPARTMENT_ROLE))
    factories.account(COMMITTEE_ROLE, name="나위원")
    lists = [(staff, f"/office/rounds/{round_.id}/{one}") for one in OF_THE_ROUND]
    lists += [(staff, "/office/checks"), (officer, "/office/checks")]
    asked = []
    for proposals in (2, 9):
        grow(round_, member, proposals)
        counted = []
        for who, path in lists:
            person = Person(app, who)
            with questions() as sent:
                assert person.status(path) == 200
            counted.append((path, who.id, len(sent)))
        asked.append(counted)
    few, many = asked
    assert few == many
