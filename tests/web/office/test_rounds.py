"""Setting up a round at a browser, from the first page to the call."""

import re
from typing import Any

import pytest
from flask import Flask

from app.audit.models import AuditLine
from app.clock import Clock
from app.database import db
from app.people.models import APPROVER_ROLE, COMMITTEE_ROLE, STAFF_ROLE
from app.reviews import sheet_queries
from app.rounds import queries, rules, settings
from app.rounds.models import Round
from tests import factories
from tests.actors import Person
from tests.page import Page
from tests.rounds import plans


@pytest.fixture
def staff(app: Flask) -> Person:
    return Person(app, factories.account(STAFF_ROLE))


def begin(staff: Person, **fields: Any) -> Page:
    values = {
        "programme": factories.programme().id,
        "fiscal_year": "2031",
        "title_ko": "2031 회계연도 주민참여예산",
        "title_en": "Participatory budget 2031",
        "turnout_target": "3,000",
        "objection_days": "21",
        "per_project_limit_won": "3억",
        **fields,
    }
    return staff.submit(staff.get("/office/rounds/new"), **values)


def only_round() -> Round:
    db.session.rollback()
    return db.session.query(Round).one()


def step(staff: Person, round_: Round, name: str) -> Page:
    return staff.get(f"/office/rounds/{round_.id}/settings/{name}")


def pots(*rows: tuple[str, str]) -> dict[str, str]:
    return {
        f"rows-{n}-{key}": value
        for n, (name, cap) in enumerate(rows)
        for key, value in (("name_ko", name), ("name_en", f"Pot {n}"), ("cap_won", cap))
    }


def sections(*picks: tuple[Any, ...], start: int = 0) -> dict[str, str]:
    """Each (fewest, most), or with the committee's own two numbers behind."""
    columns = ("pick_min", "pick_max", "committee_min", "committee_max")
    filled: dict[str, str] = {}
    for n, numbers in enumerate(picks, start):
        filled |= {f"rows-{n}-name_ko": f"분야 {n + 1}", f"rows-{n}-name_en": f"Field {n + 1}"}
        filled |= {f"rows-{n}-{key}": str(value) for key, value in zip(columns, numbers, strict=False)}
    return filled


PHASES = {
    f"{kind}-{edge}": f"2030-{month:02}-{day}T09:00"
    for month, kind in enumerate(rules.PHASES, start=3)
    for edge, day in (("starts_at", "01"), ("ends_at", "20"))
}


def fill_sections(staff: Person, round_: Round, *picks: tuple[Any, ...], **totals: str) -> Page:
    """Asks for as many lines as are needed, then sends them all."""
    page = step(staff, round_, "sections")
    while len(page.soup.select("fieldset [name$=name_ko]")) < len(picks):
        page = staff.submit(page, button="칸 더하기")
    return staff.submit(page, button="저장하고 다음", **sections(*picks), **totals)


def test_staff_set_up_a_round_step_by_step_and_call_it(staff: Person) -> None:
    page = begin(staff)
    assert page.h1 == "재원과 한도"
    page = staff.submit(page, button="저장하고 다음", **pots(("구비", "10억")))
    assert page.h1 == "분야와 고르는 수"
    round_ = only_round()
    page = fill_sections(staff, round_, (1, 2), (0, 3))
    assert page.h1 == "개표와 선정 규칙"
    page = staff.submit(page, **{"residents-weight": "60%", "committee-weight": "2/5"})
    assert page.h1 == "투표할 수 있는 사람"
    page = staff.submit(page, voters="register", age_min="14", bases=["address", "workplace"])
    assert page.h1 == "일정"
    page = staff.submit(page, **PHASES)
    assert page.h1 == "심사 방법"
    page = staff.submit(page, visitors_needed="3", drops_extremes="y", shortlist_places="12")
    assert page.h1 == "설정 확인"
    assert page.has("주민 투표의 반영 비율은 60%입니다.")

    page = staff.submit(staff.get(page.link("공고하기")), button="공고하기")

    assert page.flashes == ["공고했습니다. 제안 접수는 정한 때에 저절로 열립니다."]
    round_ = only_round()
    plan = settings.of(round_)
    assert round_.state == rules.CALLED
    assert (plan.basics.turnout_target, plan.basics.per_project_limit_won) == (3000, 300_000_000)
    assert plan.basics.objection_days == 21
    assert [pot.cap_won for pot in plan.pots] == [1_000_000_000]
    assert [section.picks for section in plan.sections.sections] == [
        {"residents": (1, 2), "committee": (1, 2)},
        {"residents": (0, 3), "committee": (0, 3)},
    ]
    assert [chamber.weight for chamber in round_.chambers] == ["3/5", "2/5"]
    assert round_.phases[0].starts_at.isoformat() == "2030-03-01T00:00:00+00:00"
    assert (plan.review.visitors_needed, plan.review.drops_extremes, plan.review.shortlist_places) == (3, True, 12)


