"""A bundle's zip is written in one way, and the browser's counter takes no other: whatever byte of it is changed."""

import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.recount_js.bundles import NO_ROLLS, Files, files_of, open_files_of, zip_of, zipped
from tests.recount_js.elections import Election
from tests.recount_js.node import lines_of
from tests.recount_js.test_bundles import checked, example
from tests.tally import worked

LOCAL_SIZE, ENTRY_SIZE, SUM_IN_LOCAL, SUM_IN_ENTRY = 30, 46, 14, 16
# Rules are called by their fault; a certificate of other rules, and leaves of other checkpoints, by those.
SAID_OTHERWISE = {"manifest.json": "manifest", "certificate.json": "other-rules", "leaves.txt": "checkpoint"}
STEP = 1 if os.environ.get("EVERY_BYTE") else 7  # of the bytes whose checksum is put right


def small_files() -> Files:
    """Of an open box: every kind of file there is, and little in it."""
    data = worked.example()
    data["sections"], data["items"] = data["sections"][:1], data["items"][2:]
    for item in data["items"]:
        item["section"] = "life"
    for chamber in data["chambers"]:
        chamber["picks"] = {"life": [0, 2]}
    cast = {"residents": [["C", "D"], None, ["C"]], "committee": [["D"]]}
    return open_files_of(Election(data, cast, {**NO_ROLLS, "seed": "7"}))


class Entry(NamedTuple):
    name: str
    start: int
    content: int
    end: int
    in_directory: int


def entries_of(content: bytes) -> Iterator[Entry]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        place = archive.start_dir
        for entry in archive.infolist():
            start = entry.header_offset + LOCAL_SIZE + len(entry.filename.encode())
            yield Entry(entry.filename, entry.header_offset, start, start + entry.file_size, place)
            place += ENTRY_SIZE + len(entry.filename.encode())


def answers(folder: Path, content: bytes, regions: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    path = folder / "flipped.zip"
    path.write_bytes(content)
    return [json.loads(line) for line in lines_of("flip_bytes.mjs", [{"path": str(path), "regions": regions}])]


def test_every_byte_that_is_changed_is_found_and_the_file_named(tmp_path: Path) -> None:
    content = zipped(small_files())
    entries = list(entries_of(content))
    assert checked(tmp_path, [content])[0].get("sealed") == "opened"
    regions = [{"from": entry.start, "to": entry.end} for entry in entries]
    for entry, found in zip(entries, answers(tmp_path, content, regions), strict=True):
        assert {(one["code"], entry.name in one["what"]) for one in found} == {("zip-file", True)}, found


def test_every_byte_of_the_directory_that_is_changed_is_found(tmp_path: Path) -> None:
    """A name that is changed there is named beside the one in the file."""
    content = zipped(small_files())
    entries = list(entries_of(content))
    ends = [*(entry.in_directory for entry in entries[1:]), len(content) - 22]
    regions = [{"from": entry.in_directory, "to": end} for entry, end in zip(entries, ends, strict=True)]
    *of_entries, of_end = answers(tmp_path, content, [*regions, {"from": ends[-1], "to": len(content)}])
    for entry, found in zip(entries, of_entries, strict=True):
        named = {(one["code"], entry.name in one["what"].split(" / ")) for one in found if one["code"] != "zip"}
        assert named <= {("zip-file", True)}, found
    assert {one["code"] for one in of_end} == {"zip"}


def test_a_byte_of_a_file_that_is_changed_is_found_even_if_the_zip_is_put_right(tmp_path: Path) -> None:
    content = zipped(small_files())
    entries = list(entries_of(content))
    sums = [[one.start + SUM_IN_LOCAL, one.in_directory + SUM_IN_ENTRY] for one in entries]
    regions = [
        {"from": one.content, "to": one.end, "step": STEP, "sums": places}
        for one, places in zip(entries, sums, strict=True)
    ]
    for entry, found in zip(entries, answers(tmp_path, content, regions), strict=True):
        assert found
        for one in found:
            assert one["what"].startswith(entry.name) or one["code"] == SAID_OTHERWISE.get(entry.name), one


def ways_of_writing(files: Files) -> Iterator[tuple[str, bytes]]:
    """Zips that anybody could unpack to the same files."""
    pairs, true = sorted(files.items()), zipped(files)
    entries = list(entries_of(true))
    yield "another order", zip_of(reversed(pairs))
    yield "another time", zip_of(pairs, date_time=(2026, 9, 21, 0, 0, 0))
    yield "another mode", zip_of(pairs, external_attr=0o100600 << 16)
    yield "another system", zip_of(pairs, create_system=0)
    yield "another version", zip_of(pairs, create_version=63)
    yield "an extra field", zip_of(pairs, extra=b"\xfe\xca\x00\x00")
    yield "a comment to a file", zip_of(pairs, comment=b"!")
    yield "compressed", zip_of(pairs, compress_type=zipfile.ZIP_DEFLATED)
    yield "a comment at the end", true[:-2] + b"\x01\x00!"
    yield "something behind it", true + b"\0"
    yield "something before it", b"#!/bin/sh\n" + true
    second, directory = entries[1].start, entries[-1].end
    yield "something in between", true[:second] + b"\0" + true[second:]
    yield "an entry that is not listed", true[:directory] + true[:second] + true[directory:]
    yield "data descriptors", in_a_stream(pairs)


class Stream(io.RawIOBase):
    """Nothing in it can be written again."""

    def __init__(self) -> None:
        self.content = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.content += bytes(data)
        return len(data)


def in_a_stream(pairs: list[tuple[str, bytes]]) -> bytes:
    stream = Stream()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in pairs:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content)
    return stream.content


def test_the_same_files_written_in_any_other_way_are_refused(tmp_path: Path) -> None:
    ways = dict(ways_of_writing(files_of(example())))
    assert len(set(ways.values())) == len(ways)
    said = checked(tmp_path, list(ways.values()))
    assert {way: answer.get("code") for way, answer in zip(ways, said, strict=True)} == dict.fromkeys(ways, "zip")


def test_names_that_are_not_ascii_are_written_in_their_own_way_too(tmp_path: Path) -> None:
    data = worked.example()
    data["chambers"][1]["id"] = "위원"
    data["tie_order"] = ["위원", "ballot-number"]
    cast = worked.ballots()
    files = files_of(Election(data, {"residents": cast["residents"], "위원": cast["committee"]}, NO_ROLLS))
    true = zipped(files)
    flags = true.index("위원".encode()) - len("ballots/") - LOCAL_SIZE + 7
    said = checked(tmp_path, [true, true[:flags] + b"\0" + true[flags + 1 :]])
    assert [answer.get("code") for answer in said] == [None, "zip-file"]


@pytest.mark.parametrize("damage", ["nothing", "not a zip", "cut short", "no file", "encrypted"])
def test_a_zip_that_cannot_be_read_is_called_so(tmp_path: Path, damage: str) -> None:
    true = zipped(files_of(example()))
    damaged = {
        "nothing": b"",
        "not a zip": b"<!doctype html>" * 9,
        "cut short": true[:-30],
        "no file": zip_of([]),
        "encrypted": true.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"),
    }[damage]
    assert damaged != true
    expected = ("missing", "README.txt") if damage == "no file" else ("zip", "")
    (said,) = checked(tmp_path, [damaged])
    assert (said["code"], said["what"]) == expected


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_is_there_twice_is_named(tmp_path: Path) -> None:
    files = files_of(example())
    twice = zip_of(sorted([*files.items(), ("rolls.json", b"{}")]))
    assert checked(tmp_path, [twice]) == [{"code": "surplus", "what": "rolls.json"}]
