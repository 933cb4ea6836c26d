"""What a person meets on a page: its words, its forms, its links; and a client that lints what it fetches."""

from typing import Any, Self

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from tests.lint import lint, words


def read(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.get_data(as_text=True), "html.parser")


class Page:
    """A response as it is read. Takes a response of the test client."""

    def __init__(self, response: Any) -> None:
        self.response = response
        self.status: int = response.status_code
        # As the lint has read it. What a page is asked for does not change it.
        self.soup: BeautifulSoup = getattr(response, "soup", None) or read(response)

    @property
    def title(self) -> str:
        return words(self.soup.title)

    @property
    def h1(self) -> str:
        return words(self.soup.h1)

    @property
    def text(self) -> str:
        return words(self.soup.main or self.soup.body)

    @property
    def errors(self) -> list[str]:
        """The words of the error summary, in order."""
        return [words(item) for item in self.soup.select(".faults li")]

    @property
    def flashes(self) -> list[str]:
        return [words(item) for item in self.soup.select(".flashes > *")]

    def has(self, text: str) -> bool:
        return " ".join(text.split()) in words(self.soup)

    def link(self, text: str) -> str:
        """The address behind the first link whose words contain `text`."""
        for link in self.soup.find_all("a"):
            if text in words(link):
                return str(link["href"])
        raise AssertionError(f"no link says {text!r}; there are {[words(a) for a in self.soup.find_all('a')]}")

    def table(self, caption: str = "") -> list[dict[str, str]]:
        """The rows of the first table whose caption contains `caption`, by column heading."""
        for table in self.soup.find_all("table"):
            if caption in words(table.caption):
                heads = [words(th) for th in table.select("thead th")]
                rows = [[words(cell) for cell in tr.find_all(["td", "th"])] for tr in table.select("tbody tr")]
                return [dict(zip(heads, row, strict=True)) for row in rows if len(row) == len(heads)]
        raise AssertionError(f"no table is called {caption!r}")

    def summary(self) -> dict[str, str]:
        """Answers to check, and other dl lists: label → value."""
        return {words(dt): words(dt.find_next_sibling("dd")) for dt in self.soup.select("main dl dt")}

    def form(self, id: str | None = None, action: str | None = None, button: str | None = None) -> "PageForm":
        """The one form in main that has this id, whose action ends so, that holds this button."""
        found = [
            form
            for form in (self.soup.main or self.soup).find_all("form")
            if (id is None or form.get("id") == id)
            and (action is None or str(form.get("action", "")).endswith(action))
            and (button is None or any(button in words(one) for one in form.find_all("button")))
        ]
        if len(found) != 1:
            raise AssertionError(f"{len(found)} forms fit id={id!r} action={action!r} button={button!r}")
        return PageForm(found[0], self.response.request.path)


class PageForm:
    """A form filled in as a browser would: what is shown is sent, and only what is on it can be filled."""

    def __init__(self, tag: Tag, path: str) -> None:
        self.tag = tag
        self.action = str(tag.get("action") or path)
        self.method = str(tag.get("method", "get")).lower()
        self.data: dict[str, list[Any]] = {}
        for control in tag.find_all(["input", "select", "textarea"]):
            for value in _shown(control):
                self.data.setdefault(str(control["name"]), []).append(value)

    def _controls(self, name: str) -> list[Tag]:
        found = [tag for tag in self.tag.find_all(["input", "select", "textarea"]) if tag.get("name") == name]
        if not found:
            raise AssertionError(f"the form has no field {name!r}")
        return list(found)

    def fill(self, **values: Any) -> Self:
        """Sets fields by name. A group of boxes takes a list; a file takes (stream, filename)."""
        for name, value in values.items():
            controls = self._controls(name)
            wanted = list(value) if isinstance(value, list) else [value]
            if all(isinstance(one, str | int) for one in wanted):
                wanted = [str(one) for one in wanted]
                offered = _offered(controls)
                if offered is not None and not set(wanted) <= offered:
                    raise AssertionError(f"{name!r} offers {sorted(offered)}, not {wanted}")
            self.data[name] = wanted
        return self

    def tick(self, name: str, *values: Any) -> Self:
        """Ticks boxes beside those already ticked; a single box needs no value."""
        offered = _offered(self._controls(name)) or set()
        for value in [str(one) for one in values] or sorted(offered)[:1]:
            if value not in offered:
                raise AssertionError(f"{name!r} offers {sorted(offered)}, not {value!r}")
            if value not in self.data.setdefault(name, []):
                self.data[name].append(value)
        return self

    def untick(self, name: str, *values: Any) -> Self:
        gone = {str(one) for one in values}
        self._controls(name)
        self.data[name] = [one for one in self.data.get(name, []) if gone and one not in gone]
        return self

    def submit(self, client: FlaskClient, button: str | None = None, **options: Any) -> Any:
        """Sends the form, pressing the button that says `button` where there is more than one."""
        data = {name: list(values) for name, values in self.data.items() if values}
        for one in self.tag.find_all("button"):
            if one.get("name") and button is not None and button in words(one):
                data[str(one["name"])] = [str(one.get("value", ""))]
        if self.method == "get":
            return client.get(self.action, query_string=data, **options)
        upload = self.tag.get("enctype") == "multipart/form-data"
        return client.post(self.action, data=data, content_type="multipart/form-data" if upload else None, **options)


def _shown(control: Tag) -> list[str]:
    """What a browser sends for an untouched control."""
    if not control.get("name") or control.has_attr("disabled"):
        return []
    if control.name == "textarea":
        return [control.get_text().removeprefix("\r").removeprefix("\n")]
    if control.name == "select":
        options = control.find_all("option")
        chosen = [one for one in options if one.has_attr("selected")]
        if not chosen and not control.has_attr("multiple"):
            chosen = options[:1]
        return [str(one.get("value", words(one))) for one in chosen]
    kind = control.get("type", "text")
    if kind in ("checkbox", "radio"):
        return [str(control.get("value", "on"))] if control.has_attr("checked") else []
    return [] if kind in ("submit", "file", "button") else [str(control.get("value", ""))]


def _offered(controls: list[Tag]) -> set[str] | None:
    """The values that can be chosen; None where anything can be typed."""
    if controls[0].name == "select":
        return {str(one.get("value", words(one))) for one in controls[0].find_all("option")}
    if controls[0].get("type") in ("checkbox", "radio"):
        return {str(one.get("value", "on")) for one in controls}
    return None


class LintingClient(FlaskClient):
    """The test client: every HTML page it fetches is linted."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        response = super().open(*args, **kwargs)
        if (
            response.mimetype == "text/html"
            and not 300 <= response.status_code < 400
            and response.request.method != "HEAD"
        ):
            response.soup = lint(response.get_data(as_text=True), response.status_code, response.request.path)
        return response
