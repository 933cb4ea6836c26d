"""A server whose cryptography is bypassed, through a whole election: who notices, and when.

Each mutant of `tests/crypto/test_sealing.py` is put under the application in two ways: where ballots are sealed only,
as on a worker that somebody has patched; and everywhere, so that the ceremony that opens the box plays along. Three
look:

- the doctor, who has the database and no key: names what does not look like a seal (no point of the curve, the same
  ephemeral key twice), and ballots that did not open;
- the bundle's own program, as everybody has it while the box is private (observer mode). It has the hashes of what was
  sealed, not the sealed ballots, and can see nothing of how these were sealed. It does see how many ballots are void:
  after an honest opening of false seals, all of them;
- the holder of the key, who opens the sealed ballots with a program that shares nothing with the application (here the
  naive HPKE of the tests). That is an accredited observer at the count, and everybody where the private key and the
  sealed ballots are published (open mode).

So a seal for another key, or one that is bound to nothing, with a ceremony that plays along is seen by the holder of
the key alone: whoever wants everybody to be able to see it has to choose open mode. There the bundle's program, which
is asked before anything is published, names every mutant. Reused randomness opens rightly for whoever has the key:
while the box is private the doctor finds it; equal ballots would even have one receipt, which the database refuses.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.audit.models import SYSTEM
from app.ballots import box, queries, rules, services
from app.ballots.models import BoxBallot, IntakeBallot
from app.clock import Clock, now
from app.crypto import sealing, trustees
from app.database import db
from app.results import doctor, second_counter
from app.results import services as results
from app.results.models import Count
from app.results.rules import SecondCounterDiffers
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.ballots.elections import KEYS, TOKENS, census, open_box, picks, published
from tests.crypto import naive_hpke
from tests.crypto.test_sealing import (
    FIXED,
    ConstantRandomness,
    IdentitySeal,
    NoBinding,
    SkippedCheck,
    WrongKey,
    sealing_suite,
)
from tests.results.elections import publish, voted


class OneEphemeralKey:
    """Seals rightly, but every time with the same ephemeral key: key and nonce of AES-GCM are used again and again."""

    def encrypt(self, plaintext: bytes, key: ec.EllipticCurvePublicKey, info: bytes) -> bytes:
        return naive_hpke.seal(FIXED, key, plaintext, info)

    def decrypt(self, sealed: bytes, key: ec.EllipticCurvePrivateKey, info: bytes) -> bytes:
        return sealing_suite().decrypt(sealed, key, info)


class UncheckedTag:
    """Opens whatever was changed, as an opening without AES-GCM's tag would."""

    def decrypt(self, sealed: bytes, key: ec.EllipticCurvePrivateKey, info: bytes) -> bytes:
        dh = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(sealing.CURVE, sealed[:65]))
        secret, nonce = naive_hpke.key_and_nonce(dh, sealed[:65], naive_hpke.point_of(key.public_key()), info)
        text, zeros = sealed[65:-16], bytes(len(sealed) - 65 - 16)
        mask = AESGCM(secret).encrypt(nonce, zeros, None)[: len(text)]
        return bytes(one ^ other for one, other in zip(text, mask, strict=True))


MUTANTS = {
    "identity seal": IdentitySeal(),
    "constant randomness": OneEphemeralKey(),
    "skipped check": SkippedCheck(),
    "wrong key": WrongKey(),
    "no binding": NoBinding(),
}
# Different ballots: equal ones under equal randomness have a test of their own.
RESIDENTS = [["1", "4"], ["1", "5"], ["1", "6"], ["2", "4"], ["2", "5"]]
COMMITTEE = [["3", "4"], ["3", "5"], ["3", "6"]]
on_either_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # it is all the same to a seal
DOCTOR, RECOUNT, HOLDER = "doctor", "recount", "holder of the key"


@contextmanager
def bypassed(mutant: object) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "SUITE", mutant)
        yield


def election(clock: Clock, **settings: str) -> Round:
    return voted(clock, residents=RESIDENTS, committee=COMMITTEE, **settings)


def published_count(round_: Round) -> Count:
    results.close_round(round_, at=now(), by=SYSTEM)
    open_box(round_)
    return publish(results.count_round(round_, at=now(), by=SYSTEM))


def who_notices(count: Count) -> set[str]:
    looks = {DOCTOR: doctor_is_content, RECOUNT: recount_is_content, HOLDER: holder_is_content}
    return {name for name, is_content in looks.items() if not is_content(count)}


def doctor_is_content(_count: Count) -> bool:
    return not any(finding.faults for finding in doctor.examine())


def recount_is_content(count: Count) -> bool:
    """The numbers hold, and not all is void."""
    second_counter.ensure_agrees(count)
    return box.unreadable(count.round_id) == 0


