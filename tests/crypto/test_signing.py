"""Ed25519 as RFC 8032 has it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto.keys import BadKey
from app.crypto.signing import SigningKey, VerifyKey

# RFC 8032 §7.1: secret, public, message, signature
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
]
KEY = SigningKey.generate()


@pytest.mark.parametrize(("secret", "public", "message", "signature"), VECTORS)
def test_keys_and_signatures_are_the_reference_ones(secret: str, public: str, message: str, signature: str) -> None:
    key = SigningKey.from_hex(secret)
    assert key.verify_key.hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    assert VerifyKey.from_hex(public).verify(bytes.fromhex(signature), bytes.fromhex(message))


@given(message=st.binary(max_size=64), bit=st.integers(0, 511))
def test_no_other_signature_message_or_key_holds(message: bytes, bit: int) -> None:
    signature = KEY.sign(message)
    assert KEY.verify_key.verify(signature, message)
    changed = (int.from_bytes(signature, "big") ^ 1 << bit).to_bytes(64, "big")
    assert not KEY.verify_key.verify(changed, message)
    assert not KEY.verify_key.verify(signature, message + b"\x00")
    assert not SigningKey.generate().verify_key.verify(signature, message)
    for cut in (b"", signature[:-1], signature + b"\x00"):
        assert not KEY.verify_key.verify(cut, message)


def test_a_key_is_read_back_from_its_hex() -> None:
    assert SigningKey.from_hex(KEY.hex()).hex() == KEY.hex()
    assert VerifyKey.from_hex(KEY.verify_key.hex()).raw == KEY.verify_key.raw


@pytest.mark.parametrize("written", ["", "00" * 31, "00" * 33, "AB" * 32, " " + "00" * 32, "가" * 64, "0" * 63])
def test_a_key_has_one_way_to_be_written(written: str) -> None:
    for kind in (SigningKey, VerifyKey):
        with pytest.raises(BadKey):
            kind.from_hex(written)
    with pytest.raises(BadKey):
        SigningKey(b"short")


def test_neither_errors_nor_texts_of_a_key_show_it() -> None:
    assert KEY.hex() not in repr(KEY) + str(KEY)
    with pytest.raises(BadKey) as refused:
        SigningKey.from_hex(KEY.hex().upper() + "00")
    assert KEY.hex()[:8] not in str(refused.value).lower()
