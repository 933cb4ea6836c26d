"""People at a browser without JavaScript: real requests, real CSRF tokens, and every page they see is linted."""

import secrets
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from sqlalchemy import insert

from app.database import db
from app.people import identity
from app.people.models import Account, AccountSession, Resident
from app.web.guard import SignedIn
from tests.page import Page

ALWAYS = datetime(2100, 1, 1, tzinfo=UTC)  # no test's clock goes so far


class Person:
    """One cookie jar. `row` signs them in without the sign-in pages (which have tests of their own), for as long as
    the test's clock may run, and with a second factor given just now."""

    def __init__(self, app: Flask, row: Account | Resident | None = None, locale: str = "ko") -> None:
        self.client = app.test_client()
        self.who = row and (type(row), row.id)
        with self.client.session_transaction() as session:
            session["locale"] = locale
            if isinstance(row, Account):
                session["_user_id"] = SignedIn("account", row, token=begin_session(app, row)).get_id()
                session["seen"] = int(ALWAYS.timestamp())
            elif row is not None:
                session["_user_id"] = SignedIn("resident", row).get_id()
            if row is not None:
                session["_fresh"] = True

    def get(self, path: str) -> Page:
        """Follows redirects, as a browser does."""
        return Page(self.client.get(path, follow_redirects=True))

    def status(self, path: str) -> int:
        return self.client.get(path).status_code

    def post(self, path: str, data: dict[str, Any]) -> Page:
        """A form sent as it is: without a token in `data` it is refused."""
        return Page(self.client.post(path, data=data, follow_redirects=True))

    def submit(self, page: Page, form_id: str | None = None, button: str | None = None, **fields: Any) -> Page:
        """Fill a form of `page` with `fields` and send it: values not named stay as the page has them."""
        form = page.form(form_id, button=button).fill(**fields)
        return Page(form.submit(self.client, button, follow_redirects=True))


def begin_session(app: Flask, account: Account) -> str:
    """Its token."""
    token = secrets.token_urlsafe(32)
    key = identity.session_key(app.extensions["hanpyo"].identity_key, token)
    times = dict.fromkeys(("begun_at", "seen_at", "proved_at"), ALWAYS)
    row = {"account_id": account.id, "key": key, "device": "Firefox · Linux", **times}
    db.session.rollback()  # SQLite writes only upon what it has read lately
    db.session.execute(insert(AccountSession).values(row))
    db.session.commit()
    return token
