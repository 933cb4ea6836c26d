"""The kiosk: from the PIN to the receipt and back to the start page; leaving; every PIN that is refused."""

import pytest
from flask import Flask

from app.ballots import rules as ballots
from app.ballots import services as casting
from app.ballots.models import Participation
from app.clock import Clock
from app.database import db
from app.people.models import STAFF_ROLE
from app.rounds.rules import RESIDENTS
from app.stations import rules
from app.stations.pins import Helped
from app.web.kiosk.audience import COOKIE
from app.web.voting.draft import COOKIE as DRAFT
from tests import factories
from tests.actors import Person
from tests.ballots.elections import TOKENS, cast_in, census, picks
from tests.page import Page
from tests.stations.posts import TOKEN, Post, entry, issue, numbers, post, second_officer

# What the databases must agree on is in tests/stations, which runs on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
START = "투표 번호를 눌러 주세요"


def device(app: Flask, token: str = TOKEN) -> Person:
    person = Person(app)
    person.client.set_cookie(COOKIE, token, path="/kiosk/")
    return person


def type_pin(person: Person, digits: str) -> Page:
    return person.submit(person.get("/kiosk/"), button="투표 시작하기", pin=digits)


def to_check(person: Person, page: Page, chosen: list[str]) -> Page:
    return Page(page.form(action="/check").tick("pick", *chosen).submit(person.client, follow_redirects=True))


def cast(person: Person, check: Page) -> Page:
    return Page(check.form(action="/cast").submit(person.client, follow_redirects=True))


def test_four_screens_from_the_pin_to_the_receipt_and_then_the_start_page_again(app: Flask, clock: Clock) -> None:
    at = post(clock)
    person = device(app)
    ballot = type_pin(person, issue(at, entry(at.round)))
    assert ballot.h1 == "사업을 골라 주세요"
    check = to_check(person, ballot, picks(at.round))
    assert check.has("아직 투표하지 않았습니다")
    done = cast(person, check)
    assert done.h1 == "투표했습니다"
    assert ballots.is_receipt(done.summary()["접수번호"].replace("-", ""))
    assert cast_in(at.round.id, RESIDENTS) == [sorted(picks(at.round))]
    (row,) = db.session.query(Participation)
    assert (row.channel, row.station_id, row.area_id, row.age_band) == (
        "kiosk",
        at.station.id,
        factories.area().id,
        "70-",
    )
    assert person.get(done.link("마치기")).h1 == START
    for page in ("", "/check", "/receipt"):
        assert person.get(f"/kiosk/{at.round.id}{page}").h1 == START
    assert person.client.get_cookie(DRAFT, path=f"/kiosk/{at.round.id}") is None


def test_the_same_cast_again_after_its_answer_was_lost_gets_the_same_receipt(app: Flask, clock: Clock) -> None:
    at = post(clock)
    person = device(app)
    check = to_check(person, type_pin(person, issue(at, entry(at.round))), picks(at.round))
    receipts = [cast(person, check).summary()["접수번호"] for _ in range(2)]
    assert receipts[0] == receipts[1]
    assert (len(cast_in(at.round.id, RESIDENTS)), numbers(at.station)) == (1, {"alone": (1, 1)})


def test_every_screen_of_a_kiosk_is_large_and_goes_back_by_itself_where_there_are_no_scripts(
    app: Flask, clock: Clock
) -> None:
    at = post(clock)
    person = device(app)
    ballot = type_pin(person, issue(at, entry(at.round)))
    check = to_check(person, ballot, picks(at.round))
    for page in (person.get("/kiosk/"), ballot, check, cast(person, check)):
        head = str(page.soup.head)
        assert "css/kiosk.css" in head and 'http-equiv="refresh"' in head, page.h1


def test_a_helped_vote_is_counted_apart(app: Flask, clock: Clock) -> None:
    at = post(clock)
    digits = issue(at, entry(at.round), Helped(rules.HANDS, second_officer(at.station)))
    person = device(app)
    cast(person, to_check(person, type_pin(person, digits), picks(at.round)))
    assert [row.channel for row in db.session.query(Participation)] == ["assisted"]
    assert numbers(at.station) == {"hands": (1, 1)}


def test_leaving_drops_the_ballot_and_the_pin_lets_the_same_voter_begin_anew(app: Flask, clock: Clock) -> None:
    at = post(clock)
    person, digits = device(app), issue(at, entry(at.round))
    check = to_check(person, type_pin(person, digits), picks(at.round))
    before = census()
    assert person.get(check.link("그만두고 처음으로")).h1 == START
    refused = cast(person, check)
    assert (refused.h1 == START or refused.status == 400, census()) == (True, before)
    assert not type_pin(person, digits).soup.select("input[checked]")


