"""Voting with a printed code: the page, what it says to every wrong one, and one ballot for one code."""

import re

import pytest
from flask import Flask

from app.audit.models import SYSTEM
from app.clock import Clock, now
from app.codes import rules, services
from app.codes.models import VotingCode
from app.database import db
from app.roll.models import RollEntry
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.actors import Person
from tests.ballots.elections import cast_in, census, picks, published, shortlisted
from tests.codes.printed import active, entry, made
from tests.page import Page

TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')


def type_in(person: Person, round_: Round, code: str) -> Page:
    return person.submit(person.get(f"/vote/{round_.id}/code"), code=code)


def to_check(person: Person, ballot: Page, chosen: list[str]) -> Page:
    form = ballot.form(action="/check").tick("pick", *chosen)
    return Page(form.submit(person.client, follow_redirects=True))


def cast(person: Person, check: Page) -> Page:
    return Page(check.form(action="/cast").submit(person.client, follow_redirects=True))


def vote(person: Person, ballot: Page, chosen: list[str]) -> Page:
    return cast(person, to_check(person, ballot, chosen))


def test_somebody_of_the_list_votes_with_their_code_and_no_phone(app: Flask, clock: Clock) -> None:
    round_ = published(clock, voters=rounds.LIST)
    entry(round_)
    _, (code,) = active(round_)
    person = Person(app)
    ballot = type_in(person, round_, rules.say(code).lower().replace("-", " "))
    assert ballot.h1 == "사업을 골라 주세요"
    assert vote(person, ballot, picks(round_)).h1 == "투표했습니다"
    assert cast_in(round_.id, rounds.RESIDENTS) == [sorted(picks(round_))]
    factories.station(round_)
    refused = type_in(Person(app), round_, code)
    assert refused.errors == ["이미 투표를 마친 번호입니다. 번호 하나로 한 번만 투표할 수 있습니다."]
    assert refused.link("현장투표소에서 투표하기") == f"/rounds/{round_.id}/stations"


def test_two_browsers_with_one_code_make_one_ballot(app: Flask, clock: Clock) -> None:
    round_ = published(clock, voters=rounds.LIST)
    entry(round_)
    _, (code,) = active(round_)
    people = [Person(app), Person(app)]
    checks = [to_check(person, type_in(person, round_, code), picks(round_)) for person in people]
    done = [cast(person, check).h1 for person, check in zip(people, checks, strict=True)]
    assert done == ["투표했습니다", "이미 투표하셨습니다"]
    assert len(cast_in(round_.id, rounds.RESIDENTS)) == 1


def test_on_a_register_the_holder_says_once_who_they_are(app: Flask, clock: Clock) -> None:
    round_ = published(clock, voters=rounds.REGISTER, age_min=14)
    _, (code,) = active(round_, 1)
    person = Person(app)
    claim = type_in(person, round_, code)
    assert claim.h1 == "투표하시는 분"
    fields = {"name": "유관순", "born_on": "1992-12-16", "basis": "address"}
    if claim.soup.find(id="area"):
        fields["area"] = str(claim.soup.select("#area option")[1]["value"])
    young = person.submit(claim, **fields | {"born_on": "2025-01-01"})
    assert young.errors == ["투표가 시작되는 날에 만 14세 이상이어야 투표할 수 있습니다."]
    assert (db.session.query(RollEntry).count(), db.session.query(VotingCode.entry_id).scalar()) == (0, None)
    ballot = person.submit(young, **fields)
    assert ballot.h1 == "사업을 골라 주세요"
    other = type_in(Person(app), round_, code)  # the same code, before its vote was cast
    assert other.h1 == "사업을 골라 주세요"
    assert vote(person, ballot, picks(round_)).h1 == "투표했습니다"


def test_what_is_wrong_void_unconfirmed_or_of_another_round_gets_the_same_bytes(app: Flask, clock: Clock) -> None:
    """But for the code itself, which stands in the field as it was typed."""
    round_ = published(clock, voters=rounds.REGISTER)
    batch, (void, _) = active(round_, 2)
    services.void_code(batch, 1, "잃어버림", at=now(), by=SYSTEM)
    pending = services.give_codes(made(round_, 1), key=app.extensions["hanpyo"].identity_key, at=now(), by=SYSTEM)
    _, (foreign,) = active(shortlisted(voters=rounds.REGISTER), 1)
    said = set()
    for code in (void, rules.write(7), next(pending.lines())[1], foreign):
        person = Person(app)
        answer = type_in(person, round_, code).response
        said.add((answer.status_code, TOKEN.sub("", answer.text.replace(code, ""))))
    assert [status for status, _ in said] == [422]


def test_a_slip_a_rehearsal_and_ten_wrong_ones_are_told_in_a_sentence(app: Flask, clock: Clock) -> None:
    round_ = published(clock, voters=rounds.REGISTER)
    _, (test,) = active(round_, 1, is_test=True)
    before, person = census(), Person(app)
    assert "한 글자씩 견주어" in type_in(person, round_, "1234").errors[0]
    assert "연습용" in type_in(person, round_, test).errors[0]
    assert census() == before
    for value in range(rules.WRONG_PER_HOUR[rules.BROWSER]):
        assert "쓸 수 있는 번호가 아닙니다" in type_in(person, round_, rules.write(value)).errors[0]
    assert "부터 다시 입력해 주세요" in type_in(person, round_, rules.write(7)).errors[0]


def test_outside_the_phase_and_where_nothing_is_asked_there_is_no_page(app: Flask, clock: Clock) -> None:
    early = shortlisted(voters=rounds.REGISTER)
    assert Person(app).status(f"/vote/{early.id}/code") == 409
    assert Person(app).status(f"/vote/{published(clock).id}/code") == 409


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_sign_in_page_offers_the_code_where_there_are_some(app: Flask, clock: Clock) -> None:
    round_ = published(clock, voters=rounds.REGISTER)
    page, way = f"/sign-in?next=/vote/{round_.id}", "인쇄된 번호로 투표하기"
    assert not Person(app).get(page).has(way)
    active(round_, 1)
    assert Person(app).get(page).link(way) == f"/vote/{round_.id}/code"
