"""What must be read again, and by nobody who has only the database: AES-256-GCM under a key of the identity key's.
Pure."""

import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12


def encipher(identity_key: str, whose: str, text: str) -> str:
    """Hex of nonce, ciphertext and tag (NIST SP 800-38D). Only for the same `whose` can it be read again."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return (nonce + _cipher(identity_key).encrypt(nonce, text.encode(), whose.encode())).hex()


def decipher(identity_key: str, whose: str, kept: str) -> str:
    """Raises cryptography's InvalidTag: for another key, for somebody else's, or changed."""
    raw = bytes.fromhex(kept)
    return _cipher(identity_key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], whose.encode()).decode()


def _cipher(identity_key: str) -> AESGCM:
    """HKDF (RFC 5869), so that this key is none that the identity key is used as elsewhere."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"hanpyo second factor").derive(identity_key.encode())
    return AESGCM(derived)
