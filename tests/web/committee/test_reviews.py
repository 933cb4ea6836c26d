"""The written review at a member's tablet: declaration, sheet, draft, submission, stepping back."""

from datetime import timedelta

import pytest
from flask import Flask

from app.audit.models import SYSTEM
from app.clock import Clock, now, seoul_day
from app.committee import services as committee_services
from app.database import db
from app.people.models import COMMITTEE_ROLE, DEPARTMENT_ROLE, STAFF_ROLE, Account
from app.proposals.models import Proposal
from app.reviews import queries, rules, services, sheet_queries
from app.reviews.models import WrittenReview
from app.reviews.recusal_models import Challenge, Interest
from app.rounds.models import Round
from tests import factories
from tests.actors import Person
from tests.page import Page
from tests.questions import questions
from tests.reviews.papers import declare, visited


@pytest.fixture
def round_(app: Flask) -> Round:
    row = factories.round_(running="written_review")
    factories.criteria(row, (40, 30, 5))
    return row


@pytest.fixture
def proposal(round_: Round) -> Proposal:
    """With everything a member has in view: a released check, and a visit that the proposer answered."""
    resident = factories.resident(name="홍길동", phone="01012345678")
    row = visited(round_, title="안양천 그늘 쉼터", by=resident)
    check = factories.check(row, state=rules.RELEASED)
    check.reason = "부서도 필요하다고 봅니다."
    queries.get_visit(row.id).proposer_answer = "의자를 줄이겠습니다."
    db.session.commit()
    return row


@pytest.fixture
def account(app: Flask) -> Account:
    return factories.account(COMMITTEE_ROLE, name="박위원")


@pytest.fixture
def member(app: Flask, account: Account) -> Person:
    return Person(app, account)


def at(proposal: Proposal, page: str = "") -> str:
    return f"/committee/reviews/{proposal.id}{page}"


def begin(member: Person, proposal: Proposal) -> Page:
    page = member.get(at(proposal))
    if page.has("먼저 이해관계를 신고해 주세요"):
        member.submit(member.get(page.link("이해관계 신고하기")), button="신고하기")
        page = member.get(at(proposal))
    form = page.form(button="심사 시작하기").tick("no_conflict")
    return Page(form.submit(member.client, follow_redirects=True))


def fill(page: Page, *points: object) -> dict[str, object]:
    names = [tag["name"] for tag in page.soup.select("input[name^=points_]")]
    return dict(zip(dict.fromkeys(names), points, strict=True))


def sheet_of(proposal: Proposal, account: Account) -> WrittenReview:
    db.session.expire_all()
    return sheet_queries.get_sheet(proposal.id, account.id)


def test_from_the_task_list_to_the_submitted_sheet(
    app: Flask, round_: Round, proposal: Proposal, member: Person, account: Account
) -> None:
    home = member.get("/committee/")
    assert home.has("심사할 제안이 1건 남았습니다.")
    tasks = member.get(home.link("심사할 제안 보기"))
    assert tasks.has("아직 보지 않음")
    page = member.get(tasks.link("안양천 그늘 쉼터"))
    assert page.h1 == "이 제안과 이해관계가 있나요?" and page.has("먼저 이해관계를 신고해 주세요")
    assert page.soup.find(id="no_conflict") is None

    page = begin(member, proposal)
    for words in ("그늘이 없음을 확인함", "의자를 줄이겠습니다.", "부서도 필요하다고 봅니다."):
        assert page.has(words)
    page = member.submit(page, button="여기까지 저장하기", **fill(page, 31, "", 0), comment="좋은 제안입니다.")
    assert page.flashes == ["쓰신 데까지 저장했습니다. 아직 제출하지 않았습니다."]
    assert page.has("저장한 합계: 31점 / 75점")
    assert member.get(f"/committee/rounds/{round_.id}/reviews").has("작성 중")

    page = member.submit(page, button="제출하러 가기", **fill(page, 31, 20, 5))
    assert page.h1 == "이 점수로 제출할까요?" and page.summary()["합계"] == "56점 / 75점"
    assert sheet_of(proposal, account).state == rules.BEGUN
    page = member.submit(page, button="제출하기")
    assert page.flashes == ["심사표를 제출했습니다."] and page.has("제출함")
    assert (sheet_of(proposal, account).state, sheet_of(proposal, account).total) == (rules.SUBMITTED, 56)
    db.session.query(Interest).delete()
    db.session.commit()
    tasks = member.get(f"/committee/rounds/{round_.id}/reviews")
    assert not tasks.has("먼저 이해관계를 신고해 주세요"), "there is nothing left to do"
    assert member.get(at(proposal)).has("제출한 심사표입니다. 고칠 수 없습니다.")
    assert member.get("/committee/").has("지금 심사할 제안이 없습니다.")


