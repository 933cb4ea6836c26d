"""Signing in: codes to phones, passwords, how many tries there are; and what an account may be given."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=5)
TRIES_PER_CODE = 5
CODES_PER_HOUR = 5
CODES_PER_DAY = 10
CODES_PER_BROWSER = 10  # in an hour, to whatever phones; who has signed in begins anew
BROWSER_WINDOW = timedelta(hours=1)
WRONG_WINDOW = timedelta(hours=1)
TRIES_WHEN_SPRAYED = 1
PASSWORD_MIN = 12
PASSWORD_MAX = 200
FAILS_BEFORE_LOCK = 5
LOCK_TIME = timedelta(minutes=15)
MAIL_CODE_LIFE = timedelta(minutes=20)
MAIL_CODES_PER_DAY = 5  # of a person, and to an address
CODE_LIMITS = ((CODES_PER_HOUR, timedelta(hours=1)), (CODES_PER_DAY, timedelta(days=1)))
KEPT_FOR = timedelta(days=1)  # codes and tries: as long as the limits count them
NAME_MAX = 60
LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,59}")
STAFF = "staff"
APPROVER = "approver"
SIGNERS = (STAFF, APPROVER)  # two roles, two people, in the order in which they sign


class PeopleError(Exception):
    """A rule of signing in, or of accounts, was not kept."""


class NotAMobileNumber(PeopleError):
    """Not a Korean mobile phone number."""


class NotAMailAddress(PeopleError):
    """Nothing that a mail could be sent to."""


class TooManyCodes(PeopleError):
    """This phone has asked for as many codes as it may for now. `again_at` is when it may again."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__(again_at.isoformat())
        self.again_at = again_at


class TooManyMailCodes(TooManyCodes):
    """This person, or this address, has had as many codes by mail as they may for now."""


class TooManyFromBrowser(TooManyCodes):
    """This browser has asked for as many codes as it may for now, to whatever phones."""


class WrongCode(PeopleError):
    """The code is not the one sent. `tries_left` may be 0: then a new one is needed. `allowed`: tries that each code
    has at this hour."""

    def __init__(self, tries_left: int, allowed: int = TRIES_PER_CODE) -> None:
        super().__init__(str(tries_left))
        self.tries_left, self.allowed = tries_left, allowed


class CodeExpired(PeopleError):
    """There is no code to check: never sent from this browser, used, or older than its life."""


class MailCodeExpired(CodeExpired):
    """Likewise of codes by mail."""


class WrongPassword(PeopleError):
    """No such login, wrong password, or ended account: which of these is nobody's business."""


class Locked(PeopleError):
    """Too many wrong passwords; the account can be tried again at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


class LoginTaken(PeopleError):
    """Another account has this login."""


class WeakPassword(PeopleError):
    """Too short, too long, or with the login in it."""


class TooBusy(PeopleError):
    """Too many passwords are being checked at this moment."""


class LoginUnfit(PeopleError):
    """A login is 3 to 60 small letters, digits, dots, hyphens and underlines."""


class NameUnfit(PeopleError):
    """A person's name has 1 to 60 characters, none of them a control character or a break of the line."""


class NameTaken(PeopleError):
    """Another department has this name."""


class RoleIncomplete(PeopleError):
    """Every role but the administrator's is in a programme; an officer's, and no other, is in a department."""


class RoleHeld(PeopleError):
    """The account has this role in this programme already."""


class LastAdministrator(PeopleError):
    """Without an administrator nobody could make one."""


class AccountEnded(PeopleError):
    """An ended account is given nothing more."""


class SamePerson(PeopleError):
    """The second signature must be another person's."""


class AlreadySigned(PeopleError):
    """This role has signed this."""


class StaffSignsFirst(PeopleError):
    """The second approver signs what the person in charge has signed."""


def ensure_may_sign(signed: Mapping[str, int], role: str, account_id: int) -> None:
    """`signed`: role → account. Raises AlreadySigned, SamePerson, StaffSignsFirst."""
    if role in signed:
        raise AlreadySigned
    if role == APPROVER and STAFF not in signed:
        raise StaffSignsFirst
    if account_id in signed.values():
        raise SamePerson


def is_complete(signed: Iterable[str]) -> bool:
    return set(signed) == set(SIGNERS)


def ensure_code_allowed(sent: Sequence[datetime], at: datetime) -> None:
    """`sent`: when the phone's codes of the last day were sent, newest first. Raises TooManyCodes."""
    waits = []
    for limit, window in CODE_LIMITS:
        counted = [when for when in sent if when > at - window]
        if len(counted) >= limit:
            waits.append(counted[limit - 1] + window)
    if waits:
        raise TooManyCodes(max(waits))


def ensure_mail_code_allowed(sent: Iterable[Sequence[datetime]], at: datetime) -> None:
    """`sent`: when a person's codes of the last day were sent, and when those to an address were, each newest first.
    Raises TooManyMailCodes."""
    waits = [times[MAIL_CODES_PER_DAY - 1] + KEPT_FOR for times in sent if len(times) >= MAIL_CODES_PER_DAY]
    if waits:
        raise TooManyMailCodes(max(waits))


def ensure_browser_allowed(nth: datetime | None) -> None:
    """`nth`: when this browser's CODES_PER_BROWSER-th last code within the window was sent, if it has had so many.
    Raises TooManyFromBrowser."""
    if nth is not None:
        raise TooManyFromBrowser(nth + BROWSER_WINDOW)


def tries_allowed(wrong: int, budget: int) -> int:
    """Tries that a code has, so many `wrong` ones having been typed in the last hour, over all phones.

    Who sprays (a guess or five at each of many phones) comes under no phone's limit, so there is a budget for all. When
    it is used up nobody is shut out, for then anybody could shut out everybody by typing wrong codes: each phone still
    gets its codes, but a code is good for one try. Who types it right notices nothing; who mistypes asks for another.
    A guess then costs a text that somebody sees. With the usual limits (500 wrong codes an hour, 20,000 codes a day)
    some 32,000 guesses a day at one in a million are the most: one account in a month, of so many texts nobody asked
    for.
    """
    return TRIES_PER_CODE if wrong < budget else TRIES_WHEN_SPRAYED


def count_try(tries: int, last_at: datetime, at: datetime) -> int:
    """Which try in a row this one is, `tries` having been made until `last_at`. Raises Locked.

    Counted before the password is looked at, so that many tries at once are no more than one after another.
    """
    until = last_at + LOCK_TIME
    if at >= until:
        return 1
    if tries >= FAILS_BEFORE_LOCK:
        raise Locked(until)
    return tries + 1


def tidy_login(typed: str) -> str:
    return typed.strip().lower()


def ensure_login_fit(login: str) -> None:
    if not LOGIN.fullmatch(login):
        raise LoginUnfit


def tidy_name(typed: str) -> str:
    return typed.strip()


def ensure_name_fit(name: str) -> None:
    if not 1 <= len(name) <= NAME_MAX or any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in name):
        raise NameUnfit


def ensure_password_strong(login: str, password: str) -> None:
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX or login in password.lower():
        raise WeakPassword


def ensure_role_complete(role: str, programme_id: int | None, department_id: int | None) -> None:
    if (role == "admin") != (programme_id is None) or (role == "department") != (department_id is not None):
        raise RoleIncomplete


def ensure_administrator_left(others: int) -> None:
    if others < 1:
        raise LastAdministrator
