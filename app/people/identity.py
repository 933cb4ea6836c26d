"""Keys that stand for people: HMACs, so that what is stored names nobody without the identity key. Pure."""

import hmac
import re
import unicodedata

import phonenumbers

from app.people.rules import NotAMailAddress, NotAMobileNumber

TYPED = re.compile(r"[+\d\s().‐-―-]+")  # with every hyphen and dash that keyboards offer
# A dot-atom of RFC 5322 before the @; after it a host name with a dot, and letters at its end.
MAIL_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(xn--[a-z0-9-]+|[a-z]{2,63})"
)
MAIL_MAX = 254
MOBILE = re.compile(r"10\d{8}")  # 011 and its kin ended in 2021: no message reaches them


def normalise_phone(typed: str) -> str:
    """E.164 ("+821012345678") of a Korean mobile number, however it is spaced. Raises NotAMobileNumber."""
    text = unicodedata.normalize("NFKC", typed).strip()
    if not TYPED.fullmatch(text):
        raise NotAMobileNumber
    try:
        number = phonenumbers.parse(text, "KR")
    except phonenumbers.NumberParseException as error:
        raise NotAMobileNumber from error
    if number.country_code != 82 or not MOBILE.fullmatch(str(number.national_number)):
        raise NotAMobileNumber
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normalise_mail(typed: str) -> str:
    """ "name@domain" as servers take it: a domain in small letters, one of other letters by its code (IDNA). Raises
    NotAMailAddress; also for names in other letters than ASCII, which many servers do not take."""
    name, at, domain = unicodedata.normalize("NFKC", typed).strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode().lower()
    except UnicodeError as error:
        raise NotAMailAddress from error
    address = f"{name}{at}{domain}"
    if len(address) > MAIL_MAX or len(name) > 64 or not MAIL_ADDRESS.fullmatch(address):
        raise NotAMailAddress
    return address


def say_phone(phone: str) -> str:
    """As it is said in Korea: +821012345678 → 010-1234-5678"""
    digits = "0" + phone.removeprefix("+82")
    return f"{digits[:3]}-{digits[3:7]}-{digits[7:]}"


def phone_key(identity_key: str, phone: str) -> str:
    return _key(identity_key, "phone", phone)


def prefix_key(identity_key: str, phone: str) -> str:
    """Of the first seven digits as people say them, which 10,000 numbers share: +821012345678 → 010-1234."""
    return _key(identity_key, "prefix", phone[:-4])


def browser_key(identity_key: str, browser: str) -> str:
    return _key(identity_key, "browser", browser)


def code_key(identity_key: str, phone: str, browser: str, code: str) -> str:
    """The same six digits are another key for another phone, and in another browser."""
    return _key(identity_key, "code", f"{phone}:{browser}:{code}")


def mail_person_key(identity_key: str, resident_id: int | None, account_id: int | None) -> str:
    return _key(identity_key, "mail person", f"{resident_id or ''}:{account_id or ''}")


def mail_key(identity_key: str, address: str) -> str:
    return _key(identity_key, "mail", address.lower())


def asked_key(identity_key: str, phone_key: str) -> str:
    """By which it is counted how often a number is told that somebody asks it to propose together."""
    return _key(identity_key, "asked", phone_key)


def login_key(identity_key: str, login: str, known_browser: str | None = None) -> str:
    """Under which wrong passwords of a login are counted: those from a browser that has signed in with it apart, so
    that nobody else can lock its owner out (OWASP's device cookies)."""
    return _key(identity_key, "login", login if known_browser is None else f"{login}:{known_browser}")


def factor_key(identity_key: str, account_id: int, known_browser: str | None = None) -> str:
    """Likewise for wrong codes of the second factor."""
    return _key(identity_key, "factor", f"{account_id}:{known_browser or ''}")


def device_key(identity_key: str, login: str, browser: str) -> str:
    """What proves that a browser has signed in with a login."""
    return _key(identity_key, "device", f"{login}:{browser}")[:32]


def session_key(identity_key: str, token: str) -> str:
    return _key(identity_key, "session", token)


def recovery_key(identity_key: str, account_id: int, code: str) -> str:
    return _key(identity_key, "recovery", f"{account_id}:{code}")


def challenge_key(identity_key: str, challenge: str) -> str:
    return _key(identity_key, "challenge", challenge)


def passkey_handle(identity_key: str, account_id: int) -> bytes:
    """32 bytes by which a passkey knows an account: they name nobody (WebAuthn, 14.6.1)."""
    return bytes.fromhex(_key(identity_key, "passkey", str(account_id)))


def person_key(identity_key: str, person: str) -> str:
    """`person`: a round, a name and a birth date, as `app.roll` writes them."""
    return _key(identity_key, "person", person)


def pin_key(identity_key: str, pin: str) -> str:
    """`pin`: a round and the digits of a one-time PIN, as `app.stations` writes them."""
    return _key(identity_key, "pin", pin)


def claim_key(identity_key: str, phone_key: str, person_key: str) -> str:
    """That this phone named this person; another phone's key for the same person is another one."""
    return _key(identity_key, "claim", f"{phone_key}:{person_key}")


def _key(identity_key: str, kind: str, text: str) -> str:
    """64 hex digits of HMAC-SHA256 (RFC 2104) over "kind:text"."""
    return hmac.digest(identity_key.encode(), f"{kind}:{text}".encode(), "sha256").hex()
