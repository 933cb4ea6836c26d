"""Sealing keeps its promises, and none of the ways to bypass the cryptography passes for it."""

from collections.abc import Callable
from typing import cast

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from app.crypto import sealing
from app.crypto.keys import BadKey
from app.crypto.sealing import PrivateKey, PublicKey, padded_length
from tests.crypto import naive_hpke, sealing_promises
from tests.crypto.sealing_promises import INFO, KEY, LENGTH, OTHER_KEY, PROMISES, Sealing

OURS = cast(Sealing, sealing)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_sealing_promises_that(promise: Callable[[Sealing], bool]) -> None:
    assert promise(OURS)


@given(body=st.binary(max_size=LENGTH - 4))
def test_every_ballot_comes_back_as_it_was(body: bytes) -> None:
    sealed = sealing.seal(KEY.public_key, body, length=LENGTH, info=INFO)
    assert sealing.open_(KEY, sealed, length=LENGTH, info=INFO) == body


@given(padded=st.binary(min_size=64, max_size=64) | st.binary(min_size=61, max_size=61).map(lambda b: bytes(3) + b))
def test_what_opens_is_what_would_be_sealed(padded: bytes) -> None:
    """So there is one sealed form per ballot, whatever an adversary puts under the seal."""
    sealed = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM).encrypt(padded, KEY.public_key.key, INFO)
    try:
        body = sealing.open_(KEY, sealed, length=64, info=INFO)
    except sealing.NotOpened:
        return
    assert padded == len(body).to_bytes(4, "big") + body + bytes(60 - len(body))


# --- bypassed cryptography ---------------------------------------------------------------------------------------

FIXED = ec.derive_private_key(7, ec.SECP256R1())


class IdentitySeal:
    """Looks sealed, is not."""

    def encrypt(self, plaintext: bytes, key: object, info: bytes) -> bytes:
        return b"\x04" + bytes(64) + plaintext + bytes(16)

    def decrypt(self, sealed: bytes, key: object, info: bytes) -> bytes:
        return sealed[65:-16]


class ConstantRandomness:
    """Equal ballots are equal when they are sealed, as if every ephemeral key were drawn from the same numbers."""

    def __init__(self) -> None:
        self.kept: dict[bytes, bytes] = {}

    def encrypt(self, plaintext: bytes, key: ec.EllipticCurvePublicKey, info: bytes) -> bytes:
        if plaintext not in self.kept:
            self.kept[plaintext] = sealing_suite().encrypt(plaintext, key, info)
        return self.kept[plaintext]

    def decrypt(self, sealed: bytes, key: ec.EllipticCurvePrivateKey, info: bytes) -> bytes:
        return sealing_suite().decrypt(sealed, key, info)


class SkippedCheck:
    """Encrypts, and never looks at the tag."""

    def encrypt(self, plaintext: bytes, key: ec.EllipticCurvePublicKey, info: bytes) -> bytes:
        return b"\x04" + bytes(64) + self.stream(plaintext, info) + bytes(16)

    def decrypt(self, sealed: bytes, key: ec.EllipticCurvePrivateKey, info: bytes) -> bytes:
        return self.stream(sealed[65:-16], info)

    def stream(self, text: bytes, info: bytes) -> bytes:
        mask = AESGCM(naive_hpke.labeled_extract(b"", b"", b"", info)[:16]).encrypt(bytes(12), bytes(len(text)), None)
        return bytes(one ^ other for one, other in zip(text, mask, strict=False))


class WrongKey:
    """Seals for a key that the trustees do not have."""

    def encrypt(self, plaintext: bytes, key: object, info: bytes) -> bytes:
        return sealing_suite().encrypt(plaintext, FIXED.public_key(), info)

    def decrypt(self, sealed: bytes, key: object, info: bytes) -> bytes:
        return sealing_suite().decrypt(sealed, FIXED, info)


class NoBinding:
    def encrypt(self, plaintext: bytes, key: ec.EllipticCurvePublicKey, info: bytes) -> bytes:
        return sealing_suite().encrypt(plaintext, key, b"")

    def decrypt(self, sealed: bytes, key: ec.EllipticCurvePrivateKey, info: bytes) -> bytes:
        return sealing_suite().decrypt(sealed, key, b"")


def sealing_suite() -> Suite:
    return Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)


@pytest.mark.parametrize(
    ("mutant", "broken"),
    [
        (IdentitySeal(), "the_ballot_cannot_be_read_in_it"),
        (IdentitySeal(), "another_key_does_not_open_it"),
        (ConstantRandomness(), "two_seals_of_one_ballot_have_nothing_in_common"),
        (SkippedCheck(), "no_bit_can_be_changed"),
        (SkippedCheck(), "it_is_hpke_as_anybody_opens_it"),
        (WrongKey(), "it_is_hpke_as_anybody_opens_it"),
        (WrongKey(), "another_key_does_not_open_it"),
        (NoBinding(), "it_opens_for_its_own_manifest_and_chamber_only"),
    ],
    ids=lambda one: one if isinstance(one, str) else type(one).__name__,
)
def test_bypassed_cryptography_breaks_a_promise(mutant: object, broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "SUITE", mutant)
    assert broken in set(sealing_promises.broken(OURS))


