"""Lists of voters for tests, and rounds that ask for one."""

import io
from datetime import date
from typing import Any

import openpyxl

from app.audit.models import SYSTEM
from app.clock import now
from app.database import db
from app.roll import list_queries, list_services
from app.roll.models import RollUpload
from app.roll.services import Claim
from app.rounds import rules
from app.rounds.models import Round
from tests import factories
from tests.databases import config_for

KEY = config_for("sqlite://").identity_key
HEADER = "이름,생년월일,휴대전화,동"
HONG = "홍길동,1956-03-02,010-1234-5678,가산동"
KIM = "김영희,1990.12.31,010 2222 3333,독산동"


def dongs() -> None:
    factories.area("gasan", name_ko="가산동", name_en="Gasan-dong")
    factories.area("doksan", name_ko="독산동", name_en="Doksan-dong")


def list_round(**settings: Any) -> Round:
    """Called, with two dong, and voting to come."""
    dongs()
    return factories.round_(**{"state": rules.CALLED, "voters": rules.LIST, **settings})


def register_round(**settings: Any) -> Round:
    dongs()
    return factories.round_(**{"voters": rules.REGISTER, "running": rules.VOTING, **settings})


def claim(name: str = "홍길동", born_on: date = date(1956, 3, 2), **values: Any) -> Claim:
    return Claim(**{"name": name, "born_on": born_on, "basis": "address", "area": factories.area("gasan"), **values})


def text(*lines: str, header: str = HEADER, encoding: str = "utf-8") -> bytes:
    return "\r\n".join([header, *lines, ""]).encode(encoding)


def sheet(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read(round_: Round, file: bytes, reason: str = "") -> RollUpload:
    """As the office does; what was found."""
    upload = list_services.begin_upload(round_, reason, at=now(), by=SYSTEM)
    list_services.read_upload(upload, io.BytesIO(file), key=KEY, at=now)
    db.session.rollback()
    found = list_queries.find_upload(round_.id)
    assert found is not None
    return found


def take(round_: Round, file: bytes, *doubts: str, reason: str = "") -> int:
    upload = read(round_, file, reason)
    return list_services.take_list(round_, upload.token, doubts, at=now(), by=SYSTEM)
