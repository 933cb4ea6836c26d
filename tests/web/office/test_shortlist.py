"""The written review as staff see it: criteria, progress, recusals, and the one decision on the shortlist."""

import io
from datetime import timedelta

import openpyxl
import pytest
from flask import Flask

from app.audit.models import SYSTEM
from app.clock import SEOUL, Clock, now
from app.database import db
from app.notices import kinds
from app.notices.delivery_rules import Person as DeliveryPerson
from app.notices.letter_queries import list_notices
from app.people.models import APPROVER_ROLE, COMMITTEE_ROLE, DEPARTMENT_ROLE, STAFF_ROLE, Account
from app.proposals.models import Proposal
from app.reviews import queries, rules, sheet_queries, sheet_services
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.actors import Person
from tests.page import Page
from tests.reviews.papers import begin, lines, members, visited

VOTES, EDGES = (rounds.VOTING, rounds.COMMITTEE_VOTE), ("starts_at", "ends_at")


@pytest.fixture
def round_(app: Flask) -> Round:
    row = factories.round_(running="written_review", shortlist_places=1)
    factories.criteria(row, (100,))
    return row


@pytest.fixture
def staff(app: Flask) -> Person:
    return Person(app, factories.account(STAFF_ROLE, name="김담당"))


def score(proposal: Proposal, member: Account, points: int) -> None:
    criterion = sheet_queries.list_criteria(proposal.round_id)[0]
    begin(proposal, member)
    sheet = sheet_queries.get_sheet(proposal.id, member.id)
    sheet_services.save_sheet(sheet, {criterion.id: points}, "", at=now(), by=member.actor)
    sheet_services.submit_sheet(sheet, at=now(), by=member.actor)


def at(round_: Round, page: str) -> str:
    return f"/office/rounds/{round_.id}/{page}"


def test_the_shortlist_is_shown_then_decided(app: Flask, round_: Round, staff: Person) -> None:
    best, tied, low = (visited(round_, title=title) for title in ("첫째", "둘째", "셋째"))
    for member in members(round_):
        for proposal, points in ((best, 90), (tied, 90), (low, 71)):
            score(proposal, member, points)
    page = staff.get(at(round_, "shortlist"))
    rows = {row["제안"].split(". ")[1]: (row["순위"], row["평균"], row["결과"]) for row in page.table("순위")}
    assert rows == {
        "첫째": ("1", "90", "투표 대상으로 선정"),
        "둘째": ("1", "90", "투표 대상으로 선정"),
        "셋째": ("3", "71", "분야별 자리 수를 넘음"),
    }
    assert page.has("마지막 순위가 같은 제안은 모두 뽑습니다.")
    assert page.has("마지막 순위가 같은 제안이 있어 정한 수보다 많이 뽑힙니다.")
    assert best.state == "visited"
    page = staff.get(page.link("투표 대상 정하기"))
    assert page.has("제안 2건이 투표 대상이 되고 1건은 제외됩니다.")
    page = staff.submit(page, button="투표 대상 정하기")
    assert page.flashes == ["투표 대상을 정했습니다."] and page.text.count("투표 대상을 정했습니다") == 1
    db.session.expire_all()
    assert [one.state for one in (best, tied, low)] == ["shortlisted", "shortlisted", "left_out"]
    assert staff.get(at(round_, "shortlist")).table("순위")[0]["평균"] == "90"


def test_the_download_names_the_criteria_in_the_readers_language(app: Flask, round_: Round) -> None:
    score(visited(round_), members(round_, 1)[0], 80)
    sheet_services.decide_shortlist(round_, at=now(), by=SYSTEM)
    body = Person(app, locale="en").client.get(f"/rounds/{round_.id}/shortlist.xlsx").data
    _head, row = openpyxl.load_workbook(io.BytesIO(body)).worksheets[1].values
    assert row[2] == "Criterion 1"


def test_without_a_sheet_the_page_says_what_to_do_and_the_schedule_lets_it_be_done(
    round_: Round, staff: Person, clock: Clock
) -> None:
    proposal, member = visited(round_), members(round_, 1)[0]
    clock.offset += timedelta(days=10)
    page = staff.get(at(round_, "shortlist"))
    assert page.has("셀 수 있는 심사표가 한 장도 없어") and not page.has("투표 대상 정하기")
    assert staff.status(at(round_, "shortlist/decide")) == 409
    soon, late = local(5), local(20)
    votes = {f"{kind}-{which}": soon if which == "starts_at" else late for kind in VOTES for which in EDGES}
    schedule = staff.get(at(round_, "settings/phases"))
    done = staff.submit(schedule, button="저장하고 다음", **{"written_review-ends_at": soon}, **votes)
    assert (done.status, done.flashes) == (200, ["저장했습니다."])
    score(proposal, member, 80)
    assert staff.get(at(round_, "shortlist")).has("지금 정하면 이렇게 됩니다")