def test_a_draft_says_what_is_missing_and_links_to_it(staff: Person) -> None:
    begin(staff)
    page = staff.get(f"/office/rounds/{only_round().id}/settings")

    assert page.has("재원과 한도: 재원을 하나 이상 정해 주세요.")
    assert page.link("일정: 제안 접수의 시작과 끝을 정해 주세요.").endswith("/settings/phases")
    assert "공고하기" not in [link.get_text(strip=True) for link in page.soup.select("a.button")]


def test_an_incomplete_draft_cannot_be_called_by_its_address(staff: Person) -> None:
    begin(staff)
    round_ = only_round()

    page = staff.submit(staff.get(f"/office/rounds/{round_.id}/call"), button="공고하기")

    assert page.status == 422
    assert "재원과 한도: 재원을 하나 이상 정해 주세요." in page.errors
    assert only_round().state == rules.DRAFT


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title_ko": ""}, "제목을 입력해 주세요."),
        ({"title_en": "x" * 121}, "120자까지 쓸 수 있습니다. 지금 121자이니 1자를 줄여 주세요."),
        ({"fiscal_year": "내년"}, "숫자로 입력해 주세요. 예: 12"),
        ({"per_project_limit_won": "0"}, "1원 이상으로 입력해 주세요."),
        ({"programme": ""}, "사업을 골라 주세요."),
    ],
)
def test_basics_that_cannot_be_are_said_at_their_field(staff: Person, fields: dict[str, str], words: str) -> None:
    page = begin(staff, **fields)

    assert (page.status, page.errors) == (422, [words])
    assert page.form().data["turnout_target"] == ["3,000"]
    assert db.session.query(Round).count() == 0


def test_a_second_round_of_the_year_is_refused_at_its_field(staff: Person) -> None:
    begin(staff)

    page = begin(staff)

    assert (page.status, page.errors) == (422, ["이 사업에는 2031 회계연도 회차가 이미 있습니다."])
    assert db.session.query(Round).count() == 1


@pytest.mark.parametrize(
    ("cap", "words"),
    [
        ("0", "1원 이상으로 입력해 주세요."),
        ("-5억", "금액은 0보다 커야 합니다."),
        ("많이", "금액을 읽을 수 없습니다. ‘1억 2,000만원’이나 ‘120,000,000’처럼 입력해 주세요."),
        ("", "한도를 입력해 주세요."),
    ],
)
def test_a_cap_that_is_no_amount_is_said_at_its_field(staff: Person, cap: str, words: str) -> None:
    begin(staff)
    round_ = only_round()

    page = staff.submit(step(staff, round_, "pots"), button="저장하고 다음", **pots(("구비", cap)))

    assert (page.status, page.errors) == (422, [words])
    assert page.form().data["rows-0-name_ko"] == ["구비"]
    assert only_round().pots == []


def test_one_more_line_keeps_what_was_typed_and_stores_nothing(staff: Person) -> None:
    begin(staff)
    round_ = only_round()

    page = staff.submit(step(staff, round_, "pots"), button="칸 더하기", **pots(("구비", "10억")))

    assert page.status == 200
    assert page.form().data["rows-0-cap_won"] == ["10억"]
    assert page.form().data["rows-1-cap_won"] == [""]
    assert only_round().pots == []


