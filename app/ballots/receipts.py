"""What a voter takes home: the number to look the sealed ballot up by, its hash in the log, and our word for both."""

from dataclasses import dataclass

from app.ballots import batches, queries, rules

SIGNED_AS = "hanpyo receipt v1"


@dataclass(frozen=True)
class Receipt:
    """`leaf`: the sealed ballot's hash in the log, hex. `signature`: Ed25519 over `signed_text`, hex, by the key that
    the manifest names. It says that this sealed ballot was taken in; not what is in it, nor whose it is."""

    number: str
    leaf: str
    signature: str

    @property
    def groups(self) -> list[str]:
        """The number as it is written: four digits at a time."""
        return [self.number[place : place + 4] for place in range(0, rules.RECEIPT_DIGITS, 4)]

    def __str__(self) -> str:
        """As a machine reads it, out of a QR code."""
        return f"{SIGNED_AS}\n{self.number}\n{self.leaf}\n{self.signature}\n"


def receipt_for(round_id: int, leaf: str) -> Receipt:
    """The same one whenever it is asked for: Ed25519 signs without chance."""
    manifest = queries.get_manifest(round_id).sha256
    signature = batches.signing_key().sign(signed_text(round_id, manifest, leaf).encode())
    return Receipt(rules.receipt_of(leaf, manifest), leaf, signature.hex())


def signed_text(round_id: int, manifest: str, leaf: str) -> str:
    return f"{SIGNED_AS}\n{round_id}\n{manifest}\n{leaf}"