def local(days: int) -> str:
    return (now() + timedelta(days=days)).astimezone(SEOUL).strftime("%Y-%m-%dT%H:%M")


def test_before_everybody_has_submitted_no_mean_is_shown(app: Flask, round_: Round, staff: Person) -> None:
    proposal, (one, _other) = visited(round_, title="쉼터"), members(round_)
    proposal.number = 1  # nothing else on the page looks like the points
    db.session.commit()
    score(proposal, one, 87)
    page = staff.get(at(round_, "shortlist"))
    assert page.has("제출되지 않은 심사표가 1장 있어 아직 정할 수 없습니다.")
    assert "87" not in page.text
    page = staff.get(at(round_, "shortlist/decide"))
    assert page.status == 409 and "87" not in page.text
    progress = staff.get(at(round_, "reviews"))
    assert "87" not in progress.text
    assert progress.table("제안마다")[0]["아직 제출하지 않은 위원"] == "위원1 (아직 보지 않음)"


def test_standings_that_moved_since_the_page_was_shown_are_not_decided(
    app: Flask, round_: Round, staff: Person
) -> None:
    proposal, (one, other) = visited(round_), members(round_)
    score(proposal, one, 50)
    score(proposal, other, 100)
    page = staff.get(at(round_, "shortlist/decide"))
    form = staff.get(f"/office/reviews/{proposal.id}/recusals/new")
    staff.submit(form, button="기록하기", account=other.id, reason="위원의 가족이 낸 제안")
    answer = staff.submit(page, button="투표 대상 정하기")
    assert answer.status == 409 and answer.has("순위가 바뀌었습니다.")
    db.session.expire_all()
    assert (proposal.state, lines("shortlist.decide")) == ("visited", 0)
    page = staff.get(at(round_, "shortlist/decide"))
    assert page.table("순위")[0]["평균"] == "50" and page.has("위원의 가족이 낸 제안")
    staff.submit(page, button="투표 대상 정하기")
    assert Person(app).get(f"/rounds/{round_.id}/shortlist").has("위원의 가족이 낸 제안")
    (told,) = list_notices(DeliveryPerson(account_id=other.id))
    assert (told.kind, told.facts) == (kinds.RECUSED, {})
    assert Person(app, other).get(f"/committee/rounds/{round_.id}/reviews").has("까닭: 위원의 가족이 낸 제안")
    assert staff.submit(page, button="투표 대상 정하기").status == 409
    assert lines("shortlist.decide") == 1


def test_a_recusal_is_recorded_with_its_reason(app: Flask, round_: Round, staff: Person) -> None:
    proposal, (one, _other) = visited(round_), members(round_)
    path = f"/office/reviews/{proposal.id}/recusals/new"
    page = staff.submit(staff.get(path), button="기록하기")
    assert (page.status, page.errors) == (
        422,
        ["위원을 골라 주세요.", "까닭을 써 주세요."],
    )
    fields = {"account": one.id, "reason": "함께 낸 사람"}
    page = staff.submit(staff.get(path), button="기록하기", **fields)
    row = page.table("빠진 위원")[0]
    assert (row["까닭"], row["구분"]) == ("함께 낸 사람", "제척"), "a challenge is the committee's to decide"
    page = staff.submit(staff.get(path), button="기록하기", **fields)
    assert (page.status, page.errors) == (422, ["이 위원은 이 제안의 심사에서 이미 빠져 있습니다."])
    assert lines("recusal.record") == 1


def line(n: int, **fields: object) -> dict[str, object]:
    values = {"name_ko": "필요성", "name_en": "Need", "hint_ko": "", "hint_en": "", "points_max": 40}
    return {f"lines-{n}-{name}": value for name, value in {**values, **fields}.items()}


def save_criteria(staff: Person, round_: Round, **fields: object) -> Page:
    return staff.submit(staff.get(at(round_, "criteria")), button="저장하기", **fields)


def test_the_criteria_are_written_and_changed(app: Flask, round_: Round, staff: Person) -> None:
    more = line(1, name_ko="효과", name_en="Effect", points_max=60)
    page = save_criteria(staff, round_, **line(0), **more)
    assert page.flashes == ["심사 기준을 저장했습니다."]
    kept = sheet_queries.list_criteria(round_.id)
    assert [(one.name_ko, one.points_max) for one in kept] == [("필요성", 40), ("효과", 60)]
    page = staff.get(at(round_, "criteria"))
    assert page.soup.find(id="lines-1-name_ko")["value"] == "효과"