def test_lines_left_empty_or_ticked_away_do_not_count(staff: Person) -> None:
    round_ = plans.complete_draft()
    page = staff.submit(step(staff, round_, "sections"), button="칸 더하기")

    page = staff.submit(page, button="저장하고 다음", **{"rows-0-remove": "y"})

    assert page.h1 == "개표와 선정 규칙"
    assert [section.name_ko for section in only_round().sections] == ["분야 2"]


def test_a_pot_in_use_cannot_be_ticked_away(staff: Person) -> None:
    round_ = plans.complete_draft()

    page = staff.submit(step(staff, round_, "pots"), button="저장하고 다음", **{"rows-0-remove": "y"})

    assert page.status == 422
    assert page.errors == ["이 재원을 쓰는 분야가 있어 지울 수 없습니다. 분야의 재원을 먼저 바꿔 주세요."]
    assert len(only_round().pots) == 1


@pytest.mark.parametrize(
    ("picks", "totals", "words"),
    [
        (((3, 2), (1, 1)), {}, "적어도 3개, 많아야 2개일 수는 없습니다. 두 수를 확인해 주세요."),
        (((1, 1), (2, 2, 3, 1)), {}, "적어도 3개, 많아야 1개일 수는 없습니다. 두 수를 확인해 주세요."),
        (((1, 1), ("", 2)), {}, "적어도 몇 개인지 입력해 주세요."),
        (((0, 0), (0, 0)), {}, "모든 분야가 0개라서 고를 것이 없습니다."),
        (
            ((1, 2), (1, 2)),
            {"total_min": "5", "total_max": "6"},
            "분야별 규칙대로면 모두 2~4개를 고르게 되어 5~6개에 맞출 수 없습니다.",
        ),
        (((1, 2), (1, 2)), {"total_min": "3"}, "두 칸을 모두 채우거나 모두 비워 주세요."),
    ],
)
def test_pick_rules_that_nobody_can_keep_are_said_at_their_field(
    staff: Person, picks: Any, totals: dict[str, str], words: str
) -> None:
    round_ = plans.complete_draft([(1, 1), (0, 1)])

    page = staff.submit(step(staff, round_, "sections"), button="저장하고 다음", **sections(*picks), **totals)

    assert page.status == 422
    assert set(page.errors) == {words}
    assert [rule.picks["residents"] for rule in settings.of(only_round()).sections.sections] == [(1, 1), (0, 1)]


def test_a_section_stands_on_the_ballot_of_the_dong_that_was_chosen_and_of_no_unknown_one(staff: Person) -> None:
    dong = factories.area()
    round_ = factories.round_(state=rules.DRAFT, voters=rules.REGISTER)
    saved = staff.submit(step(staff, round_, "sections"), button="저장하고 다음", **{"rows-1-area": str(dong.id)})
    assert saved.status == 200
    db.session.rollback()
    assert [section.area_id for section in round_.sections][:2] == [None, dong.id]
    page = step(staff, round_, "sections")
    assert page.form().data["rows-1-area"] == [str(dong.id)]
    form = page.form()
    form.data["rows-1-area"] = ["999999"]
    assert Page(form.submit(staff.client)).status == 422
    db.session.rollback()
    assert [section.area_id for section in round_.sections][:2] == [None, dong.id]


