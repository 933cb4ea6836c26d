"""A list of a million voters: from the file to the roll, on both databases. Rows a second over reading, comparing and
taking together, and the most memory that the process which does it holds.

python -c "from bench.roll import one; one()"        # what to take, as JSON, comes through standard input
"""

import json
import random
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import xlsxwriter
from flask import Flask

from app.audit.models import SYSTEM
from app.clock import now
from app.database import db
from app.factory import create_app
from app.roll import list_queries, list_services
from app.rounds.models import Round
from app.rounds.rules import CALLED, LIST
from bench import databases, memory
from bench.figures import verdict
from tests import factories
from tests.databases import config_for

TARGET_ROWS, TARGET_MIB = 20_000, 300
ONE = (sys.executable, "-c", "from bench.roll import one; one()")


class Size(NamedTuple):
    people: int


def main(size: Size) -> None:
    """As CSV on both databases; a tenth of it as XLSX, which is read more slowly and is for smaller lists."""
    with TemporaryDirectory(prefix="hanpyo-roll-", dir=databases.ON_DISK) as folder:
        path = Path(folder) / "list.csv"
        write_list(path, size.people)
        measure("postgresql", databases.postgresql(), path, TARGET_ROWS)
        measure("sqlite", databases.sqlite(), path, None)
        sheet = Path(folder) / "list.xlsx"
        write_sheet(sheet, size.people // 10)
        measure("sqlite, XLSX", databases.sqlite(), sheet, None)


def write_list(path: Path, people: int) -> None:
    with path.open("w", encoding="cp949", newline="") as file:
        file.write("이름,생년월일,휴대전화,동\r\n")
        file.writelines(lines(people))


def write_sheet(path: Path, people: int) -> None:
    """As a spreadsheet program saves it: each text once, and the rows name it by its place."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("이름", "생년월일", "휴대전화", "동"))
        for row, line in enumerate(lines(people), start=1):
            sheet.write_row(row, 0, line.rstrip().split(","))


def lines(people: int) -> Iterator[str]:
    """Made up: no two have the same name and birth date, or the same phone."""
    dice, first = random.Random(4), date(1940, 1, 1)
    names = [f"{family}{a}{b}" for family in "김이박최정강조윤장임" for a in "민서지하은도" for b in "준연우아진현"]
    for n in range(people):
        born = first + timedelta(days=n // len(names) % 24_000)
        phone = f"010-{n // 10_000 % 10_000:04}-{n % 10_000:04}"
        yield f"{names[n % len(names)]},{born:%Y-%m-%d},{phone},{dice.choice(('가산동', '독산동', '시흥동'))}\r\n"


def measure(name: str, database: AbstractContextManager[str], path: Path, target: int | None) -> None:
    with database as url:
        with create_app(config_for(url)).app_context():
            round_id = prepare()
            db.session.remove()
            db.engine.dispose()
        ran = memory.run(ONE, json.dumps({"url": url, "round_id": round_id, "path": str(path)}))
        told = json.loads(ran.printed)
    rate = told["entries"] / (told["read"] + told["take"])
    said = f"{told['entries']:,} entries: read {told['read']:.1f} s, taken {told['take']:.1f} s, {rate:,.0f} rows/s"
    print(f"roll, {name:<16} {said}{verdict(rate, at_least=target)}", flush=True)
    print(f"{'':<22} peak {ran.peak_mib:.0f} MiB{verdict(ran.peak_mib, at_most=TARGET_MIB)}", flush=True)


def prepare() -> int:
    round_ = factories.round_(state=CALLED, voters=LIST)
    for code, ko in (("gasan", "가산동"), ("doksan", "독산동"), ("siheung", "시흥동")):
        factories.area(code, name_ko=ko, name_en=code)
    return round_.id


def one() -> None:
    """In a process of its own, as the server starts it."""
    told = json.load(sys.stdin)
    app: Flask = create_app(config_for(told["url"]))
    key = config_for(told["url"]).identity_key
    with app.app_context(), Path(told["path"]).open("rb") as file:
        round_ = db.session.get_one(Round, told["round_id"])
        began = time.perf_counter()
        upload = list_services.begin_upload(round_, "", at=now(), by=SYSTEM)
        list_services.read_upload(upload, file, key=key, at=now)
        read = time.perf_counter()
        found = list_queries.find_upload(upload.round_id)
        assert found is not None and found.state == "ready", found and (found.state, found.refusal)
        entries = list_services.take_list(
            db.session.get_one(Round, upload.round_id), upload.token, (), at=now(), by=SYSTEM
        )
        taken = time.perf_counter()
    print(json.dumps({"entries": entries, "read": read - began, "take": taken - read}))