def test_while_a_round_is_set_up_its_criteria_lead_back_to_the_set_up(staff: Person) -> None:
    draft = factories.round_(state=rounds.DRAFT)
    assert save_criteria(staff, draft, **line(0)).h1 == "심사 방법"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (line(0, name_ko=""), "꼭 필요한 항목입니다. 입력해 주세요."),
        (line(0, name_en=""), "꼭 필요한 항목입니다. 입력해 주세요."),
        (line(0, points_max=""), "꼭 필요한 항목입니다. 입력해 주세요."),
        (line(0, points_max=0), "1 이상으로 입력해 주세요."),
        (line(0, points_max=101), "100 이하로 입력해 주세요."),
        (line(0, points_max="열"), "숫자로 입력해 주세요. 예: 12"),
        (line(0, name_ko="가" * 61), "60자까지 쓸 수 있습니다. 지금 61자이니 1자를 줄여 주세요."),
        (line(0, name_ko="", name_en="", points_max=""), "심사 기준을 하나 이상 써 주세요."),
    ],
)
def test_criteria_that_cannot_be_kept_are_answered_at_their_field(
    app: Flask, round_: Round, staff: Person, fields: dict[str, object], words: str
) -> None:
    page = save_criteria(staff, round_, **fields)
    assert (page.status, page.errors) == (422, [words])
    for name, value in fields.items():
        assert page.soup.find(id=name).get("value", "") == str(value)
    assert [one.name_ko for one in sheet_queries.list_criteria(round_.id)] == ["기준1"]


def test_criteria_stay_once_a_member_has_begun_or_the_ballot_is_published(
    app: Flask, round_: Round, staff: Person
) -> None:
    old = staff.get(at(round_, "criteria"))
    proposal, (one, _other) = visited(round_), members(round_)
    begin(proposal, one)
    assert staff.get(at(round_, "criteria")).has("기준을 바꿀 수 없습니다.")
    assert staff.submit(old, button="저장하기", **line(0)).status == 409
    db.session.delete(sheet_queries.get_sheet(proposal.id, one.id))
    round_.state = rounds.BALLOT_PUBLISHED
    db.session.commit()
    assert staff.submit(old, button="저장하기", **line(0)).status == 409
    assert [one.name_ko for one in sheet_queries.list_criteria(round_.id)] == ["기준1"]
    assert lines("round.change_refused") == 1


def test_only_staff_of_the_programme_see_these_pages(app: Flask, round_: Round) -> None:
    proposal = visited(round_)
    pages = [at(round_, page) for page in ("reviews", "criteria", "shortlist", "shortlist/decide")]
    pages.append(f"/office/reviews/{proposal.id}/recusals/new")
    others = [
        factories.account(STAFF_ROLE, of=factories.programme("dong")),
        factories.account(APPROVER_ROLE),
        factories.account(DEPARTMENT_ROLE),
        factories.account(COMMITTEE_ROLE),
    ]
    for person in (Person(app, one) for one in others):
        assert [person.status(page) for page in pages] == [404] * len(pages)


def test_the_pages_never_say_who_proposed(app: Flask, round_: Round, staff: Person) -> None:
    resident = factories.resident(name="홍길동", phone="01012345678")
    proposal = visited(round_, by=resident)
    score(proposal, members(round_, 1)[0], 80)
    for page in ("reviews", "shortlist", "shortlist/decide"):
        assert "홍길동" not in staff.get(at(round_, page)).soup.decode()


def test_nothing_is_shown_or_decided_while_an_eligible_proposal_waits_for_its_visit(
    round_: Round, staff: Person
) -> None:
    proposal = visited(round_)
    score(proposal, members(round_, 1)[0], 87)
    factories.proposal(round_, state="eligible")
    page = staff.get(at(round_, "shortlist"))
    assert page.has("적격 제안 1건의 현장심사를 마치지 않았습니다.") and not page.has("투표 대상 정하기")
    assert staff.status(at(round_, "shortlist/decide")) == 409
    db.session.expire_all()
    assert (proposal.state, lines("shortlist.decide")) == ("visited", 0)


def test_the_public_reads_each_review_only_once_it_is_final(app: Flask, round_: Round, staff: Person) -> None:
    proposal = visited(round_)
    check = factories.check(proposal, state=rules.DECIDED)
    check.reason = "부서의 글"
    visit = queries.get_visit(proposal.id)
    visit.state, visit.signed_off_at, visit.proposer_answer = rules.ANSWERED, None, "제안자의 글"
    db.session.commit()
    path = f"/proposals/{proposal.id}"
    page = Person(app).get(path)
    assert not any(page.has(words) for words in ("부서의 글", "그늘이 없음을 확인함", "제안자의 글", "평균 점수"))

    check.state, check.released_at = rules.RELEASED, now()
    visit.state, visit.signed_off_at = rules.SIGNED_OFF, now()
    db.session.commit()
    score(proposal, members(round_, 1)[0], 80)
    page = Person(app).get(path)
    assert all(page.has(words) for words in ("부서의 글", "그늘이 없음을 확인함", "제안자의 글"))
    assert not page.has("평균 점수")

    staff.submit(staff.get(at(round_, "shortlist/decide")), button="투표 대상 정하기")
    page = Person(app).get(path)
    assert page.has("80점 (심사표 1장)") and page.has("투표 대상으로 선정")