def test_reviewers_never_see_who_proposed(app: Flask, round_: Round, proposal: Proposal, member: Person) -> None:
    seen = [member.get(at(proposal, "/declare")), begin(member, proposal), member.get(at(proposal, "/submit"))]
    seen += [member.get(f"/committee/rounds/{round_.id}/reviews"), member.get("/committee/")]
    seen.append(member.get(at(proposal, "/step-back")))
    for page in seen:
        text = page.soup.decode()
        assert page.status == 200
        assert "홍길동" not in text and "01012345678" not in text and "1234-5678" not in text


def test_every_page_of_a_round_says_which_programme_it_is(
    app: Flask, round_: Round, proposal: Proposal, member: Person
) -> None:
    begin(member, proposal)
    for path in (at(proposal), at(proposal, "/submit"), f"/committee/rounds/{round_.id}/reviews"):
        assert "주민참여예산" in member.get(path).soup.select_one(".programme").get_text()


def test_the_declaration_comes_before_the_first_score(app: Flask, proposal: Proposal, member: Person) -> None:
    page = member.get(at(proposal))
    assert not page.has("심사 시작하기")
    member.submit(member.get(page.link("이해관계 신고하기")), button="신고하기")
    page = member.submit(member.get(at(proposal)), button="심사 시작하기")
    assert (page.status, page.errors) == (422, ["이해관계가 없으면 표시해 주세요. 있으면 회피해 주세요."])
    assert sheet_queries.count_sheets(proposal.round_id) == 0


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ((41, 0, 0), "40 이하로 입력해 주세요."),
        ((-1, 0, 0), "0 이상으로 입력해 주세요."),
        (("많이", 0, 0), "숫자로 입력해 주세요. 예: 12"),
        (("3.5", 0, 0), "숫자로 입력해 주세요. 예: 12"),
    ],
)
def test_points_that_are_none_are_answered_at_their_criterion(
    app: Flask, proposal: Proposal, member: Person, account: Account, points: tuple[object, ...], words: str
) -> None:
    page = begin(member, proposal)
    page = member.submit(page, button="여기까지 저장하기", **fill(page, *points), comment="남아야 할 글")
    assert (page.status, page.errors) == (422, [words])
    assert page.has("남아야 할 글")
    assert page.soup.select_one("input[name^=points_]")["value"] == str(points[0])
    assert sheet_of(proposal, account).scores == []


def test_points_off_the_chips_and_an_endless_comment_are_refused(
    app: Flask, proposal: Proposal, member: Person, account: Account
) -> None:
    page = begin(member, proposal)
    form = page.form(button="여기까지 저장하기")
    chips = page.soup.select("input[type=radio]")[0]["name"]
    answer = member.post(at(proposal), {**form.data, chips: "6", "comment": "가" * 2001})
    assert (answer.status, len(answer.errors)) == (422, 2)
    assert answer.errors[0] == "목록에 있는 것 가운데에서 골라 주세요."
    assert sheet_of(proposal, account).scores == []


def test_what_is_missing_is_named_before_submitting_and_the_rest_is_kept(
    app: Flask, proposal: Proposal, member: Person, account: Account
) -> None:
    page = begin(member, proposal)
    page = member.submit(page, button="제출하러 가기", **fill(page, 12, "", 3))
    assert (page.status, page.errors) == (422, ["‘기준2’ 점수를 매겨 주세요."])
    assert sheet_of(proposal, account).total == 15
    page = member.submit(member.get(at(proposal, "/submit")), button="제출하기")
    assert (page.status, page.errors) == (422, ["점수가 비어 있는 기준이 1개 있어 아직 제출할 수 없습니다."])
    assert sheet_of(proposal, account).state == rules.BEGUN


