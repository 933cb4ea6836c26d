"""From the phone's code over one page to the ballot; a child with its guardian; whoever is not on a list."""

import re
from typing import Any

from flask import Flask

from app.ballots.models import Participation
from app.clock import Clock, now
from app.database import db
from app.notices.models import Message
from app.people.models import Resident, SignInCode
from app.roll import queries
from app.roll.models import RollClaim, RollEntry
from app.rounds.models import Round
from app.rounds.rules import LIST, REGISTER
from tests import factories
from tests.actors import Person
from tests.ballots.elections import picks, published
from tests.page import Page
from tests.roll.lists import dongs

ME = {"name": "홍길동", "born_on": "560302", "consent": "y"}


def asking(clock: Clock, **settings: Any) -> Round:
    dongs()
    return published(clock, **{"voters": REGISTER, "per_section": 1, **settings})


def me() -> dict[str, str]:
    return {**ME, "dong": str(factories.area("gasan").id)}


def kept() -> tuple[int, int]:
    db.session.rollback()
    return db.session.query(RollEntry).count(), db.session.query(RollClaim).count()


def test_one_page_leads_to_the_ballot_and_the_vote_is_that_of_the_entry(app: Flask, clock: Clock) -> None:
    round_ = asking(clock)
    person = Person(app, factories.resident())
    page = person.get(f"/vote/{round_.id}")
    assert page.h1 == "투표할 수 있는지 확인합니다" and "그대로는 보관하지 않습니다" in page.text
    ballot = person.submit(page, **me())
    assert ballot.h1 == "사업을 골라 주세요"
    check = Page(ballot.form(action="/check").tick("pick", *picks(round_)).submit(person.client, follow_redirects=True))
    done = Page(check.form(action="/cast").submit(person.client, follow_redirects=True))
    assert done.h1 == "투표했습니다"
    db.session.rollback()
    vote = db.session.query(Participation).one()
    assert (vote.area_id, vote.age_band) == (factories.area("gasan").id, "70-")
    assert person.get(f"/vote/{round_.id}/register").h1 == "이미 투표하셨습니다"


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(app: Flask, clock: Clock) -> None:
    round_ = asking(clock, age_min=14)
    person = Person(app, factories.resident())
    wrong = (
        ({"born_on": "560302-1"}, "주민등록번호는 뒷자리 한 자리도 받지 않습니다"),
        ({"born_on": "어제"}, "생년월일을 다시 확인해 주세요"),
        ({"born_on": "2024-01-01"}, "만 14세 이상이어야"),
        ({"name": " "}, "이름을 신분증에 적힌 대로"),
        ({"dong": ""}, "어느 동인지 골라 주세요"),
        ({"consent": []}, "동의하셔야 투표할 수 있습니다"),
    )
    for values, words in wrong:
        refused = person.submit(person.get(f"/vote/{round_.id}"), **{**me(), **values})
        assert refused.status == 422 and words in refused.text, words
        assert kept() == (0, 0)


def test_whoever_is_on_the_roll_by_another_phone_is_answered_kindly(app: Flask, clock: Clock) -> None:
    round_ = asking(clock)
    first, second = Person(app, factories.resident()), Person(app, factories.resident())
    first.submit(first.get(f"/vote/{round_.id}"), **me())
    refused = second.submit(second.get(f"/vote/{round_.id}"), **me())
    assert refused.status == 422 and "현장투표소에서 신분증을 보이면" in refused.text and kept() == (1, 1)


def code_of(app: Flask) -> str:
    """What the guardian reads on their phone."""
    db.session.rollback()
    body = db.session.query(Message).order_by(Message.id.desc()).first()
    assert body is not None and body.body
    found = re.search(r"\d{6}", body.body)
    assert found is not None
    return found[0]


