"""What reading a sent file costs at worst: every attack of `tests/files/attacks.py`, and the largest true photos.

Each is read as in service, in a process of its own. Time is that of computing, ours and the process's together; memory
is the most that a process held that came to its end (VmHWM); no more than `worker.MEMORY` is given to any.
"""

import random
import re
import resource
import subprocess
from collections.abc import Iterator
from io import BytesIO
from time import perf_counter
from typing import NamedTuple

from PIL import Image

from app.files import cleaning, rules, worker
from app.files.rules import DOCUMENT, PHOTO, Refused
from bench.figures import figure
from tests.files import attacks, builders

KEPT = "kept"
SEED = 20260901


class Read(NamedTuple):
    """`seconds` as a clock has them; `kept`: what would be kept."""

    seconds: float
    computing: float
    reason: str
    kept: list[bytes]


def main(*, small: bool) -> None:
    cases = list(attacks.cases())
    if small:
        cases = cases[::20]
    reads = [(case, read(case.kind, case.data)) for case in cases]
    escapes = [case.name for case, one in reads if any(attacks.MARK in data for data in one.kept)]
    print(
        f"{'upload attacks':<22} {len(reads)} cases, {sum(one.reason != KEPT for _, one in reads)} refused", flush=True
    )
    figure("escapes", len(escapes), "cases", 0)
    refused = max((one for _, one in reads if one.reason != KEPT), key=lambda one: one.seconds)
    figure("slowest refusal", refused.seconds, f"s ({refused.reason})", 1)
    figure("memory, attacks", max(peak(case.kind, case.data) for case in cases), "MiB", worker.MEMORY >> 20)
    for name, data in () if small else largest():
        one = read(PHOTO, data)
        said = f"{one.seconds:.2f} s, {one.computing:.2f} s of computing, {peak(PHOTO, data):.0f} MiB, {one.reason}"
        print(f"{name:<22} {said}", flush=True)


def read(kind: str, data: bytes) -> Read:
    began, used = perf_counter(), _computing()
    reason, kept = KEPT, []
    try:
        if kind == DOCUMENT:
            cleaning.read_document(BytesIO(data), None)
        else:
            photo = cleaning.read_photo(BytesIO(data))
            kept = [photo.large.data, photo.small.data]
    except Refused as error:
        reason = error.reason
    return Read(perf_counter() - began, _computing() - used, reason, kept)


def peak(kind: str, data: bytes) -> float:
    """MiB that the process held at most; 0 where it was ended."""
    (*command, begin), last = cleaning.COMMAND, "sys.stderr.write(open('/proc/self/status').read())"
    done = subprocess.run((*command, f"{begin}; {last}", kind), input=data, capture_output=True, check=False)
    found = re.search(rb"VmHWM:\s*(\d+) kB", done.stderr)
    return int(found[1]) / 1024 if found else 0.0


def largest() -> Iterator[tuple[str, bytes]]:
    """As many pixels as are taken, all of them different: the hardest that a camera could make."""
    whole = _noise(5770, 4330)
    yield "JPEG, 40 megapixels", builders.jpeg(_noise(7740, 5160), quality=80)
    yield "progressive, 25", builders.jpeg(whole, quality=80, progressive=True)
    yield "PNG, 25, few colours", builders.png(whole.quantize(8, dither=Image.Dither.NONE), compress_level=1)
    yield "WebP, 25", builders.webp(whole, quality=50, method=0)
    yield "JPEG, 12 megapixels", builders.jpeg(_noise(4000, 3000), quality=90)


def _noise(width: int, height: int) -> Image.Image:
    rough = random.Random(SEED).randbytes((width // 4) * (height // 4) * 3)
    return Image.frombytes("RGB", (width // 4, height // 4), rough).resize((width, height))


def _computing() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


assert rules.PIXELS_MAX == 40_000_000 and rules.WHOLE_PIXELS_MAX == 25_000_000  # what the lines above say
