"""Shared devices in the hall of a general meeting. The door is the device's own token: who holds the device is nobody
until they type a PIN, and nobody again afterwards. No page here knows an account."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, g, request, session, url_for

from app.committee import queries
from app.committee import tablet_rules as rules
from app.committee.models import MeetingTablet
from app.committee.tablets import token_key
from app.web import guard

COOKIE = "hanpyo-tablet"
KEPT_FOR = 30 * 24 * 3600  # seconds: a meeting is held on one day; the table says what is still in use
RIGHT = "tablet-right"


def _door() -> Any:
    tablet = queries.find_tablet(token_key(guard.identity_key(), request.cookies.get(COOKIE, "")))
    if tablet is None:
        abort(404)
    g.tablet = tablet
    return None


wing = guard.guard(Blueprint("tablet", __name__, url_prefix="/tablet"), _door)


@wing.after_request
def _start_again(response: Response) -> Response:
    """Whatever is left standing on a tablet gives way to its start, without a script."""
    if "tablet" in g and not response.location:
        seconds = int(rules.START_AGAIN.total_seconds())
        response.headers.setdefault("Refresh", f"{seconds}; url={url_for('tablet.home')}")
    return response


def get_tablet() -> MeetingTablet:
    tablet: MeetingTablet = g.tablet
    return tablet


def get_right() -> str:
    return str(session.get(RIGHT, ""))


def carry(response: Any, token: str) -> Any:
    """Makes the device that gets this answer the one of `token`."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=KEPT_FOR,
        path="/tablet",
        httponly=True,
        samesite="Strict",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response
