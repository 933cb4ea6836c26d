"""서면 접수 at the office: the same form and rules, and it is marked."""

from flask import Flask

from app.clock import now, seoul_day
from app.database import db
from app.proposals.models import Proposal
from app.rounds import rules as rounds
from tests import factories
from tests.actors import Person


def test_staff_enter_a_sheet_of_paper_and_everybody_sees_that_it_came_on_one(app: Flask) -> None:
    factories.area()
    round_ = factories.round_(running=rounds.INTAKE)
    staff = Person(app, factories.account("staff"))
    page = staff.get(staff.get(f"/office/rounds/{round_.id}/proposals").link("서면 접수"))
    words = {"title": "그늘막", "need": "덥습니다.", "content": "그늘막을 놓습니다.", "effect": "시원합니다."}
    who = {"way": "counter", "received_on": seoul_day(now()).isoformat(), "name": "김종이", "consent_kept": "서류철 3"}
    money = {"lines-0-what": "그늘막", "lines-0-quantity": "2", "lines-0-unit_won": "100만"}
    filled = {**words, **who, **money, "section_id": round_.sections[0].id}
    refused = staff.submit(page, button="서면 접수하기", **filled)
    assert refused.status == 422 and refused.errors == ["동의를 받으셔야 접수할 수 있습니다."]
    assert db.session.query(Proposal).count() == 0
    page = staff.submit(refused, button="서면 접수하기", consents="y")
    assert page.summary()["접수한 방법"] == "서면 접수: 동 주민센터 창구" and page.summary()["제안하신 분"] == "김종이"
    filed = db.session.query(Proposal).one()
    public = Person(app).get(f"/proposals/{filed.id}").summary()
    assert (public["제안하신 분"], public["접수한 방법"]) == ("김○이", "서면 접수")
    assert filed.cost_won == 2_000_000
