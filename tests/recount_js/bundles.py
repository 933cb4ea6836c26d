"""Bundles as docs/verify.md describes them, made here file by file, so that each can be tampered with."""

import hashlib
import io
import zipfile
from typing import Any

from app.crypto import checkpoint, merkle
from app.crypto.signing import SigningKey
from app.tally import canonical, counting
from app.tally.manifest import Manifest
from tests.recount_js.elections import Election

Files = dict[str, bytes]
KEY = SigningKey(bytes(range(32)))
NO_ROLLS = {"lowered": {}, "participations": None, "present": None, "present_by_item": None, "seed": None}


def files_of(election: Election, *, key: SigningKey | None = KEY, sizes: tuple[int, ...] = ()) -> Files:
    """`sizes`: after how many ballots a checkpoint was signed; none where the box was not sealed."""
    manifest = {**election.manifest, "keys": [f"ed25519:{key.verify_key.hex()}"] if key else []}
    result = counting.count(Manifest.from_json(manifest), election.ballots, **election.rolls)
    files = {
        "README.txt": b"",
        "recount.py": b"",
        "manifest.json": canonical.dumps(manifest),
        "rolls.json": canonical.dumps(election.rolls),
        "result.json": canonical.dumps(result.to_json()),
        **{f"ballots/{chamber}.jsonl": lines(cast) for chamber, cast in election.ballots.items()},
    }
    if key and sizes:
        files |= log_of(manifest, sizes, key)
    return certified(files, key)


def lines(cast: list[Any]) -> bytes:
    return b"".join(sorted(canonical.dumps(ballot) + b"\n" for ballot in cast))


def log_of(manifest: dict[str, Any], sizes: tuple[int, ...], key: SigningKey) -> Files:
    origin = f"hanpyo/{manifest['round']}/{canonical.sha256_hex(manifest)}"
    leaves = [merkle.leaf_hash(b"sealed ballot %d" % number) for number in range(sizes[-1])]
    notes = {
        f"checkpoints/{number:06}.txt": checkpoint.write(origin, size, merkle.root(leaves[:size]), key).encode()
        for number, size in enumerate(sizes, start=1)
    }
    return {**notes, "leaves.txt": "".join(f"{leaf.hex()}\n" for leaf in leaves).encode()}


def certified(files: Files, key: SigningKey | None = KEY, **changes: Any) -> Files:
    """With the certificate that these files ask for, `changes` made before it is signed."""
    manifest = canonical.loads(files["manifest.json"])
    leaves = [bytes.fromhex(line) for line in files.get("leaves.txt", b"").decode().split()]
    certificate = {
        "ballots": {
            chamber["id"]: {"count": content.count(b"\n"), "sha256": sha256(content)}
            for chamber in manifest["chambers"]
            if (content := files.get(f"ballots/{chamber['id']}.jsonl")) is not None
        },
        "log": {"root": merkle.root(leaves).hex(), "size": len(leaves)} if leaves else None,
        "manifest": sha256(files["manifest.json"]),
        "published_at": "2026-09-21T00:00:00Z",
        "result": sha256(files["result.json"]),
        "rolls": sha256(files["rolls.json"]),
        "round": manifest["round"],
        "signed_by": [],
        "version": 1,
        **changes,
    }
    signature = key.sign(b"hanpyo certificate v1\n" + canonical.dumps(certificate)).hex() if key else None
    return {**files, "certificate.json": canonical.dumps({"signature": signature, **certificate})}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def zipped(files: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name), files[name], method)
    return file.getvalue()
