"""The two ceremonies of a round's key in the console: words are given, typed back, and open the box."""

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from flask import Flask

from app.audit.models import SYSTEM, AuditLine
from app.ballots import box, ceremony, queries, rules
from app.ballots import opening as opening_
from app.clock import Clock, now
from app.database import db
from app.people.models import STAFF_ROLE
from app.results import services as results
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.web.office import opener
from tests import factories
from tests.actors import Person
from tests.ballots.elections import publish_ballot, shortlisted
from tests.page import Page
from tests.results.elections import closed, pour

PATIENCE = 120  # seconds
NAMES = ("김하나", "이두리", "박세찌")


@pytest.fixture
def staff(app: Flask) -> Person:
    return Person(app, factories.account(STAFF_ROLE))


def page_of(round_: Round) -> str:
    return f"/office/rounds/{round_.id}/key"


def make(staff: Person, round_: Round, names: Sequence[str] = NAMES, threshold: str = "2", **fields: object) -> Page:
    page = staff.get(page_of(round_))
    return staff.submit(page, names="\n".join(names), threshold=threshold, **fields)


def words_in(page: Page) -> list[str]:
    return [" ".join(word.get_text() for word in one.select("ol li")) for one in page.soup.select("main details")]


def typed_back(staff: Person, round_: Round, number: int, words: str) -> Page:
    return staff.submit(staff.get(f"{page_of(round_)}/{number}"), words=words, button="확인하기")


def test_every_trustee_gets_33_words_in_closed_details_once(staff: Person) -> None:
    round_ = shortlisted(per_section=1)
    page = make(staff, round_)
    assert [len(words.split()) for words in words_in(page)] == [33, 33, 33]
    assert not page.soup.select("details[open]")
    assert page.has("새로 고치거나 닫으면 낱말을 다시 볼 수 없습니다") and page.has("다른 사람은 화면을 보지 마세요")
    assert page.response.headers["Cache-Control"] == "no-store"
    again = staff.get(page_of(round_))
    assert all(words.split()[4] not in again.text.split() for words in words_in(page))
    with staff.client.session_transaction() as session:
        assert not any(word in str(dict(session)) for word in words_in(page)[0].split() if len(word) > 6)


def test_the_key_is_ready_when_all_have_typed_their_words_back_and_publication_waits_for_it(staff: Person) -> None:
    round_ = shortlisted()
    publish = f"/office/rounds/{round_.id}/ballot"
    assert staff.get(publish).link("열쇠 나누기: 아직 열쇠를 만들지 않았습니다") == page_of(round_)
    given = words_in(make(staff, round_))
    for number, words in enumerate(given, start=1):
        assert staff.get(publish).has(f"열쇠 나누기: 수탁자 3명 가운데 {number - 1}명 확인")
        assert staff.get(f"{publish}/prepare").h1 == "투표 대상을 공표하기 전에"
        page = typed_back(staff, round_, number, words.upper().replace(" ", "\n"))
        assert page.flashes == [f"{NAMES[number - 1]} 님이 적은 낱말이 맞습니다."]
    assert staff.get(publish).has("공표할 준비가 되었습니다")


def test_what_is_wrong_with_the_words_is_said_at_the_field_and_nothing_is_confirmed(staff: Person) -> None:
    round_, other = shortlisted(per_section=1), shortlisted(per_section=1)
    first, second, _third = words_in(make(staff, round_))
    others = words_in(make(staff, other))[0]
    listed = first.split()
    wrong = {
        " ".join(listed[:32]): "낱말은 33개여야 하는데 32개를 입력했습니다.",
        " ".join([*listed[:6], "hanpyo", *listed[7:]]): "7번째 낱말은 낱말 목록에 없습니다. 철자를 확인해 주세요.",
        " ".join([*listed[:32], "academic" if listed[32] != "academic" else "acid"]): (
            "낱말 하나가 틀렸거나 순서가 바뀌었습니다."
        ),
        second: "이 회차의 낱말이지만 다른 수탁자의 것입니다.",
        others: "다른 회차의 낱말입니다. 열쇠를 새로 만들었다면 그 전에 받은 낱말은 쓸 수 없습니다.",
        "": "종이에 적은 낱말을 순서대로 입력해 주세요.",
    }
    for words, said in wrong.items():
        page = typed_back(staff, round_, 1, words)
        assert (page.status, page.errors) == (422, [said])
    key = queries.get_round_key(round_.id)
    assert [trustee.confirmed_at for trustee in key.trustees] == [None] * 3


