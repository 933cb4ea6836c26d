"""The shipped server, two workers, before an election; and a hand that kills its processes."""

import os
import random
import signal
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event

from app.ballots import batches
from app.clock import now
from bench.servers import Server, serving
from tests.databases import config_for
from tests.faults.failpoints import Failpoints
from tests.faults.voters import LONGEST_WAIT, Election

WORKERS = 2
EVERY = 0.2  # seconds between two batches


@dataclass(frozen=True)
class Polling:
    """An election, and the server for it. `log`: what that has said."""

    election: Election
    server: Server
    failpoints: Failpoints
    log: Path
    dead: set[int] = field(default_factory=set)  # those that kill_any has killed

    @property
    def database(self) -> str:
        return self.election.url.partition(":")[0]

    def kill(self, worker: int) -> None:
        """-9. Nothing where it has just died."""
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)

    def kill_any(self) -> None:
        """One that was not killed before: as soon as there is one."""
        until = time.monotonic() + LONGEST_WAIT
        while not (alive := set(self.server.workers) - self.dead):
            assert time.monotonic() < until
            time.sleep(0.001)
        worker = random.choice(sorted(alive))
        self.dead.add(worker)
        self.kill(worker)

    def wait_for_workers(self) -> None:
        until = time.monotonic() + LONGEST_WAIT
        while len(self.server.workers) < WORKERS:
            assert time.monotonic() < until
            time.sleep(0.01)

    @contextmanager
    def carrying(self) -> Iterator[None]:
        """Meanwhile batch after batch goes into the box, as fast as they come due by a clock that hurries."""
        over = Event()

        def carry() -> None:
            with self.election.app() as app:
                at = now()
                while not over.wait(EVERY):
                    at += batches.EVERY
                    for act in (partial(batches.run_due, at), batches.scrub):
                        with app.app_context():  # as `flask tick` does it: nobody goes on reading while it scrubs
                            act()

        with ThreadPoolExecutor(1) as pool:
            carried = pool.submit(carry)
            try:
                yield
            finally:
                over.set()
            carried.result()


@contextmanager
def polling(url: str) -> Iterator[Polling]:
    with tempfile.TemporaryDirectory(prefix="hanpyo-faults-") as name:
        folder = Path(name)
        failpoints = Failpoints(folder / "points")
        failpoints.folder.mkdir()
        config = config_for(url)
        environ = {
            "HANPYO_MODE": "production",
            "SECRET_KEY": config.secret_key,
            "IDENTITY_KEY": config.identity_key,
            "SIGNING_KEY": config.signing_key,
            "DATABASE_URL": url,
            "SMS_GATEWAY_URL": "http://127.0.0.1:9/nothing-is-sent-here",
            "LIMIT_PER_ADDRESS": "10000000",
            "FAILPOINTS": str(failpoints.folder),
        }
        election, log = Election(url), folder / "log"
        with (
            log.open("wb") as lines,
            serving("tests.faults.entry:app", environ, WORKERS, log=lines) as server,
        ):
            yield Polling(election, server, failpoints, log)
