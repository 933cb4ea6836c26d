"""What staff and the timer do to a round, each time in a process of its own, which may be killed."""

import multiprocessing
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple

from app.audit.models import SYSTEM
from app.ballots import batches
from app.ballots.rules import AlreadyOpened
from app.clock import Clock, now
from app.database import db
from app.factory import create_app
from app.people.models import Account
from app.results import queries, services
from app.rounds.models import Round
from app.rounds.rules import WrongState
from tests.ballots import elections
from tests.databases import config_for
from tests.faults.failpoints import Failpoints
from tests.faults.voters import LONGEST_WAIT

KILLED = -signal.SIGKILL

# A server of forks: each process is there at once, with all modules, and nothing of the test's threads in it.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["__main__", __name__])


class Scene(NamedTuple):
    """All that a process must be told. `keys`: public key → the trustee's words."""

    url: str
    offset: timedelta
    round_id: int
    approver_id: int
    failpoints: Failpoints
    keys: dict[str, str]


def batch(_round: Round, _approver: Account) -> None:
    batches.run_due(now())


def close(round_: Round, _approver: Account) -> None:
    with suppress(WrongState):  # it is shut already
        services.close_round(round_, at=now(), by=SYSTEM)


def open_box(round_: Round, _approver: Account) -> None:
    with suppress(AlreadyOpened):
        elections.open_box(round_)


def count(round_: Round, _approver: Account) -> None:
    with suppress(WrongState):
        services.count_round(round_, at=now(), by=SYSTEM)


def publish(round_: Round, approver: Account) -> None:
    found = queries.find_count(round_.id)
    if found is not None and found.published_at is None:
        services.sign_count(found, approver, "approver", at=now())


Act = Callable[[Round, Account], None]


def run(act: Act, scene: Scene) -> int:
    """How the process ended: 0, or KILLED."""
    process = _PROCESSES.Process(target=_play, args=(act, scene))
    process.start()
    process.join(LONGEST_WAIT)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise AssertionError(f"{act.__name__} does not end")
    return process.exitcode


def _play(act: Act, scene: Scene) -> None:
    elections.KEYS.update(scene.keys)
    app = create_app(config_for(scene.url), Clock(scene.offset))
    with app.app_context():
        round_ = db.session.get_one(Round, scene.round_id)
        approver = db.session.get_one(Account, scene.approver_id)
        scene.failpoints.load()
        act(round_, approver)
