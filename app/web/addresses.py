"""What an address may hold. Anything else in its place is an address that does not exist (404)."""

from flask import Flask
from werkzeug.routing import BaseConverter, IntegerConverter


class RowId(IntegerConverter):
    """As many digits as fit into a key of both databases, and no digits of other scripts."""

    regex = "[0-9]{1,18}"


class Word(BaseConverter):
    """Between two slashes, without control characters: PostgreSQL can not even be asked for a NUL."""

    regex = r"[^/\x00-\x1f\x7f]{1,100}"


def register(app: Flask) -> None:
    app.url_map.converters.update(int=RowId, default=Word)
