"""What is made of a photo: upright, on white, scaled, and of its own colours."""

import resource
import subprocess
import sys
from io import BytesIO

import pytest
from PIL import Image, ImageCms

from app.config import ROOT
from app.files import cleaning, photos, worker
from app.files.rules import LARGE_SIDE, SMALL_SIDE, Busy, Picture
from tests.files import builders as b

RED, BLUE, WHITE = (220, 20, 20), (20, 40, 200), (255, 255, 255)
# Which corner of what is shown the red quarter is in, by the side that is up (EXIF 2.32, 4.6.4 A).
CORNERS = {1: "upper left", 2: "upper right", 3: "lower right", 4: "lower left"}
CORNERS |= {5: "upper left", 6: "upper right", 7: "lower right", 8: "lower left"}
PLACES = {"upper left": (0.2, 0.2), "upper right": (0.8, 0.2), "lower right": (0.8, 0.8), "lower left": (0.2, 0.8)}


def colour(picture: Picture, place: str) -> tuple[int, ...]:
    with Image.open(BytesIO(picture.data)) as image:
        x, y = PLACES[place]
        found = image.getpixel((int(x * image.width), int(y * image.height)))
    assert isinstance(found, tuple)
    return found


def is_near(one: tuple[int, ...], other: tuple[int, ...], by: int = 12) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("side", CORNERS)
def test_a_photo_stands_as_the_camera_says_and_no_longer_says_so(side: int) -> None:
    made = photos.remake(b.jpeg(b.picture((96, 64)), exif=b.oriented(side)))
    assert (made.large.width, made.large.height) == ((96, 64) if side < 5 else (64, 96))
    for place in PLACES:
        assert is_near(colour(made.large, place), RED if place == CORNERS[side] else BLUE)


@pytest.mark.parametrize("side", [6, 8])
@pytest.mark.parametrize("make", [b.png, b.webp])
def test_it_is_the_same_for_the_other_kinds(make: object, side: int) -> None:
    assert callable(make)
    made = photos.remake(make(b.picture((96, 64)), exif=b.oriented(side)))
    assert (made.large.width, made.large.height) == (64, 96)
    assert is_near(colour(made.large, CORNERS[side]), RED, by=40)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_what_is_clear_is_white(mode: str) -> None:
    clear = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    clear.paste((*RED, 255), (0, 0, 20, 20))
    made = photos.remake(b.png(clear.convert("LA") if mode == "LA" else clear if mode == "RGBA" else clear.quantize()))
    assert is_near(colour(made.large, "lower right"), WHITE)
    assert not is_near(colour(made.large, "upper left"), WHITE)


@pytest.mark.parametrize("mode", ["RGB", "CMYK", "L", "P", "1"])
def test_other_kinds_of_colours_come_through(mode: str) -> None:
    make = b.jpeg if mode in ("CMYK", "L") else b.png
    made = photos.remake(make(b.picture(mode=mode)))
    assert colour(made.large, "upper left") != colour(made.large, "lower right")
    if mode in ("RGB", "CMYK", "P"):
        assert is_near(colour(made.large, "upper left"), RED, by=30)


def test_sixteen_bits_of_grey_are_the_same_grey() -> None:
    made = photos.remake(b.png(Image.new("I;16", b.SIZE, 0x8000)))
    assert is_near(colour(made.large, "lower right"), (128, 128, 128), by=3)


def test_colours_of_another_profile_are_turned_into_those_of_screens() -> None:
    """A profile in which the same numbers mean other colours (here: of a gamma of 1)."""
    image = Image.new("RGB", b.SIZE, (55, 55, 55))
    linear = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    same = photos.remake(b.png(image, icc_profile=linear))  # one that is not for these colours says nothing
    assert is_near(colour(same.large, "lower right"), (55, 55, 55), by=3)
    own = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert is_near(colour(photos.remake(b.png(image, icc_profile=own)).large, "lower right"), (55, 55, 55), by=3)


@pytest.mark.parametrize(("size", "large", "small"), [
    ((3000, 1500), (2048, 1024), (480, 240)),
    ((1000, 3000), (683, 2048), (160, 480)),
    ((2048, 2048), (2048, 2048), (480, 480)),
    ((300, 200), (300, 200), (300, 200)),
    ((9000, 1), (2048, 1), (480, 1)),
])  # fmt: skip
def test_a_photo_is_kept_large_and_small_and_never_larger_than_it_was(
    size: tuple[int, int], large: tuple[int, int], small: tuple[int, int]
) -> None:
    made = photos.remake(b.jpeg(b.picture(size)))
    assert (made.large.width, made.large.height) == large and max(large) <= LARGE_SIDE
    assert (made.small.width, made.small.height) == small and max(small) <= SMALL_SIDE
    for picture in (made.large, made.small):
        with Image.open(BytesIO(picture.data)) as image:
            assert image.size == (picture.width, picture.height)


def test_the_same_photo_is_made_into_the_same_bytes() -> None:
    sent = b.jpeg(exif=b.gps_exif(b"camera"))
    assert photos.remake(sent) == photos.remake(sent) == cleaning.read_photo(BytesIO(sent))


LIMITS = """
import json, resource, sys
sys.path.insert(0, {root!r})
from app.files import worker
worker._limit()
names = ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_CORE")
print(json.dumps({{name: resource.getrlimit(getattr(resource, name))[0] for name in names}}))
"""


def test_the_process_that_reads_has_little_memory_and_time_and_writes_no_file() -> None:
    said = subprocess.run([sys.executable, "-c", LIMITS.format(root=str(ROOT))], capture_output=True, check=True)
    memory = f'"RLIMIT_AS": {worker.MEMORY}, '
    assert said.stdout.decode().strip() == "{" + memory + '"RLIMIT_CPU": 2, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0}'
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 0  # ours has its own


def test_a_process_that_computes_too_long_is_a_file_that_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    spin = "from app.files import worker; worker.SECONDS = 0.05; worker._limit()\nwhile True: pass"
    begin = f"import sys; sys.path.insert(0, {str(ROOT)!r}); {spin}"
    monkeypatch.setattr(cleaning, "COMMAND", (sys.executable, "-I", "-c", begin))
    with pytest.raises(cleaning.Refused, match="too_complex"):
        cleaning.read_photo(BytesIO(b.jpeg()))


def test_a_process_that_fails_is_a_fault_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "COMMAND", (sys.executable, "-I", "-c", "raise SystemExit('out of order')"))
    with pytest.raises(cleaning.WorkerFailed, match="out of order"):
        cleaning.read_photo(BytesIO(b.jpeg()))


def test_who_comes_when_all_turns_are_taken_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "PATIENCE", 0.01)
    for _ in range(cleaning.AT_ONCE):
        cleaning._turns.acquire()
    try:
        with pytest.raises(Busy):
            cleaning.read_photo(BytesIO(b.jpeg()))
    finally:
        for _ in range(cleaning.AT_ONCE):
            cleaning._turns.release()
