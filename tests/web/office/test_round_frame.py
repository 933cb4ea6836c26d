"""The links beside every page of a round in the console."""

import pytest
from flask import Flask

from app.people.models import APPROVER_ROLE, STAFF_ROLE
from app.rounds import rules
from tests import factories
from tests.actors import Person


@pytest.mark.parametrize(
    ("role", "voters", "pages"),
    [
        (STAFF_ROLE, rules.ANYBODY, 19),
        (APPROVER_ROLE, rules.ANYBODY, 9),
        (STAFF_ROLE, rules.LIST, 23),
        (APPROVER_ROLE, rules.LIST, 10),
    ],
)
def test_whom_it_leads_may_see_every_page(app: Flask, role: str, voters: str, pages: int) -> None:
    round_ = factories.round_(running=rules.WRITTEN_REVIEW, voters=voters)
    person = Person(app, factories.account(role))
    side = person.get(f"/office/rounds/{round_.id}").soup.select("nav.side a")
    assert len(side) == pages
    assert [link["href"] for link in side if person.status(str(link["href"])) != 200] == []
