"""Printed codes: made, turned into keys and stored by one COPY; then written as the table that is downloaded."""

import time
import tracemalloc
from datetime import timedelta
from typing import NamedTuple

from app.audit.models import SYSTEM
from app.clock import now
from app.codes import services
from app.codes.rules import BEARER
from app.rounds.rules import REGISTER
from app.web.office.codes import cells, table
from bench.databases import postgresql
from bench.figures import figure, verdict
from bench.prepare import app_at
from tests import factories

PER_SECOND, MIB = 50_000, 64
COLUMNS = ("number", "dong", "code")
KEY = "a key of the bench, of at least 32 characters"


class Size(NamedTuple):
    codes: int
    watched: int


def main(size: Size) -> None:
    with postgresql() as url, app_at(url, timedelta()):
        round_ = factories.round_(voters=REGISTER)
        batch = services.make_batch(round_, BEARER, size=size.codes, is_test=False, at=now(), by=SYSTEM)
        began = time.perf_counter()
        given = services.give_codes(batch, key=KEY, at=now(), by=SYSTEM)
        stored = time.perf_counter()
        written = sum(map(len, table(cells(given, None, {}), COLUMNS)))
        ended = time.perf_counter()
        said = f"{size.codes / (stored - began):,.0f}/s made and stored ({stored - began:.1f} s for {size.codes:,})"
        print(f"{'printed codes':<22} {said}{verdict(size.codes / (stored - began), at_least=PER_SECOND)}", flush=True)
        print(f"{'their table':<22} {written / 2**20:.1f} MiB in {ended - stored:.1f} s", flush=True)
        watched = services.make_batch(round_, BEARER, size=size.watched, is_test=False, at=now(), by=SYSTEM)
        tracemalloc.start()
        for _ in table(cells(services.give_codes(watched, key=KEY, at=now(), by=SYSTEM), None, {}), COLUMNS):
            pass
        peak = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
        figure("memory of the codes", peak, f"MiB for {size.watched:,}, written as they are downloaded", MIB)
