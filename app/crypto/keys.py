"""How keys are written: lower-case hex of their bytes, so that equal keys have equal texts."""


class BadKey(ValueError):
    """Not a key in the one form that keys are written in."""


def key_bytes(written: str, size: int) -> bytes:
    """Raises BadKey, which does not repeat what was written: it may be a secret."""
    try:
        raw = bytes.fromhex(written)
    except ValueError:
        raise BadKey("not hex") from None
    if len(raw) != size or raw.hex() != written:
        raise BadKey(f"not the lower-case hex of {size} bytes")
    return raw
