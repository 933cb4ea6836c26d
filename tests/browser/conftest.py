"""Real Chromium against a real server on a real socket; every page it stops at is checked with axe at two widths."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from app.config import ROOT
from tests.browser.screen import WIDTHS, Screen
from tests.browser.serving import serving

CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path() -> str:
    names = ("chromium-headless-shell", "chromium", "google-chrome")
    found = os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, names)), None)
    if not found:
        pytest.fail("no Chromium: `make test` installs it, or set CHROMIUM_PATH")
    return found


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(CHROMIUM_FLAGS))
    yield browser
    browser.close()


@pytest.fixture
def server(app: Flask) -> Iterator[str]:
    """The application on a free port. Its clock is the test's: move it and the phases follow."""
    with serving(app) as address:
        yield address


NewScreen = Callable[..., Screen]


@pytest.fixture
def screen(chromium: Browser, server: str, request: pytest.FixtureRequest) -> Iterator[NewScreen]:
    """`screen()` is a person with a phone (390 px, Korean); `screen(width=1280, javascript=False, locale="en-US")`.
    `checked=False` leaves out axe, for one who walks where others have looked; `widths` are those at which it looks."""
    contexts, seen = [], set()
    axe = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
    pictures = os.environ.get("PICTURES")
    folder = Path(pictures) / request.node.name.partition("[")[0] if pictures else None

    def new(
        width: int = 390,
        *,
        javascript: bool = True,
        locale: str = "ko-KR",
        checked: bool = True,
        widths: tuple[int, ...] = WIDTHS,
    ) -> Screen:
        context = chromium.new_context(
            base_url=server,
            viewport={"width": width, "height": 844 if width < 800 else 900},
            java_script_enabled=javascript,
            locale=locale,
            timezone_id="Asia/Seoul",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page: Page = context.new_page()
        return Screen(
            page,
            axe=axe if javascript and checked else None,
            folder=folder,
            seen=seen,
            has_scripts=javascript,
            widths=WIDTHS if pictures else widths,
        )

    yield new
    for context in contexts:
        context.close()