def test_a_page_left_open_over_the_submission_changes_nothing(
    app: Flask, proposal: Proposal, member: Person, account: Account
) -> None:
    old = begin(member, proposal)
    page = member.submit(old, button="제출하러 가기", **fill(old, 1, 1, 1))
    old_submit = member.get(at(proposal, "/submit"))
    member.submit(page, button="제출하기")
    assert member.submit(old, button="여기까지 저장하기", **fill(old, 40, 30, 5)).status == 409
    assert member.submit(old_submit, button="제출하기").status == 409
    assert member.status(at(proposal, "/submit")) == 409
    assert sheet_of(proposal, account).total == 3


def test_after_the_phase_the_sheet_is_refused_and_what_was_typed_stays(
    app: Flask, proposal: Proposal, member: Person, account: Account, clock: Clock
) -> None:
    page = begin(member, proposal)
    clock.offset += timedelta(days=10)
    page = member.submit(page, button="여기까지 저장하기", **fill(page, 9, 9, 1), comment="늦은 의견")
    assert page.status == 422 and page.errors[0].startswith("지금은 서면심사 기간이 아닙니다.")
    assert page.has("늦은 의견")
    assert sheet_of(proposal, account).scores == []


def test_before_the_phase_nobody_begins(app: Flask, account: Account, member: Person) -> None:
    proposal = visited(factories.round_(running="site_visit"))
    page = member.get(at(proposal))
    assert page.has("지금은 서면심사 기간이 아닙니다.") and not page.soup.select("main form")
    assert member.status(page.link("이해관계가 있어 회피하기")) == 200


def test_a_declaration_after_the_phase_is_answered_on_its_page(
    proposal: Proposal, member: Person, account: Account, clock: Clock
) -> None:
    declare(proposal.round, account)
    page = member.get(at(proposal))
    clock.offset += timedelta(days=10)
    page = Page(page.form(button="심사 시작하기").tick("no_conflict").submit(member.client))
    assert page.status == 422 and page.errors[0].startswith("지금은 서면심사 기간이 아닙니다.")
    assert sheet_queries.find_sheet(proposal.id, account.id) is None


def test_who_steps_back_once_the_committee_votes_is_told_before_writing_and_keeps_what_was_written(
    round_: Round, proposal: Proposal, member: Person, account: Account, clock: Clock
) -> None:
    page = member.get(at(proposal, "/step-back"))
    round_.state = "ballot_published"
    db.session.commit()
    clock.offset += timedelta(days=60)
    page = member.submit(page, button="회피하기", reason="같은 모임에 있습니다.")
    assert page.status == 422 and page.errors[0].startswith("위원 투표 기간이 시작되어")
    assert page.form(button="회피하기").data["reason"] == ["같은 모임에 있습니다."]
    assert queries.find_recusal(proposal.id, account.id) is None
    page = member.get(at(proposal, "/step-back"))
    assert page.has("위원 투표 기간이 시작되어") and not page.soup.select("main form")
    assert not member.get(at(proposal)).has("회피하기")


def test_the_written_review_waits_for_the_visit(app: Flask, round_: Round, member: Person) -> None:
    proposal = factories.proposal(round_, state="eligible")
    factories.visit(proposal, state=rules.ANSWERED)
    for page in ("", "/declare", "/submit"):
        answer = member.get(at(proposal, page))
        assert answer.status == 409 and answer.has("현장심사를 마친 뒤에 서면심사를 할 수 있습니다.")
    assert not member.get(f"/committee/rounds/{round_.id}/reviews").has(proposal.title)


def test_stepping_back_closes_the_proposal_to_the_member(
    app: Flask, round_: Round, proposal: Proposal, member: Person, account: Account
) -> None:
    begin(member, proposal)
    form = member.get(at(proposal, "/step-back"))
    assert member.submit(form, button="회피하기", reason="").status == 422
    page = member.submit(form, button="회피하기", reason="제안자와 같은 모임에 있습니다.")
    assert page.flashes == ["이 제안의 심사를 회피했습니다."]
    assert page.has("이 제안은 심사하지 않습니다.") and page.has("회피")
    kept = queries.find_recusal(proposal.id, account.id)
    assert (kept.kind, kept.reason) == (rules.STEPPED_BACK, "제안자와 같은 모임에 있습니다.")
    for path in ("", "/declare", "/submit", "/step-back"):
        answer = member.get(at(proposal, path))
        assert answer.status == 404


