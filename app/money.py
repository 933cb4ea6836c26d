"""Won as people write and say it. Amounts are whole won and fit a BIGINT."""

import re
import unicodedata

LARGEST_WON = 2**63 - 1

UNITS = {"조": 10**12, "억": 10**8, "만": 10**4}
SMALL = {"천": 1000, "백": 100, "십": 10}

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)"
# "120,000천원", "4,672백만원", "3.5억", "1.2천만": one number counted in one unit
_COUNTED = re.compile(rf"({_NUMBER})(?:\.(\d+))?([천백십]?)([조억만]?)")
_PLAIN_DECIMAL = re.compile(rf"{_NUMBER}?\.\d+")
_GROUP = re.compile(rf"((?:{_NUMBER}|[천백십])+?)([조억만])")
_SPOKEN = re.compile(r"(?:(\d?)(천))?(?:(\d?)(백))?(?:(\d?)(십))?(\d{0,3})")


class MoneyError(ValueError):
    """`code`: empty, negative, fraction, ambiguous, too_large or unreadable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse_won(text: str) -> int:
    """Whole won from "120,000,000원", "1억 2,000만", "3.5억", "12만5천", "4,672백만원" and the like.

    Refuses what two people could read in two ways: "1억 5천" (5천만?), "1억 5000", "1 2억", "120.000", "1,00".
    Raises MoneyError.
    """
    body, ends_in_won = _clean(text)
    counted = _COUNTED.fullmatch(body)
    if counted:
        amount = _counted(*counted.groups())
    elif _PLAIN_DECIMAL.fullmatch(body):
        raise MoneyError("fraction")
    else:
        amount = _composed(body, ends_in_won)
    if amount > LARGEST_WON:
        raise MoneyError("too_large")
    return amount


def say_won(won: int) -> str:
    """120000000 → "1억 2,000만원". Exact: `parse_won(say_won(n)) == n` for n ≥ 0."""
    rest, parts = abs(won), []
    for unit, size in UNITS.items():
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count:,}{unit}")
    if rest or not parts:
        parts.append(f"{rest:,}")
    return ("-" if won < 0 else "") + " ".join(parts) + "원"


def _clean(text: str) -> tuple[str, bool]:
    """The amount without spaces, currency sign and 원; whether 원 was written."""
    body = unicodedata.normalize("NFKC", text).strip()
    if re.search(r"[\d,.]\s+[\d,.]", body):
        raise MoneyError("ambiguous")
    body = re.sub(r"\s", "", body)
    if body[:1] in ("-", "−", "–", "△", "▲"):
        raise MoneyError("negative")
    body = re.sub(r"^(?:₩|KRW)|원정?$", "", body, flags=re.IGNORECASE)
    if not body:
        raise MoneyError("unreadable" if text.strip() else "empty")
    if not body.isascii() and not re.fullmatch(r"[\x00-\x7f조억만천백십]+", body):
        raise MoneyError("unreadable")
    return body, bool(re.search(r"원\s*정?$", unicodedata.normalize("NFKC", text).strip()))


def _counted(number: str, decimals: str | None, small: str, unit: str) -> int:
    digits = number.replace(",", "")
    if len(digits) > 1 and digits.startswith("0"):
        raise MoneyError("ambiguous")
    scale = SMALL.get(small, 1) * UNITS.get(unit, 1)
    if decimals is None:
        return _bounded(digits) * scale
    whole, left = divmod(_bounded(digits + decimals) * scale, 10 ** len(decimals))
    if scale == 1 or left:
        raise MoneyError("fraction")
    return whole


def _composed(body: str, ends_in_won: bool) -> int:
    """Several groups in falling order: 조, 억, 만, and what is left."""
    total, position, below = 0, 0, LARGEST_WON
    for group in _GROUP.finditer(body):
        if group.start() != position or UNITS[group[2]] >= below:
            raise MoneyError("unreadable")
        count = _spoken(group[1])
        if total and count >= 10_000:
            raise MoneyError("ambiguous")
        below, position = UNITS[group[2]], group.end()
        total += count * below
    rest = body[position:]
    if not rest:
        return total
    amount = _spoken(rest)
    if total and not _clear_rest(rest, amount, below, ends_in_won):
        raise MoneyError("ambiguous")
    return total + amount


def _clear_rest(rest: str, amount: int, below: int, ends_in_won: bool) -> bool:
    """Whether what follows the last unit can only mean won: after 억, "5천" is said for 5천만."""
    if amount >= 10_000:
        return False
    if not rest[-1].isdigit():
        return below == UNITS["만"]
    return ends_in_won or (below == UNITS["만"] and amount >= 1000)


def _spoken(text: str) -> int:
    """ "2,000", "2천5백", "천", "3천2": a number below a unit."""
    if re.fullmatch(_NUMBER, text):
        return _bounded(text.replace(",", ""))
    match = _SPOKEN.fullmatch(text)
    if match is None:
        raise MoneyError("ambiguous" if re.search(r"\d[,.]|[,.]\d", text) else "unreadable")
    pairs = zip(match.groups()[0:6:2], match.groups()[1:6:2], strict=True)
    value = sum(int(count or 1) * SMALL[unit] for count, unit in pairs if unit)
    ones = int(match[7] or 0)
    smallest = min(SMALL[unit] for unit in match.groups()[1:6:2] if unit)
    if ones >= smallest:
        raise MoneyError("unreadable")
    return value + ones


def _bounded(digits: str) -> int:
    """int() of a string of any length costs quadratic time: nobody's budget has forty digits."""
    if len(digits) > 40:
        raise MoneyError("too_large")
    return int(digits)
