"""A shared tablet: made by staff on the device, nobody's session, one ballot at a time, back to its own start."""

import pytest
from flask import Flask

from app.audit.models import SYSTEM
from app.ballots import queries
from app.clock import Clock, now
from app.committee import agenda_rules, services
from app.committee import tablet_rules as rules
from app.committee.models import CommitteeMember, MeetingTablet
from app.database import db
from app.people.models import STAFF_ROLE
from app.reviews.models import Recusal
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.actors import Person
from tests.ballots.elections import cast_in, census, items, picks, published, seated
from tests.page import Page


@pytest.fixture
def round_(app: Flask, clock: Clock) -> Round:
    return published(clock, running=rounds.COMMITTEE_VOTE)


@pytest.fixture
def staff(app: Flask) -> Person:
    return Person(app, factories.account(STAFF_ROLE))


def device(app: Flask, round_: Round, use: str = "booth") -> Person:
    """Staff sign in on it, make it the meeting's, and are signed out."""
    one = Person(app, factories.account(STAFF_ROLE))
    page = one.get(f"/office/rounds/{round_.id}/meeting/tablets")
    one.submit(page, button="이 기기를 지정하기", use=use, name="1번")
    return one


def issue(staff: Person, round_: Round, member: CommitteeMember) -> str:
    page = staff.get(f"/office/rounds/{round_.id}/meeting")
    shown = Page(page.form(action=f"/members/{member.id}/pin").submit(staff.client))
    pin = shown.soup.select_one(".pin-given")
    assert pin is not None
    return pin.get_text(strip=True)


def enter(tablet: Person, pin: str) -> Page:
    return tablet.submit(tablet.get("/tablet/"), button="투표하러 가기", pin=pin)


def vote(tablet: Person, ballot: Page, chosen: list[str]) -> Page:
    check = Page(ballot.form(action="/check").tick("pick", *chosen).submit(tablet.client, follow_redirects=True))
    return Page(check.form(action="/cast").submit(tablet.client, follow_redirects=True))


def test_a_device_becomes_the_meetings_and_nobody_is_signed_in_on_it(app: Flask, round_: Round) -> None:
    seated(round_, 3, 2)
    tablet = device(app, round_)
    page = tablet.get("/tablet/")
    assert page.summary() == {"재적": "3명", "필요": "2명", "참석": "2명"}
    assert page.response.headers["Refresh"] == "90; url=/tablet/"
    assert tablet.status("/office/") == 302
    kept = db.session.query(MeetingTablet).one()
    cookie = tablet.client.get_cookie("hanpyo-tablet", path="/tablet")
    assert cookie is not None and cookie.value not in kept.token_key


def test_a_member_votes_on_a_tablet_and_it_goes_back_to_its_start(app: Flask, staff: Person, round_: Round) -> None:
    _, (member, other, _) = seated(round_, 3, 2)
    barred = items(round_, "s1")[0]
    factories.keep(
        Recusal(
            proposal_id=barred.proposal_id,
            account_id=member.account_id,
            kind="stepped_back",
            reason="가족",
            declared_at=now(),
        )
    )
    tablet = device(app, round_)
    pin = issue(staff, round_, member)
    ballot = enter(tablet, pin)
    assert ballot.has("제척·기피·회피된 사업이라 고를 수 없습니다")
    assert not ballot.soup.select("header, footer")
    allowed = [items(round_, "s1")[1].code, items(round_, "s2")[0].code]
    done = vote(tablet, ballot, allowed)
    assert (done.h1, done.response.headers["Refresh"]) == ("투표했습니다", "90; url=/tablet/")
    assert tablet.get(f"/tablet/rounds/{round_.id}/ballot").h1 == "투표했습니다"
    assert cast_in(round_.id, rounds.COMMITTEE) == [sorted(allowed)]
    assert queries.participations(round_.id) == {rounds.COMMITTEE: {"tablet": 1}}
    assert not done.soup.select("main a:not([href='/tablet/'])")
    tablet.get(done.link("다 적었습니다"))
    with tablet.client.session_transaction() as session:
        assert not [name for name in session if name.startswith(("receipt", "tablet", "_user"))]
    assert tablet.get(f"/tablet/rounds/{round_.id}/ballot/receipt").h1 == "총회 투표"
    assert enter(tablet, issue(staff, round_, other)).h1 == "사업을 골라 주세요"


