"""The folder of files: whole or not at all, and emptied of what nothing refers to."""

import errno
import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.adapters.files import UNFINISHED, CannotKeep, Folder

LATER = datetime(2100, 1, 1, tzinfo=UTC)


def all_files(folder: Folder) -> list[str]:
    return sorted(path.name for path in folder.path.rglob("*") if path.is_file() and path.name != ".lock")


def test_a_file_is_found_under_the_hash_of_its_bytes(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "a" / "files")
    sha256 = folder.put(b"hello")
    assert sha256 == hashlib.sha256(b"hello").hexdigest() and folder.read(sha256) == b"hello"
    assert folder.put(b"hello") == sha256 and all_files(folder) == [sha256]
    assert (folder.path / sha256[:2] / sha256).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["", "..", "../x", "a" * 63, "A" * 64, "a" * 64 + "\n", "/etc/passwd"])
def test_nothing_but_a_hash_is_looked_for(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        Folder(tmp_path).read(name)


def test_what_is_not_there_is_nothing(tmp_path: Path) -> None:
    assert Folder(tmp_path / "never made").read("0" * 64) is None


@pytest.mark.parametrize("breaks", ["fsync", "replace"])
def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, breaks: str) -> None:
    folder = Folder(tmp_path)

    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, breaks, full)
        with pytest.raises(CannotKeep):
            folder.put(b"hello")
    assert all_files(folder) == []


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CannotKeep):
        Folder(tmp_path / "file" / "files").put(b"hello")


def test_what_is_old_and_not_kept_goes_and_what_is_kept_or_young_stays(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    kept, old = folder.put(b"kept"), folder.put(b"old")
    (tmp_path / old[:2] / f"{UNFINISHED}left").write_bytes(b"half")
    assert folder.sweep(lambda sha256: sha256 == kept, before=datetime.now(UTC) - timedelta(hours=1)) == 0
    assert folder.sweep(lambda sha256: sha256 == kept, before=LATER) == 2
    assert all_files(folder) == [kept]


def test_what_is_put_again_is_young_again(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    place = tmp_path / folder.put(b"again")[:2] / hashlib.sha256(b"again").hexdigest()
    os.utime(place, (0, 0))
    folder.put(b"again")
    assert folder.sweep(lambda _: False, before=datetime.now(UTC) - timedelta(hours=1)) == 0
