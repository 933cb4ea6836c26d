"""Bundles as docs/verify.md describes them, written for the tests from a count by app.tally."""

import base64
import hashlib
import importlib.util
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

from app.crypto import checkpoint, merkle, sealing
from app.crypto.signing import SigningKey
from app.tally import canonical, counting
from app.tally.manifest import Manifest

PROGRAM = Path(__file__).parents[2] / "static" / "recount.py"
NO_ROLLS = {"lowered": None, "participations": None, "present": None, "present_by_item": None, "seed": None}
Files = dict[str, bytes]
Json = dict[str, Any]


def program() -> ModuleType:
    spec = importlib.util.spec_from_file_location("recount", PROGRAM)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def files(
    rules: Json,
    ballots: Mapping[str, list[Any]],
    *,
    key: SigningKey | None = None,
    checkpoints: tuple[int, ...] = (),
    box_key: sealing.PrivateKey | None = None,
    **rolls: Any,
) -> Files:
    """Of a true count. `key` signs, `checkpoints` are the sizes of the log at which it signed; with a `box_key` every
    ballot is there as it was sealed, too (`None`: one that nobody can open), and the key is published."""
    keys = [f"ed25519:{key.verify_key.hex()}"] if key else []
    keys += [f"hpke-p256-open:{box_key.public_key.hex()}"] if box_key else []
    plain = canonical.loads(canonical.dumps({**rules, "keys": keys or rules["keys"]}))
    rolls = canonical.loads(canonical.dumps({**NO_ROLLS, **rolls}))
    manifest = replace(Manifest.from_json({**plain, "keys": []}), keys=tuple(plain["keys"]))
    result = counting.count(manifest, ballots, **rolls)
    made = {
        "README.txt": "읽어 주세요 · read me\n".encode(),
        "recount.py": PROGRAM.read_bytes(),
        "manifest.json": canonical.dumps(plain),
        "rolls.json": canonical.dumps(rolls),
        "result.json": canonical.dumps(result.to_json()),
    }
    for chamber in plain["chambers"]:
        lines = sorted(canonical.dumps(ballot) + b"\n" for ballot in ballots.get(chamber["id"], []))
        made[f"ballots/{chamber['id']}.jsonl"] = b"".join(lines)
    cast = sum(content.count(b"\n") for name, content in made.items() if name.startswith("ballots/"))
    leaves = [hashlib.sha256(f"sealed {n}".encode()).digest() for n in range(cast)]
    if box_key:
        sealed = list(enumerate(_sealed(plain, ballots, box_key)))
        leaves = [merkle.leaf_hash(one) for _, (_, one) in sealed]
        for chamber in ballots.keys() | {chamber["id"] for chamber in plain["chambers"]}:
            lines = [sealed_line(place, one) for place, (of, one) in sealed if of == chamber]
            made[f"sealed/{chamber}.txt"] = b"".join(lines)
    return certified(made | _log(plain, made, leaves, checkpoints, key), key, box_key)


def sealed_line(place: int, sealed: bytes) -> bytes:
    return f"{place} {base64.b64encode(sealed).decode()}\n".encode()


def seal(rules: Json, chamber: str, body: bytes, box_key: sealing.PrivateKey) -> bytes:
    """As it is sealed when it is cast."""
    length = sealing.padded_length(len(canonical.dumps({item["id"]: 10**9 for item in rules["items"]})))
    info = sealing.binding(_sha256(canonical.dumps(rules)), chamber)
    return sealing.seal(box_key.public_key, body, length=length, info=info)


def _sealed(rules: Json, ballots: Mapping[str, list[Any]], box_key: sealing.PrivateKey) -> Iterator[tuple[str, bytes]]:
    """In the order of the log, which is nobody's."""
    cast = [(chamber, ballot) for chamber, some in sorted(ballots.items()) for ballot in some]
    for chamber, ballot in Random(1).sample(cast, len(cast)):
        yield chamber, seal(rules, chamber, b"?" if ballot is None else canonical.dumps(ballot), box_key)


def certified(
    made: Files, key: SigningKey | None = None, box_key: sealing.PrivateKey | None = None, **changes: Any
) -> Files:
    """With a certificate of whatever is in the other files: true of them, be they true or not."""
    rules, boxes = canonical.loads(made["manifest.json"]), {}
    for chamber in rules["chambers"]:
        box = made[f"ballots/{chamber['id']}.jsonl"]
        boxes[chamber["id"]] = {"count": box.count(b"\n"), "sha256": _sha256(box)}
    leaves = [bytes.fromhex(leaf) for leaf in made.get("leaves.txt", b"").decode().split()]
    log = {"root": merkle.root(leaves).hex(), "size": len(leaves)} if "leaves.txt" in made else None
    items = canonical.loads(made["result.json"])["items"]
    margin = min((item["margin"]["votes"] for item in items if item["margin"]), default=None)
    certificate = {
        "ballots": boxes,
        "files": {name: _sha256(made[name]) for name in ("README.txt", "recount.py")},
        "log": log,
        "manifest": _sha256(made["manifest.json"]),
        "private_key": box_key and box_key.hex(),
        "published_at": "2026-09-21T00:00:00Z",
        "result": _sha256(made["result.json"]),
        "rolls": _sha256(made["rolls.json"]),
        "round": rules["round"],
        "signed_by": [{"at": "2026-09-20T05:00:00Z", "role": "staff"}],
        "unresolved": {"cases": 0, "margin": margin},
        "version": 1,
        **changes,
    }
    signed = key and key.sign(b"hanpyo certificate v1\n" + canonical.dumps(certificate)).hex()
    return made | {"certificate.json": canonical.dumps({**certificate, "signature": signed})}


def _log(rules: Json, made: Files, leaves: list[bytes], sizes: tuple[int, ...], key: SigningKey | None) -> Files:
    if not sizes or not key:
        return {}
    origin = f"hanpyo/{rules['round']}/{_sha256(made['manifest.json'])}"
    notes = {
        f"checkpoints/{number:06}.txt": checkpoint.write(origin, size, merkle.root(leaves[:size]), key).encode()
        for number, size in enumerate(sizes, start=1)
    }
    return {"leaves.txt": "".join(f"{leaf.hex()}\n" for leaf in leaves).encode(), **notes}


def zipped(made: Files, *, twice: str | None = None, compression: int = zipfile.ZIP_STORED) -> bytes:
    """As app.results.bundle writes it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted([*made, twice] if twice else made):
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr, entry.compress_type = 3, 0o100644 << 16, compression
            with archive.open(entry, "w") as file:
                file.write(made[name])
    return target.getvalue()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
