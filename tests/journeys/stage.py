"""Where a round is walked: the application, its clock, and people who sign in at their own phones."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urljoin

from flask import Flask

from app.clock import Clock, seoul_day, start_of_day
from app.database import db
from app.people import passwords
from app.people.models import APPROVER_ROLE, COMMITTEE_ROLE, DEPARTMENT_ROLE, STAFF_ROLE, Account
from tests import factories
from tests.authenticators import code_now, give_app
from tests.browser.conftest import NewScreen
from tests.browser.people import sign_in
from tests.browser.screen import Screen
from tests.journeys.plan import MEMBERS

PASSWORD = "참여예산-한표-2027"
STAFF, APPROVER, OFFICER = "staff", "approver", "officer"
LOGINS = {name: f"member{place}" for place, name in enumerate(MEMBERS, start=1)}


class Messages:
    """The sender of text messages that people's phones stand behind."""

    name = "phones"
    keeps = False

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    def send(self, recipient: str, body: str, key: str) -> None:
        self.sent.append((recipient, body))

    def ping(self) -> None:
        return None

    def last_code(self, phone: str) -> str:
        """`phone` as people write it."""
        recipient = "+82" + phone.replace("-", "").removeprefix("0")
        body = next(body for to, body in reversed(self.sent) if to == recipient)
        found = re.search(r"\d{6}", body)
        assert found, body
        return found[0]


@dataclass
class Stage:
    """Day 0 is today; people's screens are theirs for the whole round."""

    app: Flask
    clock: Clock
    screen: NewScreen
    messages: Messages = field(default_factory=Messages)
    today: date = field(init=False)
    screens: dict[str, Screen] = field(default_factory=dict)  # by login, or by a resident's name
    words: dict[str, str] = field(default_factory=dict)  # trustee → what is on their paper

    def __post_init__(self) -> None:
        self.today = seoul_day(self.clock.now())
        self.app.extensions["sms"] = self.messages

    def day(self, number: int) -> date:
        return self.today + timedelta(days=number)

    def moment(self, day: int, hour: int = 0) -> str:
        """As a field for date and time takes it."""
        return f"{self.day(day).isoformat()}T{hour:02}:00"

    def go_to(self, day: int, hour: int = 10) -> None:
        """Yesterday's sign-ins are over: staff have signed in again, at the page where they left off."""
        self.clock.offset += start_of_day(self.day(day)) + timedelta(hours=hour) - self.clock.now()
        db.session.rollback()  # what the browsers did is to be seen here
        for account in db.session.query(Account).filter(Account.login.in_(self.screens)).all():
            one = self.screens[account.login]
            sign_in(self.app, one, urljoin(one.page.url, "/"), account)

    def account(self, login: str) -> Screen:
        """Signs in on the first call, with the password and the app's code, on a screen of their own."""
        if login not in self.screens:
            one = self.screens[login] = self.screen()
            one.open("/staff/sign-in")
            one.fill(login=login, password=PASSWORD)
            one.press("로그인하기")
            one.fill(proof=code_now(self.clock))
            one.press("확인하고 로그인하기")
        return self.screens[login]

    def console(self, login: str) -> Screen:
        """At the round's own page, which they come to from their first one."""
        one = self.account(login)
        one.open("/office/")
        one.follow(f"{self.today.year + 1}년 주민참여예산")
        return one

    def member(self, name: str) -> Screen:
        return self.account(LOGINS[name])

    def resident(self, name: str, phone: str) -> Screen:
        """Signs in on the first call, with the code that came to the phone."""
        if name not in self.screens:
            one = self.screens[name] = self.screen()
            one.open("/")
            one.follow("로그인")
            self.prove(one, phone)
        return self.screens[name]

    def prove(self, one: Screen, phone: str) -> None:
        """The two pages of signing in, from wherever one was sent to them."""
        one.fill(phone=phone)
        one.press("인증번호 받기")
        one.fill(code=self.messages.last_code(phone))
        one.press("로그인하기")


def people_in_office() -> None:
    """What stands in the database before anybody signs in: programme, department, accounts, the committee's roll."""
    factories.programme()
    factories.area()
    password_hash = passwords.hash_password(PASSWORD)
    for login, name, role in (
        (STAFF, "김담당", STAFF_ROLE),
        (APPROVER, "이확인", APPROVER_ROLE),
        (OFFICER, "오주무", DEPARTMENT_ROLE),
    ):
        _account(login, name, role, password_hash)
    for name, login in LOGINS.items():
        factories.member(account_=_account(login, name, COMMITTEE_ROLE, password_hash))


def _account(login: str, name: str, role: str, password_hash: str) -> Account:
    account = factories.account(role, name=name, login=login)
    account.password_hash = password_hash
    give_app(account)
    return account
