"""A person's screen: what they open, fill in and press, with every page they stop at looked over."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, ViewportSize

WIDTHS = (390, 1280)
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Screen:
    """Wraps a Playwright page. `axe` None (there are no scripts, or others have looked) leaves it out.
    `seen`: shapes of pages that have been checked, shared by all screens of a test. `widths`: at which axe looks."""

    def __init__(
        self,
        page: Page,
        axe: str | None,
        folder: Path | None = None,
        *,
        seen: set[str] | None = None,
        has_scripts: bool = True,
        widths: tuple[int, ...] = WIDTHS,
    ) -> None:
        self.page = page
        self.widths = widths
        self.axe = axe
        self.folder = folder
        self.seen = set() if seen is None else seen
        self.has_scripts = has_scripts
        self.troubles: list[str] = []
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self.troubles.append(f"page error: {error}"))

    def _note(self, kind: str, text: str) -> None:
        # A refused form answers 4xx, which Chromium reports as a failed resource: that is not a fault of the page.
        if kind == "error" and "the server responded with a status of 4" not in text:
            self.troubles.append(text)

    def another_tab(self) -> "Screen":
        return Screen(
            self.page.context.new_page(),
            self.axe,
            self.folder,
            seen=self.seen,
            has_scripts=self.has_scripts,
            widths=self.widths,
        )

    def open(self, path: str) -> None:
        self.page.goto(path)
        self.look()

    def press(self, name: str, role: Any = "button", *, exact: bool = True, nth: int = 0) -> None:
        self.page.get_by_role(role, name=name, exact=exact).nth(nth).click()
        self.page.wait_for_load_state()
        self.look()

    def follow(self, name: str, *, exact: bool = True, nth: int = 0) -> None:
        self.press(name, "link", exact=exact, nth=nth)

    def visit(self, name: str) -> None:
        """A page of the round by the console's own navigation."""
        self.page.get_by_role("navigation", name="이 회차").get_by_role("link", name=name, exact=True).click()
        self.page.wait_for_load_state()
        self.look()

    def fill(self, **values: str) -> None:
        """By the field's `name` attribute."""
        for name, value in values.items():
            self.field(name).fill(value)

    def field(self, name: str) -> Locator:
        return self.page.locator(f"main [name='{name}']")

    def choose(self, name: str, value: str) -> None:
        self.field(name).select_option(value)

    def tick(self, label: str) -> None:
        self.page.get_by_label(label, exact=True).check()

    def cell(self, row: str, column: str) -> str:
        """Of the first table that has such a row, by words that stand in the row and by the column's heading."""
        line = self.page.get_by_role("row").filter(has_text=row).first
        return " ".join(line.locator(f"[data-label='{column}']").inner_text().split())

    @property
    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    @property
    def text(self) -> str:
        return self.page.locator("body").inner_text()

    def look(self) -> None:
        """axe finds nothing, on a phone and on a desk; nothing sticks out sideways; the console is quiet.

        axe reads shapes, not words: of pages with the same shape it is asked about the first that anybody in this
        test stops at."""
        shape = shape_of(self.page.content())
        if shape in self.seen:
            self.ensure_no_scroll()
        else:
            self.seen.add(shape)
            self._look_at_all_widths()
        assert not self.troubles, f"{self.page.url}: {self.troubles}"

    def _look_at_all_widths(self) -> None:
        size = self.page.viewport_size
        assert size is not None
        for width in self.widths:
            self._resize({"width": width, "height": size["height"]})
            self._picture(width)
            self._ensure_accessible(width)
            self.ensure_no_scroll()
        self._resize(size)

    def _resize(self, size: ViewportSize) -> None:
        if self.page.viewport_size != size:
            self.page.set_viewport_size(size)

    def ensure_no_scroll(self) -> None:
        """Sideways, at the width that the page has now."""
        if self.axe:
            wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, f"{self.page.url} is {wide} px too wide for {self.page.viewport_size}"

    def _ensure_accessible(self, width: int) -> None:
        if not self.axe:
            return
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(self.axe)
        found = self.page.evaluate(
            "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']}).then(r => r.violations.map(v => "
            "v.id + ': ' + v.nodes.map(n => n.target.join(' ')).join(', ')))",
            AXE_RULES,
        )
        assert found == [], f"{self.page.url} at {width} px: {found}"

    def _picture(self, width: int) -> None:
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        number = len(list(self.folder.glob(f"*-{width}.png"))) + 1
        self.page.screenshot(path=self.folder / f"{number:03}-{width}.png", full_page=True)


def shape_of(html: str) -> str:
    """A page without its words and numbers, and each kind of row once: the same for a list with more projects in it."""
    wordless = re.sub(r">[^<]*[^<\s][^<]*<", ">…<", html)
    tags = re.sub(r"\d+", "0", re.sub(r' (value|href|content|lang|hreflang)="[^"]+"', r' \1="…"', wordless))
    return "".join(dict.fromkeys(re.split(r"(?=<(?:tr|li|div|p|article)\b)", tags)))
