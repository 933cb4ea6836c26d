"""Canonical JSON: RFC 8785 restricted to what needs no floating point, so that equal data has equal bytes.

Keys are sorted by UTF-16 code units, as the RFC asks and as a browser's `sort()` does. Whole numbers stay
within ±(2^53 − 1), which every JSON reader keeps exactly (RFC 7493); anything larger is written as text.
"""

import hashlib
import json
from typing import Any, NoReturn

MAX_WHOLE = 2**53 - 1


class CanonicalError(ValueError):
    """The value or the bytes are outside the subset; the message says what and where."""


def dumps(value: object) -> bytes:
    try:
        plain = _plain(value, "$")
    except RecursionError:
        raise CanonicalError("nested too deeply") from None
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def loads(data: bytes) -> Any:
    """Refuses floats, repeated keys, numbers too large, lone surrogates and bytes that are not UTF-8."""
    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=_object, parse_float=_no_float, parse_constant=_no_float
        )
        return _plain(value, "$")
    except CanonicalError:
        raise
    except RecursionError:
        raise CanonicalError("nested too deeply") from None
    except ValueError as error:
        raise CanonicalError(str(error)) from None


def sha256_hex(value: object) -> str:
    return hashlib.sha256(dumps(value)).hexdigest()


def _plain(value: object, where: str) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, where)
    if isinstance(value, int):
        if abs(value) > MAX_WHOLE:
            raise CanonicalError(f"{where}: {value} is beyond 2^53 - 1; write it as text")
        return int(value)
    if isinstance(value, list | tuple):
        return [_plain(entry, f"{where}[{place}]") for place, entry in enumerate(value)]
    if isinstance(value, dict):
        return {key: _plain(value[key], f"{where}.{key}") for key in sorted(value, key=_sort_key)}
    raise CanonicalError(f"{where}: {type(value).__name__} has no canonical form")


def _text(value: str, where: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise CanonicalError(f"{where}: half a surrogate pair") from None
    return str(value)


def _sort_key(key: object) -> bytes:
    if not isinstance(key, str):
        raise CanonicalError(f"a key must be text, not {type(key).__name__}")
    return _text(key, repr(key)).encode("utf-16-be")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise CanonicalError(f"repeated key: {next(name for name in names if names.count(name) > 1)!r}")
    return found


def _no_float(written: str) -> NoReturn:
    raise CanonicalError(f"{written} is not a whole number")
