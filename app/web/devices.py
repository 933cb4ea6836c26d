"""What a browser brings to a sign-in: the logins that it is known for, what it is called, and where passkeys live.

A browser that has signed in wholly keeps a cookie that proves so (OWASP's device cookies): wrong passwords typed
elsewhere cannot lock its owner out. It names no login, and signs nobody in.
"""

import re
import secrets
from urllib.parse import urlsplit

from flask import after_this_request, current_app, request, session
from werkzeug import Response

from app.config import Config
from app.people import factor_rules, identity
from app.people.passkeys import Site
from app.people.rules import tidy_login
from app.web import guard

COOKIE = "hanpyo_device"
LIFE = 365 * 24 * 3600  # seconds
LOGINS = 5  # on a browser that several share
SHAPE = re.compile(r"[A-Za-z0-9_-]{22}(\.[0-9a-f]{32}){1,5}")


def device_words() -> str:
    return factor_rules.device_words(request.user_agent.string)


def site() -> Site:
    """As the operator says, or as the browser asks."""
    config: Config = current_app.extensions["hanpyo"]
    origin = config.site_origin or request.host_url.rstrip("/")
    return Site(origin, urlsplit(origin).hostname or "")


def take_challenge() -> str | None:
    """What this browser's passkey was asked to sign, once."""
    challenge: str | None = session.pop("challenge", None)
    return challenge


def known_browser(login: str) -> str | None:
    """This browser's id, where it has signed in with `login` before."""
    browser, known = _brought()
    return browser if _tag(login, browser) in known else None


def remember(login: str) -> None:
    """Sends the cookie along with the answer to a sign-in."""
    browser, known = _brought()
    tag = _tag(login, browser)
    value = ".".join([browser, *[one for one in known if one != tag][1 - LOGINS :], tag])

    @after_this_request
    def keep(response: Response) -> Response:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(COOKIE, value, max_age=LIFE, path="/staff", secure=secure, httponly=True, samesite="Lax")
        return response


def _brought() -> tuple[str, list[str]]:
    """The browser's id (a new one, where it has none) and the proofs that came with it."""
    value = request.cookies.get(COOKIE, "")
    if not SHAPE.fullmatch(value):
        return secrets.token_urlsafe(16), []
    browser, *tags = value.split(".")
    return browser, tags


def _tag(login: str, browser: str) -> str:
    return identity.device_key(guard.identity_key(), tidy_login(login), browser)
