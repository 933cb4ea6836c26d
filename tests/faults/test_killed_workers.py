"""kill -9 of a worker, at every boundary of a cast and at random: who has a receipt is in the box, once, and who has
none asks again and gets one."""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.ballots.models import IntakeBallot, Participation
from app.database import db
from tests.conftest import ALL_DATABASES
from tests.faults.failpoints import ANSWER, COMMIT, COMMITTED, COMMITTING
from tests.faults.servers import Polling, polling
from tests.faults.sizes import SIZE
from tests.faults.voters import BROKEN

READY_AGAIN = 10.0  # seconds
VOTERS_A_KILL = 10
BEFORE = ("INSERT participation", "INSERT intake_ballot", "INSERT audit_line", COMMIT)  # nothing is kept
AFTER = (COMMITTED, ANSWER)  # all is kept, and the voter does not know
POINTS = {"sqlite": BEFORE + AFTER, "postgresql": (*BEFORE, COMMITTING, *AFTER)}


@pytest.fixture(scope="module", params=ALL_DATABASES)
def polls(request: pytest.FixtureRequest) -> Iterator[Polling]:
    with request.getfixturevalue(request.param).fresh() as url, polling(url) as one:
        yield one


def rows(polls: Polling) -> tuple[int, int]:
    with polls.election.app():
        return db.session.query(Participation).count(), db.session.query(IntakeBallot).count()


def test_killed_at_any_boundary_of_a_cast_the_same_request_gets_its_one_receipt(polls: Polling) -> None:
    """The first try dies at the point, and what is kept by then is what the point says; the next ones are answered."""
    points = POINTS[polls.database]
    for point, voter in zip(points, polls.election.voters(len(points)), strict=True):
        before = rows(polls)
        polls.failpoints.arm(point)
        with pytest.raises(OSError):
            polls.election.send(polls.server.port, voter)
        assert not polls.failpoints.is_armed(point)
        if point != COMMITTING:  # which may still be under way
            assert rows(polls) == tuple(number + (point in AFTER) for number in before), point
        for _ in range(2):
            assert polls.election.cast(polls.server.port, voter)
    polls.election.ensure_kept()


def test_with_all_workers_killed_at_once_the_site_is_ready_again_within_ten_seconds(polls: Polling) -> None:
    (voter,) = polls.election.voters(1)
    polls.wait_for_workers()
    for worker in polls.server.workers:
        polls.kill(worker)
    assert polls.election.cast(polls.server.port, voter).seconds < READY_AGAIN
    polls.election.ensure_kept()


def test_killed_at_random_moments_under_many_voters_no_vote_is_lost_or_doubled(polls: Polling) -> None:
    """While batches carry into the box what has been cast."""
    voters = polls.election.voters(SIZE.kills * VOTERS_A_KILL)
    with polls.carrying(), ThreadPoolExecutor(SIZE.clients) as clients:
        casting = [clients.submit(polls.election.cast, polls.server.port, voter) for voter in voters]
        for moment in sorted(random.sample(range(len(voters)), SIZE.kills)):
            while sum(one.done() for one in casting) < moment:
                time.sleep(0.001)
            time.sleep(random.uniform(0, 0.02))
            polls.kill_any()
        receipts = [one.result() for one in casting]
    assert len(polls.dead) == SIZE.kills
    assert sum(receipt.refused[BROKEN] for receipt in receipts) > 0
    assert all(polls.election.cast(polls.server.port, voter) for voter in voters)  # the same receipts again
    polls.election.ensure_kept()
