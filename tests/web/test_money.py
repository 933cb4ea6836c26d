"""Money as people write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.money import LARGEST_WON, MoneyError, parse_won, say_won

READ = {
    "120000000": 120_000_000,
    "120,000,000": 120_000_000,
    "120,000,000원": 120_000_000,
    "1억 2,000만": 120_000_000,
    "1억2천만원": 120_000_000,
    "1억 천만": 110_000_000,
    "2천만 원": 20_000_000,
    "2천500만": 25_000_000,
    "천만원": 10_000_000,
    "3.5억": 350_000_000,
    "1.2천만": 12_000_000,
    "12만5천": 125_000,
    "12만 5000": 125_000,
    "1억 5,000원": 100_005_000,
    "120,000천원": 120_000_000,
    "4,672백만원": 4_672_000_000,
    "12000만": 120_000_000,
    "₩1,000": 1_000,
    "KRW 1,000": 1_000,
    "１２０만": 1_200_000,
    "  0 원 ": 0,
    "922만3372": 9_223_372,
    str(LARGEST_WON): LARGEST_WON,
}

REFUSED = {
    "": "empty",
    "   ": "empty",
    "-1": "negative",
    "−1,000원": "negative",
    "△1,000": "negative",
    "0.5원": "fraction",
    "120.000": "fraction",
    "1.123456789억": "fraction",
    "1억 5천": "ambiguous",
    "1억 5000": "ambiguous",
    "12만5": "ambiguous",
    "1 2억": "ambiguous",
    "1,00": "ambiguous",
    "1,2000만": "ambiguous",
    "1억 20000만": "ambiguous",
    "01012345678": "ambiguous",
    str(LARGEST_WON + 1): "too_large",
    "9" * 100_000: "too_large",
    "99999999조": "too_large",
    "원": "unreadable",
    "만": "unreadable",
    "1억 2억": "unreadable",
    "1만 2억": "unreadable",
    "1e5": "unreadable",
    "일억": "unreadable",
    "1,000달러": "unreadable",
    "٣억": "unreadable",
}


@pytest.mark.parametrize(("typed", "won"), READ.items())
def test_what_people_write_is_read_exactly(typed: str, won: int) -> None:
    assert parse_won(typed) == won


@pytest.mark.parametrize(("typed", "code"), REFUSED.items(), ids=lambda value: value[:12])
def test_what_cannot_be_read_for_sure_is_refused(typed: str, code: str) -> None:
    with pytest.raises(MoneyError) as refusal:
        parse_won(typed)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("won", "said"),
    [
        (0, "0원"),
        (10_000, "1만원"),
        (120_000_000, "1억 2,000만원"),
        (100_000_001, "1억 1원"),
        (1_000_500_000_000, "1조 5억원"),
        (-50_000, "-5만원"),
    ],
)
def test_a_sum_is_said_as_people_say_it(won: int, said: str) -> None:
    assert say_won(won) == said


@given(st.integers(0, LARGEST_WON))
def test_what_is_said_is_read_back_to_the_won(won: int) -> None:
    assert parse_won(say_won(won)) == won


@given(st.integers(0, LARGEST_WON))
def test_commas_change_nothing(won: int) -> None:
    assert parse_won(f"{won:,}") == parse_won(str(won)) == won


@given(st.text(alphabet="0123456789,. 조억만천백십원₩-", max_size=24))
def test_any_text_gives_won_in_bounds_or_a_known_code(typed: str) -> None:
    try:
        won = parse_won(typed)
    except MoneyError as error:
        assert error.code in {"empty", "negative", "fraction", "ambiguous", "too_large", "unreadable"}
    else:
        assert 0 <= won <= LARGEST_WON
