"""From the members' totals to the shortlist. It is counted in `app/tally/written.py`, as anybody can do; here is how it
is said."""

from fractions import Fraction

from app.tally.written import (
    BELOW_THRESHOLD,
    BEYOND_PLACES,
    CHOSEN,
    NO_SHEETS,
    REASONS,
    SHEETS_TO_DROP_FROM,
    Cut,
    Entry,
    Standing,
    fingerprint,
    mean,
    sections_over_their_places,
    stand,
)

__all__ = [
    "BELOW_THRESHOLD",
    "BEYOND_PLACES",
    "CHOSEN",
    "NO_SHEETS",
    "REASONS",
    "SHEETS_TO_DROP_FROM",
    "Cut",
    "Entry",
    "Standing",
    "fingerprint",
    "mean",
    "say_mean",
    "sections_over_their_places",
    "stand",
]


def say_mean(score: Fraction, digits: int = 2) -> str:
    """For reading, rounded half up: Fraction(247, 3) → "82.33", Fraction(80) → "80"."""
    whole, rest = divmod(int(score * 10**digits + Fraction(1, 2)), 10**digits)
    return f"{whole}.{rest:0{digits}d}".rstrip("0") if rest else str(whole)
