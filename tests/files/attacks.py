"""What somebody may send instead of a photo or a document: each with a name, and with what it gets.

`KEPT`: it is a picture, is taken, and nothing of the payload is in what is kept. `EITHER`: broken in a way that a
decoder may mend or not. Else a reason of `rules.REASONS`.
"""

import bz2
import gzip
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageCms

from app.files import rules
from app.files.rules import DOCUMENT, PHOTO
from tests.files import builders as b

KEPT, EITHER = "kept", "either"
PAYLOAD = b"PAYLOAD-<script>alert(1)</script>-<?php system($_GET[0]); ?>-ATTACK"
MARK = b"PAYLOAD-"  # no kept picture has it
SEED = 20260901


class Case(NamedTuple):
    name: str
    kind: str
    data: bytes
    outcome: str
    is_tame: bool = False  # so that it needs no process of its own in a test


def cases() -> Iterator[Case]:
    for outcome, kind, table in (
        (rules.NOT_A_PHOTO, PHOTO, _other_kinds()),
        (rules.HEIC, PHOTO, _heic()),
        (None, PHOTO, _sizes()),
        (None, PHOTO, _jpegs()),
        (None, PHOTO, _pngs()),
        (None, PHOTO, _webps()),
        (KEPT, PHOTO, _payloads()),
        (KEPT, PHOTO, _modes()),
        (EITHER, PHOTO, _corrupted()),
        (None, DOCUMENT, _pdfs()),
        (rules.NOT_A_PDF, DOCUMENT, _no_pdfs()),
    ):
        for name, made in table.items():
            data, told = made if isinstance(made, tuple) else (made, outcome)
            assert told is not None, name
            yield Case(f"{kind}: {name}", kind, data, told, is_tame=outcome == KEPT)


Table = dict[str, bytes | tuple[bytes, str]]


def zipped(name: str = "a.txt") -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(name, PAYLOAD)
    return out.getvalue()


def _gif() -> bytes:
    return b.saved(b.picture((8, 8), "P"), "GIF")


