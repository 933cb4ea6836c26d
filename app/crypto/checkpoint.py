"""A log's signed word on its tree: C2SP tlog-checkpoint, a C2SP signed note with Ed25519 signatures.

origin                        which log it is; also the name of its key
16                            leaves in the tree
CsUYapGGPo4dkMg…              the tree's root, base64
                              (extension lines, if any, would stand before this empty line)
— origin Az3grlgtzPICa5O…     base64 of the key's id, 4 bytes, and the signature, 64 bytes, over the lines above
                              the empty one, each with its newline
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Self

from app.crypto.keys import BadKey
from app.crypto.merkle import HASH_BYTES
from app.crypto.signing import SigningKey, VerifyKey

ED25519 = b"\x01"  # the note's type of signature
ID_BYTES = 4
MOST_SIGNATURES = 100  # others may sign along; the format asks readers to set a limit of 16 or more
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_FORBIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")  # control characters; what is not UTF-8
_NAME = re.compile(r"[^\s+]+")
_SIGNATURE_LINE = re.compile(r"— ([^\s+]+) (\S+)")


class CheckpointError(ValueError):
    """Not a checkpoint of this log; the message says why."""


class Malformed(CheckpointError):
    """Not in the format."""


class NotSigned(CheckpointError):
    """No signature by the key that is asked for."""


class WrongSignature(CheckpointError):
    """Signed in the key's name, and the signature does not fit: something was changed."""


class OtherOrigin(CheckpointError):
    """Another log's checkpoint."""


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verifier:
    """A public key with its name. Written `name+id+key`: the id in hex, the key as base64 of its type and bytes."""

    name: str
    key: VerifyKey

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or _FORBIDDEN.search(self.name):
            raise Malformed("a key's name has neither spaces nor a plus sign, and is not empty")

    @classmethod
    def parse(cls, written: str) -> Self:
        """Raises Malformed."""
        name, _, rest = written.partition("+")
        _, _, encoded = rest.partition("+")
        raw = _unbase64(encoded, "the key")
        if raw[:1] != ED25519:
            raise Malformed("not an Ed25519 key")
        try:
            verifier = cls(name, VerifyKey(raw[1:]))
        except BadKey as error:
            raise Malformed(str(error)) from None
        if str(verifier) != written:
            raise Malformed("the id is not that of the name and the key")
        return verifier

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.key.raw).digest()[:ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_base64(ED25519 + self.key.raw)}"


def write(origin: str, size: int, root: bytes, key: SigningKey) -> str:
    """The log's key signs in the log's name. Raises Malformed."""
    if not _SIZE.fullmatch(str(size)) or len(root) != HASH_BYTES:
        raise Malformed("a tree has a size from 0 and a root of 32 bytes")
    return sign_note(f"{origin}\n{size}\n{_base64(root)}\n", origin, key)


def read(note: str, verifier: Verifier) -> Checkpoint:
    """Raises Malformed, NotSigned, WrongSignature, OtherOrigin."""
    checkpoint = parse(open_note(note, verifier))
    if checkpoint.origin != verifier.name:
        raise OtherOrigin(f"a checkpoint of {checkpoint.origin}, not of {verifier.name}")
    return checkpoint


def parse(text: str) -> Checkpoint:
    """The text of a checkpoint, without its signatures. Raises Malformed."""
    *lines, rest = text.split("\n")
    if len(lines) < 3 or rest or not all(lines):
        raise Malformed("a checkpoint has three lines or more, none of them empty")
    origin, size, root, *extensions = lines
    if not _SIZE.fullmatch(size):
        raise Malformed("the second line is not a tree's size")
    raw = _unbase64(root, "the root")
    if len(raw) != HASH_BYTES:
        raise Malformed(f"the root has {len(raw)} bytes, not {HASH_BYTES}")
    return Checkpoint(origin, int(size), raw, tuple(extensions))


def sign_note(text: str, name: str, key: SigningKey) -> str:
    """`text` ends in a newline. Raises Malformed."""
    if not text.endswith("\n") or _FORBIDDEN.search(text):
        raise Malformed("a note ends in a newline and is UTF-8 without other control characters")
    signature = Verifier(name, key.verify_key).key_id + key.sign(text.encode())
    return f"{text}\n— {name} {_base64(signature)}\n"


def open_note(note: str, verifier: Verifier) -> str:
    """The text that `verifier` signed, with the newline at its end. Signatures by others are passed over, as the
    format asks. Raises Malformed, NotSigned, WrongSignature."""
    body, gap, below = note.rpartition("\n\n")
    lines = below.split("\n")
    if not gap or lines.pop() or not lines or _FORBIDDEN.search(note):
        raise Malformed("a note is text, an empty line, and lines with signatures")
    if len(lines) > MOST_SIGNATURES:
        raise Malformed("too many signatures")
    text = body + "\n"
    signatures = [signature for line in lines if (signature := _signature(line, verifier)) is not None]
    if not signatures:
        raise NotSigned(f"not signed by {verifier.name}")
    if not all(verifier.key.verify(signature, text.encode()) for signature in signatures):
        raise WrongSignature(f"the signature of {verifier.name} does not fit")
    return text


def _signature(line: str, verifier: Verifier) -> bytes | None:
    """The signature, if the line is by this key."""
    found = _SIGNATURE_LINE.fullmatch(line)
    if not found:
        raise Malformed("a line with a signature is a dash, a name and base64")
    raw = _unbase64(found[2], "a signature")
    if len(raw) <= ID_BYTES:
        raise Malformed("a signature is missing")
    return raw[ID_BYTES:] if (found[1], raw[:ID_BYTES]) == (verifier.name, verifier.key_id) else None


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _unbase64(written: str, what: str) -> bytes:
    """Only the one way in which the bytes are written."""
    try:
        raw = base64.b64decode(written)
    except ValueError:
        raise Malformed(f"{what} is not base64") from None
    if _base64(raw) != written:
        raise Malformed(f"{what} is not written as base64 writes it")
    return raw
