"""Bundles as docs/verify.md describes them, made here file by file, so that each can be tampered with."""

import base64
import hashlib
import io
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from app.crypto import checkpoint, merkle, sealing
from app.crypto.sealing import PrivateKey
from app.crypto.signing import SigningKey
from app.results.case_rules import smallest_margin
from app.tally import canonical, counting
from app.tally.manifest import Manifest
from tests.recount_js.elections import Election

Files = dict[str, bytes]
Sealed = list[tuple[str, bytes]]  # chamber and sealed ballot, in the order of the log
KEY = SigningKey(bytes(range(32)))
OPEN, OBSERVED = "hpke-p256-open", "hpke-p256"
BOX = PrivateKey(bytes(range(1, 33)))  # of the ballot box
NO_ROLLS = {"lowered": {}, "participations": None, "present": None, "present_by_item": None, "seed": None}


def files_of(election: Election, *, key: SigningKey | None = KEY, sizes: tuple[int, ...] = ()) -> Files:
    """`sizes`: after how many ballots a checkpoint was signed; none where the box was not sealed."""
    files = plain_files(election, [f"ed25519:{key.verify_key.hex()}"] if key else [])
    if key and sizes:
        files |= log_of(files, [b"sealed ballot %d" % number for number in range(sizes[-1])], sizes, key)
    return certified(files, key)


def open_files_of(election: Election, *, sealed: Sealed | None = None, mode: str = OPEN) -> Files:
    """The box was sealed, and its private key is published, unless it was only OBSERVED. A ballot None did not open."""
    files = plain_files(election, keys_of(mode))
    sealed = sealed_of(files, election.ballots) if sealed is None else sealed
    files |= log_of(files, [content for _, content in sealed], (len(sealed),), KEY)
    if mode == OBSERVED:
        return certified(files)
    return certified(files | sealed_files(files, enumerate(sealed)), private_key=BOX.hex())


def keys_of(mode: str) -> list[str]:
    return [f"ed25519:{KEY.verify_key.hex()}", f"{mode}:{BOX.public_key.hex()}"]


def plain_files(election: Election, keys: list[str]) -> Files:
    manifest = {**election.manifest, "keys": keys}
    rules = replace(Manifest.from_json({**manifest, "keys": []}), keys=tuple(keys))  # no count depends on their kinds
    return {
        "README.txt": b"How to check\n",
        "recount.py": b"print('counted')\n",
        "manifest.json": canonical.dumps(manifest),
        "rolls.json": canonical.dumps(election.rolls),
        "result.json": canonical.dumps(counting.count(rules, election.ballots, **election.rolls).to_json()),
        **{f"ballots/{chamber}.jsonl": lines(cast) for chamber, cast in election.ballots.items()},
    }


def lines(cast: list[Any]) -> bytes:
    return b"".join(sorted(canonical.dumps(ballot) + b"\n" for ballot in cast))


def log_of(files: Files, ballots: list[bytes], sizes: tuple[int, ...], key: SigningKey) -> Files:
    origin = f"hanpyo/{canonical.loads(files['manifest.json'])['round']}/{sha256(files['manifest.json'])}"
    leaves = [merkle.leaf_hash(sealed) for sealed in ballots]
    notes = {
        f"checkpoints/{number:06}.txt": checkpoint.write(origin, size, merkle.root(leaves[:size]), key).encode()
        for number, size in enumerate(sizes, start=1)
    }
    return {**notes, "leaves.txt": "".join(f"{leaf.hex()}\n" for leaf in leaves).encode()}


def sealed_of(files: Files, ballots: dict[str, list[Any]]) -> Sealed:
    """One of each chamber in turn, so that the places of neither follow one another."""
    turns = zip_longest(*([(chamber, ballot) for ballot in cast] for chamber, cast in ballots.items()))
    return [(chamber, seal(files, chamber, ballot)) for turn in turns for chamber, ballot in filter(None, turn)]


def seal(files: Files, chamber: str, ballot: Any) -> bytes:
    length = length_of(files)
    if ballot is None:
        return bytes(65 + length + 16)
    return sealing.seal(BOX.public_key, canonical.dumps(ballot), length=length, info=info_of(files, chamber))


def length_of(files: Files) -> int:
    """Of every ballot before it is sealed."""
    items = canonical.loads(files["manifest.json"])["items"]
    return -(-(4 + len(canonical.dumps({item["id"]: 10**9 for item in items}))) // 64) * 64


def info_of(files: Files, chamber: str) -> bytes:
    return f"hanpyo ballot 1\n{sha256(files['manifest.json'])}\n{chamber}".encode()


def sealed_files(files: Files, log: Iterable[tuple[int, tuple[str, bytes]]]) -> Files:
    """`log`: position, chamber and ballot."""
    found = {chamber["id"]: b"" for chamber in canonical.loads(files["manifest.json"])["chambers"]}
    for position, (chamber, sealed) in log:
        found[chamber] += b"%d %s\n" % (position, base64.b64encode(sealed))
    return {f"sealed/{chamber}.txt": content for chamber, content in found.items()}


def certified(files: Files, key: SigningKey | None = KEY, /, **changes: Any) -> Files:
    """With the certificate that these files ask for, `changes` made before it is signed."""
    manifest = canonical.loads(files["manifest.json"])
    leaves = [bytes.fromhex(line) for line in files.get("leaves.txt", b"").decode().split()]
    certificate = {
        "ballots": {
            chamber["id"]: {"count": content.count(b"\n"), "sha256": sha256(content)}
            for chamber in manifest["chambers"]
            if (content := files.get(f"ballots/{chamber['id']}.jsonl")) is not None
        },
        "files": {name: sha256(files[name]) for name in ("README.txt", "recount.py") if name in files},
        "log": {"root": merkle.root(leaves).hex(), "size": len(leaves)} if leaves else None,
        "manifest": sha256(files["manifest.json"]),
        "private_key": None,
        "published_at": "2026-09-21T00:00:00Z",
        "result": sha256(files["result.json"]),
        "rolls": sha256(files["rolls.json"]),
        "round": manifest["round"],
        "signed_by": [],
        "unresolved": {"cases": 0, "margin": smallest_margin(canonical.loads(files["result.json"])["items"])},
        "version": 1,
        **changes,
    }
    signature = key.sign(b"hanpyo certificate v1\n" + canonical.dumps(certificate)).hex() if key else None
    return {**files, "certificate.json": canonical.dumps({"signature": signature, **certificate})}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def zipped(files: Files) -> bytes:
    return zip_of(sorted(files.items()))


def zip_of(pairs: Iterable[tuple[str, bytes]], **attributes: Any) -> bytes:
    """`attributes`: what is otherwise about every entry."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in pairs:
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            for attribute, value in attributes.items():
                setattr(entry, attribute, value)
            with archive.open(entry, "w") as written:
                written.write(content)
    return file.getvalue()