@pytest.mark.parametrize("kind", rules.RECORDED_KINDS)
def test_a_member_barred_while_the_page_is_open_is_refused(
    app: Flask, proposal: Proposal, member: Person, account: Account, kind: str
) -> None:
    old = begin(member, proposal)
    services.recuse(proposal, account, kind, "가까운 사이", at=now(), by=account.actor)
    assert member.submit(old, button="여기까지 저장하기", **fill(old, 1, 1, 1)).status == 404
    assert sheet_of(proposal, account).scores == []


def test_only_members_of_the_programme_review(app: Flask, round_: Round, proposal: Proposal) -> None:
    pages = [at(proposal, page) for page in ("", "/declare", "/submit", "/step-back")]
    pages.append(f"/committee/rounds/{round_.id}/reviews")
    others = [
        factories.account(COMMITTEE_ROLE, of=factories.programme("dong")),
        factories.account(STAFF_ROLE),
        factories.account(DEPARTMENT_ROLE),
    ]
    for person in (Person(app, one) for one in others):
        assert [person.status(page) for page in pages] == [404] * len(pages)
    assert Person(app, factories.resident()).status(at(proposal)) != 200


def test_one_members_sheet_is_not_anothers(app: Flask, proposal: Proposal, member: Person) -> None:
    page = begin(member, proposal)
    member.submit(page, button="여기까지 저장하기", **fill(page, 33, 1, 1), comment="나만 보는 글")
    other = Person(app, factories.account(COMMITTEE_ROLE))
    assert other.get(at(proposal)).h1 == "이 제안과 이해관계가 있나요?"
    assert not begin(other, proposal).has("나만 보는 글")


def test_after_the_phase_nothing_is_left_to_review(proposal: Proposal, member: Person, clock: Clock) -> None:
    page = member.get("/committee/")
    assert page.has("심사할 제안이 1건 남았습니다.") and page.summary()["아직 보지 않음"] == "1건"
    clock.offset += timedelta(days=10)
    page = member.get("/committee/")
    assert page.has("지금 심사할 제안이 없습니다.") and not page.has("아직 보지 않음")
    assert page.link("내 심사표 보기").endswith("/reviews")


def test_without_rounds_the_home_page_says_so(app: Flask, member: Person) -> None:
    assert member.get("/committee/").has("지금 진행 중인 회차가 없습니다.")


def test_the_list_asks_as_little_for_many_proposals_and_challenges_as_for_few(
    app: Flask, round_: Round, account: Account, member: Person
) -> None:
    def grow(count: int) -> int:
        for _ in range(count):
            one = visited(round_)
            facts = {"account": factories.account(COMMITTEE_ROLE), "reason": "까닭", "filed_at": now()}
            factories.filing(one)
            factories.keep(Challenge(proposal=one, **facts))
        db.session.expire_all()
        with questions() as asked:
            assert member.status(f"/committee/rounds/{round_.id}/reviews") == 200
        return len(asked)

    few, many = grow(2), grow(10)
    assert many == few


def test_a_dismissed_member_reads_and_scores_nothing_any_more(app: Flask, proposal: Proposal) -> None:
    seat = factories.member(proposal.round.programme)
    assert Person(app, seat.account).status(at(proposal, "/declare")) == 200
    on = seoul_day(now())
    committee_services.dismiss_member(seat, on=on, ground="own_wish", reason="본인 요청", at=now(), by=SYSTEM)
    gone = Person(app, seat.account)
    assert [gone.status(at(proposal, page)) for page in ("", "/declare", "/step-back")] == [404] * 3
    assert sheet_queries.list_reviewers(proposal.round.programme) == []


def test_the_list_opens_for_who_is_barred_by_rule_before_that_is_recorded(
    app: Flask, proposal: Proposal, member: Person, account: Account
) -> None:
    mine = Interest(round_id=proposal.round_id, account_id=account.id, declared_at=now(), phone_key="key of mine")
    factories.keep(mine)
    proposal.resident.phone_key = "key of mine"
    db.session.commit()
    page = member.get(f"/committee/rounds/{proposal.round_id}/reviews")
    assert page.has("이 제안은 심사하지 않습니다.") and not page.has("까닭:")
