"""The words of a notice: what a text may hold, and how it is filled in."""

import pytest

from app.notices import kinds
from app.notices import letter_rules as rules

VALUES = {kinds.TITLE: "그늘막", kinds.NUMBER: "7", kinds.ROUND: "2027년", kinds.VERDICT: "적격"}


@pytest.mark.parametrize("kind", rules.KINDS)
def test_the_products_own_words_are_fit_in_both_languages(kind: str) -> None:
    for body in (rules.KINDS[kind].ko, rules.KINDS[kind].en):
        rules.ensure_body(kind, body)
        assert "{" not in rules.fill(body, dict.fromkeys(rules.KINDS[kind].variables, "값"))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("{제목} 접수", "그늘막 접수"),
        ("{ 제목 }·{접수번호}", "그늘막·7"),
        ("{{제목}}은 {제목}", "{제목}은 그늘막"),
        ("{{{제목}}}", "{그늘막}"),
    ],
)
def test_variables_stand_for_their_values_and_doubled_braces_for_braces(body: str, text: str) -> None:
    rules.ensure_body(kinds.SUBMITTED, body)
    assert rules.fill(body, VALUES) == text


def test_braces_in_a_value_mean_nothing() -> None:
    assert rules.fill("{제목}", {kinds.TITLE: "{접수번호} {{ }"}) == "{접수번호} {{ }"


@pytest.mark.parametrize("name", ["이름", "전화번호", "제목들", "", "검토결과", "제목.__class__"])
def test_a_variable_that_does_not_exist_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(rules.UnknownVariable) as caught:
        rules.ensure_body(kinds.SUBMITTED, f"{{제목}} {{{name}}}")
    assert (caught.value.name, caught.value.known) == (name, kinds.OF_PROPOSAL)


def test_a_variable_of_another_kind_exists_only_there() -> None:
    rules.ensure_body(kinds.CHECK_RELEASED, "{검토결과}")
    with pytest.raises(rules.UnknownVariable):
        rules.ensure_body(kinds.VISIT_PLANNED, "{검토결과}")


@pytest.mark.parametrize("body", ["{제목", "제목}", "{제목 {접수번호}", "{", "}", "{{제목}", "{제목}}"])
def test_a_brace_without_its_other_is_refused(body: str) -> None:
    with pytest.raises(rules.LooseBrace):
        rules.ensure_body(kinds.SUBMITTED, body)


@pytest.mark.parametrize("body", ["", " \n ", "가" * (rules.BODY_MAX + 1)])
def test_nothing_and_too_much_are_refused(body: str) -> None:
    with pytest.raises(rules.LetterUnfit):
        rules.ensure_body(kinds.SUBMITTED, body)
