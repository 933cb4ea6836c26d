"""Sealing a ballot: HPKE (RFC 9180), base mode, single shot, no associated data;
DHKEM(P-256, HKDF-SHA256) 0x0010, HKDF-SHA256 0x0001, AES-128-GCM 0x0001.

Every ballot of a round has the same `length` before it is sealed, so no sealed one tells anything by its size:

    padded  =  length of the body, 4 bytes, big-endian  ||  body  ||  zeros up to `length` bytes
    sealed  =  enc, 65 bytes: the ephemeral key's point, uncompressed  ||  AES-128-GCM(padded), `length` bytes
               ||  tag, 16 bytes

`info` says what the ballot was sealed for (`binding`): opened for anything else, it does not open.
Keys are written in hex: the public one as the uncompressed point (65 bytes), the private one as its scalar (32 bytes,
big-endian).
"""

from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.crypto.keys import BadKey, key_bytes

SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
CURVE = ec.SECP256R1()
POINT_BYTES = 65
UNCOMPRESSED = (
    b"\x04"  # its first byte. The library reads a point's hybrid form, too; RFC 9180 (7.1.1) and browsers do not
)
SCALAR_BYTES = 32
TAG_BYTES = 16
HEADER_BYTES = 4
STEP = 64  # lengths are rounded up to it
LABEL = "hanpyo ballot 1"


class TooLong(ValueError):
    """The ballot does not fit into the round's length."""


class NotOpened(Exception):
    """Not sealed for this key and this purpose, or not well formed. Which of them it is, nobody is told."""


class PublicKey:
    def __init__(self, point: bytes) -> None:
        """Raises BadKey."""
        if len(point) != POINT_BYTES:
            raise BadKey("not an uncompressed point of P-256")
        try:
            self.key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
        except ValueError:
            raise BadKey("not a point of P-256") from None
        self.raw = point

    @classmethod
    def from_hex(cls, written: str) -> Self:
        return cls(key_bytes(written))

    def hex(self) -> str:
        return self.raw.hex()


class PrivateKey:
    """Shows itself only when asked for `raw` or `hex()`."""

    def __init__(self, scalar: bytes) -> None:
        """Raises BadKey."""
        if len(scalar) != SCALAR_BYTES:
            raise BadKey(f"not {SCALAR_BYTES} bytes")
        try:
            self.key = ec.derive_private_key(int.from_bytes(scalar, "big"), CURVE)
        except ValueError:
            raise BadKey("not a scalar of P-256") from None

    @classmethod
    def generate(cls) -> Self:
        return cls(_scalar(ec.generate_private_key(CURVE)))

    @classmethod
    def from_hex(cls, written: str) -> Self:
        return cls(key_bytes(written))

    @property
    def raw(self) -> bytes:
        return _scalar(self.key)

    def hex(self) -> str:
        return self.raw.hex()

    @property
    def public_key(self) -> PublicKey:
        return PublicKey(self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def binding(manifest_sha256: str, chamber: str) -> bytes:
    """The `info` of a ballot: three lines, without a newline at the end. A line cannot hold another: the hash is hex,
    and the chamber comes last."""
    return f"{LABEL}\n{manifest_sha256}\n{chamber}".encode()


def padded_length(longest: int) -> int:
    """The `length` of a round in which no ballot has more than `longest` bytes."""
    return -(-(HEADER_BYTES + longest) // STEP) * STEP


def sealed_length(length: int) -> int:
    return POINT_BYTES + length + TAG_BYTES


def seal(public_key: PublicKey, plaintext: bytes, *, length: int, info: bytes) -> bytes:
    """`sealed_length(length)` bytes, never the same twice. Raises TooLong."""
    return SUITE.encrypt(_padded(plaintext, length), public_key.key, info)


def open_(private_key: PrivateKey, sealed: bytes, *, length: int, info: bytes) -> bytes:
    """Raises NotOpened."""
    if len(sealed) != sealed_length(length) or not sealed.startswith(UNCOMPRESSED):
        raise NotOpened
    try:
        padded = SUITE.decrypt(sealed, private_key.key, info)
    except InvalidTag:
        raise NotOpened from None
    return _unpadded(padded)


def _padded(body: bytes, length: int) -> bytes:
    if HEADER_BYTES + len(body) > length:
        raise TooLong(f"{len(body)} bytes do not fit into {length}")
    return (len(body).to_bytes(HEADER_BYTES, "big") + body).ljust(length, b"\x00")


def _unpadded(padded: bytes) -> bytes:
    end = HEADER_BYTES + int.from_bytes(padded[:HEADER_BYTES], "big")
    if end > len(padded) or padded[end:].strip(b"\x00"):
        raise NotOpened
    return padded[HEADER_BYTES:end]


def _scalar(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_numbers().private_value.to_bytes(SCALAR_BYTES, "big")