@pytest.mark.parametrize(
    ("names", "threshold", "said"),
    [
        (("김하나",), "1", "수탁자는 두 명 이상이어야 합니다."),
        (("김하나", "김 하나 ", "김  하나"), "2", "같은 이름이 두 번 있습니다. 누구인지 구별되게 적어 주세요."),
        (tuple(f"수탁자{n}" for n in range(10)), "2", "수탁자는 9명까지 정할 수 있습니다."),
        (("가" * 61, "나"), "2", "이름은 60자까지 쓸 수 있습니다."),
        (NAMES, "4", "2명 이상 3명 이하여야 합니다."),
        (NAMES, "1", "2명 이상 3명 이하여야 합니다."),
    ],
)
def test_trustees_that_cannot_be_are_refused(staff: Person, names: tuple[str, ...], threshold: str, said: str) -> None:
    round_ = shortlisted(per_section=1)
    page = make(staff, round_, names, threshold)
    assert (page.status, page.errors) == (422, [said])
    assert queries.find_round_key(round_.id) is None


def test_one_trustee_is_enough_in_a_demo_and_the_page_says_so(app: Flask, staff: Person) -> None:
    app.extensions["hanpyo"] = replace(app.extensions["hanpyo"], mode="demo")
    round_ = shortlisted(per_section=1)
    assert staff.get(page_of(round_)).has("시연용 설치입니다")
    assert len(words_in(make(staff, round_, NAMES[:1], "1"))) == 1
    assert staff.get(page_of(round_)).has("시연에서만 이렇게 합니다")


def test_production_refuses_one_trustee_whoever_asks(app: Flask) -> None:
    app.extensions["hanpyo"] = replace(app.extensions["hanpyo"], mode="production")
    round_ = shortlisted(per_section=1)
    with pytest.raises(rules.BadTrustees):
        ceremony.make_key(round_, NAMES[:1], 1, at=now(), by=SYSTEM)


def test_a_key_is_made_anew_only_by_one_who_has_seen_it_and_says_so(staff: Person) -> None:
    round_ = shortlisted(per_section=1)
    stale = staff.get(page_of(round_))
    first = words_in(make(staff, round_))[0]
    page = staff.submit(stale, names="\n".join(NAMES), threshold="2")
    assert (page.status, page.errors) == (422, ["그 사이에 열쇠가 만들어졌습니다. 지금 상태를 다시 확인해 주세요."])
    page = make(staff, round_)
    assert (page.status, page.errors) == (422, ["새로 만들려면 여기에 표시해 주세요."])
    assert len(words_in(make(staff, round_, anew="y"))) == 3
    assert typed_back(staff, round_, 1, first).status == 422


def test_after_publication_no_key_is_made(staff: Person) -> None:
    round_ = shortlisted()
    page = staff.get(page_of(round_))
    give_all(round_)
    publish_ballot(round_)
    assert not staff.get(page_of(round_)).soup.select("main form")
    assert staff.submit(page, names="\n".join(NAMES), threshold="2").status in (409, 422)


def give_all(round_: Round) -> list[str]:
    words = ceremony.make_key(round_, NAMES, 2, at=now(), by=SYSTEM)
    for number, theirs in enumerate(words, start=1):
        ceremony.confirm_words(round_, number, theirs, at=now(), by=SYSTEM)
    return words


