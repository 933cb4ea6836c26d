"""The release hash in the path of static files: they may be kept for a year, and never are stale."""

import hashlib
from pathlib import Path


def of(folder: Path) -> str:
    """Twelve hex digits over names and contents of every file under `folder`."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
