"""People at a browser without JavaScript: real requests, real CSRF tokens, and every page they see is linted."""

from typing import Any

from flask import Flask

from app.people.models import Account, Resident
from app.web.guard import SignedIn
from tests.page import Page


class Person:
    """One cookie jar. `row` signs them in without the sign-in pages (which have tests of their own)."""

    def __init__(self, app: Flask, row: Account | Resident | None = None, locale: str = "ko") -> None:
        self.client = app.test_client()
        with self.client.session_transaction() as session:
            session["locale"] = locale
            if row is not None:
                kind = "account" if isinstance(row, Account) else "resident"
                session["_user_id"] = SignedIn(kind, row).get_id()
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
