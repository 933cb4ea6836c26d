"""Sealed ballots are opened by one process or by many, with the same outcome; nobody is left behind with the key."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.ballots import opening, rules
from app.ballots.opening import Sealed
from app.config import ROOT
from app.crypto import sealing

KEY = sealing.PrivateKey.generate()
LENGTH, INFO = 64, b"of these ballots"
PATIENCE = 60  # seconds


def seal(body: bytes, info: bytes = INFO) -> bytes:
    return sealing.seal(KEY.public_key, body, length=LENGTH, info=info)


def some(chamber: str, first: int) -> Sealed:
    """Three ballots that differ from all others, and of the two ways of being none one each."""
    good = [seal(b'["%d"]' % number) for number in range(first, first + 3)]
    return Sealed(chamber, LENGTH, INFO, [*good, seal(b'["1"]', b"another purpose"), seal(b"{ no ballot }")])


def sealed() -> Iterator[Sealed]:
    yield from (some(f"chamber {number % 2}", 10 * number) for number in range(8))


@pytest.mark.parametrize("helpers", [0, 2])
def test_all_are_opened_and_what_is_no_ballot_is_counted_by_its_reason(helpers: int) -> None:
    bodies: dict[str, Counter[bytes]] = {"chamber 0": Counter(), "chamber 1": Counter()}
    unreadable: Counter[str] = Counter()
    ids = []
    for opened in opening.open_all(KEY.raw, sealed(), helpers=helpers):
        bodies[opened.chamber].update(map(opening.body_of, opened.rows))
        ids += map(opening.id_of, opened.rows)
        unreadable += opened.unreadable
    for number, kept in enumerate(bodies.values()):
        firsts = range(10 * number, 80, 20)
        wanted = [b'["%d"]' % one for first in firsts for one in range(first, first + 3)]
        assert kept == Counter([*wanted, *[opening.UNREADABLE] * 8])
    assert unreadable == {rules.NOT_OPENED: 8, rules.NOT_A_BALLOT: 8}
    assert len(set(ids)) == 40 and {len(one) for one in ids} == {32}


def test_where_a_helper_is_lost_the_opening_fails_instead_of_leaving_ballots_out() -> None:
    def losing() -> Iterator[Sealed]:
        for number, ballots in enumerate(sealed()):
            if number == 4:
                for helper in multiprocessing.active_children():
                    helper.kill()
                    helper.join()
            yield ballots

    with pytest.raises((EOFError, ConnectionError)):
        list(opening.open_all(KEY.raw, losing(), helpers=2))
    assert multiprocessing.active_children() == []


OPENER = """
import multiprocessing, sys
from app.ballots import opening

def never_done():
    print(*[child.pid for child in multiprocessing.active_children()], flush=True)
    sys.stdin.read()
    yield

list(opening.open_all(bytes.fromhex(sys.stdin.readline()), never_done(), helpers=2))
"""


def test_helpers_show_the_key_to_nobody_and_end_with_the_process_that_opens_even_if_it_is_killed() -> None:
    command = [sys.executable, "-c", OPENER]
    opener = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert opener.stdin is not None and opener.stdout is not None
    opener.stdin.write(f"{KEY.hex()}\n")
    opener.stdin.flush()
    helpers = [int(pid) for pid in opener.stdout.readline().split()]
    assert len(helpers) == 2 and all(map(is_there, helpers))
    for pid in (opener.pid, *helpers):
        for place in ("cmdline", "environ"):
            shown = Path(f"/proc/{pid}/{place}").read_bytes()
            assert KEY.raw not in shown and KEY.hex().encode() not in shown.lower()
    os.kill(opener.pid, signal.SIGKILL)
    opener.communicate()
    until = time.monotonic() + PATIENCE
    while any(map(is_there, helpers)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(is_there, helpers))


def is_there(pid: int) -> bool:
    """A process that has ended and that nobody has asked about is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
