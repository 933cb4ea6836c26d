"""The box: its opening beside bare HPKE on all cores, leaves into its tree, and the recount of a bundle."""

import json
import os
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import NamedTuple

from sqlalchemy import insert, text

from app.audit.models import SYSTEM
from app.ballots import lids, queries
from app.ballots.models import BoxBallot
from app.clock import now
from app.crypto import merkle, sealing, trustees
from app.database import db
from app.results import bundle, services
from app.rounds import rules
from app.tally import canonical
from bench import memory
from bench.databases import postgresql
from bench.figures import figure, verdict
from bench.prepare import app_at, closed
from tests.ballots.elections import KEYS, open_box
from tests.results.elections import publish

OPENING_RATIO, OPENING_MIB, GROWTH = 0.6, 1024, 2.2
LEAVES_SECONDS = 5.0
RECOUNT_SECONDS, RECOUNT_MIB = 60.0, 500
DIFFERENT = 2000  # sealed ballots, put into the box again and again: sealing them is not what is measured
PICKS = 18
BEFORE = timedelta(days=-31)  # then its phases are over now
AT_ONCE = 5000
OPENER = (sys.executable, "-c", "from bench.opener import main; main()")


class Size(NamedTuple):
    """`turns`: how often boxes of n and 2n ballots are opened, in turn. `most`: a box that is opened once, 0 for none.
    `leaves`: into the tree. `bundle`: ballots of the one that is recounted."""

    turns: int
    n: int
    most: int
    leaves: int
    bundle: int


class Filled(NamedTuple):
    """A closed round. `secret`, `info` and some of its sealed ballots: what bare HPKE opens."""

    round_id: int
    words: str
    ballots: int
    secret: bytes
    info: bytes
    some: list[bytes]


class Opening(NamedTuple):
    per_second: float
    seconds: float
    peak_mib: float


def main(size: Size) -> None:
    show_tree(size.leaves)
    with postgresql() as url:
        show_openings(url, size)
    with postgresql() as url:
        show_recount(url, size.bundle)


def show_tree(leaves: int) -> None:
    entries = [secrets.token_bytes(sealing.sealed_length(896)) for _ in range(DIFFERENT)]
    began, tree = time.perf_counter(), merkle.Frontier()
    for entry in islice(cycle(entries), leaves):
        tree.extend(merkle.leaf_hash(entry))
    figure("leaves into the tree", time.perf_counter() - began, f"s for {leaves:,}", LEAVES_SECONDS)


def show_openings(url: str, size: Size) -> None:
    once, twice = filled(url, size.n), filled(url, 2 * size.n)
    turns = [(bare(twice), opened(url, once), opened(url, twice)) for _ in range(size.turns)]
    show_ratio(twice, [(raw, large) for raw, _, large in turns])
    growth = median(large.seconds / small.seconds for _, small, large in turns)
    figure("growth of the opening", growth, f"x for {2 * size.n:,} ballots instead of {size.n:,}", GROWTH)
    show_memory(twice, max(large.peak_mib for _, _, large in turns))
    if size.most:
        large = filled(url, size.most)
        once_only = (bare(large), opened(url, large))
        show_ratio(large, [once_only])
        show_memory(large, once_only[1].peak_mib)


def show_ratio(box: Filled, turns: list[tuple[float, Opening]]) -> None:
    value = median(ours.per_second / raw for raw, ours in turns)
    ours, raw = median(one.per_second for _, one in turns), median(raw for raw, _ in turns)
    said = f"ours {ours:6.0f}/s  bare HPKE {raw:6.0f}/s  ratio {value:.3f}  for {box.ballots:,} ballots"
    print(f"{'opening':<22} {said}{verdict(value, at_least=OPENING_RATIO)}", flush=True)


def show_memory(box: Filled, peak_mib: float) -> None:
    unit = f"MiB (PSS of all its processes) for {box.ballots:,} ballots"
    figure("memory of the opening", peak_mib, unit, OPENING_MIB)