def _other_kinds() -> Table:
    html = b"<!doctype html><html><body>" + PAYLOAD
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">' + PAYLOAD + b"</svg>"
    return {
        "a single zero": b"\0",
        "a single FF": b"\xff",
        "half of a JPEG's beginning": b"\xff\xd8",
        "half of a PNG's beginning": b.PNG[:5],
        "spaces": b" " * 4096,
        "text": b"this is a photo, trust me",
        "GIF": _gif(),
        "GIF that is a JAR": _gif() + zipped("META-INF/MANIFEST.MF"),
        "GIF with a script behind": b"GIF89a/*" + _gif()[8:] + b"*/=1;" + PAYLOAD,
        "BMP": b.saved(b.picture((8, 8)), "BMP"),
        "BMP of 2 billion pixels": b"BM"
        + struct.pack("<IHHIIiiHHI", 99, 0, 0, 54, 40, 65535, 32767, 1, 24, 0)
        + b"\0" * 40,
        "TIFF": b.saved(b.picture((8, 8)), "TIFF"),
        "TIFF, big-endian": b"MM\0*" + b"\0" * 60,
        "ICO": b.saved(b.picture((16, 16)), "ICO"),
        "PPM": b.saved(b.picture((8, 8)), "PPM"),
        "TGA": b.saved(b.picture((8, 8)), "TGA"),
        "PCX": b.saved(b.picture((8, 8)), "PCX"),
        "SGI": b.saved(b.picture((8, 8)), "SGI"),
        "DDS": b.saved(b.picture((8, 8)), "DDS"),
        "EPS": b.saved(b.picture((8, 8)), "EPS"),
        "PostScript that runs a command": b"%!PS\n(%pipe%id) (w) file\n" + PAYLOAD,
        "JPEG 2000": b.saved(b.picture((8, 8)), "JPEG2000"),
        "JPEG XL": b"\xff\x0a" + b"\0" * 60,
        "JPEG XL in a box": b"\0\0\0\x0cJXL \r\n\x87\n" + b"\0" * 60,
        "AVIF": b"\0\0\0\x1cftypavif" + b"\0" * 60,
        "PSD": b"8BPS\0\x01" + b"\0" * 60,
        "QOI": b"qoif" + b"\0" * 60,
        "WMF": b"\xd7\xcd\xc6\x9a" + b"\0" * 60,
        "EMF": b"\x01\0\0\0" + b"\0" * 36 + b" EMF" + b"\0" * 60,
        "FITS": b"SIMPLE  =                    T" + b" " * 2880,
        "XBM": b"#define im_width 8\n#define im_height 8\nstatic char im_bits[] = {0};" + PAYLOAD,
        "XPM": b"/* XPM */\nstatic char *x[] = {};" + PAYLOAD,
        "SVG": svg,
        "SVG with a mark before it": b"\xef\xbb\xbf" + svg,
        "SVG that reads a file": b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + svg,
        "SVG, packed": gzip.compress(svg, mtime=0),
        "XML that unfolds": b"<!DOCTYPE a [<!ENTITY b 'bbbb'><!ENTITY c '&b;&b;&b;&b;'>]><a>&c;</a>",
        "ImageMagick commands": b"push graphic-context\nviewbox 0 0 640 480\n"
        b"fill 'url(https://x/\"|id\")'\npop graphic-context",
        "MSL": b"<?xml version='1.0'?><image><read filename='/etc/passwd'/></image>",
        "HTML": html,
        "HTML in front of a JPEG": html + b.jpeg(),
        "JPEG behind a line end": b"\n" + b.jpeg(),
        "PNG behind a mark": b"\xef\xbb\xbf" + b.png(),
        "PNG whose line ends were changed": b.png().replace(b"\r\n", b"\n", 1),
        "script": b"alert(1)//" + PAYLOAD,
        "PHP": b"<?php phpinfo();" + PAYLOAD,
        "PHP in front of a JPEG": b"<?php __halt_compiler();" + b.jpeg(),
        "shell script": b"#!/bin/sh\nid\n",
        "htaccess": b"AddType application/x-httpd-php .jpg\n",
        "program for Linux": b"\x7fELF\x02\x01\x01" + b"\0" * 60,
        "program for Windows": b"MZ\x90\0" + b"\0" * 60,
        "program for macOS": b"\xcf\xfa\xed\xfe" + b"\0" * 60,
        "Java class": b"\xca\xfe\xba\xbe" + b"\0" * 60,
        "ZIP": zipped(),
        "JAR": zipped("META-INF/MANIFEST.MF"),
        "Word document": zipped("word/document.xml"),
        "Hangul document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512,
        "PDF": b.pdf(),
        "RAR": b"Rar!\x1a\x07\x01\0" + b"\0" * 60,
        "7z": b"7z\xbc\xaf\x27\x1c" + b"\0" * 60,
        "gzip bomb": gzip.compress(b"\0" * (8 << 20), mtime=0),
        "bzip2 bomb": bz2.compress(b"\0" * (8 << 20)),
        "video": b"\0\0\0\x18ftypmp42" + b"\0" * 60,
        "AVI": b"RIFF\x40\0\0\0AVI LIST" + b"\0" * 60,
        "WAV": b"RIFF\x40\0\0\0WAVEfmt " + b"\0" * 60,
        "MP3": b"ID3\x04" + b"\0" * 60,
        "font": b"\0\x01\0\0" + b"\0" * 60,
        "SQLite database": b"SQLite format 3\0" + b"\0" * 60,
        "Python pickle": b"\x80\x04\x95\0\0\0\0\0\0\0\0\x8c\x02os\x94\x8c\x06system\x94\x93\x94.",
        "CSV with a formula": b'=HYPERLINK("http://x"),1\n',
        "colour profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
        "EXIF without a picture": b"Exif\0\0" + b.gps_exif(PAYLOAD),
    }


def _heic() -> Table:
    brands = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")
    return {f"HEIC ({brand.decode()})": b"\0\0\0\x1cftyp" + brand + b"\0" * 60 for brand in brands}


def _sizes() -> Table:
    most = rules.BYTES_MAX[PHOTO]
    small = b.jpeg()
    return {
        "empty": (b"", rules.EMPTY),
        "as large as allowed": (small + b"\0" * (most - len(small)), KEPT),
        "a byte too large": (small + b"\0" * (most + 1 - len(small)), rules.TOO_LARGE),
        "a byte too large, of zeros": (b"\0" * (most + 1), rules.TOO_LARGE),
    }