def test_a_section_of_an_unknown_pot_is_refused(staff: Person) -> None:
    round_ = plans.complete_draft()
    form = step(staff, round_, "sections").form()
    form.data["rows-0-pot"] = ["999999"]

    page = Page(form.submit(staff.client, "저장하고 다음"))

    assert (page.status, page.errors) == (422, ["목록에 있는 것 가운데에서 골라 주세요."])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"residents-weight": "60%"},
            "반영 비율을 더하면 정확히 100%가 되어야 합니다. 지금은 110%입니다.",
        ),
        ({"residents-weight": "반"}, "비율을 읽을 수 없습니다. ‘50%’나 ‘1/3’처럼 입력해 주세요."),
        ({"tie_order-2": ""}, "끝까지 같을 때를 위해 ‘투표 번호’나 ‘공개 추첨’을 넣어 주세요."),
        ({"tie_order-1": "residents"}, "같은 기준을 두 번 쓸 수 없습니다."),
        (
            {"cap_policy": "near"},
            "‘정한 비율 이상 남았으면’을 골랐으면 비율을 입력하고, 아니면 비워 주세요.",
        ),
        (
            {"residents-threshold_votes": "5", "residents-threshold_share": "10%"},
            "최소 득표는 표수와 비율 가운데 하나로만 정할 수 있습니다.",
        ),
        ({"per_dong-count": "0"}, "1 이상으로 입력해 주세요."),
    ],
)
def test_counting_rules_that_cannot_be_are_said_at_their_field(
    staff: Person, fields: dict[str, str], words: str
) -> None:
    round_ = plans.complete_draft()
    before = settings.of(round_).counting

    page = staff.submit(step(staff, round_, "counting"), **fields)

    assert (page.status, [said.partition(": ")[2] or said for said in page.errors]) == (422, [words])
    assert settings.of(only_round()).counting == before


def test_phases_out_of_order_are_said_at_their_field(staff: Person) -> None:
    round_ = plans.complete_draft()
    wrong = {**PHASES, "written_review-starts_at": "2030-04-01T00:00", "intake-ends_at": ""}

    page = staff.submit(step(staff, round_, "phases"), **wrong)
    assert (page.status, page.errors) == (422, ["제안 접수: 시작과 끝을 모두 정하거나 모두 비워 주세요."])

    page = staff.submit(page, **{"intake-ends_at": "2030-03-20T09:00"})
    assert (page.status, page.errors) == (422, ["서면심사의 시작은 현장심사의 시작보다 앞설 수 없습니다."])
    assert page.form().data["written_review-starts_at"] == ["2030-04-01T00:00"]
    assert settings.of(only_round()).phases == tuple(plans.phases())


def test_a_phase_that_ends_in_a_far_year_is_taken_for_a_slip(staff: Person) -> None:
    round_ = plans.complete_draft()

    page = staff.submit(step(staff, round_, "phases"), **{**PHASES, "committee_vote-ends_at": "9999-08-20T09:00"})

    assert (page.status, page.errors) == (422, ["총회 위원 투표의 끝이 10년보다 뒤입니다. 연도를 확인해 주세요."])
    assert settings.of(only_round()).phases == tuple(plans.phases())


def test_a_phase_that_has_begun_keeps_its_beginning_and_others_can_be_moved(staff: Person, app: Flask) -> None:
    round_ = factories.round_(running=rules.INTAKE)
    seconds = round_.phases[0].starts_at

    page = staff.submit(step(staff, round_, "phases"), **{"intake-starts_at": "2020-01-01T09:00"})
    assert page.status == 422
    assert page.errors == ["이미 시작한 제안 접수의 시작이나 끝난 기간은 바꿀 수 없습니다."]

    page = staff.submit(step(staff, round_, "phases"), **{"committee_vote-ends_at": "2035-01-01T09:00"})
    assert page.h1 == "설정 확인"
    round_ = only_round()
    assert (round_.phases[0].starts_at, round_.phases[-1].ends_at.year) == (seconds, 2035)


def test_after_publication_a_stale_form_gets_409_and_leaves_a_line(staff: Person) -> None:
    round_ = plans.complete_draft()
    page = step(staff, round_, "counting")
    round_.state = rules.BALLOT_PUBLISHED
    db.session.commit()

    page = staff.submit(page, **{"residents-weight": "60%", "committee-weight": "40%"})

    assert page.status == 409
    assert page.has("투표 대상이 공표되어 규칙과 사업을 더 바꿀 수 없습니다. 이 시도는 기록에 남았습니다.")
    assert [chamber.weight for chamber in only_round().chambers] == ["1/2", "1/2"]
    line = db.session.query(AuditLine).filter_by(action="round.change_refused").one()
    assert (line.fields["what"], line.actor_kind) == ("counting", "account")