def test_a_child_votes_when_a_guardian_has_typed_the_code(app: Flask, clock: Clock) -> None:
    round_ = asking(clock)
    person = Person(app, factories.resident())
    child = {**me(), "born_on": f"{now().year - 10}-01-01"}
    guardian = person.submit(person.get(f"/vote/{round_.id}"), **child)
    assert guardian.h1 == "보호자의 동의가 필요합니다" and kept() == (0, 0)
    residents = db.session.query(Resident).count()
    consent = person.submit(guardian, guardian_phone="010-2222-3333")
    assert consent.h1 == "보호자가 받은 인증번호" and "010-2222-3333" in consent.text
    right = code_of(app)
    other = f"{(int(right) + 1) % 10**6:06d}"
    wrong = Page(consent.form(action="/consent").fill(code=other).submit(person.client, follow_redirects=True))
    assert wrong.status == 422 and kept() == (0, 0)
    ballot = Page(wrong.form(action="/consent").fill(code=right).submit(person.client, follow_redirects=True))
    assert ballot.h1 == "사업을 골라 주세요"
    db.session.rollback()
    entry = db.session.query(RollEntry).one()
    assert (entry.guardian, entry.age_band) == ("phone", "0-13")
    assert db.session.query(Resident).count() == residents  # nobody signed in with the guardian's phone


def test_a_guardian_has_a_phone_of_their_own_and_a_code_of_somebody_else_consents_to_nothing(
    app: Flask, clock: Clock
) -> None:
    round_ = asking(clock)
    person, stranger = Person(app), Person(app, factories.resident())
    sign_in(app, person, "010-1111-2222")
    child = {**me(), "born_on": f"{now().year - 10}-01-01"}
    guardian = person.submit(person.get(f"/vote/{round_.id}"), **child)
    same = person.submit(guardian, guardian_phone="010-1111-2222")
    assert same.status == 422 and "지금 쓰는 번호와 달라야" in same.text
    consent = person.submit(guardian, guardian_phone="010-2222-3333")
    right = code_of(app)
    theirs = stranger.submit(stranger.get(f"/vote/{round_.id}"), **child)
    token = theirs.form().data["csrf_token"][0]
    fields = {**consent.form(action="/consent").data, "csrf_token": [token], "code": [right]}
    answer = stranger.client.post(f"/vote/{round_.id}/register/consent", data=fields)
    assert answer.status_code == 422 and kept() == (0, 0)


def sign_in(app: Flask, person: Person, phone: str, to: str = "") -> Page:
    page = person.submit(person.get(f"/sign-in?next={to}"), phone=phone)
    return person.submit(page, None, "로그인하기", code=code_of(app))


def test_in_a_round_with_a_list_whoever_is_not_on_it_is_told_what_to_do(app: Flask, clock: Clock) -> None:
    round_ = asking(clock, voters=LIST)
    page = Person(app, factories.resident()).get(f"/vote/{round_.id}")
    assert (page.status, page.h1) == (404, "이 번호는 선거인 명부에 없습니다")
    assert "현장투표소에서 신분증을 보이고" in page.text
    assert Person(app, factories.resident()).get(f"/vote/{round_.id}/register").status == 404


def test_no_message_goes_to_a_phone_that_is_not_on_the_list_and_nobody_sees_a_difference(
    app: Flask, clock: Clock
) -> None:
    round_ = asking(clock, voters=LIST)
    person = Person(app)
    page = person.submit(person.get(f"/sign-in?next=/vote/{round_.id}"), phone="010-3333-4444")
    assert page.h1 == "인증번호 입력"
    db.session.rollback()
    assert db.session.query(Message).count() == 0
    assert db.session.query(SignInCode).count() == 1
    elsewhere = Person(app)
    elsewhere.submit(elsewhere.get("/sign-in"), phone="010-3333-4444")
    db.session.rollback()
    assert db.session.query(Message).count() == 1


def test_before_voting_nobody_is_asked_who_they_are(app: Flask, clock: Clock) -> None:
    round_ = asking(clock, running=None)
    page = Person(app, factories.resident()).get(f"/vote/{round_.id}/register")
    assert page.status == 409 and queries.count_entries(round_.id) == 0


def test_the_page_speaks_english(app: Flask, clock: Clock) -> None:
    round_ = asking(clock, bases=["address", "school"], age_min=14)
    page = Person(app, factories.resident(), "en").get(f"/vote/{round_.id}")
    assert page.h1 == "Checking that you may vote" and "What is your tie to that dong?" in page.text
