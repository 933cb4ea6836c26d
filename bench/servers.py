"""gunicorn as it is shipped: ours and the bare one, each in processes of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bench.client import Connection

ROOT = Path(__file__).resolve().parent.parent
LONGEST_START = 120.0  # seconds


@dataclass(frozen=True)
class Server:
    port: int
    pid: int

    @property
    def workers(self) -> list[int]:
        """The processes that answer."""
        return [int(child) for child in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def memory(self) -> float:
        """MiB of the first worker: what it alone holds and its share of the rest (PSS)."""
        lines = Path(f"/proc/{self.workers[0]}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


@contextmanager
def serving(
    target: str,
    environ: Mapping[str, str],
    workers: int = 1,
    *,
    log: IO[bytes] | None = None,
) -> Iterator[Server]:
    """`target`: "module:app"; `log`: where its lines go, if not where ours do. Raises
    RuntimeError when it does not begin to answer."""
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "--workers", str(workers)]
    with socket.socket() as bound:  # handed over: a port that is only looked up can be somebody else's by then
        bound.bind(("127.0.0.1", 0))
        port, place = int(bound.getsockname()[1]), bound.fileno()
        environment = {**os.environ, **environ}
        process = subprocess.Popen(
            [*command, "--bind", f"fd://{place}", target], cwd=ROOT, env=environment, stderr=log, pass_fds=[place]
        )
    try:
        _wait_for(process, port)
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGQUIT)  # at once: nobody is being answered any more
        process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + LONGEST_START
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError):
            Connection(port).close()
            return
        time.sleep(0.1)
    raise RuntimeError("gunicorn does not answer")
