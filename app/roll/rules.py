"""Who may vote in a round: what is asked, and under what a person stands on its roll. Pure."""

import re
import unicodedata
from collections.abc import Collection
from datetime import date

# How a person came onto the roll, or proved to be the one on it.
PHONE = "phone"
CODE = "code"
DESK = "desk"
OIDC = "oidc"
LISTED = "list"
SOURCES = (PHONE, CODE, DESK, OIDC, LISTED)

# How a guardian's consent was given: by a code to the guardian's phone, before an officer, or with the list.
GUARDIANS = (PHONE, DESK, LISTED)
GUARDIAN_BELOW = 14  # Personal Information Protection Act, article 22-2

# Whoever names somebody who stands on the roll learns that they do. What a phone may learn so is bounded; a phone is in
# somebody's name and costs a text message, of which there is a limit a day. All phones together are counted, too, but
# never refused: who has a hundred phones would shut everybody out of the register for the day. From then on each phone
# is heard once, which is all that somebody needs who tells the truth, and staff are warned.
CLAIMS_PER_PHONE = 3  # different people whom one phone may name in a round, until one of them comes onto the roll
MANY_CLAIMS = 300  # a day in a round, from all phones together, that did not lead onto the roll
CLAIMS_AMONG_MANY = 1  # instead of CLAIMS_PER_PHONE from then on
OLDEST = 130
NAME_MAX = 60
_BANDS = ((14, "0-13"), (19, "14-18"), (30, "19-29"), (40, "30-39"), (50, "40-49"), (60, "50-59"), (70, "60-69"))
LAST_BAND = "70-"
BANDS = (*(band for _, band in _BANDS), LAST_BAND)
_NO_LETTER = re.compile(r"[\W\d_]+")


class RollError(Exception):
    """A rule of who may vote was not kept."""


class NotOnTheRoll(RollError):
    """Nobody on this round's roll is known by this phone, code, or name and birth date."""


class OnTheRollAlready(RollError):
    """Somebody of this name and birth date, or with this phone, is on the roll and came another way."""


class NameMissing(RollError):
    """A name has letters, at most NAME_MAX characters."""


class BirthDateUnfit(RollError):
    """In the future, or longer ago than anybody has lived."""


class ResidentNumber(RollError):
    """Somebody typed (a part of) a resident registration number, which is never taken."""


class TooManyClaims(RollError):
    """From this phone so many people were named who are on the roll already that no more are."""


class SamePhone(RollError):
    """A guardian consents with a phone of their own."""


class TooYoung(RollError):
    """Not of the age that the round asks for, on the day on which its voting begins."""

    def __init__(self, least: int) -> None:
        super().__init__(str(least))
        self.least = least


class BasisNotTaken(RollError):
    """The round asks for another tie to the area than this one."""


class AreaMissing(RollError):
    """Whoever lives, works or learns here does so in one of the round's dong."""


class GuardianMissing(RollError):
    """Below 14 a guardian consents first."""


class VotersOtherwise(RollError):
    """The round asks in another way who may vote."""


def tidy_name(typed: str) -> str:
    """As it is compared: letters only, however they are spaced, hyphenated or capitalised. Raises NameMissing."""
    name = _NO_LETTER.sub("", unicodedata.normalize("NFKC", typed)).casefold()
    if not 1 <= len(name) <= NAME_MAX:
        raise NameMissing
    return name


def claims_heard(claims_today: int) -> int:
    """How many different people a phone may name, after so many claims of all phones today."""
    return CLAIMS_PER_PHONE if claims_today < MANY_CLAIMS else CLAIMS_AMONG_MANY


def age_on(born_on: date, day: date) -> int:
    """In full years (만 나이)."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def age_band(age: int) -> str:
    return next((band for below, band in _BANDS if age < below), LAST_BAND)


def ensure_birth_date(born_on: date, day: date) -> None:
    if not 0 <= age_on(born_on, day) <= OLDEST:
        raise BirthDateUnfit


def ensure_eligible(*, age: int, age_min: int | None, basis: str, bases: Collection[str], guardian: str | None) -> None:
    """Raises TooYoung, BasisNotTaken, GuardianMissing."""
    if age_min is not None and age < age_min:
        raise TooYoung(age_min)
    if basis not in bases:
        raise BasisNotTaken
    if age < GUARDIAN_BELOW and guardian is None:
        raise GuardianMissing


def ensure_kind(asked: str, *kinds: str) -> None:
    """Raises VotersOtherwise."""
    if asked not in kinds:
        raise VotersOtherwise
