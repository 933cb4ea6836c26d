"""Sealed ballots in, what was in them out, on all cores: the work alone, without a database.

What comes out of each is a *row*: sixteen random bytes, and the body behind them. The random bytes are the opened
ballot's id, and rows are kept sorted: that shuffles them, whatever order they were opened in.

Helpers get the private key through the pipe that starts them: it is in no argument, environment or file. Each has a
pipe of its own, which ends when the process that opens ends, however it ends; so no helper is left behind with a key.
"""

import os
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import NamedTuple

from app.ballots import rules
from app.crypto import sealing

FEW = 5000  # ballots that one process opens by itself, within a second or so
AT_ONCE = 1000  # ballots that a helper gets at a time: about a tenth of a second's work
ID_BYTES = 16
UNREADABLE = b"null"  # a ballot that nobody can read is counted, as void


class Sealed(NamedTuple):
    """Some ballots of a chamber. `length`, `info`: those of its lid."""

    chamber: str
    length: int
    info: bytes
    ballots: list[bytes]


class Opened(NamedTuple):
    """A row for each ballot. `unreadable`: reason (of `rules`) → how many."""

    chamber: str
    rows: list[bytes]
    unreadable: Counter[str]


def rows_of(bodies: Sequence[bytes]) -> list[bytes]:
    ids = secrets.token_bytes(ID_BYTES * len(bodies))
    return [ids[ID_BYTES * place : ID_BYTES * (place + 1)] + body for place, body in enumerate(bodies)]


def id_of(row: bytes) -> str:
    return row[:ID_BYTES].hex()


def body_of(row: bytes) -> bytes:
    return row[ID_BYTES:]


def open_all(secret: bytes, sealed: Iterable[Sealed], *, helpers: int) -> Iterator[Opened]:
    """As they are ready, in no order. `secret`: the private key's scalar. Without helpers, in this process. Raises
    EOFError when a helper is lost."""
    if not helpers:
        key = sealing.PrivateKey(secret)
        yield from (_open(key, some) for some in sealed)
        return
    waiting = iter(sealed)
    with ExitStack() as stack:
        lines = [stack.enter_context(_helper(secret)) for _ in range(helpers)]
        busy = [line for line in lines if _hand_on(line, waiting)]
        while busy:
            for line in wait(busy):
                assert isinstance(line, Connection)
                opened: Opened = line.recv()
                if not _hand_on(line, waiting):
                    busy.remove(line)
                yield opened


def helpers_for(ballots: int) -> int:
    return 0 if ballots <= FEW else os.cpu_count() or 1


@contextmanager
def _helper(secret: bytes) -> Iterator[Connection]:
    """Started afresh, not forked: a copy of this process would hold its connections to the database, too."""
    afresh = get_context("spawn")
    line, theirs = afresh.Pipe()
    process = afresh.Process(target=_help, args=(theirs, secret), daemon=True)
    process.start()
    theirs.close()
    try:
        yield line
    finally:
        line.close()
        process.join()


def _hand_on(line: Connection, waiting: Iterator[Sealed]) -> bool:
    some = next(waiting, None)
    if some is not None:
        line.send(some)
    return some is not None


def _help(line: Connection, secret: bytes) -> None:
    key = sealing.PrivateKey(secret)
    with suppress(EOFError, ConnectionError):  # nobody asks any more
        while True:
            line.send(_open(key, line.recv()))


def _open(key: sealing.PrivateKey, sealed: Sealed) -> Opened:
    bodies, reasons = [], []
    for ballot in sealed.ballots:
        try:
            body = sealing.open_(key, ballot, length=sealed.length, info=sealed.info)
        except sealing.NotOpened:
            body = UNREADABLE
            reasons.append(rules.NOT_OPENED)
        else:
            if not rules.is_plain(body):
                body = UNREADABLE
                reasons.append(rules.NOT_A_BALLOT)
        bodies.append(body)
    return Opened(sealed.chamber, rows_of(bodies), Counter(reasons))