def test_nobodys_account_is_behind_a_kiosk(app: Flask, clock: Clock) -> None:
    """Whoever signed in on the device before is not signed in there once the start page was shown."""
    at = post(clock)
    person = Person(app, factories.account(STAFF_ROLE))
    person.client.set_cookie(COOKIE, TOKEN, path="/kiosk/")
    assert person.status("/office/") == 200
    page = person.get("/kiosk/")
    assert person.status("/office/") == 302
    assert not [a for a in page.soup.find_all("a") if not str(a["href"]).startswith(("/kiosk", "?", "#"))]
    assert at.kiosk.name in page.text or page.has(at.kiosk.name)


def test_a_device_without_its_token_finds_nothing(app: Flask, clock: Clock) -> None:
    at = post(clock)
    for person in (Person(app), device(app, "guessed"), Person(app, at.officer)):
        assert [person.status(f"/kiosk/{page}") for page in ("", str(at.round.id))] == [404, 404]


def test_a_kiosk_of_another_round_shows_no_ballot_of_this_one(app: Flask, clock: Clock) -> None:
    at = post(clock)
    assert device(app).status(f"/kiosk/{factories.round_().id}") == 404
    assert at.round.id


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "창구에서 받은 번호 여섯 자리를 눌러 주세요."),
        ("12", "맞지 않거나 이미 쓴 번호입니다"),
        ("spent", "맞지 않거나 이미 쓴 번호입니다"),
        ("elsewhere", "다른 투표소에서 받은 번호입니다"),
        ("overdue", "시간이 지난 번호입니다"),
        ("taken", "다른 단말기에서 쓰고 있는 번호입니다"),
        ("paused", "번호를 다섯 번 잘못 눌러"),
    ],
)
def test_a_pin_that_is_refused_says_why_and_opens_nothing(app: Flask, clock: Clock, typed: str, sentence: str) -> None:
    at = post(clock)
    person = device(app)
    digits = _digits(app, at, clock, person, typed)
    before = census()
    refused = type_pin(person, digits)
    assert (refused.status, sentence in refused.errors[0]) == (422, True)
    assert person.get(f"/kiosk/{at.round.id}").h1 == START
    assert {**census(), "audit_line": 0} == {**before, "audit_line": 0}


def _digits(app: Flask, at: Post, clock: Clock, person: Person, kind: str) -> str:
    if kind == "elsewhere":
        station = factories.station(at.round, name="시흥1동 주민센터")
        factories.shift(station, at.officer)
        return issue(Post(at.round, station, at.officer, at.kiosk), entry(at.round))
    if kind in ("overdue", "taken"):
        digits = issue(at, entry(at.round))
        if kind == "overdue":
            clock.offset += rules.PIN_LASTS
        else:
            factories.kiosk(at.station, "another token", name="2번 단말기")
            type_pin(device(app, "another token"), digits)
        return digits
    if kind == "spent":
        digits = issue(at, entry(at.round))
        other = device(app)
        cast(other, to_check(other, type_pin(other, digits), picks(at.round)))
        return digits
    if kind == "paused":
        for _ in range(rules.WRONG_PINS):
            type_pin(person, "12")
    return kind if kind in ("", "12") else "12"


def test_digits_are_read_however_they_are_typed(app: Flask, clock: Clock) -> None:
    at = post(clock)
    digits = issue(at, entry(at.round))
    wide = "".join(chr(ord(one) + 0xFEE0) for one in digits)
    assert type_pin(device(app), f" {wide[:3]} - {wide[3:]} ").h1 == "사업을 골라 주세요"


def test_who_voted_by_phone_after_the_pin_was_issued_is_told_so_at_the_kiosk(app: Flask, clock: Clock) -> None:
    at = post(clock)
    voter = entry(at.round)
    person = device(app)
    check = to_check(person, type_pin(person, issue(at, voter)), picks(at.round))
    casting.cast_as_entry(at.round.id, voter, picks(at.round), channel=ballots.MOBILE, token=TOKENS[0])
    before = census()
    refused = cast(person, check)
    assert (refused.status, refused.h1, census()) == (409, "이미 투표하셨습니다", before)
    assert numbers(at.station) == {"alone": (1, 0)}


def test_a_voter_may_read_in_english_and_the_next_one_begins_in_korean(app: Flask, clock: Clock) -> None:
    at = post(clock)
    person = device(app)
    english = person.get("/kiosk/?language=en")
    assert english.soup.html["lang"] == "en"
    ballot = person.submit(english, pin=issue(at, entry(at.round)))
    assert ballot.soup.html["lang"] == "en"
    assert person.get("/kiosk/").soup.html["lang"] == "ko"