def holder_is_content(count: Count) -> bool:
    """What is published is what this reader of RFC 9180 finds in the sealed ballots, and it finds a ballot in each."""
    manifest = queries.get_manifest(count.round_id)
    scalar = trustees.combine([KEYS[queries.get_round_key(count.round_id).public_key]])
    for chamber in manifest.chambers:
        info = sealing.binding(manifest.sha256, chamber.id)
        sealed = db.session.scalars(
            select(BoxBallot.sealed).where(BoxBallot.round_id == count.round_id, BoxBallot.chamber == chamber.id)
        )
        found = sorted(opened_independently(scalar, one, info) for one in sealed)
        if found != list(box.lines(count.round_id, chamber.id)) or box.UNREADABLE in found:
            return False
    return True


def opened_independently(scalar: bytes, sealed: bytes, info: bytes) -> bytes:
    try:
        padded = naive_hpke.open_(scalar, sealed, info)
    except (InvalidTag, ValueError):  # not sealed for this; no point of the curve
        return box.UNREADABLE
    body = padded[4 : 4 + int.from_bytes(padded[:4], "big")]
    return body if rules.is_plain(body) else box.UNREADABLE


def test_when_nothing_is_bypassed_nobody_notices_anything(app: Flask, clock: Clock) -> None:
    assert who_notices(published_count(election(clock))) == set()


@on_either_database
@pytest.mark.parametrize(
    ("name", "notice"),
    [
        ("identity seal", {DOCTOR, RECOUNT, HOLDER}),
        ("constant randomness", {DOCTOR}),
        ("skipped check", {DOCTOR, RECOUNT, HOLDER}),
        ("wrong key", {DOCTOR, RECOUNT, HOLDER}),
        ("no binding", {DOCTOR, RECOUNT, HOLDER}),
    ],
)
def test_false_seals_are_noticed_when_an_honest_ceremony_opens_them(
    app: Flask, clock: Clock, name: str, notice: set[str]
) -> None:
    with bypassed(MUTANTS[name]):
        round_ = election(clock)
    assert who_notices(published_count(round_)) == notice


@on_either_database
@pytest.mark.parametrize(
    ("name", "notice"),
    [
        ("identity seal", {DOCTOR, HOLDER}),
        ("constant randomness", {DOCTOR}),
        ("skipped check", {DOCTOR, HOLDER}),
        ("wrong key", {HOLDER}),
        ("no binding", {HOLDER}),
    ],
)
def test_false_seals_are_noticed_even_when_the_ceremony_plays_along(
    app: Flask, clock: Clock, name: str, notice: set[str]
) -> None:
    with bypassed(MUTANTS[name]):
        count = published_count(election(clock))
    assert who_notices(count) == notice


@on_either_database
@pytest.mark.parametrize("name", MUTANTS)
def test_where_the_key_is_published_the_public_program_names_every_mutant_and_nothing_is_published(
    app: Flask, clock: Clock, name: str
) -> None:
    """Though the ceremony plays along."""
    with bypassed(MUTANTS[name]), pytest.raises(SecondCounterDiffers, match="sealed/"):
        published_count(election(clock, opening=rounds.OPEN))
    assert db.session.query(Count).filter(Count.published_at.is_not(None)).count() == 0


@pytest.mark.parametrize("name", ["identity seal", "constant randomness", "skipped check"])
def test_what_does_not_look_like_a_seal_is_named_while_voting_goes_on(app: Flask, clock: Clock, name: str) -> None:
    round_ = published(clock)
    with bypassed(MUTANTS[name]):
        for token, choices in zip(TOKENS, (["1", "4"], ["2", "5"]), strict=False):
            services.cast_as_resident(round_.id, factories.resident(), choices, token=token)
    assert [finding.invariant.split()[0] for finding in doctor.examine() if finding.faults] == ["I10"]


def test_of_two_equal_ballots_under_equal_randomness_the_database_refuses_the_second(app: Flask, clock: Clock) -> None:
    """They would have one receipt. (Whoever lets the doctor look without that key is told by I7 and I10.)"""
    round_ = published(clock)
    with bypassed(ConstantRandomness()):
        services.cast_as_resident(round_.id, factories.resident(), picks(round_), token=TOKENS[0])
        before, second = census(), factories.resident()
        with pytest.raises(IntegrityError):
            services.cast_as_resident(round_.id, second, picks(round_), token=TOKENS[1])
    assert census() == before


def test_an_opening_that_skips_the_check_of_the_tag_does_not_hide_a_changed_ballot(app: Flask, clock: Clock) -> None:
    """Whoever changes a sealed ballot before its batch changes its hash, and with that its receipt."""
    round_ = election(clock)
    waiting = db.session.scalars(select(IntakeBallot).where(IntakeBallot.round_id == round_.id)).first()
    assert waiting is not None
    changed = waiting.sealed[:-1] + bytes([waiting.sealed[-1] ^ 1])  # of the tag
    db.session.execute(update(IntakeBallot).where(IntakeBallot.id == waiting.id).values(sealed=changed))
    db.session.commit()
    with bypassed(UncheckedTag()):
        count = published_count(round_)
    assert box.unreadable(round_.id) == 0
    assert who_notices(count) == {DOCTOR, HOLDER}
