"""What sealing promises, each as a check that can be put to any implementation of it: ours keeps all of them, and
a bypassed one breaks at least one (`test_sealing.py`)."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Protocol

from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from app.crypto.sealing import NotOpened, PrivateKey, PublicKey, TooLong, binding, padded_length
from tests.crypto import naive_hpke


class Sealing(Protocol):
    def seal(self, public_key: PublicKey, plaintext: bytes, *, length: int, info: bytes) -> bytes: ...

    def open_(self, private_key: PrivateKey, sealed: bytes, *, length: int, info: bytes) -> bytes: ...


KEY, OTHER_KEY = PrivateKey.generate(), PrivateKey.generate()
BALLOT = b'{"chamber":"resident","picks":["2026-031","2026-007"]}'
LENGTH = padded_length(120)
INFO = binding("ab" * 32, "resident")


def seal(sealing: Sealing, ballot: bytes = BALLOT) -> bytes:
    return sealing.seal(KEY.public_key, ballot, length=LENGTH, info=INFO)


def opens(sealing: Sealing, sealed: bytes, *, key: PrivateKey = KEY, length: int = LENGTH, info: bytes = INFO) -> bool:
    with suppress(NotOpened):
        sealing.open_(key, sealed, length=length, info=info)
        return True
    return False


def what_is_sealed_is_opened(sealing: Sealing) -> bool:
    ballots = (BALLOT, b"", b"\x00", bytes(LENGTH - 4))
    return all(sealing.open_(KEY, seal(sealing, one), length=LENGTH, info=INFO) == one for one in ballots)


def the_ballot_cannot_be_read_in_it(sealing: Sealing) -> bool:
    sealed = seal(sealing)
    return not any(BALLOT[place : place + 8] in sealed for place in range(len(BALLOT) - 8))


def two_seals_of_one_ballot_have_nothing_in_common(sealing: Sealing) -> bool:
    seals = [seal(sealing) for _ in range(20)]
    return len({one[:65] for one in seals}) == len({one[65:81] for one in seals}) == len(seals)


def it_is_hpke_as_anybody_opens_it(sealing: Sealing) -> bool:
    padded = len(BALLOT).to_bytes(4, "big") + BALLOT + bytes(LENGTH - 4 - len(BALLOT))
    try:
        return naive_hpke.open_(KEY.raw, seal(sealing), INFO) == padded
    except Exception:  # whatever it is that ECDH and AES-GCM say to what is not HPKE
        return False


def all_have_one_length(sealing: Sealing) -> bool:
    return {len(seal(sealing, bytes(size))) for size in range(LENGTH - 3)} == {65 + LENGTH + 16}


def a_ballot_too_long_is_refused(sealing: Sealing) -> bool:
    with suppress(TooLong):
        seal(sealing, bytes(LENGTH - 3))
        return False
    return True


def another_key_does_not_open_it(sealing: Sealing) -> bool:
    return not opens(sealing, seal(sealing), key=OTHER_KEY)


def it_opens_for_its_own_manifest_and_chamber_only(sealing: Sealing) -> bool:
    others = (binding("ac" * 32, "resident"), binding("ab" * 32, "committee"), b"", INFO + b"\n")
    return not any(opens(sealing, seal(sealing), info=other) for other in others)


def no_bit_can_be_changed(sealing: Sealing) -> bool:
    sealed = seal(sealing)
    return not any(
        opens(sealing, sealed[:place] + bytes([sealed[place] ^ 1 << bit]) + sealed[place + 1 :])
        for place in range(len(sealed))
        for bit in (0, 7)
    )


def nothing_can_be_cut_or_added(sealing: Sealing) -> bool:
    sealed = seal(sealing)
    lengths = (LENGTH - 64, LENGTH + 64)
    others = (b"", sealed[:-1], sealed[1:], sealed[:65], sealed + b"\x00", b"\x00" + sealed)
    return not any(opens(sealing, one) for one in others) and not any(
        opens(sealing, sealed, length=length) for length in lengths
    )


def there_is_one_padding_only(sealing: Sealing) -> bool:
    """Sealed by somebody who knows the round's key and pads in another way."""
    body = len(BALLOT).to_bytes(4, "big") + BALLOT
    bad = (
        body.ljust(LENGTH, b" "),
        body + bytes(LENGTH - len(body) - 1) + b"\x01",
        (LENGTH - 3).to_bytes(4, "big") + bytes(LENGTH - 4),
        b"\xff" * LENGTH,
        BALLOT.ljust(LENGTH, b"\x00"),
    )
    return not any(opens(sealing, sealed_as_it_is(one)) for one in bad)


def sealed_as_it_is(padded: bytes) -> bytes:
    return Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM).encrypt(padded, KEY.public_key.key, INFO)


PROMISES: tuple[Callable[[Sealing], bool], ...] = (
    what_is_sealed_is_opened,
    the_ballot_cannot_be_read_in_it,
    two_seals_of_one_ballot_have_nothing_in_common,
    it_is_hpke_as_anybody_opens_it,
    all_have_one_length,
    a_ballot_too_long_is_refused,
    another_key_does_not_open_it,
    it_opens_for_its_own_manifest_and_chamber_only,
    no_bit_can_be_changed,
    nothing_can_be_cut_or_added,
    there_is_one_padding_only,
)


def broken(sealing: Sealing) -> Iterator[str]:
    for promise in PROMISES:
        try:
            kept = promise(sealing)
        except NotOpened:
            kept = False
        if not kept:
            yield promise.__name__
