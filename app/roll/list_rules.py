"""A list of voters that is uploaded: what a file and its lines must be, and what may happen to it when. Pure."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from app.roll.rules import RollError

# What becomes of a file.
READING = "reading"
READY = "ready"  # read, and waits for a decision; nothing of it is on the roll
TAKING = "taking"
TAKEN = "taken"
DROPPED = "dropped"
REFUSED = "refused"  # not a list that can be read
STATES = (READING, READY, TAKING, TAKEN, DROPPED, REFUSED)
AT_WORK = (READING, TAKING)
OVER = (TAKEN, DROPPED, REFUSED)

UNHEARD_OF = timedelta(minutes=2)  # whoever says nothing for so long while reading has ended
UNHEARD_OF_TAKING = timedelta(minutes=15)  # it is one act, which says nothing until it is done
WAITS = timedelta(days=1)  # then what was read is forgotten

# Why a line is never taken.
FAULTS = (
    "formula", "resident_number", "name", "birth_date", "phone", "too_young", "basis", "guardian", "again", "on_roll",
)  # fmt: skip
# What makes a line unlikely, so that somebody decides; a bit each.
OLD = "old"
BORN_TODAY = "born_today"
NO_TEXT = "no_text"
PHONE_TWICE = "phone_twice"
PHONE_ON_ROLL = "phone_on_roll"
DONG = "dong"
TWIN = "twin"
DOUBTS = (OLD, BORN_TODAY, NO_TEXT, PHONE_TWICE, PHONE_ON_ROLL, DONG, TWIN)
BIT = {doubt: 1 << place for place, doubt in enumerate(DOUBTS)}
WITHOUT_PHONE = BIT[NO_TEXT] | BIT[PHONE_TWICE] | BIT[PHONE_ON_ROLL]  # taken, but not by this phone
ALL_DOUBTS = sum(BIT.values())

OLD_FROM = 111  # older than 110: more likely a slip of the pen
MOST_LINES = 2_000_000

# Columns and how they are called, without blanks and in small letters.
NAME, BIRTH_DATE, PHONE_COLUMN, DONG_COLUMN, BASIS, GUARDIAN = (
    "name", "birth_date", "phone", "dong", "basis", "guardian",
)  # fmt: skip
COLUMNS: Mapping[str, tuple[str, ...]] = {
    NAME: ("이름", "성명", "성함", "name", "fullname"),
    BIRTH_DATE: ("생년월일", "생일", "출생일", "birthdate", "dateofbirth", "birthday", "born", "dob"),
    PHONE_COLUMN: (
        *("전화번호", "전화", "휴대전화", "휴대전화번호", "휴대폰", "휴대폰번호", "핸드폰", "핸드폰번호", "연락처"),
        *("phone", "phonenumber", "mobile", "mobilephone", "mobilenumber"),
    ),
    DONG_COLUMN: ("동", "행정동", "거주동", "소속동", "동이름", "dong", "area", "neighbourhood", "neighborhood"),
    BASIS: ("연고", "구분", "자격", "basis", "tie"),
    GUARDIAN: ("보호자동의", "보호자", "법정대리인동의", "guardian", "guardianconsent"),
}
NEEDED = (NAME, BIRTH_DATE, PHONE_COLUMN)
NEVER = ("주민등록번호", "주민번호", "residentregistrationnumber", "rrn", "ssn")
BASES_WRITTEN: Mapping[str, str] = {
    **dict.fromkeys(("주소", "거주", "주민", "거주지", "address", "resident", "home"), "address"),
    **dict.fromkeys(("직장", "근무", "직장인", "재직", "workplace", "work", "worker"), "workplace"),
    **dict.fromkeys(("학교", "재학", "학생", "school", "student"), "school"),
}
YES = ("예", "네", "동의", "동의함", "o", "y", "yes", "true", "1", "있음")


class UnfitFile(RollError):
    """Nothing of this file can be read. `code`: one of FILE_FAULTS; `detail`: an encoding, names of columns, a row."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail = code, detail


FILE_FAULTS = (
    "empty", "encoding", "old_excel", "unreadable", "unpacks", "texts", "columns", "column_twice", "never", "quotes",
    "too_many",
)  # fmt: skip


class ListRunning(RollError):
    """A file is being read, or taken over, just now."""


class ListWaits(RollError):
    """A file has been read and waits for a decision: first that one."""


class ListGone(RollError):
    """This file has been decided on already, or forgotten; another one may have taken its place."""


class ListClosed(RollError):
    """Before the round is called there is no list, and none after voting has ended."""


class ListReasonMissing(RollError):
    """Once the ballot is published, whoever adds somebody says why."""


class EntriesStay(RollError):
    """Once the ballot is published nobody is taken off the list."""


class NothingToTake(RollError):
    """Not a single line would go to the roll."""


def left_out(taken: Collection[str]) -> int:
    """The bits of the doubts that were not taken."""
    return ALL_DOUBTS & ~sum(BIT[doubt] for doubt in taken)


def doubts_in(bits: int) -> tuple[str, ...]:
    return tuple(doubt for doubt in DOUBTS if bits & BIT[doubt])


def mask_name(name: str) -> str:
    """홍길동 → 홍○동"""
    if len(name) < 3:
        return name[:1] + "○" * (len(name) - 1)
    return name[0] + "○" * (len(name) - 2) + name[-1]
