"""Ed25519 (RFC 8032). Keys are written as the hex of their raw 32 bytes."""

from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.crypto.keys import BadKey, key_bytes


class VerifyKey:
    def __init__(self, raw: bytes) -> None:
        """Raises BadKey."""
        try:
            self._key = Ed25519PublicKey.from_public_bytes(raw)
        except ValueError:
            raise BadKey("not an Ed25519 public key") from None
        self.raw = raw

    @classmethod
    def from_hex(cls, written: str) -> Self:
        return cls(key_bytes(written))

    def hex(self) -> str:
        return self.raw.hex()

    def verify(self, signature: bytes, data: bytes) -> bool:
        try:
            self._key.verify(signature, data)
        except InvalidSignature:
            return False
        return True


class SigningKey:
    """Shows itself only when asked for `hex()`."""

    def __init__(self, raw: bytes) -> None:
        """Raises BadKey."""
        try:
            self._key = Ed25519PrivateKey.from_private_bytes(raw)
        except ValueError:
            raise BadKey("not an Ed25519 private key") from None

    @classmethod
    def generate(cls) -> Self:
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def from_hex(cls, written: str) -> Self:
        return cls(key_bytes(written))

    def hex(self) -> str:
        return self._key.private_bytes_raw().hex()

    @property
    def verify_key(self) -> VerifyKey:
        return VerifyKey(self._key.public_key().public_bytes_raw())

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)
