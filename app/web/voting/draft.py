"""What was chosen and not cast yet, kept in the voter's own browser, so that Back and reloading lose nothing.

The server keeps none of it. The cookie goes to the pages of this one ballot only, says nothing of who chose, is good
for nobody else on the same device (its signature needs the voter's key), and is taken away by the cast.
"""

from dataclasses import dataclass

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug import Response

COOKIE = "hanpyo-draft"


@dataclass(frozen=True)
class Draft:
    """`token` makes the cast of just these choices one request, however often it is sent."""

    choices: list[str]
    token: str


def find_draft(key: str) -> Draft | None:
    try:
        choices, token = _serializer(key).loads(request.cookies.get(COOKIE, ""))
    except BadSignature:
        return None
    return Draft(choices, token)


def keep_draft(response: Response, draft: Draft, key: str, path: str) -> Response:
    response.set_cookie(
        COOKIE,
        _serializer(key).dumps([draft.choices, draft.token]),
        path=path,
        httponly=True,
        samesite="Strict",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def drop_draft(response: Response, path: str) -> Response:
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.delete_cookie(COOKIE, path=path, httponly=True, samesite="Strict", secure=secure)
    return response


def _serializer(key: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"ballot draft of {key}")