def _jpegs() -> Table:
    true = b.jpeg()
    frame, scan = b.frame_at(true), b.scan_at(true)
    tables = true[2:scan]
    many = true[:-2] + true[scan:-2] * 200 + b"\xff\xd9"
    wavy = b.jpeg(progressive=True)
    return {
        "JPEG of nothing but its beginning": (b"\xff\xd8\xff\xd9" + b"\0" * 40, rules.BROKEN),
        "JPEG without a frame": (true[:frame] + true[scan:], rules.BROKEN),
        "JPEG without a scan": (true[:scan], rules.BROKEN),
        "JPEG of no width": (b.resized_jpeg(true, 0, 48), rules.BROKEN),
        "JPEG of no height (said later)": (b.resized_jpeg(true, 64, 0), rules.BROKEN),
        "JPEG that says 4 billion pixels": (b.resized_jpeg(true, 65535, 65535), rules.TOO_MANY_PIXELS),
        "JPEG that says a pixel too many": (b.resized_jpeg(true, 8000, 5001), rules.TOO_MANY_PIXELS),
        "JPEG that says 40 million and has 3,000": (b.resized_jpeg(true, 8000, 5000), EITHER),
        "progressive JPEG that says 40 million": (b.resized_jpeg(wavy, 8000, 5000), rules.TOO_MANY_PIXELS),
        "progressive JPEG that says 25 million and has 3,000": (b.resized_jpeg(wavy, 5000, 5000), EITHER),
        "JPEG that says less than it has": (b.resized_jpeg(true, 8, 8), EITHER),
        "JPEG with two frames": (true[:scan] + true[frame : frame + 19] + true[scan:], rules.BROKEN),
        "JPEG with a small frame for us and a large one behind": (
            b.resized_jpeg(true, 8, 8)[:scan] + b.resized_jpeg(true, 60000, 60000)[frame : frame + 19] + true[scan:],
            rules.BROKEN,
        ),
        **{
            f"JPEG of frame {marker:X}": (true[: frame + 1] + bytes((marker,)) + true[frame + 2 :], rules.BROKEN)
            for marker in (0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF)
        },
        "JPEG of 12 bits": (true[: frame + 4] + b"\x0c" + true[frame + 5 :], EITHER),
        "JPEG of 200 scans": (many, rules.TOO_COMPLEX),
        "progressive JPEG of 5,000 scans": (
            wavy[:-2] + b"\xff\xda\0\x08\1\1\0\1\1\1" * 5000 + b"\xff\xd9",
            rules.TOO_COMPLEX,
        ),
        "JPEG whose segment is of no length": (b"\xff\xd8\xff\xe0\0\0" + b"\0" * 60, rules.BROKEN),
        "JPEG whose segment is of length 1": (b"\xff\xd8\xff\xe0\0\1" + b"\0" * 60, rules.BROKEN),
        "JPEG whose segment ends behind the file": (b"\xff\xd8\xff\xe1\xff\xff" + b"\0" * 60, rules.BROKEN),
        "JPEG of filling": (b"\xff\xd8" + b"\xff" * 200_000, rules.BROKEN),
        "JPEG of marks without an end": (b"\xff\xd8" + b"\xff\xd0" * 100_000, rules.BROKEN),
        "JPEG whose frame is cut": (b"\xff\xd8" + b.segment(0xC0, b"\x08\0") + true[scan:], rules.BROKEN),
        "JPEG without tables": (b"\xff\xd8" + true[frame : frame + 19] + true[scan:], EITHER),
        "JPEG with 300 comments of 64 KB": (b.with_segments(true, *[b.segment(0xFE, PAYLOAD * 900)] * 150), KEPT),
        "JPEG with its tables 100 times": (
            true[:2] + tables.replace(true[frame : frame + 19], b"") * 100 + true[2:],
            EITHER,
        ),
        "JPEG without its end": (true[:-2], EITHER),
        "JPEG that ends at once": (true[: scan + 14] + b"\xff\xd9", EITHER),
        "JPEG whose directory of EXIF goes in circles": (
            b.with_segments(
                true, b.segment(0xE1, b"Exif\0\0" + b"II*\0\x08\0\0\0\1\0" + struct.pack("<HHIII", 0x8769, 4, 1, 8, 8))
            ),
            KEPT,
        ),
        "JPEG whose EXIF says 4 billion entries": (
            b.with_segments(
                true, b.segment(0xE1, b"Exif\0\0" + b.exif(struct.pack("<HHII", 0x0112, 3, 0xFFFFFFFF, 99), 1))
            ),
            KEPT,
        ),
        "JPEG whose EXIF points behind its end": (
            b.with_segments(true, b.segment(0xE1, b"Exif\0\0II*\0\xff\xff\xff\x7f")),
            KEPT,
        ),
        "JPEG with a profile in 255 parts": (
            b.with_segments(
                true, *[b.segment(0xE2, b"ICC_PROFILE\0" + bytes((n, 255)) + PAYLOAD * 20) for n in range(1, 256)]
            ),
            KEPT,
        ),
        "JPEG with a profile that is none": (
            b.with_segments(true, b.segment(0xE2, b"ICC_PROFILE\0\1\1" + PAYLOAD * 5)),
            KEPT,
        ),
        **{f"JPEG cut after {tenth}0 %": (true[: len(true) * tenth // 10], EITHER) for tenth in (1, 3, 5, 7, 9)},
    }


def _pngs() -> Table:
    true = b.png()
    bomb = zlib.compress(b"\0" * (24 << 20), 9)
    idat = b.chunk(b"IDAT", b.rows(8, 8))
    return {
        "PNG of no width": (b.raw_png(b.ihdr(0, 8), idat), rules.BROKEN),
        "PNG of no height": (b.raw_png(b.ihdr(8, 0), idat), rules.BROKEN),
        "PNG of 4 quintillion pixels": (b.raw_png(b.ihdr(2**31 - 1, 2**31 - 1), idat), rules.TOO_MANY_PIXELS),
        "PNG wider than numbers go": (b.raw_png(b.ihdr(2**32 - 1, 1), idat), rules.TOO_MANY_PIXELS),
        "PNG of 100,000 × 100,000": (b.raw_png(b.ihdr(100_000, 100_000, 1, 0), idat), rules.TOO_MANY_PIXELS),
        "PNG of a pixel too many": (b.raw_png(b.ihdr(25_000_001, 1, 1, 0), idat), rules.TOO_MANY_PIXELS),
        "PNG that is a thin line of 10 million": (
            b.raw_png(b.ihdr(10_000_000, 1, 1, 0), b.chunk(b"IDAT", zlib.compress(b"\0" * 1_250_001))),
            KEPT,
        ),
        "PNG of 25 million, of a few hundred bytes": (
            b.raw_png(b.ihdr(5000, 5000, 1, 0), b.chunk(b"IDAT", zlib.compress(b"\0" * (626 * 5000), 9))),
            KEPT,
        ),
        "PNG that says 25 million and has 64": (b.raw_png(b.ihdr(5000, 5000), idat), rules.BROKEN),
        "PNG whose data unfolds to 24 MB": (b.raw_png(b.ihdr(8, 8), b.chunk(b"IDAT", bomb)), EITHER),
        "PNG whose text unfolds (zTXt)": (b.with_chunks(true, b.chunk(b"zTXt", b"Comment\0\0" + bomb)), KEPT),
        "PNG whose text unfolds (iTXt)": (b.with_chunks(true, b.chunk(b"iTXt", b"Comment\0\1\0\0\0" + bomb)), KEPT),
        "PNG whose profile unfolds": (b.with_chunks(true, b.chunk(b"iCCP", b"icc\0\0" + bomb)), EITHER),
        "PNG with 1,000 texts": (b.with_chunks(true, *[b.chunk(b"tEXt", b"Comment\0" + PAYLOAD)] * 1000), KEPT),
        "PNG of 30,000 chunks": (b.with_chunks(true, b.chunk(b"tEXt", b"a\0b") * 30_000), rules.TOO_COMPLEX),
        "PNG whose chunk ends behind the file": (true[:33] + b"\0\xff\xff\xffIDAT" + true[41:], rules.BROKEN),
        "PNG whose chunk is of 4 GB": (true[:33] + b"\xff\xff\xff\xffIDAT" + true[41:], rules.BROKEN),
        "PNG without its end": (true[:-12], rules.BROKEN),
        "PNG with two headers": (b.raw_png(b.ihdr(8, 8), b.ihdr(9000, 9000), idat), EITHER),
        "PNG with a second header too large for us": (
            b.raw_png(b.ihdr(8, 8), b.ihdr(60_000, 60_000), idat),
            rules.BROKEN,
        ),
        "PNG whose header comes second": (b.raw_png(b.chunk(b"tEXt", b"a\0b"), b.ihdr(8, 8), idat), rules.BROKEN),
        "PNG whose header is short": (
            b.raw_png(b.chunk(b"IHDR", b"\0\0\0\x08\0\0\0\x08\x08\2\0\0"), idat),
            rules.BROKEN,
        ),
        "PNG whose header is long": (
            b.raw_png(b.chunk(b"IHDR", b"\0\0\0\x08\0\0\0\x08\x08\2\0\0\0\0\0\0"), idat),
            rules.BROKEN,
        ),
        "PNG whose header's sum is wrong": (b.raw_png(b.ihdr(8, 8)[:-4] + b"\0\0\0\0", idat), rules.BROKEN),
        "PNG whose data's sum is wrong": (b.raw_png(b.ihdr(8, 8), b.chunk(b"IDAT", b.rows(8, 8), 7)), EITHER),
        "PNG without data": (b.raw_png(b.ihdr(8, 8)), rules.BROKEN),
        "PNG of empty data": (b.raw_png(b.ihdr(8, 8), b.chunk(b"IDAT", b"")), rules.BROKEN),
        "PNG whose data is no zlib": (b.raw_png(b.ihdr(8, 8), b.chunk(b"IDAT", PAYLOAD * 3)), rules.BROKEN),
        "PNG of colours without a palette": (b.raw_png(b.ihdr(8, 8, 8, 3), b.chunk(b"IDAT", b.rows(8, 8, 1))), EITHER),
        "PNG with a palette that is too long": (
            b.raw_png(b.ihdr(8, 8, 8, 3), b.chunk(b"PLTE", PAYLOAD * 99), b.chunk(b"IDAT", b.rows(8, 8, 1))),
            EITHER,
        ),
        "PNG of depth 3": (b.raw_png(b.ihdr(8, 8, 3), idat), rules.BROKEN),
        "PNG of colour 5": (b.raw_png(b.ihdr(8, 8, 8, 5), idat), rules.BROKEN),
        "PNG of an unknown weave": (b.raw_png(b.ihdr(8, 8, interlace=2), idat), EITHER),
        "PNG of an unknown filter": (b.raw_png(b.ihdr(8, 8), b.chunk(b"IDAT", b.rows(8, 8, 3, 77))), EITHER),
        "PNG that moves": (b.with_chunks(true, b.chunk(b"acTL", struct.pack(">II", 2, 0))), rules.ANIMATED),
        "PNG that says a billion pictures": (
            b.with_chunks(true, b.chunk(b"acTL", struct.pack(">II", 2**30, 0))),
            rules.ANIMATED,
        ),
        "PNG made by Pillow that moves": (
            b.png(save_all=True, append_images=[Image.new("RGB", b.SIZE)]),
            rules.ANIMATED,
        ),
        "PNG of Apple's own kind": (b.PNG + b.chunk(b"CgBI", b"\x50\0\x20\2") + true[8:], rules.BROKEN),
        **{f"PNG cut after {tenth}0 %": (true[: len(true) * tenth // 10], rules.BROKEN) for tenth in (3, 5, 7, 9)},
    }


def _webps() -> Table:
    true, whole = b.webp(), b.webp(lossless=True)
    still = b.bitstream(true)
    moving = b.webp(save_all=True, append_images=[Image.new("RGB", b.SIZE, (9, 9, 9))], duration=100)
    return {
        "WebP that moves": (moving, rules.ANIMATED),
        "WebP that says it moves": (b.riff(b.vp8x(64, 48, 0x02), still), rules.ANIMATED),
        "WebP of 280 trillion pixels": (b.riff(b.vp8x(1 << 24, 1 << 24), still), rules.TOO_MANY_PIXELS),
        "WebP of 5,001 × 5,000": (b.riff(b.vp8x(5001, 5000), still), rules.TOO_MANY_PIXELS),
        "WebP whose frame is not its canvas": (b.riff(b.vp8x(2000, 2000), still), rules.BROKEN),
        "WebP that says 268 million, lossless": (whole[:21] + b"\xff\xff\xff\x0f" + whole[25:], rules.TOO_MANY_PIXELS),
        "WebP that says 268 million": (true[:26] + b"\xff\x3f\xff\x3f" + true[30:], rules.TOO_MANY_PIXELS),
        "WebP of no width": (true[:26] + b"\0\0" + true[28:], rules.BROKEN),
        "WebP without a picture": (b.riff(b.vp8x(64, 48), b.riff_chunk(b"EXIF", PAYLOAD)), rules.BROKEN),
        "WebP of an unknown part": (b.riff(b.riff_chunk(b"ABCD", PAYLOAD)), rules.BROKEN),
        "WebP that says it is longer than the file": (true[:4] + b"\xff\xff\xff\x7f" + true[8:], rules.BROKEN),
        "WebP that says it is shorter": (true[:4] + struct.pack("<I", 40) + true[8:], rules.BROKEN),
        "WebP whose part is longer than all": (true[:16] + b"\xff\xff\xff\x7f" + true[20:], rules.BROKEN),
        "WebP cut in the middle": (true[: len(true) // 2], rules.BROKEN),
        "WebP of a few bytes": (true[:20], rules.BROKEN),
        "WebP whose tables are noise, lossless": (
            b.riff(b.riff_chunk(b"VP8L", whole[20:25] + random.Random(SEED).randbytes(3000))),
            EITHER,
        ),
        "WebP of noise": (b.riff(b.riff_chunk(b"VP8 ", true[20:30] + random.Random(SEED).randbytes(3000))), EITHER),
        "WebP with alpha of noise": (
            b.riff(b.vp8x(64, 48, 0x10), b.riff_chunk(b"ALPH", random.Random(SEED).randbytes(500)), still),
            EITHER,
        ),
        "WebP with words in it": (
            b.riff(
                b.vp8x(64, 48, 0x2C),
                b.riff_chunk(b"ICCP", PAYLOAD),
                still,
                b.riff_chunk(b"EXIF", b.gps_exif(PAYLOAD)),
                b.riff_chunk(b"XMP ", PAYLOAD),
            ),
            KEPT,
        ),
        "WebP with an unknown part behind": (b.riff(b.vp8x(64, 48), still, b.riff_chunk(b"EVIL", PAYLOAD)), KEPT),
        "WebP with a page behind": (true + PAYLOAD, KEPT),
        "WebP with a ZIP behind": (true + zipped(), KEPT),
    }


def _payloads() -> Table:
    true, plain = b.jpeg(), b.png()
    ffff = random.Random(SEED).randbytes(1 << 20)
    palette = (PAYLOAD * 12)[:768]
    coloured = b.picture(mode="P")
    coloured.putpalette(palette)
    pixels = (PAYLOAD * 200)[: 64 * 48 * 3]
    xmp = b"http://ns.adobe.com/xap/1.0/\0" + PAYLOAD
    return {
        "JPEG that says where it was taken": b.jpeg(exif=b.gps_exif(PAYLOAD)),
        "JPEG with a small picture in its EXIF": b.with_segments(
            true, b.segment(0xE1, b"Exif\0\0" + b.gps_exif(PAYLOAD) + b.jpeg(b.picture((16, 16))))
        ),
        "JPEG with XMP": b.with_segments(true, b.segment(0xE1, xmp)),
        "JPEG with IPTC": b.with_segments(true, b.segment(0xED, b"Photoshop 3.0\08BIM\x04\x04\0\0" + PAYLOAD)),
        "JPEG with a comment in PHP": b.jpeg(comment=PAYLOAD),
        "JPEG with a page in its comment": b.with_segments(true, b.segment(0xFE, b"--><html>" + PAYLOAD)),
        "JPEG with a small picture in JFIF": b.with_segments(
            true, b.segment(0xE0, b"JFXX\0\x13\x08\x08" + PAYLOAD * 3)
        ),
        "JPEG whose JFIF is a script": b"\xff\xd8"
        + b.segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0*/=" + PAYLOAD)
        + true[20:],
        "JPEG of several pictures": b.with_segments(true, b.segment(0xE2, b"MPF\0II*\0\x08\0\0\0" + PAYLOAD))
        + b.jpeg(),
        "JPEG with Adobe's mark and words": b.with_segments(true, b.segment(0xEE, b"Adobe\0d\0\0\0\0\1" + PAYLOAD)),
        **{
            f"JPEG with {what} behind": true + more
            for what, more in {
                "a ZIP": zipped(),
                "a JAR": zipped("META-INF/MANIFEST.MF"),
                "a page": b"<html>" + PAYLOAD,
                "PHP": PAYLOAD,
                "a PDF": b.pdf() + PAYLOAD,
                "a JPEG": b.jpeg(comment=PAYLOAD),
                "a megabyte of noise": ffff + PAYLOAD,
                "a video": b"\0\0\0\x18ftypmp42" + PAYLOAD,
                "its own end again": b"\xff\xd9" + PAYLOAD,
            }.items()
        },
        **{
            f"JPEG with words in APP{n}": b.with_segments(true, b.segment(0xE0 + n, b"WORDS\0" + PAYLOAD))
            for n in (3, 10, 12, 15)
        },
        "PNG that says where it was taken": b.png(exif=b.gps_exif(PAYLOAD)),
        "PNG with words": b.with_chunks(plain, b.chunk(b"tEXt", b"Author\0" + PAYLOAD)),
        "PNG with words, packed": b.with_chunks(plain, b.chunk(b"zTXt", b"Author\0\0" + zlib.compress(PAYLOAD))),
        "PNG with XMP": b.with_chunks(plain, b.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + PAYLOAD)),
        "PNG with a part of its own": b.with_chunks(plain, b.chunk(b"evIl", PAYLOAD)),
        "PNG with a profile that is none": b.with_chunks(plain, b.chunk(b"iCCP", b"x\0\0" + zlib.compress(PAYLOAD))),
        "PNG whose palette is PHP": b.png(coloured),
        "PNG whose pixels are PHP": b.png(Image.frombytes("RGB", b.SIZE, pixels), compress_level=0),
        "PNG whose alpha hides a page": b.png(Image.frombytes("RGBA", (48, 48), (PAYLOAD * 200)[: 48 * 48 * 4])),
        "PNG with a page behind": plain + PAYLOAD,
        "PNG with a ZIP behind": plain + zipped(),
        "PNG with an EXIF of 1 MB": b.with_chunks(plain, b.chunk(b"eXIf", ffff + PAYLOAD)),
    }


def _modes() -> Table:
    """Pictures of all sorts that are none of an attack, and must come through."""
    clear = Image.new("P", b.SIZE, 0)
    clear.putpalette([250, 10, 10] * 256)
    deep = b.raw_png(b.ihdr(16, 16, 16, 2), b.chunk(b"IDAT", b.rows(16, 16, 6)))
    return {
        "JPEG": b.jpeg(),
        "JPEG, progressive": b.jpeg(progressive=True),
        "JPEG, grey": b.jpeg(b.picture(mode="L")),
        "JPEG, CMYK": b.jpeg(b.picture(mode="CMYK")),
        "JPEG, colours at full size": b.jpeg(subsampling=0),
        "JPEG with marks to begin again": b.jpeg(restart_marker_blocks=1),
        "JPEG of one pixel": b.jpeg(b.picture((1, 1))),
        "JPEG, a thin line": b.jpeg(b.picture((1, 9000))),
        "JPEG with a profile": b.jpeg(icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()),
        "JPEG, CMYK with a profile for RGB": b.jpeg(
            b.picture(mode="CMYK"), icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        ),
        "JPEG with a profile of Lab": b.jpeg(
            icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
        ),
        **{f"PNG, {mode}": b.png(b.picture(mode=mode)) for mode in ("1", "L", "LA", "P", "RGB", "RGBA")},
        "PNG, 16 bits of grey": b.png(Image.new("I;16", b.SIZE, 40000)),
        "PNG, 16 bits a colour": deep,
        "PNG with a clear colour": b.png(clear, transparency=0),
        "PNG with a clear colour, RGB": b.png(transparency=(220, 20, 20)),
        "PNG with a clear grey": b.png(b.picture(mode="L"), transparency=70),
        "PNG of one pixel": b.png(b.picture((1, 1))),
        "WebP": b.webp(),
        "WebP, lossless": b.webp(lossless=True),
        "WebP with alpha": b.webp(Image.new("RGBA", b.SIZE, (9, 9, 9, 50))),
        "WebP of one pixel": b.webp(b.picture((1, 1))),
        **{f"side {n} up": b.jpeg(exif=b.oriented(n)) for n in (*range(10), 65535)},
        "side 6 up, in words": b.jpeg(exif=b"Exif\0\0" + b.exif(struct.pack("<HHI4s", 0x0112, 2, 4, b"6\0\0\0"), 1)),
        "side 6 up, PNG": b.png(exif=b.oriented(6)),
        "side 6 up, WebP": b.webp(exif=b.oriented(6)),
        "larger than is kept": b.jpeg(b.picture((3000, 1500))),
    }


def _corrupted() -> Table:
    chance = random.Random(SEED)
    table: Table = {}
    for name, true in (("JPEG", b.jpeg()), ("PNG", b.png()), ("WebP", b.webp())):
        for n in range(4):
            bytes_ = bytearray(true)
            for _ in range(8):
                bytes_[chance.randrange(12, len(bytes_))] = chance.randrange(256)
            table[f"{name} with 8 wrong bytes, {n + 1}"] = bytes(bytes_)
    return table


def _pdfs() -> Table:
    js = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
    hidden = b.object_stream(js)
    most = rules.BYTES_MAX[DOCUMENT]
    plain = b.pdf()
    return {
        "empty": (b"", rules.EMPTY),
        "a PDF": (plain, KEPT),
        "a PDF with text, packed": (b.pdf(b.stream(b"/Filter /FlateDecode", zlib.compress(b"BT (hello) Tj ET"))), KEPT),
        "a PDF with objects, packed": (b.pdf(b.object_stream(b"<< /Type /Font >>")), KEPT),
        "a PDF that opens at its second page": (b.pdf(catalog=b"/OpenAction [3 0 R /Fit]"), KEPT),
        "a PDF with a link": (b.pdf(b"4 0 obj\n<< /S /URI /URI (https://example.com) >>\nendobj\n"), KEPT),
        "a PDF of line ends and zeros behind its end": (b.pdf(end=b"%%EOF\r\n\r\n\0\0"), KEPT),
        "as large as allowed": (b.pdf(b"%" + b"x" * (most - len(plain) - 2) + b"\n"), KEPT),
        "a byte too large": (b.pdf(b"%" + b"x" * (most - len(plain) - 1) + b"\n"), rules.TOO_LARGE),
        "a PDF with a script": (b.pdf(catalog=b"/OpenAction " + js), rules.PDF_ACTIVE),
        "a PDF with a script, its name in numbers": (
            b.pdf(catalog=b"/OpenAction << /S /J#61va#53cript /JS (1) >>"),
            rules.PDF_ACTIVE,
        ),
        "a PDF with a script, packed": (b.pdf(hidden), rules.PDF_ACTIVE),
        "a PDF with a script, packed and not said so": (
            b.pdf(b.object_stream(js, b"/Filter /FlateDecode")),
            rules.PDF_ACTIVE,
        ),
        "a PDF with a script, packed and called a picture": (
            b.pdf(b.object_stream(js, b"/Type /XObject /Subtype /Image /Filter /FlateDecode")),
            rules.PDF_ACTIVE,
        ),
        "a PDF with a script, packed and its kind in numbers": (
            b.pdf(b.object_stream(js, b"/Type /#4fbjStm /Filter /FlateDecode")),
            rules.PDF_ACTIVE,
        ),
        "a PDF with a script, in numbers and packed": (
            b.pdf(b.object_stream(b"<< /S /#4aavaScript >>")),
            rules.PDF_ACTIVE,
        ),
        "a PDF with a script behind a remark, packed": (
            b.pdf(b.stream(b"/Filter /FlateDecode", zlib.compress(b"% hello\n4 0 " + js))),
            rules.PDF_ACTIVE,
        ),
        "a PDF with a script far behind, packed": (
            b.pdf(b.object_stream(b"(" + b"x" * 3_000_000 + b")" + js)),
            rules.PDF_ACTIVE,
        ),
        "a PDF with objects packed in another way": (
            b.pdf(b.stream(b"/Type /ObjStm /Filter /LZWDecode /N 1", b"\x80\x0b\x60\x50")),
            rules.PDF_LOCKED,
        ),
        "a PDF with objects packed twice": (
            b.pdf(b.stream(b"/Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode]", b"789c>")),
            rules.PDF_LOCKED,
        ),
        **{
            f"a PDF with {name}": (
                b.pdf(b"4 0 obj\n<< /S /" + name.encode() + b" /F (a.exe) >>\nendobj\n"),
                rules.PDF_ACTIVE,
            )
            for name in ("Launch", "SubmitForm", "ImportData", "GoToE", "GoToR", "Rendition", "Movie")
        },
        **{
            f"a PDF with /{name}": (b.pdf(catalog=b"/Names << /" + name.encode() + b" 4 0 R >>"), rules.PDF_ACTIVE)
            for name in ("EmbeddedFiles", "EmbeddedFile", "RichMedia", "XFA", "Flash")
        },
        "a PDF that carries a file, packed": (b.pdf(b.object_stream(b"<< /EmbeddedFiles 5 0 R >>")), rules.PDF_ACTIVE),
        "a PDF that is locked": (plain.replace(b"/Size 9", b"/Size 9 /Encrypt 4 0 R"), rules.PDF_LOCKED),
        "a PDF that is locked, in numbers": (plain.replace(b"/Size 9", b"/Size 9 /#45ncrypt 4 0 R"), rules.PDF_LOCKED),
        "a PDF without an end": (plain.replace(b"%%EOF", b""), rules.BROKEN),
        "a PDF of its first line": (b"%PDF-1.7\n", rules.BROKEN),
        "a PDF with a ZIP behind": (plain + zipped(), rules.PDF_MIXED),
        "a PDF with a ZIP inside": (b.pdf(b.stream(b"", zipped())), rules.PDF_MIXED),
        "a PDF with a program behind": (plain + b"MZ" + b"\0" * 60 + b"x", rules.PDF_MIXED),
        "a PDF with PHP inside": (b.pdf(b"% <?php system(1); ?>\n"), rules.PDF_MIXED),
        "a PDF with a page inside": (b.pdf(b"% <HTML><body>\n"), rules.PDF_MIXED),
        "a PDF with a script for browsers inside": (b.pdf(b"% <ScRipt>\n"), rules.PDF_MIXED),
        "a PDF whose objects unfold to 40 MB": (b.pdf(b.object_stream(b"1 " * (20 << 20))), rules.TOO_COMPLEX),
        "a PDF with 200 lots of objects": (
            b.pdf(*[b.object_stream(b"1 " * 200_000, number=n) for n in range(10, 210)]),
            rules.TOO_COMPLEX,
        ),
        "a PDF of 20,000 empty streams": (b.pdf(b.stream(b"", b"") * 20_000), KEPT),
        "a Hangul document": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, rules.HANGUL),
        "an old Hangul document": (b"HWP Document File V3.00 \x1a" + b"\0" * 60, rules.HANGUL),
        "a Hangul document, zipped": (
            b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/hwp+zip" + zipped(),
            rules.HANGUL,
        ),
    }


def _no_pdfs() -> Table:
    return {
        "a byte": b"%",
        "a JPEG": b.jpeg(),
        "a page": b"<html>" + PAYLOAD,
        "a program": b"MZ" + b"\0" * 90,
        "a Word document": zipped("word/document.xml"),
        "text": b"hello",
        "a picture that is a page": b"<svg>" + PAYLOAD,
        "a PDF behind a line end": b"\n" + b.pdf(),
        "a PDF behind a page": b"<html>" + b.pdf(),
        "a PDF behind 1,000 bytes": b" " * 1000 + b.pdf(),
        "a PDF of version 9": b.pdf(begin=b"%PDF-9.9\n"),
        "a form for printers (FDF)": b"%FDF-1.2\n" + b"%%EOF",
        "PostScript": b"%!PS-Adobe-3.0\n%%EOF",
    }
