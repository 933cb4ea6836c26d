"""Fields read what people type, keep it when it is wrong, and say how to mend it."""

import unicodedata
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from app.web.fields import (
    Between,
    ChoiceField,
    DateTimeLocalField,
    DayField,
    Form,
    Length,
    MultiCheckboxField,
    RadioChoiceField,
    Required,
    TrimmedString,
    TrimmedText,
    VersionForm,
    WholeNumberField,
    WonField,
    choices,
    won_between,
)
from app.web.filters import error_links
from tests.web import kit_app


class Sample(Form):
    title = TrimmedString("제목", [Required("제목을 입력해 주세요."), Length(most=10)])
    need = TrimmedText("까닭", [Length(least=3, most=20)])
    cost = WonField("금액", [Required("금액을 입력해 주세요."), won_between(1, 300_000_000)])
    people = WholeNumberField("사람", [Between(1, 100)])
    on = DayField("날")
    at = DateTimeLocalField("때")
    dong = ChoiceField("동", choices=choices(("", "고르세요"), ("a", "가산동")))
    one = RadioChoiceField("하나", choices=choices(("x", "가"), ("y", "나")))
    many = MultiCheckboxField("여럿", choices=choices(("x", "가"), ("y", "나")))


@pytest.fixture
def app() -> Flask:
    return kit_app.make()


def send(app: Flask, **values: Any) -> Sample:
    """The form as it is after somebody sent these answers."""
    with app.test_request_context("/", method="POST"):
        form = Sample(MultiDict({"title": "그늘막", "cost": "1억", **values}), meta={"csrf": False})
        form.validate()
        form.links = error_links(form)
        return form


@pytest.mark.parametrize("blank", ["", "   ", "\n", "\t\r\n"])
def test_a_required_text_needs_more_than_blanks(app: Flask, blank: str) -> None:
    assert send(app, title=blank).title.errors == ["제목을 입력해 주세요."]


def test_text_is_composed_and_trimmed(app: Flask) -> None:
    form = send(app, title=unicodedata.normalize("NFD", "  그늘막\x00  쉼터 "), need=" 첫 줄\r\n둘째 줄 ")
    assert form.title.data == "그늘막 쉼터"
    assert form.need.data == "첫 줄\n둘째 줄"


def test_what_nobody_sees_is_not_kept_and_fills_no_field(app: Flask) -> None:
    form = send(app, title="쉼\u202e터\u2066 \u200b가\ufeff", need="\u3164\u2800\u200b\u115f")
    assert (form.title.data, form.need.data) == ("쉼터 가", "")
    assert send(app, title="\u3164").title.errors
    assert send(app, title="👩\u200d🌾").title.data == "👩\u200d🌾"


def test_too_long_says_how_many_letters_to_take_away(app: Flask) -> None:
    errors = send(app, title="가" * 13).title.errors
    assert errors == ["10자까지 쓸 수 있습니다. 지금 13자이니 3자를 줄여 주세요."]


def test_too_short_is_said_and_empty_may_stay_empty(app: Flask) -> None:
    assert send(app, need="두자").need.errors == ["3자 이상 써 주세요."]
    assert send(app, need="").need.errors == []


@pytest.mark.parametrize(("sent", "seen"), [("3", 3), ("0", 0), ("9" * 9, 999_999_999)])
def test_a_version_comes_back_as_the_page_showed_it(app: Flask, sent: str, seen: int) -> None:
    with app.test_request_context(method="POST", data={"version": sent}):
        form = VersionForm()
        assert (form.seen, form.version.number(otherwise=-1)) == (seen, seen)


@pytest.mark.parametrize("sent", ["", "-1", "1.5", "9" * 10, "²", "x"])
def test_what_is_no_number_is_no_version_that_was_ever_shown(app: Flask, sent: str) -> None:
    with app.test_request_context(method="POST", data={"version": sent}):
        form = VersionForm()
        assert (form.seen, form.version.number(otherwise=-1)) == (0, -1)


