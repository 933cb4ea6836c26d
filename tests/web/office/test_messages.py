"""Staff see when codes do not go out, and take those who got none into the record of the round."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from app.clock import Clock, now, seoul_day
from app.database import db
from app.notices import services
from app.notices.models import SmsBreaker, SmsOutage
from app.people import codes
from app.results import cases
from app.rounds.models import Round
from app.rounds.rules import VOTING, find_period
from tests import factories
from tests.actors import Person
from tests.ballots.elections import published, signers
from tests.factories import keep


@pytest.fixture
def round_(app: Flask, clock: Clock) -> Round:
    return published(clock)


@pytest.fixture
def staff(app: Flask, round_: Round) -> Person:
    return Person(app, signers(round_)[0])


def trouble(staff: Person) -> str:
    found = staff.get("/office/").soup.select_one(".notice--warn")
    return " ".join(found.get_text(" ").split()) if found else ""


@pytest.mark.parametrize(("reason", "said"), [("account", "거절하여 인증번호가 나가지"), ("away", "저절로 다시")])
def test_staff_are_told_at_once_why_no_codes_go_out(app: Flask, staff: Person, reason: str, said: str) -> None:
    assert trouble(staff) == ""
    breaker = db.session.get_one(SmsBreaker, 1)
    breaker.shut_until, breaker.reason = now(), reason
    db.session.commit()
    assert said in trouble(staff)
    assert trouble(Person(app, factories.account("department"))) == "", "it is not theirs to mend"


@pytest.mark.parametrize(("sent", "said"), [(0, ""), (9, "1개 남았습니다"), (10, "모두 보내")])
def test_staff_are_told_before_the_days_codes_are_used_up(app: Flask, staff: Person, sent: int, said: str) -> None:
    config = app.extensions["hanpyo"]
    app.extensions["hanpyo"] = replace(config, code_limits=replace(config.code_limits, per_day=10))
    for n in range(sent):
        codes.send_code(f"+82101234{n:04}", str(n), key="k" * 32, say=str, at=now(), send=False)
    assert (said in trouble(staff)) and bool(trouble(staff)) == bool(said)


def test_who_got_no_code_is_shown_by_day_and_taken_into_the_record_by_a_person(
    app: Flask, round_: Round, staff: Person
) -> None:
    at, address = now(), f"/office/rounds/{round_.id}/cases"
    assert not staff.get(address).has("인증번호를 보내지 못한 사람")
    services.record_unserved("shut", at=at)
    services.record_unserved("spent", at=at)
    page = staff.get(address)
    (row,) = page.table("날마다 센 것")
    assert (row["시간 수"], row["사람 수"]) == ("1시간", "2명")
    assert cases.by_kind(round_.id) == [], "nobody has said yet that they could not vote"
    page = staff.submit(staff.get(page.link("이 수로 적기")), button="저장하기", people="1")
    assert page.flashes == ["적었습니다."]
    (case,) = cases.list_cases(round_.id)
    assert (case.kind, case.people, case.on_day) == ("message", 1, seoul_day(at))


def test_only_hours_of_the_rounds_own_vote_are_shown(app: Flask, round_: Round, staff: Person) -> None:
    period = find_period(round_.phases, VOTING)
    assert period is not None
    for hour in (period.starts_at - timedelta(hours=2), period.ends_at + timedelta(hours=2)):
        keep(SmsOutage(hour=hour.replace(minute=0, second=0, microsecond=0), reason="shut", people=3))
    assert not staff.get(f"/office/rounds/{round_.id}/cases").has("인증번호를 보내지 못한 사람")
    keep(SmsOutage(hour=period.starts_at.replace(minute=0, second=0, microsecond=0), reason="shut", people=3))
    assert staff.get(f"/office/rounds/{round_.id}/cases").has("3명")


@pytest.mark.parametrize("brought", ["people=x&on_day=2026-05-01", "people=3&on_day=may", "people=3", "people=-3"])
def test_a_link_that_brings_nonsense_brings_an_empty_form(round_: Round, staff: Person, brought: str) -> None:
    page = staff.get(f"/office/rounds/{round_.id}/cases/new?{brought}")
    assert page.status == 200 and page.form(button="저장하기").data.get("people", [""]) == [""]
