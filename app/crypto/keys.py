"""How keys are written: lower-case hex of their bytes, so that equal keys have equal texts."""


class BadKey(ValueError):
    """Not a key in the one form that keys are written in."""


def key_bytes(written: str) -> bytes:
    """Raises BadKey, which does not repeat what was written: it may be a secret."""
    try:
        raw = bytes.fromhex(written)
    except ValueError:
        raise BadKey("not hex") from None
    if raw.hex() != written:
        raise BadKey("not hex in lower case without spaces")
    return raw
