"""Keys that stand for people: HMACs, so that what is stored names nobody without the identity key. Pure."""

import hmac
import re
import unicodedata

import phonenumbers

from app.people.rules import NotAMobileNumber

TYPED = re.compile(r"[+\d\s().‐-―-]+")  # with every hyphen and dash that keyboards offer
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


def say_phone(phone: str) -> str:
    """As it is said in Korea: +821012345678 → 010-1234-5678"""
    digits = "0" + phone.removeprefix("+82")
    return f"{digits[:3]}-{digits[3:7]}-{digits[7:]}"


def phone_key(identity_key: str, phone: str) -> str:
    return _key(identity_key, "phone", phone)


def browser_key(identity_key: str, browser: str) -> str:
    return _key(identity_key, "browser", browser)


def code_key(identity_key: str, phone: str, browser: str, code: str) -> str:
    """The same six digits are another key for another phone, and in another browser."""
    return _key(identity_key, "code", f"{phone}:{browser}:{code}")


def login_key(identity_key: str, login: str) -> str:
    return _key(identity_key, "login", login)


def person_key(identity_key: str, person: str) -> str:
    """`person`: a round, a name and a birth date, as `app.roll` writes them."""
    return _key(identity_key, "person", person)


def claim_key(identity_key: str, phone_key: str, person_key: str) -> str:
    """That this phone named this person; another phone's key for the same person is another one."""
    return _key(identity_key, "claim", f"{phone_key}:{person_key}")


def _key(identity_key: str, kind: str, text: str) -> str:
    """64 hex digits of HMAC-SHA256 (RFC 2104) over "kind:text"."""
    return hmac.digest(identity_key.encode(), f"{kind}:{text}".encode(), "sha256").hex()
