"""What may be kept of what people send: photos and PDF documents, how large, and why something is refused."""

import re
import unicodedata
from dataclasses import dataclass

PHOTO = "photo"
DOCUMENT = "document"
KINDS = (PHOTO, DOCUMENT)
MEDIA_TYPES = {PHOTO: "image/jpeg", DOCUMENT: "application/pdf"}  # of what is kept, whatever was sent

BYTES_MAX = {PHOTO: 20 << 20, DOCUMENT: 10 << 20}
PIXELS_MAX = 40_000_000
WHOLE_PIXELS_MAX = 25_000_000  # of a picture that cannot be read in parts, and so lies in memory as a whole
LARGE_SIDE = 2048  # pixels of the longer side, at most
SMALL_SIDE = 480
NAME_MAX = 100

EMPTY = "empty"
TOO_LARGE = "too_large"
NOT_A_PHOTO = "not_a_photo"
HEIC = "heic"  # what telephones may make; said in words of its own
ANIMATED = "animated"
TOO_MANY_PIXELS = "too_many_pixels"
BROKEN = "broken"
TOO_COMPLEX = "too_complex"  # takes more time or memory than a real one does
NOT_A_PDF = "not_a_pdf"
HANGUL = "hangul"  # .hwp, .hwpx
PDF_ACTIVE = "pdf_active"  # runs, opens or carries something
PDF_LOCKED = "pdf_locked"  # encrypted: nobody can see what is in it
PDF_MIXED = "pdf_mixed"  # it is another kind of file, too
REASONS = (
    *(EMPTY, TOO_LARGE, NOT_A_PHOTO, HEIC, ANIMATED, TOO_MANY_PIXELS, BROKEN, TOO_COMPLEX),
    *(NOT_A_PDF, HANGUL, PDF_ACTIVE, PDF_LOCKED, PDF_MIXED),
)

# Names that Windows takes for devices, whatever their ending.
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_UNFIT = re.compile(r'[<>:"|?*%]')


class FileError(Exception):
    """A file was not taken."""


class Refused(FileError):
    """It is not what may be kept. `reason` is one of REASONS, `kind` what it was sent as."""

    def __init__(self, reason: str, kind: str) -> None:
        super().__init__(f"{kind}: {reason}")
        self.reason, self.kind = reason, kind


class Busy(FileError):
    """Too many files are being read at the moment; this one was not looked at."""


@dataclass(frozen=True)
class Picture:
    """`data`: a JPEG of `width` × `height` pixels, written by us: nothing of the sent bytes is in it."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Photo:
    large: Picture
    small: Picture


@dataclass(frozen=True)
class Document:
    """`data`: the PDF as it was sent. `name`: as it is shown and downloaded, never a path of ours."""

    data: bytes
    name: str


def ensure_size(size: int, kind: str) -> None:
    """Raises Refused."""
    if not size:
        raise Refused(EMPTY, kind)
    if size > BYTES_MAX[kind]:
        raise Refused(TOO_LARGE, kind)


def tidy_name(sent: str | None) -> str:
    """A sent file's name as it may be shown, always ending in .pdf: no folders, nothing invisible, nothing that turns
    the direction of writing, no name of a device, at most NAME_MAX letters."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", sent or ""))[-1]
    seen = "".join(letter if unicodedata.category(letter)[0] != "C" else " " for letter in last)
    stem = re.sub(r"\.pdf$", "", " ".join(_UNFIT.sub("_", seen).split()), flags=re.IGNORECASE).strip(" .")
    stem = stem[: NAME_MAX - len("_.pdf")].strip(" .") or "document"
    return f"_{stem}.pdf" if _DEVICES.fullmatch(stem) else f"{stem}.pdf"
