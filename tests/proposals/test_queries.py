"""Lists and searches of proposals."""

import pytest
from flask import Flask

from app.errors import NotFound
from app.proposals import queries, rules
from app.proposals.queries import WHOLE_GU, Filters
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories


@pytest.fixture
def round_(app: Flask) -> Round:
    return factories.round_(running=rounds.INTAKE)


def titles(round_: Round, **filters: object) -> list[str]:
    return [row.title for row in queries.search_public(round_, Filters(**filters)).rows]


def test_the_public_sees_every_state_but_drafts_and_withdrawn_and_what_others_stand_for_if_asked(round_: Round) -> None:
    for state in rules.STATES:
        factories.proposal(round_, state=state, title=state)
    assert titles(round_) == list(rules.LISTED)
    assert [titles(round_, state=state) for state in rules.GONE] == [["merged"], ["split"], ["carried"]]
    staff = queries.search_submitted(round_, Filters())
    assert {row.state for row in staff.rows} == set(rules.STATES) - {rules.DRAFT}


def test_a_search_finds_words_in_title_need_or_content_in_any_case(round_: Round) -> None:
    factories.proposal(round_, title="LED 보안등", need="어둡다", content="바꾼다")
    factories.proposal(round_, title="쉼터", need="led 전광판", content="세운다")
    factories.proposal(round_, title="놀이터", need="낡았다", content="새로 led를 단다")
    assert titles(round_, words="Led") == ["LED 보안등", "쉼터", "놀이터"]
    assert titles(round_, words="led 보안") == ["LED 보안등"]


def test_a_search_takes_percent_and_underscore_as_they_are(round_: Round) -> None:
    factories.proposal(round_, title="전기 50% 아끼기")
    factories.proposal(round_, title="전기 50원 아끼기")
    assert titles(round_, words="50%") == ["전기 50% 아끼기"]
    assert titles(round_, words="_") == []
    assert titles(round_, words="\\") == []


def test_a_list_is_narrowed_by_section_dong_and_state(round_: Round) -> None:
    first, second = round_.sections
    dong = factories.area()
    factories.proposal(round_, title="가", section_id=first.id, area=dong)
    factories.proposal(round_, title="나", section_id=second.id, area=None)
    factories.proposal(round_, title="다", section_id=second.id, area=dong, state=rules.ELIGIBLE)
    assert titles(round_, section_id=second.id) == ["나", "다"]
    assert titles(round_, area_id=dong.id) == ["가", "다"]
    assert titles(round_, area_id=WHOLE_GU) == ["나"]
    assert titles(round_, state=rules.ELIGIBLE) == ["다"]


def test_a_list_is_sorted_either_way(round_: Round) -> None:
    factories.proposal(round_, title="가", cost_won=300)
    factories.proposal(round_, title="나", cost_won=100)
    factories.proposal(round_, title="다", cost_won=200)
    assert titles(round_, sort="cost") == ["나", "다", "가"]
    assert titles(round_, sort="number", falling=True) == ["다", "나", "가"]


def test_a_list_comes_in_pages_and_past_the_end_is_the_last_one(round_: Round) -> None:
    for _ in range(queries.PAGE_LENGTH + 1):
        factories.proposal(round_)
    first, last = (queries.search_public(round_, Filters(), page) for page in (1, 99))
    assert (len(first.rows), first.total, first.pages) == (20, 21, 2)
    assert (len(last.rows), last.page) == (1, 2)


def test_others_drafts_do_not_exist(round_: Round) -> None:
    mine = factories.resident()
    draft = factories.proposal(round_, state=rules.DRAFT, by=mine)
    assert queries.get_own(draft.id, mine) is draft
    for get in (queries.get_public, queries.get_submitted, lambda key: queries.get_own(key, factories.resident())):
        with pytest.raises(NotFound):
            get(draft.id)


def test_the_dongs_of_a_programme_lie_in_its_area(round_: Round) -> None:
    inside = factories.area()
    mapo = factories.area("mapo", "gu", "마포구", "Mapo-gu")
    factories.keep(
        type(mapo)(code="hapjeong", kind="dong", name_ko="합정동", name_en="Hapjeong", position=99, parent=mapo)
    )
    assert queries.list_dongs(round_.programme) == [inside]


def test_a_round_that_staff_are_setting_up_is_not_listed(round_: Round) -> None:
    factories.round_(state=rounds.DRAFT)
    assert queries.list_public_rounds() == [round_]
