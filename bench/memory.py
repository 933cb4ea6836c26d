"""The most memory that a command and all that it starts hold together."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bench.servers import ROOT

EVERY = 0.1  # seconds between two looks


class Ran(NamedTuple):
    """`peak_mib`: what the processes hold together, each shared page once (PSS)."""

    printed: str
    peak_mib: float


def run(command: Sequence[str | Path], told: str = "") -> Ran:
    """Raises CalledProcessError."""
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    peak, waiting = 0.0, told
    while True:
        try:
            printed, _ = process.communicate(waiting, timeout=EVERY)
            break
        except subprocess.TimeoutExpired:
            peak, waiting = max(peak, sum(map(_pss, _family(process.pid)))), ""
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Ran(printed, peak)


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [pid, *(one for child in children for one in _family(int(child)))]


def _pss(pid: int) -> float:
    """MiB; nothing of a process that has just ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
