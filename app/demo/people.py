"""Who is in the story: one account for every role, forty members, and residents by their phones.

All accounts share one password, so it is hashed once: forty hashes would take seconds and keep nothing safer.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from app.audit import services as audit
from app.audit.models import SYSTEM
from app.committee import services as committee
from app.database import db, transaction
from app.demo import rules
from app.demo.days import Days
from app.people import identity, passwords, queries, services
from app.people.models import (
    ADMIN_ROLE,
    APPROVER_ROLE,
    COMMITTEE_ROLE,
    DEPARTMENT_ROLE,
    DESK_ROLE,
    STAFF_ROLE,
    Account,
    Department,
    Resident,
)
from app.programmes import queries as programmes
from app.programmes.models import Programme

MOVE_IN = audit.declare("demo.residents", "resident", "residents")

HELD_IN = ("gu", "dong", "joint")  # programmes with a round in the story
COMMITTEES = {"gu": 40, "joint": 12}  # programme → how many of the members review there
OPEN_CALL = 20  # the other half is recommended by the dong councils
TERM_BEGAN = -600  # days from today; a term is two years
TERM = 730
RESIDENTS = 40
PHONE = "010-1234-5678"  # the demo's proposer; nobody is given numbers from 010-0000 up, so the others are nobody's
SURNAMES = "김이박최정강조윤장임한오서신권황안송류홍"


class Official(NamedTuple):
    login: str
    role: str
    name: str
    department: tuple[str, str] | None = None


OFFICIALS = (
    Official("staff", STAFF_ROLE, "담당 주무관"),
    Official("approver", APPROVER_ROLE, "확인 팀장"),
    Official("economy", DEPARTMENT_ROLE, "지역경제과 담당", ("지역경제과", "Local Economy Division")),
    Official("welfare", DEPARTMENT_ROLE, "복지정책과 담당", ("복지정책과", "Welfare Policy Division")),
    Official("parks", DEPARTMENT_ROLE, "공원녹지과 담당", ("공원녹지과", "Parks and Green Space Division")),
    Official("education", DEPARTMENT_ROLE, "교육지원과 담당", ("교육지원과", "Education Support Division")),
    Official("desk1", DESK_ROLE, "가산동 투표소 담당"),
    Official("desk2", DESK_ROLE, "가산동 투표소 도움 담당"),
    Official("desk3", DESK_ROLE, "독산1동 투표소 담당"),
    Official("desk4", DESK_ROLE, "독산1동 투표소 도움 담당"),
    Official("admin", ADMIN_ROLE, "시스템 관리자"),
)
DESKS = (("desk1", "desk2"), ("desk3", "desk4"))  # who serve together: helping a voter takes two


class Cast:
    """The people of the story, by what they do in it."""

    def __init__(self, key: str) -> None:
        """`key`: the identity key of this installation."""
        self.key = key
        self.staff = _get_account("staff")
        self.approver = _get_account("approver")
        self.officers = [_get_account(one.login) for one in OFFICIALS if one.department]
        self.desk = {login: _get_account(login) for pair in DESKS for login in pair}
        self.members = [_get_account(login) for login, _name in member_names(COMMITTEES["gu"])]
        self.residents = [_find_resident(_phone_key(key, phone)) for phone in phones()]

    def departments(self) -> list[Department]:
        """In the order of their officers."""
        return [officer.roles[0].department for officer in self.officers if officer.roles[0].department]


def member_names(count: int) -> Iterator[tuple[str, str]]:
    return ((f"member{n:02d}", f"위원{n:02d}") for n in range(1, count + 1))


def phones() -> Iterator[str]:
    yield PHONE
    yield from (f"010-0000-{n:04d}" for n in range(1, RESIDENTS))


def proposer_name(place: int) -> str:
    """Names like the ones on sample forms; nobody's."""
    return f"{SURNAMES[place % len(SURNAMES)]}보기"


def are_here() -> bool:
    return queries.find_account(_logins()[-1]) is not None


def move_in(key: str, *, at: datetime) -> None:
    """Accounts, committee and residents. `key` as for `Cast`. Raises LoginsTaken."""
    taken = tuple(db.session.scalars(select(Account.login).where(Account.login.in_(_logins()))))
    if taken:
        raise rules.LoginsTaken(taken)
    password_hash = passwords.hash_password(rules.PASSWORD)
    days = Days(at)
    with transaction():
        for official in OFFICIALS:
            _employ(official, password_hash, at=at)
        members = [_open_account(login, name, password_hash, at=at) for login, name in member_names(COMMITTEES["gu"])]
        for slug, seats in COMMITTEES.items():
            for place, account in enumerate(members[:seats]):
                _appoint(programmes.get_programme_by_slug(slug), account, place, days, at=at)
        _keep_residents(key, at=at)


def _logins() -> list[str]:
    return [*(one.login for one in OFFICIALS), *(login for login, _name in member_names(COMMITTEES["gu"]))]


def _employ(official: Official, password_hash: str, *, at: datetime) -> None:
    account = _open_account(official.login, official.name, password_hash, at=at)
    if official.role == ADMIN_ROLE:
        services.grant_role(account, ADMIN_ROLE, at=at, by=SYSTEM)
        return
    named = official.department
    department = services.create_department(*named, at=at, by=SYSTEM) if named else None
    for slug in HELD_IN:
        programme = programmes.get_programme_by_slug(slug)
        services.grant_role(account, official.role, programme=programme, department=department, at=at, by=SYSTEM)


def _open_account(login: str, name: str, password_hash: str, *, at: datetime) -> Account:
    account = Account(login=login, name=name, password_hash=password_hash, created_at=at)
    db.session.add(account)
    db.session.flush()
    audit.record(services.CREATE, account.id, at=at, by=SYSTEM, login=login, name=name)
    return account


def _appoint(programme: Programme, account: Account, place: int, days: Days, *, at: datetime) -> None:
    services.grant_role(account, COMMITTEE_ROLE, programme=programme, at=at, by=SYSTEM)
    committee.appoint_member(
        programme,
        account,
        route="open_call" if place < OPEN_CALL else "recommended",
        office=("chair", "vice_chair")[place] if place < 2 else "member",
        appointed_on=days.day(TERM_BEGAN),
        term_ends_on=days.day(TERM_BEGAN + TERM),
        sex="fm"[place % 2],
        at=at,
        by=SYSTEM,
    )


def _keep_residents(key: str, *, at: datetime) -> None:
    """Those who have not signed in before the demo was loaded."""
    for phone in phones():
        phone_key = _phone_key(key, phone)
        if _find_resident(phone_key) is None:
            db.session.add(Resident(phone_key=phone_key, created_at=at))
    audit.record(MOVE_IN, None, at=at, by=SYSTEM, residents=RESIDENTS)


def _phone_key(key: str, phone: str) -> str:
    return identity.phone_key(key, identity.normalise_phone(phone))


def _find_resident(phone_key: str) -> Resident | None:
    return db.session.scalar(select(Resident).where(Resident.phone_key == phone_key))


def _get_account(login: str) -> Account:
    return db.session.scalars(select(Account).where(Account.login == login)).one()
