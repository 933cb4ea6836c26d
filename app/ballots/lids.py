"""What closes a ballot: the round's public key out of the manifest, and the one length that all its ballots have."""

from dataclasses import dataclass

from app.crypto import sealing
from app.rounds.rules import OBSERVER, OPEN
from app.tally import canonical
from app.tally.manifest import Manifest

# What kind of key it is to a manifest, by how the box is opened: of one that is open the private half is published.
KEYS = {OBSERVER: "hpke-p256", OPEN: "hpke-p256-open"}
FINEST = 10**9  # no points or scores have more digits


@dataclass(frozen=True)
class Lid:
    """`info` binds a ballot to the manifest and the chamber: opened as anything else, it does not open."""

    key: sealing.PublicKey
    length: int
    info: bytes

    def close(self, body: bytes) -> bytes:
        return sealing.seal(self.key, body, length=self.length, info=self.info)

    def open(self, key: sealing.PrivateKey, sealed: bytes) -> bytes:
        """Raises NotOpened."""
        return sealing.open_(key, sealed, length=self.length, info=self.info)


def named(opening: str, key: str) -> str:
    """As it stands among a manifest's keys."""
    return f"{KEYS[opening]}:{key}"


def find_key(manifest: Manifest) -> str | None:
    """In hex. None where ballots are not sealed: another city's, or made up."""
    return next((key for kind in KEYS.values() if (key := manifest.key(kind)) is not None), None)


def is_open(manifest: Manifest) -> bool:
    """Whether it promises that the private half is published together with the result."""
    return manifest.key(KEYS[OPEN]) is not None


def lid_of(manifest: Manifest, chamber: str) -> Lid:
    """LookupError where ballots are not sealed."""
    key = find_key(manifest)
    if key is None:
        raise LookupError(f"round {manifest.round} seals nothing")
    info = sealing.binding(manifest.sha256, chamber)
    return Lid(sealing.PublicKey.from_hex(key), length_of(manifest), info)


def length_of(manifest: Manifest) -> int:
    """Enough for every item with points beside it, so that a ballot's size says neither how many were picked nor in
    which chamber."""
    return sealing.padded_length(len(canonical.dumps({item.id: FINEST for item in manifest.items})))
