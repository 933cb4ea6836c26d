"""Shares as people write and say them."""

from fractions import Fraction

import pytest
from flask import Flask

from app.web.shares import parse_share, say_share
from tests.web import kit_app


@pytest.fixture
def app() -> Flask:
    return kit_app.make()


@pytest.mark.parametrize(
    ("typed", "share"),
    [
        ("50%", Fraction(1, 2)),
        ("50", Fraction(1, 2)),
        (" 12.5 % ", Fraction(1, 8)),
        ("５０％", Fraction(1, 2)),
        ("1/3", Fraction(1, 3)),
        ("100", Fraction(1)),
        ("0.5%", Fraction(1, 200)),
        ("2/4", Fraction(1, 2)),
        ("0", Fraction(0)),
        ("0%", Fraction(0)),
    ],
)
def test_percent_and_fractions_are_read_exactly(typed: str, share: Fraction) -> None:
    assert parse_share(typed) == share


@pytest.mark.parametrize("typed", ["", "0.5", "1", "반", "1/0", "-10%", "1e2", "50%%", "1/2/3", "٥٠.٥.٥%"])
def test_what_has_no_or_two_meanings_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        parse_share(typed)


@pytest.mark.parametrize("typed", ["50%", "12.5%", "33.33%", "1/3", "2/7", "100%"])
def test_what_is_said_can_be_typed_again(typed: str, app: Flask) -> None:
    with app.test_request_context():
        assert say_share(parse_share(typed)) == typed
