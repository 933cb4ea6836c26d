"""Papers and a station's day in words."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.papers.models import DayBook
from app.papers.rules import Figures
from app.web.filters import number

REASONS: dict[str, LazyString] = {
    "blank": _l("아무것도 고르지 않음"),
    "too_few": _l("고른 수가 모자람"),
    "too_many": _l("고른 수가 많음"),
    "unreadable": _l("표시를 알아볼 수 없음"),
    "identified": _l("이름이나 글씨로 누구인지 알 수 있음"),
    "not_official": _l("우리가 나누어 준 투표지가 아님"),
    "not_returned": _l("돌아오지 않음"),
}
FAULTS: dict[str, LazyString] = {
    "began_with": _l("하루를 열기 전에 이미 투표한 사람이 있습니다."),
    "papers": _l("받은 투표지 수가 건넨 수, 바꿔 준 수, 남은 수를 더한 것과 다릅니다."),
    "in_box": _l("투표함의 투표지 수가 투표지를 받은 사람 수와 다릅니다."),
    "kiosk": _l("단말기에서 쓴 일회용 번호의 수가 단말기로 투표한 사람 수와 다릅니다."),
    "assisted": _l("도움받은 투표에 쓴 일회용 번호의 수가 도움받아 투표한 사람 수와 다릅니다."),
}
STATES: dict[str, LazyString] = {
    "open": _l("운영 중"),
    "counted": _l("확인을 기다림"),
    "closed": _l("마감함"),
}


def state_of(book: DayBook) -> str:
    """Of the day and its papers, in one word."""
    if book.state != "closed":
        return str(STATES[book.state])
    if not (book.people_paper or book.in_box):
        return _("마감함, 종이 투표지 없음")
    if book.batch is None:
        return _("마감함, 종이 투표지 입력 전")
    return _("종이 투표지를 투표함에 넣음") if book.batch.entered_at else _("종이 투표지 입력 중")


def faults_of(codes: Sequence[str]) -> list[LazyString]:
    return [FAULTS[code] for code in codes]


def reasons_of(reasons: dict[str, int]) -> str:
    return ", ".join(f"{REASONS[code]} {number(papers)}" for code, papers in sorted(reasons.items()))


def lines_of(day: Figures, first_number: int) -> list[tuple[str, int]]:
    """(what, how many), in the order in which it is reckoned."""
    return [
        (_("받은 투표지"), day.papers_received),
        (_("첫 투표지의 순번"), first_number),
        (_("투표지를 받은 사람"), day.people_paper),
        (_("못 쓰게 되어 바꿔 준 투표지"), day.spoiled),
        (_("남은 투표지"), day.papers_unused),
        (_("투표함에서 센 투표지"), day.in_box),
        (_("단말기용 일회용 번호"), day.kiosk_pins),
        (_("그 가운데 투표에 쓴 것"), day.kiosk_spent),
        (_("단말기로 투표한 사람"), day.people_kiosk),
        (_("도움받은 투표용 일회용 번호"), day.assisted_pins),
        (_("도움받은 투표에 쓴 것"), day.assisted_spent),
        (_("도움받아 투표한 사람"), day.people_assisted),
        (_("하루를 열기 전에 투표한 사람"), day.began_with),
    ]


def table_of(books: Sequence[DayBook]) -> list[dict[str, Any]]:
    """Rows of the list: the day, its state, and people by way of those that were counted."""
    return [
        {
            "book": book,
            "state": state_of(book),
            "tone": {"open": "info", "counted": "warn", "closed": "good"}[book.state],
            "people": (book.people_kiosk, book.people_assisted, book.people_paper),
        }
        for book in books
    ]
