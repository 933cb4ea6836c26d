"""The residents' ballot as a resident meets it: ballot, check page, cast, receipt; and every way to be refused."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from app.ballots import queries, rules
from app.ballots import voter_queries as voters
from app.clock import Clock
from app.database import db
from app.people.models import STAFF_ROLE, Resident
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.web.guard import SignedIn
from app.web.voting.draft import COOKIE
from tests import factories
from tests.actors import Person
from tests.ballots.elections import (
    cast_in,
    census,
    give_key,
    items,
    move_into,
    move_past,
    picks,
    publish_ballot,
    published,
    shortlisted,
)
from tests.page import Page

FIELD = "pick"


def open_ballot(app: Flask, round_: Round, resident: Resident | None = None) -> tuple[Person, Page]:
    person = Person(app, resident or factories.resident())
    return person, person.get(f"/vote/{round_.id}")


def to_check(person: Person, page: Page, chosen: list[str]) -> Page:
    form = page.form(action="/check").tick(FIELD, *chosen) if chosen else page.form(action="/check")
    return Page(form.submit(person.client, follow_redirects=True))


def cast(person: Person, check: Page) -> Page:
    return Page(check.form(action="/cast").submit(person.client, follow_redirects=True))


def test_from_the_ballot_over_the_check_page_to_the_receipt(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    person, page = open_ballot(app, round_)
    assert page.h1 == "사업을 골라 주세요"
    assert page.has("0 / 2개")
    check = to_check(person, page, picks(round_))
    assert check.has("아직 투표하지 않았습니다")
    assert all(check.has(item.title_ko) for item in queries.list_items(round_.id) if item.code in picks(round_))
    assert check.has("고른 사업 2개, 사업비 합계 1억원")
    done = cast(person, check)
    assert done.h1 == "투표했습니다"
    assert rules.is_receipt(done.summary()["접수번호"].replace("-", ""))
    assert re.fullmatch(r"\d{4}-\d{4}-\d{4}-\d{4}", done.summary()["접수번호"])
    assert cast_in(round_.id, rounds.RESIDENTS) == [sorted(picks(round_))]


def test_nothing_is_stored_before_the_cast(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    before = census()
    person, page = open_ballot(app, round_)
    to_check(person, page, picks(round_))
    assert census() == before


def test_coming_back_says_that_one_has_voted_and_shows_the_receipt_again(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    person, page = open_ballot(app, round_)
    done = cast(person, to_check(person, page, picks(round_)))
    for path in (f"/vote/{round_.id}", f"/vote/{round_.id}/check"):
        again = person.get(path)
        assert (again.status, again.h1) == (200, "이미 투표하셨습니다")
        assert again.summary() == done.summary()
    assert person.get(f"/vote/{round_.id}/receipt").summary() == done.summary()


def test_a_double_click_gets_the_same_receipt(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    person, page = open_ballot(app, round_)
    check = to_check(person, page, picks(round_))
    first = cast(person, check)
    after = census()
    assert cast(person, check).summary() == first.summary()
    assert census() == after


def test_a_second_device_is_told_politely(app: Flask, clock: Clock) -> None:
    round_, resident = published(clock), factories.resident()
    phone, page = open_ballot(app, round_, resident)
    tablet, other = open_ballot(app, round_, resident)
    check, late = to_check(phone, page, picks(round_)), to_check(tablet, other, picks(round_, 2)[1:4:2])
    cast(phone, check)
    after = census()
    refused = cast(tablet, late)
    assert (refused.status, refused.h1) == (409, "이미 투표하셨습니다")
    assert refused.summary() == {}  # the other device's receipt is the other device's
    assert census() == after
    stale = tablet.post(f"/vote/{round_.id}/check", other.form(action="/check").data)
    assert (stale.status, stale.h1) == (409, "이미 투표하셨습니다")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whoever_hears_that_they_have_voted_and_has_not_is_told_whom_to_ask(app: Flask, clock: Clock) -> None:
    round_, resident = published(clock), factories.resident()
    phone, page = open_ballot(app, round_, resident)
    done = cast(phone, to_check(phone, page, picks(round_)))
    back, person = phone.get(f"/vote/{round_.id}"), Person(app, resident)
    without = person.get(f"/vote/{round_.id}")
    app.extensions["hanpyo"] = replace(app.extensions["hanpyo"], help_phone="02-2627-0000")
    factories.station(round_)
    again = person.get(f"/vote/{round_.id}")
    assert "투표하신 적이 없나요?" not in done.text + back.text  # this browser holds the receipt
    assert without.has("주민참여예산 담당 부서에 알려 주세요") and "현장투표소" not in without.text
    assert again.has("도움 전화: 02-2627-0000")
    assert again.link("현장투표소 보기") == f"/rounds/{round_.id}/stations"


@pytest.mark.parametrize(
    ("each", "words"), [(0, "1개를 더 골라 주세요"), (2, "1개를 빼 주세요"), (3, "2개를 빼 주세요")]
)
def test_picks_under_and_over_the_rule_are_answered_in_words_with_ticks_kept(
    app: Flask, clock: Clock, each: int, words: str
) -> None:
    round_ = published(clock)
    before = census()
    person, page = open_ballot(app, round_)
    answer = to_check(person, page, picks(round_, each))
    assert answer.status == 422
    assert answer.errors == [f"분야1: {words}", f"분야2: {words}"]
    assert set(answer.form(action="/check").data.get(FIELD, [])) == set(picks(round_, each))
    assert census() == before


def test_a_faults_link_leads_to_its_section(app: Flask, clock: Clock) -> None:
    person, page = open_ballot(app, published(clock))
    answer = to_check(person, page, [])
    targets = [link["href"] for link in answer.soup.select(".faults a")]
    assert targets == ["#section-1", "#section-2"]


def test_a_total_over_all_sections_counts_as_well(app: Flask, clock: Clock) -> None:
    """2015: any ten of fifty over eight fields; here any two of six over two."""
    round_ = shortlisted(picks=(0, 9))
    for chamber in round_.chambers:
        chamber.total_min = chamber.total_max = 2
    db.session.commit()
    give_key(round_)
    publish_ballot(round_)
    move_into(clock, round_, rounds.VOTING)
    person, page = open_ballot(app, round_)
    assert page.has("0 / 2개")
    answer = to_check(person, page, picks(round_, 2))
    assert answer.errors == ["모두 2개까지 고를 수 있습니다. 2개를 빼 주세요"]
    assert to_check(person, page, picks(round_, 2)[:2]).has("아직 투표하지 않았습니다")


def test_what_is_not_on_this_ballot_is_left_out_and_said(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    before = census()
    person, page = open_ballot(app, round_)
    data = {**page.form(action="/check").data, FIELD: [*picks(round_), "999"]}
    for target in ("check", "cast"):
        answer = person.post(f"/vote/{round_.id}/{target}", {**data, "token": "a" * 32})
        assert answer.status == 422
        assert answer.errors == ["이 투표에 없는 사업이 들어 있어 뺐습니다. 고른 사업을 다시 확인해 주세요"]
    assert census() == before


def test_a_forged_token_is_refused(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    before = census()
    person, page = open_ballot(app, round_)
    data = {**page.form(action="/check").data, FIELD: picks(round_)}
    assert person.post(f"/vote/{round_.id}/cast", {**data, "token": "7"}).status == 400
    assert person.post(f"/vote/{round_.id}/cast", data).status == 400
    assert census() == before


def test_ticks_come_back_from_the_check_page(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    person, page = open_ballot(app, round_)
    check = to_check(person, page, picks(round_))
    back = person.get(check.link("다시 고르기"))
    assert set(back.form(action="/check").data[FIELD]) == set(picks(round_))


def test_reloading_the_check_page_keeps_choices_and_token(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    person, page = open_ballot(app, round_)
    check = to_check(person, page, picks(round_))
    first, again = (page.form(action="/cast").data for page in (check, person.get(f"/vote/{round_.id}/check")))
    assert {**again, "csrf_token": ""} == {**first, "csrf_token": ""}  # that one tells the second it was made in


def test_without_choices_the_check_page_leads_back_to_the_ballot(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    assert open_ballot(app, round_)[0].get(f"/vote/{round_.id}/check").h1 == "사업을 골라 주세요"


def test_the_next_person_on_the_same_device_sees_nothing_of_the_first(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    first, page = open_ballot(app, round_)
    to_check(first, page, picks(round_))
    with first.client.session_transaction() as session:
        session["_user_id"] = SignedIn("resident", factories.resident()).get_id()
    assert FIELD not in first.get(f"/vote/{round_.id}").form(action="/check").data
    assert first.get(f"/vote/{round_.id}/check").h1 == "사업을 골라 주세요"


def test_the_draft_says_nothing_of_who_chose_and_goes_with_the_cast(app: Flask, clock: Clock) -> None:
    round_, resident = published(clock), factories.resident()
    person, page = open_ballot(app, round_, resident)
    check = to_check(person, page, picks(round_))
    cookie = person.client.get_cookie(COOKIE, path=f"/vote/{round_.id}")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.path == f"/vote/{round_.id}"
    assert resident.phone_key not in cookie.value
    assert voters.get_standing(round_.id).voter_key(voters.identity_of(resident)) not in cookie.value
    cast(person, check)
    assert person.client.get_cookie(COOKIE, path=f"/vote/{round_.id}") is None


def test_a_stale_check_page_after_closing_casts_nothing(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    person, page = open_ballot(app, round_)
    check = to_check(person, page, picks(round_))
    move_past(clock, round_, rounds.VOTING)
    before = census()
    answer = cast(person, check)
    assert answer.status == 409
    assert answer.has("지금은 주민 투표 기간이 아닙니다")
    assert census() == before


@pytest.mark.parametrize("days", [-2, 10])
def test_outside_the_period_the_page_says_when_it_is(app: Flask, clock: Clock, days: int) -> None:
    round_ = published(clock)
    clock.offset += timedelta(days=days)
    _, page = open_ballot(app, round_)
    assert page.status == 409
    assert page.has("지금은 주민 투표 기간이 아닙니다. 기간:")


def test_before_publication_there_is_no_ballot(app: Flask, clock: Clock) -> None:
    round_ = factories.round_(running=rounds.VOTING)
    _, page = open_ballot(app, round_)
    assert page.status == 409
    assert page.has("투표 대상이 아직 공표되지 않아")


def test_a_draft_does_not_exist_for_residents(app: Flask, clock: Clock) -> None:
    round_ = factories.round_(state=rounds.DRAFT)
    assert open_ballot(app, round_)[1].status == 404


def test_the_order_is_the_voters_own_and_stable(app: Flask, clock: Clock) -> None:
    round_ = published(clock, per_section=12, sections=1)
    voters = [factories.resident() for _ in range(3)]

    def order(voter: Resident) -> list[str]:
        return [str(tick["value"]) for tick in open_ballot(app, round_, voter)[1].soup.select("input[type=checkbox]")]

    orders = [order(voter) for voter in voters]
    assert order(voters[0]) == orders[0]
    assert len({tuple(order) for order in orders}) == 3
    assert {frozenset(order) for order in orders} == {frozenset(item.code for item in items(round_, "s1"))}


def test_the_pages_of_a_vote_are_not_kept_by_the_browser(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    person, page = open_ballot(app, round_)
    check = to_check(person, page, picks(round_))
    for seen in (page, check, cast(person, check)):
        assert seen.response.headers["Cache-Control"] == "no-store"
        assert seen.response.headers["Referrer-Policy"] == "no-referrer"


def test_the_ballot_has_neither_menu_nor_footer(app: Flask, clock: Clock) -> None:
    person, page = open_ballot(app, published(clock))
    check = to_check(person, page, [box["value"] for box in page.soup.select("fieldset input")][::3])
    for seen in (page, check):
        assert not seen.soup.find_all(["header", "footer", "nav"])


def test_who_is_not_signed_in_is_asked_to_and_comes_back(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    answer = Person(app).client.get(f"/vote/{round_.id}")
    assert answer.status_code == 302
    assert f"next=/vote/{round_.id}" in answer.location.replace("%2F", "/")


def test_staff_have_no_residents_ballot(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    answer = Person(app, factories.account(STAFF_ROLE)).client.get(f"/vote/{round_.id}")
    assert answer.status_code == 302


def test_the_ballot_speaks_english(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    page = Person(app, factories.resident(), "en").get(f"/vote/{round_.id}")
    assert page.has("Field 1")
