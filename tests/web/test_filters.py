"""Amounts, instants and shares as a page says them, in Korean and in English."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from flask import Flask

from app.clock import SEOUL
from app.web import filters
from tests.web import kit_app


@pytest.fixture
def korean() -> Iterator[Flask]:
    app = kit_app.make("ko")
    with app.test_request_context("/kit?sort=cost&page=2"):
        yield app


@pytest.fixture
def english() -> Iterator[Flask]:
    app = kit_app.make("en")
    with app.test_request_context("/kit"):
        yield app


def seoul(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SEOUL).astimezone(UTC)


def test_money_in_korean(korean: Flask) -> None:
    assert filters.money(120_000_000) == "1억 2,000만원"
    assert filters.won(120_000_000) == "120,000,000원"


def test_money_in_english_is_the_exact_sum(english: Flask) -> None:
    assert filters.money(120_000_000) == filters.won(120_000_000) == "KRW 120,000,000"


def test_days_are_days_in_seoul(korean: Flask) -> None:
    assert filters.day(datetime(2026, 9, 18, 15, 0, tzinfo=UTC)) == "2026년 9월 19일(토)"
    assert filters.day(date(2026, 9, 19)) == "2026년 9월 19일(토)"
    assert filters.moment(datetime(2026, 9, 19, 9, 0, tzinfo=UTC)) == "2026년 9월 19일(토) 18:00"


def test_periods_in_english(english: Flask) -> None:
    said = filters.period(seoul(2026, 9, 1, 9), seoul(2026, 9, 20))
    assert said == "Tue 1 September 2026 09:00 – Sat 19 September 24:00"


def test_days_in_english(english: Flask) -> None:
    assert filters.day(date(2026, 9, 19)) == "Sat 19 September 2026"
    assert filters.moment(seoul(2026, 9, 19, 18)) == "Sat 19 September 2026 18:00"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ((2026, 9, 16, 9), "9월 19일(토) 18:00까지, 3일 남음"),
        ((2026, 9, 18, 23, 59), "9월 19일(토) 18:00까지, 1일 남음"),
        ((2026, 9, 19, 9, 30), "9월 19일(토) 18:00까지, 오늘 마감, 8시간 남음"),
        ((2026, 9, 19, 17, 50), "9월 19일(토) 18:00까지, 오늘 마감, 10분 남음"),
        ((2026, 9, 19, 18), "9월 19일(토) 18:00에 마감됨"),
        ((2025, 12, 31, 9), "2026년 9월 19일(토) 18:00까지, 262일 남음"),
    ],
)
def test_a_deadline_counts_calendar_days(korean: Flask, at: tuple[int, ...], said: str) -> None:
    assert filters.deadline(seoul(2026, 9, 19, 18), seoul(*at)) == said


def test_an_end_at_midnight_is_said_as_24_of_the_day_before(korean: Flask) -> None:
    end = seoul(2026, 9, 20)
    assert filters.deadline(end, seoul(2026, 9, 18, 9)) == "9월 19일(토) 24:00까지, 1일 남음"
    assert filters.period(seoul(2026, 9, 1, 9), end) == "2026년 9월 1일(화) 09:00 ~ 9월 19일(토) 24:00"
    assert filters.closing(end) == "2026년 9월 19일(토) 24:00"
    assert filters.closing(seoul(2026, 9, 19, 18)) == "2026년 9월 19일(토) 18:00"


def test_a_period_over_new_year_says_both_years(korean: Flask) -> None:
    said = filters.period(seoul(2026, 12, 30, 9), seoul(2027, 1, 2, 18))
    assert said == "2026년 12월 30일(수) 09:00 ~ 2027년 1월 2일(토) 18:00"


def test_an_instant_without_a_zone_is_refused(korean: Flask) -> None:
    naive = seoul(2026, 9, 19).replace(tzinfo=None)
    for say in (filters.moment, filters.day, filters.iso):
        with pytest.raises(ValueError, match="aware"):
            say(naive)


@pytest.mark.parametrize(
    ("share", "digits", "said"),
    [
        (Fraction(2699, 3000), 1, "90.0%"),
        (Fraction(1, 8), 0, "13%"),
        (Fraction(1, 3), 2, "33.33%"),
        (Fraction(-1, 3), 1, "-33.3%"),
        (Fraction(-1, 10_000), 1, "0.0%"),
        (0, 1, "0.0%"),
        (Fraction(13), 0, "1,300%"),
    ],
)
def test_a_share_is_rounded_on_its_exact_value(share: Fraction, digits: int, said: str) -> None:
    assert filters.percent(share, digits) == said


def test_iso_for_machines() -> None:
    assert filters.iso(seoul(2026, 9, 19, 18) + timedelta(milliseconds=5)) == "2026-09-19T09:00:00Z"
    assert filters.iso(date(2026, 9, 19)) == "2026-09-19"


def test_this_address_with_another_query(korean: Flask) -> None:
    with korean.test_client() as client:
        client.get("/kit?sort=cost&page=2")
        assert filters.with_query(page=3) == "/kit?sort=cost&page=3"
        assert filters.with_query(page=None) == "/kit?sort=cost"


def test_a_text_of_a_template_escapes_its_values_and_says_a_percent_sign_once(english: Flask) -> None:
    assert filters.text("%(n)s명", n="<b>3</b>") == "&lt;b&gt;3&lt;/b&gt;"
    assert filters.text("100%%") == "100%"


def test_the_catalogue_is_found_once_for_a_request_and_anew_for_the_next() -> None:
    app = kit_app.make("en")
    with app.test_request_context("/kit"):
        assert filters.reader() is filters.reader()
        assert filters.text("투표 결과") == "Results"
    korean = kit_app.make("ko")
    with korean.test_request_context("/kit"):
        assert filters.text("투표 결과") == "투표 결과"


@pytest.mark.parametrize(
    ("words", "marked"),
    [
        ("LED 보안등 50개 달기", 'LED <span lang="ko">보안등 50개 달기</span>'),
        ("<b>그늘</b>", '<span lang="ko">&lt;b&gt;그늘&lt;/b&gt;</span>'),
        ("Tied: ‘그늘’ and CCTV설치", 'Tied: <span lang="ko">‘그늘’</span> and <span lang="ko">CCTV설치</span>'),
        ("No. 3", "No. 3"),
    ],
)
def test_korean_that_people_wrote_is_marked_on_an_english_page(english: Flask, words: str, marked: str) -> None:
    assert filters.written(words) == marked


def test_korean_on_a_korean_page_needs_no_mark(korean: Flask) -> None:
    assert filters.written("<b>그늘</b>") == "&lt;b&gt;그늘&lt;/b&gt;"
