"""Bundles as docs/verify.md describes them, written for the tests from a count by app.tally."""

import hashlib
import importlib.util
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from app.crypto import checkpoint, merkle
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
    **rolls: Any,
) -> Files:
    """Of a true count. `key` signs, `checkpoints` are the sizes of the log at which it signed."""
    if key:
        rules = {**rules, "keys": [f"ed25519:{key.verify_key.hex()}"]}
    plain = canonical.loads(canonical.dumps(rules))
    rolls = canonical.loads(canonical.dumps({**NO_ROLLS, **rolls}))
    result = counting.count(Manifest.from_json(plain), ballots, **rolls)
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
    return certified(made | _log(plain, made, checkpoints, key), key)


def certified(made: Files, key: SigningKey | None = None, **changes: Any) -> Files:
    """With a certificate of whatever is in the other files: true of them, be they true or not."""
    rules, boxes = canonical.loads(made["manifest.json"]), {}
    for chamber in rules["chambers"]:
        box = made[f"ballots/{chamber['id']}.jsonl"]
        boxes[chamber["id"]] = {"count": box.count(b"\n"), "sha256": _sha256(box)}
    leaves = [bytes.fromhex(leaf) for leaf in made.get("leaves.txt", b"").decode().split()]
    log = {"root": merkle.root(leaves).hex(), "size": len(leaves)} if "leaves.txt" in made else None
    certificate = {
        "ballots": boxes,
        "log": log,
        "manifest": _sha256(made["manifest.json"]),
        "published_at": "2026-09-21T00:00:00Z",
        "result": _sha256(made["result.json"]),
        "rolls": _sha256(made["rolls.json"]),
        "round": rules["round"],
        "signed_by": [{"at": "2026-09-20T05:00:00Z", "role": "staff"}],
        "version": 1,
        **changes,
    }
    signed = key and key.sign(b"hanpyo certificate v1\n" + canonical.dumps(certificate)).hex()
    return made | {"certificate.json": canonical.dumps({**certificate, "signature": signed})}


def _log(rules: Json, made: Files, sizes: tuple[int, ...], key: SigningKey | None) -> Files:
    if not sizes or not key:
        return {}
    cast = sum(content.count(b"\n") for name, content in made.items() if name.startswith("ballots/"))
    leaves = [hashlib.sha256(f"sealed {n}".encode()).digest() for n in range(cast)]
    origin = f"hanpyo/{rules['round']}/{_sha256(made['manifest.json'])}"
    notes = {
        f"checkpoints/{number:06}.txt": checkpoint.write(origin, size, merkle.root(leaves[:size]), key).encode()
        for number, size in enumerate(sizes, start=1)
    }
    return {"leaves.txt": "".join(f"{leaf.hex()}\n" for leaf in leaves).encode(), **notes}


def zipped(made: Files, *, twice: str | None = None, compression: int = zipfile.ZIP_STORED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name in sorted(made):
            archive.writestr(zipfile.ZipInfo(name), made[name], compression)
        if twice:
            archive.writestr(zipfile.ZipInfo(twice), made[twice])
    return target.getvalue()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
