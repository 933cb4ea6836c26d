"""Small checks out of which the shape of a JSON document is put together. One Fault per wrong place."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from app.tally import exact
from app.tally.canonical import MAX_WHOLE
from app.tally.faults import Fault

Check = Callable[[object, str], Iterator[Fault]]


def text(value: object, where: str) -> Iterator[Fault]:
    if not isinstance(value, str) or not _encodable(value):
        yield Fault("not_text", where)


def _encodable(value: str) -> bool:
    """Half a surrogate pair has no UTF-8, hence no hash."""
    return not any("\ud800" <= character <= "\udfff" for character in value)


def whole(value: object, where: str) -> Iterator[Fault]:
    if not isinstance(value, int) or isinstance(value, bool):
        yield Fault("not_whole", where)
    elif abs(value) > MAX_WHOLE:
        yield Fault("number_too_large", where)


def truth(value: object, where: str) -> Iterator[Fault]:
    if not isinstance(value, bool):
        yield Fault("not_true_or_false", where)


def fraction(value: object, where: str) -> Iterator[Fault]:
    try:
        exact.parse(value if isinstance(value, str) else "")
    except ValueError:
        yield Fault("not_a_fraction", where)


def instant(value: object, where: str) -> Iterator[Fault]:
    """UTC to the second, "2026-09-07T00:00:00Z": one spelling, which also sorts as text."""
    try:
        datetime.strptime(value if isinstance(value, str) else "", "%Y-%m-%dT%H:%M:%S%z")
        spelt = isinstance(value, str) and len(value) == 20 and value.endswith("Z")
    except ValueError:
        spelt = False
    if not spelt:
        yield Fault("not_an_instant", where)


def one_of(words: Iterable[str]) -> Check:
    allowed = tuple(words)

    def check(value: object, where: str) -> Iterator[Fault]:
        if value not in allowed:
            yield Fault("not_one_of", where, {"allowed": ", ".join(allowed)})

    return check


def or_null(check_value: Check) -> Check:
    def check(value: object, where: str) -> Iterator[Fault]:
        if value is not None:
            yield from check_value(value, where)

    return check


def list_of(check_entry: Check) -> Check:
    def check(value: object, where: str) -> Iterator[Fault]:
        if not isinstance(value, list | tuple):
            yield Fault("not_a_list", where)
            return
        for place, entry in enumerate(value):
            yield from check_entry(entry, f"{where}[{place}]")

    return check


def pair(value: object, where: str) -> Iterator[Fault]:
    """[low, high], both whole."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        yield Fault("not_a_range", where)
        return
    yield from list_of(whole)(value, where)


def map_of(check_entry: Check) -> Check:
    def check(value: object, where: str) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield Fault("not_an_object", where)
            return
        for key, entry in value.items():
            yield from check_entry(entry, f"{where}.{key}")

    return check


def record(**checks: Check) -> Check:
    """Exactly these keys: a missing one and an unknown one are both faults."""

    def check(value: object, where: str) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield Fault("not_an_object", where)
            return
        prefix = f"{where}." if where else ""
        for key in value:
            if key not in checks:
                yield Fault("unknown_key", f"{prefix}{key}")
        for key, check_entry in checks.items():
            if key in value:
                yield from check_entry(value[key], f"{prefix}{key}")
            else:
                yield Fault("missing", f"{prefix}{key}")

    return check


def either(tell: Callable[[Mapping[str, object]], Check]) -> Check:
    """A record whose keys depend on what is in it; `tell` picks the check."""

    def check(value: object, where: str) -> Iterator[Fault]:
        chosen = tell(value) if isinstance(value, Mapping) else record()
        yield from chosen(value, where)

    return check
