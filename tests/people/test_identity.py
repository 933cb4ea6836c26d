"""Phone numbers as people type them, and keys that name nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people import identity
from app.people.rules import NotAMobileNumber


@pytest.mark.parametrize(
    "typed",
    [
        "010-1234-5678",
        "01012345678",
        " 010 1234 5678 ",
        "010.1234.5678",
        "(010) 1234-5678",
        "+82 10-1234-5678",
        "+82 010 1234 5678",
        "+821012345678",
        "821012345678",
        "０１０－１２３４－５６７８",
        "010–1234–5678",
    ],
)
def test_a_mobile_number_is_the_same_however_it_is_typed(typed: str) -> None:
    assert identity.normalise_phone(typed) == "+821012345678"


@pytest.mark.parametrize(
    "typed",
    [
        "", "010", "010-123-4567", "010-1234-56789", "011-234-5678", "02-123-4567", "070-1234-5678", "1588-1234",
        "+1 650 253 0000", "010-1234-567a", "공일공", "010-1234-5678; DROP", "+82 10 1234 5678 9", "9" * 400,
    ],
)  # fmt: skip
def test_anything_else_is_not_a_mobile_number(typed: str) -> None:
    with pytest.raises(NotAMobileNumber):
        identity.normalise_phone(typed)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_number_or_refused(typed: str) -> None:
    try:
        phone = identity.normalise_phone(typed)
    except NotAMobileNumber:
        return
    assert identity.normalise_phone(identity.say_phone(phone)) == phone


def test_a_number_is_said_as_people_say_it() -> None:
    assert identity.say_phone("+821012345678") == "010-1234-5678"


def test_keys_differ_by_secret_by_kind_and_by_what_they_stand_for() -> None:
    text = "+821012345678"
    keys = {
        identity.phone_key("a", text),
        identity.phone_key("b", text),
        identity.browser_key("a", text),
        identity.login_key("a", text),
        identity.code_key("a", text, "browser", "123456"),
        identity.code_key("a", text, "browser", "123457"),
        identity.code_key("a", text, "elsewhere", "123456"),
    }
    assert len(keys) == 7
    assert all(len(key) == 64 and text not in key for key in keys)


def test_a_phone_key_is_the_hmac_that_the_documents_name() -> None:
    """Computed with `openssl dgst -sha256 -hmac key` over "phone:+821012345678"."""
    expected = "c120b5f80bbf8d9e4bf085021d0a176cee55efd93d49c38b5090ee364c39f7da"
    assert identity.phone_key("key", "+821012345678") == expected
