"""What is sent instead of a photo or a document is refused with a reason, or kept with nothing of it left."""

import resource
from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image

from app.files import cleaning, photos, rules
from app.files.rules import DOCUMENT, PHOTO, Refused
from tests.files import attacks
from tests.files.attacks import EITHER, KEPT, MARK, Case

CASES = list(attacks.cases())
SECONDS = 1.25  # of computing: the process has one, and ours reads the header
OF_A_JPEG = {"jfif", "jfif_version", "jfif_unit", "jfif_density"}  # what one says that has no words


def computing() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def outcome_of(case: Case) -> tuple[str, list[bytes]]:
    """The reason or KEPT, and what would be kept."""
    try:
        if case.kind == DOCUMENT:
            return KEPT, [cleaning.read_document(BytesIO(case.data), "x.pdf").data]
        photo = photos.remake(case.data) if case.is_tame else cleaning.read_photo(BytesIO(case.data))
    except Refused as error:
        return error.reason, []
    assert max(photo.large.width, photo.large.height) <= rules.LARGE_SIDE
    assert max(photo.small.width, photo.small.height) <= rules.SMALL_SIDE
    return KEPT, [photo.large.data, photo.small.data]


def markers(data: bytes) -> Iterator[int]:
    """Those of a JPEG up to its scan."""
    at = 2
    while data[at + 1] != 0xDA:
        yield data[at + 1]
        at += 2 + int.from_bytes(data[at + 2 : at + 4])


def ensure_clean(kept: bytes) -> None:
    assert MARK not in kept and attacks.PAYLOAD[8:20] not in kept
    with Image.open(BytesIO(kept)) as image:
        image.load()
        assert image.format == "JPEG" and image.mode == "RGB"
        assert set(image.info) <= OF_A_JPEG and not image.getexif()
    assert kept.endswith(b"\xff\xd9") and kept.count(b"\xff\xd9") == 1
    assert set(markers(kept)) <= {0xE0, 0xDB, 0xC0, 0xC4}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_sent_is_refused_with_a_reason_or_kept_clean(case: Case) -> None:
    before = computing()
    outcome, kept = outcome_of(case)
    assert computing() - before < SECONDS
    assert outcome == case.outcome or (case.outcome == EITHER and outcome in (KEPT, rules.BROKEN, rules.TOO_COMPLEX))
    for data in kept if case.kind == PHOTO else ():
        ensure_clean(data)


def test_there_are_two_hundred_cases_and_no_two_are_the_same() -> None:
    assert len(CASES) > 200
    assert len({case.name for case in CASES}) == len({(case.kind, case.data) for case in CASES}) == len(CASES)
    assert {case.outcome for case in CASES} == {*rules.REASONS, KEPT, EITHER}
