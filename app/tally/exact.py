"""Fractions as text: "num/den" in lowest terms (the exact figure), and decimals (for reading only)."""

import re
from fractions import Fraction
from math import floor

_FRACTION = re.compile(r"(0|[1-9][0-9]*)/([1-9][0-9]*)")


def text(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"


def parse(written: str) -> Fraction:
    """Reads what `text` writes, nothing else (ValueError): one number has one spelling and so one hash."""
    match = _FRACTION.fullmatch(written)
    if match is None or text(value := Fraction(int(match[1]), int(match[2]))) != written:
        raise ValueError(f"not a fraction in lowest terms: {written!r}")
    return value


def shown(value: Fraction, places: int = 4) -> str:
    """Decimal, rounded half up: 1/8 to two places is "0.13"."""
    scale = 10**places
    scaled = floor(value * scale + Fraction(1, 2))
    sign, scaled = ("-", -scaled) if scaled < 0 else ("", scaled)
    return f"{sign}{scaled // scale}.{scaled % scale:0{places}d}"
