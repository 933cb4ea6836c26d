"""Files made by hand, byte by byte, for tests: true ones, and the parts of which false ones are put together."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

PNG = b"\x89PNG\r\n\x1a\n"
SIZE = (64, 48)


def picture(size: tuple[int, int] = SIZE, mode: str = "RGB") -> Image.Image:
    """With a corner by which one sees how it is turned: the upper left quarter is red, the rest is blue."""
    made = Image.new("RGB", size, (20, 40, 200))
    made.paste((220, 20, 20), (0, 0, max(1, size[0] // 2), max(1, size[1] // 2)))
    return made.convert(mode) if mode != "RGB" else made


def saved(image: Image.Image, format: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def jpeg(image: Image.Image | None = None, **options: Any) -> bytes:
    return saved(image or picture(), "JPEG", **{"quality": 90, **options})


def png(image: Image.Image | None = None, **options: Any) -> bytes:
    return saved(image or picture(), "PNG", **options)


def webp(image: Image.Image | None = None, **options: Any) -> bytes:
    return saved(image or picture(), "WEBP", **options)


def segment(marker: int, body: bytes) -> bytes:
    """Of a JPEG."""
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def with_segments(data: bytes, *segments: bytes) -> bytes:
    """A JPEG with these behind its beginning."""
    return data[:2] + b"".join(segments) + data[2:]


def frame_at(data: bytes) -> int:
    """Where a JPEG's frame begins (FF C0 or FF C2)."""
    at = 2
    while data[at + 1] not in (0xC0, 0xC2):
        at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    return at


def scan_at(data: bytes) -> int:
    return data.index(b"\xff\xda")


def resized_jpeg(data: bytes, width: int, height: int) -> bytes:
    """One whose header says another size."""
    at = frame_at(data) + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def chunk(name: bytes, body: bytes, crc: int | None = None) -> bytes:
    """Of a PNG."""
    told = zlib.crc32(name + body) if crc is None else crc
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", told)


def ihdr(width: int, height: int, depth: int = 8, colour: int = 2, interlace: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace))


def raw_png(*chunks: bytes) -> bytes:
    return PNG + b"".join((*chunks, chunk(b"IEND", b"")))


def rows(width: int, height: int, bytes_a_pixel: int = 3, filter: int = 0) -> bytes:
    """Image data: one colour."""
    return zlib.compress((bytes((filter,)) + b"\x40" * width * bytes_a_pixel) * height, 9)


def with_chunks(data: bytes, *chunks: bytes) -> bytes:
    """A PNG with these behind its header."""
    return data[:33] + b"".join(chunks) + data[33:]


def riff(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def riff_chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def vp8x(width: int, height: int, flags: int = 0) -> bytes:
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return riff_chunk(b"VP8X", bytes((flags, 0, 0, 0)) + sides)


def bitstream(data: bytes) -> bytes:
    """The one chunk of a simple WebP."""
    return data[12:]


def exif(entries: bytes, count: int) -> bytes:
    """A little-endian EXIF block with these entries in its first directory."""
    return b"II*\0\x08\0\0\0" + struct.pack("<H", count) + entries + b"\0\0\0\0"


def gps_exif(payload: bytes) -> bytes:
    """Says where it was taken, with `payload` for the camera's name."""
    made = Image.Exif()
    made[0x010F] = payload.decode("latin-1")
    made.get_ifd(0x8825).update({1: "N", 2: (37.0, 27.0, 15.5), 3: "E", 4: (126.0, 54.0, 7.2), 29: "2026:09:01"})
    return made.tobytes()


def oriented(value: int, kind: int = 3) -> bytes:
    """EXIF with nothing but which side is up."""
    return b"Exif\0\0" + exif(struct.pack("<HHII", 0x0112, kind, 1, value), 1)


def pdf(*objects: bytes, catalog: bytes = b"", end: bytes = b"%%EOF\n", begin: bytes = b"%PDF-1.7\n") -> bytes:
    """One page, more objects if wished, a table that is not quite right (readers mend it)."""
    listed = (
        b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>\nendobj\n",
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n",
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>\nendobj\n",
        *objects,
    )
    return begin + b"".join(listed) + b"xref\n0 1\ntrailer\n<< /Size 9 /Root 1 0 R >>\nstartxref\n9\n" + end


def stream(words: bytes, body: bytes, number: int = 9) -> bytes:
    told = b" /Length %d " % len(body)
    return b"%d 0 obj\n<< " % number + words + told + b">>\nstream\n" + body + b"\nendstream\nendobj\n"


def object_stream(inside: bytes, words: bytes = b"/Type /ObjStm /Filter /FlateDecode", number: int = 9) -> bytes:
    """`inside` as object 4, packed."""
    return stream(words + b" /N 1 /First 4", zlib.compress(b"4 0 " + inside), number)
