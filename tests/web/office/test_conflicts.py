"""Proposals at odds, at a browser: found, compared, settled, and named before the ballot."""

import pytest
from flask import Flask

from app.audit.models import SYSTEM
from app.ballots.queries import list_items
from app.clock import Clock, now
from app.database import db
from app.people.models import STAFF_ROLE, RoleGrant
from app.proposals import conflict_queries as queries
from app.proposals import conflict_services
from app.proposals.models import Proposal
from app.reviews import rules as reviews
from app.reviews.models import Recusal
from app.rounds.models import Round
from app.rounds.rules import VOTING
from tests import factories
from tests.actors import Person
from tests.ballots.elections import give_key, move_into, publish_ballot, shortlisted
from tests.questions import questions


@pytest.fixture
def round_(app: Flask) -> Round:
    """Two of the shortlisted are at the same place."""
    round_ = shortlisted(per_section=1)
    give_key(round_)
    for n, one in enumerate(db.session.query(Proposal).filter_by(round_id=round_.id)):
        one.title, one.place, one.area = f"{n}번째 {'가나다라마바사'[n]}", "은행나무 쉼터", factories.area()
    db.session.commit()
    return round_


def test_from_the_search_to_a_ballot_that_can_be_prepared(app: Flask, round_: Round) -> None:
    staff = Person(app, factories.account(STAFF_ROLE))
    at = f"/office/rounds/{round_.id}"
    assert staff.get(f"{at}/ballot/prepare").h1
    page = staff.submit(staff.get(f"{at}/conflicts"), button="다시 찾아보기")
    assert page.flashes == ["새로 찾은 것이 1개 있습니다."]
    conflict = queries.list_conflicts(round_.id)[0]
    settling = f"/office/conflicts/{conflict.id}"
    assert staff.get(f"{at}/ballot").link("장소나 목적이 같은 제안을 아직 정리하지 않아") == f"{at}/conflicts"
    assert staff.get(f"/office/proposals/{conflict.first_id}").has("장소나 목적이 같은 제안")

    page = staff.submit(staff.get(settling), button="정리하기", settlement="one_leaves", reason="하나만")
    assert page.status == 422 and "두 제안이 모두 심사를 받고 있습니다." in page.errors[0]
    page = staff.submit(page, button="정리하기", settlement="both_stay", reason="서로 다른 일입니다.")
    assert page.flashes == ["정리했습니다."]
    assert staff.get(settling).has("서로 다른 일입니다.")
    assert not staff.get(f"{at}/ballot").has("장소나 목적이 같은 제안을 아직 정리하지 않아")


@pytest.mark.parametrize("place", [0, 1])
def test_one_who_is_barred_from_either_proposal_settles_nothing(app: Flask, round_: Round, place: int) -> None:
    """Of a colleague who is not, the same address takes the same answer: the control."""
    conflict_services.find_conflicts(round_, at=now(), by=SYSTEM)
    (conflict,) = queries.list_conflicts(round_.id)
    account = factories.member(round_.programme, name="나회피").account
    account.roles.append(RoleGrant(role=STAFF_ROLE, programme=round_.programme))
    factories.keep(
        Recusal(
            proposal=(conflict.first, conflict.second)[place],
            account=account,
            kind=reviews.EXCLUDED,
            reason="이웃",
            declared_at=now(),
        )
    )
    path, sent = f"/office/conflicts/{conflict.id}", {"settlement": "both_stay", "reason": "서로 다른 일입니다."}
    barred, colleague = Person(app, account), Person(app, factories.account(STAFF_ROLE, name="최담당"))
    token = barred.get("/account/sessions").soup.find("input", attrs={"name": "csrf_token"})["value"]
    assert (barred.status(path), barred.post(path, {**sent, "csrf_token": token}).status) == (403, 403)
    db.session.expire_all()
    assert conflict.state == "open"
    assert colleague.submit(colleague.get(path), button="정리하기", **sent).flashes == ["정리했습니다."]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_says_how_far_the_two_pins_are_apart(app: Flask, round_: Round) -> None:
    first, second = db.session.query(Proposal).filter_by(round_id=round_.id).limit(2)
    first.place, first.latitude, first.longitude = "", 37.4565, 126.8955
    second.place, second.latitude, second.longitude = "", 37.4568, 126.8955
    db.session.commit()
    staff, at = Person(app, factories.account(STAFF_ROLE)), f"/office/rounds/{round_.id}/conflicts"
    assert staff.get(at).has("아직 견주어 보지 않은 제안이 1쌍 있습니다.")
    assert not staff.submit(staff.get(at), button="다시 찾아보기").has("아직 견주어 보지 않은 제안이")
    (conflict,) = queries.list_conflicts(round_.id)
    page = staff.get(f"/office/conflicts/{conflict.id}")
    assert page.has("지도에 찍은 두 곳 사이 33m")


def test_the_list_of_many_asks_the_database_as_little_as_that_of_one(app: Flask, round_: Round) -> None:
    staff, asked = Person(app, factories.account(STAFF_ROLE)), []
    for _ in range(2):
        conflict_services.find_conflicts(round_, at=now(), by=SYSTEM)
        with questions() as sent:
            assert staff.get(f"/office/rounds/{round_.id}/conflicts").h1
        asked.append((len(queries.list_conflicts(round_.id)), len(sent)))
        for _ in range(6):
            factories.proposal(round_, state="eligible", place="은행나무 쉼터")
    (few, one), (many, other) = asked
    assert few < 2 < 20 < many and one == other


def test_of_two_that_staff_add_only_one_wins_and_ballot_and_pages_say_so(
    app: Flask, clock: Clock, round_: Round
) -> None:
    staff, at = Person(app, factories.account(STAFF_ROLE)), f"/office/rounds/{round_.id}/conflicts"
    one, other = db.session.query(Proposal).filter_by(round_id=round_.id).order_by(Proposal.number)
    one.place, sent = "다른 곳", {"first": str(one.number), "second": str(other.number), "kind": "same_purpose"}
    db.session.commit()
    page = staff.get(staff.get(at).link("목록에 없는 두 제안을 견주기"))
    page = staff.submit(page, button="두 제안을 견주기", **{**sent, "second": "999999"})
    assert page.status == 422 and "서로 다른 두 제안만 견줄 수 있습니다." in page.errors[0]
    page = staff.submit(page, button="두 제안을 견주기", **sent)
    assert page.h1 == "두 제안을 견주어 보기" and page.has("‘하나로 합침’과 ‘한 제안이 빠짐’은 한 제안이 이미")
    staff.submit(page, button="정리하기", settlement="one_wins", reason="같은 일입니다.")
    named = "이 제안과 다음 제안은 하나만 선정됩니다:"
    for path in (f"/proposals/{one.id}", f"/proposals/{other.id}"):
        assert Person(app).get(path).has(named)
    assert Person(app, one.resident).get(f"/my/proposals/{one.id}").has(named)
    assert staff.get(f"/office/rounds/{round_.id}/ballot").has(f"‘{other.title}’ 사업과는 하나만 선정됩니다.")
    publish_ballot(round_)
    move_into(clock, round_, VOTING)
    first, second = list_items(round_.id)
    for page in (Person(app).get(f"/rounds/{round_.id}/ballot"), Person(app, one.resident).get(f"/vote/{round_.id}")):
        assert page.has(f"이 사업과 {second.number}번 ‘{second.title_ko}’ 사업은 하나만 선정됩니다.")
        assert page.has(f"이 사업과 {first.number}번 ‘{first.title_ko}’ 사업은 하나만 선정됩니다.")