def test_money_words_become_won(app: Flask) -> None:
    assert send(app, cost="1억 2,000만원").cost.data == 120_000_000


def test_money_that_cannot_be_read_stays_as_it_was_typed(app: Flask) -> None:
    form = send(app, cost="1억 5천")
    assert form.cost._value() == "1억 5천"
    assert form.cost.data is None
    assert [str(words) for words in form.cost.errors] == [
        "금액이 두 가지로 읽힙니다. ‘1억 2,000만원’이나 ‘120,000,000’처럼 입력해 주세요."
    ]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "금액을 입력해 주세요."),
        ("0", "1원 이상으로 입력해 주세요."),
        ("3억 1만", "3억원 이하로 입력해 주세요."),
        ("-5", "금액은 0보다 커야 합니다."),
    ],
)
def test_money_out_of_bounds_is_refused_in_words(app: Flask, typed: str, words: str) -> None:
    assert [str(one) for one in send(app, cost=typed).cost.errors] == [words]


@pytest.mark.parametrize(("typed", "value"), [("1,00", 100), ("１２", 12), ("", None)])
def test_whole_numbers(app: Flask, typed: str, value: int | None) -> None:
    form = send(app, people=typed)
    assert (form.people.data, form.people.errors) == (value, [])


@pytest.mark.parametrize("typed", ["열", "1.5", "9" * 19, "--1", "1a"])
def test_what_is_no_whole_number_is_refused(app: Flask, typed: str) -> None:
    assert [str(one) for one in send(app, people=typed).people.errors] == ["숫자로 입력해 주세요. 예: 12"]


def test_a_local_time_is_seoul_and_becomes_utc(app: Flask) -> None:
    form = send(app, at="2026-09-19T18:00", on="2026-09-19")
    assert form.at.data == datetime(2026, 9, 19, 9, 0, tzinfo=UTC)
    assert form.on.data == date(2026, 9, 19)


def test_a_stored_instant_is_shown_in_seoul(app: Flask) -> None:
    with app.test_request_context("/"):
        form = Sample(at=datetime(2026, 9, 19, 9, 0, tzinfo=UTC), cost=1_000_000)
        assert form.at._value() == "2026-09-19T18:00"
        assert form.cost._value() == "1,000,000"


def test_wrong_days_and_times_are_refused_in_words(app: Flask) -> None:
    form = send(app, on="2026-02-30")
    assert "날짜를 확인해 주세요. 예: 2026-09-19" in map(str, form.on.errors)
    for typed in ("내일", "0001-01-01T00:00", "9999-12-31T23:59-09:00"):
        errors = send(app, at=typed).at.errors
        assert "날짜와 시각을 확인해 주세요. 예: 2026-09-19 18:00" in map(str, errors)


def test_an_answer_that_is_not_on_the_list_is_refused_in_words(app: Flask) -> None:
    form = send(app, dong="b", one="z", many=["x", "z"])
    assert [str(one) for one in form.dong.errors] == ["목록에 있는 것 가운데에서 골라 주세요."]
    assert [str(one) for one in form.one.errors] == ["목록에 있는 것 가운데에서 골라 주세요."]
    assert "z" in str(form.many.errors[0])


def test_a_radio_left_open_is_none(app: Flask) -> None:
    form = send(app, dong="")
    assert (form.one.data, form.one.errors) == (None, [])


def test_faults_are_listed_in_the_order_of_the_page_and_lead_to_their_control(app: Flask) -> None:
    form = send(app, title="", cost="", one="z", dong="b")
    assert [target for target, _words in form.links] == ["title", "cost", "dong", "one-0"]


def test_a_rule_can_refuse_at_a_field_or_at_the_form(app: Flask) -> None:
    form = send(app, dong="a")
    form.refuse("이 분야는 마감되었습니다.")
    form.refuse("한도를 넘습니다.", form.cost)
    assert error_links(form) == [(None, "이 분야는 마감되었습니다."), ("cost", "한도를 넘습니다.")]
