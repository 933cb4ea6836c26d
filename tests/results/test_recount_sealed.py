"""The program in the bundle, on a round whose ballots were sealed."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

from flask import Flask

from app.clock import Clock
from app.results import bundle
from tests.recount.bundles import zipped
from tests.results.elections import counted, publish


def run(files: dict[str, bytes], folder: Path) -> subprocess.CompletedProcess[str]:
    path = folder / "bundle.zip"
    path.write_bytes(zipped(files))
    return subprocess.run([sys.executable, bundle.PROGRAM, path], capture_output=True, text=True, check=False)


def test_a_sealed_rounds_bundle_holds_and_a_changed_leaf_or_checkpoint_is_named(
    app: Flask, clock: Clock, tmp_path: Path
) -> None:
    file = io.BytesIO()
    bundle.write(publish(counted(clock)), file)
    with zipfile.ZipFile(file) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    whole = run(files, tmp_path)
    assert whole.returncode == 0, whole.stdout + whole.stderr
    for name in ("leaves.txt", "checkpoints/000001.txt"):
        content = files[name]
        at = 5 if name == "leaves.txt" else content.index(b"\n8\n") + 5
        changed = content[:at] + (b"0" if content[at : at + 1] != b"0" else b"1") + content[at + 1 :]
        broken = run(files | {name: changed}, tmp_path)
        assert broken.returncode == 1 and "checkpoint" in broken.stdout + broken.stderr
