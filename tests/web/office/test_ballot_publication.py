"""Publishing the ballot from the console."""

import hashlib
import json

import pytest
from flask import Flask

from app.ballots import queries
from app.ballots.models import BallotItem
from app.clock import Clock
from app.database import db
from app.people.models import ADMIN_ROLE, APPROVER_ROLE, COMMITTEE_ROLE, DEPARTMENT_ROLE, STAFF_ROLE
from app.proposals import rules as proposals
from app.rounds import rules as rounds
from app.rounds.models import PickRule, Round
from tests import factories
from tests.actors import Person
from tests.ballots.elections import give_key, move_into, published, shortlisted


def page_of(round_: Round, step: str = "") -> str:
    return f"/office/rounds/{round_.id}/ballot{step}"


@pytest.fixture
def staff(app: Flask) -> Person:
    return Person(app, factories.account(STAFF_ROLE))


def test_staff_publish_after_looking_at_it_and_confirming(staff: Person) -> None:
    round_ = shortlisted()
    give_key(round_)
    page = staff.get(page_of(round_))
    assert page.has("공표할 준비가 되었습니다")
    assert len(page.table("투표 대상 사업")) == 6
    confirm = staff.get(page.link("공표하기"))
    assert confirm.h1 == "투표 대상을 공표할까요?"
    done = staff.submit(confirm, button="공표하기")
    assert done.h1 == "투표 대상을 공표했습니다"
    publication = queries.get_publication(round_.id)
    assert done.summary()["규칙의 지문(SHA-256)"] == publication.sha256
    assert [row["투표 번호"] for row in done.table("투표 대상 사업")] == ["1", "2", "3", "4", "5", "6"]


def test_everything_that_stands_in_the_way_is_named_in_words_with_a_way_to_mend_it(staff: Person) -> None:
    round_ = shortlisted(per_section=2, cap_won=40_000_000)
    round_.chambers[0].weight = "1/3"
    for rule in db.session.query(PickRule).filter_by(chamber_id=round_.chambers[0].id):
        rule.pick_min = rule.pick_max = 3
    db.session.commit()
    page = staff.get(page_of(round_))
    assert page.has("반영 비율의 합이 1(100%)이 아니라 5/6입니다.")
    assert page.has("‘분야1’ 분야에서 residents 투표는 3개를 고르게 되어 있는데 투표 대상은 2개뿐입니다.")
    assert page.has("사업비 50,000,000원이 한도 40,000,000원보다 큽니다.")
    assert f"/office/rounds/{round_.id}/" in page.link("반영 비율의 합")
    assert "공표하기" not in [link.get_text() for link in page.soup.select(".buttons a")]
    assert staff.get(page_of(round_, "/confirm")).h1 == page.h1  # the step itself is shut as well
    assert db.session.query(BallotItem).count() == 0


def test_proposals_that_would_be_left_without_a_reason_are_counted_before_the_click(staff: Person) -> None:
    round_ = shortlisted()
    assert not staff.get(page_of(round_)).has("심사를 마치지 않은 제안")
    for state, how_many in ((proposals.SUBMITTED, 2), (proposals.ELIGIBLE, 3), (proposals.WITHDRAWN, 1)):
        for _ in range(how_many):
            factories.proposal(round_, state=state)
    page = staff.get(page_of(round_))
    assert page.has("심사를 마치지 않은 제안이 있습니다")
    for words, titles in (("접수됨 2건", 2), ("적격 3건", 3)):
        assert len(staff.get(page.link(words)).table("제안")) == titles
    assert not page.has("철회됨 1건")
    give_key(round_)
    page = staff.get(page_of(round_))
    assert staff.submit(staff.get(page.link("공표하기")), button="공표하기").h1 == "투표 대상을 공표했습니다"


def test_an_empty_shortlist_is_no_ballot(staff: Person) -> None:
    page = staff.get(page_of(factories.round_(running=rounds.WRITTEN_REVIEW)))
    assert page.has("투표 대상으로 선정된 사업이 없습니다")


def test_a_confirmation_left_open_while_rules_changed_publishes_nothing(staff: Person) -> None:
    round_ = shortlisted()
    give_key(round_)
    confirm = staff.get(page_of(round_, "/confirm"))
    round_.chambers[0].weight = "1/3"
    db.session.commit()
    answer = staff.submit(confirm, button="공표하기")
    assert answer.has("아직 투표 대상을 공표할 수 없습니다")
    assert queries.find_publication(round_.id) is None


def test_a_confirmation_left_open_until_voting_began_publishes_nothing(staff: Person, clock: Clock) -> None:
    round_ = shortlisted()
    give_key(round_)
    confirm = staff.get(page_of(round_, "/confirm"))
    move_into(clock, round_, rounds.VOTING)
    answer = staff.submit(confirm, button="공표하기")
    assert (answer.status, answer.has("주민 투표 기간이 이미 시작되어 공표할 수 없습니다")) == (409, True)
    assert queries.find_publication(round_.id) is None
    assert staff.get(page_of(round_)).has("주민 투표 기간이 이미 시작되어 공표할 수 없습니다")


def test_a_second_click_finds_it_published(staff: Person) -> None:
    round_ = shortlisted()
    give_key(round_)
    confirm = staff.get(page_of(round_, "/confirm"))
    staff.submit(confirm, button="공표하기")
    first = queries.get_publication(round_.id).sha256
    assert staff.submit(confirm, button="공표하기").status == 409
    assert queries.get_publication(round_.id).sha256 == first


@pytest.mark.parametrize("role", [COMMITTEE_ROLE, DEPARTMENT_ROLE, ADMIN_ROLE])
def test_it_is_staffs_page(app: Flask, role: str) -> None:
    round_ = shortlisted(per_section=1)
    person = Person(app, factories.account(role))
    assert (person.status(page_of(round_)), person.status(page_of(round_, "/confirm"))) == (404, 404)


def test_an_approver_looks_and_does_not_publish(app: Flask) -> None:
    round_ = shortlisted(per_section=1)
    approver = Person(app, factories.account(APPROVER_ROLE))
    assert not approver.get(page_of(round_)).soup.select(".buttons a")
    assert approver.status(page_of(round_, "/confirm")) == 404


def test_staff_of_another_programme_find_nothing(app: Flask) -> None:
    round_ = shortlisted(per_section=1)
    other = Person(app, factories.account(STAFF_ROLE, of=factories.programme("other")))
    assert (other.status(page_of(round_)), other.status(page_of(round_, "/confirm"))) == (404, 404)


def test_everybody_can_check_the_hash_of_the_file(app: Flask, clock: Clock) -> None:
    round_ = published(clock, running=None)
    anybody = Person(app)
    page = anybody.get(f"/rounds/{round_.id}/ballot")
    answer = anybody.client.get(page.link("규칙 파일 내려받기"))
    assert hashlib.sha256(answer.data).hexdigest() == page.summary()["지문(SHA-256)"]
    assert json.loads(answer.data)["round"] == str(round_.id)
    assert len(page.table("투표 대상 사업")) == 6


def test_before_publication_there_is_nothing_to_see(app: Flask) -> None:
    round_ = shortlisted(per_section=1)
    assert [Person(app).status(f"/rounds/{round_.id}/{page}") for page in ("ballot", "manifest.json")] == [404, 404]