def filled(url: str, ballots: int) -> Filled:
    """The box is filled as if ballots had come in by batches; receipts and leaves are not asked by an opening."""
    with app_at(url, BEFORE) as (_, clock):
        round_ = closed(clock, 0)
        key, manifest = queries.get_round_key(round_.id), queries.get_manifest(round_.id)
        lid, chance = lids.lid_of(manifest, rules.RESIDENTS), random.Random(ballots)
        codes = [item.id for item in manifest.items]
        bodies = (canonical.dumps(sorted(chance.sample(codes, PICKS))) for _ in range(DIFFERENT))
        some = [lid.close(body) for body in bodies]
        there = sum(queries.count_sealed(round_.id).values())
        for first in range(there, ballots, AT_ONCE):
            places = range(first, min(first + AT_ONCE, ballots))
            db.session.execute(insert(BoxBallot.__table__), list(_rows(round_.id, places, some)))
            db.session.commit()
        words = KEYS[key.public_key]
        return Filled(round_.id, words, ballots, trustees.combine([words]), lid.info, some)


def _rows(round_id: int, places: range, some: list[bytes]) -> Iterator[dict[str, object]]:
    for place in places:
        yield {
            "round_id": round_id,
            "position": place,
            "id": f"{round_id:08x}{place:024x}",
            "chamber": rules.RESIDENTS,
            "receipt": f"{place:016}",
            "leaf": f"{place:064x}",
            "sealed": some[place % DIFFERENT],
        }


def opened(url: str, box: Filled) -> Opening:
    """In a process of its own; and shut again for the next turn."""
    told = json.dumps({"url": url, "round_id": box.round_id, "words": box.words})
    ran = memory.run(OPENER, told)
    seconds = float(ran.printed)
    with app_at(url, BEFORE):
        of_round = {"round_id": box.round_id}
        kept = db.session.scalar(text("SELECT count(*) FROM cast_ballot WHERE round_id = :round_id"), of_round)
        if kept != box.ballots:
            raise RuntimeError(f"{kept} ballots were opened, not {box.ballots}")
        db.session.execute(text("DELETE FROM cast_ballot WHERE round_id = :round_id"), of_round)
        db.session.execute(text("UPDATE round_key SET opened_at = NULL WHERE round_id = :round_id"), of_round)
        db.session.commit()
    return Opening(box.ballots / seconds, seconds, ran.peak_mib)


def bare(box: Filled) -> float:
    """Ballots a second: nothing but HPKE, a process for each core, for some seconds."""
    processes = os.cpu_count() or 1
    each = min(box.ballots, 40_000) // processes
    with get_context("spawn").Pool(processes) as pool:
        spans = pool.starmap(_open_bare, [(box.secret, box.info, box.some, each)] * processes, chunksize=1)
    return processes * each / (max(end for _, end in spans) - min(start for start, _ in spans))


def _open_bare(secret: bytes, info: bytes, some: list[bytes], ballots: int) -> tuple[float, float]:
    key, decrypt = sealing.PrivateKey(secret).key, sealing.SUITE.decrypt
    began = time.perf_counter()
    for sealed in islice(cycle(some), ballots):
        decrypt(sealed, key, info)
    return began, time.perf_counter()


def show_recount(url: str, ballots: int) -> None:
    with app_at(url, BEFORE) as (_, clock), tempfile.TemporaryDirectory(prefix="hanpyo-bench-") as folder:
        round_ = closed(clock, ballots)
        open_box(round_)
        count = publish(services.count_round(round_, at=now(), by=SYSTEM))
        path, program = Path(folder) / bundle.file_name(count), Path(folder) / "recount.py"
        with path.open("wb") as file:
            bundle.write(count, file)
        program.write_bytes(bundle.PROGRAM.read_bytes())
        began = time.perf_counter()
        ran = memory.run((sys.executable, program, path))
        seconds = time.perf_counter() - began
    figure("recount of a bundle", seconds, f"s for {ballots:,} ballots", RECOUNT_SECONDS)
    figure("memory of the recount", ran.peak_mib, "MiB (PSS)", RECOUNT_MIB)