def test_the_settings_of_a_published_round_offer_no_change(staff: Person) -> None:
    round_ = factories.round_(state=rules.BALLOT_PUBLISHED)

    page = staff.get(f"/office/rounds/{round_.id}/settings")

    assert page.has("투표 대상이 공표되어 규칙과 사업을 더 바꿀 수 없습니다.")
    assert not page.soup.select("a[href*='/settings/']")


def test_next_years_round_is_made_from_this_one(staff: Person) -> None:
    round_ = plans.complete_draft()
    factories.criteria(round_, (60, 40))
    path = f"/office/rounds/{round_.id}/duplicate"

    page = staff.submit(staff.get(path), button="만들기")

    assert page.flashes == ["2028 회계연도 회차를 만들었습니다. 일정부터 확인해 주세요."]
    db.session.rollback()
    copy = queries.find_round(round_.programme, 2028)
    assert copy is not None and copy.state == rules.DRAFT
    assert [one.points_max for one in sheet_queries.list_criteria(copy.id)] == [60, 40]

    page = staff.submit(staff.get(path), button="만들기")
    assert (page.status, page.errors) == (422, ["이 사업에는 2028 회계연도 회차가 이미 있습니다."])


@pytest.mark.parametrize("name", ["pots", "sections"])
def test_a_line_sent_without_saying_whose_it_is_is_the_one_that_stands_there(staff: Person, name: str) -> None:
    round_ = plans.complete_draft()
    before = settings.of(round_)
    page = step(staff, round_, name)
    form = page.form(button="저장하고 다음")
    del form.data["rows-0-row_id"]

    assert form.submit(staff.client, "저장하고 다음").status_code == 302
    assert settings.of(only_round()) == before


def test_a_round_is_set_up_in_english_too(app: Flask) -> None:
    round_ = plans.complete_draft()
    staff = Person(app, factories.account(STAFF_ROLE), locale="en")

    for name in ("basics", "pots", "sections", "counting", "voters", "phases", "review"):
        assert step(staff, round_, name).status == 200
    assert staff.get(f"/office/rounds/{round_.id}/settings").has("Field 1")


PATHS = ("", "/settings", "/settings/pots", "/call", "/duplicate")


def test_a_round_is_its_own_staffs_alone(app: Flask) -> None:
    round_ = plans.complete_draft()
    elsewhere = Person(app, factories.account(STAFF_ROLE, of=factories.programme("city")))
    member = Person(app, factories.account(COMMITTEE_ROLE))
    approver = Person(app, factories.account(APPROVER_ROLE))

    for path in PATHS:
        url = f"/office/rounds/{round_.id}{path}"
        assert (elsewhere.status(url), member.status(url)) == (404, 404), path
        assert Person(app).status(url) == 302
        assert approver.status(url) == (200 if path == "" else 404)
    assert approver.status("/office/rounds/new") == 404


def test_a_step_that_does_not_exist_is_404(staff: Person) -> None:
    round_ = plans.draft()

    assert staff.status(f"/office/rounds/{round_.id}/settings/weather") == 404
    assert staff.status("/office/rounds/999999") == 404


def test_the_console_shows_my_rounds_and_what_is_next(app: Flask) -> None:
    plans.complete_draft()
    factories.round_(of=factories.programme("city"))

    page = Person(app, factories.account(STAFF_ROLE)).get("/office/")

    assert len(page.soup.select("article")) == 1
    assert page.has("다음 할 일: 공고하기")


def test_a_rounds_page_has_one_next_act_with_its_conditions(staff: Person, clock: Clock) -> None:
    round_ = factories.round_(running=rules.DEPARTMENT_CHECK)
    factories.proposal(round_)

    page = staff.get(f"/office/rounds/{round_.id}")

    assert page.has("다음 할 일: 소관부서 검토 맡기기")
    assert len(page.soup.select(".call-out")) == 1
    assert page.has("남음 접수된 제안의 소관부서 검토 (1개 남음)")
    assert re.search(r"소관부서 검토 진행 중", page.text)
