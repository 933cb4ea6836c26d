"""What a vote never needs is not in the memory of those who serve it, and comes whole when somebody does need it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from types import ModuleType
from typing import Any

import pytest

from app.config import ROOT
from app.lazy import Lazy
from tests.databases import Sqlite

SELDOM = ("reportlab.platypus", "reportlab.pdfgen", "PIL", "openpyxl", "xlsxwriter", "webauthn")
VOTE = """
import sys
from app.clock import Clock
from app.factory import create_app
from tests.conftest import Browser
from tests.databases import config_for
from tests.web.voting import test_ballot

clock = Clock()
app = create_app(config_for(sys.argv[1]), clock)
app.test_client_class = Browser
with app.app_context():
    test_ballot.test_from_the_ballot_over_the_check_page_to_the_receipt(app, clock)
print("voted", *(name for name in sys.argv[2:] if name in sys.modules))
"""
SERVE = """
import sys
from app.config import from_env
from app.factory import create_app

create_app(from_env({"DATABASE_URL": sys.argv[1]}))
print("serves", *(name for name in sys.argv[2:] if name in sys.modules))
"""
COMMANDS = ("flask_migrate", "alembic", "mako")
FORK = """
import os, sys, threading
from app.lazy import Lazy

sys.path.insert(0, sys.argv[1])
sys.begun = threading.Event()
slow, quick = Lazy("slow"), Lazy("quick")
threading.Thread(target=lambda: slow.VALUE).start()
sys.begun.wait()
child = os.fork()
if child == 0:
    os._exit(10 * slow.VALUE + quick.VALUE)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
HALVES = ("left_half", "right_half")


def run(*told: str) -> str:
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", *told]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120).stdout.strip()


def test_what_changes_the_database_is_loaded_by_its_commands_alone() -> None:
    assert run(SERVE, "sqlite:///", *COMMANDS) == "serves"


def test_a_vote_from_the_ballot_to_the_receipt_loads_none_of_them(sqlite: Sqlite) -> None:
    with sqlite.fresh() as url:
        assert run(VOTE, url, *SELDOM) == "voted"


def test_a_library_that_is_not_there_is_missed_at_once() -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such_library"):
        Lazy("no_such_library.part")


def test_a_process_that_is_forked_during_a_load_can_use_all(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("import sys, time\nsys.begun.set()\ntime.sleep(0.2)\nVALUE = 4\n")
    (tmp_path / "quick.py").write_text("VALUE = 2\n")
    assert run(FORK, str(tmp_path)) == "42"


class Meeting:
    """Where two threads wait for each other while they load; patience in seconds."""

    def __init__(self, patience: float) -> None:
        self.barrier, self.patience = Barrier(2), patience

    def come(self) -> bool:
        """Whether both were loading at once."""
        try:
            self.barrier.wait(self.patience)
        except BrokenBarrierError:
            return False
        return True


@pytest.fixture
def halves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    (tmp_path / "place_to_meet.py").write_text("meeting = None\n")
    for name in HALVES:
        (tmp_path / f"{name}.py").write_text("from place_to_meet import meeting\nMET = meeting.come()\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield import_module("place_to_meet")
    for name in ("place_to_meet", *HALVES):
        sys.modules.pop(name, None)


def load_at_once(load: Callable[[str], Any]) -> list[bool]:
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda name: load(name).MET, HALVES))


def test_one_thread_at_a_time_loads(halves: ModuleType) -> None:
    halves.meeting = Meeting(patience=0.2)
    assert load_at_once(Lazy) == [False, False]


def test_without_the_lock_two_would_load_at_once(halves: ModuleType) -> None:
    halves.meeting = Meeting(patience=30)
    assert load_at_once(import_module) == [True, True]
