"""A PDF looked at, as far as simple means go: that it is one and nothing else, that it is not locked, and that nothing
in it runs, opens or carries anything. (ISO 32000-2: 7.3.5 names, 7.5.7 object streams, 12.6 actions.)

It is not decoded, and kept as it was sent. Whoever hides such a thing with more effort (a second filter over an object
stream that is not named as one) gets past this: which is why we never show a PDF, but hand it out to be saved.
"""

import re
import zlib
from collections.abc import Iterator

from app.files import rules
from app.files.rules import Refused

BEGINNING = re.compile(rb"%PDF-[12]\.[0-9]")
END = re.compile(rb"%%EOF[\r\n\t \0]*\Z")
_AFTER_A_NAME = rb"(?=[\0\t\n\f\r ()<>\[\]{}/%]|\Z)"
ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE|GoToR|Rendition|Movie|Flash)"
    + _AFTER_A_NAME
)
LOCKED = re.compile(rb"/Encrypt" + _AFTER_A_NAME)
OBJECTS = re.compile(rb"/ObjStm" + _AFTER_A_NAME)
OTHERS = re.compile(rb"PK\x05\x06\0\0\0\0|<\?php|<script|<html|<svg", re.IGNORECASE)
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"(?<!end)stream\r?\n")
NUMBERS = re.compile(rb"(?:\s|%[^\r\n]*[\r\n])*[0-9]+\s+[0-9]")  # what an object stream begins with
GLANCE = 256  # bytes of a stream, to see whether it is one
WORDS = 2048  # bytes before a stream, where its dictionary is
STREAM_MAX = 8 << 20
STREAMS_MAX = 48 << 20  # bytes of all object streams of a file: a real one has a tenth
HANGUL = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"HWP Document File")


def look(data: bytes) -> None:
    """Raises Refused."""
    rules.ensure_size(len(data), rules.DOCUMENT)
    if not BEGINNING.match(data):
        is_hangul = data.startswith(HANGUL) or b"application/hwp+zip" in data[:100]
        raise _refused(rules.HANGUL if is_hangul else rules.NOT_A_PDF)
    if not END.search(data[-2048:]):
        raise _refused(rules.BROKEN if b"%%EOF" not in data else rules.PDF_MIXED)
    if OTHERS.search(data):
        raise _refused(rules.PDF_MIXED)
    _ensure_still(data)
    left = STREAMS_MAX
    for objects in _object_streams(data):
        left -= len(objects)
        if left < 0:
            raise _refused(rules.TOO_COMPLEX)
        _ensure_still(objects)


def _refused(reason: str) -> Refused:
    return Refused(reason, rules.DOCUMENT)


def _plain(data: bytes) -> bytes:
    """A name may be written with numbers for its letters: /J#61vaScript."""
    return ESCAPED.sub(lambda found: bytes((int(found[1], 16),)), data)


def _ensure_still(data: bytes) -> None:
    plain = _plain(data)
    if LOCKED.search(plain):
        raise _refused(rules.PDF_LOCKED)
    if ACTIVE.search(plain):
        raise _refused(rules.PDF_ACTIVE)


def _object_streams(data: bytes) -> Iterator[bytes]:
    """Unpacked, all that may be one, whether it is named so or not."""
    for found in STREAM.finditer(data):
        head = data[max(0, found.start() - WORDS) : found.start()]
        is_named = bool(OBJECTS.search(_plain(head.rpartition(b" obj")[2])))
        unpacked = _unpack(data, found.end(), is_named)
        if unpacked is not None:
            yield unpacked
        elif is_named and not NUMBERS.match(data, found.end()):  # packed in a way that we cannot see through
            raise _refused(rules.PDF_LOCKED)


def _unpack(data: bytes, start: int, is_named: bool) -> bytes | None:
    """None where it is nothing packed, or no object stream."""
    packed = zlib.decompressobj()
    try:
        glance = packed.decompress(data[start : start + 4 * GLANCE], GLANCE)
        if not is_named and not NUMBERS.match(glance):
            return None
        rest = packed.unconsumed_tail + data[start + 4 * GLANCE :]
        whole = glance + packed.decompress(rest, STREAM_MAX - GLANCE)
    except zlib.error:
        return None
    if packed.unconsumed_tail and not packed.eof:
        raise _refused(rules.TOO_COMPLEX)
    return whole
