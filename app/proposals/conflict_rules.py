"""When two proposals are at odds (같은 장소, 같은 목적), and how that is settled. Pure."""

from fractions import Fraction
from math import cos, hypot, radians

from app.proposals import rules, similar_rules

SAME_PLACE = "same_place"
SAME_PURPOSE = "same_purpose"
KINDS = (SAME_PLACE, SAME_PURPOSE)

OPEN = "open"
BOTH_STAY = "both_stay"
MERGED = "merged"
ONE_LEAVES = "one_leaves"
ONE_WINS = "one_wins"  # both go to the ballot, and only one of them is funded
STATES = (OPEN, BOTH_STAY, MERGED, ONE_LEAVES, ONE_WINS)
SETTLED = (BOTH_STAY, ONE_WINS, MERGED, ONE_LEAVES)
GONE = (MERGED, ONE_LEAVES)  # they hold as long as one of the two has left

# Titles that share half of their pairs of letters: of the known projects of Geumcheon no two of one year do.
ALIKE = Fraction(1, 2)
# Two pins so near are in one yard or at one crossing: a phone is some 10 m off, and a finger on the map as much again.
NEAR_METRES = 50
EARTH_METRES = 6_371_009  # the mean radius (IUGG)
REASON_MAX = 2000
Point = tuple[float, float]  # latitude and longitude in degrees (WGS 84)
ON_THE_WAY = (rules.ELIGIBLE, rules.VISITED, rules.SHORTLISTED)
NEAR_THE_BALLOT = (rules.VISITED, rules.SHORTLISTED)


class ConflictSettled(rules.ProposalError):
    """It is settled already, and stays so."""


class BothStillThere(rules.ProposalError):
    """Two proposals become one, or one leaves, only when one of them has left."""


class NotAPair(rules.ProposalError):
    """They are not two proposals of the round that are on their way to the ballot."""


class AlreadyFound(rules.ProposalError):
    """The two are there already as at odds in this way."""


class KindUnknown(rules.ProposalError):
    """No way of being at odds is called so."""


class ReasonUnfit(rules.ProposalError):
    """There is no reason, or one of more than REASON_MAX letters."""


class SettlementUnknown(rules.ProposalError):
    """No way of settling it is called so."""


def same_place(one: str) -> str:
    """The text of a place as it is compared: however it is spaced and written."""
    return similar_rules.letters(one)


def metres_between(one: Point, other: Point) -> float:
    """As on a plane that touches the globe there: at NEAR_METRES it is wrong by far less than a millimetre."""
    north = radians(one[0] - other[0])
    east = radians(one[1] - other[1]) * cos(radians((one[0] + other[0]) / 2))
    return EARTH_METRES * hypot(north, east)


def is_near(one: Point, other: Point) -> bool:
    return metres_between(one, other) <= NEAR_METRES


def is_alike(one: str, other: str) -> bool:
    """By their titles."""
    return similar_rules.likeness(similar_rules.pairs(one), similar_rules.pairs(other)) >= ALIKE


def ensure_settlement(state: str, reason: str) -> None:
    if state not in SETTLED:
        raise SettlementUnknown
    if not 0 < len(reason) <= REASON_MAX:
        raise ReasonUnfit
