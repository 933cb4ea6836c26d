"""The bundle of a published count: one zip file that can be checked without anything of ours. See docs/verify.md.

Its files are stored as they are: compressed, the bytes would be those of whichever zlib is at hand.
"""

from collections.abc import Iterable, Iterator
from typing import IO
from zipfile import ZipFile, ZipInfo

from app.ballots import box, lids
from app.ballots import log_queries as log
from app.ballots import queries as ballots
from app.crypto import sealing
from app.results import bundle_files, certificate, rules
from app.results.certificate import BallotsFile, Json, LeavesFile, SealedFile
from app.results.models import Count
from app.tally import canonical
from app.tally.manifest import Manifest

PROGRAM = bundle_files.PROGRAM


def file_name(count: Count) -> str:
    return f"hanpyo-result-{count.round_id}.zip"


def write(count: Count, file: IO[bytes]) -> None:
    """Of a published count, into a file that can be rewound; of many ballots only a few are in memory at a time.

    Raises BoxChanged, and what has been written by then is no bundle.
    """
    certified = certificate.of(count)
    files: dict[str, Iterable[bytes]] = {name: [content] for name, content in _small_files(count, certified).items()}
    said = canonical.loads(certified.encode())
    for chamber, facts in said["ballots"].items():
        files[f"ballots/{chamber}.jsonl"] = _checked(BallotsFile(count.round_id, chamber), facts, chamber)
        if said["private_key"]:
            as_many = {"count": facts["count"]}
            files[f"sealed/{chamber}.txt"] = _checked(SealedFile(count.round_id, chamber), as_many, chamber)
    if said["log"]:
        files["leaves.txt"] = _checked(LeavesFile(count.round_id), said["log"], "leaves")
    with ZipFile(file, "w") as archive:
        for name in sorted(files):
            with archive.open(_entry(name), "w") as entry:
                entry.writelines(files[name])


def estimate_size(count: Count) -> int:
    """In bytes, nearly: without reading a ballot."""
    manifest = ballots.get_manifest(count.round_id)
    chambers = [chamber.id for chamber in manifest.chambers]
    small = sum(map(len, _small_files(count, certificate.of(count)).values()))
    latest = log.find_latest(count.round_id)
    leaf = len(latest.digests[0]) + 1 + _sealed_line(manifest, latest.size) if latest else 0
    leaves = latest.size * leaf if latest else 0
    cast = sum(box.length(count.round_id, chamber) + box.size(count.round_id, chamber) for chamber in chambers)
    return small + leaves + cast


def _sealed_line(manifest: Manifest, size: int) -> int:
    """The longest in a box of so many ballots; 0 where they are not published."""
    if not lids.is_open(manifest):
        return 0
    sealed = sealing.sealed_length(lids.length_of(manifest))
    return len(f"{size} \n") + -(-sealed // 3) * 4


def _small_files(count: Count, certified: str) -> dict[str, bytes]:
    return {
        **bundle_files.read(canonical.loads(certified.encode())["files"]),
        "certificate.json": certified.encode(),
        "manifest.json": ballots.get_publication(count.round_id).body.encode(),
        "result.json": count.body.encode(),
        "rolls.json": certificate.rolls_of(count).encode(),
        **{f"checkpoints/{one.number:06}.txt": one.note.encode() for one in log.list_checkpoints(count.round_id)},
    }


def _checked(file: BallotsFile | LeavesFile | SealedFile, certified: Json, what: str) -> Iterator[bytes]:
    yield from file
    if file.facts() != certified:
        raise rules.BoxChanged(what)


def _entry(name: str) -> ZipInfo:
    """Of the time 1980-01-01, which is a ZipInfo's own, and the same on every system."""
    entry = ZipInfo(name)
    entry.create_system, entry.external_attr = 3, 0o100644 << 16
    return entry
