"""Signing somebody in at a screen without the sign-in pages, which have tests of their own."""

from flask import Flask

from app.people.models import Account, Resident
from tests.actors import Person
from tests.browser.screen import Screen


def sign_in(app: Flask, screen: Screen, server: str, who: Account | Resident | None, locale: str = "ko") -> Screen:
    """None: a stranger, who has only chosen a language."""
    cookie = Person(app, who, locale).client.get_cookie("hanpyo")
    assert cookie is not None
    screen.page.context.clear_cookies()
    screen.page.context.add_cookies([{"name": "hanpyo", "value": cookie.value, "url": server}])
    return screen
