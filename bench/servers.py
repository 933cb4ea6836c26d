"""gunicorn as it is shipped: ours and the bare one, each in processes of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.client import Connection

ROOT = Path(__file__).resolve().parent.parent
LONGEST_START = 30.0  # seconds


@dataclass(frozen=True)
class Server:
    port: int
    pid: int

    def memory(self) -> float:
        """MiB of the worker: what it alone holds and its share of the rest (PSS)."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        lines = Path(f"/proc/{children[0]}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


@contextmanager
def serving(target: str, environ: Mapping[str, str], workers: int = 1) -> Iterator[Server]:
    """`target`: "module:app". Raises RuntimeError when it does not begin to answer."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "--workers", str(workers)]
    process = subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}", target], cwd=ROOT, env={**os.environ, **environ}
    )
    try:
        _wait_for(process, port)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + LONGEST_START
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError):
            Connection(port).close()
            return
        time.sleep(0.1)
    raise RuntimeError("gunicorn does not answer")
