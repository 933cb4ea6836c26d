"""What a picture says of itself, read byte by byte before any library decodes it: its kind, its size, whether it moves.

Sources: ISO/IEC 10918-1 (JPEG) B.1–B.2, PNG (Third Edition) 5 and 11, RFC 9649 (WebP) 2.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from app.files import rules
from app.files.rules import Refused

PNG = b"\x89PNG\r\n\x1a\n"
NEEDED = (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"iCCP", b"eXIf")  # of a PNG, to be seen as it was meant
CHUNKS_MAX = 20_000
PROFILE_MAX = 64 << 10  # bytes of what says its colours or which side is up; what is larger is neither
SCANS_MAX = 64  # of a JPEG: a real one has 10 or so, and each may be as large as the picture
BASELINE, EXTENDED, PROGRESSIVE, SCAN = 0xC0, 0xC1, 0xC2, 0xDA
APPLICATIONS = {0xE0: b"JFIF\0", 0xE1: b"Exif\0\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # all kinds of frames; the three are tables
ALONE = {0x01, *range(0xD0, 0xD9)}  # markers without a segment


class Header(NamedTuple):
    """`whole`: it can only be decoded as a whole. `data`: what is to be decoded."""

    format: str
    width: int
    height: int
    whole: bool
    data: bytes


def read(data: bytes) -> Header:
    """Raises Refused."""
    header = _read(data)
    pixels, most = header.width * header.height, rules.WHOLE_PIXELS_MAX if header.whole else rules.PIXELS_MAX
    if not pixels:
        raise refused(rules.BROKEN)
    if pixels > most:
        raise refused(rules.TOO_MANY_PIXELS)
    return header


def refused(reason: str) -> Refused:
    return Refused(reason, rules.PHOTO)


def _read(data: bytes) -> Header:
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data.startswith(PNG):
        return _png(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    is_heic = data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")
    raise refused(rules.HEIC if is_heic else rules.NOT_A_PHOTO)


def _jpeg(data: bytes) -> Header:
    """Made anew of what its one picture needs: the tables and the frame before the first scan, and what follows."""
    kept, frames = [data[:2]], []
    for marker, start, end in _segments(data):
        if marker == SCAN:
            return _of_jpeg(b"".join(kept), frames, data[start - 4 :])
        if marker in FRAMES:
            frames.append((marker, *_frame(data[start:end])))
        if _is_needed(marker, data[start : start + 12]):
            kept.append(data[start - 4 : end])
    raise refused(rules.BROKEN)


def _of_jpeg(tables: bytes, frames: list[tuple[int, int, int]], scans: bytes) -> Header:
    if len(frames) != 1 or frames[0][0] not in (BASELINE, EXTENDED, PROGRESSIVE):
        raise refused(rules.BROKEN)
    marker, width, height = frames[0]
    end = scans.find(b"\xff\xd9")
    scans = scans if end < 0 else scans[: end + 2]
    if scans.count(b"\xff\xda") > SCANS_MAX:
        raise refused(rules.TOO_COMPLEX)
    return Header("JPEG", width, height, marker == PROGRESSIVE, tables + scans)


def _is_needed(marker: int, begins: bytes) -> bool:
    """Tables and frames; of what applications add, colours and which side is up. No comments."""
    if marker in APPLICATIONS:
        return begins.startswith(APPLICATIONS[marker])
    return not 0xE0 <= marker <= 0xEF and marker != 0xFE


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, start, end) of what lies between the beginning and the first scan, and of its header."""
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise refused(rules.BROKEN)
        marker = data[at + 1]
        if marker == 0xFF:  # filling
            at += 1
        elif marker in ALONE:
            at += 2
        else:
            end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
            yield marker, at + 4, end
            at = end


def _frame(segment: bytes) -> tuple[int, int]:
    if len(segment) < 6:
        raise refused(rules.BROKEN)
    height, width = struct.unpack_from(">HH", segment, 1)
    return width, height


def _png(data: bytes) -> Header:
    """Made anew of the chunks that a still picture needs: texts, times and what was hung on behind are gone."""
    kept, first, last = [PNG], b"", b""
    for name, body, chunk in _chunks(data):
        if name == b"acTL":
            raise refused(rules.ANIMATED)
        first, last = first or name, name
        if name in NEEDED and (name not in (b"iCCP", b"eXIf") or len(body) <= PROFILE_MAX):
            kept.append(chunk)
    if first != b"IHDR" or last != b"IEND" or len(kept[1]) != 25:
        raise refused(rules.BROKEN)
    width, height = struct.unpack_from(">II", kept[1], 8)
    return Header("PNG", width, height, True, b"".join(kept))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    at, seen = len(PNG), 0
    while at + 12 <= len(data):
        length = struct.unpack_from(">I", data, at)[0]
        end = at + 12 + length
        seen += 1
        if end > len(data):
            raise refused(rules.BROKEN)
        if seen > CHUNKS_MAX:
            raise refused(rules.TOO_COMPLEX)
        name = data[at + 4 : at + 8]
        yield name, data[at + 8 : end - 4], data[at:end]
        if name == b"IEND":
            return
        at = end


def _webp(data: bytes) -> Header:
    size = struct.unpack_from("<I", data, 4)[0]
    if size + 8 > len(data) or len(data) < 30:
        raise refused(rules.BROKEN)
    kind, data = data[12:16], data[: size + 8]
    if kind == b"VP8X":
        if data[20] & 0x02:
            raise refused(rules.ANIMATED)
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
    elif kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 ":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", data, 26))
    else:
        raise refused(rules.BROKEN)
    return Header("WEBP", width, height, True, data)