@pytest.mark.parametrize(
    ("name", "mutant", "broken"),
    [
        ("_unpadded", lambda padded: padded[4:].rstrip(b"\x00"), "there_is_one_padding_only"),
        ("_unpadded", lambda padded: padded[4 : 4 + int.from_bytes(padded[:4], "big")], "there_is_one_padding_only"),
        ("_padded", lambda body, length: len(body).to_bytes(4, "big") + body, "all_have_one_length"),
    ],
)
def test_bypassed_padding_breaks_a_promise(
    name: str, mutant: object, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, name, mutant)
    assert broken in set(sealing_promises.broken(OURS))


# --- HPKE, keys, lengths -----------------------------------------------------------------------------------------


def test_the_oracle_opens_the_reference_message() -> None:
    """RFC 9180 A.3.1, the first encryption."""
    scalar = bytes.fromhex("f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2")
    sealed = bytes.fromhex(
        "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7f951c0900be863c403ce65c9b"
        "fcb9382657222d18c45ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434"
    )
    opened = naive_hpke.open_(scalar, sealed, b"Ode on a Grecian Urn", b"Count-0")
    assert opened == b"Beauty is truth, truth beauty"


def test_a_private_key_has_the_reference_public_key() -> None:
    """RFC 9180 A.3.1, the recipient's."""
    key = PrivateKey.from_hex("f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2")
    assert key.public_key.hex() == (
        "04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a826a779b4cf969b8a0e539c7f62fb3d30a"
        "d6aa8f80e30f1d128aafd68a2ce72ea0"
    )


def test_keys_are_read_back_from_their_hex() -> None:
    assert PrivateKey.from_hex(KEY.hex()).raw == PrivateKey(KEY.raw).raw == KEY.raw
    assert PublicKey.from_hex(KEY.public_key.hex()).raw == KEY.public_key.raw
    assert KEY.raw != OTHER_KEY.raw
    assert KEY.hex() not in repr(KEY) + str(KEY)


def test_a_scalar_that_begins_with_zeros_keeps_its_32_bytes() -> None:
    key = PrivateKey((7).to_bytes(32, "big"))
    assert key.hex() == "07".zfill(64)


ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
POINT = KEY.public_key.raw


@pytest.mark.parametrize(
    "scalar",
    [b"", bytes(32), ORDER.to_bytes(32, "big"), b"\xff" * 32, KEY.raw[1:], KEY.raw + b"\x00"],
    ids=["nothing", "zero", "the order", "beyond the order", "a byte less", "a byte more"],
)
def test_what_is_no_scalar_of_the_curve_is_refused(scalar: bytes) -> None:
    with pytest.raises(BadKey):
        PrivateKey(scalar)


@pytest.mark.parametrize(
    "point",
    [
        b"",
        b"\x00",
        bytes(65),
        POINT[:-1],
        POINT[:-1] + bytes([POINT[-1] ^ 1]),
        bytes([2 + POINT[-1] % 2]) + POINT[1:33],
        bytes([6 + POINT[-1] % 2]) + POINT[1:],
    ],
    ids=["nothing", "infinity", "zeros", "a byte less", "off the curve", "compressed", "hybrid"],
)
def test_what_is_no_uncompressed_point_of_the_curve_is_refused(point: bytes) -> None:
    with pytest.raises(BadKey):
        PublicKey(point)


def test_a_rounds_length_holds_its_longest_ballot_and_is_a_multiple_of_64() -> None:
    assert [padded_length(longest) for longest in (0, 60, 61, 124, 125)] == [64, 64, 128, 128, 192]


def test_the_binding_names_version_manifest_and_chamber() -> None:
    assert sealing.binding("ab" * 32, "resident") == b"hanpyo ballot 1\n" + b"ab" * 32 + b"\nresident"


def test_the_ephemeral_key_is_written_in_one_way_only() -> None:
    """The hybrid form of a point (SEC 1, 2.3.3) names the same one: opened here and not elsewhere, it would make two
    counts of one box."""
    point = FIXED.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    hybrid = bytes([6 + point[-1] % 2]) + point[1:]
    assert sealing.open_(KEY, sealed_with(FIXED, point), length=64, info=INFO) == b"[]"
    with pytest.raises(sealing.NotOpened):
        sealing.open_(KEY, sealed_with(FIXED, hybrid), length=64, info=INFO)


def sealed_with(ephemeral: ec.EllipticCurvePrivateKey, enc: bytes) -> bytes:
    dh = ephemeral.exchange(ec.ECDH(), KEY.public_key.key)
    key, nonce = naive_hpke.key_and_nonce(dh, enc, KEY.public_key.raw, INFO)
    return enc + AESGCM(key).encrypt(nonce, b"\0\0\0\2[]".ljust(64, b"\0"), None)


def test_that_it_did_not_open_does_not_say_why() -> None:
    sealed = sealing.seal(KEY.public_key, b"x", length=64, info=INFO)
    wrongly_padded = sealing_promises.sealed_as_it_is(b"\xff" * 64)
    said = set()
    for key, message in ((OTHER_KEY, sealed), (KEY, sealed[:-1]), (KEY, sealed[:-1] + b"\x00"), (KEY, wrongly_padded)):
        with pytest.raises(sealing.NotOpened) as refused:
            sealing.open_(key, message, length=64, info=INFO)
        said.add((str(refused.value), refused.value.__cause__))
    assert said == {("", None)}
