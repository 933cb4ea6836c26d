"""The certificate of a published count: what ties rules, ballots, rolls and result together. See docs/verify.md."""

import base64
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from flask import current_app

from app.ballots import box, lids, log_queries
from app.ballots import queries as ballots
from app.config import Config
from app.crypto import merkle
from app.crypto.keys import BadKey
from app.crypto.sealing import PrivateKey
from app.crypto.signing import SigningKey
from app.results import bundle_files, cases, queries, rules
from app.results.models import Count
from app.tally import canonical
from app.tally.manifest import Manifest

VERSION = 1
SIGNED_AS = b"hanpyo certificate v1\n"
Json = dict[str, Any]


class BallotsFile:
    """The file of one chamber, line by line; once they have gone by, how many and their hash."""

    def __init__(self, round_id: int, chamber: str) -> None:
        self.round_id, self.chamber = round_id, chamber
        self.count, self._hash = 0, hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        for ballot in box.lines(self.round_id, self.chamber):
            line = ballot + b"\n"
            self.count += 1
            self._hash.update(line)
            yield line

    def facts(self) -> Json:
        return {"count": self.count, "sha256": self._hash.hexdigest()}


class LeavesFile:
    """The leaf hashes in the order of the log, line by line; once they have gone by, the tree's root and size."""

    def __init__(self, round_id: int) -> None:
        self.round_id, self._tree = round_id, merkle.Frontier()

    def __iter__(self) -> Iterator[bytes]:
        for leaf in log_queries.leaves(self.round_id):
            self._tree.extend(bytes.fromhex(leaf))
            yield leaf.encode() + b"\n"

    def facts(self) -> Json:
        return {"root": self._tree.root.hex(), "size": self._tree.size}


class SealedFile:
    """The sealed ballots of one chamber, each behind its place in the log, line by line. One that is not what its leaf
    says is left out, so that once they have gone by, their number tells."""

    def __init__(self, round_id: int, chamber: str) -> None:
        self.round_id, self.chamber, self.count = round_id, chamber, 0

    def __iter__(self) -> Iterator[bytes]:
        for position, leaf, sealed in box.entries(self.round_id, self.chamber):
            if merkle.leaf_hash(sealed).hex() == leaf:
                self.count += 1
                yield b"%d %s\n" % (position, base64.b64encode(sealed))

    def facts(self) -> Json:
        return {"count": self.count}


def of(count: Count) -> str:
    """Of a published count, as canonical JSON."""
    assert count.published_at is not None
    return count.certificate or certify(count, bundle_files.hashes(), at=count.published_at)


def rolls_of(count: Count) -> str:
    """What was counted beside the ballots, as canonical JSON."""
    return count.rolls or canonical.dumps(queries.get_rolls(count.round_id)).decode()


def certify(count: Count, files: bundle_files.Hashes, *, at: datetime) -> str:
    """`files`: the other files of its bundle; `at`: when it is published. Raises OtherSigningKey, LogDisagrees,
    OtherPrivateKey."""
    manifest = ballots.get_manifest(count.round_id)
    cast = {chamber.id: _facts(count.round_id, chamber.id) for chamber in manifest.chambers}
    certificate = {
        "ballots": cast,
        "files": files,
        "log": _log(count.round_id, sum(facts["count"] for facts in cast.values())),
        "manifest": manifest.sha256,
        "private_key": _private_key(count.round_id, manifest),
        "published_at": _instant(at),
        "result": _sha256(count.body),
        "rolls": _sha256(rolls_of(count)),
        "round": manifest.round,
        "signed_by": _signed_by(count),
        "unresolved": cases.unresolved(count),
        "version": VERSION,
    }
    return canonical.dumps({**certificate, "signature": _signature(certificate, manifest)}).decode()


def _facts(round_id: int, chamber: str) -> Json:
    file = BallotsFile(round_id, chamber)
    for _line in file:
        pass
    return file.facts()


def _log(round_id: int, opened: int) -> Json | None:
    """The end of the box's log, built anew from its leaves. None where no ballot was sealed."""
    if ballots.find_round_key(round_id) is None:
        return None
    latest, file = log_queries.find_latest(round_id), LeavesFile(round_id)
    for _line in file:
        pass
    facts = file.facts()
    signed = {"root": log_queries.root_of(latest), "size": latest.size} if latest else LeavesFile(round_id).facts()
    if facts != signed or facts["size"] != opened:
        raise rules.LogDisagrees(facts["size"], signed["size"], opened)
    return facts if latest else None


def _private_key(round_id: int, manifest: Manifest) -> str | None:
    """Where the rules have promised it: with it everybody opens what was sealed for the key in the rules."""
    if not lids.is_open(manifest):
        return None
    kept = ballots.get_round_key(round_id).private_key or ""
    try:
        public = PrivateKey.from_hex(kept).public_key.hex()
    except BadKey:
        raise rules.OtherPrivateKey from None
    if public != lids.find_key(manifest):
        raise rules.OtherPrivateKey
    return kept


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _signed_by(count: Count) -> list[Json]:
    """Roles and instants: who they were is not for the public."""
    in_order = sorted(count.signatures, key=lambda signature: rules.SIGNERS.index(signature.role))
    return [{"at": _instant(signature.signed_at), "role": signature.role} for signature in in_order]


def _signature(certificate: Json, manifest: Manifest) -> str | None:
    """By the key that was named before anybody voted; None where none was."""
    named = manifest.key("ed25519")
    if named is None:
        return None
    config: Config = current_app.extensions["hanpyo"]
    key = SigningKey.from_hex(config.signing_key)
    if key.verify_key.hex() != named:
        raise rules.OtherSigningKey
    return key.sign(SIGNED_AS + canonical.dumps(certificate)).hex()