def test_leaving_a_ballot_leaves_nothing_of_it_on_the_tablet(app: Flask, staff: Person, round_: Round) -> None:
    _, (member, *_) = seated(round_, 3, 2)
    tablet = device(app, round_)
    ballot = enter(tablet, issue(staff, round_, member))
    ballot.form(action="/check").tick("pick", *picks(round_)).submit(tablet.client, follow_redirects=True)
    path = f"/tablet/rounds/{round_.id}/ballot"
    assert tablet.client.get_cookie("hanpyo-draft", path=path) is not None
    tablet.get(ballot.link("투표하지 않고 처음 화면으로"))
    assert tablet.client.get_cookie("hanpyo-draft", path=path) is None
    page = tablet.get(path)
    assert (page.status, page.has("투표할 수 있는 시간이 지났습니다")) == (409, True)
    assert page.link("처음 화면으로") == "/tablet/"


def test_wrong_used_and_late_numbers_are_answered_at_the_field(
    app: Flask, staff: Person, round_: Round, clock: Clock
) -> None:
    _, (member, other, _) = seated(round_, 3, 2)
    tablet, pin = device(app, round_), issue(staff, round_, member)
    late, before = issue(staff, round_, other), census()
    wrong = "0" * 8 if "0" * 8 not in (pin, late) else "1" * 8
    answers = [("", "받으신 번호를 입력해 주세요."), (wrong, "번호가 맞지 않습니다. 4번 더 입력할 수 있습니다.")]
    for typed, words in answers:
        page = enter(tablet, typed)
        assert (page.status, page.errors[0], page.form().data["pin"]) == (422, words, [""])
    assert enter(tablet, pin).h1 == "사업을 골라 주세요"
    assert enter(tablet, pin).errors[0].startswith("이미 쓴 번호입니다.")
    clock.offset += rules.PIN_LIFE
    assert enter(tablet, late).errors[0].startswith("받은 지 10분이 지나")
    assert census()["participation"] == before["participation"] == 0


def test_a_tablet_that_was_withdrawn_is_any_device(app: Flask, staff: Person, round_: Round) -> None:
    _, (member, *_) = seated(round_, 3, 2)
    tablet, pin = device(app, round_), issue(staff, round_, member)
    page = tablet.get("/tablet/")
    list_ = staff.get(f"/office/rounds/{round_.id}/meeting/tablets")
    Page(list_.form(button="거두기").submit(staff.client, follow_redirects=True))
    assert tablet.status("/tablet/") == 404
    assert tablet.submit(page, button="투표하러 가기", pin=pin).status == 404


def test_the_tablet_of_one_meeting_opens_no_other(app: Flask, round_: Round) -> None:
    seated(round_, 3, 2)
    other = factories.meeting(factories.round_(state=rounds.BALLOT_PUBLISHED, running=rounds.COMMITTEE_VOTE))
    tablet = device(app, round_)
    assert tablet.status(f"/tablet/rounds/{other.round_id}/ballot") == 404


def test_the_screen_at_the_door_shows_the_code_and_the_numbers_and_looks_again(app: Flask, round_: Round) -> None:
    meeting, _ = seated(round_, 3, 1)
    door = device(app, round_, "door")
    page = door.get("/tablet/")
    assert page.summary()["참석"] == "1명"
    assert page.has("의사정족수에 1명 모자랍니다.")
    assert page.response.headers["Refresh"] == "10"
    drawn = str(page.soup.select_one(".code svg"))
    services.end_meeting(meeting, at=now(), by=SYSTEM)
    after = door.get("/tablet/")
    assert ("svg" in drawn, after.soup.select_one(".code svg")) == (True, None)


def test_before_the_votes_turn_a_number_is_not_given_out(app: Flask, staff: Person, round_: Round) -> None:
    meeting, (member, *_) = seated(round_, 3, 2)
    device(app, round_)
    factories.item(meeting, kind=agenda_rules.BALLOT)
    page = staff.get(f"/office/rounds/{round_.id}/meeting")
    answer = Page(page.form(action=f"/members/{member.id}/pin").submit(staff.client))
    assert (answer.status, answer.has("아직 사업 투표를 할 차례가 아닙니다.")) == (409, True)