def sealed(clock: Clock) -> tuple[Round, list[str]]:
    """Three trustees, two of whom it takes; five residents' ballots; voting is closed."""
    round_ = shortlisted()
    words = give_all(round_)
    publish_ballot(round_)
    factories.meeting(round_, state="ended")
    pour(round_, rounds.RESIDENTS, [["1", "4"]] * 5)
    clock.offset += max(phase.ends_at for phase in round_.phases) - now()
    results.close_round(round_, at=now(), by=SYSTEM)
    return round_, words


def opening(staff: Person, round_: Round, *words: str) -> Page:
    fields = {f"words_{place}": theirs for place, theirs in enumerate(words, start=1)}
    return staff.submit(staff.get(f"/office/rounds/{round_.id}/box/open"), button="투표함 열기", **fields)


def test_two_of_three_open_the_box_and_then_it_is_counted(staff: Person, clock: Clock) -> None:
    round_, (first, _second, third) = sealed(clock)
    assert staff.get(f"/office/rounds/{round_.id}").has("다음 할 일: 투표함 열기")
    page = opening(staff, round_, third, first)
    assert page.h1 == "투표함을 열었습니다" and page.has("표 5장 가운데 읽을 수 없는 표는 0장입니다.")
    assert page.link("개표하러 가기") == f"/office/rounds/{round_.id}/count/start"
    assert staff.get(f"/office/rounds/{round_.id}/box/open").text == page.text


def test_what_does_not_open_the_box_is_said_where_it_is(staff: Person, clock: Clock) -> None:
    round_, (first, second, _third) = sealed(clock)
    other = give_all(shortlisted(per_section=1))
    for words, said in (
        (("", ""), "2명 가운데 0명의 낱말만 입력했습니다."),
        ((first, " "), "2명 가운데 1명의 낱말만 입력했습니다."),
        ((first, first), "같은 수탁자의 낱말을 두 번 입력했습니다."),
        ((first, second + " more"), "낱말은 33개여야 하는데 34개를 입력했습니다."),
        ((first, other[1]), "다른 회차의 낱말입니다. 열쇠를 새로 만들었다면 그 전에 받은 낱말은 쓸 수 없습니다."),
    ):
        page = opening(staff, round_, *words)
        assert (page.status, page.errors) == (422, [said])
        assert bool(page.soup.select("#words_2[aria-invalid]")) == bool(words[1].strip())
    assert queries.is_sealed(round_.id)


def test_the_box_of_a_round_that_still_votes_is_not_opened(staff: Person, clock: Clock) -> None:
    assert staff.status(f"/office/rounds/{shortlisted().id}/box/open") == 409
    assert staff.status(f"/office/rounds/{closed(clock).id}/box/open") == 200


