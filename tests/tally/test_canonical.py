"""Equal data, equal bytes; and nothing comes in that two readers could understand differently."""

import hashlib
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.tally import canonical, exact

_wholes = st.integers(-canonical.MAX_WHOLE, canonical.MAX_WHOLE)
_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | _wholes | _text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_text, inner, max_size=4),
    max_leaves=12,
)


@given(value=values)
@settings(deadline=None)
def test_what_is_written_is_read_back_and_written_the_same(value: object) -> None:
    written = canonical.dumps(value)
    assert canonical.loads(written) == value
    assert canonical.dumps(canonical.loads(written)) == written


def test_keys_are_sorted_by_utf_16_code_units_as_the_rfc_has_it() -> None:
    """RFC 8785 §3.2.3. U+1F600 is written with a surrogate (D83D), which sorts before U+FB33 but not by code point."""
    mixed = {"€": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "ö": 7}
    in_order = ["\r", "1", "\x80", "ö", "€", "\U0001f600", "\ufb33"]
    assert list(canonical.loads(canonical.dumps(mixed))) == in_order


def test_bytes_are_utf_8_without_spaces_and_with_the_shortest_escapes() -> None:
    value = {"b": ["한표", '"', "\\", "\n", "\x0f", "/"], "a": {"z": None, "y": True, "x": -7}}
    expected = '{"a":{"x":-7,"y":true,"z":null},"b":["한표","\\"","\\\\","\\n","\\u000f","/"]}'
    assert canonical.dumps(value) == expected.encode()
    assert canonical.sha256_hex(value) == hashlib.sha256(expected.encode()).hexdigest()


@pytest.mark.parametrize(
    "value",
    [0.5, float("nan"), {"a": [1.0]}, {1: "a"}, b"bytes", {"a"}, 2**53, -(2**53), "\ud800", {"\udfff": 1}, Fraction(1)],
    ids=repr,
)
def test_values_without_a_canonical_form_are_refused(value: object) -> None:
    with pytest.raises(canonical.CanonicalError):
        canonical.dumps(value)


@pytest.mark.parametrize(
    "written",
    [
        b"1.0",
        b"[1e2]",
        b"NaN",
        b"-Infinity",
        b'{"a":1,"a":1}',
        b'{"b":{"a":1,"a":2}}',
        b"9007199254740992",
        b'"\\ud800"',
        b'"\xff"',
        b"{",
        b"",
        b"[1] 2",
        b"[" * 100_000,
        b"9" * 5000,
    ],
    ids=lambda written: repr(written[:24]),
)
def test_json_that_two_readers_could_read_differently_is_refused(written: bytes) -> None:
    with pytest.raises(canonical.CanonicalError):
        canonical.loads(written)


def test_a_fault_deep_inside_is_named_by_its_place() -> None:
    with pytest.raises(canonical.CanonicalError, match=r"\$\.items\[1\]\.cost"):
        canonical.dumps({"items": [{"cost": 1}, {"cost": 1.5}]})


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(-1, 8), 2, "-0.12"),
        (Fraction(2, 3), 4, "0.6667"),
        (Fraction(63, 2), 4, "31.5000"),
        (Fraction(1, 20000), 4, "0.0001"),
        (Fraction(1, 20001), 4, "0.0000"),
    ],
)
def test_decimals_are_rounded_half_up(value: Fraction, places: int, shown: str) -> None:
    assert exact.shown(value, places) == shown


@given(value=st.fractions(min_value=0))
@settings(deadline=None)
def test_a_fraction_has_one_spelling(value: Fraction) -> None:
    assert exact.parse(exact.text(value)) == value


@pytest.mark.parametrize("written", ["2/4", "1", "0.5", "1/0", "-1/2", "01/2", " 1/2", "1/2\n", "½", "١/٢", ""])
def test_any_other_spelling_of_a_fraction_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="lowest terms|denominator"):
        exact.parse(written)
