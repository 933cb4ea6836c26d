"""The browser's counter opens what is sealed as RFC 9180 says, and as the application seals it."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.crypto import sealing
from app.crypto.sealing import PrivateKey
from tests.crypto import naive_hpke
from tests.recount_js.node import lines_of

KEY, OTHER = PrivateKey(bytes(range(1, 33))), PrivateKey(bytes(range(2, 34)))
INFO = b"hanpyo ballot 1\n" + b"ab" * 32 + "\n주민".encode()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
NOT_OPENED = "not opened"


def task(sealed: bytes, key: PrivateKey = KEY, info: bytes = INFO, aad: bytes = b"", **changes: str) -> dict[str, str]:
    parts = {"scalar": key.hex(), "point": key.public_key.hex(), "info": info.hex(), "sealed": sealed.hex()}
    return {**parts, "aad": aad.hex(), **changes}


def opened(tasks: list[Any]) -> list[str]:
    return lines_of("open_sealed.mjs", tasks)


def sealed_here(body: bytes) -> bytes:
    return sealing.seal(KEY.public_key, body, length=128, info=INFO)


def test_it_opens_the_reference_message() -> None:
    """RFC 9180 A.3.1, the first encryption."""
    scalar = "f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2"
    sealed = bytes.fromhex(
        "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7f951c0900be863c403ce65c9b"
        "fcb9382657222d18c45ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434"
    )
    key = PrivateKey.from_hex(scalar)
    said = opened([task(sealed, key, b"Ode on a Grecian Urn", b"Count-0"), task(sealed, key, b"Ode on a Grecian Urn")])
    assert said == [b"Beauty is truth, truth beauty".hex(), NOT_OPENED]


def test_it_opens_what_the_application_seals() -> None:
    bodies = [b"", b"[]", '["가","나"]'.encode(), b"x" * 124]
    padded = [(len(body).to_bytes(4, "big") + body).ljust(128, b"\0").hex() for body in bodies]
    assert opened([task(sealed_here(body)) for body in bodies]) == padded


def test_it_opens_for_this_key_and_this_purpose_only_and_no_bit_of_it_can_be_changed() -> None:
    sealed = sealed_here(b"[]")
    changed = [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(0, len(sealed), 4)]
    cut = [sealed[:-1], sealed[:65], sealed[:64], b""]
    others = [task(sealed, OTHER), task(sealed, info=INFO[:-1])]
    assert set(opened([*others, *map(task, [*cut, *changed])])) == {NOT_OPENED}


def test_the_ephemeral_key_is_written_in_one_way_only() -> None:
    """The hybrid form of a point (SEC 1, 2.3.3) names the same one; some libraries read it."""
    ephemeral = ec.derive_private_key(7, ec.SECP256R1())
    point = ephemeral.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    hybrid = bytes([6 + point[-1] % 2]) + point[1:]
    assert opened([task(sealed_by(ephemeral, point)), task(sealed_by(ephemeral, hybrid))]) == [b"[]".hex(), NOT_OPENED]


def sealed_by(ephemeral: ec.EllipticCurvePrivateKey, enc: bytes) -> bytes:
    dh = ephemeral.exchange(ec.ECDH(), KEY.public_key.key)
    key, nonce = naive_hpke.key_and_nonce(dh, enc, KEY.public_key.raw, INFO)
    return enc + AESGCM(key).encrypt(nonce, b"[]", b"")


def test_a_private_key_must_fit_the_public_one() -> None:
    sealed = sealed_here(b"[]")
    scalars = [OTHER.hex(), "00" * 32, f"{ORDER:064x}", "ff" * 32, f"{ORDER - int(KEY.hex(), 16):064x}"]
    point = KEY.public_key.hex()
    points = [OTHER.public_key.hex(), f"04{'00' * 64}", f"{point[:-2]}00", f"05{point[2:]}"]
    tasks = [
        *(task(sealed, scalar=scalar) for scalar in scalars),
        *(task(sealed, point=point) for point in points),
    ]
    assert opened(tasks) == ["no pair"] * len(tasks)
