"""RFC 9180, base mode, read aloud with ECDH, HMAC and AES-GCM: opens what was sealed, without the library's HPKE."""

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

P256 = ec.SECP256R1()
KEM_SUITE = b"KEM" + (0x0010).to_bytes(2, "big")
SUITE = b"HPKE" + (0x0010).to_bytes(2, "big") + (0x0001).to_bytes(2, "big") + (0x0001).to_bytes(2, "big")


def labeled_extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    return hmac.new(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, hashlib.sha256).digest()


def labeled_expand(suite: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """Of at most one block of HMAC-SHA256."""
    labeled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.new(prk, labeled + b"\x01", hashlib.sha256).digest()[:length]


def open_(scalar: bytes, sealed: bytes, info: bytes, aad: bytes = b"") -> bytes:
    """§4.1 Decap, §5.2 Open with sequence number 0."""
    enc, ciphertext = sealed[:65], sealed[65:]
    own = ec.derive_private_key(int.from_bytes(scalar, "big"), P256)
    dh = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(P256, enc))
    key, nonce = key_and_nonce(dh, enc, point_of(own.public_key()), info)
    return AESGCM(key).decrypt(nonce, ciphertext, aad)


def seal(ephemeral: ec.EllipticCurvePrivateKey, key: ec.EllipticCurvePublicKey, text: bytes, info: bytes) -> bytes:
    """As §4.1 Encap and §5.2 Seal do, with an ephemeral key of the caller's: to show what goes wrong with a bad one."""
    enc = point_of(ephemeral.public_key())
    secret, nonce = key_and_nonce(ephemeral.exchange(ec.ECDH(), key), enc, point_of(key), info)
    return enc + AESGCM(secret).encrypt(nonce, text, b"")


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def key_and_nonce(dh: bytes, enc: bytes, point: bytes, info: bytes) -> tuple[bytes, bytes]:
    """§4.1 ExtractAndExpand, §5.1 KeySchedule; `point`: the recipient's."""
    eae_prk = labeled_extract(KEM_SUITE, b"", b"eae_prk", dh)
    shared = labeled_expand(KEM_SUITE, eae_prk, b"shared_secret", enc + point, 32)
    context = (
        b"\x00" + labeled_extract(SUITE, b"", b"psk_id_hash", b"") + labeled_extract(SUITE, b"", b"info_hash", info)
    )
    secret = labeled_extract(SUITE, shared, b"secret", b"")
    return labeled_expand(SUITE, secret, b"key", context, 16), labeled_expand(SUITE, secret, b"base_nonce", context, 12)
