"""Second factors and sessions of accounts: how long, how often, in which spelling. Pure."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from app.people.rules import Locked, PeopleError

SESSION_LIFE = timedelta(hours=8)  # a working day, from signing in
IDLE_LIFE = timedelta(hours=1)  # without a request; shorter, and a long form would be lost to it
HALF_LIFE = timedelta(minutes=30)  # from the password to the second factor, or to having set one up
PROOF_LIFE = timedelta(minutes=10)  # how long a second factor answers for dangerous steps
CHALLENGE_LIFE = timedelta(minutes=5)

STEP = 30  # seconds (RFC 6238)
APP_DIGITS = 6
SECRET_BYTES = 20  # RFC 4226, 4
LATE_STEPS = 1  # a clock may be a step off, either way
RECOVERY_CODES = 10
RECOVERY_LETTERS = 10
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: 50 bits a code
ALIKE = str.maketrans("OIL", "011")
PASSKEY_NAME_MAX = 40
CREDENTIAL_MAX = 1023  # bytes (WebAuthn, 4)

APP = "app"
PASSKEY = "passkey"
RECOVERY = "recovery"
PASSWORD = "password"

ADD = "add"
ENTER = "enter"
PROVE = "prove"
PURPOSES = (ADD, ENTER, PROVE)  # what a passkey is asked for

BROWSERS = (
    ("Edg", "Edge"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Whale", "Whale"),
    ("OPR", "Opera"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # the first that is named: most name others as well
SYSTEMS = (
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


class WrongFactor(PeopleError):
    """Neither a code of the app that is good now and was not used, nor an unused recovery code."""


class FactorLocked(Locked):
    """Too many wrong codes; they can be tried again at `until`."""


class WrongSetupCode(PeopleError):
    """The app that is being set up shows another code."""


class PasskeyRefused(PeopleError):
    """The answer is none of a passkey that this account has, for this site, by a person it has recognised."""


class ChallengeOver(PasskeyRefused):
    """What the passkey answered was asked too long ago, by another browser, or is answered already."""


class PasskeyKnown(PeopleError):
    """This passkey has been added before."""


class LastFactor(PeopleError):
    """Without it the account would have no second factor."""


class SignInOver(PeopleError):
    """The session ended while something was done in it."""


def is_over(begun_at: datetime, proved_at: datetime | None, at: datetime) -> bool:
    """Half a sign-in (`proved_at` None) is over sooner than a whole one."""
    return at >= begun_at + (HALF_LIFE if proved_at is None else SESSION_LIFE)


def is_fresh(proved_at: datetime | None, at: datetime) -> bool:
    """Whether a second factor given at `proved_at` answers for a dangerous step."""
    return proved_at is not None and at < proved_at + PROOF_LIFE


def hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def device_words(user_agent: str) -> str:
    """A browser and a system by their names alone, "Chrome · Android"; empty where neither is known."""
    names = [next((name for mark, name in marks if mark in user_agent), "") for marks in (BROWSERS, SYSTEMS)]
    return " · ".join(name for name in names if name)


def derive_secret(identity_key: str, session_key: str, before: str) -> str:
    """The base 32 secret that this session is offered for an app: the same each time until it is taken, when `before`
    changes. So it is kept nowhere before."""
    text = f"app:{session_key}:{before}".encode()
    return base64.b32encode(hmac.new(identity_key.encode(), text, hashlib.sha256).digest()[:SECRET_BYTES]).decode()


def step_of(at: datetime) -> int:
    return int(at.timestamp()) // STEP


def steps_around(at: datetime) -> range:
    return range(step_of(at) - LATE_STEPS, step_of(at) + LATE_STEPS + 1)


def tidy_code(typed: str) -> str:
    """Of either kind, without blanks and hyphens, in capitals."""
    return re.sub(r"[\s-]", "", typed).upper()


def is_of_app(code: str) -> bool:
    return len(code) == APP_DIGITS and code.isascii() and code.isdecimal()


def make_recovery_codes() -> list[str]:
    """As they are shown: "7K2MA-0XQ4D"."""
    codes = ("".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LETTERS)) for _ in range(RECOVERY_CODES))
    half = RECOVERY_LETTERS // 2
    return [f"{code[:half]}-{code[half:]}" for code in codes]


def read_recovery_code(typed: str) -> str:
    """The code as it is kept, whatever letters that look like its digits were typed."""
    return tidy_code(typed).translate(ALIKE)


def ensure_factor_left(others: Iterable[object]) -> None:
    if not any(True for _ in others):
        raise LastFactor
