"""Which page of a long list is asked for."""

from flask import request

FURTHEST = 100_000


def page_number() -> int:
    """`?page=` as a number from 1; whatever cannot be one is the first page."""
    return min(max(request.args.get("page", 1, type=int), 1), FURTHEST)