def test_a_large_box_is_opened_by_a_process_of_its_own_while_a_page_says_how_far_it_is(
    staff: Person, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is asked again, as a browser asks it, until it says that all is open."""
    monkeypatch.setattr(opening_, "FEW", 0)
    round_, (first, second, _third) = sealed(clock)
    page = opening(staff, round_, first, second)
    until = time.monotonic() + PATIENCE
    while page.h1 == "투표함을 여는 중입니다" and time.monotonic() < until:
        assert page.response.headers["Refresh"] == "5"
        time.sleep(0.1)
        page = staff.get(f"/office/rounds/{round_.id}/box/opening")
    assert page.h1 == "투표함을 열었습니다" and page.has("표 5장 가운데 읽을 수 없는 표는 0장입니다.")
    assert sorted(box.read(round_.id, rounds.RESIDENTS)) == [["1", "4"]] * 5
    assert opening_line(round_).actor_kind == "account"


def test_where_no_process_can_be_started_the_next_attempt_need_not_wait(
    app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opener, "COMMAND", ("/nowhere/python",))
    round_, words = sealed(clock)
    with app.test_request_context(), pytest.raises(FileNotFoundError):
        opener.start(begun(round_, words[:2]), SYSTEM)
    assert ceremony.open_box(round_, words[:2], at=now(), by=SYSTEM) == 5


def opening_line(round_: Round) -> AuditLine:
    return db.session.query(AuditLine).filter_by(action="box.open", subject_id=round_.id).one()


def begun(round_: Round, words: Sequence[str]) -> ceremony.Attempt:
    return ceremony.begin_opening(round_, words, at=now(), by=SYSTEM)


def test_whoever_comes_while_the_box_is_being_opened_sees_how_far_it_is_and_opens_nothing(
    staff: Person, clock: Clock
) -> None:
    """By pressing twice, by going back to the form, or as the second of two members of staff."""
    round_, words = sealed(clock)
    form = staff.get(f"/office/rounds/{round_.id}/box/open")
    begun(round_, words[:2])
    for page in (
        staff.get(f"/office/rounds/{round_.id}/box/open"),
        staff.submit(form, button="투표함 열기", words_1=words[1], words_2=words[2]),
    ):
        assert (page.status, page.h1) == (200, "투표함을 여는 중입니다")
        assert page.has("주민 0 / 5") and page.has("위원회 0 / 0")
        assert page.link("지금 새로 고침") == f"/office/rounds/{round_.id}/box/opening"
    assert queries.is_sealed(round_.id)


def test_an_opening_that_is_not_heard_of_for_a_minute_makes_room_for_the_next(staff: Person, clock: Clock) -> None:
    """As after the server was stopped: the form is there again, says what happened, and opens."""
    round_, words = sealed(clock)
    attempt = begun(round_, words[:2])
    clock.offset += rules.UNHEARD_OF
    page = staff.get(f"/office/rounds/{round_.id}/box/opening")
    assert page.h1 == "투표함 열기" and page.has("앞선 시도가 중간에 끊겼습니다.")
    assert opening(staff, round_, *words[:2]).h1 == "투표함을 열었습니다"
    with pytest.raises(rules.Superseded):
        ceremony.finish_opening(attempt, at=now, by=SYSTEM)
    assert staff.get(f"/office/rounds/{round_.id}/box/opening").h1 == "투표함을 열었습니다"


def test_the_form_sent_again_after_the_opening_shows_what_came_of_it(staff: Person, clock: Clock) -> None:
    round_, words = sealed(clock)
    form = staff.get(f"/office/rounds/{round_.id}/box/open")
    pages = [staff.submit(form, button="투표함 열기", words_1=words[0], words_2=words[1]) for _ in range(2)]
    assert [page.h1 for page in pages] == ["투표함을 열었습니다"] * 2
    assert opening_line(round_).fields == {"ballots": 5, "unreadable": 0}


def test_what_cannot_be_read_is_told_by_chamber_and_reason(app: Flask, clock: Clock) -> None:
    round_, words = sealed(clock)
    attempt = begun(round_, words[:2])
    ceremony.finish_opening(attempt, at=now, by=SYSTEM)
    one = queries.find_opening(round_.id)
    assert one is not None
    one.unreadable = {rounds.RESIDENTS: {rules.NOT_OPENED: 2, rules.NOT_A_BALLOT: 1}}
    db.session.commit()
    staff = Person(app, factories.account(STAFF_ROLE), locale="en")
    page = staff.get(f"/office/rounds/{round_.id}/box/opening")
    assert page.has("Ballots: 5. Of these, unreadable: 3.") and page.has("are counted as void")
    assert page.table("Opened ballots") == [
        {"Chamber": "Residents", "Opened ballots": "5", "Seal did not open": "2", "Not a ballot": "1"},
        {"Chamber": "Committee", "Opened ballots": "0", "Seal did not open": "0", "Not a ballot": "0"},
    ]
